//! Materials, findings and papers of a case.

use db::{Exec, Fault, Row, Statement, params};

use super::{json, parsed};
use crate::case::{CasePaper, Finding, Material, Sealing, Verdict};

fn material_from(row: &Row) -> Result<Material, Fault> {
    Ok(Material {
        id: row.text(0)?,
        slot: row.text(1)?,
        name: row.text(2)?,
        digest: row.text(3)?,
        bytes: row.int(4)?,
        kind: row.text(5)?,
        round: row.int(6)?,
        added_at: row.int(7)?,
    })
}

/// All materials of the case in the order they came, earlier rounds included.
pub async fn materials(db: &mut impl Exec, bureau: &str, case_id: &str) -> Result<Vec<Material>, Fault> {
    let rows = db
        .query(
            "select id, slot, name, digest, bytes, kind, round, added_at
               from case_material
              where bureau = $1 and case_id = $2
              order by slot, round, added_at, id",
            params![bureau, case_id],
        )
        .await?;
    rows.iter().map(material_from).collect()
}

pub fn add_material(bureau: &str, case_id: &str, material: &Material) -> Statement {
    Statement::new(
        "insert into case_material (bureau, case_id, id, slot, name, digest, bytes, kind, round, added_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            bureau,
            case_id,
            &material.id,
            &material.slot,
            &material.name,
            &material.digest,
            material.bytes,
            &material.kind,
            material.round,
            material.added_at
        ],
    )
}

/// All materials of a new case, two to a statement: each statement costs the database about as much as its row.
pub fn add_materials(bureau: &str, case_id: &str, materials: &[Material]) -> Vec<Statement> {
    let (pairs, last) = materials.as_chunks::<2>();
    let pairs = pairs.iter().map(|pair| add_two_materials(bureau, case_id, pair));
    pairs.chain(last.iter().map(|material| add_material(bureau, case_id, material))).collect()
}

fn add_two_materials(bureau: &str, case_id: &str, [one, other]: &[Material; 2]) -> Statement {
    Statement::new(
        "insert into case_material (bureau, case_id, id, slot, name, digest, bytes, kind, round, added_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10), ($1, $2, $11, $12, $13, $14, $15, $16, $17, $18)",
        params![
            bureau,
            case_id,
            &one.id,
            &one.slot,
            &one.name,
            &one.digest,
            one.bytes,
            &one.kind,
            one.round,
            one.added_at,
            &other.id,
            &other.slot,
            &other.name,
            &other.digest,
            other.bytes,
            &other.kind,
            other.round,
            other.added_at
        ],
    )
}

/// A material of an unsent round, taken away by its owner.
pub fn drop_material(bureau: &str, case_id: &str, id: &str, round: i64) -> Statement {
    Statement::new(
        "delete from case_material where bureau = $1 and case_id = $2 and id = $3 and round = $4",
        params![bureau, case_id, id, round],
    )
}

/// What officers found, by material or entry.
pub async fn findings(db: &mut impl Exec, bureau: &str, case_id: &str) -> Result<Vec<Finding>, Fault> {
    let rows = db
        .query(
            "select of_what, verdict, note, officer
               from case_finding
              where bureau = $1 and case_id = $2
              order by of_what",
            params![bureau, case_id],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let verdict = if row.text(1)? == Verdict::Fit.code() { Verdict::Fit } else { Verdict::Unfit };
            Ok(Finding { of: row.text(0)?, verdict, note: row.text(2)?, officer: row.text(3)? })
        })
        .collect()
}

/// Writes or replaces the finding on one material.
pub fn find(bureau: &str, case_id: &str, finding: &Finding, at: jiff::Timestamp) -> Statement {
    Statement::new(
        "insert into case_finding (bureau, case_id, of_what, verdict, note, officer, at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (bureau, case_id, of_what)
         do update set verdict = excluded.verdict, note = excluded.note, officer = excluded.officer, at = excluded.at",
        params![
            bureau,
            case_id,
            &finding.of,
            finding.verdict.code(),
            &finding.note,
            &finding.officer,
            at
        ],
    )
}

fn paper_from(row: &Row) -> Result<CasePaper, Fault> {
    let kind = row.text(1)?;
    Ok(CasePaper {
        id: row.text(0)?,
        kind: papers::Kind::from_code(&kind).ok_or_else(|| Fault::Shape(format!("paper kind {kind}")))?,
        number: row.opt_text(2)?,
        issued_on: row.date(3)?,
        data: parsed(&row.text(4)?)?,
        made_at: row.instant(5)?,
        verify_url: row.opt_text(6)?,
        sealing: match (row.text(7)?.as_str(), row.opt_text(8)?) {
            ("done", Some(ofd)) => Sealing::Done { ofd },
            ("waiting", None) => Sealing::Waiting,
            ("none", None) => Sealing::None,
            (other, _) => return Err(Fault::Shape(format!("sealing {other}"))),
        },
    })
}

/// The papers of the case, oldest first.
pub async fn papers_of(db: &mut impl Exec, bureau: &str, case_id: &str) -> Result<Vec<CasePaper>, Fault> {
    let rows = db
        .query(
            "select id, kind, number, issued_on, data, made_at, verify_url, sealing, ofd
               from case_paper
              where bureau = $1 and case_id = $2
              order by made_at, id",
            params![bureau, case_id],
        )
        .await?;
    rows.iter().map(paper_from).collect()
}

/// The letters of decision of a bureau made at `from` or later, each with its case, in the order in which they were made.
pub async fn decision_letters(
    db: &mut impl Exec,
    bureau: &str,
    from: jiff::Timestamp,
    most: i64,
) -> Result<Vec<(String, CasePaper)>, Fault> {
    let rows = db
        .query(
            "select id, kind, number, issued_on, data, made_at, verify_url, sealing, ofd, case_id
               from case_paper
              where bureau = $1 and made_at >= $2 and kind in ('grant', 'refusal')
              order by made_at, id limit $3",
            params![bureau, from, most],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(9)?, paper_from(row)?))).collect()
}

/// One paper of the case.
pub async fn paper(
    db: &mut impl Exec,
    bureau: &str,
    case_id: &str,
    id: &str,
) -> Result<Option<CasePaper>, Fault> {
    let row = db
        .query_opt(
            "select id, kind, number, issued_on, data, made_at, verify_url, sealing, ofd
               from case_paper
              where bureau = $1 and case_id = $2 and id = $3",
            params![bureau, case_id, id],
        )
        .await?;
    row.as_ref().map(paper_from).transpose()
}

pub fn add_paper(bureau: &str, case_id: &str, paper: &CasePaper) -> Statement {
    Statement::new(
        "insert into case_paper
            (bureau, case_id, id, kind, number, issued_on, data, made_at, verify_url, sealing, ofd)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            bureau,
            case_id,
            &paper.id,
            paper.kind.code(),
            paper.number.clone(),
            paper.issued_on,
            json(&paper.data),
            paper.made_at,
            &paper.verify_url,
            paper.sealing.code(),
            paper.ofd()
        ],
    )
}

/// Two papers of one step in one statement.
pub fn add_two_papers(bureau: &str, case_id: &str, [one, other]: &[CasePaper; 2]) -> Statement {
    Statement::new(
        "insert into case_paper
            (bureau, case_id, id, kind, number, issued_on, data, made_at, verify_url, sealing, ofd)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11),
                ($1, $2, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        params![
            bureau,
            case_id,
            &one.id,
            one.kind.code(),
            one.number.clone(),
            one.issued_on,
            json(&one.data),
            one.made_at,
            &one.verify_url,
            one.sealing.code(),
            one.ofd(),
            &other.id,
            other.kind.code(),
            other.number.clone(),
            other.issued_on,
            json(&other.data),
            other.made_at,
            &other.verify_url,
            other.sealing.code(),
            other.ofd()
        ],
    )
}

/// Papers that wait for their seal, the oldest first: case and paper.
pub async fn waiting_for_seal(
    db: &mut impl Exec,
    bureau: &str,
    limit: i64,
) -> Result<Vec<(String, String)>, Fault> {
    let rows = db
        .query(
            "select case_id, id
               from case_paper
              where bureau = $1 and sealing = 'waiting'
              order by made_at, id
              limit $2",
            params![bureau, limit],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
}

/// The paper bears its seal now; whoever sealed it first stays first.
pub fn mark_sealed(bureau: &str, case_id: &str, id: &str, ofd: &str) -> Statement {
    Statement::expecting(
        "update case_paper
            set sealing = 'done', ofd = $1
          where bureau = $2 and case_id = $3 and id = $4 and sealing = 'waiting'",
        params![ofd, bureau, case_id, id],
        1,
    )
}
