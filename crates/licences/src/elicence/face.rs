//! The face of the licence (照面) as it is sealed: the twelve elements, and the address in the QR code.

use papers::Paper;
use papers::data::{Licence as Face, Sheet};

use crate::licence::Licence;
use crate::{Fault, Licences};

/// The original as it is set in type. In the demo town it says that it is a specimen.
pub(super) fn paper(licences: &Licences, licence: &Licence, identifier: &str) -> Result<Paper, Fault> {
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
    let address = address_in_qr(licences, licence, identifier)?;
    Ok(Paper::new(&face, licence.issued_on).verified_at(address))
}

/// What the QR code on the face holds.
fn address_in_qr(licences: &Licences, licence: &Licence, _identifier: &str) -> Result<String, Fault> {
    Ok(licences.keys.verify_url(&licences.office.base_url, &licence.number))
}
