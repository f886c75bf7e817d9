//! Where data lies on disk.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Storage {
    /// The data folder: SQLite's database, uploaded files, imported calendars, the server's secret.
    pub data: PathBuf,
    /// `doctor` and `/readyz` warn when less than this many MB are free.
    pub min_free_mb: u64,
}

impl Default for Storage {
    fn default() -> Storage {
        Storage { data: "data".into(), min_free_mb: 512 }
    }
}

impl Storage {
    pub fn files(&self) -> PathBuf {
        self.data.join("files")
    }

    /// Fonts for characters that the shipped ones lack, put there by whoever runs the server.
    pub fn fonts(&self) -> PathBuf {
        self.data.join("fonts")
    }

    /// Calendars imported after this program was built, one file a year.
    pub fn calendars(&self) -> PathBuf {
        self.data.join("calendar")
    }

    pub fn secret(&self) -> PathBuf {
        self.data.join("secret.key")
    }
}
