//! What the tables, the register and the import promise, on every database at hand.

mod bulk;
mod check;
mod check_pages;
mod elicence;
mod ending;
mod grants;
mod import;
mod issue;
mod mine;
mod pages;
mod qr;
mod register;
mod remind;
mod script;
mod stamp;
mod status_list;
mod town;
pub(crate) mod voucher;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::{Keys, Licences, Office, Register};
use cases::grant::Granted;

pub(crate) const DAY: Date = date(2026, 11, 23);

pub(crate) fn now() -> Timestamp {
    web::clock::beijing(DAY, 9, 0)
}

pub(crate) fn keys() -> Keys {
    Keys::new([9; 32])
}

/// Who issues, with a seal of the tests' own that keeps its files in `files`.
pub(crate) fn licences_on(files: files::Files) -> Licences {
    let office = Office {
        seals: Arc::new(stamp::Stamp::new(files)),
        base_url: "http://127.0.0.1:8080".into(),
        demo: true,
    };
    Licences::new(keys(), Arc::new(Register::new()), office)
}

pub(crate) async fn licences() -> Licences {
    licences_on(files::Files::open(web::testing::temp_dir()).await.unwrap())
}

/// The two counties, with their credit codes.
pub(crate) async fn offices(db: &db::Db) {
    let app = web::testing::app_on(db.clone(), DAY).await.0.build();
    for (code, name, uscc) in [
        ("990101", "城中区烟草专卖局", "1199010109901003X0"),
        ("990102", "高新区烟草专卖局", "11990102099010048E"),
    ] {
        let bureau = identity::Bureau {
            code: code.into(),
            name: name.into(),
            short: "城中烟".into(),
            level: identity::Level::County,
            parent: None,
            division: code.into(),
            uscc: uscc.into(),
            address: String::new(),
            phone: String::new(),
            complaints: String::new(),
            review_organ: String::new(),
            court: String::new(),
            supply_company: String::new(),
        };
        let mut tx = db.begin().await.unwrap();
        identity::bureaus::add(&app, &mut tx, &bureau).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// The `n`th granted case of the county, each at premises of its own.
pub(crate) fn granted(n: u32) -> Granted {
    Granted {
        bureau: "990101".into(),
        case_id: format!("case-{n}"),
        case_number: format!("城中烟申〔2026〕第{n:05}号"),
        item_slug: "retail-licence".into(),
        business_type: "1001".into(),
        holder: "subject-1".into(),
        shop_name: format!("城中区𬭎记食杂店{n}号"),
        person_name: "欧阳小明".into(),
        person_id: "990101199003071230".into(),
        credit_code: "92990101AHFK86MM87".into(),
        company_type: "个体工商户".into(),
        eco_type: "1403".into(),
        biz_format: "2901".into(),
        area_type: "3001".into(),
        area_m2: 14,
        address: format!("城中区桥城街道解放路{n}号"),
        division: "990101".into(),
        lat: Some(304_941_542),
        lon: Some(1_150_060_889),
        scope: "卷烟本店零售、雪茄烟本店零售".into(),
        supply_company: "演示省烟草公司演示市公司（卷烟）".into(),
        issuer_name: "城中区烟草专卖局".into(),
        decided_on: DAY,
        decided_by: "o-9".into(),
        decided_by_name: "周正".into(),
        valid_years: 5,
    }
}

pub(crate) async fn issue(db: &db::Db, granted: &Granted) -> Result<cases::grant::Issued, crate::Fault> {
    issue_on(db, &licences().await, granted).await
}

/// As [`issue`], with files that go on being at hand.
pub(crate) async fn issue_on(
    db: &db::Db,
    licences: &Licences,
    granted: &Granted,
) -> Result<cases::grant::Issued, crate::Fault> {
    if identity::bureaus::read_by_code(&mut db.clone(), "990101").await?.is_none() {
        offices(db).await;
    }
    let mut tx = db.begin().await?;
    let issued = licences.issue(&mut tx, granted, now()).await?;
    tx.commit().await?;
    Ok(issued)
}
