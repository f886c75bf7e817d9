//! 注销、撤销、撤回、收回: how a licence ends by a decision. Whoever keeps the licences asks with facts and reasons; the head of the
//! bureau, who is somebody else, decides. Licence, electronic edition, sealed letter, ledger, history and message are
//! written together with the decision or not at all.

use axum::http::StatusCode;
use db::history::{self, Entry};
use db::{Statement, Tx};
use identity::{Act, Officer, Post, inbox};
use jiff::Timestamp;
use papers::Paper;
use seals::{Order, User};
use serde_json::json;
use web::{App, Face};

use super::change::{Under, overtaken};
use super::ending_letter as letter;
use super::ending_store as endings;
pub use super::ending_store::{asked_of, of_licence};
use crate::licence::Licence;
use crate::status::{CancelReason, Step};
use crate::{Fault, Licences, store};

/// The ways in which a licence ends by a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "how", content = "why", rename_all = "snake_case")]
pub enum How {
    Cancel(CancelReason),
    Recall,
}

impl How {
    pub fn step(self) -> Step {
        match self {
            How::Cancel(why) => Step::Cancel(why),
            How::Recall => Step::Recall,
        }
    }

    /// 注销（歇业）, 撤销, 撤回, 收回
    pub fn label(self) -> String {
        match self {
            How::Cancel(CancelReason::Revoked) => "撤销".to_owned(),
            How::Cancel(CancelReason::WithdrawnByBureau) => "撤回".to_owned(),
            How::Cancel(why) => format!("注销（{}）", why.label()),
            How::Recall => "收回".to_owned(),
        }
    }

    /// The law leaves the article to the case: 撤销 has two paragraphs, 收回 the rules of the place.
    pub fn needs_basis(self) -> bool {
        matches!(self, How::Cancel(CancelReason::Revoked) | How::Recall)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Waits for the head.
    Asked,
    /// Sent back; may be asked for anew.
    Returned,
    Done,
}

impl Stand {
    pub const ALL: [Stand; 3] = [Stand::Asked, Stand::Returned, Stand::Done];

    pub fn code(self) -> &'static str {
        match self {
            Stand::Asked => "asked",
            Stand::Returned => "returned",
            Stand::Done => "done",
        }
    }

    pub fn says(self) -> &'static str {
        match self {
            Stand::Asked => "等待机关负责人决定",
            Stand::Returned => "已退回",
            Stand::Done => "已作出决定",
        }
    }
}

/// The request and, once it was taken, the decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    pub bureau: String,
    pub number: String,
    pub version: i64,
    pub stand: Stand,
    pub how: How,
    /// Facts, as they go into the letter.
    pub reason: String,
    /// Articles beside those that follow from the way; may be empty.
    pub basis: String,
    /// Version of the licence that was looked at.
    pub seen: i64,
    pub asked_by: String,
    pub asked_name: String,
    pub asked_at: Timestamp,
    pub answered_by: Option<String>,
    pub answered_name: Option<String>,
    pub answered_at: Option<Timestamp>,
    /// Why it was sent back.
    pub answer: String,
    pub paper: Option<Paper>,
    /// SM3 of the sealed letter.
    pub ofd: Option<String>,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub how: How,
    pub reason: String,
    pub basis: String,
    pub seen: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum EndingFault {
    #[error("no such request")]
    Unknown,
    #[error("asked for by {who} already")]
    AskedAlready { who: String, at: Timestamp },
    #[error("the same officer asked for it")]
    SamePerson,
    #[error("not open: {0}")]
    NotOpen(&'static str),
    #[error("no basis")]
    NoBasis,
    #[error("no reason to send back")]
    NoAnswer,
}

impl EndingFault {
    pub fn face(&self) -> Face {
        match self {
            EndingFault::Unknown => Face::unknown(
                "ending-unknown",
                "这张许可证没有等待决定的注销、撤销或者收回",
                "请从许可证台账重新打开这张许可证。",
            )
            .action("许可证台账", "/desk/licences"),
            EndingFault::AskedAlready { who, at } => Face::conflict(
                "ending-asked",
                format!("{who}已于 {} 就这张许可证提出过，正在等机关负责人决定", web::text::minute(*at)),
                "请打开这张许可证查看。要改内容的，请机关负责人先退回。",
            ),
            EndingFault::SamePerson => Face::new(
                StatusCode::FORBIDDEN,
                "ending-same-person",
                "提出的人不能自己作决定",
                "请由另一位机关负责人决定（提出与决定分离）。",
            ),
            EndingFault::NotOpen(stand) => Face::conflict(
                "ending-stand",
                format!("这一项{stand}，不能这样操作"),
                "请刷新页面，查看最新情况。",
            ),
            EndingFault::NoBasis => Face::invalid(
                "ending-basis",
                "还没有写明依据的条款",
                "撤销、收回要写明法律、法规、规章的条款，例如《行政许可法》第六十九条第二款。",
            ),
            EndingFault::NoAnswer => {
                Face::invalid("ending-answer", "还没有写退回的原因", "请简要写明要补充、核实什么。")
            }
        }
    }
}

/// 提出: kept for the head to decide, with nothing changed about the licence yet.
pub async fn ask(app: &App, officer: &Officer, number: &str, wanted: &Wanted) -> Result<Ending, Fault> {
    officer.may(Act::ChangeLicence, &officer.bureau)?;
    if wanted.how.needs_basis() && wanted.basis.is_empty() {
        return Err(EndingFault::NoBasis.into());
    }
    let (now, today) = (app.now(), app.today());
    let mut tx = app.db.begin().await?;
    let licence = store::by_number(&mut tx, &officer.bureau, number).await?.ok_or(Fault::Unknown)?;
    let before = of_licence(&mut tx, &officer.bureau, number).await?;
    if let Some(Ending { stand: Stand::Asked, asked_name, asked_at, .. }) = before {
        return Err(EndingFault::AskedAlready { who: asked_name, at: asked_at }.into());
    }
    if licence.version != wanted.seen {
        return Err(Fault::Overtaken);
    }
    licence.status.take(wanted.how.step(), licence.valid_to, today)?;
    let ending = Ending {
        bureau: officer.bureau.clone(),
        number: number.to_owned(),
        version: before.as_ref().map_or(1, |before| before.version + 1),
        stand: Stand::Asked,
        how: wanted.how,
        reason: wanted.reason.clone(),
        basis: wanted.basis.clone(),
        seen: licence.version,
        asked_by: officer.id.clone(),
        asked_name: officer.name.clone(),
        asked_at: now,
        answered_by: None,
        answered_name: None,
        answered_at: None,
        answer: String::new(),
        paper: None,
        ofd: None,
    };
    let data = json!({ "how": ending.how.label(), "reason": ending.reason, "basis": ending.basis });
    history::append(&mut tx, &entry(&ending, officer, "ending_asked", data, now)).await.map_err(overtaken)?;
    let mut writes = vec![endings::ask(&ending, before.as_ref())];
    writes.extend(tell_heads(app, &mut tx, officer, &ending, &licence).await?);
    tx.commit_with(writes).await.map_err(first)?;
    Ok(ending)
}

/// Somebody else asked, answered or decided at the same moment.
fn first(fault: db::Fault) -> Fault {
    match fault {
        db::Fault::Expected { .. } => Fault::Overtaken,
        fault if fault.is_unique_on("licence_ending") => Fault::Overtaken,
        fault => overtaken(fault),
    }
}

async fn tell_heads(
    app: &App,
    tx: &mut Tx,
    officer: &Officer,
    ending: &Ending,
    licence: &Licence,
) -> Result<Vec<Statement>, Fault> {
    let heads = identity::officers::holding(tx, &ending.bureau, Post::BureauHead, app.today()).await?;
    let words = format!(
        "{}提出对“{}”（{}）的许可证作出{}决定，请核对后决定。",
        officer.name,
        licence.shop_name,
        ending.number,
        ending.how.label()
    );
    let heads = heads.into_iter().filter(|head| head.id != officer.id);
    Ok(heads.map(|head| inbox::tell(app, &head.id, "有许可证等您决定", &words, &link(ending))).collect())
}

fn link(ending: &Ending) -> String {
    format!("/desk/licences/{}/ending", ending.number)
}

/// 退回: nothing happens to the licence; whoever asked is told why.
pub async fn send_back(
    app: &App,
    officer: &Officer,
    (number, version): (&str, i64),
    why: &str,
) -> Result<Ending, Fault> {
    let why = why.trim();
    if why.is_empty() {
        return Err(EndingFault::NoAnswer.into());
    }
    let mut tx = app.db.begin().await?;
    let ending = to_decide(&mut tx, officer, (number, version)).await?;
    let now = app.now();
    let returned = answered(&ending, officer, Stand::Returned, now);
    let returned = Ending { answer: why.chars().take(300).collect(), ..returned };
    let data = json!({ "how": ending.how.label(), "why": returned.answer });
    history::append(&mut tx, &entry(&ending, officer, "ending_returned", data, now))
        .await
        .map_err(overtaken)?;
    let words =
        format!("{}退回了对许可证 {} 的{}：{}", officer.name, number, ending.how.label(), returned.answer);
    let told = inbox::tell(app, &ending.asked_by, "许可证的处理被退回", &words, &link(&ending));
    tx.commit_with(vec![endings::answer(&returned, &ending), told]).await.map_err(first)?;
    Ok(returned)
}

/// 作出决定. While the seal can't be had nothing is decided and the request goes on waiting.
pub async fn decide(app: &App, officer: &Officer, (number, version): (&str, i64)) -> Result<Ending, Fault> {
    let (licences, now) = (app.part::<Licences>(), app.now());
    let mut tx = app.db.begin().await?;
    let ending = to_decide(&mut tx, officer, (number, version)).await?;
    let licence = store::by_number(&mut tx, &officer.bureau, number).await?.ok_or(Fault::Unknown)?;
    if licence.version != ending.seen {
        return Err(Fault::Overtaken);
    }
    // Before a number is taken and anything is sealed.
    licence.status.take(ending.how.step(), licence.valid_to, app.today())?;
    let paper = letter::numbered(&mut tx, &licence, &ending, &licences.office.base_url, app.today()).await?;
    let document = paper.number.clone().unwrap_or_default();
    let ofd = sealed(&licences, &mut tx, officer, (&licence, &ending), &paper, now).await?;
    let by = User { id: &officer.id, name: &officer.name };
    let under = Under { by, reason: &ending.reason, document: &document };
    licences.step(&mut tx, (&officer.bureau, number), ending.how.step(), &under, now).await?;
    let done = Ending { paper: Some(paper), ofd: Some(ofd), ..answered(&ending, officer, Stand::Done, now) };
    let words =
        format!("{}已作出{}决定（{document}），许可证 {number} 不再有效。", officer.name, ending.how.label());
    let told = inbox::tell(app, &ending.asked_by, "许可证已作出决定", &words, &link(&ending));
    tx.commit_with(vec![endings::answer(&done, &ending), told]).await.map_err(first)?;
    licences.register.nudge();
    Ok(done)
}

/// The request as this officer may answer it.
async fn to_decide(tx: &mut Tx, officer: &Officer, (number, version): (&str, i64)) -> Result<Ending, Fault> {
    officer.may(Act::Decide, &officer.bureau)?;
    let ending = of_licence(tx, &officer.bureau, number).await?.ok_or(EndingFault::Unknown)?;
    if ending.stand != Stand::Asked {
        return Err(EndingFault::NotOpen(ending.stand.says()).into());
    }
    if ending.version != version {
        return Err(Fault::Overtaken);
    }
    if ending.asked_by == officer.id {
        return Err(EndingFault::SamePerson.into());
    }
    Ok(ending)
}

fn answered(ending: &Ending, officer: &Officer, stand: Stand, now: Timestamp) -> Ending {
    Ending {
        stand,
        version: ending.version + 1,
        answered_by: Some(officer.id.clone()),
        answered_name: Some(officer.name.clone()),
        answered_at: Some(now),
        ..ending.clone()
    }
}

async fn sealed(
    licences: &Licences,
    tx: &mut Tx,
    officer: &Officer,
    (licence, ending): (&Licence, &Ending),
    paper: &Paper,
    now: Timestamp,
) -> Result<String, Fault> {
    let under = format!("{} {}", ending.how.label(), paper.number.as_deref().unwrap_or_default());
    let order = Order {
        bureau: &licence.bureau,
        bureau_name: &licence.issuer_name,
        paper_id: &format!("{}-ending", licence.number),
        paper,
        subject: ("licence", &licence.number),
        under: &under,
        user: User { id: &officer.id, name: &officer.name },
        custom: vec![("许可证号".to_owned(), licence.number.clone())],
    };
    Ok(licences.office.seals.seal(tx, &order, now).await?.digest)
}

fn entry(ending: &Ending, officer: &Officer, act: &str, data: serde_json::Value, now: Timestamp) -> Entry {
    Entry::new(
        (&ending.bureau, "licence", &ending.number),
        now,
        (&officer.id, &officer.name),
        act,
        data.to_string(),
    )
}
