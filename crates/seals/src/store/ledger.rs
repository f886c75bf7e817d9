//! 用印台账: the uses.

use db::{Exec, Fault, Row, Statement, params};

use crate::record::Use;

/// Enters a use; a document that is there already, or a number taken twice, is `Fault::Unique`.
pub fn enter_use(entry: &Use) -> Statement {
    Statement::expecting(
        "insert into seal_use (bureau, seal_id, seq, at, officer, officer_name, under, subject_kind, subject,
                               paper_id, paper_kind, number, digest)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            &entry.bureau,
            &entry.seal_id,
            entry.serial,
            entry.at,
            &entry.officer,
            &entry.officer_name,
            &entry.under,
            &entry.subject_kind,
            &entry.subject,
            &entry.paper_id,
            &entry.paper_kind,
            &entry.number,
            &entry.digest,
        ],
        1,
    )
}

/// The use by which this file (SM3 of the OFD) came about.
pub async fn use_by_digest(on: &mut impl Exec, bureau: &str, digest: &str) -> Result<Option<Use>, Fault> {
    let row = on
        .query_opt(
            "select bureau, seal_id, seq, at, officer, officer_name, under, subject_kind, subject, paper_id,
                    paper_kind, number, digest
               from seal_use where bureau = $1 and digest = $2",
            params![bureau, digest],
        )
        .await?;
    row.as_ref().map(entry).transpose()
}

/// The uses on papers with this number, newest first.
pub async fn uses_of(on: &mut impl Exec, bureau: &str, number: &str) -> Result<Vec<Use>, Fault> {
    let rows = on
        .query(
            "select bureau, seal_id, seq, at, officer, officer_name, under, subject_kind, subject, paper_id,
                    paper_kind, number, digest
               from seal_use where bureau = $1 and number = $2 order by at desc, seal_id, seq limit 200",
            params![bureau, number],
        )
        .await?;
    rows.iter().map(entry).collect()
}

/// The uses of a seal before number `before`, newest first, `most` at most.
pub async fn ledger_page(
    on: &mut impl Exec,
    bureau: &str,
    seal: &str,
    before: i64,
    most: i64,
) -> Result<Vec<Use>, Fault> {
    let rows = on
        .query(
            "select bureau, seal_id, seq, at, officer, officer_name, under, subject_kind, subject, paper_id,
                    paper_kind, number, digest
               from seal_use where bureau = $1 and seal_id = $2 and seq < $3 order by seq desc limit $4",
            params![bureau, seal, before, most],
        )
        .await?;
    rows.iter().map(entry).collect()
}

fn entry(row: &Row) -> Result<Use, Fault> {
    Ok(Use {
        bureau: row.text(0)?,
        seal_id: row.text(1)?,
        serial: row.int(2)?,
        at: row.instant(3)?,
        officer: row.text(4)?,
        officer_name: row.text(5)?,
        under: row.text(6)?,
        subject_kind: row.text(7)?,
        subject: row.text(8)?,
        paper_id: row.text(9)?,
        paper_kind: row.text(10)?,
        number: row.opt_text(11)?,
        digest: row.text(12)?,
    })
}
