//! What an application must contain, held against its item, and the five outcomes of 《行政许可法》第三十二条.
//! Pure: the applicant's page, the clerk's page and the sweep ask the same functions.

use std::collections::BTreeMap;

use catalog::{BusinessType, material::materials_for};
use jiff::civil::Date;
use law::{Lapsed, WorkCalendar};

use crate::case::Material;
use crate::fields;
use crate::stage::Gap;

/// An application as it was filled in, looked at as a whole.
#[derive(Debug)]
pub struct Looked {
    pub values: BTreeMap<String, String>,
    pub faults: Vec<catalog::FieldFault>,
    /// Doubts an officer must confirm, such as a credit code whose check digit fails.
    pub warnings: Vec<String>,
    /// Names of materials that must be there and are not.
    pub missing: Vec<String>,
}

impl Looked {
    pub fn is_complete(&self) -> bool {
        self.faults.is_empty() && self.missing.is_empty()
    }
}

/// Holds entries and materials against the item; the clerk's and the applicant's page show the same answer.
pub fn look(
    business: &BusinessType,
    values: &BTreeMap<String, String>,
    materials: &[Material],
    today: Date,
) -> Looked {
    let checked = catalog::check(&business.form, values, today);
    let missing = materials_for(business, &checked.values)
        .into_iter()
        .filter(|spec| spec.must_be_uploaded(&checked.values))
        .filter(|spec| !materials.iter().any(|material| material.slot == spec.key))
        .map(|spec| spec.name.clone())
        .collect();
    let warnings = checked.warnings.iter().map(|warning| warning.says.clone()).collect();
    Looked { values: checked.values, faults: checked.errors, warnings, missing }
}

/// 《行政许可法》第二十九条第二款: “申请人可以委托代理人提出行政许可申请…” Who sits there for somebody says so on the form too:
/// with a “否” nobody would ask for the 授权委托书.
pub fn name_the_agent(looked: &mut Looked, acts_for_another: bool) {
    let said = looked.values.get(fields::BY_AGENT).is_some_and(|value| value == "yes");
    if !acts_for_another || said {
        return;
    }
    looked.faults.retain(|fault| fault.key != fields::BY_AGENT);
    looked.faults.push(catalog::FieldFault {
        key: fields::BY_AGENT.to_owned(),
        label: "是不是委托别人代办".to_owned(),
        says: "您正在代别人办理，“是不是委托别人代办”要选“是”。".to_owned(),
        next: "选好以后请核对代理人信息，并上传授权委托书。".to_owned(),
    });
}

/// 第三十二条第一款第四项: “逾期不告知的，自收到申请材料之日起即为受理”.
pub fn silence(received: Date, today: Date, cal: &WorkCalendar) -> Option<Lapsed> {
    law::limits::lapse(received, today, cal)
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    #[error("请至少列出一项需要补正的内容")]
    Nothing,
    #[error("“{0}”没有写明原因和要求，申请人无法知道怎样补正")]
    NoReason(String),
}

/// One notice lists everything, each thing with its reason and remedy (一次告知申请人需要补正的全部内容).
pub fn gaps(found: Vec<Gap>) -> Result<Vec<Gap>, Unclear> {
    if found.is_empty() {
        return Err(Unclear::Nothing);
    }
    match found.iter().find(|gap| gap.reason.trim().is_empty() || gap.remedy.trim().is_empty()) {
        Some(gap) => Err(Unclear::NoReason(gap.name.clone())),
        None => Ok(found),
    }
}

/// Which of the gaps are still open: a material gap is closed by a new file of round 1,
/// an entry gap by a changed value.
pub fn still_open<'a>(
    gaps: &'a [Gap],
    materials: &[Material],
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<&'a Gap> {
    gaps.iter()
        .filter(|gap| match gap.of.strip_prefix("form:") {
            Some(key) => before.get(key) == after.get(key),
            None => !materials.iter().any(|material| material.slot == gap.of && material.round > 0),
        })
        .collect()
}

/// Why an application is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declined {
    /// 第一项: “申请事项依法不需要取得行政许可的，应当即时告知申请人不受理”
    NotRequired,
    /// 第二项: “不属于本行政机关职权范围的，应当即时作出不予受理的决定，并告知申请人向有关行政机关申请”
    NotOurs { competent: String },
    /// 第七十八条: “行政机关不予受理…并给予警告”
    FalseMaterials { fact: String },
}

impl Declined {
    pub fn under(&self) -> law::Citation {
        match self {
            Declined::NotRequired => law::licensing(32, 1).item(1),
            Declined::NotOurs { .. } => law::licensing(32, 1).item(2),
            Declined::FalseMaterials { .. } => law::licensing(78, 1),
        }
    }

    pub fn says(&self) -> String {
        match self {
            Declined::NotRequired => "您申请的事项依法不需要取得行政许可。".to_owned(),
            Declined::NotOurs { competent } => {
                format!("您申请的事项不属于本机关职权范围，请向{competent}申请。")
            }
            Declined::FalseMaterials { fact } => format!("申请中隐瞒有关情况或者提供虚假材料：{fact}"),
        }
    }
}
