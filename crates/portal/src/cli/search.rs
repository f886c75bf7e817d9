//! `yanzheng search …`: asks what the search page asks, over the same documents: what the program carries, and what stands in
//! the database, if there is one.

use std::path::Path;

use ::search::{Asked, Found, Hit, Kind};
use catalog::{Catalogue, Live};
use jiff::civil::Date;
use web::clock::office_day;
use web::{Clock, SystemClock};

use super::{Done, Stop, data, say};
use crate::search::{Lists, Public, build, permits, published};
use crate::settings::Settings;

#[derive(clap::Args)]
pub struct Query {
    /// 想找什么：平常的话、拼音、首字母都可以
    #[arg(value_name = "查询词", required = true)]
    words: Vec<String>,
    /// 只看一类：item guide faq policy notice permit law page
    #[arg(long, value_name = "类别")]
    kind: Option<Kind>,
    /// 最多列几条
    #[arg(long, value_name = "条数", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=200))]
    most: u16,
    /// 输出 JSON，供程序读取
    #[arg(long)]
    json: bool,
}

/// Best first; exit code 1 when nothing was found.
pub fn search(query: &Query, settings: Option<&Path>) -> Done {
    let today = office_day(SystemClock.now());
    let runtime = tokio::runtime::Runtime::new().map_err(Stop::because)?;
    let (catalogue, public) = match runtime.block_on(kept(settings, today)) {
        Ok(kept) => kept,
        Err(says) => {
            eprintln!(
                "{says}只搜索程序自带的事项、指南、问答、法条和栏目，不含各单位改过的指南和发布的信息。"
            );
            (Catalogue::embedded().map_err(Stop::because)?, Public::default())
        }
    };
    let Lists { words, mut pages } = Lists::of(&catalogue, today).map_err(Stop::because)?;
    pages.extend(public.articles.iter().cloned());
    let search = build(&catalogue, pages, words, today).map_err(Stop::because)?;
    let text = query.words.join(" ");
    let asked = Asked { kind: query.kind, most: query.most.into(), ..Asked::new(&text, today) };
    let found = permits::find(&search, &public.permits, &asked).map_err(Stop::because)?;
    if query.json {
        say(as_json(&found)?);
    } else {
        found.hits.iter().for_each(|hit| say(line(hit)));
    }
    if found.hits.is_empty() {
        return Err(Stop::because(nothing(&text, &found)));
    }
    Ok(())
}

/// The catalogue with what bureaus changed, and what they published. Says why when it can't be had.
async fn kept(settings: Option<&Path>, today: Date) -> Result<(Catalogue, Public), String> {
    let settings = Settings::load(settings).map_err(|fault| format!("{fault}。"))?;
    let db = data::open_if_there(&settings).await;
    let mut db = db.ok_or_else(|| "没有找到数据库，或者打不开。".to_owned())?;
    let catalogue = Live::embedded().snapshot(&db, today).await.map_err(|fault| unread(&fault));
    let public = published(&mut db, today).await.map_err(|fault| unread(&fault));
    db.close().await;
    Ok((catalogue?, public?))
}

fn unread(fault: &dyn std::fmt::Display) -> String {
    format!("数据库读不出来（{fault}），请先运行 yanzheng doctor 检查。")
}

fn line(hit: &Hit) -> String {
    let note = hit.note.as_ref().map(|note| format!("（{note}）")).unwrap_or_default();
    format!("{}\t{}{note}\t{}", hit.kind, hit.title.text, hit.url)
}

fn as_json(found: &Found) -> Result<String, Stop> {
    let answer = |hit: &Hit| {
        serde_json::json!({
            "kind": hit.kind, "title": hit.title.text, "url": hit.url, "id": hit.id, "excerpt": hit.excerpt.text,
            "note": hit.note,
        })
    };
    let answers: Vec<serde_json::Value> = found.hits.iter().map(answer).collect();
    serde_json::to_string_pretty(&answers).map_err(Stop::because)
}

fn nothing(text: &str, found: &Found) -> String {
    let near: Vec<&str> = found.nearest.iter().map(|hit| hit.title.text.as_str()).collect();
    if near.is_empty() {
        return format!("没有找到和“{text}”有关的内容。换一个说法，或者少写几个字再试。");
    }
    format!("没有找到和“{text}”有关的内容。最接近的有：{}。", near.join("、"))
}
