//! The guide that an address names, as every page under `/guides/{item}/{type}` begins.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use web::{App, Face, Refusal};

use super::{Asked, chosen_bureau, find, unknown};
use crate::catalogue::Catalogue;
use crate::item::{BusinessType, Item};
use crate::local::LocalItem;

/// Item and business type of the address, what its query asks for, and the bureau that the visitor means.
pub struct GuideAt {
    pub catalogue: Arc<Catalogue>,
    pub asked: Asked,
    item: String,
    business: String,
    bureau: Option<String>,
}

impl GuideAt {
    /// The item, its business type, and what the chosen bureau says of it; nothing of that where none was chosen.
    ///
    /// # Errors
    /// The page for an item that isn't there.
    pub fn parts(&self) -> Result<(&Arc<Item>, &BusinessType, Option<&LocalItem>), Refusal> {
        let (item, business) = find(&self.catalogue, &self.item, &self.business)?;
        let local = self.bureau.as_ref().and_then(|code| self.catalogue.own_local(item, code));
        Ok((item, business, local))
    }
}

impl FromRequestParts<App> for GuideAt {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<GuideAt, Refusal> {
        let path = Path::<(String, String)>::from_request_parts(parts, app).await;
        let Path((item, business)) = path.map_err(|_| unknown("没有找到这个事项"))?;
        let Query(asked) = Query::<Asked>::from_request_parts(parts, app).await.map_err(unreadable)?;
        let catalogue = app.part::<Catalogue>();
        let (found, _) = find(&catalogue, &item, &business)?;
        let local = chosen_bureau(app, &parts.headers, &catalogue, found, &asked);
        let bureau = local.map(|local| local.bureau.clone());
        Ok(GuideAt { catalogue, asked, item, business, bureau })
    }
}

fn unreadable(why: impl std::fmt::Display) -> Refusal {
    let face = Face::invalid("guide-query", "网址写得不对，打不开", "请从事项大厅重新选择要办的事。");
    Refusal::caused(face.action("去事项大厅", "/items"), why)
}
