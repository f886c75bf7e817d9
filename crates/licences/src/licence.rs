//! The licence as its bureau keeps it, and the part of it anyone may see.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::status::{Standing, Status};

/// One row of the register of a bureau (the licence system's TLicRlicInfo, as far as this system keeps it).
/// ID and phone numbers are not here: a licence does not need them.
#[derive(Clone, Debug, PartialEq)]
pub struct Licence {
    /// Issuing bureau.
    pub bureau: String,
    /// Twelve digits.
    pub number: String,
    /// Raised by each change; the compare-and-set.
    pub version: i64,
    /// Account of the holder; licences taken over from an older system have none until their holder claims them.
    pub holder: Option<String>,
    pub shop_name: String,
    /// 负责人（经营者）
    pub person_name: String,
    pub credit_code: String,
    /// 企业类型 as printed.
    pub company_type: String,
    /// 经济类型 1401–1410.
    pub eco_type: String,
    /// 业态 2901–2907.
    pub biz_format: String,
    /// 3001 城镇, 3002 乡村.
    pub area_type: String,
    /// Square metres; 0 when not known.
    pub area_m2: i64,
    /// 经营场所
    pub address: String,
    pub division: String,
    /// 1e-7 degrees.
    pub lat: Option<i64>,
    pub lon: Option<i64>,
    /// 市场单元, where the locality has them.
    pub unit: Option<String>,
    /// 许可范围
    pub scope: String,
    /// 供货单位
    pub supply_company: String,
    /// 发证机关
    pub issuer_name: String,
    pub item_slug: String,
    pub case_id: Option<String>,
    pub case_number: Option<String>,
    /// 制证日期
    pub issued_on: Date,
    /// First issue, where known: a renewal keeps the number and this day.
    pub first_issued: Option<Date>,
    pub valid_from: Date,
    pub valid_to: Date,
    pub status: Status,
    pub changed_at: Timestamp,
}

impl Licence {
    pub fn standing(&self, today: Date) -> Standing {
        Standing::on(today, self.status, self.valid_from, self.valid_to)
    }

    /// Days from today to the last day; 0 on the last day, negative after it.
    pub fn days_left(&self, today: Date) -> i32 {
        days_between(today, self.valid_to)
    }

    pub fn validity(&self) -> String {
        validity(self.valid_from, self.valid_to)
    }

    pub fn public(&self) -> Public {
        Public {
            number: self.number.clone(),
            shop_name: self.shop_name.clone(),
            person: papers::chinese::mask_name(&self.person_name),
            company_type: self.company_type.clone(),
            address: self.address.clone(),
            scope: self.scope.clone(),
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            issuer: self.issuer_name.clone(),
            status: self.status,
        }
    }
}

fn validity(from: Date, to: Date) -> String {
    format!("{}至{}", papers::chinese::date(from), papers::chinese::date(to))
}

/// Whole days from `from` to `to`.
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// What anyone may see of a licence. The older public query service handed out ID numbers with it; here no field could
/// hold one, and the name of the person in charge is masked before it gets this far.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Public {
    pub number: String,
    pub shop_name: String,
    /// 负责人, masked: 张*.
    pub person: String,
    pub company_type: String,
    /// Business premises, in full: they hang the licence on the wall there.
    pub address: String,
    pub scope: String,
    pub valid_from: Date,
    pub valid_to: Date,
    pub issuer: String,
    #[serde(skip)]
    pub status: Status,
}

impl Public {
    /// “2026年11月23日至2031年11月22日”.
    pub fn validity(&self) -> String {
        validity(self.valid_from, self.valid_to)
    }

    pub fn standing(&self, today: Date) -> Standing {
        Standing::on(today, self.status, self.valid_from, self.valid_to)
    }
}

/// 企业类型 as it is printed, for a code of 经济类型 (the dictionary of the licence system).
pub fn eco_type_label(code: &str) -> Option<&'static str> {
    Some(match code {
        "1401" => "国有企业",
        "1402" => "集体企业",
        "1403" => "个体工商户",
        "1404" => "合伙企业",
        "1405" => "股份合作制企业",
        "1406" => "个人独资企业",
        "1407" => "有限责任公司",
        "1408" => "外商投资企业",
        "1409" => "股份有限公司",
        "1410" => "其他",
        _ => return None,
    })
}

/// 业态.
pub fn biz_format_label(code: &str) -> Option<&'static str> {
    Some(match code {
        "2901" => "食杂店",
        "2902" => "便利店",
        "2903" => "超市",
        "2904" => "商场",
        "2905" => "烟酒商店",
        "2906" => "娱乐服务业",
        "2907" => "其他",
        _ => return None,
    })
}

pub fn area_type_label(code: &str) -> Option<&'static str> {
    match code {
        "3001" => Some("城镇"),
        "3002" => Some("乡村"),
        _ => None,
    }
}

pub fn area_type_code(label: &str) -> Option<&'static str> {
    match label {
        "城镇" | "3001" => Some("3001"),
        "乡村" | "3002" => Some("3002"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_counted_over_years() {
        assert_eq!(days_between(date(2026, 11, 23), date(2027, 11, 23)), 365);
        assert_eq!(days_between(date(2026, 11, 23), date(2026, 11, 22)), -1);
    }
}
