//! Where the keys of seals are and who signs with them.

use std::path::PathBuf;
use std::time::Duration;

use seals::KeySettings;
use seals::keys::{Passphrase, Service};
use serde::{Deserialize, Serialize};

use super::{Secret, SettingsFault, Storage};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seal {
    /// The key folder; without it `keys` in the data folder.
    pub keys: Option<PathBuf>,
    /// Opens the keyboxes, at least 12 bytes. Without it the file `passphrase` in the key folder counts.
    pub passphrase: Option<Secret>,
    /// A signing service in front of a certified device: `http://…`, on this machine or behind a TLCP gateway.
    pub service_url: Option<String>,
    pub service_token: Option<Secret>,
    /// Codes of the bureaus whose keys the service holds, with commas between; empty for all.
    pub service_bureaus: String,
    /// After this the service counts as away, and cases wait.
    pub timeout_seconds: u64,
}

impl Default for Seal {
    fn default() -> Seal {
        Seal {
            keys: None,
            passphrase: None,
            service_url: None,
            service_token: None,
            service_bureaus: String::new(),
            timeout_seconds: 5,
        }
    }
}

impl Seal {
    pub(super) fn check(&self) -> Result<(), SettingsFault> {
        if self.service_url.as_ref().is_some_and(|url| !url.starts_with("http://")) {
            let why = "应以 http:// 开头；服务不在本机的，请在本机用国密网关（TLCP）转发";
            return Err(SettingsFault::value("seal.service_url", why));
        }
        if !(1..=60).contains(&self.timeout_seconds) {
            return Err(SettingsFault::value("seal.timeout_seconds", "应为 1 到 60"));
        }
        if self.passphrase.as_ref().is_some_and(|words| words.reveal().len() < 12) {
            return Err(SettingsFault::value("seal.passphrase", "至少 12 个字节"));
        }
        let codes = self.service_bureaus.split(',').map(str::trim).filter(|code| !code.is_empty());
        if let Some(code) = codes.into_iter().find(|code| !code.bytes().all(|byte| byte.is_ascii_digit())) {
            let why = format!("“{code}”不是单位编码，多个编码用英文逗号隔开");
            return Err(SettingsFault::value("seal.service_bureaus", why));
        }
        Ok(())
    }

    /// As the matter of seals wants it.
    pub fn for_keys(&self, storage: &Storage) -> KeySettings {
        let passphrase = |secret: &Secret| Passphrase::new(secret.reveal());
        let service = self.service_url.as_ref().map(|url| Service {
            url: url.clone(),
            token: self.service_token.as_ref().map(passphrase),
            timeout: Duration::from_secs(self.timeout_seconds),
            bureaus: self
                .service_bureaus
                .split(',')
                .map(str::trim)
                .filter(|code| !code.is_empty())
                .map(str::to_owned)
                .collect(),
        });
        KeySettings {
            passphrase: self.passphrase.as_ref().map(passphrase),
            service,
            ..KeySettings::in_folder(self.keys.clone().unwrap_or_else(|| storage.data.join("keys")))
        }
    }
}
