use std::io::Write;

use jiff::civil::{Date, date};

use super::*;
use crate::Catalogue;

const DAY: Date = date(2026, 2, 9);

fn catalogue() -> Catalogue {
    Catalogue::embedded().unwrap()
}

/// The tables of one county: seven business types of the retail licence and two of e-cigarettes.
fn county(catalogue: &Catalogue) -> Vec<Table> {
    tables(catalogue, Some("990101"), DAY, "20260209")
}

fn set(table: &mut Table, row: usize, column: &str, value: &str) {
    let at = table.columns.iter().position(|one| one == column).unwrap();
    table.rows[row][at] = value.to_owned();
}

fn refused(tables: &[Table]) -> Vec<RowFault> {
    import_tables(&catalogue(), tables, DAY).expect_err("refused")
}

#[test]
fn every_column_of_the_exchange_is_there_and_what_must_be_filled_is() {
    let catalogue = catalogue();
    let tables = tables(&catalogue, None, DAY, "1");
    assert_eq!(tables.len(), TABLES.len());
    for (table, kind) in tables.iter().zip(TABLES) {
        for (at, column) in kind.columns.iter().enumerate().filter(|(_, column)| column.must) {
            // The codes of all but the retail licence are not known; the guides say so.
            let unknown = ["catalog_code", "task_code"].contains(&column.code);
            let empty = table.rows.iter().filter(|row| row[at].is_empty()).count();
            assert!(empty == 0 || unknown, "{} {} is empty in {empty} rows", table.name, column.code);
        }
    }
    let basic = &tables[0];
    assert!(basic.rows.len() > 60, "{}", basic.rows.len());
    let codes: std::collections::BTreeSet<&String> = basic.rows.iter().map(|row| &row[0]).collect();
    assert_eq!(codes.len(), basic.rows.len(), "row ids are unique");
}

#[test]
fn what_went_out_comes_back_the_same() {
    let catalogue = catalogue();
    let out = county(&catalogue);
    let by_csv: Vec<Table> =
        out.iter().map(|table| read_csv(&table.name, &write_csv(table)).unwrap()).collect();
    let by_xlsx = read_xlsx(&write_xlsx(&out).unwrap()).unwrap();
    for back in [&by_csv, &by_xlsx] {
        assert_eq!(back[0].columns, out[0].columns);
        assert_eq!(back[0].rows, out[0].rows);
        let imported = import_tables(&catalogue, back, DAY).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!((imported.rows, imported.files.len()), (9, 2));
        let retail = imported.files.iter().find(|file| file.path.ends_with("retail-licence.toml")).unwrap();
        let local: crate::LocalItem = toml::from_str(&retail.text).unwrap();
        let item = catalogue.item("retail-licence").unwrap();
        let before = catalogue.local(item, "990101").unwrap();
        assert_eq!((&local.halls, local.promised(&item.types[0], DAY)), (&before.halls, 7));
    }
    let json = whole(&catalogue).to_string();
    assert_eq!(import_json(&catalogue, &json).unwrap().rows, 11);
}

#[test]
fn a_fault_names_its_row_and_column_and_nothing_is_taken() {
    let clean = county(&catalogue());
    let cases = [
        ("promise_day", "21", "1 至 8"),
        ("promise_day", "很快", "不是天数"),
        ("anticipate_day", "5", "国家基本目录统一规定"),
        ("is_fee", "1", "国家基本目录统一规定"),
        ("accept_condition", "随到随办", "国家基本目录统一规定"),
        ("local_item", "driving-licence", "没有“driving-licence”"),
        ("local_business", "xinxin", "没有“xinxin”"),
        ("use_level", "2", "不是受理"),
        ("dept_code", "1199010109901003X1", "校验"),
        ("task_code", "1199010109901003X0300016211200Y", "实施编码应当"),
        ("link_way", "9901010", "请写区号"),
        ("supervise_way", "0990-9901010", "两个不同的电话"),
        ("plan_effective_date", "2026-02-30", "不是日期"),
        ("plan_cancel_date", "明年", "不是日期"),
        ("local_bureau", "../..", "6 位数字"),
        ("dept_name", "<script>alert(1)</script>", "网页标签"),
        ("dept_name", "城中区\u{0}局", "控制字符"),
        ("dept_name", "", "没有填写"),
    ];
    for (column, value, says) in cases {
        let mut tables = clean.clone();
        set(&mut tables[0], 0, column, value);
        let faults = refused(&tables);
        let told = faults
            .iter()
            .any(|fault| (fault.row, fault.column.as_str()) == (2, column) && fault.says.contains(says));
        assert!(told, "{column} = {value}: {faults:?}");
    }
}

#[test]
fn the_same_row_twice_and_rows_that_disagree_are_refused() {
    let clean = county(&catalogue());
    let mut twice = clean.clone();
    let again = twice[0].rows[0].clone();
    twice[0].rows.push(again);
    assert!(refused(&twice).iter().any(|fault| fault.row == 11 && fault.says.contains("与第 2 行是同一个")));
    let mut apart = clean;
    set(&mut apart[0], 1, "link_way", "0990-9901011");
    assert!(refused(&apart).iter().any(|fault| fault.row == 3 && fault.says.contains("与第 2 行不一致")));
}

#[test]
fn ten_thousand_rows_with_every_tenth_wrong_are_told_row_by_row() {
    let mut tables = county(&catalogue());
    let row = tables[0].rows[0].clone();
    let column = |name: &str| tables[0].columns.iter().position(|one| one == name).unwrap();
    let (bureau, days, guid) = (column("local_bureau"), column("promise_day"), column("row_guid"));
    tables[0].rows = (0..10_000)
        .map(|at| {
            let mut row = row.clone();
            row[bureau] = format!("{:06}", 100_000 + at);
            row[guid] = format!("{at:032}");
            if at % 10 == 9 {
                row[days] = "99".to_owned();
            }
            row
        })
        .collect();
    tables.truncate(1);
    let faults = refused(&tables);
    let wrong: Vec<usize> =
        faults.iter().filter(|one| one.column == "promise_day").map(|one| one.row).collect();
    assert_eq!(wrong.len(), 1000);
    assert_eq!((wrong[0], wrong[999]), (11, 10_001));
}

#[test]
fn what_a_spreadsheet_would_run_is_made_harmless() {
    for value in ["=1+1", "+86", "-1", "@SUM(A1)", "＝1", "\tx"] {
        let table =
            Table { name: BASIC.into(), columns: vec!["dept_name".into()], rows: vec![vec![value.into()]] };
        let csv = String::from_utf8(write_csv(&table)).unwrap();
        assert!(csv.contains(&format!("'{value}")), "{csv}");
        assert_eq!(read_csv(BASIC, csv.as_bytes()).unwrap().rows, table.rows);
        // In a workbook the cell is text and stays as it is.
        assert_eq!(
            read_xlsx(&write_xlsx(std::slice::from_ref(&table)).unwrap()).unwrap()[0].rows,
            table.rows
        );
    }
}

#[test]
fn formulas_in_a_workbook_are_refused() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(BASIC).unwrap();
    sheet.write_string(0, 0, "实施主体(dept_name)").unwrap();
    sheet.write_formula(1, 0, "=HYPERLINK(\"http://evil.example\",\"x\")").unwrap();
    let faults = read_xlsx(&book.save_to_buffer().unwrap()).unwrap_err();
    assert_eq!((faults[0].row, faults[0].says.contains("公式")), (2, true));
}

#[test]
fn bombs_and_files_that_are_something_else_are_not_opened() {
    assert!(read_xlsx(b"MZ\x90\x00").unwrap_err()[0].says.contains("不是 xlsx"));
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![0u8; 1 << 20];
    for _ in 0..300 {
        zip.write_all(&zeros).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 2 << 20);
    assert!(read_xlsx(&bomb).unwrap_err()[0].says.contains("解压以后超过"));
    let gbk = [0xCA, 0xC2, 0xCF, 0xEE, b'\n'];
    assert!(read_csv(BASIC, &gbk).unwrap_err()[0].says.contains("UTF-8"));
    assert_eq!(read_csv(BASIC, b"a,b\n1,2,3\n").unwrap_err()[0].row, 2);
    assert!(import_json(&catalogue(), "{").unwrap_err()[0].says.contains("JSON"));
    let elsewhere = r#"{"format":"yanzheng-items","locals":[{"file":"../x.toml","local":{}}]}"#;
    assert!(import_json(&catalogue(), elsewhere).is_err());
}

#[test]
fn a_chinese_heading_is_understood_too() {
    assert_eq!(column_of("事项名称(task_name)"), "task_name");
    assert_eq!(column_of("承诺办结时限"), "promise_day");
    assert_eq!(column_of("\u{FEFF}row_guid"), "row_guid");
}
