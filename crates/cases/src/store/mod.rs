//! Every query on the tables of a case, each named by the question it answers.

mod drafts;
mod files;
mod lists;
mod wait;
mod work;

pub use drafts::*;
pub use files::*;
pub use lists::*;
pub use wait::*;
pub use work::*;

use db::{Exec, Fault, Row, Statement, params};

use crate::case::{Case, Channel, DueDates};

pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data serialises")
}

pub(crate) fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::Shape(error.to_string()))
}

fn case_from(row: &Row) -> Result<Case, Fault> {
    Ok(Case {
        bureau: row.text(0)?,
        id: row.text(1)?,
        number: row.text(2)?,
        item: row.text(3)?,
        item_version: row.text(4)?,
        business: row.text(5)?,
        subject: row.text(6)?,
        filed_by: row.text(7)?,
        channel: Channel::from_code(&row.text(8)?),
        applicant: row.text(9)?,
        shop: row.text(10)?,
        credit_code: row.text(11)?,
        stage: parsed(&row.text(12)?)?,
        form: parsed(&row.text(13)?)?,
        warnings: parsed(&row.text(14)?)?,
        query_code: row.text(15)?,
        received_at: row.instant(16)?,
        due: DueDates {
            notice: row.opt_date(17)?,
            promise: row.opt_date(18)?,
            decide: row.opt_date(19)?,
            deliver: row.opt_date(20)?,
        },
        version: row.int(21)?,
        changed_at: row.instant(22)?,
        local_digest: row.opt_text(23)?,
    })
}

/// The case under its key; another bureau's id is simply not there.
pub async fn by_id(db: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<Case>, Fault> {
    let row = db
        .query_opt(
            "select bureau, id, number, item, item_version, business, subject, filed_by, channel, applicant, shop,
                    credit_code, stage_data, form, warnings, query_code, received_at, notice_due, promise_due,
                    decide_due, deliver_due, version, changed_at, local_digest
               from case_file
              where bureau = $1 and id = $2",
            params![bureau, id],
        )
        .await?;
    row.as_ref().map(case_from).transpose()
}

/// The case under the number printed on its receipt.
pub async fn by_number(db: &mut impl Exec, bureau: &str, number: &str) -> Result<Option<Case>, Fault> {
    let row = db
        .query_opt(
            "select bureau, id, number, item, item_version, business, subject, filed_by, channel, applicant, shop,
                    credit_code, stage_data, form, warnings, query_code, received_at, notice_due, promise_due,
                    decide_due, deliver_due, version, changed_at, local_digest
               from case_file
              where bureau = $1 and number = $2",
            params![bureau, number],
        )
        .await?;
    row.as_ref().map(case_from).transpose()
}

/// A new case; fails as a duplicate when the same draft was submitted before.
pub fn insert(case: &Case) -> Statement {
    Statement::new(
        "insert into case_file (bureau, id, number, item, item_version, business, subject, filed_by, channel,
                                applicant, shop, credit_code, stage, stage_data, form, warnings, query_code,
                                received_at, notice_due, promise_due, decide_due, deliver_due, version, changed_at,
                                local_digest)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                 $22, $23, $24, $25)",
        params![
            &case.bureau,
            &case.id,
            &case.number,
            &case.item,
            &case.item_version,
            &case.business,
            &case.subject,
            &case.filed_by,
            case.channel.code(),
            &case.applicant,
            &case.shop,
            &case.credit_code,
            case.stage.code(),
            json(&case.stage),
            json(&case.form),
            json(&case.warnings),
            &case.query_code,
            case.received_at,
            case.due.notice,
            case.due.promise,
            case.due.decide,
            case.due.deliver,
            case.version,
            case.changed_at,
            case.local_digest.clone()
        ],
    )
}

/// Saves a moved case if nobody moved it since it was read: zero rows means somebody was first.
pub fn save(case: &Case) -> Statement {
    Statement::expecting(
        "update case_file
            set stage = $1, stage_data = $2, form = $3, notice_due = $4, promise_due = $5, decide_due = $6,
                deliver_due = $7, version = version + 1, changed_at = $8
          where bureau = $9 and id = $10 and version = $11",
        params![
            case.stage.code(),
            json(&case.stage),
            json(&case.form),
            case.due.notice,
            case.due.promise,
            case.due.decide,
            case.due.deliver,
            case.changed_at,
            &case.bureau,
            &case.id,
            case.version
        ],
        1,
    )
}

/// The applicant's own list keeps up with the case.
pub fn mirror(case: &Case, title: &str) -> Statement {
    Statement::new(
        "insert into my_case (subject, bureau, case_id, number, title, shop, stage, received_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (subject, bureau, case_id) do update set stage = excluded.stage, changed_at = excluded.changed_at",
        params![
            &case.subject,
            &case.bureau,
            &case.id,
            &case.number,
            title,
            &case.shop,
            case.stage.says(),
            case.received_at,
            case.changed_at
        ],
    )
}
