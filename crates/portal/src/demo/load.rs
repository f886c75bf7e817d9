//! Loads the town into a database. Every step looks first whether it was done, so a load that was broken off goes on.

use std::collections::HashMap;

use db::{Db, Exec, Fault, params};
use identity::{Kind, Level, NewAccount, NewOfficer, Post, accounts, bureaus, mandates, officers, passwords};
use jiff::civil::Date;
use licences::Keys;
use licences::import::{Bureau, Import, import_csv};
use web::App;

use super::town::{self, LICENCES, PersonKind, Town};
use super::{applicants, cases as stories, disclosure, readers, renewed, seals as stamps};

#[derive(Debug, thiserror::Error)]
pub enum DemoFault {
    #[error(
        "这个数据库里已有真实数据（{0}），不是演示库。演示数据只能装入空库；请换一个数据文件夹（YANZHENG_DATA）或数据库。"
    )]
    NotADemo(&'static str),
    #[error(
        "上次装入演示数据时中断，办件只装了一部分，不能接着装。请换一个空的数据文件夹（YANZHENG_DATA）或数据库重新装入。"
    )]
    BrokenOff,
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
    pub seals: usize,
    pub licences: u64,
    pub cases: usize,
    pub articles: usize,
    /// The town was there already and nothing was done.
    pub was_there: bool,
}

const MARK: &str = "demo";

/// The value of the demo mark, if there is one.
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

async fn any_case(db: &Db) -> Result<bool, Fault> {
    let sql = "select count(*) from case_file -- all bureaus: has a story begun";
    Ok(db.clone().query_one(sql, params![]).await?.int(0)? > 0)
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
        ("select count(*) from case_file -- all bureaus: is the database empty", "办件"),
    ];
    for (sql, what) in tables {
        if db.clone().query_one(sql, params![]).await?.int(0)? > 0 {
            return Err(DemoFault::NotADemo(what));
        }
    }
    Ok(())
}

/// Fills the town into an empty database or a demo. With `if_empty` a town that is there already is left alone.
pub async fn load(app: &App, clock: &web::FixedClock, if_empty: bool) -> Result<Loaded, DemoFault> {
    must_be_demo_or_empty(&app.db).await?;
    let mark = mark(&app.db).await?;
    if if_empty && mark.as_deref() == Some(TOWN) {
        return Ok(Loaded { was_there: true, ..Loaded::default() });
    }
    if mark.as_deref() == Some(LOADING) && any_case(&app.db).await? {
        return Err(DemoFault::BrokenOff);
    }
    set_mark(&app.db, LOADING).await?;
    let town = Town::embedded();
    // One hash for all: argon2 is slow on purpose, and the password is printed anyway.
    let phc = passwords::hash(super::PASSWORD).await.map_err(refused)?;
    let loaded = Loaded {
        bureaus: bureaus(app, &town).await?,
        officers: officers(app, &town, &phc).await?,
        people: people(app, &town, &phc).await?,
        seals: stamps::load(app, &town).await?,
        licences: licences(app, &town).await?,
        cases: 0,
        articles: 0,
        was_there: false,
    };
    mandates(app, &town).await?;
    let loaded = Loaded { articles: disclosure::load(app, clock, &town).await?, ..loaded };
    readers::load(app).await?;
    let loaded = Loaded { cases: past_cases(app, clock, &town, &phc).await?, ..loaded };
    set_mark(&app.db, TOWN).await?;
    Ok(loaded)
}

/// Only the offices, their officers and the people, without licences and cases: where stories by the front door begin.
pub async fn settle(app: &App) -> Result<(), DemoFault> {
    let town = Town::embedded();
    let phc = passwords::hash(super::PASSWORD).await.map_err(refused)?;
    bureaus(app, &town).await?;
    officers(app, &town, &phc).await?;
    people(app, &town, &phc).await?;
    stamps::load(app, &town).await?;
    mandates(app, &town).await
}

/// The mark of a loaded town, and of one whose loading is under way or was broken off.
const TOWN: &str = "9901";
const LOADING: &str = "loading";

/// All officers hold their posts from here on, so that cases of the past year have somebody who handled them.
pub(super) const POSTS_SINCE: Date = jiff::civil::date(2024, 1, 1);

/// `{:#}` brings the causes of an `anyhow` error along, and nothing of the program's inside.
pub(super) fn refused(fault: impl std::fmt::Display) -> DemoFault {
    DemoFault::Refused(format!("{fault:#}"))
}

async fn bureaus(app: &App, town: &Town) -> Result<usize, DemoFault> {
    let mut tx = app.db.begin().await?;
    for bureau in &town.bureaus {
        bureaus::add(app, &mut tx, &in_identity(bureau)?).await?;
    }
    tx.commit().await?;
    Ok(town.bureaus.len())
}

fn in_identity(bureau: &town::Bureau) -> Result<identity::Bureau, DemoFault> {
    let level = Level::from_number(i64::from(bureau.level))
        .ok_or_else(|| DemoFault::Refused(format!("{} 的层级 {} 不对", bureau.name, bureau.level)))?;
    Ok(identity::Bureau {
        code: bureau.code.clone(),
        name: bureau.name.clone(),
        short: bureau.short.clone(),
        level,
        parent: bureau.parent.clone(),
        division: bureau.division.clone(),
        uscc: bureau.uscc.clone(),
        address: bureau.address.clone(),
        phone: bureau.phone.clone(),
        complaints: bureau.complaints.clone(),
        review_organ: bureau.review_organ.clone(),
        court: bureau.court.clone(),
        supply_company: bureau.supply_company.clone(),
    })
}

/// Whose login name this is, if the account is there.
async fn subject(app: &App, login: &str) -> Result<Option<String>, DemoFault> {
    accounts::by_name(app, &mut app.db.clone(), "login", login).await.map_err(refused)
}

async fn officers(app: &App, town: &Town, phc: &str) -> Result<usize, DemoFault> {
    let mut added = 0;
    for officer in &town.officers {
        if subject(app, &officer.login).await?.is_some() {
            continue;
        }
        let posts = officer.posts.iter().map(|code| Post::from_code(code).ok_or_else(|| refused(code)));
        let new = NewOfficer {
            bureau: officer.bureau.clone(),
            login: officer.login.clone(),
            name: officer.name.clone(),
            badge: officer.badge.clone(),
            posts: posts.collect::<Result<_, _>>()?,
        };
        let mut tx = app.db.begin().await?;
        officers::add(app, &mut tx, &new, POSTS_SINCE, phc).await.map_err(refused)?;
        tx.commit().await?;
        added += 1;
    }
    Ok(added)
}

async fn people(app: &App, town: &Town, phc: &str) -> Result<usize, DemoFault> {
    let mut added = 0;
    for person in &town.people {
        if subject(app, &person.login).await?.is_some() {
            continue;
        }
        let new = NewAccount {
            kind: match person.kind {
                PersonKind::Natural => Kind::Natural,
                PersonKind::Legal => Kind::Legal,
                PersonKind::Agent => Kind::Agent,
            },
            name: person.name.clone(),
            representative: person.representative.clone().unwrap_or_default(),
            id_number: person.id_number.clone(),
            phone: person.phone.clone(),
            credit_code: person.credit_code.clone().unwrap_or_default(),
            address: person.address.clone(),
            login: Some(person.login.clone()),
            bureau: None,
        };
        let mut tx = app.db.begin().await?;
        accounts::add(app, &mut tx, &new, phc).await.map_err(refused)?;
        tx.commit().await?;
        added += 1;
    }
    Ok(added)
}

async fn mandates(app: &App, town: &Town) -> Result<(), DemoFault> {
    for mandate in &town.mandates {
        let missing = || refused(format!("{} → {}", mandate.agent, mandate.principal));
        let agent = subject(app, &mandate.agent).await?.ok_or_else(missing)?;
        let principal = subject(app, &mandate.principal).await?.ok_or_else(missing)?;
        let held = mandates::held_by(&mut app.db.clone(), &agent).await.map_err(refused)?;
        if held.iter().any(|held| held.other == principal) {
            continue;
        }
        let name =
            |login: &str| town.people.iter().find(|p| p.login == login).map_or("", |p| p.name.as_str());
        let asked = mandates::Asked {
            agent: (&agent, name(&mandate.agent)),
            principal: (&principal, name(&mandate.principal)),
            scope: &mandate.scope,
            from: mandate.from,
            to: mandate.to,
            paper: None,
        };
        let mut tx = app.db.begin().await?;
        mandates::add_confirmed(app, &mut tx, &asked).await.map_err(refused)?;
        tx.commit().await?;
    }
    Ok(())
}

async fn licences(app: &App, town: &Town) -> Result<u64, DemoFault> {
    if !licences::store::heads(&mut app.db.clone()).await?.is_empty() {
        return Ok(0);
    }
    let offices = town.bureaus.iter().map(|bureau| (bureau.code.as_str(), bureau));
    let setup =
        import_setup(app, offices.map(|(code, bureau)| (code.to_owned(), of_issuer(bureau))).collect());
    let csv = renewed::on(LICENCES, app.today()).map_err(refused)?;
    let report = import_csv(&app.db, std::io::Cursor::new(csv), &setup).await.map_err(refused)?;
    if !report.is_clean() {
        return Err(DemoFault::Refused(report.to_string()));
    }
    Ok(report.imported)
}

fn of_issuer(bureau: &town::Bureau) -> Bureau {
    Bureau {
        code: bureau.code.clone(),
        name: bureau.name.clone(),
        supply_company: bureau.supply_company.clone(),
    }
}

/// The sixty cases; a load that broke off among them can't go on, because half a story can't be told again.
async fn past_cases(app: &App, clock: &web::FixedClock, town: &Town, phc: &str) -> Result<usize, DemoFault> {
    let counties: Vec<&town::Bureau> = town.bureaus.iter().filter(|bureau| bureau.level == 4).collect();
    for county in &counties {
        let there = cases::store::count_by_stage(&mut app.db.clone(), &county.code).await?;
        if !there.is_empty() {
            return Ok(0);
        }
    }
    let named: Vec<_> = counties
        .iter()
        .map(|bureau| applicants::County {
            code: &bureau.code,
            name: bureau.name.trim_end_matches("烟草专卖局"),
        })
        .collect();
    let people = applicants::create(app, town, &named, phc).await.map_err(refused)?;
    let codes: Vec<String> = counties.iter().map(|bureau| bureau.code.clone()).collect();
    stories::load(app, clock, people, &codes).await.map_err(refused)
}

/// What an import by the system itself needs to know; `bureaus` by the division that begins their numbers.
pub fn import_setup(app: &App, bureaus: HashMap<String, Bureau>) -> Import {
    Import {
        bureaus,
        keys: (*app.part::<Keys>()).clone(),
        item_slug: "retail-licence".into(),
        now: app.now(),
        actor: ("system".into(), "系统导入".into()),
    }
}

impl std::fmt::Display for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.was_there {
            return write!(f, "演示城市 9901 已在库中，未作改动。");
        }
        let Loaded { bureaus, officers, people, seals, licences, cases, articles, .. } = self;
        writeln!(
            f,
            "已装入演示城市 9901：{bureaus} 个机关，新增 {officers} 名工作人员、{people} 个申请人账号、{seals} 枚电子印章、{licences} 张许可证、{cases} 件办件、{articles} 条公开信息。"
        )?;
        write!(f, "{}", super::accounts())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assemble::assemble_at;
    use crate::settings::Settings;

    #[tokio::test]
    async fn the_town_is_loaded_once_and_a_second_load_adds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::default();
        settings.storage.data = folder.path().to_owned();
        settings.server.demo = true;
        let clock = std::sync::Arc::new(web::FixedClock::on(jiff::civil::date(2026, 11, 23)));
        let app = assemble_at(&settings, clock.clone()).await.unwrap().app;
        let first = load(&app, &clock, false).await.unwrap();
        assert_eq!((first.bureaus, first.officers, first.people, first.licences), (8, 62, 13, 5240));
        let again = load(&app, &clock, false).await.unwrap();
        assert_eq!((first.seals, first.articles), (18, 26));
        assert_eq!(
            (again.officers, again.people, again.seals, again.licences, again.articles),
            (0, 0, 0, 0, 0)
        );
        assert!(load(&app, &clock, true).await.unwrap().was_there);
        let counties = bureaus::below(&mut app.db.clone(), "990100").await.unwrap();
        assert_eq!(counties.len(), 6, "the prefecture and its five counties");
    }

    #[tokio::test]
    async fn real_data_is_never_mixed_with_the_town() {
        let db = Db::temp().await.unwrap();
        db::migrate(&db, &crate::migrations::all()).await.unwrap();
        must_be_demo_or_empty(&db).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let insert =
            "insert into bureau (code, name, short, level, division, uscc, address, phone, complaints,
                                          review_organ, court, supply_company)
                      values ('110101', '某局', '某', 4, '110101', '', '', '', '', '', '', '')";
        tx.execute(insert, params![]).await.unwrap();
        tx.commit().await.unwrap();
        let fault = must_be_demo_or_empty(&db).await.unwrap_err();
        assert!(matches!(fault, DemoFault::NotADemo("机关")), "{fault}");
    }
}
