//! The entries of the retail licence's form that a case itself reads: names on letters, the place, the scope.
//! Keys follow `items/retail-licence`; everything else on the form is data that only the item knows.

use catalog::BusinessType;

use crate::case::Case;

pub const SHOP: &str = "business_name";
pub const CREDIT_CODE: &str = "credit_code";
pub const APPLICANT_KIND: &str = "applicant_kind";
pub const ECO_TYPE: &str = "economic_type";
pub const PERSON: &str = "principal_name";
pub const PERSON_ID: &str = "principal_id";
pub const ADDRESS: &str = "premises_address";
pub const LOCATION: &str = "premises_location";
pub const AREA: &str = "premises_area";
pub const AREA_TYPE: &str = "area_type";
pub const SCOPE: &str = "scope";
pub const BIZ_FORMAT: &str = "business_format";
pub const PHONE: &str = "contact_phone";
pub const DELIVERY: &str = "delivery";
pub const BY_AGENT: &str = "by_agent";

/// The scope as it is printed on the licence.
pub fn scope(case: &Case) -> String {
    let words = match case.value(SCOPE) {
        "ecig" => "电子烟产品零售",
        _ => "卷烟本店零售、雪茄烟本店零售",
    };
    words.to_owned()
}

/// 经济类型. A household business is not asked: its kind says 1403 个体.
pub fn eco_type(case: &Case) -> &str {
    if is_household(case) { "1403" } else { case.value(ECO_TYPE) }
}

/// 企业类型 as it is printed on the licence.
pub fn company_type(case: &Case, business: &BusinessType) -> String {
    if is_household(case) { "个体工商户".to_owned() } else { shown(case, business, ECO_TYPE) }
}

fn is_household(case: &Case) -> bool {
    case.value(APPLICANT_KIND) == "individual"
}

/// An entry as people read it: the label of a choice, the text otherwise.
pub fn shown(case: &Case, business: &BusinessType, key: &str) -> String {
    let value = case.value(key);
    business.form.field(key).map_or_else(|| value.to_owned(), |field| field.shown(value))
}

/// Latitude and longitude in 1e-7 degrees, if the applicant gave the place.
pub fn place(case: &Case) -> Option<(i64, i64)> {
    let (first, second) = case.value(LOCATION).split_once(',')?;
    let fixed = |degrees: &str| Some((degrees.trim().parse::<f64>().ok()? * 1e7).round() as i64);
    let (first, second) = (fixed(first)?, fixed(second)?);
    // Editions of the item before 2026.3 asked for the longitude first; in China it is always the greater number.
    Some((first.min(second), first.max(second)))
}
