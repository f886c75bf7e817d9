//! The files that left this system.

use db::{Exec, Fault, Row, Statement, params};

use crate::record::Copy;

/// Remembers a file; one that is known already stays as it is.
pub fn keep_copy(copy: &Copy) -> Statement {
    Statement::new(
        "insert into document_copy (digest, form, bureau, paper_kind, number, subject_kind, subject, paper_id, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (digest, form) do nothing",
        params![
            &copy.digest,
            &copy.form,
            &copy.bureau,
            &copy.paper_kind,
            &copy.number,
            &copy.subject_kind,
            &copy.subject,
            &copy.paper_id,
            copy.made_at,
        ],
    )
}

/// What a file with this SM3 is, if it left this system.
pub async fn copies_of(on: &mut impl Exec, digest: &str) -> Result<Vec<Copy>, Fault> {
    let rows = on
        .query(
            "select digest, form, bureau, paper_kind, number, subject_kind, subject, paper_id, made_at
               from document_copy where digest = $1 order by form",
            params![digest],
        )
        .await?;
    rows.iter().map(copy).collect()
}

fn copy(row: &Row) -> Result<Copy, Fault> {
    Ok(Copy {
        digest: row.text(0)?,
        form: row.text(1)?,
        bureau: row.text(2)?,
        paper_kind: row.text(3)?,
        number: row.opt_text(4)?,
        subject_kind: row.text(5)?,
        subject: row.text(6)?,
        paper_id: row.text(7)?,
        made_at: row.instant(8)?,
    })
}

/// The digest of the reading copy that was made of this original, if one was.
pub async fn reading_copy_of(
    on: &mut impl Exec,
    bureau: &str,
    original: &str,
) -> Result<Option<String>, Fault> {
    let row = on
        .query_opt(
            "select pdf from reading_copy where bureau = $1 and original = $2",
            params![bureau, original],
        )
        .await?;
    row.map(|row| row.text(0)).transpose()
}

/// Remembers the reading copy of an original; of two made at once the first stays.
pub fn keep_reading_copy(bureau: &str, original: &str, pdf: &str) -> Statement {
    Statement::new(
        "insert into reading_copy (bureau, original, pdf) values ($1, $2, $3)
         on conflict (bureau, original) do nothing",
        params![bureau, original, pdf],
    )
}
