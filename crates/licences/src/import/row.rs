//! One row of the file held against what a licence must be.

use std::collections::{HashMap, HashSet};

use csv::StringRecord;
use jiff::Timestamp;
use jiff::civil::Date;
use law::codes::CreditCode;

use super::{Import, Report};
use crate::keys::{Keys, Kind};
use crate::licence::{Licence, area_type_code, biz_format_label, eco_type_label};
use crate::number;
use crate::status::Status;

/// The columns an import reads, by name and in any order; further columns are passed over.
pub const COLUMNS: [&str; 19] = [
    "licence_no",
    "name",
    "person",
    "company_type",
    "eco_type",
    "biz_format_code",
    "uscc",
    "address",
    "area_type",
    "area_m2",
    "unit_id",
    "scope",
    "valid_from",
    "valid_to",
    "status",
    "authority",
    "lon",
    "lat",
    "biz_format",
];

/// Columns that may be missing from the file.
const OPTIONAL: [&str; 4] = ["unit_id", "lon", "lat", "biz_format"];

/// Whose licences carry a division's numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Bureau {
    pub code: String,
    /// 发证机关
    pub name: String,
    /// 供货单位 printed on the licences of this bureau.
    pub supply_company: String,
}

/// A row that may be taken over.
pub(super) struct Taken {
    pub line: u64,
    pub licence: Licence,
    pub credit_key: Option<String>,
}

pub(super) struct Reading {
    bureaus: HashMap<String, Bureau>,
    keys: Keys,
    item_slug: String,
    now: Timestamp,
    /// Where each of [`COLUMNS`] stands in the file.
    at: HashMap<&'static str, usize>,
    seen: HashSet<u64>,
    pub report: Report,
}

/// A fault found in a column.
type Wrong = (&'static str, String);

impl Reading {
    pub fn new(setup: &Import) -> Reading {
        Reading {
            bureaus: setup.bureaus.clone(),
            keys: setup.keys.clone(),
            item_slug: setup.item_slug.clone(),
            now: setup.now,
            at: HashMap::new(),
            seen: HashSet::new(),
            report: Report::default(),
        }
    }

    /// Finds the columns in the heading.
    pub fn header(&mut self, head: &StringRecord) -> Result<(), String> {
        let clean = |name: &str| name.trim_start_matches('\u{feff}').trim().to_lowercase();
        for column in COLUMNS {
            if let Some(place) = head.iter().position(|name| clean(name) == column) {
                self.at.insert(column, place);
            }
        }
        let missing: Vec<&str> = COLUMNS
            .into_iter()
            .filter(|column| !self.at.contains_key(column) && !OPTIONAL.contains(column))
            .collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(format!("缺少这些列：{}。第一行应是列名，文件应为 UTF-8 编码的 CSV", missing.join("、")))
        }
    }

    /// The licence of a row, or none with its faults in the report.
    pub fn row(&mut self, record: &StringRecord) -> Option<Taken> {
        self.report.rows += 1;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = Cells { record, at: &self.at };
        let mut warnings = Vec::new();
        match self.licence(&cells, &mut warnings) {
            Ok(licence) if !self.seen.insert(licence.number.parse().unwrap_or_default()) => {
                let says = format!("许可证号 {} 在文件中出现了两次", licence.number);
                self.report.fault(line, "licence_no", says);
                None
            }
            Ok(licence) => {
                for (column, says) in warnings {
                    self.report.warn(line, column, says);
                }
                let has_code = !licence.credit_code.is_empty();
                let credit_key = has_code.then(|| self.keys.lookup(Kind::CreditCode, &licence.credit_code));
                Some(Taken { line, licence, credit_key })
            }
            Err(wrong) => {
                for (column, says) in wrong {
                    self.report.fault(line, column, says);
                }
                None
            }
        }
    }

    /// Every fault of the row at once: whoever mends the file wants to open it one time.
    fn licence(&self, cells: &Cells, warnings: &mut Vec<Wrong>) -> Result<Licence, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let number = keep(&mut wrong, number_of(cells));
        let bureau = keep(&mut wrong, self.bureau_of(&number));
        let eco_type = keep(&mut wrong, eco_type_of(cells));
        keep(&mut wrong, kind_fits(&number, &eco_type));
        let (valid_from, valid_to) = keep(&mut wrong, validity_of(cells, warnings));
        let credit_code = keep(&mut wrong, credit_code_of(cells, warnings));
        let bureau_name = bureau.map(|bureau| bureau.name.as_str()).unwrap_or_default();
        let licence = Licence {
            bureau: bureau.map(|bureau| bureau.code.clone()).unwrap_or_default(),
            version: 1,
            holder: None,
            shop_name: keep(&mut wrong, text(cells, "name", 120)),
            person_name: keep(&mut wrong, text(cells, "person", 60)),
            credit_code,
            company_type: keep(&mut wrong, text(cells, "company_type", 60)),
            eco_type,
            biz_format: keep(&mut wrong, biz_format_of(cells)),
            area_type: keep(&mut wrong, area_type_of(cells)),
            area_m2: keep(&mut wrong, area_of(cells)),
            address: keep(&mut wrong, text(cells, "address", 200)),
            division: number.get(..6).unwrap_or_default().into(),
            lat: keep(&mut wrong, degrees(cells, "lat", 3.0, 54.0)),
            lon: keep(&mut wrong, degrees(cells, "lon", 73.0, 136.0)),
            unit: Some(cells.get("unit_id").to_string()).filter(|unit| !unit.is_empty()),
            scope: keep(&mut wrong, text(cells, "scope", 120)),
            supply_company: bureau.map(|bureau| bureau.supply_company.clone()).unwrap_or_default(),
            issuer_name: keep(&mut wrong, authority_of(cells, bureau_name, warnings)),
            item_slug: self.item_slug.clone(),
            case_id: None,
            case_number: None,
            issued_on: valid_from,
            first_issued: None,
            valid_from,
            valid_to,
            status: keep(&mut wrong, status_of(cells)).unwrap_or(Status::Trading),
            changed_at: self.now,
            number,
        };
        if wrong.is_empty() { Ok(licence) } else { Err(wrong) }
    }

    fn bureau_of(&self, number: &str) -> Result<Option<&Bureau>, Wrong> {
        let Some(division) = number.get(..6) else { return Ok(None) };
        let bureau = self.bureaus.get(division);
        bureau.map(Some).ok_or_else(|| {
            ("licence_no", format!("没有区划 {division} 的发证机关。请先登记这个机关，再导入它的许可证"))
        })
    }
}

/// The cells of a row, by column.
struct Cells<'a> {
    record: &'a StringRecord,
    at: &'a HashMap<&'static str, usize>,
}

impl<'a> Cells<'a> {
    fn get(&self, column: &str) -> &'a str {
        self.at.get(column).and_then(|place| self.record.get(*place)).unwrap_or_default().trim()
    }
}

fn keep<T: Default>(wrong: &mut Vec<Wrong>, read: Result<T, Wrong>) -> T {
    read.unwrap_or_else(|fault| {
        wrong.push(fault);
        T::default()
    })
}

fn number_of(cells: &Cells) -> Result<String, Wrong> {
    number::read(cells.get("licence_no")).map_err(|fault| ("licence_no", fault.explain()))
}

fn eco_type_of(cells: &Cells) -> Result<String, Wrong> {
    let code = cells.get("eco_type");
    eco_type_label(code)
        .map(|_| code.to_string())
        .ok_or_else(|| ("eco_type", format!("经济类型“{code}”不在 1401 至 1410 之中")))
}

fn kind_fits(number: &str, eco_type: &str) -> Result<(), Wrong> {
    match number::parts(number) {
        Some((_, kind, _)) if !eco_type.is_empty() && kind != number::kind_of(eco_type) => Err((
            "licence_no",
            format!("许可证号第 7 位是 {kind}，与经济类型 {eco_type} 不符：个体工商户应为 1，其他应为 2"),
        )),
        _ => Ok(()),
    }
}

fn text(cells: &Cells, column: &'static str, most: usize) -> Result<String, Wrong> {
    let text = cells.get(column);
    let problem = if text.is_empty() {
        "没有填写".to_string()
    } else if text.chars().count() > most {
        format!("超过 {most} 个字")
    } else if text.chars().any(char::is_control) {
        "含有看不见的控制字符，请删去".to_string()
    } else {
        return Ok(text.into());
    };
    Err((column, problem))
}

fn biz_format_of(cells: &Cells) -> Result<String, Wrong> {
    let code = cells.get("biz_format_code");
    biz_format_label(code)
        .map(|_| code.to_string())
        .ok_or_else(|| ("biz_format_code", format!("业态“{code}”不在 2901 至 2907 之中")))
}

fn area_type_of(cells: &Cells) -> Result<String, Wrong> {
    let label = cells.get("area_type");
    area_type_code(label)
        .map(Into::into)
        .ok_or_else(|| ("area_type", format!("区域类型“{label}”应为城镇或乡村")))
}

/// Whole square metres; older lists hold fractions, which are cut.
fn area_of(cells: &Cells) -> Result<i64, Wrong> {
    let written = cells.get("area_m2");
    match written.parse::<f64>() {
        Ok(area) if (0.0..1_000_000.0).contains(&area) => Ok(area as i64),
        _ if written.is_empty() => Ok(0),
        _ => Err(("area_m2", format!("面积“{written}”不是数字，或超出范围"))),
    }
}

fn date_of(cells: &Cells, column: &'static str) -> Result<Date, Wrong> {
    let written = cells.get(column);
    written
        .parse()
        .map_err(|_| (column, format!("“{written}”不是日期，应写成 2026-01-31 的样子，并且确有这一天")))
}

/// 细则第四十八条: five years at most. Older licences that run longer are a fault of the list, not ours to repeat.
fn validity_of(cells: &Cells, warnings: &mut Vec<Wrong>) -> Result<(Date, Date), Wrong> {
    let from = date_of(cells, "valid_from")?;
    let to = date_of(cells, "valid_to")?;
    if to < from {
        return Err(("valid_to", format!("有效期截止 {to} 早于起始 {from}")));
    }
    let last =
        law::limits::licence_valid_to(from, MOST_YEARS).map_err(|_| ("valid_from", "日期超出范围".into()))?;
    // One day more: many lists write the same day five years on.
    if last.tomorrow().is_ok_and(|next| to == next) {
        warnings.push(("valid_to", format!("有效期比五年多一天，应到 {last} 为止，请核对")));
    } else if to > last {
        return Err(("valid_to", format!("有效期超过五年：从 {from} 起最长到 {last}")));
    }
    Ok((from, to))
}

const MOST_YEARS: u8 = 5;

/// A wrong check digit is a warning: codes in use fail it. Older shops may have none.
fn credit_code_of(cells: &Cells, warnings: &mut Vec<Wrong>) -> Result<String, Wrong> {
    let written = law::codes::normalise(cells.get("uscc"));
    if written.is_empty() {
        warnings.push(("uscc", "没有统一社会信用代码，请补齐".into()));
        return Ok(written);
    }
    let (_, warning) = CreditCode::parse_or_warn(&written).map_err(|fault| ("uscc", fault.explain()))?;
    warnings.extend(warning.map(|fault| ("uscc", fault.explain())));
    Ok(written)
}

fn authority_of(cells: &Cells, bureau: &str, warnings: &mut Vec<Wrong>) -> Result<String, Wrong> {
    let authority = text(cells, "authority", 60)?;
    if !bureau.is_empty() && authority != bureau {
        warnings
            .push(("authority", format!("发证机关“{authority}”与区划所属机关“{bureau}”名称不同，请核对")));
    }
    Ok(authority)
}

fn status_of(cells: &Cells) -> Result<Option<Status>, Wrong> {
    let label = cells.get("status");
    Status::from_label(label)
        .map(Some)
        .ok_or_else(|| ("status", format!("经营状态“{label}”应为正常营业、停业、责令整顿停业、注销或收回")))
}

/// Degrees in 1e-7, within the country's bounds.
fn degrees(cells: &Cells, column: &'static str, least: f64, most: f64) -> Result<Option<i64>, Wrong> {
    let written = cells.get(column);
    if written.is_empty() {
        return Ok(None);
    }
    match written.parse::<f64>() {
        Ok(degrees) if (least..=most).contains(&degrees) => Ok(Some((degrees * 1e7).round() as i64)),
        _ => Err((column, format!("坐标“{written}”不在境内，应为 {least} 至 {most} 之间的度数"))),
    }
}
