//! The columns of 行政许可 in the national data set of decisions (双公示), in its order.
//!
//! Source: the published template of the national credit platform, as the provinces copy it; codes are initials of the
//! pinyin. Which of them must be filled differs a little between provinces; here those that all of them ask for.

use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub code: &'static str,
    pub says: &'static str,
    /// Must be filled in every row of a granted decision.
    pub always: bool,
    /// Holds the number of an identity paper, of which most is hidden.
    pub masked: bool,
}

const fn column(code: &'static str, says: &'static str) -> Column {
    Column { code, says, always: false, masked: false }
}

const fn always(code: &'static str, says: &'static str) -> Column {
    Column { always: true, ..column(code, says) }
}

const fn masked(code: &'static str, says: &'static str) -> Column {
    Column { masked: true, ..column(code, says) }
}

pub const COLUMNS: [Column; 28] = [
    always("XK_XDR_MC", "行政相对人名称"),
    always("XK_XDR_LB", "行政相对人类别"),
    column("XK_XDR_SHXYM", "统一社会信用代码"),
    column("XK_XDR_GSZC", "工商注册号"),
    column("XK_XDR_ZZJG", "组织机构代码"),
    column("XK_XDR_SWDJ", "税务登记号"),
    column("XK_XDR_SYDW", "事业单位证书号"),
    column("XK_XDR_SHZZ", "社会组织登记证号"),
    column("XK_FRDB", "法定代表人"),
    column("XK_FR_ZJLX", "法定代表人证件类型"),
    masked("XK_FR_ZJHM", "法定代表人证件号码"),
    column("XK_XDR_ZJLX", "自然人证件类型"),
    masked("XK_XDR_ZJHM", "自然人证件号码"),
    always("XK_XKWS", "行政许可决定文书名称"),
    always("XK_WSH", "行政许可决定文书号"),
    always("XK_XKLB", "许可类别"),
    column("XK_XKZS", "许可证书名称"),
    column("XK_XKBH", "许可编号"),
    always("XK_NR", "许可内容"),
    always("XK_JDRQ", "许可决定日期"),
    always("XK_YXQZ", "有效期自"),
    always("XK_YXQZI", "有效期至"),
    always("XK_XKJG", "许可机关"),
    always("XK_XKJGDM", "许可机关统一社会信用代码"),
    always("XK_ZT", "当前状态"),
    always("XK_LYDW", "数据来源单位"),
    always("XK_LYDWDM", "数据来源单位统一社会信用代码"),
    column("BZ", "备注"),
];

/// A row of the data set; a column without a value is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row([String; COLUMNS.len()]);

impl Row {
    /// The value of a column.
    pub fn get(&self, code: &str) -> &str {
        place(code).map_or("", |at| &self.0[at])
    }

    /// Fills a column. Panics on a code that is none: a mistake of ours.
    pub fn set(&mut self, code: &'static str, value: impl Into<String>) {
        let at = place(code).unwrap_or_else(|| panic!("{code} is no column of the data set"));
        self.0[at] = value.into();
    }

    /// In the order of the columns.
    pub fn values(&self) -> &[String] {
        &self.0
    }

    /// Columns with their values, the empty ones left out: for the page of one decision.
    pub fn filled(&self) -> Vec<(Column, &str)> {
        let pairs = COLUMNS.iter().copied().zip(self.0.iter().map(String::as_str));
        pairs.filter(|(_, value)| !value.is_empty()).collect()
    }
}

fn place(code: &str) -> Option<usize> {
    COLUMNS.iter().position(|column| column.code == code)
}

/// Every column, the empty ones too: programs that read the data count on all of them.
impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(COLUMNS.len()))?;
        for (column, value) in COLUMNS.iter().zip(&self.0) {
            map.serialize_entry(column.code, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Row, D::Error> {
        let written = std::collections::BTreeMap::<String, String>::deserialize(deserializer)?;
        let mut row = Row::default();
        for (code, value) in written {
            let at = place(&code).ok_or_else(|| D::Error::custom(format!("{code} is no column")))?;
            row.0[at] = value;
        }
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_keeps_all_columns_in_their_order() {
        let mut row = Row::default();
        row.set("XK_WSH", "城中烟许准〔2026〕第00001号");
        let written = serde_json::to_string(&row).unwrap();
        assert!(written.starts_with("{\"XK_XDR_MC\":\"\",\"XK_XDR_LB\":\"\""), "{written}");
        assert!(written.ends_with("\"BZ\":\"\"}"), "{written}");
        assert_eq!(serde_json::from_str::<Row>(&written).unwrap(), row);
        assert!(serde_json::from_str::<Row>("{\"XX\":\"\"}").is_err());
    }
}
