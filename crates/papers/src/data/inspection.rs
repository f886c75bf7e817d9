//! 实地核查记录.

use super::{Head, PaperData};
use crate::kind::Kind;
use crate::samples;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// What at least two officers found on the spot.
///
/// 《行政许可法》第三十四条第三款: “…需要对申请材料的实质内容进行核实的，行政机关应当指派两名以上工作人员进行核查。”
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectionRecord {
    pub head: Head,
    pub started_at: DateTime,
    pub ended_at: DateTime,
    pub place: String,
    /// Who was there for the applicant, with their relation; none when nobody was.
    #[serde(default)]
    pub present: Option<String>,
    pub officers: Vec<InspectingOfficer>,
    pub findings: Vec<Finding>,
    #[serde(default)]
    pub distances: Vec<DistanceLine>,
    #[serde(default)]
    pub unit: Option<UnitQuota>,
    #[serde(default)]
    pub photos: Vec<PhotoLine>,
    pub conclusion: String,
    pub under: Vec<String>,
    pub party_sign: PartySign,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectingOfficer {
    pub name: String,
    /// 执法证号.
    pub badge: String,
    #[serde(default)]
    pub signed_at: Option<DateTime>,
}

/// One line of the checklist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub label: String,
    pub value: String,
    /// Whether it meets the condition; none for a plain fact.
    #[serde(default)]
    pub meets: Option<bool>,
}

/// A distance to a retail point or a school.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DistanceLine {
    /// “最近零售点”, “中小学、幼儿园” …
    pub to: String,
    /// Name, with the licence number or the gate.
    pub name: String,
    /// Metres with one decimal, as measured.
    pub metres: f64,
    /// How it was measured, “步行可通行最短距离”.
    pub way: String,
    /// Metres demanded by the local rule; none when there is no rule.
    #[serde(default)]
    pub demanded: Option<f64>,
    #[serde(default)]
    pub meets: Option<bool>,
}

/// 单元（网格） with its quota.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitQuota {
    pub name: String,
    pub capacity: u32,
    pub existing: u32,
    pub waiting: u32,
    /// 到号: the applicant's place in the waiting list.
    #[serde(default)]
    pub rank: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotoLine {
    pub caption: String,
    pub taken_at: DateTime,
    /// Coordinates in words.
    pub place: String,
    /// SM3 digest in hex, of which the paper shows the first 16 digits.
    pub digest: String,
}

/// How the applicant or whoever was present confirmed the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum PartySign {
    Signed {
        name: String,
        at: DateTime,
    },
    /// Two witnesses or the officers note the refusal.
    Refused {
        reason: String,
        witness: String,
    },
    Absent {
        witness: String,
    },
}

impl PaperData for InspectionRecord {
    fn kind(&self) -> Kind {
        Kind::InspectionRecord
    }

    fn samples() -> Vec<Self> {
        samples::inspection_records()
    }
}
