//! Commands on the database: migrate, demo, backup, restore, import, verify.

use std::path::Path;
use std::sync::Arc;

use db::{Db, Exec, history, params};
use licences::import::{Bureau, import_csv};
use web::text::io_fault;
use web::{Clock, FixedClock, SystemClock};

use super::{Done, Stop, say};
use crate::assemble::{assemble, assemble_at};
use crate::settings::Settings;
use crate::{demo, migrations};

pub async fn open(settings: &Settings) -> Result<Db, Stop> {
    let data = &settings.storage.data;
    std::fs::create_dir_all(data).map_err(|error| {
        Stop::because(format!("建不了数据文件夹 {}：{}", data.display(), io_fault(&error)))
    })?;
    Db::open(&settings.database.for_db(data)).await.map_err(|fault| {
        Stop::because(format!("打不开数据库：{fault}。请检查 DATABASE_URL 或数据文件夹 {}。", data.display()))
    })
}

/// Opens the database and brings it to this program's schema.
pub async fn open_migrated(settings: &Settings) -> Result<Db, Stop> {
    let db = open(settings).await?;
    db::migrate(&db, &migrations::all()).await.map_err(|fault| {
        Stop::because(format!("数据库结构不能升级：{fault}。数据没有改动；请核对程序版本，或从备份恢复。"))
    })?;
    Ok(db)
}

/// The database of a command that only reads: where there is none, none is made.
pub async fn open_existing(settings: &Settings) -> Result<Db, Stop> {
    existing(settings)?;
    open_migrated(settings).await
}

/// Refuses where no database has been made: somebody stands in the wrong folder.
pub fn existing(settings: &Settings) -> Done {
    if is_there(settings) {
        return Ok(());
    }
    Err(Stop::because(format!(
        "数据文件夹 {} 中没有数据库。请到网站所在的文件夹运行，或用 --settings 指定设置文件；新装的请先运行 yanzheng migrate。",
        settings.storage.data.display()
    )))
}

fn is_there(settings: &Settings) -> bool {
    let to_open = settings.database.for_db(&settings.storage.data);
    to_open.url.is_some() || settings.storage.data.join("yanzheng.db").exists()
}

/// The database if one has been made; never makes one, and says nothing when there is none.
pub async fn open_if_there(settings: &Settings) -> Option<Db> {
    if !is_there(settings) {
        return None;
    }
    Db::open(&settings.database.for_db(&settings.storage.data)).await.ok()
}

/// As its makers write it.
pub fn engine_name(engine: db::Engine) -> &'static str {
    match engine {
        db::Engine::Sqlite => "SQLite",
        db::Engine::Postgres => "PostgreSQL",
        db::Engine::Citus => "Citus",
    }
}

pub async fn migrate(settings: &Settings) -> Done {
    let db = open_migrated(settings).await?;
    let last = migrations::all().last().map_or(0, |migration| migration.number);
    say(format!("数据库已是最新结构（{last:04}，{}）。", engine_name(db.engine())));
    db.close().await;
    Ok(())
}

pub async fn demo(settings: &Settings, if_empty: bool) -> Done {
    let mut settings = settings.clone();
    settings.server.demo = true;
    // The past of the town's cases is told on a clock that can be set back.
    let clock = Arc::new(FixedClock::at(SystemClock.now()));
    let assembled =
        assemble_at(&settings, clock.clone()).await.map_err(|fault| Stop::because(format!("{fault:#}")))?;
    let loaded = demo::load(&assembled.app, &clock, if_empty).await.map_err(Stop::because)?;
    assembled.app.db.close().await;
    say(loaded);
    Ok(())
}

pub async fn backup(settings: &Settings, file: &Path) -> Done {
    if file.exists() {
        return Err(Stop::because(format!("{} 已经存在，不会覆盖它。请换一个文件名。", file.display())));
    }
    existing(settings)?;
    let db = open(settings).await?;
    let moved = db.backup_to(file).await.map_err(|fault| Stop::because(format!("备份没有完成：{fault}")))?;
    db.close().await;
    let megabytes = std::fs::metadata(file).map_or(0, |m| m.len()) as f64 / 1e6;
    say(format!(
        "已备份 {} 张表、{} 行到 {}（{megabytes:.1} MB）。",
        moved.tables,
        moved.rows,
        file.display()
    ));
    say(format!(
        "上传的文件在 {}，请一并复制；密钥 {} 请另行保管。",
        settings.storage.files().display(),
        settings.storage.secret().display()
    ));
    Ok(())
}

/// A backup is restored by the program that made it: into its own schema, and only into an empty database.
pub async fn restore(settings: &Settings, file: &Path) -> Done {
    let db = open_migrated(settings).await?;
    let moved = db.restore_from(file).await.map_err(|fault| {
        Stop::because(format!(
            "没有恢复：{fault}。\n恢复只能写入空数据库；请换一个空的数据文件夹或数据库，并确认备份文件完整。"
        ))
    })?;
    db.close().await;
    say(format!("已从 {} 恢复 {} 张表、{} 行。", file.display(), moved.tables, moved.rows));
    say(format!(
        "请再运行 yanzheng history verify 核对办理记录，并把上传的文件复制回 {}。",
        settings.storage.files().display()
    ));
    Ok(())
}

pub async fn import_licences(settings: &Settings, file: &Path) -> Done {
    let csv = std::fs::File::open(file)
        .map_err(|error| Stop::because(format!("读不到 {}：{}", file.display(), io_fault(&error))))?;
    let app = assemble(settings).await.map_err(|fault| Stop::because(format!("{fault:#}")))?.app;
    let bureaus = identity::bureaus::all(&mut app.db.clone()).await.map_err(Stop::because)?;
    let issuers = bureaus.into_iter().map(|bureau| {
        let issuer = Bureau { code: bureau.code, name: bureau.name, supply_company: bureau.supply_company };
        (bureau.division, issuer)
    });
    let setup = demo::import_setup(&app, issuers.collect());
    let report = import_csv(&app.db, std::io::BufReader::new(csv), &setup).await.map_err(Stop::because)?;
    app.db.close().await;
    say(&report);
    if report.is_clean() {
        Ok(())
    } else {
        Err(Stop::because("一条也没有导入。请改正后重新导入。"))
    }
}

/// What `db` says of a broken chain, for the people who read it here.
fn in_chinese(why: &str) -> String {
    let says = match why {
        "it has been changed" => "内容被改动过",
        "a row is missing, added or moved" => "有记录被删除、插入或调换",
        "it does not follow from the row before" => "与上一条接不上",
        "the head names another end" => "与登记的末条不符",
        "the head is missing" => "末条登记不见了",
        other => match other.strip_prefix("the tail is missing: it went on to row ") {
            Some(last) => return format!("末尾被删，原来到第 {last} 条"),
            None => other,
        },
    };
    says.to_owned()
}

/// Holds every chain of every bureau against its own hashes and heads.
pub async fn verify_history(settings: &Settings) -> Done {
    existing(settings)?;
    let db = open(settings).await?;
    let bureaus = db
        .clone()
        .query("select distinct bureau from history_head order by bureau -- all bureaus: an audit", params![])
        .await
        .map_err(Stop::because)?;
    let (mut subjects, mut rows, mut broken) = (0, 0, 0);
    for row in bureaus {
        let bureau = row.text(0).map_err(Stop::because)?;
        let verified = history::verify_all(&mut db.clone(), &bureau).await.map_err(Stop::because)?;
        subjects += verified.subjects;
        rows += verified.rows;
        broken += verified.broken.len();
        for found in verified.broken {
            let (kind, subject, at) = (found.subject_kind, found.subject, found.broken);
            say(format!("{bureau} {kind} {subject}：第 {} 条，{}", at.seq, in_chinese(&at.why)));
        }
    }
    db.close().await;
    if broken == 0 {
        say(format!("核对完成：{subjects} 条记录链、{rows} 条办理记录全部完整。"));
        return Ok(());
    }
    Err(Stop::because(format!("有 {broken} 条记录链被改动过。请保留现场，联系安全管理员。")))
}
