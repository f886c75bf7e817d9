//! What an article says, what an editor must fill in, and what a reader is told of its validity.

use catalog::Cite;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Kind;
use crate::markup::{self, Body};
use crate::state::{Person, Standing, State};

/// The text with its particulars: the columns that 政府信息公开目录 have everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub kind: Kind,
    pub title: String,
    /// 发文机关
    pub organ: String,
    /// 文号
    pub doc_number: String,
    /// 成文日期
    pub made_on: Option<Date>,
    /// 实施日期
    pub effective_on: Option<Date>,
    /// The last day on which it holds.
    pub expires_on: Option<Date>,
    pub summary: String,
    /// In the markup of [`markup`].
    pub body: String,
    /// Slugs of service items it speaks of.
    pub items: Vec<String>,
    /// Provisions it stands on.
    pub cites: Vec<Cite>,
    pub attachments: Vec<Attachment>,
    pub consultation: Option<Consultation>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: String,
    pub name: String,
    /// SM3 of the bytes: the address in `files`.
    pub digest: String,
    pub bytes: i64,
    /// Media type by content.
    pub kind: String,
}

/// From which to which day the public is asked, and whom to write to otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consultation {
    pub from: Date,
    pub to: Date,
    /// 联系电话、地址
    pub contact: String,
}

/// Where a consultation stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    Soon,
    Open,
    Over,
}

impl Consultation {
    pub fn on(&self, today: Date) -> Asking {
        match today {
            day if day < self.from => Asking::Soon,
            // The last day still belongs to the public.
            day if day > self.to => Asking::Over,
            _ => Asking::Open,
        }
    }
}

impl Content {
    pub fn read_body(&self) -> Body {
        markup::read(&self.body)
    }

    /// What stands in lists and feeds: the summary, or the first words of the body.
    pub fn in_short(&self) -> String {
        if !self.summary.is_empty() {
            return self.summary.clone();
        }
        let words = self.read_body().words().replace('\n', " ");
        let short: String = words.chars().take(SHORT).collect();
        if words.chars().count() > SHORT { format!("{short}…") } else { short }
    }

    /// What must be put right before it can be submitted: field and words.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let mut found = self.faults();
        let mut need = |missing: bool, field, says: &str| {
            if missing {
                found.push((field, says.to_owned()));
            }
        };
        need(self.title.is_empty(), "title", "请填写标题");
        need(self.organ.is_empty(), "organ", "请填写发文机关");
        need(self.made_on.is_none(), "made_on", "请填写成文日期");
        need(self.body.is_empty(), "body", "请填写正文");
        need(self.kind.binds() && self.effective_on.is_none(), "effective_on", "这一类信息要写明实施日期");
        let asks = self.kind == Kind::Consultation;
        need(asks && self.consultation.is_none(), "asked_from", "征求意见要写明起止日期和联系方式");
        need(
            self.kind == Kind::Quota && self.read_body().tables().next().is_none(),
            "body",
            "总量控制要有一张表",
        );
        found
    }

    /// What can't even be kept as a draft.
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        for (field, text, most) in [
            ("title", &self.title, 120),
            ("organ", &self.organ, 60),
            ("doc_number", &self.doc_number, 60),
            ("summary", &self.summary, 300),
            ("body", &self.body, LONGEST_BODY),
        ] {
            if text.chars().count() > most {
                found.push((field, format!("不能超过{most}个字")));
            }
        }
        if let (Some(made), Some(effective)) = (self.made_on, self.effective_on)
            && effective < made
        {
            found.push(("effective_on", "实施日期不能早于成文日期".to_owned()));
        }
        if let (Some(from), Some(to)) = (self.effective_on.or(self.made_on), self.expires_on)
            && to < from
        {
            found.push(("expires_on", "失效日期不能早于实施日期".to_owned()));
        }
        if let Some(asked) = &self.consultation
            && asked.to < asked.from
        {
            found.push(("asked_to", "征求意见的截止日期不能早于开始日期".to_owned()));
        }
        found
    }

    pub fn attachment(&self, id: &str) -> Option<&Attachment> {
        self.attachments.iter().find(|one| one.id == id)
    }
}

/// A 文号 as it is compared: people write 〔2026〕12号, [2026] 12 号 and ［２０２６］１２号 for one number.
pub fn number_key(number: &str) -> String {
    let shaped = number.chars().filter(|c| !c.is_whitespace()).map(|c| match c {
        // The full-width forms of ASCII lie at one distance from it.
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        other => other,
    });
    let one_bracket = shaped.map(|c| match c {
        '[' | '(' | '【' | '﹝' => '〔',
        ']' | ')' | '】' | '﹞' => '〕',
        other => other.to_ascii_lowercase(),
    });
    one_bracket.collect()
}

const SHORT: usize = 90;
pub const LONGEST_BODY: usize = 100_000;
pub const MOST_ATTACHMENTS: usize = 20;

/// An article as its editors have it: the newest text, public or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    pub bureau: String,
    pub id: String,
    /// 索引号; given when it is published for the first time.
    pub index_no: Option<String>,
    pub state: State,
    pub content: Content,
    /// Raised by each change; the compare-and-set.
    pub version: i64,
    pub changed_at: Timestamp,
    pub changed_by: Person,
}

/// An article as the public has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub bureau: String,
    pub index_no: String,
    pub article_id: String,
    pub standing: Standing,
    pub content: Content,
    /// When the public got it for the first time.
    pub published_at: Timestamp,
    pub changed_at: Timestamp,
}

impl Published {
    pub fn url(&self) -> String {
        format!("/disclosure/{}", self.index_no)
    }

    pub fn validity(&self, today: Date) -> Validity {
        Validity::of(&self.content, &self.standing, today)
    }
}

/// 有效性, as a reader is told it on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    NotYet { from: Date },
    InForce,
    Expired { last: Date },
    Repealed { on: Date },
    Withdrawn,
}

impl Validity {
    pub fn of(content: &Content, standing: &Standing, today: Date) -> Validity {
        match (standing, content.effective_on, content.expires_on) {
            (Standing::Withdrawn { .. }, ..) => Validity::Withdrawn,
            // A repeal decided today may take effect on a later day; until then the text holds.
            (Standing::Repealed { on, .. }, ..) if *on <= today => Validity::Repealed { on: *on },
            (_, Some(from), _) if from > today => Validity::NotYet { from },
            (_, _, Some(last)) if last < today => Validity::Expired { last },
            _ => Validity::InForce,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Validity::NotYet { .. } => "not-yet",
            Validity::InForce => "in-force",
            Validity::Expired { .. } => "expired",
            Validity::Repealed { .. } => "repealed",
            Validity::Withdrawn => "withdrawn",
        }
    }

    pub fn says(self) -> &'static str {
        match self {
            Validity::NotYet { .. } => "尚未施行",
            Validity::InForce => "有效",
            Validity::Expired { .. } => "失效",
            Validity::Repealed { .. } => "废止",
            Validity::Withdrawn => "已撤回",
        }
    }

    pub fn colour(self) -> &'static str {
        match self {
            Validity::InForce => "green",
            Validity::NotYet { .. } => "yellow",
            Validity::Expired { .. } | Validity::Repealed { .. } => "grey",
            Validity::Withdrawn => "red",
        }
    }
}

/// 索引号: bureau, year, and the running number of that year.
pub fn index_number(bureau: &str, year: i16, serial: i64) -> String {
    format!("{bureau}-{year}-{serial:05}")
}

/// The bureau in an index number; nothing for whatever has another shape.
pub fn bureau_of(index_no: &str) -> Option<&str> {
    let mut parts = index_no.split('-');
    let (bureau, year, serial) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, most: usize| part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
    let fits = bureau.len() == 6 && digits(bureau, 6) && year.len() == 4 && digits(year, 4);
    (fits && serial.len() >= 5 && digits(serial, 9) && parts.next().is_none()).then_some(bureau)
}

/// Reads a provision as an editor types it: `行政许可法@2019-04-23 第三十二条` or `《行政许可法》第三十二条`, which means the
/// version in force on `today`.
pub fn cite(typed: &str, today: Date) -> Result<Cite, String> {
    let typed = typed.trim();
    let unknown = || format!("“{typed}”不是本网站收录的条文，请写作《行政许可法》第四十条");
    let written = match typed.strip_prefix('《').and_then(|rest| rest.split_once('》')) {
        Some((law, place)) => {
            let mut versions = law::all_texts().iter().filter(|text| text.short == law || text.name == law);
            let current = versions.rfind(|text| text.in_force <= today).ok_or_else(unknown)?;
            format!("{}@{} {}", current.short, current.version, place.trim())
        }
        None => typed.to_owned(),
    };
    let cite: Cite = written.parse().map_err(|_| unknown())?;
    if cite.words().is_none() {
        return Err(unknown());
    }
    Ok(cite)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn policy() -> Content {
        Content {
            kind: Kind::Policy,
            title: "合理布局规定".into(),
            organ: "城中区烟草专卖局".into(),
            made_on: Some(date(2026, 1, 5)),
            effective_on: Some(date(2026, 2, 1)),
            expires_on: Some(date(2026, 12, 31)),
            body: "正文".into(),
            ..Content::default()
        }
    }

    fn public() -> Standing {
        Standing::Published { version: 1, since: "2026-01-06T01:00:00Z".parse().unwrap(), until: None }
    }

    #[test]
    fn validity_turns_on_the_day_itself() {
        let on = |day| Validity::of(&policy(), &public(), day);
        assert_eq!(on(date(2026, 1, 31)), Validity::NotYet { from: date(2026, 2, 1) });
        assert_eq!(on(date(2026, 2, 1)), Validity::InForce);
        assert_eq!(on(date(2026, 12, 31)), Validity::InForce);
        assert_eq!(on(date(2027, 1, 1)), Validity::Expired { last: date(2026, 12, 31) });
    }

    #[test]
    fn a_repeal_for_a_later_day_leaves_the_text_in_force_until_then() {
        let repealed = Standing::Repealed { version: 1, on: date(2026, 6, 1), why: "被代替".into() };
        let on = |day| Validity::of(&policy(), &repealed, day);
        assert_eq!(on(date(2026, 5, 31)), Validity::InForce);
        assert_eq!(on(date(2026, 6, 1)), Validity::Repealed { on: date(2026, 6, 1) });
    }

    #[test]
    fn a_draft_may_lack_what_a_submission_must_have() {
        let empty = Content { kind: Kind::Quota, ..Content::default() };
        assert!(empty.faults().is_empty());
        let missing: Vec<&str> = empty.problems().iter().map(|(field, _)| *field).collect();
        assert_eq!(missing, ["title", "organ", "made_on", "body", "effective_on", "body"]);
        assert!(policy().problems().is_empty());
    }

    #[test]
    fn dates_must_follow_each_other() {
        let early = Content { effective_on: Some(date(2026, 1, 4)), ..policy() };
        assert_eq!(early.faults()[0].0, "effective_on");
        let over = Content { expires_on: Some(date(2026, 1, 31)), ..policy() };
        assert_eq!(over.faults()[0].0, "expires_on");
        let asked = Consultation { from: date(2026, 3, 2), to: date(2026, 3, 1), contact: String::new() };
        let backwards = Content { consultation: Some(asked), ..policy() };
        assert_eq!(backwards.faults()[0].0, "asked_to");
    }

    #[test]
    fn both_days_of_a_consultation_belong_to_the_public() {
        let asked = Consultation { from: date(2026, 3, 1), to: date(2026, 3, 30), contact: String::new() };
        let on = |day| asked.on(day);
        assert_eq!(on(date(2026, 2, 28)), Asking::Soon);
        assert_eq!(on(date(2026, 3, 1)), Asking::Open);
        assert_eq!(on(date(2026, 3, 30)), Asking::Open);
        assert_eq!(on(date(2026, 3, 31)), Asking::Over);
    }

    #[test]
    fn one_document_number_is_known_however_it_is_written() {
        let key = number_key("城中烟发〔2026〕12号");
        for same in [
            "城中烟发[2026]12号",
            "城中烟发［２０２６］１２号",
            " 城中烟发 (2026) 12 号",
            "城中烟发【2026】12号",
        ] {
            assert_eq!(number_key(same), key, "{same}");
        }
        for other in ["城中烟发〔2026〕2号", "城中烟发〔2025〕12号", ""] {
            assert_ne!(number_key(other), key, "{other}");
        }
    }

    #[test]
    fn an_index_number_leads_to_its_bureau() {
        assert_eq!(index_number("990101", 2026, 12), "990101-2026-00012");
        assert_eq!(bureau_of("990101-2026-00012"), Some("990101"));
        for foreign in [
            "",
            "990101",
            "990101-2026-1",
            "990101-2026-0001x",
            "990101-2026-00001-1",
            "99010a-2026-00001",
            "../x-2026-00001",
        ] {
            assert_eq!(bureau_of(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_provision_is_read_as_people_write_it() {
        let today = date(2026, 11, 25);
        let short = cite("《行政许可法》第三十八条", today).unwrap();
        assert_eq!(short, cite("行政许可法@2019-04-23 第三十八条", today).unwrap());
        for wrong in
            ["", "《行政许可法》", "《没有的法》第一条", "行政许可法 第三十八条", "《行政许可法》第九百条"]
        {
            assert!(cite(wrong, today).is_err(), "{wrong}");
        }
    }
}
