//! All guides with their digests, for platforms that keep copies: one look tells which copy is old. The bureaus are listed page by
//! page with a digest of all that each says, so that only a bureau that differs must be looked at guide by guide.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use web::{Answer, App};

use crate::catalogue::Catalogue;
use crate::read;

/// A guide as the index names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Listed {
    pub item: String,
    pub business: String,
    /// Empty for the guide of all bureaus.
    pub bureau: String,
    pub version: String,
    pub digest: String,
    pub url: String,
}

/// A bureau with guides of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    pub bureau: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub guides: usize,
    /// SM3 over the digests of its guides: two places agree on the bureau when it does.
    pub digest: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub format: u32,
    pub guides: Vec<Listed>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bureaus: Vec<Office>,
    /// Code after which the list of bureaus goes on: `?after=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

const FORMAT: u32 = 2;
/// Bureaus on a page of the index.
pub const OFFICES_A_PAGE: usize = 500;

/// `GET /guides.json?bureau=&after=`: without a bureau the guides of all and the first bureaus, with `after` the bureaus that follow.
pub async fn index(State(app): State<App>, Query(asked): Query<BTreeMap<String, String>>) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let site = &app.settings().base_url;
    let bureau = asked.get("bureau").map(String::as_str).unwrap_or_default();
    let index = match asked.get("after") {
        Some(after) => offices_after(&catalogue, after),
        None if bureau.is_empty() => {
            Index { guides: of_bureau(&catalogue, "", site).guides, ..offices_after(&catalogue, "") }
        }
        None => of_bureau(&catalogue, bureau, site),
    };
    Ok(([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(index)).into_response())
}

/// The guides of a bureau, or of all; of an unknown one it is empty.
pub fn of_bureau(catalogue: &Catalogue, bureau: &str, site: &str) -> Index {
    let mut guides = Vec::new();
    for item in catalogue.items() {
        let local = catalogue.own_local(item, bureau).filter(|local| item.is_accepted_at(local.level));
        if local.is_none() && !bureau.is_empty() {
            continue;
        }
        let query = local.map(|local| format!("?bureau={}", local.bureau)).unwrap_or_default();
        for business in &item.types {
            guides.push(Listed {
                item: item.slug.clone(),
                business: business.slug.clone(),
                bureau: bureau.to_owned(),
                version: item.version.clone(),
                digest: read::of_guide(item, &business.slug, local),
                url: format!("{site}/guides/{}/{}{query}", item.slug, business.slug),
            });
        }
    }
    Index { format: FORMAT, guides, ..Index::default() }
}

fn offices_after(catalogue: &Catalogue, after: &str) -> Index {
    let all = catalogue.offices();
    let from = all.partition_point(|one| one.bureau.as_str() <= after);
    let bureaus: Vec<Office> = all[from..].iter().take(OFFICES_A_PAGE).cloned().collect();
    let more = all.len() > from + bureaus.len();
    let after = bureaus.last().filter(|_| more).map(|last| last.bureau.clone());
    Index { format: FORMAT, guides: Vec::new(), bureaus, after }
}

/// Every bureau that takes applications for something, by code. One pass over all lists: the catalogue keeps the answer.
pub(crate) fn offices(catalogue: &Catalogue) -> Vec<Office> {
    let mut all: BTreeMap<&str, (Office, String)> = BTreeMap::new();
    for item in catalogue.items() {
        for local in catalogue.locals(item).filter(|local| item.is_accepted_at(local.level)) {
            let (office, said) = all.entry(&local.bureau).or_insert_with(|| {
                let (bureau, name) = (local.bureau.clone(), local.bureau_name.clone());
                (Office { bureau, name, guides: 0, digest: String::new() }, String::new())
            });
            office.guides += item.types.len();
            said.push_str(&format!("{}\0{}\0{}\0{}\0", item.slug, item.version, item.digest, local.digest));
        }
    }
    all.into_values().map(|(office, said)| Office { digest: read::of_text(&said), ..office }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::SourceFile;

    /// The program's own files and a list of the retail licence for each of `count` more counties.
    fn with_counties(count: usize) -> Catalogue {
        let mut files = Catalogue::embedded_files();
        let one =
            files.iter().find(|file| file.path == "places/990101/items/retail-licence.toml").unwrap().clone();
        files.extend((0..count).map(|at| {
            let code = format!("{:06}", 200_001 + at);
            SourceFile {
                path: format!("places/{code}/items/retail-licence.toml"),
                text: one.text.replace("bureau = \"990101\"", &format!("bureau = \"{code}\"")),
            }
        }));
        Catalogue::of_files(files).unwrap()
    }

    #[test]
    fn three_thousand_bureaus_are_listed_page_by_page_each_once() {
        let catalogue = with_counties(3000);
        let (mut after, mut codes) = (String::new(), Vec::new());
        loop {
            let page = offices_after(&catalogue, &after);
            assert!(page.bureaus.len() <= OFFICES_A_PAGE);
            codes.extend(page.bureaus.into_iter().map(|one| one.bureau));
            let Some(next) = page.after else { break };
            after = next;
        }
        assert!(codes.len() >= 3000 && codes.is_sorted(), "{}", codes.len());
        codes.dedup();
        assert_eq!(codes.len(), catalogue.offices().len());
    }

    #[test]
    fn a_bureaus_digest_moves_with_its_words_only() {
        let before = with_counties(2);
        let mut files = before.files().to_vec();
        let touched = files.iter_mut().find(|file| file.path.starts_with("places/200001/")).unwrap();
        touched.text = touched.text.replace("0990-9901010", "0990-9901888");
        let after = Catalogue::of_files(files).unwrap();
        let moved: Vec<&str> = before
            .offices()
            .iter()
            .zip(after.offices())
            .filter(|(old, new)| old.digest != new.digest)
            .map(|(old, _)| old.bureau.as_str())
            .collect();
        assert_eq!(moved, ["200001"]);
    }
}
