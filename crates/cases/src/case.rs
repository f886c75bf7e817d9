//! A case (办件) as it is held in the bureau's file, and the small things that hang on it.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::stage::Stage;

/// One application, from the moment it was received. Found by `(bureau, id)`; people know it by `number`.
#[derive(Clone, Debug)]
pub struct Case {
    /// Code of the competent bureau, six digits.
    pub bureau: String,
    pub id: String,
    /// 办件编号: bureau (6 digits), day of receipt (8), running number of that day (4 or more).
    pub number: String,
    pub item: String,
    pub item_version: String,
    /// SM3 of the bureau's own text it was filed under; `None` on cases from before texts were kept.
    pub local_digest: Option<String>,
    /// Code of the business type, `1001` for 新办.
    pub business: String,
    /// Account of the applicant; `filed_by` differs from it when an agent filed.
    pub subject: String,
    pub filed_by: String,
    pub channel: Channel,
    pub applicant: String,
    pub shop: String,
    pub credit_code: String,
    pub stage: Stage,
    pub form: BTreeMap<String, String>,
    /// What the form check could not settle and an officer must confirm, in words.
    pub warnings: Vec<String>,
    /// Six characters that open the progress page without signing in.
    pub query_code: String,
    pub received_at: Timestamp,
    pub due: DueDates,
    pub version: i64,
    pub changed_at: Timestamp,
}

impl Case {
    pub fn value(&self, key: &str) -> &str {
        self.form.get(key).map_or("", String::as_str)
    }

    pub fn received_on(&self) -> Date {
        web::clock::office_day(self.received_at)
    }
}

/// The last days that matter while the case is open. Written when the stage moves, read by lists and sweeps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DueDates {
    /// 第三十二条: the last day to ask for more.
    pub notice: Option<Date>,
    /// 承诺时限
    pub promise: Option<Date>,
    /// 第四十二条
    pub decide: Option<Date>,
    /// 第四十四条
    pub deliver: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    Web,
    Hall,
}

impl Channel {
    pub fn code(self) -> &'static str {
        match self {
            Channel::Web => "web",
            Channel::Hall => "hall",
        }
    }

    pub fn from_code(code: &str) -> Channel {
        if code == "hall" { Channel::Hall } else { Channel::Web }
    }

    pub fn says(self) -> &'static str {
        match self {
            Channel::Web => "网上申请",
            Channel::Hall => "大厅窗口",
        }
    }
}

/// A material as received: what it is for (`slot`), and the file's content address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Material {
    pub id: String,
    pub slot: String,
    pub name: String,
    /// SM3 of the bytes, 64 hex digits: the address in `files`.
    pub digest: String,
    pub bytes: i64,
    /// Media type by content, such as `image/jpeg`.
    pub kind: String,
    /// 0 at filing, 1 after the supplement notice. Earlier rounds stay on file.
    pub round: i64,
    pub added_at: i64,
}

/// An officer's finding on one material or entry.
#[derive(Clone, Debug)]
pub struct Finding {
    pub of: String,
    pub verdict: Verdict,
    pub note: String,
    pub officer: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Fit,
    Unfit,
}

impl Verdict {
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Fit => "fit",
            Verdict::Unfit => "unfit",
        }
    }
}

/// A paper of the case: its number and data are fixed in the step's transaction; the file is typeset from them.
#[derive(Clone, Debug)]
pub struct CasePaper {
    pub id: String,
    pub kind: papers::Kind,
    pub number: Option<String>,
    pub issued_on: Date,
    pub data: serde_json::Value,
    pub made_at: Timestamp,
    /// The address in its QR code. Papers written before there were seals have none of their own.
    pub verify_url: Option<String>,
    pub sealing: Sealing,
}

impl CasePaper {
    /// SM3 of the sealed file, if the paper bears its seal.
    pub fn ofd(&self) -> Option<&str> {
        match &self.sealing {
            Sealing::Done { ofd } => Some(ofd),
            Sealing::None | Sealing::Waiting => None,
        }
    }
}

/// How a paper stands with its seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sealing {
    /// A form or a record, which people sign.
    None,
    /// The signing service was away when the step was taken.
    Waiting,
    /// `ofd` is SM3 of the sealed file.
    Done { ofd: String },
}

impl Sealing {
    pub fn code(&self) -> &'static str {
        match self {
            Sealing::None => "none",
            Sealing::Waiting => "waiting",
            Sealing::Done { .. } => "done",
        }
    }
}

/// Who took which step: the separation of duties is read from these rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hand {
    pub step: String,
    pub officer: String,
    pub officer_name: String,
}

/// An open or closed piece of work on somebody's list.
#[derive(Clone, Debug)]
pub struct Task {
    pub id: String,
    pub case_id: String,
    pub kind: String,
    pub post: String,
    pub officer: String,
    pub due_on: Option<Date>,
}

/// Ways of 送达 that the record knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Electronic,
    PickUp,
    Post,
    InPerson,
}

impl Way {
    pub const ALL: [Way; 4] = [Way::Electronic, Way::PickUp, Way::Post, Way::InPerson];

    pub fn code(self) -> &'static str {
        match self {
            Way::Electronic => "electronic",
            Way::PickUp => "pick_up",
            Way::Post => "post",
            Way::InPerson => "in_person",
        }
    }

    pub fn from_code(code: &str) -> Option<Way> {
        Way::ALL.into_iter().find(|way| way.code() == code)
    }

    pub fn says(self) -> &'static str {
        match self {
            Way::Electronic => "电子送达",
            Way::PickUp => "窗口自取",
            Way::Post => "邮寄送达",
            Way::InPerson => "直接送达",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Delivery {
    pub id: String,
    pub paper_id: String,
    pub way: Way,
    pub sent_at: Timestamp,
    pub sent_by: String,
    pub tracking: String,
    pub read_at: Option<Timestamp>,
    pub received_at: Option<Timestamp>,
    pub received_by: String,
}
