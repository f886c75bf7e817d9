//! Invented licences of the fictional division 9901, in the form an older system hands them over.

use std::fmt::Write;

use anyhow::{Context, Result};
use law::codes::{CodeFault, CreditCode, Reason};

use crate::shop::BUREAUS;

const HEADING: &str = "licence_no,name,person,company_type,eco_type,biz_format_code,biz_format,uscc,address,area_type,\
                       area_m2,unit_id,scope,valid_from,valid_to,status,authority,lon,lat";
const NAMES: [&str; 5] = ["城中区", "高新区", "南河县", "北山县", "东港市"];
const ROADS: [&str; 8] = ["解放路", "和平路", "人民路", "滨河路", "文化路", "幸福路", "建设路", "青年路"];
const TRADES: [&str; 6] = ["便民食杂店", "便利店", "烟酒商店", "百货超市", "副食店", "日用品店"];

/// A CSV file of `count` licences, spread evenly over the five counties: at most 99,999 for each.
pub fn csv(count: usize) -> Result<String> {
    let mut csv = String::with_capacity(count * 330);
    csv.push_str(HEADING);
    csv.push('\n');
    for i in 0..count {
        let (place, serial) = (i % BUREAUS.len(), i / BUREAUS.len() + 1);
        let (division, county) = (BUREAUS[place], NAMES[place]);
        let (road, trade) = (ROADS[i % ROADS.len()], TRADES[i % TRADES.len()]);
        let code = credit_code(division, i)?;
        writeln!(
            csv,
            "{division}1{serial:05},{county}{road}{trade}{serial},演示人{i},个体工商户,1403,2901,食杂店,{code},\
             演示市{county}{road}{serial}号,城镇,{},U{:03},卷烟本店零售、雪茄烟本店零售,2024-03-07,2029-03-06,正常营业,\
             {county}烟草专卖局,{:.7},{:.7}",
            12 + i % 60,
            i % 400,
            115.0 + (i % 9000) as f64 * 1e-5,
            30.5 + (i % 7000) as f64 * 1e-5,
        )?;
    }
    Ok(csv)
}

/// GB 32100: our own check tells the last character.
fn credit_code(division: u32, i: usize) -> Result<String> {
    let stem = format!("92{division}MA{i:07}");
    match CreditCode::parse_or_warn(&format!("{stem}0")) {
        Ok((code, None)) => Ok(code.as_str().to_owned()),
        Ok((_, Some(CodeFault { reason: Reason::CheckDigit { expected, .. }, .. }))) => {
            Ok(format!("{stem}{expected}"))
        }
        other => Err(anyhow::anyhow!("{other:?}")).context(stem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_codes_pass_our_own_checks_and_are_all_different() {
        let csv = csv(1000).unwrap();
        let rows: Vec<Vec<&str>> = csv.lines().skip(1).map(|line| line.split(',').collect()).collect();
        assert_eq!(rows.len(), 1000);
        assert!(rows.iter().all(|row| row.len() == HEADING.split(',').count()));
        assert!(rows.iter().all(|row| law::codes::check("retail", row[0]).is_ok()));
        assert!(rows.iter().all(|row| CreditCode::parse(row[7]).is_ok()));
        let mut numbers: Vec<&str> = rows.iter().map(|row| row[0]).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 1000);
    }
}
