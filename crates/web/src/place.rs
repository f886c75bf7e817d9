//! The district a visitor chose: remembered in the browser, named in the bar at the top of every page. Which districts there
//! are is for a matter to know; it puts [`PlaceNames`] into the app.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue};

use crate::app::App;
use crate::cookies::{Jar, PLACE};

/// A year: people come back for the renewal.
const REMEMBER_SECONDS: i64 = 365 * 24 * 3600;

/// The name of a place by its code; none for a code that is no place of this site.
pub struct PlaceNames(pub Arc<NameOfPlace>);

/// How [`PlaceNames`] are told.
pub type NameOfPlace = dyn Fn(&App, &str) -> Option<String> + Send + Sync;

/// The code of the place chosen last, as the browser says; it is no secret and names no person.
pub fn remembered(app: &App, headers: &HeaderMap) -> Option<String> {
    Jar::of(app.settings()).read(headers, PLACE)
}

/// The cookie that remembers a place, or forgets it.
pub fn remember(app: &App, code: Option<&str>) -> HeaderValue {
    let (value, seconds) = code.map_or(("", 0), |code| (code, REMEMBER_SECONDS));
    Jar::of(app.settings()).write(PLACE, value, Some(seconds))
}

/// The name of the place, if it is one of this site's.
pub(crate) fn name_of(app: &App, code: Option<&str>) -> Option<String> {
    let names = app.try_part::<PlaceNames>()?;
    (names.0)(app, code?)
}
