//! Asking the records: the seals, the copies that left the office, the register; or, without them, a status list.

use std::sync::Arc;

use async_trait::async_trait;
use db::Db;
use guomi::seal::Policy;
use guomi::x509::Trust;
use jiff::Timestamp;
use jiff::civil::Date;
use papers::Kind;

use super::judge::{
    Copied, Current, Evidence, SealStanding, current_by_list, current_of, custom, is_licence, judge,
    judge_copy, judge_qr, judge_qr_without_keys,
};
use super::verdict::{Facts, NotCurrent, Outcome};
use crate::licence::Public;
use crate::qr::{self, Claims};
use crate::statement::Signatory;
use crate::status_list::{Editions, Mark, StatusList};
use crate::{Register, store};

/// What the verification asks the matter of seals.
#[async_trait]
pub trait SealOffice: Send + Sync {
    /// Whose seals count here; `None` where no CA has been set up.
    fn trust(&self) -> Option<Arc<Trust>>;

    /// Those who sign for the bureaus, with those of earlier keys.
    fn signatories(&self) -> Vec<Signatory>;

    /// How a seal stood when a signature with it states to have been made.
    async fn stood(&self, db: &mut Db, seal: &str, at: Timestamp) -> Result<Stood, db::Fault>;

    /// What the file with this SM3 is, if it left this office.
    async fn copy(&self, db: &mut Db, digest: &str) -> Result<Option<FileCopy>, db::Fault>;
}

/// A seal at the time of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stood {
    InUse { bureau: String },
    NotInUse { says: String },
    Unknown,
}

/// A file that left this office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCopy {
    pub bureau: String,
    pub paper_kind: String,
    pub number: Option<String>,
    /// `case` or `licence`.
    pub subject_kind: String,
    pub subject: String,
    /// `990101100017-001-original` for a sheet of a licence.
    pub paper_id: String,
    pub made_at: Timestamp,
    /// Whether it is a sealed original or the reading copy of one; forms and records bear no seal.
    pub sealed: bool,
}

/// The part of the app under which the portal hands in whom to ask.
#[derive(Clone)]
pub struct Offices {
    pub seals: Arc<dyn SealOffice>,
    pub editions: Arc<dyn Editions>,
}

/// Where the present state comes from.
#[derive(Clone)]
pub enum Records {
    /// The office's own records, with the register in memory where there is one.
    Own { db: Db, offices: Offices, register: Option<Arc<Register>> },
    /// Without a network: the signed list of a bureau.
    List(Arc<StatusList>),
    /// There is nobody to ask, and why.
    Nobody(String),
}

/// What a file is held against.
pub struct Against {
    pub trust: Arc<Trust>,
    pub records: Records,
    pub now: Timestamp,
    pub limits: ofd::Limits,
}

/// A file in OFD or PDF, whatever it really is.
pub async fn examine_file(bytes: Vec<u8>, against: &Against) -> Outcome {
    let digest = hex::encode(guomi::sm3::digest(&bytes));
    if bytes.starts_with(b"%PDF-") {
        return examine_copy(&digest, against).await;
    }
    let (trust, limits, now) = (against.trust.clone(), against.limits.clone(), against.now);
    let read = move || ofd::check(&bytes, &limits, &Policy { trust: &trust, now });
    let report = match tokio::task::spawn_blocking(read).await {
        Ok(report) => report,
        // A panic of the reader: nothing was found out about the file.
        Err(_) => ofd::Report {
            verdict: ofd::Verdict::Unreadable,
            steps: vec![ofd::verify::Step::bad("文件结构", "读取文件时出错")],
            seals: vec![],
            document: None,
        },
    };
    match gathered(&report, &digest, against).await {
        Ok((seals, copied, current)) => judge(&Evidence { report: &report, seals: &seals, copied, current }),
        Err(fault) => {
            tracing::warn!(%fault, "a file is judged without the records");
            judge(&silent(&report))
        }
    }
}

type Gathered = (Vec<SealStanding>, Copied, Current);

fn silent(report: &ofd::Report) -> Evidence<'_> {
    let words = "系统暂时连不上数据库，没有查到现在的状态".to_owned();
    Evidence { report, seals: &[], copied: Copied::NotAsked, current: Current::Unknown { words } }
}

async fn gathered(report: &ofd::Report, digest: &str, against: &Against) -> Result<Gathered, db::Fault> {
    match &against.records {
        // Nothing the records say could make a broken file whole, and the state of seals in it may be anybody's claim.
        _ if report.verdict != ofd::Verdict::Sound => Ok((vec![], Copied::NotAsked, Current::NothingToLose)),
        Records::Own { db, offices, register } => {
            let mut db = db.clone();
            let seals = standings(report, offices, &mut db).await?;
            let copy = offices.seals.copy(&mut db, digest).await?;
            if copy.is_none()
                && let Some(stranger) = stranger(report, &mut db).await?
            {
                return Ok((seals, Copied::NotAsked, stranger));
            }
            let current = match licence_of(report) {
                Some(named) => current_in(&named, offices, register.as_deref(), &mut db, against.now).await?,
                None if is_licence(report) => Current::NoSuchLicence,
                None => current_of_letter(copy.as_ref(), &mut db, against.now).await?,
            };
            Ok((seals, copied_of(copy), current))
        }
        Records::List(list) => {
            let seals = report.seals.iter().map(|_| SealStanding::NotAsked).collect();
            Ok((seals, Copied::NotAsked, by_list(report, list, against.now)))
        }
        Records::Nobody(words) => Ok((vec![], Copied::NotAsked, Current::Unknown { words: words.clone() })),
    }
}

/// A document of a bureau whose records are kept somewhere else: that it is not known here says nothing against it.
async fn stranger(report: &ofd::Report, db: &mut Db) -> Result<Option<Current>, db::Fault> {
    let Some(code) = custom(report, "制发机关代码") else { return Ok(None) };
    if identity::bureaus::read_by_code(db, code).await?.is_some() {
        return Ok(None);
    }
    let words = format!("机关 {code} 的制发记录不在本系统，请到它的网站核验");
    Ok(Some(Current::Unknown { words }))
}

async fn standings(
    report: &ofd::Report,
    offices: &Offices,
    db: &mut Db,
) -> Result<Vec<SealStanding>, db::Fault> {
    let document = custom(report, "制发机关代码");
    let mut standings = Vec::new();
    for facts in report.seals.iter().filter_map(|seen| seen.facts.as_ref()) {
        standings.push(match offices.seals.stood(db, &facts.seal_id, facts.signed_at).await? {
            Stood::InUse { bureau } => match document {
                Some(document) if document != bureau => {
                    SealStanding::OfAnother { bureau, document: document.to_owned() }
                }
                _ => SealStanding::InUse,
            },
            Stood::NotInUse { says } => SealStanding::NotInUse { says },
            Stood::Unknown => SealStanding::Unknown,
        });
    }
    Ok(standings)
}

fn copied_of(copy: Option<FileCopy>) -> Copied {
    let title = |copy: &FileCopy| Kind::from_code(&copy.paper_kind).map_or("文书", Kind::title).to_owned();
    copy.map_or(Copied::Never, |copy| Copied::Known {
        title: title(&copy),
        number: copy.number,
        made_at: copy.made_at,
        sealed: copy.sealed,
    })
}

/// A licence as a document names it.
struct Named {
    bureau: Option<String>,
    number: String,
    edition: Option<i64>,
}

fn licence_of(report: &ofd::Report) -> Option<Named> {
    if !is_licence(report) {
        return None;
    }
    Some(Named {
        bureau: custom(report, "制发机关代码").map(str::to_owned),
        number: custom(report, "证照编号")?.to_owned(),
        edition: custom(report, "证照版本").and_then(|edition| edition.parse().ok()),
    })
}

/// The database speaks first, because the register may be a second behind; the register is asked when it is silent.
async fn current_in(
    named: &Named,
    offices: &Offices,
    register: Option<&Register>,
    db: &mut Db,
    now: Timestamp,
) -> Result<Current, db::Fault> {
    let today = web::clock::office_day(now);
    let bureau = match (&named.bureau, store::bureau_of(db, &named.number).await) {
        (_, Ok(Some(bureau))) => bureau,
        (_, Ok(None)) => return Ok(Current::NoSuchLicence),
        (_, Err(fault)) => match from_memory(&named.number, register, now) {
            Some(public) => return Ok(current_of(public.standing(today))),
            None => return Err(fault),
        },
    };
    if named.bureau.as_ref().is_some_and(|says| *says != bureau) {
        return Ok(Current::NoSuchLicence);
    }
    let Some(licence) = store::by_number(db, &bureau, &named.number).await? else {
        return Ok(Current::NoSuchLicence);
    };
    let current = current_of(licence.standing(today));
    let (Current::InForce { .. }, Some(edition)) = (&current, named.edition) else { return Ok(current) };
    // The licence is in force; whether by this very edition of it is another question.
    Ok(match offices.editions.mark(db, &bureau, &named.number, edition).await? {
        Some(Mark::Replaced) => {
            let words = format!("第 {edition:03} 版已被新的版本代替");
            Current::Not { why: NotCurrent::Replaced, words }
        }
        Some(Mark::Ended) => {
            Current::Not { why: NotCurrent::Cancelled, words: format!("第 {edition:03} 版已停止使用") }
        }
        Some(Mark::Revoked) => {
            Current::Not { why: NotCurrent::Revoked, words: format!("第 {edition:03} 版已被撤销") }
        }
        Some(Mark::Suspended) => {
            Current::Not { why: NotCurrent::Suspended, words: format!("第 {edition:03} 版已停用") }
        }
        Some(Mark::Valid) => current,
        None => Current::NoSuchLicence,
    })
}

/// A notice stays what it is. A decision that granted a licence falls with it.
async fn current_of_letter(
    copy: Option<&FileCopy>,
    db: &mut Db,
    now: Timestamp,
) -> Result<Current, db::Fault> {
    let granted = copy.filter(|copy| copy.subject_kind == "case" && copy.paper_kind == Kind::Grant.code());
    let Some(copy) = granted else { return Ok(Current::NothingToLose) };
    let Some(licence) = store::of_case(db, &copy.bureau, &copy.subject).await? else {
        return Ok(Current::NothingToLose);
    };
    let gone = [NotCurrent::Revoked, NotCurrent::Recalled, NotCurrent::Cancelled];
    Ok(match current_of(licence.standing(web::clock::office_day(now))) {
        Current::Not { why, words } if gone.contains(&why) => {
            Current::Not { why, words: format!("据此发的许可证 {}：{words}", licence.number) }
        }
        _ => Current::NothingToLose,
    })
}

fn from_memory(number: &str, register: Option<&Register>, now: Timestamp) -> Option<Public> {
    register?.number(number, now).found
}

fn by_list(report: &ofd::Report, list: &StatusList, now: Timestamp) -> Current {
    if !is_licence(report) {
        return Current::NothingToLose;
    }
    if custom(report, "制发机关代码") != Some(list.bureau.as_str()) {
        return other_list(custom(report, "制发机关代码").unwrap_or("（未写明）"), list);
    }
    let day = |name| custom(report, name).and_then(|day| day.parse::<Date>().ok());
    let (Some(from), Some(to)) = (day("有效期起"), day("有效期止")) else {
        return Current::Unknown { words: "文件没有写明有效期，请联网核验".into() };
    };
    let index = custom(report, "状态序号").and_then(|index| index.parse().ok());
    current_by_list(list, index, (from, to), now)
}

fn other_list(bureau: &str, list: &StatusList) -> Current {
    let words = format!("手上的状态清单是机关 {} 的，这份证照由机关 {bureau} 制发", list.bureau);
    Current::Unknown { words }
}

async fn examine_copy(digest: &str, against: &Against) -> Outcome {
    let Records::Own { db, offices, register } = &against.records else {
        return judge_copy(&Copied::NotAsked, &Current::NothingToLose, vec![], None);
    };
    let mut db = db.clone();
    let copy = match offices.seals.copy(&mut db, digest).await {
        Ok(Some(copy)) => copy,
        Ok(None) => return judge_copy(&Copied::Never, &Current::NothingToLose, vec![], None),
        Err(fault) => {
            tracing::warn!(%fault, "a reading copy is judged without the records");
            return judge_copy(&Copied::NotAsked, &Current::NothingToLose, vec![], None);
        }
    };
    let is_face =
        matches!(Kind::from_code(&copy.paper_kind), Some(Kind::LicenceOriginal | Kind::LicenceDuplicate));
    let named = is_face.then(|| Named {
        bureau: Some(copy.bureau.clone()),
        number: copy.subject.clone(),
        edition: edition_in(&copy.paper_id),
    });
    let current = match &named {
        None => current_of_letter(Some(&copy), &mut db, against.now).await,
        Some(named) => current_in(named, offices, register.as_deref(), &mut db, against.now).await,
    };
    let current = current.unwrap_or_else(|_| silent_state());
    let facts = facts_of_copy(&copy);
    judge_copy(&copied_of(Some(copy)), &current, facts, named.map(|named| named.number))
}

fn silent_state() -> Current {
    Current::Unknown { words: "系统暂时连不上数据库，没有查到现在的状态".into() }
}

/// `990101100017-001-original` → 1
fn edition_in(paper_id: &str) -> Option<i64> {
    paper_id.split('-').nth(1)?.parse().ok()
}

fn facts_of_copy(copy: &FileCopy) -> Facts {
    let title = Kind::from_code(&copy.paper_kind).map_or("文书", Kind::title);
    let number = copy.number.clone().or((copy.subject_kind == "licence").then(|| copy.subject.clone()));
    let mut facts = vec![("文书".to_owned(), title.to_owned())];
    facts.extend(number.map(|number| ("编号".to_owned(), number)));
    facts
}

/// The text of a QR code.
pub async fn examine_qr(text: &str, against: &Against) -> Outcome {
    let signatories = match &against.records {
        Records::Own { offices, .. } => offices.seals.signatories(),
        Records::List(list) => list.signatories(),
        Records::Nobody(_) => vec![],
    };
    if signatories.is_empty() && qr::scan(text).is_ok() {
        return judge_qr_without_keys();
    }
    let read =
        qr::scan(text).and_then(|scanned| qr::verify(&scanned, &signatories, &against.trust, against.now));
    let current = match &read {
        Ok(claims) => current_of_claims(claims, against).await,
        Err(_) => Current::NothingToLose,
    };
    judge_qr(&read, &current)
}

async fn current_of_claims(claims: &Claims, against: &Against) -> Current {
    match &against.records {
        Records::Nobody(words) => Current::Unknown { words: words.clone() },
        Records::List(list) if list.bureau != claims.bureau => other_list(&claims.bureau, list),
        Records::List(list) => {
            let validity = (claims.valid_from, claims.valid_to);
            current_by_list(list, Some(claims.status_index), validity, against.now)
        }
        Records::Own { db, offices, register } => {
            let named = Named {
                bureau: Some(claims.bureau.clone()),
                number: claims.number.clone(),
                edition: i64::try_from(claims.edition).ok(),
            };
            let current =
                current_in(&named, offices, register.as_deref(), &mut db.clone(), against.now).await;
            current.unwrap_or_else(|_| silent_state())
        }
    }
}
