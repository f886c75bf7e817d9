//! The files of the key folder: keyboxes and certificates under fixed names, and the passphrase of a small office.

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use guomi::x509::Cert;
use guomi::{SigningKey, keybox};
use zeroize::Zeroizing;

use super::{KeyFault, KeySettings};

/// Whose key and certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    Root,
    Ca,
    /// 制章人
    Maker,
    /// 签章人: the bureau of this code.
    Bureau(String),
}

impl Holder {
    /// The name of the files, and of the key at a signing service.
    pub fn stem(&self) -> String {
        match self {
            Holder::Root => "root".into(),
            Holder::Ca => "ca".into(),
            Holder::Maker => "maker".into(),
            Holder::Bureau(code) => format!("{BUREAU}{code}"),
        }
    }

    fn says(&self) -> String {
        match self {
            Holder::Root => "根证书机构".into(),
            Holder::Ca => "证书机构".into(),
            Holder::Maker => "制章人".into(),
            Holder::Bureau(code) => format!("机关{code}"),
        }
    }
}

const BUREAU: &str = "bureau-";

/// The folder with the settings that open it.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    pub settings: KeySettings,
}

impl Folder {
    fn path(&self, name: &str) -> PathBuf {
        self.settings.folder.join(name)
    }

    pub fn cert_path(&self, holder: &Holder) -> PathBuf {
        self.path(&format!("{}.pem", holder.stem()))
    }

    pub fn key_path(&self, holder: &Holder) -> PathBuf {
        self.path(&format!("{}.key", holder.stem()))
    }

    /// The certificate of `holder`.
    pub fn cert(&self, holder: &Holder) -> Result<Cert, KeyFault> {
        let path = self.cert_path(holder);
        let text = read(&path, || format!("{}的证书", holder.says()))?;
        let certs =
            Cert::all_from_pem(&text).map_err(|fault| KeyFault::Cert { path: path.clone(), fault })?;
        Ok(certs.into_iter().next().expect("a PEM file without a certificate is a fault"))
    }

    /// The private key of `holder`. Slow on purpose: a third of a second for a real key.
    pub fn key(&self, holder: &Holder) -> Result<SigningKey, KeyFault> {
        let path = self.key_path(holder);
        let text = Zeroizing::new(read(&path, || format!("{}的密钥文件", holder.says()))?);
        keybox::unlock(&text, &self.passphrase()?).map_err(|fault| KeyFault::Box { path, fault })
    }

    fn passphrase(&self) -> Result<Zeroizing<String>, KeyFault> {
        if let Some(passphrase) = &self.settings.passphrase {
            return Ok(Zeroizing::new(passphrase.reveal().to_owned()));
        }
        let path = self.path(PASSPHRASE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Zeroizing::new(text.trim().to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(KeyFault::NoPassphrase { path })
            }
            Err(error) => Err(KeyFault::io(&path, &error)),
        }
    }

    /// Makes the folder, and where the settings give no passphrase one by chance.
    pub fn prepare(&self) -> Result<(), KeyFault> {
        let folder = &self.settings.folder;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| KeyFault::io(folder, &error))?;
        let path = self.path(PASSPHRASE);
        if self.settings.passphrase.is_some() || path.exists() {
            return Ok(());
        }
        let chance = Zeroizing::new(hex::encode(web::app::random::<24>()));
        write_new(&path, &chance, 0o600)
    }

    pub fn keep_key(&self, holder: &Holder, key: &SigningKey) -> Result<(), KeyFault> {
        let path = self.key_path(holder);
        let passphrase = self.passphrase()?;
        let text = keybox::lock(&mut chance(), key, &passphrase, self.settings.iterations)
            .map_err(|fault| KeyFault::Box { path: path.clone(), fault })?;
        write_new(&path, &text, 0o600)
    }

    pub fn keep_cert(&self, holder: &Holder, cert: &Cert) -> Result<(), KeyFault> {
        write_new(&self.cert_path(holder), &cert.to_pem(), 0o644)
    }

    /// Moves key and certificate of `holder` out of the way, under names with the last day of the certificate.
    pub fn set_aside(&self, holder: &Holder, cert: &Cert) -> Result<(), KeyFault> {
        let day = web::clock::office_day(cert.not_after());
        let number = hex::encode(&cert.fingerprint()[..4]);
        for (path, ending) in [(self.key_path(holder), "key"), (self.cert_path(holder), "pem")] {
            if path.exists() {
                let aside = self.path(&format!("old-{}-{day}-{number}.{ending}", holder.stem()));
                std::fs::rename(&path, &aside).map_err(|error| KeyFault::io(&path, &error))?;
            }
        }
        Ok(())
    }

    /// Codes of the bureaus that have a certificate here, in order.
    pub fn bureaus(&self) -> Result<Vec<String>, KeyFault> {
        let folder = &self.settings.folder;
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(KeyFault::io(folder, &error)),
        };
        let code = |entry: std::fs::DirEntry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.strip_prefix(BUREAU)?.strip_suffix(".pem").map(str::to_owned)
        };
        let mut codes: Vec<String> = entries.flatten().filter_map(code).collect();
        codes.sort();
        Ok(codes)
    }

    /// A key file that others than its owner may read.
    pub fn open_to_others(&self) -> Result<Option<PathBuf>, KeyFault> {
        use std::os::unix::fs::PermissionsExt;
        let folder = &self.settings.folder;
        let entries = std::fs::read_dir(folder).map_err(|error| KeyFault::io(folder, &error))?;
        let mut secret: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "key") || path.ends_with(PASSPHRASE))
            .collect();
        secret.sort();
        let open = |path: &PathBuf| {
            std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
        };
        Ok(secret.into_iter().find(open))
    }
}

const PASSPHRASE: &str = "passphrase";

fn read(path: &Path, what: impl Fn() -> String) -> Result<String, KeyFault> {
    std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => KeyFault::Missing { what: what(), path: path.to_owned() },
        _ => KeyFault::io(path, &error),
    })
}

/// Writes a file that must not be there yet, and sees it on the disk: a key half written is a seal lost.
fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), KeyFault> {
    let opened = std::fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let mut file = opened.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => KeyFault::Exists { path: path.to_owned() },
        _ => KeyFault::io(path, &error),
    })?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| {
        let _ = std::fs::remove_file(path);
        KeyFault::io(path, &error)
    })
}

/// The system's random source, as the arithmetic wants it.
pub(super) fn chance() -> rand_core::UnwrapErr<getrandom::SysRng> {
    rand_core::UnwrapErr(getrandom::SysRng)
}
