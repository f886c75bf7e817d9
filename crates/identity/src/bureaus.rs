//! The tree of bureaus: 国家局, 省级局, 地市级局, 县级局.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use db::{Exec, params};
use web::App;

use crate::Identity;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Nation,
    Province,
    Prefecture,
    County,
}

impl Level {
    pub fn number(self) -> i64 {
        self as i64 + 1
    }
    pub fn from_number(number: i64) -> Option<Level> {
        [Level::Nation, Level::Province, Level::Prefecture, Level::County]
            .into_iter()
            .find(|level| level.number() == number)
    }
}

/// A bureau and what its letters say of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Bureau {
    pub code: String,
    pub name: String,
    /// The word in document numbers: 城中.
    pub short: String,
    pub level: Level,
    pub parent: Option<String>,
    pub division: String,
    pub uscc: String,
    pub address: String,
    pub phone: String,
    /// Where to complain.
    pub complaints: String,
    /// 行政复议机关
    pub review_organ: String,
    /// 有管辖权的法院
    pub court: String,
    /// 供货单位
    pub supply_company: String,
}

const COLUMNS_BY_CODE: &str = "select code, name, short, level, parent, division, uscc, address, phone, complaints, \
     review_organ, court, supply_company from bureau where code = $1";

/// Bureaus change a few times a year; requests ask for them all the time.
#[derive(Default)]
pub(crate) struct Cache(RwLock<HashMap<String, Arc<Bureau>>>);

/// The bureau with this code. Kept in memory once read; [`add`] forgets.
pub async fn by_code(app: &App, db: &mut impl Exec, code: &str) -> Result<Option<Arc<Bureau>>, db::Fault> {
    let part = app.try_part::<Identity>();
    if let Some(found) = part.as_ref().and_then(|part| part.bureaus.0.read().ok()?.get(code).cloned()) {
        return Ok(Some(found));
    }
    let Some(row) = db.query_opt(COLUMNS_BY_CODE, params![code]).await? else { return Ok(None) };
    let bureau = Arc::new(read(&row)?);
    if let Some(part) = part {
        part.bureaus.0.write().expect("nothing panics inside").insert(code.to_string(), bureau.clone());
    }
    Ok(Some(bureau))
}

/// The bureau with this code, read anew: for a transaction, where what is kept in memory may be older.
pub async fn read_by_code(on: &mut impl Exec, code: &str) -> Result<Option<Bureau>, db::Fault> {
    let row = on.query_opt(COLUMNS_BY_CODE, params![code]).await?;
    row.as_ref().map(read).transpose()
}

/// All bureaus, from the top of the tree, by code.
pub async fn all(db: &mut impl Exec) -> Result<Vec<Bureau>, db::Fault> {
    let rows = db
        .query(
            "select code, name, short, level, parent, division, uscc, address, phone, complaints, review_organ, court,
                    supply_company
               from bureau order by level, code",
            params![],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Codes of the bureau itself and of all below it.
pub async fn below(db: &mut impl Exec, code: &str) -> Result<Vec<String>, db::Fault> {
    let rows = db
        .query("select descendant from bureau_path where ancestor = $1 order by descendant", params![code])
        .await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Adds a bureau, or writes its particulars anew. Parents first: its place in the tree is set only when it is new.
pub async fn add(app: &App, tx: &mut db::Tx, bureau: &Bureau) -> Result<(), db::Fault> {
    tx.execute(
        "insert into bureau (code, name, short, level, parent, division, uscc, address, phone, complaints,
                             review_organ, court, supply_company)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (code) do update
         set name = excluded.name, short = excluded.short, uscc = excluded.uscc, address = excluded.address,
             phone = excluded.phone, complaints = excluded.complaints, review_organ = excluded.review_organ,
             court = excluded.court, supply_company = excluded.supply_company",
        params![
            &bureau.code,
            &bureau.name,
            &bureau.short,
            bureau.level.number(),
            &bureau.parent,
            &bureau.division,
            &bureau.uscc,
            &bureau.address,
            &bureau.phone,
            &bureau.complaints,
            &bureau.review_organ,
            &bureau.court,
            &bureau.supply_company
        ],
    )
    .await?;
    tx.execute(
        "insert into bureau_path (ancestor, descendant, distance) values ($1, $1, 0)
         on conflict (ancestor, descendant) do nothing",
        params![&bureau.code],
    )
    .await?;
    if let Some(parent) = &bureau.parent {
        let above = tx
            .query("select ancestor, distance from bureau_path where descendant = $1", params![parent])
            .await?;
        for row in above {
            tx.execute(
                "insert into bureau_path (ancestor, descendant, distance) values ($1, $2, $3)
                 on conflict (ancestor, descendant) do nothing",
                params![row.text(0)?, &bureau.code, row.int(1)? + 1],
            )
            .await?;
        }
    }
    if let Some(part) = app.try_part::<Identity>() {
        part.bureaus.0.write().expect("nothing panics inside").remove(&bureau.code);
    }
    Ok(())
}

fn read(row: &db::Row) -> Result<Bureau, db::Fault> {
    let level = row.int(3)?;
    Ok(Bureau {
        code: row.text(0)?,
        name: row.text(1)?,
        short: row.text(2)?,
        level: Level::from_number(level).ok_or_else(|| db::Fault::Shape(format!("bureau level {level}")))?,
        parent: row.opt_text(4)?,
        division: row.text(5)?,
        uscc: row.text(6)?,
        address: row.text(7)?,
        phone: row.text(8)?,
        complaints: row.text(9)?,
        review_organ: row.text(10)?,
        court: row.text(11)?,
        supply_company: row.text(12)?,
    })
}
