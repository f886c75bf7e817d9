//! Electronic licences from the command line: handing one out as files, and the list.

use std::path::{Path, PathBuf};

use clap::Args;
use licences::elicence::State;
use licences::elicence::export::{self, Listed};
use web::App;
use web::text::io_fault;

use super::{Done, Stop, data, say};
use crate::assemble::assemble;
use crate::settings::Settings;

#[derive(Args)]
pub struct Export {
    /// 12 位许可证号
    #[arg(value_name = "许可证号")]
    number: String,
    /// 盖了电子印章的原件写到这个文件
    #[arg(long, value_name = "文件")]
    ofd: Option<PathBuf>,
    /// 阅读副本写到这个文件
    #[arg(long, value_name = "文件")]
    pdf: Option<PathBuf>,
}

#[derive(Args)]
pub struct List {
    /// 只列一个单位
    #[arg(value_name = "单位编码")]
    bureau: Option<String>,
    /// 只列这种状态：有效、停用、变更、注销、撤销、过期，或者“未制发”
    #[arg(long, value_name = "状态")]
    state: Option<String>,
}

/// Licences read at a time.
const PAGE: i64 = 500;
/// What stands for a licence without an electronic edition.
const NONE: &str = "未制发";

async fn open(settings: &Settings) -> Result<App, Stop> {
    data::existing(settings)?;
    Ok(assemble(settings).await.map_err(|fault| Stop::because(format!("{fault:#}")))?.app)
}

/// What people are told, with the way on.
fn stop(fault: &licences::Fault) -> Stop {
    let face = fault.face();
    Stop::because(format!("{}。{}", face.says.trim_end_matches('。'), face.next))
}

pub async fn export(settings: &Settings, asked: &Export) -> Done {
    let number = licences::number::read(&asked.number)
        .map_err(|fault| Stop::because(format!("许可证号不对：{}。", fault.explain())))?;
    if asked.ofd.is_none() && asked.pdf.is_none() {
        return Err(Stop { says: "请用 --ofd 或 --pdf 写明导出到哪个文件。".into(), code: 2 });
    }
    if asked.ofd.is_some() && asked.ofd == asked.pdf {
        return Err(Stop {
            says: "--ofd 和 --pdf 不能写到同一个文件，没有导出。".into(), code: 2
        });
    }
    for file in [&asked.ofd, &asked.pdf].into_iter().flatten() {
        can_be_written(file)?;
    }
    let app = open(settings).await?;
    let exported = export::export(&app, &number).await;
    app.db.close().await;
    let exported = exported.map_err(|fault| stop(&fault))?;
    if exported.made_now {
        say(format!("许可证 {number} 原来没有电子证照，已补发第 1 版。"));
    }
    say(format!(
        "证照标识 {}，第 {} 版，{}。",
        exported.edition.identifier,
        exported.edition.edition,
        exported.edition.state_on(app.today()).label()
    ));
    for (file, bytes) in [(&asked.ofd, &exported.ofd), (&asked.pdf, &exported.pdf)] {
        if let Some(file) = file {
            write(file, bytes)?;
        }
    }
    Ok(())
}

/// Before anything is made: an edition must not come about for a file that can't.
fn can_be_written(file: &Path) -> Done {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_none_or(Path::is_dir) {
        return Ok(());
    }
    Err(Stop {
        says: format!("写不了 {}：文件夹不存在，没有导出。", file.display()), code: 2
    })
}

fn write(file: &Path, bytes: &[u8]) -> Done {
    std::fs::write(file, bytes)
        .map_err(|error| Stop::because(format!("写不了 {}：{}", file.display(), io_fault(&error))))?;
    say(format!("已写入 {}（{} 字节）。", file.display(), bytes.len()));
    Ok(())
}

pub async fn list(settings: &Settings, asked: &List) -> Done {
    let known = |word: &str| word == NONE || State::ALL.iter().any(|state| state.label() == word);
    if let Some(word) = asked.state.as_deref().filter(|word| !known(word)) {
        return Err(Stop::because(format!(
            "没有“{word}”这种状态。可以写：有效、停用、变更、注销、撤销、过期、{NONE}。"
        )));
    }
    let app = open(settings).await?;
    let listed = all(&app, asked).await;
    app.db.close().await;
    let count = listed.map_err(|fault| stop(&fault))?;
    say(format!("共 {count} 张。"));
    Ok(())
}

async fn all(app: &App, asked: &List) -> Result<usize, licences::Fault> {
    let bureaus = match &asked.bureau {
        Some(bureau) => vec![bureau.clone()],
        None => export::bureaus(&mut app.db.clone()).await?,
    };
    let mut count = 0;
    for bureau in bureaus {
        let mut after = String::new();
        loop {
            let page = export::list(app, &bureau, &after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.number.clone();
            for listed in page.iter().filter(|listed| wanted(listed, asked.state.as_deref())) {
                say(line(&bureau, listed));
                count += 1;
            }
        }
    }
    Ok(count)
}

fn edition(listed: &Listed) -> (String, &'static str) {
    match listed.edition {
        Some((edition, state)) => (format!("第{edition}版"), state.label()),
        None => ("－".into(), NONE),
    }
}

fn wanted(listed: &Listed, state: Option<&str>) -> bool {
    state.is_none_or(|state| edition(listed).1 == state)
}

fn line(bureau: &str, listed: &Listed) -> String {
    let (edition, state) = edition(listed);
    format!(
        "{bureau}  {}  {}  {edition}  {state}  至 {}  {}",
        listed.number, listed.status, listed.valid_to, listed.shop
    )
}
