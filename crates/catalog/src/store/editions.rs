//! Every query on the `local_version` table: the texts of bureaus that were ever in force here.

use std::collections::{BTreeMap, BTreeSet};

use db::{Db, Exec, Statement, params};
use jiff::civil::Date;

use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::item::Item;
use crate::local::LocalItem;

/// A bureau's text that was in force, by its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub digest: String,
    /// Name of the file it came from: the item's, its main item's, or `common`.
    pub item: String,
    pub effective: Date,
    /// The file's text.
    pub body: String,
}

/// Keeps what bureaus say now, once each.
///
/// # Errors
/// What the database says.
pub async fn record_local(db: &Db, catalogue: &Catalogue) -> Result<(), Fault> {
    let rows = db
        .clone()
        .query(
            "select bureau, digest from local_version
              order by bureau, digest -- all bureaus: every node holds the whole catalogue in memory",
            params![],
        )
        .await?;
    let mut known = BTreeSet::new();
    for row in &rows {
        known.insert((row.text(0)?, row.text(1)?));
    }
    let locals = catalogue.items().iter().flat_map(|item| catalogue.locals(item));
    let by_file: BTreeMap<&str, &LocalItem> = locals.map(|local| (local.file.as_str(), local)).collect();
    let mut new = Vec::new();
    for (path, local) in by_file {
        if known.contains(&(local.bureau.clone(), local.digest.clone())) {
            continue;
        }
        let (Some(file), Some(item)) = (catalogue.file(path), path.rsplit('/').next()) else { continue };
        new.push(Statement::new(
            "insert into local_version (bureau, digest, item, effective, body) values ($1, $2, $3, $4, $5)
             on conflict do nothing",
            params![
                &local.bureau,
                &local.digest,
                item.trim_end_matches(".toml"),
                local.effective,
                &file.text
            ],
        ));
    }
    if !new.is_empty() {
        db.begin().await?.commit_with(new).await?;
    }
    Ok(())
}

/// What a bureau ever said, the latest day first.
pub async fn of_bureau(on: &mut impl Exec, bureau: &str) -> Result<Vec<Kept>, Fault> {
    let rows = on
        .query(
            "select digest, item, effective, body from local_version
              where bureau = $1 order by effective desc, digest",
            params![bureau],
        )
        .await?;
    rows.iter().map(kept_from).collect()
}

/// What a bureau said on an item in the text of that digest, whether it says so still or did so before. `None` when no such
/// text is kept, or when this program reads such texts no more.
pub async fn local(
    on: &mut impl Exec,
    catalogue: &Catalogue,
    (item, bureau): (&Item, &str),
    digest: &str,
) -> Result<Option<LocalItem>, Fault> {
    if let Some(now) = catalogue.own_local(item, bureau).filter(|local| local.digest == digest) {
        return Ok(Some(now.clone()));
    }
    let row = on
        .query_opt(
            "select digest, item, effective, body from local_version where bureau = $1 and digest = $2",
            params![bureau, digest],
        )
        .await?;
    Ok(row.as_ref().map(kept_from).transpose()?.as_ref().and_then(Kept::read))
}

fn kept_from(row: &db::Row) -> Result<Kept, Fault> {
    Ok(Kept { digest: row.text(0)?, item: row.text(1)?, effective: row.date(2)?, body: row.text(3)? })
}

impl Kept {
    /// As the catalogue read it then; nothing where this program reads such texts no more.
    pub fn read(&self) -> Option<LocalItem> {
        let local: LocalItem = toml::from_str(&self.body).ok()?;
        Some(LocalItem { digest: self.digest.clone(), ..local })
    }
}
