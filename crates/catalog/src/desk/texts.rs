//! A text on its way: what it changes, how it looks, and the steps to its day.

use askama::Template;
use axum::extract::{Path, State};
use db::Exec;
use identity::{Act, Bureau, Officer, Post, inbox, officers};
use web::{Answer, App, Face, Fields, Page, PageCx, html};

use super::national::{self, Menu};
use super::records::address;
use super::step::Step;
use super::subject::{self, item_of};
use super::{bureau_of, is_nation, list_of, replaced, text_at, unknown};
use crate::catalogue::{Catalogue, NATION};
use crate::change::{Change, Kind as Listed, OpenCases, Successor};
use crate::diff::Difference;
use crate::fault::Fault;
use crate::item::Item;
use crate::shelf_use::{Record, is_shelf, records};
use crate::store;
use crate::store::changes::Officer as By;
use crate::text::{self, Step as Kind, Text};

#[derive(Template)]
#[template(path = "catalog/desk/text.html")]
struct TextPage {
    page: Page,
    at: String,
    text: Text,
    bureau: Bureau,
    item: std::sync::Arc<Item>,
    differences: Vec<Difference>,
    /// What must be mended before it may be handed in: where, and what.
    findings: Vec<(String, String)>,
    /// Parts of a national item that can be edited in the draft.
    menus: Vec<Menu>,
    /// Shared records that the draft changes, and where they are edited in it.
    records: Vec<(String, String)>,
    /// Guides as they would be, and their addresses.
    previews: Vec<(String, String)>,
    history: Vec<(String, String, String)>,
    may_edit: bool,
    may_review: bool,
    wrote_it: bool,
    /// May still be taken back.
    before_its_day: bool,
    /// In force: the differences are those from what it replaced.
    begun: bool,
    nation: bool,
    /// The item is in no list yet.
    is_new: bool,
}

type Place = Path<(String, String)>;

/// `GET /desk/catalog/{bureau}/texts/{id}`
pub async fn show(cx: PageCx, officer: Officer, State(app): State<App>, Path((bureau, id)): Place) -> Answer {
    let bureau = bureau_of(&app, &officer, &bureau).await?;
    let mut db = app.db.clone();
    let text = store::texts::one(&mut db, &bureau.code, &id).await?.ok_or_else(unknown)?;
    let catalogue = app.part::<Catalogue>();
    let next = catalogue.with_files(&text.files)?;
    let item = item_of(&next, &text.item).ok_or_else(unknown)?;
    let history = store::texts::history(&mut db, &bureau.code, &id).await?;
    let open = text.is_open();
    html(&TextPage {
        page: cx
            .page(text.why.clone())
            .crumb("工作台", "/desk")
            .crumb("事项目录", list_of(&bureau.code))
            .crumb(item.heading(), subject::at(&catalogue, &bureau.code, &item.slug)),
        at: text_at(&bureau.code, &id),
        previews: previews(&next, &text_at(&bureau.code, &id), &item, &bureau.code),
        differences: replaced::differences(&app, &catalogue, &next, &text).await?,
        findings: if open { findings(&catalogue, &next, &text) } else { Vec::new() },
        menus: if open && text.is_national() { national::menu(&next, &item, None) } else { Vec::new() },
        records: if open { changed_records(&catalogue, &next, &text) } else { Vec::new() },
        begun: replaced::has_begun(&text, app.today()),
        history: history.into_iter().map(line).collect(),
        may_edit: officer.can(Act::EditCatalogue),
        may_review: officer.can(Act::ReviewCatalogue),
        wrote_it: text.hands.contains(&officer.id),
        before_its_day: text.effective > app.today(),
        nation: is_nation(&bureau.code),
        is_new: text.is_national() && catalogue.item(&item.slug).is_none(),
        item,
        bureau,
        text,
    })
}

fn changed_records(live: &Catalogue, next: &Catalogue, text: &Text) -> Vec<(String, String)> {
    if !text.is_national() || !text.files.iter().any(|file| is_shelf(&file.path)) {
        return Vec::new();
    }
    let known = records(live);
    let same = |one: &Record<'_>| {
        known.iter().any(|old| (&old.file, &old.key, &old.table) == (&one.file, &one.key, &one.table))
    };
    let changed = records(next).into_iter().filter(|one| one.is_shared() && !same(one));
    let entry = |one: Record<'_>| {
        (format!("{}：{}", one.kind.label(), one.title), address(&text.bureau, &one, &text.id))
    };
    changed.map(entry).collect()
}

/// What the linter says of the draft, each with the item and business it is about.
fn findings(live: &Catalogue, next: &Catalogue, text: &Text) -> Vec<(String, String)> {
    let place = |file: &str| {
        let (slug, name) = file.strip_prefix("items/")?.strip_suffix(".toml")?.split_once('/')?;
        let item = next.item(slug)?;
        let business = item.business(name).map(|one| format!(" {}", one.name)).unwrap_or_default();
        Some(format!("{}{business}", item.heading()))
    };
    let found = text::findings(live, next, &text.bureau, &text.files);
    let line = |one: crate::Finding| {
        (place(&one.file).unwrap_or_default(), format!("{}{}", one.element_before(), one.says))
    };
    found.into_iter().map(line).collect()
}

/// Of what a bureau says for all items a few are shown.
const MOST_PREVIEWS: usize = 5;

fn previews(next: &Catalogue, at: &str, item: &Item, bureau: &str) -> Vec<(String, String)> {
    let of = |item: &Item| -> Vec<(String, String)> {
        let one = |business: &crate::BusinessType| {
            (item.title(business), format!("{at}/frames/{}/{}", item.slug, business.slug))
        };
        item.types.iter().map(one).collect()
    };
    if !subject::is_common(&item.slug) {
        return of(item);
    }
    let shared = next.done_at(bureau).filter(|(_, local)| local.file.ends_with("/common.toml"));
    shared.flat_map(|(item, _)| of(item)).take(MOST_PREVIEWS).collect()
}

/// When, who, what.
fn line(entry: db::history::Entry) -> (String, String, String) {
    let data: serde_json::Value = serde_json::from_str(&entry.data).unwrap_or_default();
    let what = match entry.act.as_str() {
        "drafted" => "起草",
        "written" => "修改",
        "submitted" => "提交审核",
        "returned" => "退回修改",
        "reviewed" => "审核通过",
        "withdrawn" => "撤回",
        _ => "办理",
    };
    let says = data["says"].as_str().unwrap_or_default();
    let what = if says.is_empty() { what.to_owned() } else { format!("{what}：{says}") };
    (web::text::minute(entry.at), entry.actor_name, what)
}

/// `POST …/submit`
pub async fn submit(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    sent: Fields,
) -> Answer {
    let step = step(&app, &officer, Act::EditCatalogue, (&bureau, &id), &sent)?;
    let catalogue = app.part::<Catalogue>();
    let mut taken = step
        .take(async |tx| store::texts::submit(tx, &catalogue, step.place(), step.by(), app.now()).await)
        .await?;
    let heads = officers::holding(&mut taken.tx, &bureau, Post::BureauHead, app.today()).await?;
    let text = &taken.made;
    let words = format!("{}起草的“{}”等您审核，计划 {} 生效。", officer.name, text.why, text.effective);
    let told = heads.iter().filter(|head| head.id != officer.id);
    let told =
        told.map(|head| inbox::tell(&app, &head.id, "指南的修改等您审核", &words, &text_at(&bureau, &id)));
    let told = told.collect();
    taken.done(told, "已提交，请另一位同事审核。", &text_at(&bureau, &id)).await
}

/// `POST …/return`
pub async fn send_back(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    sent: Fields,
) -> Answer {
    let step = step(&app, &officer, Act::ReviewCatalogue, (&bureau, &id), &sent)?;
    let note: String = sent.get("note").chars().take(300).collect();
    if note.is_empty() || crate::exchange::not_plain(&note).is_some() {
        let face = Face::invalid(
            "note-missing",
            "没有写退回的意见",
            "请写明要改什么（只写文字），起草人才知道怎么改。",
        );
        return Err(face.action("回到这份修改", text_at(&bureau, &id)).into());
    }
    let taken = step
        .take(async |tx| {
            store::texts::take(tx, step.place(), Kind::Return, &note, step.by(), app.now()).await
        })
        .await?;
    let words = format!("“{}”退回修改：{note}", taken.made.why);
    let told = inbox::tell(&app, &taken.made.drafted_by, "指南的修改被退回", &words, &text_at(&bureau, &id));
    taken.done(vec![told], "已退回起草人。", &text_at(&bureau, &id)).await
}

/// `POST …/withdraw`
pub async fn withdraw(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    sent: Fields,
) -> Answer {
    let step = step(&app, &officer, Act::EditCatalogue, (&bureau, &id), &sent)?;
    let taken = step
        .take(async |tx| {
            let text = store::texts::take(tx, step.place(), Kind::Withdraw, "", step.by(), app.now()).await?;
            if text.is_national() { withdraw_changes(tx, &text, step.by(), app.now()).await } else { Ok(()) }
        })
        .await?;
    taken.done(Vec::new(), "已撤回，不会生效。", &text_at(&bureau, &id)).await
}

/// `POST …/approve`: from its day on the text is in force, on this node at once and on the others within seconds.
pub async fn approve(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    sent: Fields,
) -> Answer {
    let step = step(&app, &officer, Act::ReviewCatalogue, (&bureau, &id), &sent)?;
    let catalogue = app.part::<Catalogue>();
    let taken = step
        .take(async |tx| {
            let text = store::texts::approve(tx, &catalogue, step.place(), step.by(), app.now()).await?;
            if text.is_national() {
                record_changes(tx, &catalogue, &text, step.by(), app.now()).await?;
            }
            Ok(text)
        })
        .await?;
    let text = &taken.made;
    let words = format!("“{}”审核通过，{} 生效。", text.why, text.effective);
    let told = inbox::tell(&app, &text.drafted_by, "指南的修改审核通过", &words, &text_at(&bureau, &id));
    let says = match text.effective <= app.today() {
        true => "审核通过，已经生效。".to_owned(),
        false => format!("审核通过，{}起自动生效。", web::text::date_cn(text.effective)),
    };
    taken.done(vec![told], says, &text_at(&bureau, &id)).await
}

fn step<'a>(
    app: &'a App,
    officer: &'a Officer,
    act: Act,
    (bureau, id): (&'a str, &'a str),
    sent: &Fields,
) -> Answer<Step<'a>> {
    Step::new(app, officer, act, (bureau, id), sent, ("回到这份修改", text_at(bureau, id)))
}

/// A changed national text is a 变更 of the list for every item whose version it raises, and a 新增 for one that wasn't there.
async fn record_changes(
    tx: &mut impl Exec,
    catalogue: &Catalogue,
    text: &Text,
    reviewer: By<'_>,
    at: jiff::Timestamp,
) -> Result<(), Fault> {
    let next = catalogue.with_files(&text.files)?;
    let drafter = By { id: &text.drafted_by, name: &text.drafted_name };
    for item in next.items() {
        let change = match catalogue.item(&item.slug) {
            None => Change { kind: Listed::Add, from: Vec::new(), ..amendment(text, item) },
            Some(before) if before.version != item.version => amendment(text, item),
            Some(_) => continue,
        };
        store::changes::draft(tx, NATION, &change, drafter, at).await?;
        let none = std::collections::BTreeMap::new();
        store::changes::review(tx, catalogue, (NATION, &change.id, 1), reviewer, at, &none).await?;
    }
    Ok(())
}

fn amendment(text: &Text, item: &Item) -> Change {
    Change {
        file: String::new(),
        id: format!("{}-{}", item.slug, text.id),
        kind: Listed::Amend,
        from: vec![item.slug.clone()],
        to: vec![Successor {
            item: item.slug.clone(),
            version: item.version.clone(),
            code: item.basic_code.clone(),
        }],
        effective: text.effective,
        until: None,
        reason: text.why.clone(),
        basis: None,
        drafted_by: text.drafted_name.clone(),
        drafted_on: text.effective,
        reviewed_by: String::new(),
        reviewed_on: None,
        open_cases: OpenCases::FinishUnderOld,
    }
}

/// The changes that went with a national text go with it again.
async fn withdraw_changes(
    tx: &mut impl Exec,
    text: &Text,
    by: By<'_>,
    at: jiff::Timestamp,
) -> Result<(), Fault> {
    for kept in store::changes::coming(tx, NATION, text.effective).await? {
        let same = matches!(kept.change.kind, Listed::Add | Listed::Amend)
            && kept.change.reason == text.why
            && kept.change.effective == text.effective;
        if same {
            store::changes::withdraw(tx, (NATION, &kept.change.id, kept.version), by, at).await?;
        }
    }
    Ok(())
}
