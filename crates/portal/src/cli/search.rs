//! `yanzheng search …`: asks what the search page asks, over what the program carries. Needs no settings, no database.

use ::search::{Asked, Found, Hit, Kind};
use catalog::Catalogue;
use web::clock::office_day;
use web::{Clock, SystemClock};

use super::{Done, Stop, say};
use crate::search::{Lists, build};

#[derive(clap::Args)]
pub struct Query {
    /// 想找什么：平常的话、拼音、首字母都可以
    #[arg(value_name = "查询词", required = true)]
    words: Vec<String>,
    /// 只看一类：item guide faq policy notice law page
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
pub fn search(query: &Query) -> Done {
    let today = office_day(SystemClock.now());
    let catalogue = Catalogue::embedded().map_err(Stop::because)?;
    let Lists { words, pages } = Lists::of(&catalogue, today).map_err(Stop::because)?;
    let search = build(&catalogue, pages, words, today).map_err(Stop::because)?;
    let text = query.words.join(" ");
    let asked = Asked { kind: query.kind, most: query.most.into(), ..Asked::new(&text, today) };
    let found = search.find(&asked).map_err(Stop::because)?;
    if query.json {
        say(as_json(&found)?);
    } else {
        found.hits.iter().for_each(|hit| say(format!("{}\t{}\t{}", hit.kind, hit.title.text, hit.url)));
    }
    if found.hits.is_empty() {
        return Err(Stop::because(nothing(&text, &found)));
    }
    Ok(())
}

fn as_json(found: &Found) -> Result<String, Stop> {
    let answer = |hit: &Hit| {
        serde_json::json!({
            "kind": hit.kind, "title": hit.title.text, "url": hit.url, "id": hit.id, "excerpt": hit.excerpt.text,
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
