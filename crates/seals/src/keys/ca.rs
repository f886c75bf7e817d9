//! The site's own certificates: a root, a CA under it, the maker of seals, and one signer for each bureau.
//!
//! For tests, the demo and small offices. An office with certificates of a licensed CA puts them into
//! the folder under the same names.

use guomi::x509::{Cert, Profile, Subject, issue, self_signed};
use guomi::{SigningKey, SoftKey, VerifyingKey};
use jiff::{Timestamp, ToSpan};

use super::folder::{Folder, Holder, chance};
use super::{KeyFault, SealKeys};

/// Who stands on the certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organ {
    pub name: String,
}

/// What [`SealKeys::found`] has made; what was there already is left alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Founded {
    pub made: Vec<String>,
}

const ROOT_YEARS: i64 = 20;
const CA_YEARS: i64 = 16;
const MAKER_YEARS: i64 = 12;

impl SealKeys {
    /// Makes root, CA and maker, each only if it is missing: a founding that was broken off goes on.
    pub fn found(&self, organ: &Organ, from: Timestamp) -> Result<Founded, KeyFault> {
        let folder = &self.folder;
        folder.prepare()?;
        let mut founded = Founded::default();
        let root = self.root(organ, from, &mut founded)?;
        let ca = self.under(&Holder::Ca, &root, Profile::Ca, organ, (from, CA_YEARS), &mut founded)?;
        self.under(&Holder::Maker, &ca, Profile::SealMaker, organ, (from, MAKER_YEARS), &mut founded)?;
        if !founded.made.is_empty() {
            *self.trust.write().expect("nothing panics inside") = None;
        }
        Ok(founded)
    }

    fn root(&self, organ: &Organ, from: Timestamp, founded: &mut Founded) -> Result<SoftKey, KeyFault> {
        let key = key_or_new(&self.folder, &Holder::Root, founded)?;
        if !self.folder.cert_path(&Holder::Root).exists() {
            let subject = subject(organ, "根证书机构");
            let cert = self_signed(&key, &subject, &serial(), from, years(from, ROOT_YEARS));
            self.folder.keep_cert(&Holder::Root, &cert.map_err(KeyFault::Issue)?)?;
            founded.made.push("root.pem".into());
        }
        self.pair(&Holder::Root, key)
    }

    fn under(
        &self,
        holder: &Holder,
        issuer: &SoftKey,
        profile: Profile,
        organ: &Organ,
        (from, years_valid): (Timestamp, i64),
        founded: &mut Founded,
    ) -> Result<SoftKey, KeyFault> {
        let key = key_or_new(&self.folder, holder, founded)?;
        if !self.folder.cert_path(holder).exists() {
            let name = if profile == Profile::Ca { "证书机构" } else { "制章人" };
            let cert = issue(
                issuer,
                profile,
                &subject(organ, name),
                key.verifying_key(),
                &serial(),
                from,
                years(from, years_valid),
            );
            self.folder.keep_cert(holder, &cert.map_err(KeyFault::Issue)?)?;
            founded.made.push(format!("{}.pem", holder.stem()));
        }
        self.pair(holder, key)
    }

    fn pair(&self, holder: &Holder, key: SigningKey) -> Result<SoftKey, KeyFault> {
        let cert = self.folder.cert(holder)?;
        SoftKey::new(key, cert.der().to_vec())
            .map_err(|_| KeyFault::Differ { path: self.folder.key_path(holder) })
    }

    /// Gives a bureau its certificate: for a new key in the folder, or for `public`, the key of a device behind the
    /// service. A bureau that has one already is refused.
    pub fn issue(
        &self,
        bureau: &str,
        organ: &Organ,
        public: Option<&VerifyingKey>,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Cert, KeyFault> {
        let holder = Holder::Bureau(bureau.to_owned());
        if self.folder.cert_path(&holder).exists() {
            return Err(KeyFault::Exists { path: self.folder.cert_path(&holder) });
        }
        let ca = self.soft(&Holder::Ca, &self.folder.cert(&Holder::Ca)?)?;
        let public = match public {
            Some(public) => public.clone(),
            None => key_or_new(&self.folder, &holder, &mut Founded::default())?.verifying_key().clone(),
        };
        let subject = Subject { unit: Some(bureau.to_owned()), ..subject(organ, "电子签章") };
        let cert = issue(&ca, Profile::Signer, &subject, &public, &serial(), from, to);
        let cert = cert.map_err(KeyFault::Issue)?;
        self.folder.keep_cert(&holder, &cert)?;
        Ok(cert)
    }

    /// Whether certificates can be issued: the key of the CA is there and opens.
    pub fn can_issue(&self) -> Result<(), KeyFault> {
        self.soft(&Holder::Ca, &self.folder.cert(&Holder::Ca)?).map(|_| ())
    }

    /// Sets key and certificate of a bureau aside, so that [`SealKeys::issue`] gives new ones. Seals made for the old
    /// certificate sign no more; documents signed with it stay good.
    pub fn retire(&self, bureau: &str) -> Result<(), KeyFault> {
        let holder = Holder::Bureau(bureau.to_owned());
        let cert = self.folder.cert(&holder)?;
        self.folder.set_aside(&holder, &cert)?;
        self.held.write().expect("nothing panics inside").remove(&holder.stem());
        Ok(())
    }
}

fn key_or_new(folder: &Folder, holder: &Holder, founded: &mut Founded) -> Result<SigningKey, KeyFault> {
    if folder.key_path(holder).exists() {
        return folder.key(holder);
    }
    let key = SigningKey::generate(&mut chance());
    folder.keep_key(holder, &key)?;
    founded.made.push(format!("{}.key", holder.stem()));
    Ok(key)
}

fn subject(organ: &Organ, name: &str) -> Subject {
    Subject { organization: organ.name.clone(), unit: None, common_name: format!("{}{name}", organ.name) }
}

/// Sixteen bytes by chance; the first is neither 0 nor negative, so all sixteen stay.
fn serial() -> [u8; 16] {
    let mut serial = web::app::random::<16>();
    serial[0] = serial[0] & 0x3f | 0x40;
    serial
}

/// So many years on, by the calendar of the office.
fn years(from: Timestamp, years: i64) -> Timestamp {
    let local = from.to_zoned(web::clock::office_zone());
    local.saturating_add(years.years()).timestamp()
}
