//! Checks that need neither settings nor a database: codes and items.

use std::path::{Path, PathBuf};

use catalog::Catalogue;
use catalog::catalogue::SourceFile;
use web::Clock;
use web::text::io_fault;

use super::{Done, Stop, say};

/// Explains a code's parts, or says which character is wrong. What may be confirmed by an officer (a credit code's
/// check digit) is still not valid here: the exit code speaks of the rule.
pub fn code(kind: &str, value: &str) -> Done {
    let value = law::codes::normalise(value);
    match law::codes::check(kind, &value) {
        Ok(explained) => {
            say(explained);
            Ok(())
        }
        Err(fault) if matches!(fault.reason, law::codes::Reason::UnknownKind { .. }) => {
            Err(Stop { says: fault.explain(), code: 2 })
        }
        Err(fault) => Err(Stop::because(fault.explain())),
    }
}

/// Lints the items of a folder, or those the program carries; with `score` tells how complete each bureau's list is.
pub fn items(folder: Option<&Path>, score: bool) -> Done {
    let (catalogue, findings) = match folder {
        Some(folder) => catalog::lint_files(read_folder(folder)?),
        None => {
            let catalogue = Catalogue::embedded().map_err(Stop::because)?;
            let findings = catalog::lint(&catalogue);
            (Some(catalogue), findings)
        }
    };
    for finding in &findings {
        say(finding);
    }
    if let (true, Some(catalogue)) = (score, &catalogue) {
        scores(catalogue, &findings);
    }
    match catalogue.filter(|_| findings.is_empty()) {
        Some(catalogue) => {
            let types: usize = catalogue.items().iter().map(|item| item.types.len()).sum();
            say(format!("检查通过：{} 个事项，{types} 个业务办理项。", catalogue.items().len()));
            Ok(())
        }
        None => Err(Stop::because(format!("发现 {} 个问题，请按提示修改后再检查。", findings.len()))),
    }
}

/// One line a bureau, the least complete first.
fn scores(catalogue: &Catalogue, findings: &[catalog::Finding]) {
    let today = web::clock::office_day(web::SystemClock.now());
    let mut all = catalog::completeness(catalogue, today);
    all.sort_by_key(|one| (one.score(), one.bureau.clone()));
    for one in all {
        let own = format!("places/{}/", one.bureau);
        let wrong = findings.iter().filter(|finding| finding.file.starts_with(&own)).count();
        say(format!(
            "{} {}：完整度 {}（{}/{}），问题 {wrong} 个",
            one.bureau,
            one.bureau_name,
            one.score(),
            one.told,
            one.wanted
        ));
        for open in one.open.iter().take(5) {
            say(format!("    缺：{open}"));
        }
        if one.open.len() > 5 {
            say(format!("    还有 {} 处", one.open.len() - 5));
        }
    }
}

/// The TOML files below `folder` under the names the catalogue knows them by: `items/retail-licence/item.toml`.
pub fn read_folder(folder: &Path) -> Result<Vec<SourceFile>, Stop> {
    let unreadable = |path: &Path, error: std::io::Error| {
        Stop::because(format!("读不到 {}：{}", path.display(), io_fault(&error)))
    };
    let folder = folder.canonicalize().map_err(|error| unreadable(folder, error))?;
    // Given the `items` folder itself, the names still begin with `items/`.
    let root = if folder.ends_with("items") {
        folder.parent().map(Path::to_owned).unwrap_or_default()
    } else {
        folder.clone()
    };
    let mut files = Vec::new();
    let mut open: Vec<PathBuf> = vec![folder];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).map_err(|error| unreadable(&next, error))?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let of_catalogue =
                name.starts_with("items/") || (name.starts_with("places/") && name.contains("/items/"));
            if of_catalogue && name.ends_with(".toml") {
                let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
                files.push(SourceFile { path: name, text });
            }
        }
    }
    if files.is_empty() {
        return Err(Stop::because(format!("{} 里没有 items/…/*.toml", root.display())));
    }
    Ok(files)
}
