//! Drafts: what a person is still writing.

use std::collections::BTreeMap;

use db::{Exec, Fault, Row, Statement, params};
use jiff::Timestamp;

use super::{json, parsed};
use crate::case::Material;

/// An application being written. It belongs to the person, not yet to a bureau's file.
#[derive(Clone, Debug)]
pub struct Draft {
    pub subject: String,
    pub id: String,
    pub bureau: String,
    pub item: String,
    pub item_version: String,
    /// SM3 of what the bureau itself said when the draft was begun, or of what the person chose since.
    pub local_digest: Option<String>,
    pub business: String,
    /// Where the person left off: `notice`, `check`, `form`, `materials`, `confirm`.
    pub step: String,
    pub self_check: BTreeMap<String, String>,
    pub form: BTreeMap<String, String>,
    pub promised_at: Option<Timestamp>,
    /// Set once it has become a case.
    pub case_number: Option<String>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub version: i64,
}

fn draft_from(row: &Row) -> Result<Draft, Fault> {
    Ok(Draft {
        subject: row.text(0)?,
        id: row.text(1)?,
        bureau: row.text(2)?,
        item: row.text(3)?,
        item_version: row.text(4)?,
        business: row.text(5)?,
        step: row.text(6)?,
        self_check: parsed(&row.text(7)?)?,
        form: parsed(&row.text(8)?)?,
        promised_at: row.opt_instant(9)?,
        case_number: row.opt_text(10)?,
        created_at: row.instant(11)?,
        changed_at: row.instant(12)?,
        version: row.int(13)?,
        local_digest: row.opt_text(14)?,
    })
}

pub async fn draft(db: &mut impl Exec, subject: &str, id: &str) -> Result<Option<Draft>, Fault> {
    let row = db
        .query_opt(
            "select subject, id, bureau, item, item_version, business, step, self_check, form, promised_at,
                    case_number, created_at, changed_at, version, local_digest
               from draft
              where subject = $1 and id = $2",
            params![subject, id],
        )
        .await?;
    row.as_ref().map(draft_from).transpose()
}

/// The person's unsent drafts, the latest first.
pub async fn drafts_of(db: &mut impl Exec, subject: &str) -> Result<Vec<Draft>, Fault> {
    let rows = db
        .query(
            "select subject, id, bureau, item, item_version, business, step, self_check, form, promised_at,
                    case_number, created_at, changed_at, version, local_digest
               from draft
              where subject = $1 and case_number is null
              order by changed_at desc, id
              limit 20",
            params![subject],
        )
        .await?;
    rows.iter().map(draft_from).collect()
}

pub fn insert_draft(draft: &Draft) -> Statement {
    Statement::new(
        "insert into draft (subject, id, bureau, item, item_version, business, step, self_check, form, promised_at,
                            case_number, created_at, changed_at, version, local_digest)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        params![
            &draft.subject,
            &draft.id,
            &draft.bureau,
            &draft.item,
            &draft.item_version,
            &draft.business,
            &draft.step,
            json(&draft.self_check),
            json(&draft.form),
            draft.promised_at,
            draft.case_number.clone(),
            draft.created_at,
            draft.changed_at,
            draft.version,
            draft.local_digest.clone()
        ],
    )
}

/// Saves what was typed. The last writer wins per draft; a sent draft is never changed again.
pub fn save_draft(draft: &Draft) -> Statement {
    Statement::expecting(
        "update draft
            set bureau = $1, step = $2, self_check = $3, form = $4, promised_at = $5, changed_at = $6,
                version = version + 1
          where subject = $7 and id = $8 and case_number is null",
        params![
            &draft.bureau,
            &draft.step,
            json(&draft.self_check),
            json(&draft.form),
            draft.promised_at,
            draft.changed_at,
            &draft.subject,
            &draft.id
        ],
        1,
    )
}

/// The person chose what the bureau says now over what it said when the draft was begun.
pub fn take_local(draft: &Draft, digest: &str, at: Timestamp) -> Statement {
    Statement::expecting(
        "update draft
            set local_digest = $1, changed_at = $2, version = version + 1
          where subject = $3 and id = $4 and case_number is null",
        params![digest, at, &draft.subject, &draft.id],
        1,
    )
}

/// The draft became a case; only the first submit gets one row.
pub fn mark_sent(subject: &str, id: &str, case_number: &str, at: Timestamp) -> Statement {
    Statement::expecting(
        "update draft
            set case_number = $1, changed_at = $2, version = version + 1
          where subject = $3 and id = $4 and case_number is null",
        params![case_number, at, subject, id],
        1,
    )
}

pub fn delete_draft_materials(subject: &str, id: &str) -> Statement {
    Statement::new("delete from draft_material where subject = $1 and draft_id = $2", params![subject, id])
}

pub fn delete_draft(subject: &str, id: &str) -> Statement {
    Statement::new(
        "delete from draft where subject = $1 and id = $2 and case_number is null",
        params![subject, id],
    )
}

pub async fn draft_materials(
    db: &mut impl Exec,
    subject: &str,
    draft_id: &str,
) -> Result<Vec<Material>, Fault> {
    let rows = db
        .query(
            "select id, slot, name, digest, bytes, kind, added_at
               from draft_material
              where subject = $1 and draft_id = $2
              order by slot, added_at, id",
            params![subject, draft_id],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Material {
                id: row.text(0)?,
                slot: row.text(1)?,
                name: row.text(2)?,
                digest: row.text(3)?,
                bytes: row.int(4)?,
                kind: row.text(5)?,
                round: 0,
                added_at: row.int(6)?,
            })
        })
        .collect()
}

pub fn add_draft_material(subject: &str, draft_id: &str, material: &Material) -> Statement {
    Statement::new(
        "insert into draft_material (subject, draft_id, id, slot, name, digest, bytes, kind, added_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            subject,
            draft_id,
            &material.id,
            &material.slot,
            &material.name,
            &material.digest,
            material.bytes,
            &material.kind,
            material.added_at
        ],
    )
}

pub fn drop_draft_material(subject: &str, draft_id: &str, id: &str) -> Statement {
    Statement::new(
        "delete from draft_material where subject = $1 and draft_id = $2 and id = $3",
        params![subject, draft_id, id],
    )
}
