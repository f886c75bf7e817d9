//! The keys with which a site signs: a folder of keyboxes and certificates beside the database, never in it, or a
//! certified device behind a service. What lies in the folder is opened when it is first needed and kept in memory for
//! the life of the process.

mod ca;
mod fault;
mod folder;
mod service;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use guomi::x509::{Cert, Purpose, Trust};
use guomi::{SignFault, Signer, SoftKey};
use jiff::Timestamp;
use zeroize::Zeroizing;

pub use ca::{Founded, Organ};
pub use fault::KeyFault;
pub use folder::Holder;
pub use service::HttpSigner;

use folder::Folder;

/// Where the keys are.
#[derive(Clone, Debug)]
pub struct KeySettings {
    pub folder: PathBuf,
    /// Without it the file `passphrase` in the folder counts: for the demo and small offices.
    pub passphrase: Option<Passphrase>,
    /// Of new keyboxes; see `guomi::keybox::ITERATIONS`.
    pub iterations: u32,
    pub service: Option<Service>,
}

impl KeySettings {
    /// A folder of its own with nothing else, for keys that must be good.
    pub fn in_folder(folder: impl Into<PathBuf>) -> KeySettings {
        KeySettings {
            folder: folder.into(),
            passphrase: None,
            iterations: guomi::keybox::ITERATIONS,
            service: None,
        }
    }

    /// As [`KeySettings::in_folder`] with boxes that open in a millisecond: for the demo and for tests, whose keys are
    /// worth nothing.
    pub fn worthless(folder: impl Into<PathBuf>) -> KeySettings {
        KeySettings { iterations: 1_000, ..KeySettings::in_folder(folder) }
    }
}

/// What opens the boxes. Prints no secret; its memory is wiped when it goes.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    pub fn new(text: impl Into<String>) -> Passphrase {
        Passphrase(Zeroizing::new(text.into()))
    }

    fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A signing service in front of a certified device.
#[derive(Clone, Debug)]
pub struct Service {
    /// `http://` and where it listens, without `/sign`.
    pub url: String,
    /// Sent as bearer token.
    pub token: Option<Passphrase>,
    pub timeout: Duration,
    /// Codes of the bureaus whose keys it holds; empty for all.
    pub bureaus: Vec<String>,
}

impl Service {
    fn holds(&self, bureau: &str) -> bool {
        self.bureaus.is_empty() || self.bureaus.iter().any(|code| code == bureau)
    }
}

/// Somebody who signs, with the certificate that says so.
pub struct Held {
    pub cert: Cert,
    /// The first eight bytes of SM3 over the certificate: names the key in QR codes and status lists.
    pub kid: [u8; 8],
    signer: Box<dyn Signer>,
}

impl Held {
    fn new(cert: Cert, signer: Box<dyn Signer>) -> Held {
        Held { kid: kid(&cert), cert, signer }
    }

    pub fn signer(&self) -> &dyn Signer {
        &*self.signer
    }
}

/// The first eight bytes of SM3 over a certificate.
pub fn kid(cert: &Cert) -> [u8; 8] {
    let mut kid = [0; 8];
    kid.copy_from_slice(&cert.fingerprint()[..8]);
    kid
}

/// The keys of this site.
pub struct SealKeys {
    folder: Folder,
    held: RwLock<HashMap<String, Arc<Held>>>,
    trust: RwLock<Option<Arc<Trust>>>,
    /// One opens a box at a time: it is slow on purpose, and twenty requests may come at once after a start.
    opening: Mutex<()>,
}

impl SealKeys {
    /// Opens nothing yet.
    pub fn new(settings: KeySettings) -> SealKeys {
        SealKeys {
            folder: Folder { settings },
            held: RwLock::default(),
            trust: RwLock::default(),
            opening: Mutex::default(),
        }
    }

    pub fn settings(&self) -> &KeySettings {
        &self.folder.settings
    }

    /// Whoever signs for this bureau, if its certificate counts at `now`. Blocks when the key is first opened.
    pub fn signer(&self, bureau: &str, now: Timestamp) -> Result<Arc<Held>, KeyFault> {
        self.held(&Holder::Bureau(bureau.to_owned()), now)
    }

    /// Whoever makes seals here.
    pub fn maker(&self, now: Timestamp) -> Result<Arc<Held>, KeyFault> {
        self.held(&Holder::Maker, now)
    }

    fn held(&self, holder: &Holder, now: Timestamp) -> Result<Arc<Held>, KeyFault> {
        let held = match self.in_memory(holder) {
            Some(held) => held,
            None => self.open(holder)?,
        };
        self.trust()?.check(&held.cert, now, Purpose::Sign).map_err(KeyFault::Chain)?;
        Ok(held)
    }

    fn in_memory(&self, holder: &Holder) -> Option<Arc<Held>> {
        self.held.read().expect("nothing panics inside").get(&holder.stem()).cloned()
    }

    fn open(&self, holder: &Holder) -> Result<Arc<Held>, KeyFault> {
        let _one = self.opening.lock().expect("nothing panics inside");
        if let Some(held) = self.in_memory(holder) {
            return Ok(held);
        }
        let cert = self.folder.cert(holder)?;
        let signer: Box<dyn Signer> = match self.service_for(holder) {
            Some(service) => Box::new(HttpSigner::new(service, holder.stem(), &cert)?),
            None => Box::new(self.soft(holder, &cert)?),
        };
        let held = Arc::new(Held::new(cert, signer));
        self.held.write().expect("nothing panics inside").insert(holder.stem(), held.clone());
        Ok(held)
    }

    fn service_for(&self, holder: &Holder) -> Option<&Service> {
        let service = self.settings().service.as_ref()?;
        match holder {
            Holder::Bureau(code) if service.holds(code) => Some(service),
            _ => None,
        }
    }

    fn soft(&self, holder: &Holder, cert: &Cert) -> Result<SoftKey, KeyFault> {
        let key = self.folder.key(holder)?;
        SoftKey::new(key, cert.der().to_vec()).map_err(|fault| match fault {
            SignFault::KeyAndCertDiffer => KeyFault::Differ { path: self.folder.key_path(holder) },
            SignFault::Cert(fault) => KeyFault::Cert { path: self.folder.cert_path(holder), fault },
            other => KeyFault::Issue(other),
        })
    }

    /// Root and CA of this site, with its maker as the only one who may make seals.
    pub fn trust(&self) -> Result<Arc<Trust>, KeyFault> {
        if let Some(trust) = &*self.trust.read().expect("nothing panics inside") {
            return Ok(trust.clone());
        }
        let [root, ca, maker] =
            [Holder::Root, Holder::Ca, Holder::Maker].map(|holder| self.folder.cert(&holder));
        let trust = Trust::new(vec![root?], vec![ca?]).with_makers(vec![maker?.fingerprint()]);
        let trust = Arc::new(trust);
        *self.trust.write().expect("nothing panics inside") = Some(trust.clone());
        Ok(trust)
    }

    /// What others need to verify our documents: PEM, root first, then the CA.
    pub fn trust_pem(&self) -> Result<String, KeyFault> {
        Ok(self.trust()?.to_pem())
    }

    /// The certificates of all bureaus that have one here, by code.
    pub fn certs(&self) -> Result<Vec<(String, Cert)>, KeyFault> {
        let codes = self.folder.bureaus()?;
        codes
            .into_iter()
            .map(|code| {
                let cert = self.folder.cert(&Holder::Bureau(code.clone()))?;
                Ok((code, cert))
            })
            .collect()
    }

    /// The certificate that a bureau signs with now, if one can be read.
    pub fn cert_of(&self, bureau: &str) -> Option<Cert> {
        self.folder.cert(&Holder::Bureau(bureau.to_owned())).ok()
    }

    /// A key file that others than its owner may read, if there is one.
    pub fn open_to_others(&self) -> Result<Option<PathBuf>, KeyFault> {
        self.folder.open_to_others()
    }

    /// Whether a CA was founded here.
    pub fn is_founded(&self) -> bool {
        self.folder.cert_path(&Holder::Maker).exists()
    }
}

#[cfg(test)]
mod tests;
