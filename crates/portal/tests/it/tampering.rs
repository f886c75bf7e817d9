//! Somebody with the password of the database changes what was written down. The chain names the place.

use db::{Exec, Tx, history, params};

use crate::town::{BUREAU, Shop, Town};

told_on_both!(every_change_of_the_history_is_found);

/// How many changes are tried; each on the untouched history.
const CHANGES: u64 = 200;

async fn every_change_of_the_history_is_found(town: &Town) {
    town.has_ready_for_decision(&Shop::number(1)).await;
    let mut db = town.app.db.clone();
    let sound = history::verify_all(&mut db, BUREAU).await.expect("verified");
    assert!(sound.broken.is_empty() && sound.rows > 5, "{sound:?}");
    let rows = db
        .query(
            "select subject_kind, subject, seq from history where bureau = $1 order by 1, 2, 3",
            params![BUREAU],
        )
        .await;
    let rows: Vec<(String, String, i64)> = rows
        .expect("rows")
        .iter()
        .map(|row| (row.text(0).expect("kind"), row.text(1).expect("subject"), row.int(2).expect("seq")))
        .collect();
    for n in 0..CHANGES {
        let (kind, subject, seq) = &rows[n as usize * 7 % rows.len()];
        let mut tx = db.begin().await.expect("a transaction");
        let what = change(&mut tx, n, kind, subject, *seq).await;
        let verified = history::verify_all(&mut tx, BUREAU).await.expect("verified");
        assert!(
            verified.broken.iter().any(|broken| broken.subject_kind == *kind && broken.subject == *subject),
            "{what} of {kind} {subject} {seq} was not found"
        );
        tx.rollback().await;
    }
    let after = history::verify_all(&mut db, BUREAU).await.expect("verified");
    assert!(after.broken.is_empty());
}

/// One change out of seven kinds.
async fn change(tx: &mut Tx, n: u64, kind: &str, subject: &str, seq: i64) -> &'static str {
    let of = "where bureau = $1 and subject_kind = $2 and subject = $3 and seq = $4";
    let (what, sql) = match n % 7 {
        0 => ("another word in the data", format!("update history set data = replace(data, '\"', '''') || ' ' {of}")),
        1 => ("another actor", format!("update history set actor = actor || 'x' {of}")),
        2 => ("another time", format!("update history set at = at + 1 {of}")),
        3 => ("another act", format!("update history set act = 'accept2' {of}")),
        4 => ("a row taken out", format!("delete from history {of}")),
        5 => ("another hash", format!("update history set hash = substr(hash, 2) || '0' {of}")),
        _ => (
            "a row put in",
            format!(
                "insert into history (bureau, subject_kind, subject, seq, at, actor, actor_name, act, data, prev_hash, hash)
                 select bureau, subject_kind, subject, seq + 1000, at, actor, actor_name, act, data, hash, prev_hash
                 from history {of}"
            ),
        ),
    };
    let changed = tx.execute_dyn(sql, params![BUREAU, kind, subject, seq]).await.expect("changed");
    assert_eq!(changed, 1, "{what}");
    what
}
