//! Whether a document is still what was sealed, step by step and in plain words.

use crate::CREATOR;
use crate::document::Document;
use crate::fault::OpenFault;
use crate::package::{Limits, Package, open, open_damaged};
use crate::seal::Area;
use crate::signatures::{Covering, List, Listed, SM3};
use crate::traces;
use guomi::seal::Facts;
use sm3::{Digest as _, Sm3};
use std::collections::{BTreeMap, BTreeSet};

/// Whoever can judge an electronic seal signature: its mathematics, its certificates, its validity.
pub trait SealVerifier {
    fn verify(&self, seal: &SealToCheck<'_>) -> SealFinding;
}

/// What a signature was found with.
#[derive(Clone, Copy, Debug)]
pub struct SealToCheck<'a> {
    /// `SES_Signature`, DER, as received.
    pub signed_value: &'a [u8],
    /// The seal as a part of its own (`SESeal`, DER), which must be the one in the signature.
    pub seal: Option<&'a [u8]>,
    /// The `Signature.xml` that was found, whose digest must be the signed one.
    pub signature: &'a [u8],
    /// The path of that part, `/Doc_0/Signs/Sign_0/Signature.xml`.
    pub place: &'a str,
    /// What `Signature.xml` states as the time of signing, as written: `20260115080000Z`.
    pub stated_time: Option<&'a str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealFinding {
    /// A stable word for what is wrong; `None` when the seal holds.
    pub fault: Option<String>,
    pub steps: Vec<Step>,
    /// What the signature says about itself: true only when the seal holds.
    pub facts: Option<Facts>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was looked at: a part, a seal.
    pub subject: String,
    pub good: bool,
    /// The outcome as a sentence.
    pub words: String,
}

impl Step {
    pub fn good(subject: impl Into<String>, words: impl Into<String>) -> Step {
        Step { subject: subject.into(), good: true, words: words.into() }
    }

    pub fn bad(subject: impl Into<String>, words: impl Into<String>) -> Step {
        Step { subject: subject.into(), good: false, words: words.into() }
    }
}

/// The answer, the worst that was found. Whether the document still has effect is not in it: that stands in the register.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Every seal holds and covers everything.
    Sound,
    /// A seal does not hold; the word is the verifier's.
    BadSeal(String),
    /// No seal. Whoever expects one must not take this document.
    Unsealed,
    /// The list of seals does not fit what is there.
    ListBroken,
    /// Something was put into the package that no seal covers.
    Uncovered,
    /// A part was changed or taken out after sealing.
    Altered,
    /// Not an OFD document, damaged, or made to hurt a reader.
    Unreadable,
}

impl Verdict {
    /// Stable word for programs and tests.
    pub fn code(&self) -> &str {
        match self {
            Verdict::Sound => "sound",
            Verdict::BadSeal(_) => "bad-seal",
            Verdict::Unsealed => "unsealed",
            Verdict::ListBroken => "list-broken",
            Verdict::Uncovered => "uncovered",
            Verdict::Altered => "altered",
            Verdict::Unreadable => "unreadable",
        }
    }

    pub fn says(&self) -> &'static str {
        match self {
            Verdict::Sound => "签章有效，签章后内容未被改动",
            Verdict::BadSeal(_) => "签章无效",
            Verdict::Unsealed => "未盖章",
            Verdict::ListBroken => "签章清单与文件内容不一致",
            Verdict::Uncovered => "文件中有签章未覆盖的内容",
            Verdict::Altered => "签章后内容被改动",
            Verdict::Unreadable => "文件无法读取",
        }
    }

    /// What to do now.
    pub fn next(&self) -> &'static str {
        match self {
            Verdict::Sound => "可继续核对证照当前状态",
            Verdict::Unreadable => "请重新下载原文件后再试；仍不能打开的，请联系发证机关",
            _ => "请勿采信此文件，可向发证机关核实或重新下载原文件",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub verdict: Verdict,
    pub steps: Vec<Step>,
    pub seals: Vec<SealSeen>,
    /// Metadata as found; believe it only when the verdict is [`Verdict::Sound`].
    pub document: Option<Document>,
}

/// A seal that the document lists.
#[derive(Clone, Debug, PartialEq)]
pub struct SealSeen {
    pub id: String,
    pub stated_time: Option<String>,
    /// Identifier of the page, place, and piece that shows.
    pub stamps: Vec<(String, Area, Option<Area>)>,
    pub facts: Option<Facts>,
    pub good: bool,
}

/// Opens and verifies a file.
pub fn check(bytes: &[u8], limits: &Limits, verifier: &dyn SealVerifier) -> Report {
    match open(bytes, limits) {
        Ok(package) => verify(&package, limits, verifier),
        Err(fault) => match open_damaged(bytes, limits) {
            Ok((package, damaged)) => shut(&fault, &package, &damaged, limits),
            Err(_) => unreadable(&fault),
        },
    }
}

/// More seals than any paper carries; each costs a pass over the package.
const SEALS_AT_MOST: usize = 64;

/// Verifies an opened package.
pub fn verify(package: &Package, limits: &Limits, verifier: &dyn SealVerifier) -> Report {
    match package.document(limits) {
        Ok(document) => Inspection::new(package, limits, verifier).run(document),
        Err(fault) => shut(&fault, package, &[], limits),
    }
}

fn unreadable(fault: &OpenFault) -> Report {
    let steps = vec![Step::bad("文件结构", fault.to_string())];
    Report { verdict: Verdict::Unreadable, steps, seals: Vec::new(), document: None }
}

/// A document that can't be opened: when it bears seals that still tell what was changed, that is the answer.
fn shut(fault: &OpenFault, package: &Package, damaged: &[String], limits: &Limits) -> Report {
    let mut report = unreadable(fault);
    let changed = traces::changed(package, damaged, limits);
    if !changed.is_empty() {
        report.verdict = Verdict::Altered;
        report.steps.extend(changed);
    }
    report
}

struct Inspection<'a> {
    package: &'a Package,
    limits: &'a Limits,
    verifier: &'a dyn SealVerifier,
    digests: BTreeMap<&'a str, [u8; 32]>,
    verdict: Verdict,
    steps: Vec<Step>,
    seals: Vec<SealSeen>,
}

impl<'a> Inspection<'a> {
    fn new(package: &'a Package, limits: &'a Limits, verifier: &'a dyn SealVerifier) -> Inspection<'a> {
        Inspection {
            package,
            limits,
            verifier,
            digests: package.parts().map(|(path, bytes)| (path, Sm3::digest(bytes).into())).collect(),
            verdict: Verdict::Sound,
            steps: Vec::new(),
            seals: Vec::new(),
        }
    }

    fn run(mut self, document: Document) -> Report {
        self.good("文件结构", format!("文件可以打开，共{}页", document.pages.len()));
        match document.signatures.as_deref().map(|path| List::read(self.package, path, self.limits)) {
            None => {
                self.bad(Verdict::Unsealed, "签章", "文件没有签章");
                self.traces();
            }
            Some(Err(fault)) => {
                self.bad(Verdict::ListBroken, "签章清单", &fault.to_string());
                self.traces();
            }
            Some(Ok(list)) if list.entries.is_empty() => {
                self.bad(Verdict::Unsealed, "签章", "签章清单是空的，文件没有签章");
            }
            Some(Ok(list)) => {
                self.list(&list, &document);
                let read = |entry: &Listed| Covering::read(self.package, &entry.path, self.limits);
                let coverings: Vec<_> = list.entries.iter().take(SEALS_AT_MOST).map(read).collect();
                for at in 0..coverings.len() {
                    self.seal(&list, &coverings, at);
                }
            }
        }
        Report { verdict: self.verdict, steps: self.steps, seals: self.seals, document: Some(document) }
    }

    /// Where the way to the seals is cut, they may still lie there and tell what was changed.
    fn traces(&mut self) {
        for step in traces::changed(self.package, &[], self.limits) {
            self.bad(Verdict::Altered, &step.subject, &step.words);
        }
    }

    fn good(&mut self, subject: &str, words: String) {
        self.steps.push(Step::good(subject, words));
    }

    fn bad(&mut self, verdict: Verdict, subject: &str, words: &str) {
        self.steps.push(Step::bad(subject, words));
        self.verdict = std::mem::replace(&mut self.verdict, Verdict::Sound).max(verdict);
    }

    fn list(&mut self, list: &List, document: &Document) {
        // No seal covers the list. A file that says it is ours (a part that its seals do cover) must hold exactly the list
        // that we would have written.
        let ours = document.info.creator == CREATOR;
        let found = self.package.part(&list.path);
        let altered = ours && found != Some(list.written().as_bytes());
        let behind = ours && list.max_id != list.entries.last().map(|entry| entry.id.clone());
        match list.contradiction() {
            _ if list.entries.len() > SEALS_AT_MOST => {
                self.bad(Verdict::ListBroken, "签章清单", "签章过多，不能逐一核验");
            }
            Some(words) => self.bad(Verdict::ListBroken, "签章清单", &words),
            None if altered || behind => {
                self.bad(Verdict::ListBroken, "签章清单", "签章清单被改动，与制作时的写法不符");
            }
            None => self.good("签章清单", format!("登记签章{}枚", list.entries.len())),
        }
    }

    fn seal(&mut self, list: &List, coverings: &[Result<Covering, OpenFault>], at: usize) {
        let entry = &list.entries[at];
        let name = format!("第{}枚签章", at + 1);
        let before = self.verdict.clone();
        self.verdict = Verdict::Sound;
        let (mut stated_time, mut stamps, mut facts) = (None, Vec::new(), None);
        match &coverings[at] {
            Err(fault) => self.bad(Verdict::ListBroken, &name, &fault.to_string()),
            Ok(covering) => {
                self.digests_of(covering, &name);
                self.uncovered(covering, list, &coverings[at..], at, &name);
                facts = self.signature(covering, entry, &name);
                (stated_time, stamps) = (covering.signed_at.clone(), covering.stamps.clone());
            }
        }
        let good = self.verdict == Verdict::Sound;
        self.seals.push(SealSeen { id: entry.id.clone(), stated_time, stamps, facts, good });
        self.verdict = std::mem::replace(&mut self.verdict, Verdict::Sound).max(before);
    }

    fn digests_of(&mut self, covering: &Covering, name: &str) {
        if !covering.check_method.eq_ignore_ascii_case("SM3") && covering.check_method != SM3 {
            return self.bad(Verdict::BadSeal("digest-method".to_owned()), name, "杂凑算法不是SM3，不能采信");
        }
        let mut seen = BTreeSet::new();
        for (path, digest) in &covering.references {
            let subject = format!("{name}：/{path}");
            match self.digests.get(path.as_str()) {
                _ if !seen.insert(path) => self.bad(Verdict::ListBroken, &subject, "在签章中登记了两次"),
                None => self.bad(Verdict::Altered, &subject, "签章后被删除"),
                Some(found) if found[..] == digest[..] => self.good(&subject, "与签章时一致".to_owned()),
                Some(_) => self.bad(Verdict::Altered, &subject, "签章后被改动"),
            }
        }
    }

    /// A seal covers everything but the list, its own folder, and the folders of seals that came later.
    fn uncovered(
        &mut self,
        covering: &Covering,
        list: &List,
        from_here: &[Result<Covering, OpenFault>],
        at: usize,
        name: &str,
    ) {
        let covered: BTreeSet<&str> = covering.references.iter().map(|(path, _)| path.as_str()).collect();
        let mut free = BTreeSet::from([list.path.as_str()]);
        free.extend(list.entries[at..].iter().map(|later| later.path.as_str()));
        for later in from_here.iter().flatten() {
            free.insert(&later.signed_value);
            free.extend(later.seal.as_deref());
        }
        let parts = self.package.parts().map(|(path, _)| path);
        let open = parts.filter(|path| !covered.contains(path) && !free.contains(path));
        let open: Vec<String> = open.map(|path| format!("“/{path}”")).collect();
        if open.is_empty() {
            self.good(name, "覆盖文件的全部内容".to_owned());
        } else {
            self.bad(Verdict::Uncovered, name, &format!("未覆盖{}", open.join("、")));
        }
    }

    fn signature(&mut self, covering: &Covering, entry: &Listed, name: &str) -> Option<Facts> {
        let signature = self.package.part(&entry.path)?;
        let place = format!("/{}", entry.path);
        let Some(signed_value) = self.package.part(&covering.signed_value) else {
            self.bad(Verdict::ListBroken, name, "找不到签章数据");
            return None;
        };
        let seal = covering.seal.as_ref().map(|path| self.package.part(path));
        if seal == Some(None) {
            self.bad(Verdict::ListBroken, name, "找不到电子印章");
        }
        let finding = self.verifier.verify(&SealToCheck {
            signed_value,
            seal: seal.flatten(),
            signature,
            place: &place,
            stated_time: covering.signed_at.as_deref(),
        });
        let named = finding
            .steps
            .into_iter()
            .map(|step| Step { subject: format!("{name}：{}", step.subject), ..step });
        self.steps.extend(named);
        match finding.fault {
            Some(word) => self.bad(Verdict::BadSeal(word), name, "签章验证未通过"),
            None => self.good(name, "签章验证通过".to_owned()),
        }
        finding.facts
    }
}
