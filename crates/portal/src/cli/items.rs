//! The catalogue in batches: out to other platforms' tables, and bureaus' lists back in.

use std::path::{Path, PathBuf};

use catalog::Catalogue;
use catalog::catalogue::SourceFile;
use catalog::exchange::{self, Imported, RowFault, Table};
use clap::Args;
use jiff::civil::Date;
use web::Clock;
use web::text::io_fault;

use super::checks::read_folder;
use super::{Done, Stop, say};

/// A workbook of every bureau of a province is smaller.
const MOST_BYTES: u64 = 50 * 1024 * 1024;

#[derive(Args)]
pub struct Export {
    /// 写到哪里：以 .xlsx 或 .json 结尾的文件；否则当作文件夹，每张表写一个 CSV
    #[arg(value_name = "文件或文件夹")]
    to: PathBuf,
    /// 只导出一个单位（六位代码）
    #[arg(long, value_name = "单位编码")]
    bureau: Option<String>,
    /// 从这个文件夹里的 items、places 导出（默认用程序自带的）
    #[arg(long, value_name = "文件夹")]
    from: Option<PathBuf>,
    /// 按哪一天的承诺和状态导出（默认今天）
    #[arg(long, value_name = "日期", value_parser = super::law::day)]
    day: Option<Date>,
}

#[derive(Args)]
pub struct Import {
    /// 导入什么：导出得到的 .xlsx、.json，单独一张 CSV，或者放 CSV 的文件夹
    #[arg(value_name = "文件或文件夹")]
    file: PathBuf,
    /// 写进这个文件夹的 places（里面要有 items）
    #[arg(long, value_name = "文件夹")]
    into: PathBuf,
    /// 只检查，不写文件
    #[arg(long)]
    check: bool,
}

pub fn export(asked: &Export) -> Done {
    let catalogue = match &asked.from {
        Some(folder) => Catalogue::of_files(read_folder(folder)?),
        None => Catalogue::embedded(),
    };
    let catalogue = catalogue.map_err(Stop::because)?;
    if let Some(code) = asked.bureau.as_deref().filter(|code| !catalogue.bureaus().contains_key(code)) {
        return Err(Stop::because(format!("目录里没有单位 {code}：请用 places 下面的六位代码")));
    }
    let day = asked.day.unwrap_or_else(today);
    let tables =
        exchange::tables(&catalogue, asked.bureau.as_deref(), day, &day.strftime("%Y%m%d").to_string());
    match extension(&asked.to) {
        "json" => {
            let text = serde_json::to_string_pretty(&exchange::whole(&catalogue, asked.bureau.as_deref()))
                .map_err(Stop::because)?;
            write(&asked.to, text.as_bytes())?;
        }
        "xlsx" => write(&asked.to, &exchange::write_xlsx(&tables).map_err(Stop::because)?)?,
        _ => {
            std::fs::create_dir_all(&asked.to).map_err(|error| unwritable(&asked.to, &error))?;
            for table in &tables {
                write(&asked.to.join(format!("{}.csv", table.name)), &exchange::write_csv(table))?;
            }
        }
    }
    say(format!("已导出 {} 个业务办理项到 {}", tables[0].rows.len(), asked.to.display()));
    Ok(())
}

pub fn import(asked: &Import) -> Done {
    let catalogue = Catalogue::of_files(read_folder(&asked.into)?).map_err(Stop::because)?;
    let imported = read(&catalogue, &asked.file)?;
    if asked.check {
        say(format!("检查通过：{} 行，{} 个文件；没有写入。", imported.rows, imported.files.len()));
        return Ok(());
    }
    if imported.files.is_empty() {
        say(format!("{} 行都和现在的一样，没有写入文件。", imported.rows));
        return Ok(());
    }
    place(&asked.into, &imported.files)?;
    say(format!("已导入 {} 行，写入 {} 个文件。", imported.rows, imported.files.len()));
    Ok(())
}

/// What changed between two folders of items, element by element. Contents that changed under the same version number are
/// refused: cases were filed under it.
pub fn diff(old: &Path, new: &Path) -> Done {
    let [old, new] =
        [old, new].map(|folder| Catalogue::of_files(read_folder(folder)?).map_err(Stop::because));
    let (old, new) = (old?, new?);
    let mut unraised = 0;
    for item in new.items() {
        let Some(before) = old.item(&item.slug) else {
            say(format!("{}：新的事项，版本 {}", item.name, item.version));
            continue;
        };
        if before.digest == item.digest {
            continue;
        }
        say(format!("{}：版本 {} → {}", item.name, before.version, item.version));
        for difference in catalog::diff::differences(before, item) {
            say(format!("    {difference}"));
        }
        if before.version == item.version {
            unraised += 1;
            say("    内容变了，版本号没有变：请提高 item.toml 里的 version");
        }
    }
    for gone in old.items().iter().filter(|item| new.item(&item.slug).is_none()) {
        say(format!("{}：不在新的目录里", gone.name));
    }
    if unraised > 0 {
        return Err(Stop::because(format!("有 {unraised} 个事项没有提高版本号。")));
    }
    Ok(())
}

fn read(catalogue: &Catalogue, file: &Path) -> Result<Imported, Stop> {
    let imported = match extension(file) {
        "json" => {
            let text = String::from_utf8(bytes(file)?)
                .map_err(|_| Stop::because(format!("{} 不是 UTF-8 编码", file.display())))?;
            exchange::import_json(catalogue, &text)
        }
        "xlsx" => exchange::read_xlsx(&bytes(file)?)
            .and_then(|tables| exchange::import_tables(catalogue, &tables, today())),
        "csv" => exchange::read_lone_csv(&bytes(file)?)
            .and_then(|table| exchange::import_tables(catalogue, &[table], today())),
        _ => csv_folder(file)?.and_then(|tables| exchange::import_tables(catalogue, &tables, today())),
    };
    imported.map_err(|faults| {
        for fault in &faults {
            say(fault);
        }
        Stop::because(format!("有 {} 处要改，一行也没有导入。请改好以后整个文件重新导入。", faults.len()))
    })
}

/// Every known table that lies in the folder, or all that is wrong with them.
fn csv_folder(folder: &Path) -> Result<Result<Vec<Table>, Vec<RowFault>>, Stop> {
    let mut tables = Vec::new();
    let mut faults = Vec::new();
    for kind in exchange::TABLES {
        let file = folder.join(format!("{}.csv", kind.name));
        if !file.is_file() {
            continue;
        }
        match exchange::read_csv(kind.name, &bytes(&file)?) {
            Ok(table) => tables.push(table),
            Err(wrong) => faults.extend(wrong),
        }
    }
    Ok(if faults.is_empty() { Ok(tables) } else { Err(faults) })
}

/// Writes all files beside their places first, so that a full disk leaves nothing half done.
fn place(root: &Path, files: &[SourceFile]) -> Done {
    let mut waiting: Vec<(PathBuf, PathBuf)> = Vec::new();
    let written = files.iter().try_for_each(|file| {
        let path = root.join(&file.path);
        let beside = path.with_extension("toml.new");
        let folder = path.parent().unwrap_or(root);
        std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        waiting.push((beside.clone(), path));
        write(&beside, file.text.as_bytes())
    });
    if let Err(stop) = written {
        for (beside, _) in &waiting {
            let _ = std::fs::remove_file(beside);
        }
        return Err(stop);
    }
    waiting.iter().try_for_each(|(beside, path)| {
        std::fs::rename(beside, path).map_err(|error| unwritable(path, &error))
    })
}

fn bytes(file: &Path) -> Result<Vec<u8>, Stop> {
    let unreadable =
        |error: std::io::Error| Stop::because(format!("读不到 {}：{}", file.display(), io_fault(&error)));
    let size = std::fs::metadata(file).map_err(unreadable)?.len();
    if size > MOST_BYTES {
        let says =
            format!("{} 超过 {} MB，没有打开：请分成几个文件", file.display(), MOST_BYTES / 1024 / 1024);
        return Err(Stop::because(says));
    }
    std::fs::read(file).map_err(unreadable)
}

fn write(file: &Path, bytes: &[u8]) -> Done {
    std::fs::write(file, bytes).map_err(|error| unwritable(file, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Stop {
    Stop::because(format!("写不了 {}：{}", path.display(), io_fault(error)))
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|it| it.to_str()).unwrap_or_default()
}

fn today() -> Date {
    web::clock::office_day(web::SystemClock.now())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The repository's own items and places in a folder that may be written to.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in Catalogue::embedded().unwrap().files() {
            let path = folder.path().join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &file.text).unwrap();
        }
        folder
    }

    fn export_to(to: &Path) {
        let asked = Export { to: to.to_owned(), bureau: Some("990102".into()), from: None, day: None };
        export(&asked).unwrap_or_else(|stop| panic!("{}", stop.says));
    }

    #[test]
    fn an_exported_county_is_imported_from_every_format() {
        let root = folder();
        let out = tempfile::tempdir().unwrap();
        for name in ["county.xlsx", "county.json", "county"] {
            let file = out.path().join(name);
            export_to(&file);
            let asked = Import { file, into: root.path().to_owned(), check: false };
            import(&asked).unwrap_or_else(|stop| panic!("{name}: {}", stop.says));
            assert!(super::super::checks::items(Some(root.path()), false).is_ok(), "{name}");
        }
        let leftovers = std::fs::read_dir(root.path().join("places/990102/items")).unwrap();
        assert!(leftovers.flatten().all(|one| !one.path().to_string_lossy().ends_with(".new")));
    }

    #[test]
    fn a_fault_planted_in_a_folder_is_found_by_the_check() {
        let planted = [
            ("retail-licence/xinban", "says = \"有与经营烟草制品零售业务相适应的资金\"", "says = \"\""),
            ("retail-licence/xinban", "time = \"3 个工作日内\"", "time = \"尽快\""),
            ("retail-licence/faq", "q = \"办证收费吗？\"", "q = \" \""),
            ("leaf-station/shenqing", "\"review_city\", \"decide_city\"", "\"decide_city\", \"review_city\""),
            (
                "retail-licence/item",
                "intermediary = \"无\"",
                &format!("intermediary = \"{}\"", "无".repeat(2001)),
            ),
        ];
        let root = folder();
        for (name, from, to) in planted {
            let file = root.path().join(format!("items/{name}.toml"));
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(text.contains(from), "{name} has no {from}");
            std::fs::write(&file, text.replacen(from, to, 1)).unwrap();
        }
        let told = super::super::checks::items(Some(root.path()), false).unwrap_err().says;
        assert!(told.contains("发现 5 个问题"), "{told}");
    }

    #[test]
    fn halls_are_imported_alone_from_their_own_sheet() {
        let root = folder();
        let out = tempfile::tempdir().unwrap();
        export_to(&out.path().join("county"));
        let sheet = out.path().join("county/up_task_general_window.csv");
        let halls = root.path().join("places/990102/items/retail-licence.toml");
        let before = std::fs::read_to_string(&halls).unwrap();
        let asked = Import { file: sheet.clone(), into: root.path().to_owned(), check: false };
        import(&asked).unwrap_or_else(|stop| panic!("{}", stop.says));
        assert_eq!(std::fs::read_to_string(&halls).unwrap(), before, "nothing is new");
        let text = std::fs::read_to_string(&sheet).unwrap();
        std::fs::write(&sheet, text.replace("9:00", "8:30")).unwrap();
        import(&asked).unwrap_or_else(|stop| panic!("{}", stop.says));
        assert!(std::fs::read_to_string(&halls).unwrap().contains("8:30"));
        assert!(super::super::checks::items(Some(root.path()), false).is_ok());
    }

    #[test]
    fn contents_may_not_change_under_one_version() {
        let (old, new) = (folder(), folder());
        assert!(diff(old.path(), new.path()).is_ok());
        let file = new.path().join("items/leaf-station/shenqing.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("promised = 20", "promised = 15")).unwrap();
        assert!(diff(old.path(), new.path()).unwrap_err().says.contains("没有提高版本号"));
        let head = new.path().join("items/leaf-station/item.toml");
        let text = std::fs::read_to_string(&head).unwrap();
        std::fs::write(&head, text.replace("version = \"2026.1\"", "version = \"2026.2\"")).unwrap();
        assert!(diff(old.path(), new.path()).is_ok());
    }

    #[test]
    fn one_wrong_row_leaves_every_file_as_it_was() {
        let root = folder();
        let out = tempfile::tempdir().unwrap();
        export_to(out.path());
        let basic = out.path().join("up_task_general_basic.csv");
        let text = std::fs::read_to_string(&basic).unwrap();
        std::fs::write(&basic, text.replacen("0990-9901020", "9901020", 1)).unwrap();
        let place = root.path().join("places/990102/items/retail-licence.toml");
        let before = std::fs::read_to_string(&place).unwrap();
        let asked = Import { file: out.path().to_owned(), into: root.path().to_owned(), check: false };
        let stop = import(&asked).unwrap_err();
        assert_eq!(stop.code, 1);
        assert!(stop.says.contains("一行也没有导入"), "{}", stop.says);
        assert_eq!(std::fs::read_to_string(&place).unwrap(), before);
    }
}
