//! A text on its way: what it changes, how it looks, and the steps to its day.

use askama::Template;
use axum::extract::{Path, State};
use db::Exec;
use identity::{Act, Bureau, Officer, Post, inbox, officers};
use web::{Answer, App, Face, Fields, Flash, Page, PageCx, Refusal, html};

use super::{bureau_of, by, is_nation, item_at, list_of, seen, text_at, unknown};
use crate::catalogue::{Catalogue, NATION};
use crate::change::{Change, Kind, OpenCases, Successor};
use crate::diff::{self, Difference};
use crate::fault::Fault;
use crate::item::Item;
use crate::store::changes::Officer as By;
use crate::text::{Step, Text};
use crate::{live, store};

#[derive(Template)]
#[template(path = "catalog/desk/text.html")]
struct TextPage {
    page: Page,
    at: String,
    text: Text,
    bureau: Bureau,
    item: std::sync::Arc<Item>,
    differences: Vec<Difference>,
    history: Vec<(String, String, String)>,
    may_edit: bool,
    may_review: bool,
    wrote_it: bool,
    /// May still be taken back.
    before_its_day: bool,
    nation: bool,
}

type Place = Path<(String, String)>;

/// `GET /desk/catalog/{bureau}/texts/{id}`
pub async fn show(cx: PageCx, officer: Officer, State(app): State<App>, Path((bureau, id)): Place) -> Answer {
    let bureau = bureau_of(&app, &officer, &bureau).await?;
    let mut db = app.db.clone();
    let text = store::texts::one(&mut db, &bureau.code, &id).await?.ok_or_else(unknown)?;
    let catalogue = app.part::<Catalogue>();
    let item = catalogue.item(&text.item).cloned().ok_or_else(unknown)?;
    let history = store::texts::history(&mut db, &bureau.code, &id).await?;
    html(&TextPage {
        page: cx
            .page(text.why.clone())
            .crumb("工作台", "/desk")
            .crumb("事项目录", list_of(&bureau.code))
            .crumb(item.heading(), item_at(&bureau.code, &item.slug)),
        at: text_at(&bureau.code, &id),
        differences: differences(&catalogue, &text)?,
        history: history.into_iter().map(line).collect(),
        may_edit: officer.can(Act::EditCatalogue),
        may_review: officer.can(Act::ReviewCatalogue),
        wrote_it: text.hands.contains(&officer.id),
        before_its_day: text.effective > app.today(),
        nation: is_nation(&bureau.code),
        item,
        bureau,
        text,
    })
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

/// What the text changes in what is in force today.
fn differences(catalogue: &Catalogue, text: &Text) -> Result<Vec<Difference>, Fault> {
    let next = catalogue.with_files(&text.files)?;
    let mut all = Vec::new();
    let (Some(before), Some(after)) = (catalogue.item(&text.item), next.item(&text.item)) else {
        return Ok(all);
    };
    all.extend(diff::differences(before, after));
    if text.bureau != NATION
        && let (Some(old), Some(new)) =
            (catalogue.local(before, &text.bureau), next.own_local(after, &text.bureau))
    {
        all.extend(diff::of_locals(old, new));
    }
    Ok(all)
}

/// `POST …/submit`
pub async fn submit(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    sent: Fields,
) -> Answer {
    officer.may(Act::EditCatalogue, &bureau)?;
    let place = (bureau.as_str(), id.as_str(), seen(sent.get("version"))?);
    let catalogue = app.part::<Catalogue>();
    let mut tx = app.db.begin().await?;
    let done = store::texts::submit(&mut tx, &catalogue, place, by(&officer), app.now()).await;
    let text = done.map_err(|fault| back_to(&bureau, &id, fault))?;
    let heads = officers::holding(&mut tx, &bureau, Post::BureauHead, app.today()).await?;
    let words = format!("{}起草的“{}”等您审核，计划 {} 生效。", officer.name, text.why, text.effective);
    let told = heads.iter().filter(|head| head.id != officer.id);
    let told =
        told.map(|head| inbox::tell(&app, &head.id, "指南的修改等您审核", &words, &text_at(&bureau, &id)));
    tx.commit_with(told.collect()).await?;
    Ok(Flash::done("已提交，请另一位同事审核。").redirect(&app, &text_at(&bureau, &id)))
}

/// `POST …/return`
pub async fn send_back(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    sent: Fields,
) -> Answer {
    officer.may(Act::ReviewCatalogue, &bureau)?;
    let note: String = sent.get("note").chars().take(300).collect();
    if note.is_empty() || crate::exchange::not_plain(&note).is_some() {
        let face = Face::invalid(
            "note-missing",
            "没有写退回的意见",
            "请写明要改什么（只写文字），起草人才知道怎么改。",
        );
        return Err(face.action("回到这份修改", text_at(&bureau, &id)).into());
    }
    step(&app, &officer, (&bureau, &id), &sent, Step::Return, &note, "已退回起草人。").await
}

/// `POST …/withdraw`
pub async fn withdraw(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    sent: Fields,
) -> Answer {
    officer.may(Act::EditCatalogue, &bureau)?;
    step(&app, &officer, (&bureau, &id), &sent, Step::Withdraw, "", "已撤回，不会生效。").await
}

async fn step(
    app: &App,
    officer: &Officer,
    (bureau, id): (&str, &str),
    sent: &Fields,
    step: Step,
    note: &str,
    says: &str,
) -> Answer {
    let place = (bureau, id, seen(sent.get("version"))?);
    let mut tx = app.db.begin().await?;
    let done = store::texts::take(&mut tx, place, step, note, by(officer), app.now()).await;
    let text = done.map_err(|fault| back_to(bureau, id, fault))?;
    if step == Step::Withdraw && text.is_national() {
        withdraw_changes(&mut tx, &text, by(officer), app.now()).await?;
    }
    let told = (step == Step::Return).then(|| {
        let words = format!("“{}”退回修改：{note}", text.why);
        inbox::tell(app, &text.drafted_by, "指南的修改被退回", &words, &text_at(bureau, id))
    });
    tx.commit_with(told.into_iter().collect()).await?;
    live::renew(app).await?;
    Ok(Flash::done(says).redirect(app, &text_at(bureau, id)))
}

/// `POST …/approve`: from its day on the text is in force, on this node at once and on the others within seconds.
pub async fn approve(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Place,
    sent: Fields,
) -> Answer {
    officer.may(Act::ReviewCatalogue, &bureau)?;
    let place = (bureau.as_str(), id.as_str(), seen(sent.get("version"))?);
    let catalogue = app.part::<Catalogue>();
    let mut tx = app.db.begin().await?;
    let done = store::texts::approve(&mut tx, &catalogue, place, by(&officer), app.now()).await;
    let text = done.map_err(|fault| back_to(&bureau, &id, fault))?;
    if text.is_national() {
        record_changes(&mut tx, &catalogue, &text, by(&officer), app.now())
            .await
            .map_err(|fault| back_to(&bureau, &id, fault))?;
    }
    let words = format!("“{}”审核通过，{} 生效。", text.why, text.effective);
    let told = inbox::tell(&app, &text.drafted_by, "指南的修改审核通过", &words, &text_at(&bureau, &id));
    tx.commit_with(vec![told]).await?;
    live::renew(&app).await?;
    let says = match text.effective <= app.today() {
        true => "审核通过，已经生效。".to_owned(),
        false => format!("审核通过，{}起自动生效。", web::text::date_cn(text.effective)),
    };
    Ok(Flash::done(says).redirect(&app, &text_at(&bureau, &id)))
}

/// A changed national text is a 变更 of the list, for every item whose version it raises.
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
        if catalogue.item(&item.slug).is_none_or(|before| before.version == item.version) {
            continue;
        }
        let change = amendment(text, item);
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
        kind: Kind::Amend,
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
        let same = kept.change.kind == Kind::Amend
            && kept.change.reason == text.why
            && kept.change.effective == text.effective;
        if same {
            store::changes::withdraw(tx, (NATION, &kept.change.id, kept.version), by, at).await?;
        }
    }
    Ok(())
}

fn back_to(bureau: &str, id: &str, fault: Fault) -> Refusal {
    Refusal::caused(fault.face().action("回到这份修改", text_at(bureau, id)), &fault)
}
