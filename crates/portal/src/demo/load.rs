//! Loads the town into a database. Every step looks first whether it was done, so a load that was broken off goes on.

use db::{Db, Exec, Fault, params};
use web::App;

use super::town::{LICENCES, Town};

#[derive(Debug, thiserror::Error)]
pub enum DemoFault {
    #[error("这个数据库里已有真实数据（{0}），不是演示库。演示数据只能装入空库；请换一个数据文件夹（YANZHENG_DATA）或数据库。")]
    NotADemo(&'static str),
    #[error("数据库：{0}")]
    Store(#[from] Fault),
    #[error("演示数据不能装入：{0}")]
    Refused(String),
}

/// What a load has done.
#[derive(Debug, Default)]
pub struct Loaded {
    pub bureaus: usize,
    pub officers: usize,
    pub people: usize,
    pub licences: u64,
    /// The town was there already and nothing was done.
    pub was_there: bool,
}

const MARK: &str = "demo";

/// The value of the demo mark: `loading` while a load is under way, `9901` once it is done.
async fn mark(db: &Db) -> Result<Option<String>, Fault> {
    let row = db.clone().query_opt("select value from site_mark where name = $1", params![MARK]).await?;
    row.map(|row| row.text(0)).transpose()
}

async fn set_mark(db: &Db, value: &str) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    tx.execute(
        "insert into site_mark (name, value) values ($1, $2)
         on conflict (name) do update set value = excluded.value",
        params![MARK, value],
    )
    .await?;
    tx.commit().await
}

/// The demo shows one-time codes to everybody, so it must never run on people's real data.
pub async fn must_be_demo_or_empty(db: &Db) -> Result<(), DemoFault> {
    if mark(db).await?.is_some() {
        return Ok(());
    }
    let tables = [
        ("select count(*) from account", "账户"),
        ("select count(*) from bureau", "机关"),
        ("select count(*) from licence -- all bureaus: is the database empty", "许可证"),
        ("select count(*) from license_case -- all bureaus: is the database empty", "办件"),
    ];
    for (sql, what) in tables {
        if db.clone().query_one(sql, params![]).await?.int(0)? > 0 {
            return Err(DemoFault::NotADemo(what));
        }
    }
    Ok(())
}
