//! Settings: one struct per concern, read from a TOML file and then from the environment.
//!
//! The file is `yanzheng.toml` in the working folder, or the one that `--settings` or `YANZHENG_SETTINGS` names.
//! Every key `section.key` can also be given as `YANZHENG_SECTION_KEY`; two short names are kept because everyone
//! knows them: `DATABASE_URL` for `database.url` and `YANZHENG_DATA` for `storage.data`.
//! A misspelt key stops the start, in the file as in the environment, and the message proposes the right one.

mod catalog;
mod database;
mod fault;
mod log;
mod seal;
mod secret;
mod server;
mod site;
mod storage;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use catalog::Catalog;
pub use database::Database;
pub use fault::SettingsFault;
pub use log::{Log, LogFormat};
pub use seal::Seal;
pub use secret::Secret;
pub use server::Server;
pub use site::Site;
pub use storage::Storage;

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub server: Server,
    pub database: Database,
    pub storage: Storage,
    pub seal: Seal,
    pub catalog: Catalog,
    pub site: Site,
    pub log: Log,
}

const SHORT_NAMES: [(&str, &str, &str); 2] =
    [("DATABASE_URL", "database", "url"), ("YANZHENG_DATA", "storage", "data")];

/// Names that belong to the scripts and tests around the program, not to its settings; so do all of `YANZHENG_TEST_…`.
const NOT_SETTINGS: [&str; 7] = [
    "YANZHENG_DATA",
    "YANZHENG_SETTINGS",
    "YANZHENG_PROFILE",
    "YANZHENG_FONTS",
    "YANZHENG_KILLS",
    "YANZHENG_ROUNDS",
    "YANZHENG_PICTURES",
];

impl Settings {
    /// Reads the file (if any), lays the environment over it, and checks what can be checked without opening anything.
    pub fn load(named: Option<&Path>) -> Result<Settings, SettingsFault> {
        let named =
            named.map(Path::to_owned).or_else(|| std::env::var_os("YANZHENG_SETTINGS").map(PathBuf::from));
        let file = match named {
            Some(path) => Some(read(&path)?),
            None => Some(Path::new("yanzheng.toml")).filter(|path| path.exists()).map(read).transpose()?,
        };
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Settings::from_parts(file.as_deref().unwrap_or_default(), environment)
    }

    /// The same from a text and a list of variables.
    pub fn from_parts(
        file: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Settings, SettingsFault> {
        let mut table: toml::Table =
            toml::from_str(file).map_err(|e| SettingsFault::Syntax(e.to_string()))?;
        let types = toml::Table::try_from(Settings::default()).expect("defaults can be written as TOML");
        for (name, value) in environment {
            if let Some((section, key)) = place_of(&name, &types)? {
                let value = typed(value, &types, &section, &key);
                let section = table.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
                let section = section.as_table_mut().ok_or_else(|| SettingsFault::not_a_section(&name))?;
                section.insert(key, value);
            }
        }
        let settings: Settings =
            table.try_into().map_err(|e: toml::de::Error| SettingsFault::from_toml(e.message()))?;
        settings.recheck()?;
        Ok(settings)
    }

    /// Checks the values again, after the command line has had its word.
    pub fn recheck(&self) -> Result<(), SettingsFault> {
        self.server.check()?;
        self.seal.check()?;
        self.catalog.check()?;
        self.database.check()
    }
}

fn read(path: impl AsRef<Path>) -> Result<String, SettingsFault> {
    let path = path.as_ref();
    std::fs::read_to_string(path)
        .map_err(|error| SettingsFault::Unreadable { path: path.to_owned(), why: error.to_string() })
}

/// `YANZHENG_SERVER_BASE_URL` → `server`, `base_url`. `None`: a variable that does not speak to us.
fn place_of(name: &str, types: &toml::Table) -> Result<Option<(String, String)>, SettingsFault> {
    if let Some((_, section, key)) = SHORT_NAMES.iter().find(|(short, ..)| *short == name) {
        return Ok(Some(((*section).to_owned(), (*key).to_owned())));
    }
    let ours = !NOT_SETTINGS.contains(&name) && !name.starts_with("YANZHENG_TEST_");
    let Some(rest) = name.strip_prefix("YANZHENG_").filter(|_| ours) else { return Ok(None) };
    let rest = rest.to_lowercase();
    match rest.split_once('_').filter(|(section, _)| types.contains_key(*section)) {
        Some((section, key)) => Ok(Some((section.to_owned(), key.to_owned()))),
        None => Err(SettingsFault::unknown_variable(name, types.keys().map(String::as_str))),
    }
}

/// A variable is text; what it means follows from the default it replaces.
fn typed(value: String, types: &toml::Table, section: &str, key: &str) -> toml::Value {
    match types.get(section).and_then(|section| section.get(key)) {
        Some(toml::Value::Integer(_)) => {
            value.parse().map_or(toml::Value::String(value), toml::Value::Integer)
        }
        Some(toml::Value::Boolean(_)) => match value.as_str() {
            "1" | "true" | "yes" | "on" => toml::Value::Boolean(true),
            "0" | "false" | "no" | "off" | "" => toml::Value::Boolean(false),
            _ => toml::Value::String(value),
        },
        _ => toml::Value::String(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(file: &str, environment: &[(&str, &str)]) -> Result<Settings, SettingsFault> {
        Settings::from_parts(file, environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_environment_lies_over_the_file_and_the_file_over_the_defaults() {
        let file = "[server]\nlisten = '127.0.0.1:9000'\ndrain_seconds = 3\n";
        let environment = [
            ("YANZHENG_SERVER_DRAIN_SECONDS", "7"),
            ("YANZHENG_DATA", "/srv/yanzheng"),
            ("YANZHENG_TEST_PG", "x"),
            ("HOME", "/x"),
        ];
        let settings = with(file, &environment).unwrap();
        assert_eq!(settings.server.listen, "127.0.0.1:9000");
        assert_eq!(settings.server.drain_seconds, 7);
        assert_eq!(settings.storage.data, Path::new("/srv/yanzheng"));
        assert!(!settings.server.demo);
    }

    #[test]
    fn a_misspelt_key_stops_the_start_and_the_right_one_is_proposed() {
        let fault = with("[server]\nlisen = 'x'\n", &[]).unwrap_err().to_string();
        assert!(fault.contains("lisen") && fault.contains("“listen”"), "{fault}");
        let fault = with("[databse]\nurl = 'x'\n", &[]).unwrap_err().to_string();
        assert!(fault.contains("“database”"), "{fault}");
        let fault = with("", &[("YANZHENG_SERVER_LISTN", "x")]).unwrap_err().to_string();
        assert!(fault.contains("“listen”"), "{fault}");
        let fault = with("", &[("YANZHENG_SEVER_LISTEN", "x")]).unwrap_err().to_string();
        assert!(fault.contains("YANZHENG_SEVER_LISTEN") && fault.contains("server"), "{fault}");
    }

    #[test]
    fn a_wrong_value_names_its_key() {
        let fault = with("", &[("YANZHENG_SERVER_DRAIN_SECONDS", "soon")]).unwrap_err().to_string();
        assert!(fault.contains("soon"), "{fault}");
        assert!(
            with("[server]\nlisten = 'nowhere'\n", &[]).unwrap_err().to_string().contains("server.listen")
        );
        let fault = with("", &[("DATABASE_URL", "mysql://x")]).unwrap_err().to_string();
        assert!(fault.contains("postgres://"), "{fault}");
    }

    #[test]
    fn the_road_to_the_signing_service_is_checked_before_the_start() {
        for (key, value, says) in [
            ("YANZHENG_SEAL_SERVICE_URL", "https://seal.example", "seal.service_url"),
            ("YANZHENG_SEAL_TIMEOUT_SECONDS", "0", "seal.timeout_seconds"),
            ("YANZHENG_SEAL_PASSPHRASE", "short", "seal.passphrase"),
            ("YANZHENG_SEAL_SERVICE_BUREAUS", "990101；990102", "seal.service_bureaus"),
        ] {
            let fault = with("", &[(key, value)]).unwrap_err().to_string();
            assert!(fault.contains(says), "{fault}");
        }
        let given = [
            ("YANZHENG_SEAL_SERVICE_URL", "http://127.0.0.1:9000"),
            ("YANZHENG_SEAL_SERVICE_BUREAUS", "990101, 990102"),
            ("YANZHENG_SEAL_PASSPHRASE", "correct horse battery"),
        ];
        let settings = with("", &given).unwrap();
        let keys = settings.seal.for_keys(&settings.storage);
        assert_eq!(keys.service.unwrap().bureaus, ["990101", "990102"]);
        assert_eq!(keys.folder, Path::new("data/keys"));
        assert!(!format!("{settings:?}").contains("horse"));
    }

    #[test]
    fn secrets_are_never_printed() {
        let secret = "0".repeat(64);
        let environment =
            [("DATABASE_URL", "postgres://yz:hunter2@db/yz"), ("YANZHENG_SERVER_SECRET", secret.as_str())];
        let settings = with("", &environment).unwrap();
        let printed = format!("{settings:?} {}", toml::to_string(&settings).unwrap());
        assert!(!printed.contains("hunter2") && !printed.contains(&secret), "{printed}");
        assert_eq!(settings.database.url.unwrap().reveal(), "postgres://yz:hunter2@db/yz");
    }
}
