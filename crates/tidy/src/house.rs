//! The plan that `house.toml` writes down, and the tree it is held against.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub floors: Vec<String>,
    pub beside: Vec<String>,
    pub only: BTreeMap<String, Only>,
    pub pure: Pure,
    pub calls: Calls,
    pub cites: BTreeMap<String, String>,
    pub words: BTreeMap<String, String>,
    pub lengths: Lengths,
}

/// A library that only some crates may name, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    pub by: Vec<String>,
    pub because: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pure {
    pub files: Vec<String>,
    pub forbidden: BTreeMap<String, String>,
}

/// Whom the program may call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calls {
    pub program: String,
    pub libraries: Vec<String>,
    /// What a line names that opens a connection.
    pub opens: Vec<String>,
    /// Files and libraries, each with its reason.
    pub allowed: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lengths {
    pub warn: usize,
}

impl Plan {
    /// The plan of this house, as committed beside this program.
    pub fn ours() -> Plan {
        toml::from_str(include_str!("../house.toml")).expect("crates/tidy/house.toml is checked by a test")
    }
}

/// One text file of the tree, path relative to the root.
pub struct Text {
    pub path: PathBuf,
    pub body: String,
}

impl Text {
    /// Lines with their numbers, counted from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.body.lines().enumerate().map(|(i, line)| (i + 1, line))
    }

    pub fn is(&self, extension: &str) -> bool {
        self.path.extension().is_some_and(|e| e == extension)
    }

    pub fn under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

/// The tree under `root`: every text we wrote, without build output and vendored code.
pub struct House {
    pub root: PathBuf,
    pub texts: Vec<Text>,
}

/// Folders that hold nothing we wrote.
const NOT_OURS: [&str; 7] = [".git", "target", "data", ".local", "node_modules", "vendor", "fonts"];
const EXTENSIONS: [&str; 10] = ["rs", "toml", "md", "html", "typ", "sql", "css", "js", "sh", "yaml"];
const NAMES: [&str; 2] = ["run", "test"];

impl House {
    pub fn read(root: &Path) -> std::io::Result<House> {
        let mut texts = Vec::new();
        gather(root, root, &mut texts)?;
        texts.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(House { root: root.to_owned(), texts })
    }

    pub fn text(&self, path: &str) -> Option<&Text> {
        self.texts.iter().find(|text| text.path == Path::new(path))
    }

    pub fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }
}

fn gather(root: &Path, folder: &Path, texts: &mut Vec<Text>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            let tests_data = name == "data" && path.parent().is_some_and(|p| p.ends_with("tests"));
            if !NOT_OURS.contains(&name.as_str()) && !tests_data {
                gather(root, &path, texts)?;
            }
            continue;
        }
        let known = path.extension().is_some_and(|e| EXTENSIONS.iter().any(|known| e == *known));
        if !known && !NAMES.contains(&name.as_str()) {
            continue;
        }
        // A file that is not UTF-8 is no text of ours; another builder's half-written file is not an error.
        if let Ok(body) = std::fs::read_to_string(&path) {
            let path = path.strip_prefix(root).expect("gathered below the root").to_owned();
            texts.push(Text { path, body });
        }
    }
    Ok(())
}
