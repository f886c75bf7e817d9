//! The town's licences were written down on one day; whoever loads the town later would find most of them run out. Those
//! in business are renewed as their holders would have had them renewed, but for a few who forgot.

use jiff::civil::Date;
use law::limits::licence_valid_to;

/// The rows of `places/9901/licences.csv` as they would stand on `today`.
pub fn on(csv: &[u8], today: Date) -> anyhow::Result<Vec<u8>> {
    let mut reader = csv::Reader::from_reader(csv);
    let headers = reader.headers()?.clone();
    let at = |name: &str| {
        headers.iter().position(|header| header == name).ok_or_else(|| anyhow::anyhow!("no column {name}"))
    };
    let (number, from, to, status) = (at("licence_no")?, at("valid_from")?, at("valid_to")?, at("status")?);
    let mut writer = csv::Writer::from_writer(vec![]);
    writer.write_record(&headers)?;
    for row in reader.records() {
        let row = row?;
        let mut fields: Vec<String> = row.iter().map(str::to_owned).collect();
        if fields[status] != "注销" && !forgot(&fields[number]) {
            (fields[from], fields[to]) = renewed(&fields[from], &fields[to], today)?;
        }
        writer.write_record(&fields)?;
    }
    Ok(writer.into_inner()?)
}

/// One in thirty-seven lets it run out: the desk and the verification page have something to show.
fn forgot(number: &str) -> bool {
    number.parse::<u64>().is_ok_and(|number| number.is_multiple_of(37))
}

fn renewed(from: &str, to: &str, today: Date) -> anyhow::Result<(String, String)> {
    let (mut from, mut to): (Date, Date) = (from.parse()?, to.parse()?);
    while to < today {
        from = to.tomorrow()?;
        to = licence_valid_to(from, 5)?;
    }
    Ok((from.to_string(), to.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_licence_that_ran_out_is_renewed_from_the_next_day() {
        let (from, to) = renewed("2021-02-18", "2026-02-17", date(2026, 11, 23)).expect("dates");
        assert_eq!((from.as_str(), to.as_str()), ("2026-02-18", "2031-02-17"));
    }

    #[test]
    fn on_any_later_day_few_of_those_in_business_have_run_out() {
        for today in [date(2026, 11, 23), date(2033, 5, 1)] {
            let csv = on(super::super::town::LICENCES, today).expect("our own file");
            let mut reader = csv::Reader::from_reader(csv.as_slice());
            let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
            let late = rows
                .iter()
                .filter(|row| &row[15] != "注销" && row[14].parse::<Date>().expect("a date") < today);
            assert_eq!(rows.len(), 5240);
            assert!(late.count() < 200);
        }
    }
}
