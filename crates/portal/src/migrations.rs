//! The numbered list for both databases, as it was when the program was built.

use db::Migration;
use include_dir::{Dir, include_dir};

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../migrations");

/// All migrations in order. Panics on a file that is not named `NNNN-name.sql`: a mistake of ours, caught by a test.
pub fn all() -> Vec<Migration> {
    let mut all: Vec<Migration> = FOLDER
        .files()
        .filter_map(|file| {
            let name = file.path().file_name()?.to_str()?;
            let sql = file.contents_utf8().filter(|_| name.ends_with(".sql"))?;
            Some(Migration::new(name, sql).unwrap_or_else(|fault| panic!("{fault}")))
        })
        .collect();
    all.sort_by_key(|migration| migration.number);
    all
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_begins_with_the_ground_and_no_number_stands_twice() {
        let numbers: Vec<i64> = super::all().iter().map(|m| m.number).collect();
        assert_eq!(numbers.first(), Some(&1));
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    }
}
