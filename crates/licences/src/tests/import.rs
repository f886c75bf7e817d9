use std::collections::HashMap;
use std::io::Cursor;

use db::{Db, counter, history};

use super::{DAY, granted, issue, keys, now};
use crate::import::{Bureau, Import, Report, import_csv};
use crate::register::{Register, load};
use crate::status::Standing;
use crate::{Fault, store};

const HEAD: &str = "licence_no,name,person,company_type,eco_type,biz_format_code,biz_format,uscc,address,area_type,\
                    area_m2,unit_id,scope,valid_from,valid_to,status,authority,edge_id,offset_m,access_m,x_m,y_m,lon,lat";

fn row(serial: u32) -> String {
    format!(
        "9901011{serial:05},城中区桥城云凯食杂店{serial},顾云凯,个体工商户,1403,2901,食杂店,,\
         城中区桥城街道解放路{serial}号,城镇,14,U001,卷烟本店零售、雪茄烟本店零售,2022-02-18,2027-02-17,正常营业,\
         城中区烟草专卖局,258,60.46,8.83,584.03,-650.76,115.0060889,30.4941542"
    )
}

fn setup() -> Import {
    let bureau = Bureau {
        code: "990101".into(),
        name: "城中区烟草专卖局".into(),
        supply_company: "演示省烟草公司演示市公司（卷烟）".into(),
    };
    Import {
        bureaus: HashMap::from([("990101".to_string(), bureau)]),
        keys: keys(),
        item_slug: "retail-licence".into(),
        now: now(),
        actor: ("system".into(), "系统导入".into()),
    }
}

async fn import(db: &Db, rows: &[String]) -> Result<Report, Fault> {
    let file = format!("{HEAD}\n{}\n", rows.join("\n"));
    import_csv(db, Cursor::new(file.into_bytes()), &setup()).await
}

async fn in_table(db: &Db) -> i64 {
    let counts = store::count_by_state(&mut db.clone(), "990101").await.unwrap();
    counts.iter().map(|(_, count)| count).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_file_is_taken_over_and_the_next_number_follows_it() {
    db::on_each_database!(async |db: Db| {
        let rows: Vec<String> = [1, 2, 4500, 3].map(row).into();
        let report = import(&db, &rows).await.unwrap();
        assert_eq!((report.rows, report.imported, report.faults_in_all), (4, 4, 0), "{report}");
        assert_eq!(report.counters["lic:990101:1"], 4500);
        assert_eq!(report.warnings_in_all, 4, "the missing credit codes");
        assert_eq!(issue(&db, &granted(9000)).await.unwrap().number, "990101104501");

        let register = Register::new();
        load(&register, &db, &web::FixedClock::on(DAY)).await.unwrap();
        assert_eq!(register.len(), 5);
        let public = register.number("990101104500", now()).found.unwrap();
        assert_eq!((public.person.as_str(), public.standing(DAY)), ("顾**", Standing::InForce));
        let chain = history::read(&mut db.clone(), "990101", "licence-import", &report.digest).await.unwrap();
        assert_eq!(chain.len(), 1);
    });
}

/// On PostgreSQL both run at once; on SQLite one waits or is told that the database is busy.
#[tokio::test(flavor = "multi_thread")]
async fn issuing_during_an_import_neither_deadlocks_nor_repeats_a_number() {
    db::on_each_database!(async |db: Db| {
        let rows: Vec<String> = (1..=3000).map(row).collect();
        let importing = import(&db, &rows);
        let issuing = async {
            let mut issued = Vec::new();
            for n in 5000..5010 {
                loop {
                    match issue(&db, &granted(n)).await {
                        Ok(licence) => break issued.push(licence.number),
                        Err(Fault::Store(fault)) if fault.may_retry() => {}
                        Err(fault) => panic!("{fault}"),
                    }
                }
            }
            issued
        };
        let (report, issued) = tokio::join!(importing, issuing);
        // Numbers issued before the import took its turn are in its file too: then it is refused, and says which.
        match report {
            Ok(report) if report.is_clean() => {
                assert_eq!(in_table(&db).await, 3010);
                assert_eq!(issued[0], "990101103001");
            }
            Ok(report) => assert!(report.faults[0].says.contains("已在库中"), "{report}"),
            Err(Fault::Store(fault)) => assert!(fault.may_retry(), "{fault}"),
            Err(fault) => panic!("{fault}"),
        }
        let different: std::collections::HashSet<&String> = issued.iter().collect();
        assert_eq!(different.len(), 10);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_faulty_row_leaves_nothing_behind() {
    db::on_each_database!(async |db: Db| {
        let mut rows: Vec<String> = (1..=3000).map(row).collect();
        rows[2500] = row(2501).replace("2027-02-17", "2027-02-30");
        rows.push(row(7));
        let report = import(&db, &rows).await.unwrap();
        assert_eq!((report.rows, report.imported, report.faults_in_all), (3001, 0, 2), "{report}");
        assert_eq!((report.faults[0].row, report.faults[0].column.as_str()), (2502, "valid_to"));
        assert_eq!(report.faults[1].row, 3002);
        assert!(report.faults[1].says.contains("出现了两次"));
        assert_eq!(in_table(&db).await, 0);
        assert_eq!(counter::peek(&mut db.clone(), "990101", "lic:990101:1").await.unwrap(), 0);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_there_already_is_reported_with_its_row() {
    db::on_each_database!(async |db: Db| {
        import(&db, &[row(1), row(2)]).await.unwrap();
        let report = import(&db, &[row(3), row(2)]).await.unwrap();
        assert_eq!((report.imported, report.faults_in_all, report.faults[0].row), (0, 1, 3), "{report}");
        assert!(report.faults[0].says.contains("已在库中"));
        assert_eq!(in_table(&db).await, 2);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_row_is_named_at_once() {
    db::on_each_database!(async |db: Db| {
        let faulty = [
            (row(1).replace("990101100001", "99010110000"), "licence_no"),
            (row(1).replace("990101100001", "990102100001"), "licence_no"),
            (row(1).replace("990101100001", "990101200001"), "licence_no"),
            (row(1).replace(",1403,", ",1499,"), "eco_type"),
            (row(1).replace(",2901,", ",9,"), "biz_format_code"),
            (row(1).replace(",城镇,", ",城郊,"), "area_type"),
            (row(1).replace(",14,U001", ",十四,U001"), "area_m2"),
            (row(1).replace(",顾云凯,", ",,"), "person"),
            (row(1).replace("正常营业", "营业"), "status"),
            (row(1).replace("2027-02-17", "2027-02-19"), "valid_to"),
            (row(1).replace("2027-02-17", "2021-02-17"), "valid_to"),
            (row(1).replace("2022-02-18", "2022-2-30"), "valid_from"),
            (row(1).replace("115.0060889", "30.4"), "lon"),
            (row(1).replace("食杂店,,", "食杂店,92990101AHFK86MM8,"), "uscc"),
        ];
        for (line, column) in faulty {
            let report = import(&db, std::slice::from_ref(&line)).await.unwrap();
            let columns: Vec<&str> = report.faults.iter().map(|fault| fault.column.as_str()).collect();
            assert_eq!(columns, [column], "{line}\n{report}");
        }
        let two = row(1).replace(",1403,", ",1499,").replace("正常营业", "营业");
        assert_eq!(import(&db, &[two]).await.unwrap().faults_in_all, 2);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_check_digit_of_a_credit_code_is_only_a_warning() {
    db::on_each_database!(async |db: Db| {
        let line = row(1).replace("食杂店,,", "食杂店,91350211M0000XUF46,");
        let report = import(&db, &[line]).await.unwrap();
        assert_eq!((report.imported, report.warnings_in_all), (1, 1), "{report}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_list_of_licences_is_said_so() {
    db::on_each_database!(async |db: Db| {
        let file = |bytes: &[u8]| import_csv_of(&db, bytes.to_vec());
        let report = file(b"a,b\n1,2\n").await;
        assert!(report.faults[0].says.contains("缺少这些列"), "{report}");
        assert_eq!(file(b"").await.faults_in_all, 1);
        let mut gbk = format!("{HEAD}\n").into_bytes();
        gbk.extend(b"990101100001,\xb3\xc7\xd6\xd0\n");
        assert!(file(&gbk).await.faults[0].says.contains("UTF-8"));
        // A byte order mark and columns in another order do no harm.
        let columns: Vec<&str> = HEAD.split(',').collect();
        let line = row(1);
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let backwards = |cells: &[&str]| cells.iter().rev().copied().collect::<Vec<_>>().join(",");
        let file = format!("\u{feff}{}\n{}\n", backwards(&columns), backwards(&cells));
        let report = import_csv_of(&db, file.into_bytes()).await;
        assert_eq!(report.imported, 1, "{report}");
    });
}

async fn import_csv_of(db: &Db, bytes: Vec<u8>) -> Report {
    import_csv(db, Cursor::new(bytes), &setup()).await.unwrap()
}

/// The demo town's own list, as it is shipped.
#[tokio::test(flavor = "multi_thread")]
async fn the_licences_of_the_demo_town_are_taken_over_whole() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/licences.csv");
    db::on_each_database!(async |db: Db| {
        let file = std::fs::File::open(path).expect("the demo town's licences");
        let mut setup = setup();
        for (division, name) in [
            ("990101", "城中区烟草专卖局"),
            ("990102", "高新区烟草专卖局"),
            ("990121", "南河县烟草专卖局"),
            ("990122", "北山县烟草专卖局"),
            ("990181", "东港市烟草专卖局"),
        ] {
            let bureau = Bureau { code: division.into(), name: name.into(), supply_company: String::new() };
            setup.bureaus.insert(division.into(), bureau);
        }
        let report = import_csv(&db, file, &setup).await.unwrap();
        assert_eq!((report.imported, report.faults_in_all, report.warnings_in_all), (5240, 0, 0), "{report}");
        let register = Register::new();
        load(&register, &db, &web::FixedClock::on(DAY)).await.unwrap();
        assert_eq!(register.len(), 5240);
        assert!(register.name("桥城", now()).found.more);
    });
}
