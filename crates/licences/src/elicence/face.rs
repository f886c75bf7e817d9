//! The face of the licence (照面) as it is sealed: the twelve elements, and the address in the QR code.

use jiff::Timestamp;
use papers::Paper;
use papers::data::{Licence as Face, Sheet};

use crate::licence::Licence;
use crate::qr::{self, Claims};
use crate::{Fault, Licences};

/// Which edition a face is for.
pub(super) struct Place {
    pub edition: u16,
    pub status_index: i64,
    pub made_at: Timestamp,
}

/// The original as it is set in type. In the demo town it says that it is a specimen.
pub(super) fn paper(licences: &Licences, licence: &Licence, place: &Place) -> Result<Paper, Fault> {
    let face = Face {
        sheet: Sheet::Original,
        number: licence.number.clone(),
        company_name: licence.shop_name.clone(),
        person: licence.person_name.clone(),
        company_type: licence.company_type.clone(),
        address: licence.address.clone(),
        scope: licence.scope.clone(),
        supply_company: licence.supply_company.clone(),
        valid_from: licence.valid_from,
        valid_to: licence.valid_to,
        issuing_authority: licence.issuer_name.clone(),
        certified_on: licence.issued_on,
        specimen: licences.office.demo,
        watermark: None,
    };
    let address = address_in_qr(licences, licence, place)?;
    Ok(Paper::new(&face, licence.issued_on).verified_at(address))
}

/// What the QR code on the face holds: the address of the verification page, and behind its `#` what the licence says,
/// signed by the bureau.
fn address_in_qr(licences: &Licences, licence: &Licence, place: &Place) -> Result<String, Fault> {
    let index = u64::try_from(place.status_index).unwrap_or_default();
    let claims = Claims::of(licence, u64::from(place.edition), index, place.made_at);
    let office = &licences.office;
    Ok(qr::address(office.seals.as_ref(), &licences.keys, &office.base_url, &claims)?)
}
