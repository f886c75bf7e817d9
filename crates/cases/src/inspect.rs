//! The inspection on the spot (实地核查): what must be looked at, and when the record is complete.
//! Pure: the phone page and the server ask the same function whether anything is missing.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::decide::INSPECTORS_AT_LEAST;
use crate::siting::Demand;

/// One question of the checklist. `photo` names the pictures that must show the answer.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    pub key: &'static str,
    pub ask: &'static str,
    pub hint: &'static str,
    pub photo: Option<&'static str>,
    /// The distance in metres that belongs to the answer, if one is measured.
    pub distance: Option<&'static str>,
}

/// The eight checks of the retail record (实地核查记录), in the order one walks through a shop.
pub static CHECKLIST: &[Check] = &[
    Check {
        key: "address",
        ask: "经营地址与申请一致，门牌可见",
        hint: "拍下门头和门牌",
        photo: Some("门头照片"),
        distance: None,
    },
    Check {
        key: "premises",
        ask: "有固定的经营场所",
        hint: "固定商业门面，不是临时摊点",
        photo: Some("店内照片"),
        distance: None,
    },
    Check {
        key: "apart",
        ask: "经营场所与住所相独立",
        hint: "有独立出入口，不与卧室相通",
        photo: Some("通道照片"),
        distance: None,
    },
    Check {
        key: "counter",
        ask: "有陈列烟草制品的柜台或货架",
        hint: "拍下拟摆放位置",
        photo: None,
        distance: None,
    },
    Check {
        key: "licence",
        ask: "营业执照原件与上传件一致",
        hint: "核对统一社会信用代码和地址",
        photo: None,
        distance: None,
    },
    Check {
        key: "school",
        ask: "符合与学校、幼儿园的距离要求",
        hint: "量到最近出入口的距离",
        photo: None,
        distance: Some("距最近学校、幼儿园出入口（米）"),
    },
    Check {
        key: "spacing",
        ask: "符合与最近零售点的间距要求",
        hint: "量到最近持证户的步行距离",
        photo: None,
        distance: Some("距最近零售点（米）"),
    },
    Check {
        key: "safety",
        ask: "场所安全，适合存放经营烟草制品",
        hint: "无易燃易爆、有毒物品混放",
        photo: None,
        distance: None,
    },
];

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// `yes` or `no`.
    pub verdict: String,
    #[serde(default)]
    pub note: String,
    /// Metres with up to two decimals, as measured.
    #[serde(default)]
    pub distance: String,
    /// What the locality asked of the distance when it was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demanded: Option<Demand>,
}

impl Answer {
    /// How the measured distance compares with the local rule, if there are both.
    pub fn compared(&self) -> Option<(bool, String)> {
        let (demand, measured) = (self.demanded.as_ref()?, metres(&self.distance)?);
        Some((demand.met_by(measured), demand.compared(measured)))
    }
}

/// A signature drawn on the phone, or typed where drawing is impossible.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    pub name: String,
    pub at: Timestamp,
    /// Digest of the drawn picture in `files`; empty when confirmed by account.
    #[serde(default)]
    pub picture: String,
}

/// How the applicant's side ended: signed, or refused before a witness.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum PresentParty {
    Signed { by: Signature, relation: String },
    Refused { reason: String, witness: Signature, witness_unit: String },
}

/// What the inspectors write down.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    #[serde(default)]
    pub answers: BTreeMap<String, Answer>,
    #[serde(default)]
    pub area_m2: String,
    #[serde(default)]
    pub conclusion: String,
    /// One entry per inspector, keyed by officer id.
    #[serde(default)]
    pub signed: BTreeMap<String, Signature>,
    #[serde(default)]
    pub party: Option<PresentParty>,
}

impl Record {
    /// Every signature under the record: the inspectors', then the applicant's or the witness's.
    pub fn signatures(&self) -> Vec<&Signature> {
        let last = self.party.as_ref().map(|party| match party {
            PresentParty::Signed { by, .. } => by,
            PresentParty::Refused { witness, .. } => witness,
        });
        self.signed.values().chain(last).collect()
    }
}

/// What still keeps the record from being submitted, in words for the phone.
pub fn missing(
    record: &Record,
    officers: &[String],
    photos: &[String],
    planned_on: Date,
    today: Date,
) -> Vec<String> {
    let mut missing = vec![];
    if officers.len() < INSPECTORS_AT_LEAST {
        missing.push("核查人员不足两名（行政许可法第三十四条第三款）".to_owned());
    }
    if today < planned_on {
        missing.push(format!("核查安排在{planned_on}，尚未到日期"));
    }
    for check in CHECKLIST {
        missing.extend(unanswered(check, record.answers.get(check.key), photos));
    }
    if record.conclusion.trim().chars().count() < 4 {
        missing.push("请填写核查结论".to_owned());
    }
    for officer in officers {
        if !record.signed.contains_key(officer) {
            missing.push("两名核查人员都要签名".to_owned());
            break;
        }
    }
    match &record.party {
        None => missing.push("请由申请人签名，拒签的写明原因并由见证人签名".to_owned()),
        Some(PresentParty::Refused { reason, witness, .. })
            if reason.trim().is_empty() || witness.name.is_empty() =>
        {
            missing.push("拒签须写明原因，并有见证人姓名".to_owned());
        }
        Some(_) => {}
    }
    missing
}

fn unanswered(check: &Check, answer: Option<&Answer>, photos: &[String]) -> Vec<String> {
    let Some(answer) = answer.filter(|answer| matches!(answer.verdict.as_str(), "yes" | "no")) else {
        return vec![format!("“{}”还没有核查结果", check.ask)];
    };
    let mut missing = vec![];
    if answer.verdict == "no" && answer.note.trim().is_empty() {
        missing.push(format!("“{}”不符合，请写明情况", check.ask));
    }
    if let Some(distance) = check.distance
        && metres(&answer.distance).is_none()
    {
        missing.push(format!("请填写{distance}，例如 56.5"));
    }
    // Plans know exceptions (disabled persons, markets): nearer may be right, but then the record says why.
    if answer.verdict == "yes"
        && answer.note.trim().is_empty()
        && let Some((false, compared)) = answer.compared()
    {
        missing.push(format!("“{}”{compared}；仍填“符合”的，请写明适用哪条放宽规定", check.ask));
    }
    if let Some(photo) = check.photo
        && !photos.iter().any(|of| of == check.key)
    {
        missing.push(format!("缺少{photo}"));
    }
    missing
}

/// A distance as typed, in metres: at most two decimals, below 100 km.
pub fn metres(typed: &str) -> Option<f64> {
    let value: f64 = typed.trim().parse().ok()?;
    let decimals = typed.trim().split_once('.').map_or(0, |(_, after)| after.len());
    (value.is_finite() && (0.0..100_000.0).contains(&value) && decimals <= 2).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(name: &str) -> Signature {
        Signature { name: name.to_owned(), at: Timestamp::UNIX_EPOCH, picture: String::new() }
    }

    fn complete() -> (Record, Vec<String>, Vec<String>) {
        let officers = vec!["a".to_owned(), "b".to_owned()];
        let mut record = Record { conclusion: "符合条件".to_owned(), ..Record::default() };
        for check in CHECKLIST {
            let distance = if check.distance.is_some() { "56.5" } else { "" };
            let answer =
                Answer { verdict: "yes".to_owned(), distance: distance.to_owned(), ..Answer::default() };
            record.answers.insert(check.key.to_owned(), answer);
        }
        for officer in &officers {
            record.signed.insert(officer.clone(), signed(officer));
        }
        record.party = Some(PresentParty::Signed { by: signed("李明"), relation: "本人".to_owned() });
        let photos = CHECKLIST.iter().filter(|c| c.photo.is_some()).map(|c| c.key.to_owned()).collect();
        (record, officers, photos)
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn a_complete_record_of_two_officers_lacks_nothing() {
        let (record, officers, photos) = complete();
        let planned = day("2026-11-23");
        assert_eq!(missing(&record, &officers, &photos, planned, planned), Vec::<String>::new());
    }

    #[test]
    fn one_officer_alone_may_not_submit_a_record() {
        let (record, officers, photos) = complete();
        let planned = day("2026-11-23");
        let found = missing(&record, &officers[..1], &photos, planned, planned);
        assert!(found.iter().any(|says| says.contains("不足两名")), "{found:?}");
    }

    #[test]
    fn a_refused_signature_needs_its_reason_and_a_witness() {
        let (mut record, officers, photos) = complete();
        let planned = day("2026-11-23");
        record.party = Some(PresentParty::Refused {
            reason: String::new(),
            witness: signed(""),
            witness_unit: String::new(),
        });
        let found = missing(&record, &officers, &photos, planned, planned);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn a_distance_below_the_local_rule_is_fit_only_with_a_reason() {
        let (mut record, officers, photos) = complete();
        let planned = day("2026-11-23");
        let demand = Demand { metres: 70, figure_too_near: false, way: String::new(), under: String::new() };
        let spacing = record.answers.get_mut("spacing").expect("a check");
        spacing.demanded = Some(demand);
        let found = missing(&record, &officers, &photos, planned, planned);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("测得56.5米，比规定少13.5米"), "{found:?}");
        record.answers.get_mut("spacing").expect("a check").note = "残疾人申请，第十三条".to_owned();
        assert_eq!(missing(&record, &officers, &photos, planned, planned), Vec::<String>::new());
    }

    #[test]
    fn a_distance_is_a_number_of_metres_and_a_missing_photo_is_named() {
        let (mut record, officers, mut photos) = complete();
        record.answers.get_mut("school").expect("a check").distance = "很远".to_owned();
        photos.retain(|of| of != "address");
        let planned = day("2026-11-23");
        let found = missing(&record, &officers, &photos, planned, planned);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(metres("1e9"), None);
        assert_eq!(metres("NaN"), None);
        assert_eq!(metres("28.4"), Some(28.4));
    }
}
