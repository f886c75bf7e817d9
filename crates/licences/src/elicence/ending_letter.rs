//! The letter of a decision by which a licence ends.

use db::{Tx, counter};
use identity::Bureau;
use jiff::civil::Date;
use papers::data::{Contact, Ending as Letter, Head, PaperData, Party, Remedies, Way};
use papers::{DocumentNumber, Paper, counter_name};

use super::ending::{Ending, How};
use crate::Fault;
use crate::licence::Licence;
use crate::status::CancelReason;

/// The letter with the next number of its kind, in the caller's transaction.
pub(super) async fn numbered(
    tx: &mut Tx,
    licence: &Licence,
    ending: &Ending,
    base_url: &str,
    today: Date,
) -> Result<Paper, Fault> {
    let bureau = identity::bureaus::read_by_code(tx, &licence.bureau).await?.ok_or(Fault::Unknown)?;
    let letter = letter(licence, ending, &bureau);
    let kind = letter.kind();
    let serial = counter::next(tx, &bureau.code, &counter_name(kind, today.year())).await?;
    let serial = u32::try_from(serial).map_err(|_| Fault::Typeset("serial".to_owned()))?;
    let number = DocumentNumber::new(&bureau.short, kind, today.year(), serial)
        .map_err(|fault| Fault::Typeset(fault.to_string()))?;
    let paper = Paper::new(&letter, today).numbered(&number);
    Ok(paper.verified_at(format!("{base_url}/v/{}", licence.number)))
}

/// As it would be sent, without a number: to be read before it is decided.
pub fn draft(licence: &Licence, ending: &Ending, bureau: &Bureau, today: Date) -> Paper {
    Paper::new(&letter(licence, ending, bureau), today)
}

fn letter(licence: &Licence, ending: &Ending, bureau: &Bureau) -> Letter {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Letter {
        head: Head {
            bureau: bureau.name.clone(),
            case_number: licence.number.clone(),
            item: "烟草专卖零售许可证".to_owned(),
            party: Party {
                name: licence.shop_name.clone(),
                person: filled(&licence.person_name),
                credit_code: filled(&licence.credit_code),
                id_masked: None,
                phone: None,
                address: filled(&licence.address),
            },
            contact: Contact { person: None, phone: bureau.phone.clone(), address: filled(&bureau.address) },
        },
        way: way(ending.how),
        licence_number: licence.number.clone(),
        valid_from: licence.valid_from,
        valid_to: licence.valid_to,
        cause: cause(ending.how),
        facts: ending
            .reason
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        under: under(ending),
        remedies: Remedies {
            review_organ: bureau.review_organ.clone(),
            review_days: 60,
            court: bureau.court.clone(),
            litigation_months: 6,
        },
    }
}

fn way(how: How) -> Way {
    match how {
        How::Cancel(CancelReason::Revoked) => Way::Revocation,
        How::Cancel(CancelReason::WithdrawnByBureau) => Way::WithdrawalByBureau,
        How::Cancel(_) => Way::Cancellation,
        How::Recall => Way::Recall,
    }
}

fn cause(how: How) -> Option<String> {
    match how {
        How::Cancel(CancelReason::Revoked | CancelReason::WithdrawnByBureau) | How::Recall => None,
        How::Cancel(why) => Some(why.label().to_owned()),
    }
}

/// What the officer cites stands before what follows from the way.
fn under(ending: &Ending) -> Vec<String> {
    let cancelling = |item| law::licensing(70, 1).item(item).to_string();
    let given = (!ending.basis.is_empty()).then(|| ending.basis.clone());
    let by_law = match ending.how {
        How::Cancel(CancelReason::Revoked) => vec![cancelling(4)],
        How::Cancel(CancelReason::WithdrawnByBureau) => {
            vec![law::licensing(8, 2).to_string(), cancelling(4)]
        }
        How::Cancel(CancelReason::Expired) => vec![cancelling(1)],
        How::Cancel(_) => vec![cancelling(6)],
        How::Recall => vec![],
    };
    given.into_iter().chain(by_law).collect()
}
