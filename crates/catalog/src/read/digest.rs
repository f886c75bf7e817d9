//! The SM3 by which two editions of an item are known to be the same.

use sm3::{Digest, Sm3};

use super::Shelf;
use crate::catalogue::SourceFile;
use crate::item::Item;
use crate::local::LocalItem;

/// Over names, lengths and contents of the item's own files, so that moving a line between files changes it too; then
/// over what it takes from its main item's folder and from the shared records.
pub fn of(item: &Item, files: &[SourceFile], shelf: &Shelf) -> String {
    let own = format!("items/{}/", item.slug);
    let lent = |file: &&SourceFile| {
        let rest = file.path.strip_prefix(&format!("items/{}/", item.types_from));
        let name = rest.and_then(|rest| rest.strip_suffix(".toml"));
        name.is_some_and(|name| name == "shared" || item.type_order.iter().any(|one| one == name))
    };
    let mut sum = Sm3::new();
    let mine = files.iter().filter(|file| file.path.starts_with(&own));
    let borrowed = files.iter().filter(lent).filter(|file| !file.path.starts_with(&own));
    for file in mine.chain(borrowed) {
        sum.update(format!("{}\0{}\0", file.path, file.text.len()));
        sum.update(&file.text);
    }
    sum.update(shelf.used_text());
    hex::encode(sum.finalize())
}

/// Of one file by itself.
pub fn of_text(text: &str) -> String {
    hex::encode(Sm3::digest(text))
}

/// Of a guide at a bureau: the item's edition, the business type, and what the bureau says. Two renderings agree when this does.
pub fn of_guide(item: &Item, business: &str, local: Option<&LocalItem>) -> String {
    let local = local.map(|one| one.digest.as_str()).unwrap_or_default();
    of_guide_parts(&item.version, &item.digest, business, local)
}

/// As [`of_guide`], of texts that are known by their digests only.
pub fn of_guide_parts(version: &str, item: &str, business: &str, local: &str) -> String {
    of_text(&format!("{version}\0{item}\0{business}\0{local}"))
}
