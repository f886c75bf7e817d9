//! Making an edition: identifier, place in the status list, and both sheets sealed, in the caller's transaction.

use db::{Exec, Tx, counter};
use jiff::Timestamp;
use law::codes::ELicenceId;
use papers::Paper;
use papers::data::Sheet;
use seals::{Order, User};

use super::edition::{Cause, Edition};
use super::state::{State, Step};
use super::{face, type_record};
use crate::licence::Licence;
use crate::status::Standing;
use crate::{Fault, Licences};

/// The series from which editions of a bureau take their places in its status list.
pub(super) const STATUS_INDEX: &str = "status-index";

/// An edition to be made.
pub(crate) struct Making<'a> {
    /// The licence as it will stand.
    pub licence: &'a Licence,
    pub cause: Cause,
    /// The step and the number it stands under.
    pub under: &'a str,
    pub by: User<'a>,
    pub previous: Option<&'a Edition>,
}

/// Makes the edition and has it sealed. The row is the caller's to write, together with what else the step changes.
///
/// The counters are taken here, before the caller takes the bureau's next step of changes: whoever takes two locks in
/// another order waits for ever.
pub(crate) async fn make(
    licences: &Licences,
    tx: &mut Tx,
    making: &Making<'_>,
    now: Timestamp,
) -> Result<Edition, Fault> {
    let licence = making.licence;
    let issuer_code = issuer_code(tx, &licence.bureau).await?;
    let number = making.previous.map_or(1, |before| before.edition + 1);
    let today = web::clock::office_day(now);
    let kind = &type_record::retail().code_on(today).code;
    let identifier =
        ELicenceId::new(kind, &issuer_code, &licence.number, number).map_err(Fault::Identifier)?.to_string();
    let status_index = counter::next(tx, &licence.bureau, STATUS_INDEX).await?;
    let place = face::Place { edition: number, status_index, made_at: now };
    let mut edition = Edition {
        bureau: licence.bureau.clone(),
        number: licence.number.clone(),
        edition: number,
        version: 1,
        state: State::Pending,
        status_index,
        cause: making.cause,
        under: making.under.to_owned(),
        previous: making.previous.map(|before| before.identifier.clone()),
        next: None,
        holder_name: licence.shop_name.clone(),
        holder_code: licence.credit_code.clone(),
        issuer_name: licence.issuer_name.clone(),
        issuer_code,
        paper: face::paper(licences, licence, &place)?,
        original: String::new(),
        duplicate: String::new(),
        issued_on: licence.issued_on,
        valid_from: licence.valid_from,
        valid_to: licence.valid_to,
        made_at: now,
        changed_at: now,
        identifier,
    };
    edition.original = sealed(licences, tx, &edition, Sheet::Original, making.by, now).await?;
    edition.duplicate = sealed(licences, tx, &edition, Sheet::Duplicate, making.by, now).await?;
    edition.state = edition.state.take(Step::Sign, edition.valid_to, today)?;
    if matches!(licence.standing(today), Standing::Paused { .. } | Standing::Stopped) {
        edition.state = edition.state.take(Step::Suspend, edition.valid_to, today)?;
    }
    Ok(edition)
}

/// Who issues, by its credit code. Without one there is no identifier, and no electronic licence.
async fn issuer_code(on: &mut impl Exec, bureau: &str) -> Result<String, Fault> {
    let known = identity::bureaus::read_by_code(on, bureau).await?;
    let code = known.map(|known| known.uscc).unwrap_or_default();
    if code.is_empty() { Err(Fault::NoIssuerCode(bureau.to_owned())) } else { Ok(code) }
}

async fn sealed(
    licences: &Licences,
    tx: &mut Tx,
    edition: &Edition,
    sheet: Sheet,
    by: User<'_>,
    now: Timestamp,
) -> Result<String, Fault> {
    let word = match sheet {
        Sheet::Original => "original",
        Sheet::Duplicate => "duplicate",
    };
    let paper: Paper = edition.sheet(sheet)?;
    let order = Order {
        bureau: &edition.bureau,
        bureau_name: &edition.issuer_name,
        paper_id: &format!("{}-{}-{word}", edition.number, edition.edition_says()),
        paper: &paper,
        subject: ("licence", &edition.number),
        under: &edition.under,
        user: by,
        custom: custom(edition),
    };
    Ok(licences.office.seals.seal(tx, &order, now).await?.digest)
}

/// What other systems read from the file without a picture of it.
fn custom(edition: &Edition) -> Vec<(String, String)> {
    [
        ("许可证号", edition.number.clone()),
        ("证照标识", edition.identifier.clone()),
        ("证照编号", edition.number.clone()),
        ("证照版本", edition.edition_says()),
        ("有效期起", edition.valid_from.to_string()),
        ("有效期止", edition.valid_to.to_string()),
        // Where to look in the bureau's status list, for whoever verifies the file without a network.
        ("状态序号", edition.status_index.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}
