//! The editor's list by state, and the calendar of what becomes effective.

use askama::Template;
use axum::extract::{Query, State};
use identity::{Act, Officer};
use jiff::civil::Date;
use serde::Deserialize;
use web::text::{date_cn, minute};
use web::{After, Answer, App, Page, PageCx, Pager, html};

use crate::actions::desk_address;
use crate::article::Article;
use crate::state::{Standing, Work};
use crate::store::{self, Filter, NEWEST};

const PAGE: usize = 30;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: String,
}

struct Tab {
    label: String,
    href: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "disclosure/desk/list.html")]
struct ListPage {
    page: Page,
    tabs: Vec<Tab>,
    articles: Vec<Article>,
    pager: Pager,
    may_edit: bool,
    comments: usize,
    held: i64,
}

impl ListPage {
    fn address(&self, one: &Article) -> String {
        desk_address(&one.bureau, &one.id)
    }

    fn when(&self, one: &Article) -> String {
        minute(one.changed_at)
    }
}

/// Enough to say “100 条以上”.
const MOST_WAITING: i64 = 100;

/// `GET /desk/disclosure?state=`
pub async fn list(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    after: After,
) -> Answer {
    let bureau = officer.bureau.clone();
    officer.may(Act::ReadDisclosure, &bureau)?;
    let mut db = app.db.clone();
    let from: Option<(i64, String)> = after.parts::<2>().and_then(|[at, id]| Some((at.parse().ok()?, id)));
    let before = from.as_ref().map_or(NEWEST, |(at, id)| (*at, id.as_str()));
    let mut articles = store::of_bureau(&mut db, &bureau, &asked.state, before, PAGE as i64 + 1).await?;
    let key = |one: &Article| After::key(&[&one.changed_at.as_microsecond().to_string(), &one.id]);
    let pager = Pager::cut(&mut articles, PAGE, &address(&asked.state), &after, key);
    let decisions = store::count_decisions(&mut db, &bureau).await?;
    html(&ListPage {
        page: cx.page("信息公开").crumb("工作台", "/desk"),
        tabs: tabs(&asked.state, &store::count_by_state(&mut db, &bureau).await?),
        articles,
        pager,
        may_edit: officer.can(Act::EditDisclosure),
        comments: store::comments_of_bureau(&mut db, &bureau, "waiting", MOST_WAITING).await?.len(),
        held: decisions.iter().find(|(state, _)| state == "held").map_or(0, |(_, count)| *count),
    })
}

fn address(state: &str) -> String {
    if state.is_empty() { "/desk/disclosure".into() } else { format!("/desk/disclosure?state={state}") }
}

fn tabs(here: &str, counts: &[(String, i64)]) -> Vec<Tab> {
    let count = |code: &str| counts.iter().find(|(state, _)| state == code).map_or(0, |(_, count)| *count);
    let tab = |code: &str, says: &str, count: i64| Tab {
        label: format!("{says}（{count}）"),
        href: address(code),
        here: here == code,
    };
    let all = counts.iter().map(|(_, count)| count).sum();
    vec![
        tab("", "全部", all),
        tab("writing", "起草中", count("writing")),
        tab("submitted", "待审核", count("submitted")),
        tab("approved", "待发布", count("approved")),
        tab("idle", "已发布和已结束", count("idle")),
    ]
}

/// What will happen on a day.
struct Coming {
    on: Date,
    when: String,
    what: &'static str,
    title: String,
    href: String,
}

#[derive(Template)]
#[template(path = "disclosure/desk/calendar.html")]
struct CalendarPage {
    page: Page,
    coming: Vec<Coming>,
}

/// Public articles looked through for days to come.
const LOOKED_THROUGH: i64 = 2_000;

/// `GET /desk/disclosure/calendar`
pub async fn calendar(cx: PageCx, officer: Officer, State(app): State<App>) -> Answer {
    officer.may(Act::ReadDisclosure, &officer.bureau)?;
    let mut db = app.db.clone();
    let mut coming: Vec<Coming> =
        store::planned(&mut db, &officer.bureau).await?.iter().flat_map(by_clock).collect();
    let own = Filter { bureau: officer.bureau.clone(), ..Filter::default() };
    let today = app.today();
    for one in store::list(&mut db, &own, NEWEST, LOOKED_THROUGH).await? {
        let repeal = match &one.standing {
            Standing::Repealed { on, .. } => Some(*on),
            _ => None,
        };
        let asked = one.content.consultation.as_ref();
        let days = [
            (one.content.effective_on, "开始施行"),
            (one.content.expires_on, "有效期最后一天"),
            (repeal, "废止"),
            (asked.map(|asked| asked.from), "开始征求意见"),
            (asked.map(|asked| asked.to), "征求意见最后一天"),
        ];
        for (day, what) in days {
            if let Some(on) = day.filter(|on| *on >= today) {
                let (title, href) = (one.content.title.clone(), desk_address(&one.bureau, &one.article_id));
                coming.push(Coming { on, when: date_cn(on), what, title, href });
            }
        }
    }
    coming.sort_by(|a, b| (a.on, &a.when).cmp(&(b.on, &b.when)));
    let page = cx.page("生效日历").crumb("工作台", "/desk").crumb("信息公开", "/desk/disclosure");
    html(&CalendarPage { page, coming })
}

/// What a watchman will do by itself.
fn by_clock(one: &Article) -> Vec<Coming> {
    let publish = match &one.state.work {
        Work::Approved { at, .. } => Some((*at, "自动发布")),
        _ => None,
    };
    let withdraw = match &one.state.standing {
        Standing::Published { until: Some(until), .. } => Some((*until, "自动撤下")),
        _ => None,
    };
    publish
        .into_iter()
        .chain(withdraw)
        .map(|(at, what)| Coming {
            on: web::clock::office_day(at),
            when: web::text::minute_cn(at),
            what,
            title: one.content.title.clone(),
            href: desk_address(&one.bureau, &one.id),
        })
        .collect()
}
