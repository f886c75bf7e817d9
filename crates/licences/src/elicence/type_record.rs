//! 证照类型要素 (GB/T 36902): what this kind of licence is, for whoever meets one. The words and the type code stand in
//! `law/licence-types`, dated, because a notice sets them.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The record of a type of licence.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TypeRecord {
    #[serde(rename(serialize = "证照类型名称"))]
    pub name: String,
    #[serde(rename(serialize = "定义机构"))]
    pub defined_by: String,
    #[serde(rename(serialize = "设定依据"))]
    pub basis: String,
    #[serde(rename(serialize = "颁发机构级别"))]
    pub issued_by: String,
    #[serde(rename(serialize = "持证主体类别"))]
    pub held_by: String,
    #[serde(rename(serialize = "持证主体代码类型"))]
    pub holder_code: String,
    #[serde(rename(serialize = "有效期限"))]
    pub validity: String,
    #[serde(rename(serialize = "目录信息版本号"))]
    pub version: String,
    #[serde(rename(serialize = "证照类型代码"))]
    pub codes: Vec<TypeCode>,
}

/// 证照类型代码 from a day on.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TypeCode {
    #[serde(rename(serialize = "启用日期"), deserialize_with = "toml_date")]
    pub from: Date,
    #[serde(rename(serialize = "代码"))]
    pub code: String,
    #[serde(rename(serialize = "出处"))]
    pub source: String,
    /// False while no published value is known.
    #[serde(rename(serialize = "已核对公布值"))]
    pub certain: bool,
}

impl TypeRecord {
    /// The code that holds on a day: the last to have begun.
    pub fn code_on(&self, day: Date) -> &TypeCode {
        let begun = self.codes.iter().filter(|code| code.from <= day).max_by_key(|code| code.from);
        begun.unwrap_or(&self.codes[0])
    }
}

/// 烟草专卖零售许可证.
pub fn retail() -> &'static TypeRecord {
    static RETAIL: LazyLock<TypeRecord> = LazyLock::new(|| {
        let text = include_str!("../../../../law/licence-types/retail.toml");
        toml::from_str(text).expect("law/licence-types/retail.toml is read by a test")
    });
    &RETAIL
}

/// A bare TOML date.
fn toml_date<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let written = toml::value::Datetime::deserialize(from)?;
    written.to_string().parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use law::codes::ELicenceId;

    #[test]
    fn every_code_of_the_type_fits_an_identifier() {
        assert!(!retail().codes.is_empty());
        for code in &retail().codes {
            let made = ELicenceId::new(&code.code, "1199010109901003X0", "990101100001", 1);
            assert!(made.is_ok(), "{}: {made:?}", code.code);
        }
    }

    #[test]
    fn a_new_code_holds_from_its_day_and_the_old_one_until_then() {
        let mut record = retail().clone();
        let later = TypeCode { from: date(2028, 1, 1), code: "X".into(), ..record.codes[0].clone() };
        record.codes.insert(0, later);
        assert_eq!(record.code_on(date(2028, 1, 1)).code, "X");
        assert_ne!(record.code_on(date(2027, 12, 31)).code, "X");
    }
}
