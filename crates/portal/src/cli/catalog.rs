//! `yanzheng catalog drift URL…`: are the copies of our guides what we publish?

use std::io::Read as _;

use catalog::drift::Drift;
use clap::Subcommand;
use web::App;

use super::{Done, Stop, say};
use crate::assemble::assemble;
use crate::copies::{self, MOST_READ, Report};
use crate::settings::Settings;

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
pub enum Catalog {
    /// 核对别处的办事指南和本站是否一致：版本、核对码和逐项内容
    #[command(help_template = super::words::HELP, after_help = EXITS)]
    Drift {
        /// 指南页面、guide.json 的地址；整个网站的地址（核对它的 guides.json 和每份指南）；或者存下来的文件，- 读标准输入
        #[arg(value_name = "地址", required = true)]
        urls: Vec<String>,
        /// 整个网站的，每一份指南都逐项核对内容（不加时先核对前 300 份，其余只比核对码）
        #[arg(long)]
        all: bool,
        /// 输出 JSON，供程序读取
        #[arg(long)]
        json: bool,
    },
}

const EXITS: &str =
    "退出码：0 全部一致；1 有不一致、缺少或者认不出的；2 命令写错；3 没有不一致的，但是有打不开的";

/// Nothing differs as far as could be seen.
const UNREACHABLE: u8 = 3;

pub async fn run(settings: &Settings, asked: Catalog) -> Done {
    let Catalog::Drift { urls, all, json } = asked;
    let assembled = assemble(settings).await.map_err(|fault| Stop::because(format!("{fault:#}")))?;
    let mut whole = Report::default();
    for url in &urls {
        let report = look(&assembled.app, url, if all { usize::MAX } else { MOST_READ }).await;
        whole.found.extend(report.found);
        whole.read += report.read;
        whole.by_digest_only += report.by_digest_only;
    }
    assembled.app.db.close().await;
    tell(&whole, json)?;
    judge(&whole)
}

async fn look(app: &App, url: &str, most: usize) -> Report {
    if url.starts_with("http://") || url.starts_with("https://") {
        return copies::look_at(app, url, most).await;
    }
    let read = if url == "-" { standard_input() } else { std::fs::read_to_string(url) };
    let drift = match read {
        Ok(body) => copies::look_at_text(app, body).await,
        Err(fault) if fault.kind() == std::io::ErrorKind::InvalidData => Drift::Unreachable {
            says: "这个文件不是网页或者 JSON（可能是 PDF）：PDF 请核对它首页上核对码的网址，或者核对同一份指南的网页".to_owned(),
        },
        Err(fault) => Drift::Unreachable {
            says: format!("读不出这个文件（{fault}）：请检查文件名；网址要以 http:// 开头"),
        },
    };
    Report { found: vec![(url.to_owned(), drift)], read: 1, by_digest_only: 0 }
}

fn standard_input() -> std::io::Result<String> {
    let mut body = String::new();
    std::io::stdin().read_to_string(&mut body)?;
    Ok(body)
}

fn tell(whole: &Report, json: bool) -> Done {
    if json {
        let line = |(url, drift): &(String, Drift)| serde_json::json!({ "url": url, "drift": drift, "says": drift.to_string() });
        let told: Vec<serde_json::Value> = whole.found.iter().map(line).collect();
        say(serde_json::to_string_pretty(&told).map_err(Stop::because)?);
        return Ok(());
    }
    whole.found.iter().for_each(|(url, drift)| say(format!("{url}\t{drift}")));
    if whole.by_digest_only > 0 {
        say(format!(
            "逐项核对了 {} 份，另外 {} 份只比了核对码；要全部逐项核对，请加 --all",
            whole.read, whole.by_digest_only
        ));
    }
    Ok(())
}

fn judge(whole: &Report) -> Done {
    let unreachable = |drift: &Drift| matches!(drift, Drift::Unreachable { .. });
    let away = whole.found.iter().filter(|(_, drift)| unreachable(drift)).count();
    let differ = whole.found.iter().filter(|(_, drift)| !drift.is_same() && !unreachable(drift)).count();
    match (differ, away) {
        (0, 0) => Ok(()),
        (0, _) => Err(Stop {
            says: format!("有 {away} 处打不开，没有核对完：请按上面说的处理以后再核对。"),
            code: UNREACHABLE,
        }),
        _ => Err(Stop::because(format!(
            "{differ} 处不一致，{away} 处打不开（读了 {} 份内容，{} 份只比了核对码）。请更新副本以后再核对。",
            whole.read, whole.by_digest_only
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_tells_what_differs_from_what_could_not_be_seen() {
        let of = |all: &[Drift]| {
            let found = all.iter().map(|drift| (String::new(), drift.clone())).collect();
            judge(&Report { found, ..Report::default() }).map_err(|stop| stop.code).err().unwrap_or(0)
        };
        let (missing, away) =
            (Drift::Missing { says: String::new() }, Drift::Unreachable { says: String::new() });
        assert_eq!(of(&[Drift::Same]), 0);
        assert_eq!(of(&[Drift::Same, away.clone()]), 3);
        assert_eq!(of(&[missing, away]), 1);
    }
}
