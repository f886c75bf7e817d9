//! Stylesheets and scripts, embedded in the program. Their names carry a hash of what they hold, so that browsers may
//! keep them for ever.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header;
use include_dir::{Dir, include_dir};
use sm3::{Digest, Sm3};

use crate::app::App;
use crate::face::{Face, Refusal};

// Named one by one: the fonts of papers also stand in assets/ and are no business of browsers.
static CSS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../assets/css");
static JS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../assets/js");
static VENDOR: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../assets/vendor");
static IMG: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../assets/img");

struct Asset {
    hashed: String,
    bytes: &'static [u8],
    kind: &'static str,
}

struct Assets {
    by_name: HashMap<String, Asset>,
    name_of: HashMap<String, String>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut assets = Assets { by_name: HashMap::new(), name_of: HashMap::new() };
    for (folder, dir) in [("css", &CSS), ("js", &JS), ("vendor", &VENDOR), ("img", &IMG)] {
        for file in dir.files() {
            let name = format!("{folder}/{}", file.path().display());
            let Some(kind) = kind_of(&name) else { continue };
            let asset = Asset { hashed: hashed(&name, file.contents()), bytes: file.contents(), kind };
            assets.name_of.insert(asset.hashed.clone(), name.clone());
            assets.by_name.insert(name, asset);
        }
    }
    assets
});

/// `css/app.css` → `css/app.1a2b3c4d5e6f.css`
fn hashed(name: &str, bytes: &[u8]) -> String {
    let digest = hex::encode(&Sm3::digest(bytes)[..6]);
    let (stem, ext) = name.rsplit_once('.').expect("kind_of asked for an extension");
    format!("{stem}.{digest}.{ext}")
}

fn kind_of(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "woff2" => Some("font/woff2"),
        _ => None,
    }
}

/// The address of an asset by its plain name. Panics on a name that does not exist: the first test of a page finds it.
pub fn href(name: &str) -> String {
    let asset = ASSETS.by_name.get(name).unwrap_or_else(|| panic!("no asset {name} in assets/"));
    format!("/assets/{}", asset.hashed)
}

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/assets/{*path}", get(serve))
}

async fn serve(Path(path): Path<String>) -> Response {
    let found = ASSETS.name_of.get(&path).and_then(|name| ASSETS.by_name.get(name));
    let Some(asset) = found else {
        return Refusal::new(Face::unknown("asset-unknown", "没有这个文件", "请刷新页面。")).into_response();
    };
    let headers =
        [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, asset.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_with_their_content() {
        assert_ne!(hashed("css/app.css", b"a"), hashed("css/app.css", b"b"));
        assert!(href("css/app.css").starts_with("/assets/css/app."));
    }

    /// VENDORED.toml names each file that is not ours, with where it came from and its SHA-256.
    #[test]
    fn vendored_files_are_what_their_list_says() {
        let list = VENDOR.get_file("VENDORED.toml").expect("the list stands beside the files");
        let list = list.contents_utf8().unwrap();
        for file in VENDOR.files().filter(|file| kind_of(&file.path().display().to_string()).is_some()) {
            let digest = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(file.contents()));
            assert!(list.contains(&digest), "{} is not in VENDORED.toml as it is", file.path().display());
        }
    }
}
