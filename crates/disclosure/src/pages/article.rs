//! One public article: its particulars, its text, its attachments, what it speaks of, and what the public says to it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use catalog::Catalogue;
use jiff::civil::Date;
use web::text::{date_cn, minute};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::list::{find, quoted};
use super::{CSV, public_file, saved_as};
use crate::article::{Asking, Published, Validity};
use crate::comment::Comment;
use crate::markup::Html;
use crate::state::Standing;
use crate::{Fault, actions, open_data, store};

/// An address with its words.
pub(super) struct Link {
    pub words: String,
    pub href: String,
}

#[derive(Template)]
#[template(path = "disclosure/article.html")]
struct ArticlePage {
    page: Page,
    one: Published,
    facts: Vec<(&'static str, String)>,
    validity: Validity,
    /// What a reader must know before reading: withdrawn, repealed, not yet in force.
    warning: Option<String>,
    body: Option<Html>,
    has_table: bool,
    items: Vec<Link>,
    provisions: Vec<Link>,
    asking: Option<String>,
    is_open: bool,
    shown: i64,
    waiting: i64,
    comments: Vec<Comment>,
    typed: Fields,
    problems: Problems,
    key: String,
}

const MOST_COMMENTS: i64 = 200;

/// `GET /disclosure/{index}`
pub async fn show(cx: PageCx, State(app): State<App>, Path(index): Path<String>) -> Answer {
    let one = find(&app, &index).await?;
    page(&cx, &app, one, Fields::default(), Problems::none()).await
}

async fn page(cx: &PageCx, app: &App, one: Published, typed: Fields, problems: Problems) -> Answer {
    let mut db = app.db.clone();
    let today = app.today();
    let is_gone = matches!(one.standing, Standing::Withdrawn { .. });
    let asks = one.content.consultation.as_ref();
    let (shown, waiting) = match asks {
        Some(_) => store::count_comments(&mut db, &one.bureau, &one.index_no).await?,
        None => (0, 0),
    };
    let comments = match asks {
        Some(_) => store::shown_comments(&mut db, &one.bureau, &one.index_no, MOST_COMMENTS).await?,
        None => Vec::new(),
    };
    let validity = one.validity(today);
    let body = one.content.read_body();
    let status = match (is_gone, problems.is_empty()) {
        (true, _) => StatusCode::GONE,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let shown_page = ArticlePage {
        page: cx
            .page(one.content.title.clone())
            .crumb("信息公开", "/disclosure")
            .crumb(one.content.kind.says(), format!("/disclosure?kind={}", one.content.kind.code())),
        facts: facts(&one),
        warning: warning(&one, validity),
        validity,
        has_table: body.tables().next().is_some(),
        body: (!is_gone).then(|| body.html()),
        items: items(app, &one),
        provisions: provisions(&one),
        asking: asking(&one, today),
        is_open: asks.is_some_and(|asked| asked.on(today) == Asking::Open) && one.standing.is_public(),
        shown,
        waiting,
        comments,
        typed,
        problems,
        key: app.new_id(),
        one,
    };
    html_with_status(status, &shown_page)
}

/// The table that every page of public information begins with.
fn facts(one: &Published) -> Vec<(&'static str, String)> {
    let content = &one.content;
    let day = |day: Option<Date>| day.map(date_cn).unwrap_or_default();
    let all = vec![
        ("索引号", one.index_no.clone()),
        ("信息类别", content.kind.says().to_owned()),
        ("发文机关", content.organ.clone()),
        ("文号", content.doc_number.clone()),
        ("成文日期", day(content.made_on)),
        ("发布日期", date_cn(web::clock::office_day(one.published_at))),
        ("实施日期", day(content.effective_on)),
        ("失效日期", day(content.expires_on)),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn warning(one: &Published, validity: Validity) -> Option<String> {
    match (&one.standing, validity) {
        (Standing::Withdrawn { at, why, .. }, _) => {
            Some(format!("这条信息已于{}撤回，不再公开正文。原因：{why}", minute(*at)))
        }
        (Standing::Repealed { on, why, .. }, Validity::Repealed { .. }) => {
            Some(format!("本文件自{}起废止，正文只供查阅。{why}", date_cn(*on)))
        }
        (Standing::Repealed { on, why, .. }, _) => Some(format!("本文件将自{}起废止。{why}", date_cn(*on))),
        (_, Validity::NotYet { from }) => Some(format!("本文件自{}起施行，现在还没有生效。", date_cn(from))),
        (_, Validity::Expired { last }) => {
            Some(format!("本文件的有效期到{}为止，现在已经失效，正文只供查阅。", date_cn(last)))
        }
        _ => None,
    }
}

fn items(app: &App, one: &Published) -> Vec<Link> {
    let catalogue = app.part::<Catalogue>();
    let link = |slug: &String| {
        let item = catalogue.item(slug)?;
        // An item without business types of its own has no place in the hall.
        let href = match item.types.first() {
            Some(_) => format!("/items#item-{}", item.slug),
            None => "/items#enterprises".to_owned(),
        };
        Some(Link { words: item.name.clone(), href })
    };
    one.content.items.iter().filter_map(link).collect()
}

fn provisions(one: &Published) -> Vec<Link> {
    let link = |cite: &catalog::Cite| {
        let place = format!("第{}条", law::numerals::chinese(cite.article));
        // The version it was written under, whatever is in force by now.
        let on = law::texts::law_of(cite).map_or(cite.version, |text| text.in_force);
        let href = format!("/laws/{}?on={on}#{}", quoted(&cite.law), quoted(&place));
        Link { words: cite.to_string(), href }
    };
    one.content.cites.iter().map(link).collect()
}

/// Until when the public is asked, in words.
pub(super) fn asking(one: &Published, today: Date) -> Option<String> {
    let asked = one.content.consultation.as_ref()?;
    Some(match asked.on(today) {
        Asking::Soon => format!("{}开始征求意见", date_cn(asked.from)),
        Asking::Open => format!("正在征求意见，到{}为止（含当天）", date_cn(asked.to)),
        Asking::Over => format!("征求意见已于{}结束", date_cn(asked.to)),
    })
}

/// `POST /disclosure/{index}/comments`
pub async fn comment(cx: PageCx, State(app): State<App>, Path(index): Path<String>, sent: Fields) -> Answer {
    let one = find(&app, &index).await?;
    let done = actions::say(&app, &one, sent.get("key"), sent.get("name"), sent.get("body")).await;
    match done {
        Ok(()) => {
            let says = "意见已收到，谢谢。工作人员看过以后会公开，一般不超过两个工作日";
            Ok(Flash::done(says).redirect(&app, &format!("{}#comments", one.url())))
        }
        Err(Fault::Typed(faults)) => {
            let mut problems = Problems::none();
            faults.into_iter().for_each(|(field, says)| problems.add(field, says));
            page(&cx, &app, one, sent, problems).await
        }
        Err(fault) => {
            let face = fault.face().action("回到这条信息", one.url());
            Err(web::Refusal::caused(face, &fault))
        }
    }
}

/// `GET /disclosure/{index}/files/{file}`
pub async fn file(State(app): State<App>, Path((index, file)): Path<(String, String)>) -> Answer {
    let one = find(&app, &index).await?;
    if matches!(one.standing, Standing::Withdrawn { .. }) {
        return Err(Fault::NoFile.into());
    }
    let file = one.content.attachment(&file).ok_or(Fault::NoFile)?;
    let answer = web::kept::returned(&app, &file.digest, &file.kind, &file.name).await;
    Ok(answer.map_err(Fault::from)?)
}

/// `GET /disclosure/{index}/table.csv`: the tables of an article, one below the other.
pub async fn table(State(app): State<App>, Path(index): Path<String>) -> Answer {
    let one = find(&app, &index).await?;
    if matches!(one.standing, Standing::Withdrawn { .. }) {
        return Err(Fault::NoFile.into());
    }
    let body = one.content.read_body();
    let records: Vec<Vec<String>> = body.tables().flat_map(|table| table.records()).collect();
    if records.is_empty() {
        return Err(Fault::NoFile.into());
    }
    Ok(saved_as(public_file(CSV, open_data::csv(records)), &format!("{}.csv", one.content.title)))
}
