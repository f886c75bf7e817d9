//! The applicant's side after filing: supplying what was asked for, and withdrawing.

use std::collections::BTreeMap;

use serde_json::json;
use web::App;

use super::intake::{acceptance_paper, accepted_words, moved, paper_review_task};
use super::{By, Moved, Under, finish, load, stood, terms_of, write_paper};
use crate::case::{Case, Material};
use crate::stage::{Stage, Step};
use crate::{Fault, intake, letters, store};

/// The applicant, or the agent who filed while the mandate lasts; anybody else finds nothing.
pub async fn mine(app: &App, subject: &str, bureau: &str, id: &str) -> Result<Case, Fault> {
    let mut db = app.db.clone();
    let case = store::by_id(&mut db, bureau, id).await?.ok_or(Fault::Unknown)?;
    if case.subject == subject {
        return Ok(case);
    }
    let agent = case.filed_by == subject
        && identity::mandates::acts_for(&mut db, subject, &case.subject, app.today()).await?;
    if agent { Ok(case) } else { Err(Fault::Unknown) }
}

/// Adds a file to an open gap. Only what was asked for may be handed in.
pub async fn add_supplement(
    app: &App,
    subject: &str,
    bureau: &str,
    id: &str,
    material: Material,
) -> Result<(), Fault> {
    let case = mine(app, subject, bureau, id).await?;
    let Stage::Supplementing { gaps, .. } = &case.stage else {
        return Err(not_supplementing(&case));
    };
    if !gaps.iter().any(|gap| gap.of == material.slot) {
        return Err(Fault::BadEntry("这份材料不在补正清单里，不用再交".to_owned()));
    }
    let material = Material { round: 1, ..material };
    app.db.begin().await?.commit_with(vec![store::add_material(bureau, id, &material)]).await?;
    Ok(())
}

pub async fn drop_supplement(
    app: &App,
    subject: &str,
    bureau: &str,
    id: &str,
    material: &str,
) -> Result<(), Fault> {
    let case = mine(app, subject, bureau, id).await?;
    if !matches!(case.stage, Stage::Supplementing { .. }) {
        return Err(not_supplementing(&case));
    }
    app.db.begin().await?.commit_with(vec![store::drop_material(bureau, id, material, 1)]).await?;
    Ok(())
}

fn not_supplementing(case: &Case) -> Fault {
    let open = case.stage.open_steps();
    Fault::NotOpen(crate::stage::NotOpen { stage: case.stage.code(), step: "supply", open })
}

/// Hands in the supplement. All that was asked for is there: the case is accepted today, and nothing new may be asked.
/// 第三十二条第一款第五项: “…或者申请人按照本行政机关的要求提交全部补正申请材料的，应当受理行政许可申请”.
pub async fn supply(
    app: &App,
    subject: &str,
    who: &By,
    bureau: &str,
    id: &str,
    entries: &BTreeMap<String, String>,
) -> Result<Case, Fault> {
    mine(app, subject, bureau, id).await?;
    let mut tx = app.db.begin().await?;
    let mut case = load(&mut tx, bureau, id, None).await?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let Stage::Supplementing { gaps, .. } = case.stage.clone() else {
        return Err(not_supplementing(&case));
    };
    let materials = store::materials(&mut tx, bureau, id).await?;
    let before = case.form.clone();
    let asked = |key: &str| gaps.iter().any(|gap| gap.of.strip_prefix("form:") == Some(key));
    for (key, value) in entries.iter().filter(|(key, _)| asked(key)) {
        case.form.insert(key.clone(), value.clone());
    }
    let looked = intake::look(terms.business(), &case.form, &materials, app.today());
    let open = intake::still_open(&gaps, &materials, &before, &looked.values);
    let mut missing: Vec<String> = open.iter().map(|gap| gap.name.clone()).collect();
    missing.extend(looked.faults.iter().filter(|fault| asked(&fault.key)).map(|fault| fault.says.clone()));
    if !missing.is_empty() {
        return Err(Fault::Incomplete(missing));
    }
    case.form = looked.values;
    let case = moved(case, Step::Supply, app.today())?;
    // The law accepts by itself what was supplied in full: the seal is the house's to use, not the applicant's.
    let paper = acceptance_paper(app, &mut tx, &terms, &case, &By::system(), "supply").await?;
    let (_, words) = accepted_words(&case, &terms, app);
    let moved = Moved {
        by: who.clone(),
        step: "supply",
        data: json!({ "supplied": gaps.iter().map(|gap| &gap.of).collect::<Vec<_>>() }),
        papers: vec![paper],
        tell: ("补正材料已收到，申请已受理".to_owned(), words),
        next: Some(paper_review_task(&case, &terms, app)),
        moves_work: true,
        lends_hand: false,
        also: vec![],
        case,
    };
    finish(app, tx, &terms, moved).await
}

/// The day for answering passed: the application goes back, and may be made again.
pub async fn give_up_waiting(app: &App, bureau: &str, id: &str) -> Result<Case, Fault> {
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, bureau, id, None).await?;
    match &case.stage {
        Stage::Supplementing { respond_by, .. } if app.today() > *respond_by => {}
        _ => return Err(Fault::TooEarly),
    }
    let terms = terms_of(app, &mut tx, &case).await?;
    let case = moved(case, Step::GiveUpWaiting, app.today())?;
    let moved = Moved {
        by: By::system(),
        step: "give_up_waiting",
        data: json!({}),
        papers: vec![],
        tell: (
            "申请已退回".to_owned(),
            "到期没有收到补正材料，本次申请已退回。您可以重新申请，已填写的内容可以沿用。".to_owned(),
        ),
        next: None,
        moves_work: true,
        lends_hand: false,
        also: vec![],
        case,
    };
    finish(app, tx, &terms, moved).await
}

/// 撤回申请: until the decision the applicant may take it back.
pub async fn withdraw(
    app: &App,
    subject: &str,
    who: &By,
    bureau: &str,
    id: &str,
    reason: &str,
) -> Result<Case, Fault> {
    mine(app, subject, bureau, id).await?;
    let reason = if reason.trim().is_empty() { "申请人自愿撤回" } else { reason.trim() };
    let mut tx = app.db.begin().await?;
    let case = load(&mut tx, bureau, id, None).await?;
    let terms = terms_of(app, &mut tx, &case).await?;
    let data =
        letters::withdrawal(&case, &terms.office, &terms.matter(), &stood(&case.stage), reason, app.now());
    let case = moved(case, Step::Withdraw, app.today())?;
    let under = Under { case: &case, by: who, step: "withdraw" };
    let paper = write_paper(app, &mut tx, &terms.office, &under, &data).await?;
    let moved = Moved {
        by: who.clone(),
        step: "withdraw",
        data: json!({ "reason": reason }),
        papers: vec![paper],
        tell: ("申请已撤回".to_owned(), "您已撤回本次申请，需要时可以重新申请。".to_owned()),
        next: None,
        moves_work: true,
        lends_hand: false,
        also: vec![],
        case,
    };
    finish(app, tx, &terms, moved).await
}
