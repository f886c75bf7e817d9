//! Open data: public articles and decisions as CSV and JSON, in columns that stay. A column may be added at the end; none is
//! renamed, moved or taken away within a version.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use crate::article::Published;
use crate::publicity::{COLUMNS, Row};

pub const VERSION: u8 = 1;
/// Rows in one file; whoever wants more asks year by year.
pub const MOST_ROWS: i64 = 5_000;

#[derive(Clone, Copy, Debug, Serialize)]
pub struct DataSet {
    pub name: &'static str,
    pub title: &'static str,
    pub says: &'static str,
    pub updated: &'static str,
}

pub const DATA_SETS: [DataSet; 2] = [
    DataSet {
        name: "articles",
        title: "信息公开目录",
        says: "本网站公开的法规、政策、公告、审查细则、征求意见和总量控制信息，已撤回的除外。",
        updated: "发布、修订、废止时随时更新",
    },
    DataSet {
        name: "permits",
        title: "行政许可双公示",
        says: "准予和不予的行政许可决定，按全国信用信息“双公示”的列公开，证件号码已脱敏。",
        updated: "作出决定后七个工作日内",
    },
];

/// Columns of the articles with what each holds.
pub const ARTICLE_COLUMNS: [(&str, &str); 14] = [
    ("index_no", "索引号"),
    ("kind", "类别代码"),
    ("kind_name", "类别"),
    ("title", "标题"),
    ("organ", "发文机关"),
    ("doc_number", "文号"),
    ("made_on", "成文日期，如 2026-01-31"),
    ("published_on", "发布日期"),
    ("effective_on", "实施日期"),
    ("expires_on", "失效日期"),
    ("validity", "有效性：有效、尚未施行、失效、废止"),
    ("items", "涉及的事项，用空格隔开"),
    ("cites", "依据的条文，用顿号隔开"),
    ("url", "网页地址"),
];

pub fn columns_of(name: &str) -> Vec<(&'static str, &'static str)> {
    match name {
        "articles" => ARTICLE_COLUMNS.to_vec(),
        _ => COLUMNS.iter().map(|column| (column.code, column.says)).collect(),
    }
}

/// What the columns are, for programs.
pub fn schema(base: &str) -> Value {
    let sets = DATA_SETS.map(|set| {
        let columns: Vec<Value> = columns_of(set.name)
            .into_iter()
            .map(|(code, says)| json!({ "code": code, "says": says }))
            .collect();
        json!({
            "name": set.name, "title": set.title, "says": set.says, "updated": set.updated,
            "csv": format!("{base}/open-data/{}.csv", set.name),
            "json": format!("{base}/open-data/{}.json", set.name),
            "columns": columns,
        })
    });
    json!({ "version": VERSION, "licence": "可以免费使用，使用时请注明来源和日期", "data": sets })
}

pub fn articles_csv(base: &str, articles: &[Published], today: Date) -> String {
    let head = ARTICLE_COLUMNS.iter().map(|(code, _)| (*code).to_owned()).collect();
    let rows = articles.iter().map(|one| article_row(base, one, today).to_vec());
    csv(std::iter::once(head).chain(rows))
}

pub fn articles_json(base: &str, articles: &[Published], today: Date, now: Timestamp) -> Value {
    let rows = articles.iter().map(|one| {
        let mut row = serde_json::Map::new();
        for ((code, _), value) in ARTICLE_COLUMNS.iter().zip(article_row(base, one, today)) {
            row.insert((*code).to_owned(), Value::String(value));
        }
        row.insert("body".to_owned(), Value::String(one.content.read_body().words()));
        let attachments = one.content.attachments.iter().map(|file| {
            json!({
                "name": file.name, "bytes": file.bytes, "media_type": file.kind, "sm3": file.digest,
                "url": format!("{base}{}/files/{}", one.url(), file.id),
            })
        });
        row.insert("attachments".to_owned(), attachments.collect());
        Value::Object(row)
    });
    whole("articles", rows.collect(), now)
}

fn article_row(base: &str, one: &Published, today: Date) -> [String; 14] {
    let content = &one.content;
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    [
        one.index_no.clone(),
        content.kind.code().to_owned(),
        content.kind.says().to_owned(),
        content.title.clone(),
        content.organ.clone(),
        content.doc_number.clone(),
        day(content.made_on),
        web::clock::office_day(one.published_at).to_string(),
        day(content.effective_on),
        day(content.expires_on),
        one.validity(today).says().to_owned(),
        content.items.join(" "),
        content.cites.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"),
        format!("{base}{}", one.url()),
    ]
}

pub fn permits_csv(rows: &[Row]) -> String {
    let head = COLUMNS.iter().map(|column| column.code.to_owned()).collect();
    csv(std::iter::once(head).chain(rows.iter().map(|row| row.values().to_vec())))
}

pub fn permits_json(rows: &[Row], now: Timestamp) -> Value {
    whole("permits", json!(rows), now)
}

fn whole(name: &str, rows: Value, now: Timestamp) -> Value {
    json!({ "version": VERSION, "data": name, "schema": "/open-data/schema.json", "generated_at": now, "rows": rows })
}

/// With the mark by which spreadsheets know UTF-8, and without anything a spreadsheet would run as a formula.
pub fn csv(records: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for record in records {
        writer.write_record(record.iter().map(|cell| harmless(cell))).expect("a vector takes every record");
    }
    let written = writer.into_inner().expect("a vector takes every record");
    format!("\u{feff}{}", String::from_utf8(written).expect("records are text"))
}

fn harmless(cell: &str) -> String {
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if runs { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_becomes_a_formula_and_numbers_stay_numbers() {
        let rows =
            vec![vec!["=HYPERLINK(1)".to_owned(), "-3".to_owned(), "a,\"b\"".to_owned(), "@x".to_owned()]];
        assert_eq!(csv(rows), "\u{feff}'=HYPERLINK(1),-3,\"a,\"\"b\"\"\",'@x\n");
    }

    /// Other programs read these files: a column that goes or moves breaks them.
    #[test]
    fn the_columns_are_those_that_were_promised() {
        let articles: Vec<&str> = ARTICLE_COLUMNS.iter().map(|(code, _)| *code).collect();
        assert_eq!(
            articles.join(","),
            "index_no,kind,kind_name,title,organ,doc_number,made_on,published_on,effective_on,expires_on,validity,items,cites,url"
        );
        let permits: Vec<&str> = COLUMNS.iter().map(|column| column.code).collect();
        assert_eq!(
            permits.join(","),
            "XK_XDR_MC,XK_XDR_LB,XK_XDR_SHXYM,XK_XDR_GSZC,XK_XDR_ZZJG,XK_XDR_SWDJ,XK_XDR_SYDW,XK_XDR_SHZZ,XK_FRDB,\
             XK_FR_ZJLX,XK_FR_ZJHM,XK_XDR_ZJLX,XK_XDR_ZJHM,XK_XKWS,XK_WSH,XK_XKLB,XK_XKZS,XK_XKBH,XK_NR,XK_JDRQ,\
             XK_YXQZ,XK_YXQZI,XK_XKJG,XK_XKJGDM,XK_ZT,XK_LYDW,XK_LYDWDM,BZ"
        );
        let row = permits_json(&[Row::default()], "2026-11-25T01:00:00Z".parse().unwrap());
        assert_eq!(row["rows"][0].as_object().unwrap().len(), COLUMNS.len());
    }
}
