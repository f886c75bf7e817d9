//! One article at the desk: its text as the public will see it, what can be done now, and what was done.

use askama::Template;
use axum::extract::{Path, State};
use catalog::Catalogue;
use db::history::{self, Entry};
use identity::{Act, Officer};
use jiff::Timestamp;
use web::text::{date_cn, minute};
use web::{Answer, App, Page, PageCx, html};

use super::read;
use crate::article::Article;
use crate::markup::Html;
use crate::state::{Standing, Work};
use crate::store::{self, Version};

/// A step in the history, in words.
struct Line {
    when: String,
    what: &'static str,
    who: String,
    why: Option<String>,
}

#[derive(Template)]
#[template(path = "disclosure/desk/one.html")]
struct OnePage {
    page: Page,
    one: Article,
    /// The words of the state with the instant or reason that belong to it.
    state: String,
    missing: Vec<(&'static str, String)>,
    /// Until when it should be public, and under what; gone once it is.
    public_by: Option<(String, bool)>,
    facts: Vec<(&'static str, String)>,
    body: Html,
    open: bool,
    writing: bool,
    submitted: bool,
    approved: bool,
    public: bool,
    withdrawn: bool,
    own: bool,
    may_edit: bool,
    may_review: bool,
    today: String,
    versions: Vec<Version>,
    lines: Vec<Line>,
}

impl OnePage {
    fn action(&self, step: &str) -> String {
        format!("{}/{step}", crate::actions::desk_address(&self.one.bureau, &self.one.id))
    }

    fn when(&self, at: &Timestamp) -> String {
        minute(*at)
    }
}

/// `GET /desk/disclosure/{bureau}/{article}`
pub async fn show(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Path<(String, String)>,
) -> Answer {
    let one = read(&app, &officer, &bureau, &id).await?;
    let mut db = app.db.clone();
    let title = if one.content.title.is_empty() {
        "没有标题的草稿".to_owned()
    } else {
        one.content.title.clone()
    };
    let history = history::read(&mut db, &bureau, "article", &id).await?;
    html(&OnePage {
        page: cx.page(title).crumb("工作台", "/desk").crumb("信息公开", "/desk/disclosure"),
        state: state(&one),
        missing: if one.is_being_written() { one.content.problems() } else { Vec::new() },
        public_by: public_by(&app, &one),
        facts: facts(&app, &one),
        body: one.content.read_body().html(),
        open: one.is_open_to_editors(),
        writing: one.is_being_written(),
        submitted: matches!(one.state.work, Work::Submitted { .. }),
        approved: matches!(one.state.work, Work::Approved { .. }),
        public: one.state.standing.is_public(),
        withdrawn: matches!(one.state.standing, Standing::Withdrawn { .. }),
        own: one.state.work.authors().iter().any(|author| author.id == officer.id),
        may_edit: officer.can(Act::EditDisclosure),
        may_review: officer.can(Act::ReviewDisclosure),
        today: app.today().to_string(),
        versions: store::versions(&mut db, &bureau, &id).await?,
        lines: history.iter().map(line).collect(),
        one,
    })
}

fn state(one: &Article) -> String {
    let says = one.state.says();
    match (&one.state.work, &one.state.standing) {
        (Work::Writing { returned: Some(why), .. }, _) => format!("{says}，退回意见：{why}"),
        (Work::Submitted { by, .. }, _) => format!("{says}，{}提交", by.name),
        (Work::Approved { by, at, .. }, _) => format!("{says}，{}审核，{}发布", by.name, minute(*at)),
        (Work::Idle, Standing::Published { until: Some(until), .. }) => {
            format!("{says}，{}自动撤下", minute(*until))
        }
        (Work::Idle, Standing::Withdrawn { at, why, .. }) => format!("{says}，{}，{why}", minute(*at)),
        (Work::Idle, Standing::Repealed { on, why, .. }) => format!("{says}，自{}起，{why}", date_cn(*on)),
        _ => says.to_owned(),
    }
}

/// The last day to make a text public that was never public, and whether it has passed.
fn public_by(app: &App, one: &Article) -> Option<(String, bool)> {
    let waits = one.state.standing == Standing::Unpublished && one.state.work != Work::Idle;
    let made = one.content.made_on.filter(|_| waits)?;
    let due = law::limits::disclosure_due(made, &app.calendar());
    let under = law::citations::in_one_line(&due.under[..1]);
    let provisional = if due.provisional { "，放假安排未公布，日期暂定" } else { "" };
    Some((format!("应当在{}前公开（{under}{provisional}）", date_cn(due.on)), due.is_over(app.today())))
}

fn facts(app: &App, one: &Article) -> Vec<(&'static str, String)> {
    let content = &one.content;
    let day = |day: Option<jiff::civil::Date>| day.map(date_cn).unwrap_or_default();
    let catalogue = app.part::<Catalogue>();
    let name = |slug: &String| catalogue.item(slug).map_or_else(|| slug.clone(), |item| item.name.clone());
    let asked = content.consultation.as_ref();
    let asked =
        asked.map(|asked| format!("{}至{}，{}", date_cn(asked.from), date_cn(asked.to), asked.contact));
    let all = vec![
        ("索引号", one.index_no.clone().unwrap_or_else(|| "发布时自动编号".to_owned())),
        ("类别", content.kind.says().to_owned()),
        ("发文机关", content.organ.clone()),
        ("文号", content.doc_number.clone()),
        ("成文日期", day(content.made_on)),
        ("实施日期", day(content.effective_on)),
        ("失效日期", day(content.expires_on)),
        ("征求意见", asked.unwrap_or_default()),
        ("涉及的事项", content.items.iter().map(name).collect::<Vec<_>>().join("、")),
        ("依据", content.cites.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")),
        ("摘要", content.summary.clone()),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn line(entry: &Entry) -> Line {
    let data: serde_json::Value = serde_json::from_str(&entry.data).unwrap_or_default();
    Line {
        when: minute(entry.at),
        what: match entry.act.as_str() {
            "begun" => "起草",
            "written" => "修改",
            "attached" => "添加附件",
            "detached" => "删除附件",
            "submitted" => "提交审核",
            "returned" => "退回修改",
            "approved" => "审核通过",
            "discarded" => "作废草稿",
            "published" => "发布",
            "withdrawal-planned" => "设定到期撤下时间",
            "withdrawn" => "撤回",
            "repealed" => "废止",
            _ => "办理",
        },
        who: entry.actor_name.clone(),
        why: ["why", "file"].iter().find_map(|key| data[*key].as_str()).map(str::to_owned),
    }
}
