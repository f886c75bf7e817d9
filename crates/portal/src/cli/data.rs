//! Commands on the database: migrate, demo, backup, restore, import, verify.

use std::path::Path;

use db::{Db, Exec, params};
use web::Clock;

use super::{Done, Stop};
use crate::settings::Settings;
use crate::{demo, migrations};

pub async fn open(settings: &Settings) -> Result<Db, Stop> {
    let data = &settings.storage.data;
    std::fs::create_dir_all(data)
        .map_err(|error| Stop::because(format!("建不了数据文件夹 {}：{error}", data.display())))?;
    Db::open(&settings.database.for_db(data)).await.map_err(|fault| {
        Stop::because(format!("打不开数据库：{fault}。请检查 DATABASE_URL 或数据文件夹 {}。", data.display()))
    })
}

/// Opens the database and brings it to this program's schema.
pub async fn open_migrated(settings: &Settings) -> Result<Db, Stop> {
    let db = open(settings).await?;
    db::migrate(&db, &migrations::all()).await.map_err(Stop::because)?;
    Ok(db)
}

/// The database if one has been made; never makes one, and says nothing when there is none.
pub async fn open_if_there(settings: &Settings) -> Option<Db> {
    let to_open = settings.database.for_db(&settings.storage.data);
    if to_open.url.is_none() && !settings.storage.data.join("yanzheng.db").exists() {
        return None;
    }
    Db::open(&to_open).await.ok()
}

pub async fn migrate(settings: &Settings) -> Done {
    let db = open_migrated(settings).await?;
    let last = migrations::all().last().map_or(0, |migration| migration.number);
    println!("数据库已是最新结构（{last:04}，{:?}）。", db.engine());
    db.close().await;
    Ok(())
}

pub async fn demo(settings: &Settings, if_empty: bool) -> Done {
    let db = open_migrated(settings).await?;
    let loaded = demo::load(settings, &db, if_empty).await.map_err(Stop::because)?;
    db.close().await;
    println!("{loaded}");
    Ok(())
}

pub async fn backup(settings: &Settings, file: &Path) -> Done {
    if file.exists() {
        return Err(Stop::because(format!("{} 已经存在，不会覆盖它。请换一个文件名。", file.display())));
    }
    let db = open(settings).await?;
    db.backup_to(file).await.map_err(Stop::because)?;
    db.close().await;
    let bytes = std::fs::metadata(file).map(|m| m.len()).unwrap_or(0);
    println!("已备份到 {}（{:.1} MB）。", file.display(), bytes as f64 / 1e6);
    println!("上传的文件在 {}，请一并复制；密钥 {} 请另行保管。", settings.storage.files().display(), settings.storage.secret().display());
    Ok(())
}

pub async fn restore(settings: &Settings, file: &Path) -> Done {
    let db = open(settings).await?;
    db.restore_from(file).await.map_err(Stop::because)?;
    // A backup of an older program is brought to this one's schema at once.
    db::migrate(&db, &migrations::all()).await.map_err(Stop::because)?;
    db.close().await;
    println!("已从 {} 恢复。请再运行 yanzheng history verify 核对办理记录。", file.display());
    Ok(())
}

pub async fn import_licences(settings: &Settings, file: &Path) -> Done {
    let csv = std::fs::File::open(file).map_err(|error| Stop::because(format!("读不到 {}：{error}", file.display())))?;
    let db = open_migrated(settings).await?;
    let report = licences::import_csv(&db, std::io::BufReader::new(csv), web::SystemClock.now()).await;
    db.close().await;
    let report = report.map_err(Stop::because)?;
    for error in report.errors.iter().take(50) {
        println!("第 {} 行 {}：{}", error.row, error.column, error.says);
    }
    println!("读取 {} 行，导入 {} 条，问题 {} 处。", report.rows, report.imported, report.errors.len());
    if report.errors.is_empty() { Ok(()) } else { Err(Stop::because("请改正以上问题后重新导入；已导入的不会重复。")) }
}

/// Holds every chain of every bureau against its own hashes and heads.
pub async fn verify_history(settings: &Settings) -> Done {
    let db = open(settings).await?;
    let bureaus = db
        .clone()
        .query("-- all bureaus: an audit looks at every chain\nselect distinct bureau from history_head order by bureau", params![])
        .await
        .map_err(Stop::because)?;
    let (mut chains, mut broken) = (0, Vec::new());
    for row in bureaus {
        let bureau = row.text(0).map_err(Stop::because)?;
        let report = db::history::verify_all(&mut db.clone(), &bureau).await.map_err(Stop::because)?;
        chains += report.chains;
        broken.extend(report.broken.into_iter().map(|b| format!("{bureau} {b}")));
    }
    db.close().await;
    for line in &broken {
        println!("{line}");
    }
    if broken.is_empty() {
        println!("核对完成：{chains} 条办理记录链全部完整。");
        return Ok(());
    }
    Err(Stop::because(format!("有 {} 条记录链被改动过。请保留现场，联系安全管理员。", broken.len())))
}
