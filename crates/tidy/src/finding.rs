//! What tidy found, where, and under which rule.

use std::fmt;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Stops the build.
    Fail,
    /// Is shown and goes on.
    Warn,
}

/// One thing that is not as the house wants it. `line` counts from 1; 0 speaks of the whole file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub weight: Weight,
    pub path: PathBuf,
    pub line: usize,
    pub rule: &'static str,
    pub says: String,
}

impl Finding {
    pub fn fail(rule: &'static str, path: impl AsRef<Path>, line: usize, says: impl Into<String>) -> Finding {
        Finding { weight: Weight::Fail, path: path.as_ref().to_owned(), line, rule, says: says.into() }
    }

    pub fn warn(rule: &'static str, path: impl AsRef<Path>, line: usize, says: impl Into<String>) -> Finding {
        Finding { weight: Weight::Warn, ..Finding::fail(rule, path, line, says) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = if self.weight == Weight::Fail { "error" } else { "warning" };
        write!(f, "{weight}[{}]: {}\n  --> {}", self.rule, self.says, self.path.display())?;
        if self.line > 0 { write!(f, ":{}", self.line) } else { Ok(()) }
    }
}
