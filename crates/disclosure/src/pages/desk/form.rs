//! The form in which an article is written, with its preview. Of two editors on one article the second is told who was
//! first and when, sees the other's text, and keeps the own.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use catalog::Catalogue;
use identity::{Act, Officer};
use web::parts::{Field, Input};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html_with_status};

use super::apart::{Apart, apart};
use super::{read, status_of, typed, version};
use crate::actions::{self, By};
use crate::article::{Article, Content, LONGEST_BODY};
use crate::markup::{self, Html};
use crate::{Fault, Kind, store};

/// What somebody else saved meanwhile, and where it differs from what was typed here.
struct Other {
    by: String,
    at: String,
    apart: Vec<Apart>,
}

#[derive(Template)]
#[template(path = "disclosure/desk/form.html")]
struct FormPage {
    page: Page,
    action: String,
    /// Of a new article: a double click begins one.
    key: String,
    /// Where “取消” leads.
    back: String,
    version: i64,
    /// What the article is called and who issued it.
    head: Vec<Field>,
    dates: Vec<Field>,
    body: String,
    body_error: Option<String>,
    longest: usize,
    links: Vec<Field>,
    asked: Vec<Field>,
    problems: Problems,
    other: Option<Other>,
    /// Why it was not saved: what happened, and what to do.
    refused: Option<(String, String)>,
    preview: Option<Html>,
}

struct Filled<'a> {
    typed: &'a Fields,
    problems: Problems,
    version: i64,
    status: StatusCode,
    other: Option<Other>,
    refused: Option<(String, String)>,
}

impl<'a> Filled<'a> {
    fn of(typed: &'a Fields, problems: Problems, version: i64) -> Filled<'a> {
        let status = status_of(!problems.is_empty());
        Filled { typed, problems, version, status, other: None, refused: None }
    }

    /// What was typed, with the reason why it was not saved.
    fn refused(typed: &'a Fields, version: i64, fault: &Fault) -> Filled<'a> {
        let face = fault.face();
        let mut problems = Problems::none();
        match fault {
            Fault::NumberTaken { .. } => problems.add("doc_number", format!("{}。{}", face.says, face.next)),
            Fault::Typed(all) => all.iter().for_each(|(field, says)| problems.add(*field, says.clone())),
            _ => {}
        }
        let refused = problems.is_empty().then_some((face.says, face.next));
        Filled { typed, problems, version, status: face.status, other: None, refused }
    }
}

fn page(cx: &PageCx, app: &App, article: Option<&Article>, filled: Filled<'_>) -> Answer {
    let Filled { typed, problems, version, status, other, refused } = filled;
    let fill = |fields: Vec<Field>| fields.into_iter().map(|field| field.fill(typed, &problems)).collect();
    let (title, action, back) = match article {
        None => ("起草信息", "/desk/disclosure/new".to_owned(), "/desk/disclosure".to_owned()),
        Some(one) => {
            let back = actions::desk_address(&one.bureau, &one.id);
            ("修改信息", format!("{back}/edit"), back)
        }
    };
    let key = match typed.get("key") {
        "" => app.new_id(),
        sent => sent.to_owned(),
    };
    let wants_preview = typed.get("do") == "preview";
    let form = FormPage {
        page: cx.page(title).crumb("工作台", "/desk").crumb("信息公开", "/desk/disclosure"),
        action,
        key,
        back,
        version,
        head: fill(head()),
        dates: fill(dates()),
        body: typed.get("body").to_owned(),
        body_error: problems.at("body").map(str::to_owned),
        longest: LONGEST_BODY,
        links: fill(links(app)),
        asked: fill(asked()),
        preview: wants_preview.then(|| markup::read(typed.get("body")).html()),
        problems,
        other,
        refused,
    };
    html_with_status(status, &form)
}

fn head() -> Vec<Field> {
    let kinds = Kind::ALL.map(|kind| (kind.code(), kind.says()));
    vec![
        Field::new("kind", "类别", Input::Select).required().options(kinds),
        Field::text("title", "标题").required().max(120),
        Field::text("organ", "发文机关").required().max(60),
        Field::text("doc_number", "文号").max(60).hint("没有文号的可以不填，例如：城中烟发〔2026〕12号"),
        Field::new("summary", "摘要", Input::Long)
            .max(300)
            .hint("一两句话说清讲什么、和谁有关；不填时取正文开头"),
    ]
}

fn dates() -> Vec<Field> {
    vec![
        Field::new("made_on", "成文日期", Input::Date).required(),
        Field::new("effective_on", "实施日期", Input::Date).hint("政策文件、审查细则、总量控制必须填写"),
        Field::new("expires_on", "失效日期", Input::Date).hint("最后一个有效的日子；长期有效的不填"),
    ]
}

fn links(app: &App) -> Vec<Field> {
    let catalogue = app.part::<Catalogue>();
    let items = catalogue.items().iter().map(|item| (item.slug.clone(), item.name.clone()));
    vec![
        Field::new("items", "涉及的事项", Input::Boxes).options(items),
        Field::new("cites", "依据的条文", Input::Long).hint("一行一条，例如：《行政许可法》第四十条"),
    ]
}

fn asked() -> Vec<Field> {
    vec![
        Field::new("asked_from", "开始征求意见", Input::Date),
        Field::new("asked_to", "截止日期", Input::Date).hint("含当天"),
        Field::text("asked_contact", "联系方式").max(120).hint("电话、地址，供不方便上网的人使用"),
    ]
}

/// `GET /desk/disclosure/new`
pub async fn new(cx: PageCx, officer: Officer, State(app): State<App>) -> Answer {
    officer.may(Act::EditDisclosure, &officer.bureau)?;
    let content =
        Content { organ: officer.bureau_name.clone(), made_on: Some(app.today()), ..Content::default() };
    let typed = typed::fields(&content);
    page(&cx, &app, None, Filled::of(&typed, Problems::none(), 0))
}

/// `POST /desk/disclosure/new`
pub async fn create(cx: PageCx, officer: Officer, State(app): State<App>, sent: Fields) -> Answer {
    officer.may(Act::EditDisclosure, &officer.bureau)?;
    let (content, problems) = typed::content(&sent, &app.part::<Catalogue>(), app.today());
    if sent.get("do") == "preview" || !problems.is_empty() {
        return page(&cx, &app, None, Filled::of(&sent, problems, 0));
    }
    let by = By::officer(&officer, app.now());
    let article = match actions::create_once(&app, &by, &officer.bureau, sent.get("key"), content).await {
        Ok(article) => article,
        Err(fault) => return page(&cx, &app, None, Filled::refused(&sent, 0, &fault)),
    };
    let to = actions::desk_address(&article.bureau, &article.id);
    Ok(Flash::done("草稿已保存。看过没有问题以后，请提交审核").redirect(&app, &to))
}

type Place = Path<(String, String)>;

/// `GET /desk/disclosure/{bureau}/{article}/edit`
pub async fn edit(cx: PageCx, officer: Officer, State(app): State<App>, Path((bureau, id)): Place) -> Answer {
    officer.may(Act::EditDisclosure, &bureau)?;
    let article = read(&app, &officer, &bureau, &id).await?;
    if !article.is_open_to_editors() {
        let to = actions::desk_address(&bureau, &id);
        let says = format!("这条信息现在是“{}”，不能修改。需要修改的，请先退回", article.state.says());
        return Ok(Flash::problem(says).redirect(&app, &to));
    }
    let typed = typed::fields(&article.content);
    page(&cx, &app, Some(&article), Filled::of(&typed, Problems::none(), article.version))
}

/// `POST /desk/disclosure/{bureau}/{article}/edit`
pub async fn save(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    sent: Fields,
) -> Answer {
    officer.may(Act::EditDisclosure, &bureau)?;
    let article = read(&app, &officer, &bureau, &id).await?;
    let seen = version(sent.get("version"))?;
    let (content, problems) = typed::content(&sent, &app.part::<Catalogue>(), app.today());
    if sent.get("do") == "preview" || !problems.is_empty() {
        return page(&cx, &app, Some(&article), Filled::of(&sent, problems, seen));
    }
    let by = By::officer(&officer, app.now());
    match actions::save(&app, &by, (&bureau, &id), seen, content).await {
        Ok(_) => {
            let to = actions::desk_address(&bureau, &id);
            Ok(Flash::done("已保存").redirect(&app, &to))
        }
        Err(Fault::Overtaken { .. }) => overtaken(&cx, &app, &bureau, &id, &sent).await,
        Err(fault) => page(&cx, &app, Some(&article), Filled::refused(&sent, seen, &fault)),
    }
}

/// The form again with what was typed, beside what the other saved. Saved once more, it stands over the other's text: by
/// then the editor has seen it.
async fn overtaken(cx: &PageCx, app: &App, bureau: &str, id: &str, sent: &Fields) -> Answer {
    let now = store::by_id(&mut app.db.clone(), bureau, id).await?.ok_or(Fault::Unknown)?;
    let catalogue = app.part::<Catalogue>();
    let says = |field: &str, value: &str| match field {
        "kind" => Kind::from_code(value).map_or_else(|| value.to_owned(), |kind| kind.says().to_owned()),
        "items" => catalogue.item(value).map_or_else(|| value.to_owned(), |item| item.name.clone()),
        _ => value.to_owned(),
    };
    let other = Other {
        by: now.changed_by.name.clone(),
        at: web::text::minute(now.changed_at),
        apart: apart(&typed::fields(&now.content), sent, says),
    };
    let filled = Filled {
        typed: sent,
        problems: Problems::none(),
        version: now.version,
        status: StatusCode::CONFLICT,
        other: Some(other),
        refused: None,
    };
    page(cx, app, Some(&now), filled)
}
