//! Checks that need neither settings nor a database: codes and items.

use std::path::{Path, PathBuf};

use catalog::Catalogue;
use catalog::catalogue::SourceFile;

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

/// Lints the items of a folder, or those the program carries.
pub fn items(folder: Option<&Path>) -> Done {
    let catalogue = match folder {
        Some(folder) => Catalogue::of_files(read_folder(folder)?),
        None => Catalogue::embedded(),
    };
    let catalogue = catalogue.map_err(Stop::because)?;
    let findings = catalog::lint(&catalogue);
    for finding in &findings {
        say(finding);
    }
    if findings.is_empty() {
        let types: usize = catalogue.items().iter().map(|item| item.types.len()).sum();
        say(format!("检查通过：{} 个事项，{types} 个业务办理项。", catalogue.items().len()));
        return Ok(());
    }
    Err(Stop::because(format!("发现 {} 个问题，请按提示修改后再检查。", findings.len())))
}

/// The TOML files below `folder` under the names the catalogue knows them by: `items/retail-licence/item.toml`.
fn read_folder(folder: &Path) -> Result<Vec<SourceFile>, Stop> {
    let unreadable =
        |path: &Path, error: std::io::Error| Stop::because(format!("读不到 {}：{error}", path.display()));
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
