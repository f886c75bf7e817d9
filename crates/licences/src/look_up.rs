//! Finding a licence by its number for anyone who asks: in the register, and in the database for a number so new that
//! the register does not know it yet.

use jiff::Timestamp;
use web::{App, Refusal};

use crate::licence::Public;
use crate::register::Register;
use crate::store;

/// What was found, and how fresh it is.
pub(crate) struct Looked {
    pub licence: Option<Public>,
    pub as_of: Option<Timestamp>,
    pub stale: bool,
}

/// `number` is well formed. An error only when neither register nor database can answer.
pub(crate) async fn by_number(app: &App, number: &str) -> Result<Looked, Refusal> {
    let now = app.now();
    let answer = app.part::<Register>().number(number, now);
    if answer.found.is_some() {
        return Ok(Looked { licence: answer.found, as_of: answer.as_of, stale: answer.stale });
    }
    match in_database(app, number).await {
        Ok(licence) => Ok(Looked { licence, as_of: Some(now), stale: false }),
        // The register says no, as of its last reading; better than no answer, and the page says how old it is.
        Err(_) if answer.as_of.is_some() => {
            Ok(Looked { licence: None, as_of: answer.as_of, stale: answer.stale })
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn in_database(app: &App, number: &str) -> Result<Option<Public>, db::Fault> {
    let mut db = app.db.clone();
    let Some(bureau) = store::bureau_of(&mut db, number).await? else { return Ok(None) };
    Ok(store::by_number(&mut db, &bureau, number).await?.map(|licence| licence.public()))
}
