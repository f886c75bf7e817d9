//! 暂停, 恢复 and 取消 at the desk: what it means for applicants is shown before anybody decides.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use identity::{Act, Bureau, Officer};
use web::parts::{Field, Input};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html, html_with_status};

use super::form::{plain, why_and_day};
use super::step::Step;
use super::subject::Subject;
use super::{bureau_of, by, is_nation, item_at, list_of, unknown};
use crate::catalogue::Catalogue;
use crate::change::{Change, Kind, OpenCases, Successor, refusals};
use crate::item::Item;
use crate::store;
use crate::store::changes::{Kept, State as Stands};
use crate::work::Work;

#[derive(Template)]
#[template(path = "catalog/desk/change_form.html")]
struct FormPage {
    page: Page,
    action: String,
    back: String,
    problems: Problems,
    fields: Vec<Field>,
    /// Cases that are not closed.
    open: u64,
    standing: String,
}

#[derive(Template)]
#[template(path = "catalog/desk/change.html")]
struct ChangePage {
    page: Page,
    at: String,
    kept: Kept,
    bureau: Bureau,
    names: Vec<String>,
    open: u64,
    /// What speaks against it today.
    against: Vec<String>,
    effect: Vec<String>,
    may_edit: bool,
    may_review: bool,
    drafted_it: bool,
    begun: bool,
}

impl ChangePage {
    /// 程以清 of “程以清（01a2…）”: the number tells two of one name apart in the record, and tells a reader nothing.
    fn name_in(&self, who: &str) -> String {
        who.split('（').next().unwrap_or(who).to_owned()
    }
}

type Place = Path<(String, String)>;

/// What the desk offers; the first two also to a single bureau.
const KINDS: [(&str, Kind); 5] = [
    ("pause", Kind::Pause),
    ("resume", Kind::Resume),
    ("cancel", Kind::Cancel),
    ("split", Kind::Split),
    ("merge", Kind::Merge),
];
const PLANS: [(&str, &str); 2] =
    [("finish", "已经提交的，按原来的版本办完"), ("tell", "已经提交的，书面告知不再需要许可")];

/// `GET /desk/catalog/{bureau}/items/{item}/change`
pub async fn form(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, item)): Place,
) -> Answer {
    let subject = Subject::opened(&app, &officer, &bureau, &item).await?;
    let mut typed = Fields::default();
    typed.0.insert("effective".into(), vec![app.today().to_string()]);
    page(&app, &cx, &subject, &typed, Problems::none()).await
}

async fn page(app: &App, cx: &PageCx, subject: &Subject, typed: &Fields, problems: Problems) -> Answer {
    let Subject { catalogue, bureau, item } = subject;
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let nation = is_nation(&bureau.code);
    let at = item_at(&bureau.code, &item.slug);
    let fields = fields(catalogue, item, nation, typed, &problems);
    let label = |name: &str| fields.iter().find(|field| field.name == name).map(|field| field.label.clone());
    let problems = problems.named(label);
    let page = cx
        .page(format!(
            "{}“{}”",
            if nation { "暂停、恢复、取消、拆分或者合并" } else { "暂停或者恢复" },
            item.heading()
        ))
        .crumb("工作台", "/desk")
        .crumb("事项目录", list_of(&bureau.code))
        .crumb(item.heading(), at.clone());
    let standing = catalogue.standing_at(item, Some(&bureau.code), app.today()).says().unwrap_or_default();
    let open = open(app, &bureau.code).await?.get(&item.slug).copied().unwrap_or(0);
    let action = format!("{at}/change");
    html_with_status(status, &FormPage { page, action, back: at, problems, fields, open, standing })
}

/// A single bureau pauses and resumes: what ends an item, and what it becomes, is asked of the national list only.
fn fields(
    catalogue: &Catalogue,
    item: &Item,
    nation: bool,
    typed: &Fields,
    problems: &Problems,
) -> Vec<Field> {
    let kinds = KINDS.iter().filter(|(_, kind)| nation || !kind.ends_the_item());
    let kinds: Vec<(&str, &str)> = kinds.map(|(code, kind)| (*code, kind.label())).collect();
    let mut fields = vec![
        Field::new("kind", "做什么", Input::Radio).required().options(kinds),
        Field::text("why", "原因（会写在办事指南上）").required().max(100),
        Field::new("effective", "从哪天起", Input::Date).required(),
        Field::new("until", "暂停到哪天为止", Input::Date)
            .hint("只有暂停要填；到期自动恢复，不填就一直暂停到办理恢复"),
    ];
    if nation {
        let items: Vec<(&str, &str)> =
            catalogue.items().iter().map(|one| (one.slug.as_str(), one.name.as_str())).collect();
        let others = items.iter().filter(|(slug, _)| *slug != item.slug);
        fields.extend([
            Field::new("plan", "已经提交的申请怎么办", Input::Radio)
                .options(PLANS)
                .hint("取消、拆分、合并必须选；暂停和恢复不用选"),
            Field::new("others", "合并：还有哪些事项一起合并", Input::Boxes)
                .hint("只有合并要勾，勾一个或者几个")
                .options(others.clone().copied()),
            Field::new("to", "拆分、合并以后的事项", Input::Boxes)
                .hint("拆分勾两个以上，合并勾一个。名单里没有的，请先新增事项")
                .options(others.copied()),
        ]);
    }
    fields.into_iter().map(|field| field.fill(typed, problems)).collect()
}

/// Open cases by item: of the bureau, or of all when the national list changes.
async fn open(app: &App, bureau: &str) -> Result<BTreeMap<String, u64>, db::Fault> {
    let Some(work) = app.try_part::<Work>() else { return Ok(BTreeMap::new()) };
    work.0.cases(&app.db, Some(bureau).filter(|code| !is_nation(code))).await
}

/// `POST /desk/catalog/{bureau}/items/{item}/change`
pub async fn send(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, item)): Place,
    sent: Fields,
) -> Answer {
    let subject = Subject::opened(&app, &officer, &bureau, &item).await?;
    let change = match wanted(&app, &bureau, &subject.item, &sent) {
        Ok(change) => change,
        Err(problems) => return page(&app, &cx, &subject, &sent, problems).await,
    };
    let against = against(&app, &bureau, &change).await?;
    if !against.is_empty() {
        let mut problems = Problems::none();
        against.into_iter().for_each(|says| problems.add("", says));
        return page(&app, &cx, &subject, &sent, problems).await;
    }
    let mut tx = app.db.begin().await?;
    store::changes::draft(&mut tx, &bureau, &change, by(&officer), app.now()).await?;
    tx.commit().await?;
    Ok(Flash::done("已提交，请另一位同事审核。").redirect(&app, &at(&bureau, &change.id)))
}

fn wanted(app: &App, bureau: &str, item: &Item, sent: &Fields) -> Result<Change, Problems> {
    let mut problems = Problems::none();
    plain(sent, &mut problems);
    let head = why_and_day(sent, app.today(), &mut problems);
    let kind = KINDS.iter().find(|(code, _)| *code == sent.get("kind")).map(|(_, kind)| *kind);
    let kind = kind.filter(|kind| is_nation(bureau) || !kind.ends_the_item());
    if kind.is_none() {
        problems.add("kind", "请选择做什么");
    }
    let until = sent.get("until");
    let until = (!until.is_empty()).then(|| crate::check::read_date(until));
    if until == Some(None) {
        problems.add("until", "请填写日期，例如 2026-12-31");
    }
    if until.is_some() && kind.is_some_and(|kind| kind != Kind::Pause) {
        problems.add("until", "只有暂停才填截止日期：请清空");
    }
    let plan = match sent.get("plan") {
        "finish" => OpenCases::FinishUnderOld,
        "tell" => OpenCases::TellNotRequired,
        _ => OpenCases::Unplanned,
    };
    if kind.is_some_and(Kind::ends_the_item) && plan == OpenCases::Unplanned {
        problems.add("plan", "取消、拆分、合并要写明已经提交的申请怎么办：请选一个");
    }
    let catalogue = app.part::<Catalogue>();
    let from = [vec![item.slug.clone()], ticked(&catalogue, sent, "others", &mut problems)].concat();
    let to = ticked(&catalogue, sent, "to", &mut problems);
    let (fewest_from, fewest_to) = match kind {
        Some(Kind::Split) => (1, 2),
        Some(Kind::Merge) => (2, 1),
        _ => (1, 0),
    };
    if from.len() < fewest_from || (fewest_from == 1 && from.len() > 1) {
        problems.add("others", "合并要勾另一个或者几个事项；不是合并的不勾");
    }
    if to.len() < fewest_to || (fewest_to == 0 && !to.is_empty()) {
        problems.add("to", "拆分要勾两个以上，合并勾一个；暂停、恢复、取消的不勾");
    }
    match (kind, head) {
        (Some(kind), Some((reason, effective))) if problems.is_empty() => Ok(Change {
            file: String::new(),
            id: app.new_id(),
            kind,
            from,
            to: to.iter().filter_map(|slug| catalogue.item(slug)).map(|item| successor(item)).collect(),
            effective,
            until: until.flatten(),
            reason,
            basis: None,
            drafted_by: String::new(),
            drafted_on: effective,
            reviewed_by: String::new(),
            reviewed_on: None,
            open_cases: plan,
        }),
        _ => Err(problems),
    }
}

/// The items that were ticked; one that has left the catalogue meanwhile is told.
fn ticked(catalogue: &Catalogue, sent: &Fields, field: &str, problems: &mut Problems) -> Vec<String> {
    let mut slugs = Vec::new();
    for slug in sent.all(field) {
        match catalogue.item(slug) {
            Some(item) => slugs.push(item.slug.clone()),
            None => problems.add(field, format!("目录里没有“{slug}”：请重新选择")),
        }
    }
    slugs
}

fn successor(item: &Item) -> Successor {
    Successor { item: item.slug.clone(), version: item.version.clone(), code: item.basic_code.clone() }
}

/// What speaks against a change of a bureau's list, items by their names.
async fn against(app: &App, bureau: &str, change: &Change) -> Answer<Vec<String>> {
    let catalogue = app.part::<Catalogue>();
    let mut all = match is_nation(bureau) {
        true => catalogue.changes().to_vec(),
        false => catalogue.own_changes_of(bureau).to_vec(),
    };
    all.retain(|one| one.id != change.id);
    all.push(change.clone());
    let open = open(app, bureau).await?;
    let told = refusals(&all, &catalogue.codes(), &open).into_iter().filter(|one| one.id == change.id);
    let named = |says: String| {
        catalogue.items().iter().fold(says, |says, item| {
            says.replace(&format!("“{}”", item.slug), &format!("“{}”", item.heading()))
        })
    };
    Ok(told.map(|one| named(one.says)).collect())
}

/// `GET /desk/catalog/{bureau}/changes/{id}`
pub async fn show(cx: PageCx, officer: Officer, State(app): State<App>, Path((bureau, id)): Place) -> Answer {
    let bureau = bureau_of(&app, &officer, &bureau).await?;
    let kept = store::changes::one(&mut app.db.clone(), &bureau.code, &id).await?.ok_or_else(unknown)?;
    let catalogue = app.part::<Catalogue>();
    let change = &kept.change;
    let name = |slug: &String| catalogue.item(slug).map_or_else(|| slug.clone(), |item| item.name.clone());
    html(&ChangePage {
        page: cx
            .page(format!("{}：{}", change.kind.label(), change.reason))
            .crumb("工作台", "/desk")
            .crumb("事项目录", list_of(&bureau.code)),
        at: at(&bureau.code, &id),
        names: change.from.iter().chain(change.to.iter().map(|to| &to.item)).map(name).collect(),
        open: {
            let open = open(&app, &bureau.code).await?;
            change.from.iter().filter_map(|slug| open.get(slug)).sum()
        },
        against: against(&app, &bureau.code, change).await?,
        effect: effect(change),
        may_edit: officer.can(Act::EditCatalogue),
        may_review: officer.can(Act::ReviewCatalogue),
        drafted_it: kept.drafted_by == officer.id,
        begun: kept.state == Stands::Reviewed && change.effective <= app.today(),
        kept,
        bureau,
    })
}

/// What applicants will notice.
fn effect(change: &Change) -> Vec<String> {
    let day = web::text::date_cn(change.effective);
    let mut says = match change.kind {
        Kind::Pause => {
            let until = change.until.map(|until| format!("，到{}为止", web::text::date_cn(until)));
            vec![
                format!("{day}起网上和窗口都不再收新的申请{}。", until.unwrap_or_default()),
                "办事指南和事项大厅写明暂停的原因。".to_owned(),
                "已经提交的申请照常办理；正在填写的草稿保留，恢复以后可以接着提交。".to_owned(),
            ]
        }
        Kind::Resume => vec![format!("{day}起重新收申请。")],
        Kind::Cancel | Kind::Split | Kind::Merge => vec![
            format!("{day}起不再收新的申请，指南写明已经{}。", change.kind.label()),
            "正在填写、还没有提交的草稿不能再提交。".to_owned(),
        ],
        _ => vec![format!("{day}起执行新的版本；已经提交的和正在填写的，按原来的版本办完。")],
    };
    match change.open_cases {
        OpenCases::FinishUnderOld => says.push("已经提交的申请，按原来的版本办完。".to_owned()),
        OpenCases::TellNotRequired => says.push("已经提交的申请，书面告知申请人不再需要许可。".to_owned()),
        OpenCases::Unplanned => {}
    }
    says
}

/// `POST …/approve`
pub async fn approve(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    sent: Fields,
) -> Answer {
    let step = step(&app, &officer, Act::ReviewCatalogue, (&bureau, &id), &sent)?;
    let open = open(&app, &bureau).await?;
    let catalogue = app.part::<Catalogue>();
    let taken = step
        .take(async |tx| {
            store::changes::review(tx, &catalogue, step.place(), step.by(), app.now(), &open).await
        })
        .await?;
    taken.done(Vec::new(), "审核通过，到日子自动生效。", &at(&bureau, &id)).await
}

/// `POST …/withdraw`
pub async fn withdraw(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    sent: Fields,
) -> Answer {
    let step = step(&app, &officer, Act::EditCatalogue, (&bureau, &id), &sent)?;
    let taken =
        step.take(async |tx| store::changes::withdraw(tx, step.place(), step.by(), app.now()).await).await?;
    taken.done(Vec::new(), "已撤回，不会生效。", &list_of(&bureau)).await
}

fn step<'a>(
    app: &'a App,
    officer: &'a Officer,
    act: Act,
    (bureau, id): (&'a str, &'a str),
    sent: &Fields,
) -> Answer<Step<'a>> {
    Step::new(app, officer, act, (bureau, id), sent, ("回到这次变动", at(bureau, id)))
}

fn at(bureau: &str, id: &str) -> String {
    format!("/desk/catalog/{bureau}/changes/{id}")
}
