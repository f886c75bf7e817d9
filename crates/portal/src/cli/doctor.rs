//! `yanzheng doctor`: what an administrator should know before people stand at the counter.
//! A finding marked 坏 means the site will not work right; the exit code is then 1.

mod seals;

use std::path::Path;
use std::process::Command;

use db::{Db, Exec, params};
use jiff::{SignedDuration, Timestamp};
use web::Clock;
use web::clock::office_day;
use web::text::io_fault;

use super::{Done, Stop, data, say};
use crate::settings::Settings;
use crate::{calendar, migrations};

#[derive(Clone, Copy, PartialEq)]
enum Health {
    Good,
    Mind,
    Bad,
}

struct Finding {
    health: Health,
    what: &'static str,
    says: String,
}

fn good(what: &'static str, says: impl Into<String>) -> Finding {
    Finding { health: Health::Good, what, says: says.into() }
}
fn mind(what: &'static str, says: impl Into<String>) -> Finding {
    Finding { health: Health::Mind, what, says: says.into() }
}
fn bad(what: &'static str, says: impl Into<String>) -> Finding {
    Finding { health: Health::Bad, what, says: says.into() }
}

pub async fn examine(settings: &Settings) -> Done {
    let now = web::SystemClock.now();
    let mut findings = vec![of_settings(settings), of_secret(settings)];
    findings.extend(of_disk(settings));
    findings.push(of_fonts(settings));
    match data::open(settings).await {
        Ok(db) => {
            findings.push(of_database(&db).await);
            findings.push(of_clock(&db, now).await);
            findings.push(of_calendar(&db, now).await);
            findings.push(of_jobs(&db, now).await);
            findings.extend(seals::of_seals(settings, &db, now).await);
            db.close().await;
        }
        Err(stop) => findings.push(bad("数据库", stop.says)),
    }
    for finding in &findings {
        let mark = match finding.health {
            Health::Good => "好  ",
            Health::Mind => "注意",
            Health::Bad => "坏  ",
        };
        say(format!("{mark} {}：{}", finding.what, finding.says));
    }
    if findings.iter().any(|finding| finding.health == Health::Bad) {
        return Err(Stop::because("体检发现问题，请先处理标为“坏”的各项。"));
    }
    Ok(())
}

fn of_settings(settings: &Settings) -> Finding {
    let address = settings.server.address();
    let engine =
        if settings.database.for_db(&settings.storage.data).url.is_some() { "PostgreSQL" } else { "SQLite" };
    let says = format!(
        "网址 {address}，监听 {}，数据库 {engine}，数据文件夹 {}",
        settings.server.listen,
        settings.storage.data.display()
    );
    let local_name = address.contains("127.0.0.1") || address.contains("localhost");
    if settings.server.demo || local_name {
        return good("设置", says);
    }
    if address.starts_with("http://") {
        return mind(
            "设置",
            format!("{says}。网址不是 https：登录信息会明文传输，请在网关上启用 TLS 并改 server.base_url"),
        );
    }
    good("设置", says)
}

fn of_secret(settings: &Settings) -> Finding {
    let path = settings.storage.secret();
    if settings.server.secret.is_some() {
        return good("密钥", "由设置给出");
    }
    let Ok(metadata) = std::fs::metadata(&path) else {
        return good("密钥", "首次启动时生成");
    };
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o077 != 0 {
        return bad(
            "密钥",
            format!("{} 其他用户也能读，请执行 chmod 600 {}", path.display(), path.display()),
        );
    }
    good("密钥", format!("{}，只有本用户能读", path.display()))
}

fn of_disk(settings: &Settings) -> Vec<Finding> {
    let folder = &settings.storage.data;
    if let Err(error) = std::fs::create_dir_all(folder).and_then(|()| can_write(folder)) {
        return vec![bad("数据文件夹", format!("{} 不能写：{}", folder.display(), io_fault(&error)))];
    }
    let written = good("数据文件夹", format!("{} 可以写入", folder.display()));
    let space = match free_mb(folder) {
        Some(free) if free < settings.storage.min_free_mb => {
            bad("磁盘", format!("只剩 {free} MB，少于 {} MB，请清理或扩容", settings.storage.min_free_mb))
        }
        Some(free) => good("磁盘", format!("剩余 {:.1} GB", free as f64 / 1024.0)),
        None => mind("磁盘", "查不到剩余空间（df 没有回答）"),
    };
    vec![written, space]
}

/// Writes, syncs and removes a file: a folder that takes files but not their bytes is found here.
fn can_write(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    let written = std::fs::write(&probe, [0; 4096]).and_then(|()| std::fs::File::open(&probe)?.sync_all());
    let removed = std::fs::remove_file(&probe);
    written.and(removed)
}

/// Free space as `df` tells it; the standard library has no word for it.
fn free_mb(folder: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pm").arg(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

/// Sets a real document: fonts, templates and engine in one go.
fn of_fonts(settings: &Settings) -> Finding {
    use papers::Typesetter;
    let folder = settings.storage.fonts();
    if let Some(file) = typeset::unusable_fonts(&folder).first() {
        return bad("字体", format!("{} 不是能用的字体文件，请移走", file.display()));
    }
    let press = typeset::Press::with_fonts(&folder);
    for paper in papers::Paper::samples(papers::Kind::Acceptance) {
        if let Err(fault) = press.pdf(&paper) {
            return bad("字体", format!("排不出受理通知书样张：{fault}"));
        }
    }
    good("字体", "齐全，受理通知书样张（含生僻字）排版正常")
}

async fn of_database(db: &Db) -> Finding {
    if let Err(fault) = db.ping().await {
        return bad("数据库", format!("没有回答：{fault}"));
    }
    let wanted = migrations::all().last().map_or(0, |migration| migration.number);
    let have = db.clone().query_one("select max(number) from schema_step", params![]).await;
    let have = have.and_then(|row| row.opt_int(0)).ok().flatten();
    match have {
        Some(have) if have == wanted => {
            good("数据库", format!("{}，结构 {have:04} 为最新", super::data::engine_name(db.engine())))
        }
        Some(have) if have > wanted => {
            bad("数据库", format!("结构 {have:04} 比本程序（{wanted:04}）新，请升级程序"))
        }
        Some(have) => {
            bad("数据库", format!("结构 {have:04} 较旧，请先运行 yanzheng migrate（到 {wanted:04}）"))
        }
        None => bad("数据库", "还没有建表，请先运行 yanzheng migrate"),
    }
}

/// A clock that runs behind what is already written down would date new cases before old ones.
async fn of_clock(db: &Db, now: Timestamp) -> Finding {
    let written = db
        .clone()
        .query_one("select max(at) from history -- all bureaus: the newest entry anywhere", params![])
        .await
        .and_then(|row| row.opt_instant(0));
    let local = now.to_zoned(web::clock::office_zone()).strftime("%F %T").to_string();
    match written {
        Ok(Some(newest)) if newest > now.saturating_add(SignedDuration::from_mins(5)).unwrap_or(now) => {
            let newest = newest.to_zoned(web::clock::office_zone()).strftime("%F %T").to_string();
            bad("时钟", format!("现在是北京时间 {local}，但已有 {newest} 的办理记录，请校准服务器时间"))
        }
        _ if office_day(now).year() < 2026 => {
            bad("时钟", format!("北京时间 {local}，年份不对，请校准服务器时间"))
        }
        _ => good("时钟", format!("北京时间 {local}，请与标准时间核对")),
    }
}

/// The notice for the next year comes in autumn; from December on a new case may well end in it.
async fn of_calendar(db: &Db, now: Timestamp) -> Finding {
    let calendar = calendar::current(db).await.unwrap_or_else(|_| law::WorkCalendar::published());
    let (today, last) = (office_day(now), calendar.last_year());
    let import = "公布后请运行 yanzheng law calendar import 文件";
    if last < today.year() {
        return bad("工作日历", format!("只到 {last} 年，今年的期限都是暂定的。{import}"));
    }
    if last == today.year() {
        let missing = today.year() + 1;
        return mind(
            "工作日历",
            format!("到 {last} 年；{missing} 年放假安排尚未导入，跨年的期限为暂定。{import}"),
        );
    }
    good("工作日历", format!("到 {last} 年"))
}

async fn of_jobs(db: &Db, now: Timestamp) -> Finding {
    match jobs::backlog(&mut db.clone(), now).await {
        Ok(backlog) if backlog.dead > 0 => mind(
            "后台任务",
            format!("{} 件多次失败后放弃，需要人工处理；{} 件等待", backlog.dead, backlog.due),
        ),
        Ok(backlog) => good("后台任务", format!("{} 件到期待办", backlog.due)),
        Err(fault) => bad("后台任务", format!("查不到：{fault}")),
    }
}
