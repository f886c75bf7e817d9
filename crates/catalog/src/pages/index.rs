//! All guides of a bureau with their digests, for platforms that keep copies: one look tells which copy is old.

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

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub format: u32,
    pub guides: Vec<Listed>,
}

/// `GET /guides.json?bureau=`: without a bureau the guides of all.
pub async fn index(State(app): State<App>, Query(asked): Query<BTreeMap<String, String>>) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let bureau = asked.get("bureau").map(String::as_str).unwrap_or_default();
    let index = of_bureau(&catalogue, bureau, &app.settings().base_url);
    Ok(([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(index)).into_response())
}

/// The index of a bureau; of an unknown one it is empty.
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
    Index { format: 1, guides }
}
