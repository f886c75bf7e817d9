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
        assert_eq!((imported.rows, imported.files.len()), (9, 0), "untouched: nothing is written");
        let mut moved = back.clone();
        for row in 0..moved[0].rows.len() {
            set(&mut moved[0], row, "link_way", "0990-9901555");
        }
        let imported = import_tables(&catalogue, &moved, DAY).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(imported.files.len(), 2);
        let retail = imported.files.iter().find(|file| file.path.ends_with("retail-licence.toml")).unwrap();
        let local: crate::LocalItem = toml::from_str(&retail.text).unwrap();
        let item = catalogue.item("retail-licence").unwrap();
        let before = catalogue.local(item, "990101").unwrap();
        assert_eq!((&local.halls, &local.promises), (&before.halls, &before.promises));
        assert_eq!((local.promised(&item.types[0], DAY), &*local.consult_phone), (7, "0990-9901555"));
    }
    for (bureau, lists) in [(None, 11), (Some("990101"), 1)] {
        let json = whole(&catalogue, bureau).to_string();
        let imported = import_json(&catalogue, &json).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!((imported.rows, imported.files.len()), (lists, 0), "{bureau:?}");
    }
}

#[test]
fn rows_left_out_of_a_sheet_stay_as_they_are() {
    let catalogue = catalogue();
    let mut short = county(&catalogue);
    let retail = |row: &[String]| row[2] == "retail-licence";
    let kept = short[0].rows.iter().rposition(|row| retail(row)).unwrap();
    short[0].rows = vec![short[0].rows[kept].clone()];
    set(&mut short[0], 0, "link_way", "0990-9901555");
    short.truncate(1);
    let imported = import_tables(&catalogue, &short, DAY).unwrap_or_else(|faults| panic!("{faults:?}"));
    let local: crate::LocalItem = toml::from_str(&imported.files[0].text).unwrap();
    let before = catalogue.own_local(catalogue.item("retail-licence").unwrap(), "990101").unwrap();
    assert_eq!((imported.files.len(), &local.promises), (1, &before.promises));
    assert!(!before.promises.is_empty());
}

/// Sets a cell of a table by its name.
fn written(mut tables: Vec<Table>, name: &str, (row, column): (usize, &str), value: &str) -> Vec<Table> {
    let table = tables.iter_mut().find(|table| table.name == name).unwrap();
    set(table, row, column, value);
    tables
}

#[test]
fn what_an_import_would_not_carry_out_is_refused_on_every_sheet() {
    let clean = county(&catalogue());
    let cases = [
        ("up_task_general_material", "material_name", "随便什么", "地方不能改：应当是"),
        ("up_task_general_material", "page_num_f", "9", "地方不能改：应当是"),
        ("up_task_general_material", "is_need", "7", "请到事项目录逐项修改"),
        ("up_task_general_qa", "answer", "看情况", "地方不能改：应当是"),
        ("up_task_general_qa", "question", "<b>要多久</b>？", "网页标签"),
        ("up_task_general_qa", "row_guid", "5a2e3f101b2c4d3e8f900123456789ab", "没有哪一行"),
        ("up_task_general_extend", "result_name", "别的证", "地方不能改：应当是"),
        ("up_task_general_law", "law_name", "别的法", "地方不能改：应当是"),
    ];
    for (name, column, value, says) in cases {
        let faults = refused(&written(clean.clone(), name, (0, column), value));
        let told = faults.iter().any(|one| {
            (one.table.as_str(), one.row, one.column.as_str()) == (name, 2, column) && one.says.contains(says)
        });
        assert!(told, "{name} {column}: {faults:?}");
    }
    let mut short = clean.clone();
    let materials = short.iter_mut().find(|table| table.name == "up_task_general_material").unwrap();
    materials.rows.remove(1);
    assert!(refused(&short)[0].says.contains("地方不能减少"));
    let mut more = clean;
    let materials = more.iter_mut().find(|table| table.name == "up_task_general_material").unwrap();
    let again = materials.rows[0].clone();
    materials.rows.push(again);
    assert!(refused(&more)[0].says.contains("地方不能增加"));
}

#[test]
fn a_bureau_brings_in_its_own_questions() {
    let catalogue = catalogue();
    let mut asked = county(&catalogue);
    let (basic, ids): (usize, Vec<String>) = (0, asked[0].rows.iter().map(|row| row[0].clone()).collect());
    let retail: Vec<String> = ids
        .into_iter()
        .zip(&asked[basic].rows)
        .filter(|(_, row)| row[2] == "retail-licence")
        .map(|one| one.0)
        .collect();
    let table = asked.iter_mut().find(|table| table.name == "up_task_general_qa").unwrap();
    let own =
        |id: &String| vec![id.clone(), "大厅停车方便吗？".into(), "门前有免费车位。".into(), "99".into()];
    table.rows.extend(retail.iter().map(own));
    let imported = import_tables(&catalogue, &asked, DAY).unwrap_or_else(|faults| panic!("{faults:?}"));
    let [file] = &imported.files[..] else { panic!("{:?}", imported.files) };
    let local: crate::LocalItem = toml::from_str(&file.text).unwrap();
    assert_eq!((local.faq.len(), local.faq[0].a.as_str()), (1, "门前有免费车位。"));
    let table = asked.iter_mut().find(|table| table.name == "up_task_general_qa").unwrap();
    table.rows.pop();
    assert!(refused(&asked)[0].says.contains("每个业务办理项下都写上"));
}

#[test]
fn a_json_file_that_changes_the_national_list_is_refused() {
    let catalogue = catalogue();
    let mut json = whole(&catalogue, Some("990101"));
    json["items"][0]["name"] = "另一个名称".into();
    let faults = import_json(&catalogue, &json.to_string()).unwrap_err();
    assert!(faults[0].column == "name" && faults[0].says.contains("地方不能改"), "{faults:?}");
}

#[test]
fn a_bureau_nobody_knows_is_told_as_unknown() {
    let clean = county(&catalogue());
    let mut posing = clean.clone();
    set(&mut posing[0], 0, "local_bureau", "990199");
    let mut alone = clean;
    alone[0].rows.truncate(1);
    let windows = alone.iter_mut().find(|table| table.name == WINDOW).unwrap();
    windows.rows.truncate(1);
    windows.rows[0][0] = "5a2e3f101b2c4d3e8f900123456789ab".into();
    alone.retain(|table| [BASIC, WINDOW].contains(&table.name.as_str()));
    set(&mut alone[0], 0, "local_bureau", "990199");
    set(&mut alone[0], 0, "row_guid", "5a2e3f101b2c4d3e8f900123456789ab");
    for tables in [posing, alone] {
        let faults = refused(&tables);
        let told = faults_of(&faults, "local_bureau");
        assert!(
            told.iter().any(|one| one.0 == 2 && one.1.contains("没有单位代码是“990199”的单位")),
            "{faults:?}"
        );
        assert!(faults_of(&faults, "row_guid").is_empty(), "{faults:?}");
    }
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
        ("cd_operation", "X", "新增填 I，修改填 U"),
        ("cd_operation", "i", "新增填 I，修改填 U"),
        ("cd_operation", "D", "计划取消日期"),
        ("task_state", "2", "现在是“在用”，应当填 1"),
        ("task_state", "9", "不是事项状态"),
        ("row_guid", "{1}", "不是 32 位的标识"),
        ("row_guid", "00000000-0000-0000-0000-00000000000g", "不是 32 位的标识"),
        ("entrust_name", "城中区市场监督管理局", "没有委托部门：请留空"),
        ("task_handle_item", "1", "业务办理项编码应当由"),
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

fn faults_of<'a>(faults: &'a [RowFault], column: &str) -> Vec<(usize, &'a str)> {
    let of = faults.iter().filter(|one| one.column == column);
    of.map(|one| (one.row, one.says.as_str())).collect()
}

#[test]
fn what_belongs_to_one_row_only_is_told_at_both_rows_that_have_it() {
    let clean = county(&catalogue());
    for column in ["row_guid", "task_handle_item"] {
        let mut twice = clean.clone();
        let at = twice[0].columns.iter().position(|one| one == column).unwrap();
        let first = twice[0].rows[0][at].clone();
        assert!(!first.is_empty());
        set(&mut twice[0], 3, column, &first);
        let faults = refused(&twice);
        let told = faults_of(&faults, column);
        let says = |row: usize, other: &str| told.iter().any(|one| one.0 == row && one.1.contains(other));
        assert!(says(2, "第 5 行也用了") && says(5, "第 2 行也用了"), "{told:?}");
    }
}

#[test]
fn a_row_does_not_go_by_the_id_of_a_row_it_is_not() {
    let catalogue = catalogue();
    let mut posing = county(&catalogue);
    let other = tables(&catalogue, Some("990102"), DAY, "1");
    let id = other[0].rows[0][0].clone();
    set(&mut posing[0], 0, "row_guid", &id);
    let faults = refused(&posing);
    assert!(faults_of(&faults, "row_guid").iter().any(|one| one.0 == 2 && one.1.contains("那一行的标识")));
    // A new id of the usual shape is nobody's, with hyphens or without.
    for id in ["5a2e3f10-1b2c-4d3e-8f90-0123456789ab", "5A2E3F101B2C4D3E8F900123456789AB"] {
        let mut own = county(&catalogue);
        set(&mut own[0], 0, "row_guid", id);
        own.truncate(1);
        import_tables(&catalogue, &own, DAY).unwrap_or_else(|faults| panic!("{faults:?}"));
    }
}

#[test]
fn the_state_of_a_paused_item_is_paused_in_and_out() {
    let pause = "[[change]]\nid = \"9\"\nkind = \"暂停\"\nfrom = [\"retail-licence\"]\neffective = \"2026-02-01\"\n\
        until = \"2026-03-01\"\nreason = \"试\"\ndrafted_by = \"甲\"\ndrafted_on = \"2026-01-01\"\n\
        reviewed_by = \"乙\"\nreviewed_on = \"2026-01-02\"\n";
    let file = crate::catalogue::SourceFile { path: "items/changes/9.toml".into(), text: pause.into() };
    let changes = crate::read::changes(&[file]).unwrap();
    let paused = catalogue().with_changes(changes);
    let mut sheet = county(&paused);
    import_tables(&paused, &sheet, DAY).unwrap_or_else(|faults| panic!("{faults:?}"));
    set(&mut sheet[0], 0, "task_state", "1");
    let faults = import_tables(&paused, &sheet, DAY).unwrap_err();
    assert!(faults_of(&faults, "task_state")[0].1.contains("现在是“暂停”，应当填 2"), "{faults:?}");
}

#[test]
fn halls_come_in_alone() {
    let catalogue = catalogue();
    let all = county(&catalogue);
    let windows = all.iter().find(|table| table.name == WINDOW).unwrap();
    let mut lone = read_lone_csv(&write_csv(windows)).unwrap();
    assert_eq!(&lone, windows);
    assert_eq!(import_tables(&catalogue, &[lone.clone()], DAY).unwrap().files, [], "nothing is new");

    let moved = "城中区人民路 1 号";
    for row in 0..lone.rows.len() {
        set(&mut lone, row, "transact_addr", moved);
    }
    let imported = import_tables(&catalogue, &[lone.clone()], DAY).unwrap_or_else(|f| panic!("{f:?}"));
    assert_eq!((imported.rows, imported.files.len()), (windows.rows.len(), 2));
    let retail = imported.files.iter().find(|file| file.path.ends_with("retail-licence.toml")).unwrap();
    let local: crate::LocalItem = toml::from_str(&retail.text).unwrap();
    let before = catalogue.own_local(catalogue.item("retail-licence").unwrap(), "990101").unwrap();
    assert!(local.halls.iter().all(|hall| hall.address == moved));
    assert_eq!((&local.promises, &local.consult_phone), (&before.promises, &before.consult_phone));

    for (column, value, says) in [
        ("row_guid", "5a2e3f10-1b2c-4d3e-8f90-0123456789ab", "没有哪一行"),
        ("row_guid", "", "没有填写"),
        ("window_tel", "", "没有填写"),
        ("transact_addr", "别处", "不一致"),
        ("window_hall", "<b>大厅", "网页标签"),
    ] {
        let mut wrong = lone.clone();
        set(&mut wrong, 0, column, value);
        let faults = refused(&[wrong]);
        let told = faults.iter().any(|one| one.row > 0 && one.table == WINDOW && one.says.contains(says));
        assert!(told, "{column} = {value}: {faults:?}");
    }
    let mut short = lone;
    short.columns[1] = "大厅".into();
    assert!(refused(&[short])[0].says.contains("缺少“大厅名称”"));
    let materials = all.iter().find(|table| table.name == "up_task_general_material").unwrap();
    let materials = read_lone_csv(&write_csv(materials)).unwrap();
    assert_eq!(materials.name, "up_task_general_material");
    assert!(refused(&[materials])[0].says.contains("没有“基本信息”"));
}

#[test]
fn ten_thousand_rows_with_every_tenth_wrong_are_told_row_by_row() {
    let mut tables = county(&catalogue());
    let row = tables[0].rows[0].clone();
    let column = |name: &str| tables[0].columns.iter().position(|one| one == name).unwrap();
    let (bureau, days, guid) = (column("local_bureau"), column("promise_day"), column("row_guid"));
    let code = column("task_handle_item");
    tables[0].rows = (0..10_000)
        .map(|at| {
            let mut row = row.clone();
            row[bureau] = format!("{:06}", 100_000 + at);
            row[guid] = format!("{at:032}");
            row[code].clear();
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
