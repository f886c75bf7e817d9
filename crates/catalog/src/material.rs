//! What an application must be accompanied by. Pure data, read from `items/<slug>/<type>.toml`.

use serde::{Deserialize, Serialize};

use crate::cite::Cite;
use crate::form::{Cond, Values};
use crate::item::BusinessType;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaterialSpec {
    pub key: String,
    pub name: String,
    pub required: Required,
    /// Said when `required` is a condition: “委托他人办理时”.
    #[serde(default)]
    pub when_says: String,
    /// The provision under which it may be asked for.
    pub basis: Cite,
    pub form: MaterialForm,
    /// Paper originals and copies when handed in at a window.
    pub originals: u8,
    pub copies: u8,
    /// Signature or seal: “申请人签名” …; “无需签名或者盖章” when none.
    pub signature: String,
    /// Trust level of 国办函〔2016〕108号: who made it and what must still be verified.
    pub trust: Trust,
    pub accept: Vec<Accept>,
    pub max_bytes: u64,
    /// Most files that may be uploaded for it.
    pub pages: u8,
    /// Who gives it out: 申请人自备, 政府部门核发 with the department in brackets.
    pub source: String,
    /// 出具时间要求: “三个月以内出具”; empty when none.
    #[serde(default)]
    pub issued_when: String,
    /// 材料办理地点: where to get it, when the applicant must go somewhere; empty when it is at hand.
    #[serde(default)]
    pub obtained_at: String,
    /// How to fill it in or photograph it.
    pub hint: String,
    /// The faults officers meet, each with the reason, remedy and example a supplement notice needs.
    #[serde(default, rename = "fault")]
    pub common_faults: Vec<CommonFault>,
    /// Where the blank form comes from; none when the material isn't a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<Blank>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<Sample>,
    /// Made by the system from the form (申请表): nothing to upload.
    #[serde(default)]
    pub generated: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Required {
    Always,
    When(Cond),
    Optional,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MaterialForm {
    #[serde(rename = "电子")]
    Electronic,
    #[serde(rename = "纸质")]
    Paper,
    #[serde(rename = "电子或者纸质")]
    Either,
}

/// 国办函〔2016〕108号: A made by the deciding organ, used as is; B verified at a window, reusable; C uploaded by the
/// applicant, original to be verified; D made by the applicant, who promises that it is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Trust {
    A,
    B,
    C,
    D,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Accept {
    Jpg,
    Png,
    Webp,
    Pdf,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommonFault {
    pub key: String,
    pub reason: String,
    pub remedy: String,
    pub example: String,
}

/// The blank form of a material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blank {
    /// The form of this business type, empty.
    Form,
    /// A text with `____` to fill in; a blank line starts a new paragraph.
    Text(String),
}

/// A filled example of a material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sample {
    /// The form of this business type with its example values.
    Form,
    /// A filled text.
    Text(String),
    /// What a good picture shows, point by point.
    Points(Vec<String>),
}

impl Sample {
    /// Whether anybody learns from it how the material looks.
    pub fn says_something(&self) -> bool {
        match self {
            Sample::Form => true,
            Sample::Text(text) => !text.trim().is_empty(),
            Sample::Points(points) => !points.is_empty() && points.iter().all(|one| !one.trim().is_empty()),
        }
    }
}

/// The materials an application with these values must or may bring, in the guide's order: those asked always, those
/// whose condition holds, and the optional ones.
pub fn materials_for<'a>(business: &'a BusinessType, values: &Values) -> Vec<&'a MaterialSpec> {
    business.materials.iter().filter(|material| material.applies(values)).collect()
}

impl MaterialSpec {
    /// Asked for or welcome with these values.
    pub fn applies(&self, values: &Values) -> bool {
        match &self.required {
            Required::Always | Required::Optional => true,
            Required::When(cond) => cond.holds(values),
        }
    }

    /// An application with these values is incomplete without it (generated materials never are missing).
    pub fn must_be_uploaded(&self, values: &Values) -> bool {
        !self.generated && self.required != Required::Optional && self.applies(values)
    }

    /// “必须”, “委托他人办理时必须”, “可以不交”.
    pub fn need(&self) -> String {
        match &self.required {
            Required::Always => "必须提交".to_owned(),
            Required::Optional => "可以不交".to_owned(),
            Required::When(_) => format!("{}提交", self.when_says),
        }
    }

    /// “JPG、PNG、PDF”
    pub fn formats(&self) -> String {
        let labels: Vec<&str> = self.accept.iter().map(|one| one.label()).collect();
        labels.join("、")
    }

    pub fn has_blank(&self) -> bool {
        self.blank.is_some()
    }

    /// The HTML `accept` list.
    pub fn accept_list(&self) -> String {
        let types: Vec<&str> = self.accept.iter().map(|one| one.mime()).collect();
        types.join(",")
    }
}

impl Accept {
    pub fn mime(self) -> &'static str {
        match self {
            Accept::Jpg => "image/jpeg",
            Accept::Png => "image/png",
            Accept::Webp => "image/webp",
            Accept::Pdf => "application/pdf",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Accept::Jpg => "JPG",
            Accept::Png => "PNG",
            Accept::Webp => "WebP",
            Accept::Pdf => "PDF",
        }
    }
}

impl MaterialForm {
    pub fn label(self) -> &'static str {
        match self {
            MaterialForm::Electronic => "电子",
            MaterialForm::Paper => "纸质",
            MaterialForm::Either => "电子或者纸质",
        }
    }
}

impl Trust {
    pub fn says(self) -> &'static str {
        match self {
            Trust::A => "A 级：本机关产生，直接使用",
            Trust::B => "B 级：窗口核验过，可以重复使用",
            Trust::C => "C 级：上传后由工作人员核对原件",
            Trust::D => "D 级：申请人自制并承诺真实，直接使用",
        }
    }
}
