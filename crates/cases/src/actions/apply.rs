//! Applying: a draft that loses nothing, and the one transaction that makes it a case.

use std::collections::BTreeMap;

use catalog::{BusinessType, Catalogue, Item, LocalItem, Open};
use db::Statement;
use identity::Post;
use jiff::Timestamp;
use serde_json::json;
use subtle::ConstantTimeEq;
use web::App;

use super::{By, Next, Terms, Under, open_tasks, terms_of_draft, write_paper};
use crate::case::{Case, Channel, Material};
use crate::clock::due_dates;
use crate::intake::{self, Looked};
use crate::stage::Stage;
use crate::store::{self, Draft};
use crate::{Fault, fields, letters};

/// Whether applications are taken online for this business type today: it is open, and no change of the catalogue has
/// paused or cancelled its item.
pub fn takes_applications(
    app: &App,
    item: &Item,
    business: &BusinessType,
    bureau: Option<&str>,
) -> Result<(), Fault> {
    if let Open::Later { says } = &business.open {
        return Err(Fault::NotOpenYet(says.clone()));
    }
    let catalogue = app.part::<Catalogue>();
    let standing = catalogue.standing_at(item, bureau, app.today());
    if standing.takes_applications() {
        return Ok(());
    }
    Err(Fault::NotNow { says: standing.says().unwrap_or_default(), opens_again: standing.opens_again() })
}

/// Opens a draft for an item that can be applied for online.
pub async fn begin(
    app: &App,
    subject: &str,
    bureau: &str,
    item: &str,
    business: &str,
) -> Result<Draft, Fault> {
    let catalogue = app.part::<Catalogue>();
    let item = catalogue.item(item).ok_or(Fault::Unknown)?;
    let kind = item.business(business).ok_or(Fault::Unknown)?;
    takes_applications(app, item, kind, Some(bureau))?;
    let local = catalogue.own_local(item, bureau).filter(|local| local.takes_applications());
    let local = local.ok_or_else(|| Fault::BadEntry("请选择店铺所在区县的烟草专卖局".to_owned()))?;
    let now = app.now();
    let draft = Draft {
        subject: subject.to_owned(),
        id: app.new_id(),
        bureau: bureau.to_owned(),
        item: item.slug.clone(),
        item_version: item.version.clone(),
        local_digest: Some(local.digest.clone()),
        business: kind.code.clone(),
        step: "notice".to_owned(),
        self_check: BTreeMap::new(),
        form: BTreeMap::new(),
        promised_at: None,
        case_number: None,
        created_at: now,
        changed_at: now,
        version: 1,
    };
    app.db.begin().await?.commit_with(vec![store::insert_draft(&draft)]).await?;
    Ok(draft)
}

/// The person's own draft; a sent one answers with its case.
pub async fn draft(app: &App, subject: &str, id: &str) -> Result<Draft, Fault> {
    let draft = store::draft(&mut app.db.clone(), subject, id).await?.ok_or(Fault::UnknownDraft)?;
    match &draft.case_number {
        Some(number) => {
            let (bureau, number) = (draft.bureau.clone(), number.clone());
            Err(Fault::DraftSent { bureau, id: draft.id.clone(), number })
        }
        None => Ok(draft),
    }
}

/// Saves a draft; what was sent meanwhile in another tab stays as it was sent.
pub async fn save(app: &App, draft: &mut Draft) -> Result<(), Fault> {
    draft.changed_at = app.now();
    match app.db.begin().await?.commit_with(vec![store::save_draft(draft)]).await {
        Ok(_) => Ok(()),
        Err(db::Fault::Expected { .. }) => match self::draft(app, &draft.subject, &draft.id).await {
            Err(sent) => Err(sent),
            Ok(_) => Err(Fault::Store(db::Fault::Busy)),
        },
        Err(fault) => Err(fault.into()),
    }
}

/// What the bureau says now goes for the draft from here on, because the person chose so. Nothing typed is lost: a bureau
/// sets no forms.
pub async fn take_newer(app: &App, subject: &str, id: &str) -> Result<(), Fault> {
    let draft = draft(app, subject, id).await?;
    let Some(newer) = newer_local(app, &draft) else { return Ok(()) };
    app.db.begin().await?.commit_with(vec![store::take_local(&draft, &newer.digest, app.now())]).await?;
    Ok(())
}

/// What the bureau says now, when the draft was begun under something else.
pub fn newer_local(app: &App, draft: &Draft) -> Option<LocalItem> {
    let begun = draft.local_digest.as_ref()?;
    let catalogue = app.part::<Catalogue>();
    let now = catalogue.own_local(catalogue.item(&draft.item)?, &draft.bureau)?;
    (now.digest != *begun).then(|| now.clone())
}

/// Throws a draft away with its files' rows.
pub async fn discard(app: &App, subject: &str, id: &str) -> Result<(), Fault> {
    draft(app, subject, id).await?;
    let gone = vec![store::delete_draft_materials(subject, id), store::delete_draft(subject, id)];
    app.db.begin().await?.commit_with(gone).await?;
    Ok(())
}

/// The draft as the server sees it, the same way the clerk will.
pub async fn look(app: &App, draft: &Draft) -> Result<(Terms, Vec<Material>, Looked), Fault> {
    let mut db = app.db.clone();
    let terms = terms_of_draft(app, &mut db, draft).await?;
    let materials = store::draft_materials(&mut db, &draft.subject, &draft.id).await?;
    let mut looked = intake::look(terms.business(), &draft.form, &materials, app.today());
    super::refuse_unprintable(app, &mut looked, &terms.business().form);
    Ok((terms, materials, looked))
}

/// An application ready to be received.
pub struct Filing {
    /// Becomes the case's id: sending the same filing twice meets its own key.
    pub id: String,
    pub bureau: String,
    pub subject: String,
    pub filed_by: By,
    pub channel: Channel,
    pub form: BTreeMap<String, String>,
    pub materials: Vec<Material>,
    /// Writes that must succeed together with the case, such as marking the draft as sent.
    pub with: Vec<Statement>,
}

/// Sends a draft of `subject`; `who` sits at the keyboard, an agent perhaps. However often and from however many tabs: one case.
pub async fn submit(app: &App, subject: &str, who: &By, draft_id: &str) -> Result<Case, Fault> {
    let draft = match draft(app, subject, draft_id).await {
        Ok(draft) => draft,
        Err(Fault::DraftSent { bureau, id, .. }) => return sent(app, &bureau, &id).await,
        Err(fault) => return Err(fault),
    };
    if draft.promised_at.is_none() {
        return Err(Fault::NoPromise);
    }
    let (terms, mut materials, mut looked) = look(app, &draft).await?;
    // What the bureau came to waive after it was uploaded isn't taken.
    materials.retain(|one| !terms.waived.iter().any(|waived| waived.spec.key == one.slot));
    takes_applications(app, &terms.item, terms.business(), Some(&draft.bureau))?;
    intake::name_the_agent(&mut looked, who.id != subject);
    refuse_incomplete(&looked)?;
    let filing = Filing {
        id: draft.id.clone(),
        bureau: draft.bureau.clone(),
        subject: draft.subject.clone(),
        filed_by: who.clone(),
        channel: Channel::Web,
        form: looked.values.clone(),
        materials,
        with: vec![],
    };
    match file(app, &terms, filing, looked.warnings, Some(&draft)).await {
        Ok(case) => Ok(case),
        // Another tab or a retry was first: its case is the answer.
        Err(Fault::Store(db::Fault::Unique { .. } | db::Fault::Expected { .. })) => {
            sent(app, &draft.bureau, &draft.id).await
        }
        Err(fault) => Err(fault),
    }
}

async fn sent(app: &App, bureau: &str, id: &str) -> Result<Case, Fault> {
    let mut patience = Patience::default();
    loop {
        if let Some(case) = store::by_id(&mut app.db.clone(), bureau, id).await? {
            return Ok(case);
        }
        if !patience.waits().await {
            return Err(Fault::UnknownDraft);
        }
    }
}

/// For reading what another request has just written. Whoever loses the race learns it before the winner's group of
/// commits is on the disk, so the row may take a moment to show.
#[derive(Default)]
pub(crate) struct Patience {
    waited: u32,
}

impl Patience {
    /// One second in all: a flush takes milliseconds, a disk that needs longer has other troubles.
    const TRIES: u32 = 50;

    /// Waits a little; `false` when it has waited long enough.
    pub(crate) async fn waits(&mut self) -> bool {
        self.waited += 1;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        self.waited < Patience::TRIES
    }
}

/// What keeps an application from being received, all of it at once.
pub fn refuse_incomplete(looked: &Looked) -> Result<(), Fault> {
    if looked.is_complete() {
        return Ok(());
    }
    let mut missing: Vec<String> = looked.faults.iter().map(|fault| fault.says.clone()).collect();
    missing.extend(looked.missing.iter().map(|name| format!("还没有上传“{name}”")));
    Err(Fault::Incomplete(missing))
}

/// Receives an application: number, file, materials, receipt, task, message and history in one transaction.
pub async fn file(
    app: &App,
    terms: &Terms,
    filing: Filing,
    warnings: Vec<String>,
    draft: Option<&Draft>,
) -> Result<Case, Fault> {
    let now = app.now();
    let today = app.today();
    // On SQLite there is one writer and its commits are grouped: a queue of our own would only undo the grouping.
    let _turn = match app.db.engine() {
        db::Engine::Sqlite => None,
        _ => crate::turn::at(&filing.bureau).await,
    };
    let mut tx = app.db.begin().await?;
    let day = today.strftime("%Y%m%d").to_string();
    let serial = db::counter::next(&mut tx, &filing.bureau, &format!("case:{day}")).await?;
    let value = |key: &str| filing.form.get(key).cloned().unwrap_or_default();
    let stage = Stage::Received { on: today };
    let case = Case {
        number: format!("{}{day}{serial:04}", filing.bureau),
        item: terms.item.slug.clone(),
        item_version: terms.item.version.clone(),
        local_digest: terms.local_digest.clone(),
        business: terms.business_code.clone(),
        applicant: value(fields::PERSON),
        shop: value(fields::SHOP),
        credit_code: value(fields::CREDIT_CODE),
        due: due_dates(&stage, terms.allowed, today, &app.calendar()),
        stage,
        warnings,
        query_code: query_code(app),
        received_at: now,
        version: 1,
        changed_at: now,
        id: filing.id,
        bureau: filing.bureau,
        subject: filing.subject,
        filed_by: filing.filed_by.id.clone(),
        channel: filing.channel,
        form: filing.form,
    };
    let lines = letters::material_lines(terms.business(), &filing.materials);
    let form =
        letters::application_form(&case, &terms.office, &terms.matter(), terms.business(), lines.clone());
    let how = format!("网址 {}/progress，或者拨打 {}", app.settings().base_url, terms.office.phone);
    let answer = law::limits::supplement_notice_due(today, &app.calendar());
    let receipt = letters::receipt(&case, &terms.office, &terms.matter(), lines, how, &answer);
    let under = Under { case: &case, by: &filing.filed_by, step: "submit" };
    let papers = [
        write_paper(app, &mut tx, &terms.office, &under, &form).await?,
        write_paper(app, &mut tx, &terms.office, &under, &receipt).await?,
    ];
    let entry = db::history::Entry::new(
        (&case.bureau, "case", &case.id),
        now,
        (&filing.filed_by.id, &filing.filed_by.name),
        "submit",
        json!({ "number": case.number, "materials": digests(&filing.materials), "channel": case.channel.code() })
            .to_string(),
    );
    let mut rest = vec![store::insert(&case)];
    rest.extend(draft.map(|draft| store::mark_sent(&draft.subject, &draft.id, &case.number, now)));
    rest.extend(filing.with);
    rest.extend(db::history::first(&entry));
    rest.extend(store::add_materials(&case.bureau, &case.id, &filing.materials));
    rest.push(store::add_two_papers(&case.bureau, &case.id, &papers));
    rest.push(store::mirror(&case, &terms.matter()));
    let next = Next { kind: "accept", post: Post::LicenceClerk, officers: vec![], due_on: case.due.notice };
    rest.extend(open_tasks(app, &case, next));
    rest.push(received_message(app, &case));
    tx.commit_with(rest).await?;
    Ok(case)
}

fn received_message(app: &App, case: &Case) -> Statement {
    let words = format!(
        "办件编号{}，到达时间{}。我们会在{}前告知是否受理。",
        case.number,
        web::text::millis(case.received_at),
        case.due.notice.map_or_else(String::new, web::text::date_cn)
    );
    let link = format!("/cases/{}/{}", case.bureau, case.id);
    identity::inbox::tell(app, &case.filed_by, "申请已收到", &words, &link)
}

fn digests(materials: &[Material]) -> Vec<(&str, &str)> {
    materials.iter().map(|material| (material.slot.as_str(), material.digest.as_str())).collect()
}

/// Six characters without look-alikes (no 0 O 1 I L): read aloud on the phone, 31^6 ≈ 890 million.
fn query_code(app: &App) -> String {
    const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    let random: [u8; 6] = app.random();
    random.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

/// Progress without signing in: number and query code together, or nothing.
pub async fn by_query_code(app: &App, number: &str, code: &str) -> Result<Case, Fault> {
    let number = number.trim();
    let bureau = number.get(..6).ok_or(Fault::Unknown)?;
    let case = store::by_number(&mut app.db.clone(), bureau, number).await?.ok_or(Fault::Unknown)?;
    let typed = code.trim().to_ascii_uppercase();
    if bool::from(case.query_code.as_bytes().ct_eq(typed.as_bytes())) {
        Ok(case)
    } else {
        Err(Fault::Unknown)
    }
}

/// The moment a promise was given, kept with the draft.
pub fn promised(app: &App) -> Option<Timestamp> {
    Some(app.now())
}
