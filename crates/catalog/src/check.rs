//! Holds an application's values against its form. Pure: the same function answers while typing and at submission.

mod fold;

use jiff::civil::Date;

use crate::form::{Bound, Field, FormSpec, Kind, Values};

/// What came of the check: the cleaned values, what must be put right, and what an officer should look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Trimmed, NFC, digits folded; only fields that the form asks with these values.
    pub values: Values,
    pub errors: Vec<FieldFault>,
    /// Doesn't stop the applicant: real credit codes exist that fail their own check digit.
    pub warnings: Vec<FieldFault>,
}

/// What is wrong with one field and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldFault {
    pub key: String,
    pub label: String,
    pub says: String,
    pub next: String,
}

/// What reading one value can say besides the value.
pub(crate) enum Trouble {
    Refuse { says: String, next: String },
    Warn { value: String, says: String, next: String },
}

impl Checked {
    pub fn is_good(&self) -> bool {
        self.errors.is_empty()
    }

    pub fn error(&self, key: &str) -> Option<&FieldFault> {
        self.errors.iter().find(|fault| fault.key == key)
    }
}

/// Cleans and checks every field the form asks with these values. Keys the form doesn't know are dropped; a refused
/// value is kept as cleaned, so that the page can show it again.
pub fn check(form: &FormSpec, values: &Values, today: Date) -> Checked {
    let mut checked = Checked::default();
    let folded: Values = form
        .fields()
        .filter_map(|field| Some((field.key.clone(), fold::clean(&field.kind, values.get(&field.key)?))))
        .filter(|(_, value)| !value.is_empty())
        .collect();

    for field in form.fields().filter(|field| field.asked(&folded)) {
        let Some(value) = folded.get(&field.key) else {
            if field.required {
                checked.errors.push(field.missing());
            }
            continue;
        };
        checked.values.insert(field.key.clone(), value.clone());
        match read(field, value, today) {
            Ok(good) => _ = checked.values.insert(field.key.clone(), good),
            Err(Trouble::Refuse { says, next }) => checked.errors.push(field.fault(says, next)),
            Err(Trouble::Warn { value, says, next }) => {
                checked.values.insert(field.key.clone(), value);
                checked.warnings.push(field.fault(says, next));
            }
        }
    }
    hold_order(form, &mut checked);
    hold_together(form, &mut checked);
    checked
}

/// Reads one cleaned value into the form it is stored in.
fn read(field: &Field, value: &str, today: Date) -> Result<String, Trouble> {
    let longest = field.longest();
    let length = value.chars().count();
    if length > longest {
        return Err(refuse(
            format!("“{}”最多 {longest} 个字，现在有 {length} 个字。", field.label),
            "请缩短后再填。",
        ));
    }
    match &field.kind {
        Kind::Text | Kind::Long | Kind::Address => fold::writable(value),
        Kind::Number { unit, most } => fold::number(value, unit, *most),
        Kind::Choice(choices) => {
            let meant = choices.iter().find(|choice| choice.code == value || choice.label == value);
            meant.map(|choice| choice.code.clone()).ok_or_else(|| {
                refuse(format!("“{}”没有“{value}”这一项。", field.label), "请从列出的选项中选择一项。")
            })
        }
        Kind::Date => bounded(field, fold::date(value)?, today),
        Kind::Phone => fold::phone(value),
        Kind::CreditCode => fold::credit_code(value),
        Kind::CitizenId => fold::citizen_id(value, today),
        Kind::YesNo => match value {
            "yes" | "no" => Ok(value.to_owned()),
            "是" | "on" | "true" => Ok("yes".to_owned()),
            "否" | "false" => Ok("no".to_owned()),
            _ => Err(refuse(format!("“{}”只能选“是”或者“否”。", field.label), "请重新选择。")),
        },
        Kind::Coordinates => fold::coordinates(value),
    }
}

fn bounded(field: &Field, date: Date, today: Date) -> Result<String, Trouble> {
    match field.bound {
        Some(Bound::NotBeforeToday) if date < today => Err(refuse(
            format!("“{}”是 {}，已经过去了。", field.label, fold::chinese(date)),
            "请核对日期；如果已经续签，请填新的日期。",
        )),
        Some(Bound::NotAfterToday) if date > today => Err(refuse(
            format!("“{}”是 {}，这一天还没有到。", field.label, fold::chinese(date)),
            "请核对日期。",
        )),
        _ => Ok(date.to_string()),
    }
}

/// Dates that may not lie before another field's date.
fn hold_order(form: &FormSpec, checked: &mut Checked) {
    for field in form.fields() {
        let Some(first) = field.after.as_ref().and_then(|key| form.field(key)) else { continue };
        let day = |key: &str| checked.values.get(key).and_then(|value| value.parse::<Date>().ok());
        if let (Some(from), Some(to)) = (day(&first.key), day(&field.key))
            && to < from
            && checked.error(&field.key).is_none()
        {
            let says = format!("“{}”早于“{}”（{}）。", field.label, first.label, fold::chinese(from));
            checked.errors.push(field.fault(says, "请核对这两个日期。".to_owned()));
        }
    }
}

/// The head of a credit code tells what its holder is: 92 个体工商户, 91 企业 (GB 32100, 登记管理部门 and 机构类别).
fn hold_together(form: &FormSpec, checked: &mut Checked) {
    let (Some(code), Some(kind)) = (checked.values.get("credit_code"), checked.values.get("applicant_kind"))
    else {
        return;
    };
    let expected = match code.get(..2) {
        Some("92") => "individual",
        Some("91") => "enterprise",
        _ => return,
    };
    if let (true, Some(field)) = (kind != expected, form.field("applicant_kind")) {
        let says = format!("信用代码以 {} 开头，一般属于{}。", &code[..2], field.shown(expected));
        checked
            .warnings
            .push(field.fault(says, "请核对“申请人类型”和信用代码；确认无误可以继续。".to_owned()));
    }
}

/// A date as people write it: `2026-1-5`, `20260105`, `2026年1月5日`.
pub fn read_date(written: &str) -> Option<Date> {
    fold::date(written).ok()
}

pub(crate) fn refuse(says: String, next: &str) -> Trouble {
    Trouble::Refuse { says, next: next.to_owned() }
}

impl Field {
    fn fault(&self, says: String, next: String) -> FieldFault {
        FieldFault { key: self.key.clone(), label: self.label.clone(), says, next }
    }

    fn missing(&self) -> FieldFault {
        let says = match self.kind {
            Kind::Choice(_) | Kind::YesNo => format!("还没有选择“{}”。", self.label),
            _ => format!("还没有填写“{}”。", self.label),
        };
        let next =
            if self.hint.is_empty() { "请补上后再继续。".to_owned() } else { self.hint.clone() };
        self.fault(says, next)
    }
}
