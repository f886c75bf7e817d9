//! `yanzheng verify`: is this file or this code genuine, and is what it says still so? With roots and a status list at
//! hand it needs neither settings nor a database, so that anybody can run it anywhere.
//!
//! Exit codes: 0 only when valid and in force, 1 for every other verdict, 2 when called wrongly.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use guomi::x509::Trust;
use licences::check::{Against, Offices, Outcome, Records, examine_file, examine_qr};
use licences::status_list;
use web::text::io_fault;
use web::{Clock, SystemClock};

use super::{Done, Stop, data, say};
use crate::assemble::seal_keys;
use crate::settings::Settings;

#[derive(Args)]
pub struct Asked {
    /// OFD 原件、PDF 阅读件，或内容为二维码网址的文本文件
    #[arg(value_name = "文件", required_unless_present = "qr", conflicts_with = "qr")]
    file: Option<PathBuf>,
    /// 信任的根证书和颁发机构证书（PEM，用 yanzheng seal ca trust 导出）；不写时用本机设置的
    #[arg(long, value_name = "文件")]
    trust: Option<PathBuf>,
    /// 发证机关公布的状态清单（网站的 /elicence/status/机关代码）；不写时查本机数据库
    #[arg(long, value_name = "文件")]
    status: Option<PathBuf>,
    /// 二维码的内容（网址）
    #[arg(long, value_name = "内容")]
    qr: Option<String>,
    /// 输出 JSON，供程序读取
    #[arg(long)]
    json: bool,
}

pub fn run(asked: &Asked, settings: Option<&Path>) -> Done {
    let runtime = tokio::runtime::Runtime::new().map_err(Stop::because)?;
    let outcome = runtime.block_on(examine(asked, settings))?;
    if asked.json {
        say(serde_json::to_string_pretty(&outcome.json()).expect("an outcome becomes JSON"));
    } else {
        tell(&outcome);
    }
    if outcome.verdict.is_valid() { Ok(()) } else { Err(Stop::because(outcome.says())) }
}

fn tell(outcome: &Outcome) {
    say(outcome.says());
    for step in &outcome.steps {
        say(format!("  {} {}：{}", step.icon(), step.subject, step.words));
    }
    for (name, value) in &outcome.facts {
        say(format!("    {name}：{value}"));
    }
    say(outcome.next());
}

async fn examine(asked: &Asked, settings: Option<&Path>) -> Result<Outcome, Stop> {
    let subject = Subject::of(asked)?;
    // Settings are read only when something is left to them: a broken file must not stop an offline verification.
    let settings = match (&asked.trust, &asked.status) {
        (Some(_), Some(_)) => None,
        _ => Some(Settings::load(settings)),
    };
    let trust = trust(asked, settings.as_ref())?;
    let now = SystemClock.now();
    let records = match &asked.status {
        Some(file) => by_list(file, &trust, now)?,
        None => own(settings.as_ref()).await,
    };
    let against = Against { trust, records, now, limits: ofd::Limits::default() };
    Ok(match subject {
        Subject::Code(text) => examine_qr(&text, &against).await,
        Subject::File(bytes) => examine_file(bytes, &against).await,
    })
}

enum Subject {
    Code(String),
    File(Vec<u8>),
}

impl Subject {
    fn of(asked: &Asked) -> Result<Subject, Stop> {
        let Some(file) = &asked.file else { return Ok(Subject::Code(asked.qr.clone().unwrap_or_default())) };
        let bytes = read(file, ofd::Limits::default().package_bytes)?;
        // What a scanner app saves is a line of text.
        let text = std::str::from_utf8(&bytes).ok().map(str::trim);
        match text.filter(|text| text.starts_with("http") && text.lines().count() == 1) {
            Some(text) => Ok(Subject::Code(text.to_owned())),
            None => Ok(Subject::File(bytes)),
        }
    }
}

/// One byte more than `most` at most: enough for a reader to see that it is too much.
fn read(path: &Path, most: usize) -> Result<Vec<u8>, Stop> {
    let unreadable = |error: std::io::Error| Stop {
        says: format!("读不到 {}：{}。请核对文件名和权限。", path.display(), io_fault(&error)),
        code: 2,
    };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

type Loaded = Result<Settings, crate::settings::SettingsFault>;

fn trust(asked: &Asked, settings: Option<&Loaded>) -> Result<Arc<Trust>, Stop> {
    let called_wrongly = |says: String| Stop { says, code: 2 };
    if let Some(file) = &asked.trust {
        let pem = String::from_utf8_lossy(&read(file, 4 << 20)?).into_owned();
        let trust = Trust::from_pem(&pem).map_err(|fault| {
            called_wrongly(format!(
                "{} 不能用作信任的根证书：{fault}。请用 yanzheng seal ca trust 重新导出。",
                file.display()
            ))
        })?;
        return Ok(Arc::new(trust));
    }
    let missing = || {
        called_wrongly("本机没有建立签章证书。请用 --trust 指定根证书文件（PEM），可向发证机关索取。".into())
    };
    let settings = settings.ok_or_else(missing)?.as_ref().map_err(Stop::because)?;
    let keys = seal_keys(settings);
    if !keys.is_founded() {
        return Err(missing());
    }
    keys.trust().map_err(|fault| Stop::because(format!("{fault}。{}", fault.next())))
}

/// A list that is not believed says nothing: the state is then unknown.
fn by_list(file: &Path, trust: &Trust, now: jiff::Timestamp) -> Result<Records, Stop> {
    let bytes = read(file, guomi::cose::MAX_LEN)?;
    Ok(match status_list::verify(&bytes, trust, now) {
        Ok(list) => Records::List(Arc::new(list)),
        Err(fault) => Records::Nobody(format!("状态清单不可信：{fault}。{}", fault.next())),
    })
}

/// The records of this machine; never makes a database where there is none.
async fn own(settings: Option<&Loaded>) -> Records {
    let nobody =
        |why: &str| Records::Nobody(format!("没有查到现在的状态：{why}。可以用 --status 指定状态清单。"));
    let Some(Ok(settings)) = settings else { return nobody("本机的设置读不出来") };
    let Some(db) = data::open_if_there(settings).await else { return nobody("本机没有数据库") };
    // Nothing was ever issued from an empty database: that it knows no document says nothing about the document.
    match identity::bureaus::all(&mut db.clone()).await {
        Ok(bureaus) if bureaus.is_empty() => nobody("本机的数据库是空的"),
        Ok(_) => Records::Own { db, offices: Offices::own(seal_keys(settings)), register: None },
        Err(_) => nobody("本机的数据库读不出来"),
    }
}
