//! `yanzheng catalog drift URL…`: are the copies of our guides what we publish?

use clap::Subcommand;

use super::{Done, Stop, say};
use crate::assemble::assemble;
use crate::copies;
use crate::settings::Settings;

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
pub enum Catalog {
    /// 核对别处的办事指南和本站是否一致；有一处不一致，退出码为 1
    #[command(help_template = super::words::HELP)]
    Drift {
        /// 指南页面、guide.json 的地址，或者整个网站的地址（核对它的 guides.json）
        #[arg(value_name = "地址", required = true)]
        urls: Vec<String>,
        /// 输出 JSON，供程序读取
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(settings: &Settings, asked: Catalog) -> Done {
    let Catalog::Drift { urls, json } = asked;
    let assembled = assemble(settings).await.map_err(|fault| Stop::because(format!("{fault:#}")))?;
    let mut all = Vec::new();
    for url in &urls {
        all.extend(copies::look(&assembled.app, url).await);
    }
    assembled.app.db.close().await;
    let differ = all.iter().filter(|(_, drift)| !drift.is_same()).count();
    if json {
        let told: Vec<serde_json::Value> = all
            .iter()
            .map(|(url, drift)| serde_json::json!({ "url": url, "drift": drift, "says": drift.to_string() }))
            .collect();
        say(serde_json::to_string_pretty(&told).map_err(Stop::because)?);
    } else {
        all.iter().for_each(|(url, drift)| say(format!("{url}\t{drift}")));
    }
    match differ {
        0 => Ok(()),
        _ => Err(Stop::because(format!("核对 {} 处，{differ} 处不一致。请更新副本以后再核对。", all.len()))),
    }
}
