//! From what was found to the verdict. Everything that was looked at stays in the steps, also behind the first fault: a
//! person wants to see all that is wrong.

use guomi::seal::Facts as SealFacts;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{TimeZone, offset};
use papers::Kind;
use papers::chinese::{date as date_cn, minute};

use super::verdict::{Facts, NotCurrent, Outcome, Step, Subject, Verdict};
use crate::qr::{Claims, QrFault};
use crate::statement::StatementFault;
use crate::status::{CancelReason, Standing};
use crate::status_list::{Mark, StatusList};

/// How a seal stood when it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealStanding {
    InUse,
    /// Suspended, destroyed, or not yet handed out at the time the signature states.
    NotInUse {
        says: String,
    },
    /// The seal is a good one of another bureau than the document names.
    OfAnother {
        bureau: String,
        document: String,
    },
    /// No seal of this number is kept here.
    Unknown,
    /// There was nobody to ask.
    NotAsked,
}

/// Whether these very bytes left the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copied {
    Known { title: String, number: Option<String>, made_at: Timestamp, sealed: bool },
    Never,
    NotAsked,
}

/// Whether what the document says is so today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Current {
    InForce {
        words: String,
    },
    Not {
        why: NotCurrent,
        words: String,
    },
    /// A letter or a decision: it has been issued, and that does not change.
    NothingToLose,
    NoSuchLicence,
    Unknown {
        words: String,
    },
}

/// A file in OFD and what the records say about it.
pub struct Evidence<'a> {
    pub report: &'a ofd::Report,
    /// One for each seal of the report, in its order.
    pub seals: &'a [SealStanding],
    pub copied: Copied,
    pub current: Current,
}

pub fn judge(evidence: &Evidence<'_>) -> Outcome {
    let report = evidence.report;
    let mut steps = condensed(&report.steps);
    if let Some(verdict) = broken(&report.verdict) {
        let steps = gravest_first(steps);
        return Outcome { subject: Subject::File, verdict, steps, facts: vec![], number: None };
    }
    let mut verdict = Verdict::Valid;
    for (seen, standing) in report.seals.iter().zip(evidence.seals) {
        let name = seen.facts.as_ref().map_or("印章", |facts| &facts.seal_name);
        let (step, found) = seal_step(name, standing);
        steps.push(step);
        verdict = worse(verdict, found);
    }
    let (step, found) = copied_step(&evidence.copied);
    steps.push(step);
    verdict = worse(verdict, found);
    let (step, found) = current_step(&evidence.current);
    steps.push(step);
    verdict = worse(verdict, found);
    genuine(verdict, steps, facts_of(report), custom(report, "证照编号").map(str::to_owned))
}

/// A file that has no seal of its own (PDF): genuine when these very bytes left the office.
pub fn judge_copy(copied: &Copied, current: &Current, facts: Facts, number: Option<String>) -> Outcome {
    let sealed = !matches!(copied, Copied::Known { sealed: false, .. });
    let nothing_known = |step, verdict| {
        let steps = vec![kind_of_file(true), step];
        Outcome { subject: Subject::File, verdict, steps, facts: vec![], number: None }
    };
    let (step, _) = copied_step(copied);
    match copied {
        Copied::Known { .. } => {}
        Copied::Never => return nothing_known(step, Verdict::UnknownDocument),
        // Nobody was asked: that proves nothing against the file.
        Copied::NotAsked => return nothing_known(step, Verdict::Unchecked),
    }
    let (last, verdict) = if sealed { current_step(current) } else { (record_of_then(), Verdict::Record) };
    genuine(verdict, vec![kind_of_file(sealed), step, last], facts, number)
}

/// A QR code that nobody's keys were at hand for: neither good nor bad.
pub fn judge_qr_without_keys() -> Outcome {
    Outcome {
        subject: Subject::Code,
        verdict: Verdict::Unchecked,
        steps: vec![Step::unknown(
            "二维码签名",
            "没有发证机关的公钥，没有核验。请联网，或者用 --status 给出状态清单",
        )],
        facts: vec![],
        number: None,
    }
}

/// A QR code, read and verified or not, and whether the licence is in force.
pub fn judge_qr(read: &Result<Claims, QrFault>, current: &Current) -> Outcome {
    match read {
        Err(fault) => Outcome {
            subject: Subject::Code,
            verdict: of_qr_fault(fault),
            steps: vec![Step::bad("二维码签名", format!("{fault}。{}", fault.next()))],
            facts: vec![],
            number: None,
        },
        Ok(claims) => {
            let signed = Step::good("二维码签名", "由发证机关签名，内容没有改动");
            let (last, verdict) = current_step(current);
            let steps = vec![signed, last];
            let outcome = genuine(verdict, steps, facts_of_claims(claims), Some(claims.number.clone()));
            Outcome { subject: Subject::Code, ..outcome }
        }
    }
}

fn genuine(verdict: Verdict, steps: Vec<Step>, facts: Facts, number: Option<String>) -> Outcome {
    use super::verdict::Grade;
    let believed = verdict.grade() != Grade::Bad;
    Outcome {
        subject: Subject::File,
        verdict,
        steps,
        facts: if believed { facts } else { vec![] },
        number: number.filter(|_| believed),
    }
}

/// Of two verdicts the graver. In the order of [`Verdict`] the later is the graver.
fn worse(one: Verdict, other: Verdict) -> Verdict {
    let rank = |verdict: Verdict| match verdict {
        Verdict::Valid => 0,
        Verdict::Record => 1,
        Verdict::StateUnknown => 2,
        Verdict::Unchecked => 3,
        Verdict::NotCurrent(_) => 4,
        Verdict::UnknownDocument => 5,
        Verdict::SealSuspended => 6,
        _ => 7,
    };
    if rank(other) > rank(one) { other } else { one }
}

/// What makes a file worthless whatever the records say.
fn broken(verdict: &ofd::Verdict) -> Option<Verdict> {
    Some(match verdict {
        ofd::Verdict::Sound => return None,
        ofd::Verdict::BadSeal(word) => of_finding(word),
        ofd::Verdict::Unsealed => Verdict::Unsealed,
        ofd::Verdict::ListBroken => Verdict::ListBroken,
        ofd::Verdict::Uncovered => Verdict::Uncovered,
        ofd::Verdict::Altered => Verdict::Altered,
        ofd::Verdict::Unreadable => Verdict::Unreadable,
    })
}

/// The words of `guomi`'s findings.
fn of_finding(word: &str) -> Verdict {
    match word {
        "seal-expired" | "cert-expired" => Verdict::SealExpired,
        // A forger names his CA like ours: the chain then breaks at a signature instead of at a name.
        "cert-unknown-issuer"
        | "cert-bad-signature"
        | "cert-name-mismatch"
        | "cert-not-a-ca"
        | "cert-key-usage"
        | "cert-chain-too-long"
        | "seal-unknown-maker" => Verdict::ForeignSeal,
        "document-altered" => Verdict::Altered,
        _ => Verdict::SealBad,
    }
}

fn of_qr_fault(fault: &QrFault) -> Verdict {
    match fault {
        QrFault::NotOurs => Verdict::Unreadable,
        QrFault::Unsigned => Verdict::Unsealed,
        QrFault::NumbersDiffer { .. } => Verdict::Altered,
        QrFault::Statement(StatementFault::UnknownKey(_) | StatementFault::OtherBureau { .. }) => {
            Verdict::ForeignSeal
        }
        QrFault::Statement(StatementFault::Cert(fault)) => of_finding(fault.code()),
        QrFault::Statement(StatementFault::Cose(guomi::cose::CoseFault::Signature)) => Verdict::Altered,
        QrFault::Statement(StatementFault::Future) => Verdict::SealBad,
        QrFault::Statement(StatementFault::Cose(_) | StatementFault::Payload(_)) => Verdict::Unreadable,
    }
}

/// A document of our own has thirteen parts and more: one line says that all are as they were, and each that is not has
/// a line of its own.
fn condensed(steps: &[ofd::verify::Step]) -> Vec<Step> {
    let is_part = |step: &&ofd::verify::Step| step.good && step.subject.contains("：/");
    let parts = steps.iter().filter(is_part).count();
    let mut told = false;
    let mut short = Vec::new();
    for step in steps {
        if is_part(&step) {
            if !told {
                short.push(Step::good("文件内容", format!("{parts} 个部分与盖章时一致")));
                told = true;
            }
            continue;
        }
        let result = if step.good { Step::good } else { Step::bad };
        short.push(result(step.subject.clone(), step.words.clone()));
    }
    short
}

/// What is wrong, and then what is not: without a word between them the ticks behind “changed” read like a contradiction.
fn gravest_first(steps: Vec<Step>) -> Vec<Step> {
    let (good, mut ordered): (Vec<Step>, Vec<Step>) =
        steps.into_iter().partition(|step| step.result == "good");
    if !good.is_empty() && !ordered.is_empty() {
        let words = "下面打勾的各项本身没有问题，但不能说明文件可信，不改变核验结果";
        ordered.push(Step::unknown("其余检查", words));
    }
    ordered.extend(good);
    ordered
}

fn seal_step(name: &str, standing: &SealStanding) -> (Step, Verdict) {
    let subject = "印章状态";
    match standing {
        SealStanding::InUse => (Step::good(subject, format!("盖章时“{name}”在正常使用中")), Verdict::Valid),
        SealStanding::NotInUse { says } => {
            (Step::bad(subject, format!("盖章时“{name}”不能使用：{says}")), Verdict::SealSuspended)
        }
        SealStanding::OfAnother { bureau, document } => {
            let words = format!("“{name}”是机关 {bureau} 的印章，文件写明的制发机关是 {document}");
            (Step::bad(subject, words), Verdict::SealBad)
        }
        SealStanding::Unknown => {
            (Step::unknown(subject, format!("“{name}”不在本系统的印章登记中")), Verdict::StateUnknown)
        }
        SealStanding::NotAsked => (Step::unknown(subject, "离线核验，没有查印章登记"), Verdict::Valid),
    }
}

fn copied_step(copied: &Copied) -> (Step, Verdict) {
    let subject = "制发记录";
    match copied {
        Copied::Known { title, number, made_at, .. } => {
            let number = number.as_ref().map(|number| format!("（{number}）")).unwrap_or_default();
            let at = minute(local(*made_at));
            (Step::good(subject, format!("{at}制发的“{title}”{number}，与制发时完全相同")), Verdict::Valid)
        }
        Copied::Never => (
            Step::bad(subject, "制发记录里没有这个文件，哪怕内容只差一个字节也查不到"),
            Verdict::UnknownDocument,
        ),
        Copied::NotAsked => {
            (Step::unknown(subject, "没有查制发记录：离线核验，或者不是本系统制发的"), Verdict::Valid)
        }
    }
}

fn kind_of_file(sealed: bool) -> Step {
    let words = if sealed {
        "这是 PDF 阅读件，印章图样只供查看；有法律效力的是同时发出的 OFD 原件"
    } else {
        "这种文书（申请表、凭证、核查记录等）不加盖电子印章，以办件档案中的记录为准"
    };
    Step { subject: "文件种类".into(), result: "unknown", words: words.into() }
}

/// Forms and records say what was so when they were made, and never lose that.
fn record_of_then() -> Step {
    Step::good("现在的状态", "这是办理时填写或者记录的内容，只说明当时的情况；许可证现在是否有效请另行查验")
}

fn current_step(current: &Current) -> (Step, Verdict) {
    let subject = "现在的状态";
    match current {
        Current::InForce { words } => (Step::good(subject, words.clone()), Verdict::Valid),
        Current::Not { why, words } => (Step::bad(subject, words.clone()), Verdict::NotCurrent(*why)),
        Current::NothingToLose => {
            (Step::good(subject, "这是一份通知或决定，制发以后一直有效，除非另有决定改变它"), Verdict::Valid)
        }
        Current::NoSuchLicence => {
            (Step::bad(subject, "登记簿里没有文件上写的许可证号"), Verdict::UnknownDocument)
        }
        Current::Unknown { words } => (Step::unknown(subject, words.clone()), Verdict::StateUnknown),
    }
}

/// A value the document carries for other systems.
pub(super) fn custom<'a>(report: &'a ofd::Report, name: &str) -> Option<&'a str> {
    let document = report.document.as_ref()?;
    let found = document.info.custom.iter().find(|(found, _)| found == name)?;
    Some(found.1.as_str()).filter(|value| !value.is_empty())
}

/// Whether the document is a licence, which may lose its force; letters and decisions don't.
pub(super) fn is_licence(report: &ofd::Report) -> bool {
    let kind = custom(report, "文书种类").and_then(Kind::from_code);
    matches!(kind, Some(Kind::LicenceOriginal | Kind::LicenceDuplicate))
        || custom(report, "证照编号").is_some()
}

fn facts_of(report: &ofd::Report) -> Facts {
    let Some(document) = &report.document else { return vec![] };
    let mut facts = vec![("文书".into(), document.info.title.clone())];
    for name in ["证照编号", "文书编号", "办件编号", "证照标识", "证照版本", "有效期起", "有效期止"]
    {
        facts.extend(custom(report, name).map(|value| (name.to_owned(), value.to_owned())));
    }
    if !document.info.author.is_empty() {
        facts.push(("制发机关".into(), document.info.author.clone()));
    }
    report
        .seals
        .iter()
        .filter_map(|seen| seen.facts.as_ref())
        .for_each(|seal| facts.extend(facts_of_seal(seal)));
    facts
}

fn facts_of_seal(seal: &SealFacts) -> [(String, String); 2] {
    [("印章".into(), seal.seal_name.clone()), ("盖章时间".into(), minute(local(seal.signed_at)))]
}

fn facts_of_claims(claims: &Claims) -> Facts {
    let facts = [
        ("许可证号", claims.number.clone()),
        ("企业名称", claims.shop.clone()),
        ("负责人", claims.holder.clone()),
        ("经营场所", claims.address.clone()),
        ("许可范围", claims.scope.clone()),
        ("统一社会信用代码", claims.credit_code.clone()),
        ("有效期限", format!("{}至{}", date_cn(claims.valid_from), date_cn(claims.valid_to))),
        ("证照版本", format!("{:03}", claims.edition)),
    ];
    let filled = facts.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What a licence of the register is worth today.
pub fn current_of(standing: Standing) -> Current {
    let why = match standing {
        Standing::InForce => return Current::InForce { words: standing.meaning() },
        Standing::NotYet { .. } => NotCurrent::NotYet,
        Standing::Paused { .. } | Standing::Stopped => NotCurrent::Suspended,
        Standing::Expired { .. } => NotCurrent::Expired,
        Standing::Cancelled { why: CancelReason::Revoked, .. } => NotCurrent::Revoked,
        Standing::Cancelled { .. } => NotCurrent::Cancelled,
        Standing::Recalled { .. } => NotCurrent::Recalled,
    };
    Current::Not { why, words: standing.meaning() }
}

/// What the signed list of a bureau says of one of its licences. `index` is none where the document does not tell.
pub fn current_by_list(
    list: &StatusList,
    index: Option<u64>,
    (from, to): (Date, Date),
    now: Timestamp,
) -> Current {
    let today = local(now).date();
    let as_of = minute(local(list.issued_at));
    let not = |why, words: String| Current::Not { why, words };
    let Some(index) = index else {
        return Current::Unknown {
            words: "文件没有写明它在状态清单中的位置，请联网核验".into()
        };
    };
    match list.mark(index) {
        None => {
            let words = format!("{as_of}的状态清单里还没有这张证，请更新清单后再核验");
            Current::Unknown { words }
        }
        Some(Mark::Ended) => not(NotCurrent::Cancelled, format!("{as_of}的状态清单：已注销或者收回")),
        Some(Mark::Revoked) => not(NotCurrent::Revoked, format!("{as_of}的状态清单：已撤销")),
        Some(Mark::Replaced) => not(NotCurrent::Replaced, format!("{as_of}的状态清单：已被新的版本代替")),
        _ if today > to => not(NotCurrent::Expired, format!("有效期到{}为止", date_cn(to))),
        Some(Mark::Suspended) => {
            not(NotCurrent::Suspended, format!("{as_of}的状态清单：停业或者责令停业整顿"))
        }
        _ if today < from => not(NotCurrent::NotYet, format!("从{}起有效", date_cn(from))),
        Some(Mark::Valid) if list.is_stale(now) => {
            let words = format!("手上的状态清单是{as_of}的，已经过期，请联网更新后再核验");
            Current::Unknown { words }
        }
        Some(Mark::Valid) => Current::InForce { words: format!("{as_of}的状态清单：有效") },
    }
}

/// As clocks in China show it. The country has had one zone without summer time since 1991, before any licence.
fn local(at: Timestamp) -> DateTime {
    at.to_zoned(TimeZone::fixed(offset(8))).datetime()
}
