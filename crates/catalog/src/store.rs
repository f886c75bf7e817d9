//! Every query on the `item_version` table; other tables have files of their own.

pub mod changes;
pub mod editions;
pub mod followers;
pub mod readers;
pub mod texts;

use std::collections::BTreeSet;
use std::sync::Arc;

use db::{Exec, params};

use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::item::Item;

/// A text or a change of a list that somebody has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub bureau: String,
    pub what: &'static str,
    pub why: String,
    /// Identifiers of all who wrote it.
    pub hands: Vec<String>,
    /// Sent back by the reviewer.
    pub returned: bool,
    /// Where it is looked at.
    pub href: String,
}

/// What waits for editors and reviewers anywhere: texts that were handed in or sent back, then changes, the earliest day first.
///
/// # Errors
/// What the database says.
pub async fn waiting(on: &mut impl Exec) -> Result<Vec<Waiting>, Fault> {
    let mut all = texts::waiting(on).await?;
    all.extend(changes::waiting(on).await?);
    Ok(all)
}

/// Keeps the editions compiled into the program, once each. Run at every start.
///
/// # Errors
/// [`Fault::EditionChanged`] when an edition is already kept with other contents: cases were filed under it, so changed
/// data must carry a new `version`.
pub async fn record_current(on: &mut impl Exec, catalogue: &Catalogue) -> Result<(), Fault> {
    for item in catalogue.items() {
        match digest(on, &item.slug, &item.version).await? {
            Some(kept) if kept == item.digest => {}
            Some(_) => {
                return Err(Fault::EditionChanged { slug: item.slug.clone(), version: item.version.clone() });
            }
            None => keep(on, item).await?,
        }
    }
    Ok(())
}

/// The edition of an item under which a case was filed; `None` when this site never published it.
pub async fn version(on: &mut impl Exec, slug: &str, version: &str) -> Result<Option<Arc<Item>>, Fault> {
    let row = on
        .query_opt("select body from item_version where slug = $1 and version = $2", params![slug, version])
        .await?;
    row.map(|row| read(&row.text(0)?)).transpose()
}

/// As [`version`], without asking the database for the current edition or one already read.
pub async fn edition(
    on: &mut impl Exec,
    catalogue: &Catalogue,
    slug: &str,
    version: &str,
) -> Result<Option<Arc<Item>>, Fault> {
    if let Some(known) = catalogue.known_edition(slug, version) {
        return Ok(Some(known));
    }
    let read = self::version(on, slug, version).await?;
    if let Some(item) = &read {
        catalogue.remember(item.clone());
    }
    Ok(read)
}

/// The editions of an item ever published: version, effective day, digest; oldest first.
pub async fn editions(on: &mut impl Exec, slug: &str) -> Result<Vec<(String, String, String)>, Fault> {
    let rows = on
        .query(
            "select version, effective, digest from item_version where slug = $1 order by effective, version",
            params![slug],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?, row.text(2)?))).collect()
}

/// Every version of every item that was ever in force here.
pub async fn versions_known(on: &mut impl Exec) -> Result<BTreeSet<(String, String)>, Fault> {
    let rows = on.query("select slug, version from item_version order by slug, version", params![]).await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
}

async fn digest(on: &mut impl Exec, slug: &str, version: &str) -> Result<Option<String>, Fault> {
    let row = on
        .query_opt("select digest from item_version where slug = $1 and version = $2", params![slug, version])
        .await?;
    Ok(row.map(|row| row.text(0)).transpose()?)
}

// Two nodes may start at once: the second finds the row of the first, which has the same contents.
async fn keep(on: &mut impl Exec, item: &Item) -> Result<(), Fault> {
    let body = serde_json::to_string(item).map_err(|fault| Fault::Body(fault.to_string()))?;
    on.execute(
        "insert into item_version (slug, version, digest, effective, body) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        params![&item.slug, &item.version, &item.digest, item.effective, body],
    )
    .await?;
    Ok(())
}

fn read(body: &str) -> Result<Arc<Item>, Fault> {
    serde_json::from_str(body).map(Arc::new).map_err(|fault| Fault::Body(fault.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_case_finds_the_edition_it_was_filed_under() {
        let catalogue = Catalogue::embedded().unwrap();
        let item = catalogue.item("retail-licence").unwrap();
        for (name, db) in db::testing::databases().await {
            let mut on = db.clone();
            record_current(&mut on, &catalogue).await.unwrap();
            record_current(&mut on, &catalogue).await.unwrap();
            let kept = version(&mut on, "retail-licence", &item.version).await.unwrap().unwrap();
            assert_eq!(&kept, item, "on {name}");
            assert_eq!(editions(&mut on, "retail-licence").await.unwrap().len(), 1, "on {name}");
            assert!(version(&mut on, "retail-licence", "1999.1").await.unwrap().is_none());
        }
    }

    #[tokio::test]
    async fn changed_data_needs_a_new_version() {
        let catalogue = Catalogue::embedded().unwrap();
        let mut files = catalogue.files().to_vec();
        let faq = files.iter_mut().find(|file| file.path.ends_with("faq.toml")).unwrap();
        faq.text.push_str("\n# touched\n");
        let touched = Catalogue::of_files(files).unwrap();
        let mut on = db::Db::temp().await.unwrap();
        let migrations = db::migrations_in(std::path::Path::new("../../migrations")).unwrap();
        db::migrate(&on, &migrations).await.unwrap();
        record_current(&mut on, &catalogue).await.unwrap();
        let refused = record_current(&mut on, &touched).await.unwrap_err();
        assert!(matches!(refused, Fault::EditionChanged { .. }), "{refused}");
    }

    #[tokio::test]
    async fn an_old_edition_is_read_once() {
        let catalogue = Catalogue::embedded().unwrap();
        let mut old = (**catalogue.item("retail-licence").unwrap()).clone();
        old.version = "2025.4".to_owned();
        let mut on = db::Db::temp().await.unwrap();
        let migrations = db::migrations_in(std::path::Path::new("../../migrations")).unwrap();
        db::migrate(&on, &migrations).await.unwrap();
        keep(&mut on, &old).await.unwrap();
        let first = edition(&mut on, &catalogue, "retail-licence", "2025.4").await.unwrap().unwrap();
        assert_eq!(*first, old);
        let again = catalogue.known_edition("retail-licence", "2025.4").unwrap();
        assert!(Arc::ptr_eq(&first, &again));
    }
}
