//! A published text is never changed under its old number: cases stay under the edition they were filed under. The program
//! refuses to start when that happens; here it is noticed while the text is being edited.
//!
//! `items/editions.txt` keeps a line for every edition: what it is, its version (for local lists and siting rules the day
//! they take effect), and the SM3 of its text. Lines are added, never changed.

use std::collections::BTreeMap;

use catalog::Catalogue;
use catalog::catalogue::SourceFile;
use sm3::{Digest, Sm3};

/// `retail-licence 2026.3`, with the digest of its text.
type Edition = ((String, String), String);

fn kept() -> BTreeMap<(String, String), String> {
    let text = std::fs::read_to_string("../../items/editions.txt").expect("items/editions.txt");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut kept = BTreeMap::new();
    for line in lines {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [name, version, digest] = parts[..] else {
            panic!("items/editions.txt: not three words: {line}")
        };
        let before = kept.insert((name.to_owned(), version.to_owned()), digest.to_owned());
        assert_eq!(before, None, "items/editions.txt: {name} {version} stands there twice");
    }
    kept
}

fn current(catalogue: &Catalogue) -> Vec<Edition> {
    let items =
        catalogue.items().iter().map(|item| ((item.slug.clone(), item.version.clone()), item.digest.clone()));
    let places = catalogue.files().iter().filter(|file| file.path.starts_with("places/")).map(|file| {
        let digest = hex::encode(Sm3::digest(file.text.as_bytes()));
        ((file.path.clone(), latest_day(file)), digest)
    });
    items.chain(places).collect()
}

/// The last `effective` of a file: a siting file holds one for each of its rules.
fn latest_day(file: &SourceFile) -> String {
    let days = file.text.lines().filter_map(|line| line.strip_prefix("effective = "));
    let latest = days.map(|day| day.trim().trim_matches('"')).max();
    latest.unwrap_or_else(|| panic!("{} has no effective day", file.path)).to_owned()
}

/// What is wrong with an edition and what to do about it.
fn wrong(kept: &BTreeMap<(String, String), String>, ((name, version), digest): &Edition) -> Option<String> {
    let line = |version: &str| format!("{name} {version} {digest}");
    match kept.get(&(name.clone(), version.clone())) {
        Some(known) if known == digest => None,
        None => Some(format!(
            "{name} {version} is new: add this line to items/editions.txt\n    {}",
            line(version)
        )),
        Some(_) if name.contains('/') => Some(format!(
            "{name} was changed, but still says effective = {version}: set the day from which the new text holds, \
             then add this line to items/editions.txt and leave the old one\n    {}",
            line("<the new day>")
        )),
        Some(_) => Some(format!(
            "items/{name} was changed, but is still version {version}: raise `version` (and set `effective`) in \
             items/{name}/item.toml, because cases were filed under the old text; then run this test again, it \
             prints the line to add"
        )),
    }
}

#[test]
fn a_changed_text_has_a_new_version() {
    let (kept, catalogue) = (kept(), Catalogue::embedded().unwrap());
    let wrong: Vec<String> = current(&catalogue).iter().filter_map(|edition| wrong(&kept, edition)).collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_text_touched_under_its_old_version_is_noticed_and_the_words_say_what_to_do() {
    let (kept, catalogue) = (kept(), Catalogue::embedded().unwrap());
    let mut files = catalogue.files().to_vec();
    let touch = |end: &str, files: &mut Vec<SourceFile>| {
        files.iter_mut().find(|file| file.path.ends_with(end)).unwrap().text.push_str("# touched\n");
    };
    touch("retail-licence/faq.toml", &mut files);
    touch("990101/items/retail-licence.toml", &mut files);
    touch("9901/siting.toml", &mut files);
    let touched = Catalogue::of_files(files).unwrap();
    let said: Vec<String> = current(&touched).iter().filter_map(|edition| wrong(&kept, edition)).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].contains("raise `version`") && said[0].contains("items/retail-licence/item.toml"));
    assert!(said[1..].iter().all(|says| says.contains("set the day")), "{said:?}");
}
