//! Keeping the register level with the database.

use std::sync::Arc;
use std::time::Duration;

use db::{Db, Fault};
use web::Clock;

use super::index::Cursor;
use super::{Register, UNPOISONED};
use crate::store::{self, Change};
use std::sync::atomic::Ordering;

/// Changes read at a time.
const PAGE: i64 = 10_000;
/// How long the register waits for a nudge before it looks by itself.
const TURN: Duration = Duration::from_secs(1);

/// Takes in everything that changed since the last time; the first time, everything. Returns how many licences.
pub async fn load(register: &Register, db: &Db, clock: &dyn Clock) -> Result<u64, Fault> {
    // Taken before the reading: what is committed while we read may or may not be in.
    let began = clock.now();
    let mut taken = 0;
    for (bureau, head) in store::heads(&mut db.clone()).await? {
        taken += take_bureau(register, db, &bureau, head).await?;
    }
    register.read_at.store(began.as_microsecond(), Ordering::Release);
    Ok(taken)
}

async fn take_bureau(register: &Register, db: &Db, bureau: &str, head: i64) -> Result<u64, Fault> {
    let mut cursor = register.index.read().expect(UNPOISONED).cursor(bureau);
    let mut taken = 0;
    while !cursor.has_all_of(head) {
        let changes = store::changed_after(&mut db.clone(), bureau, cursor.seq, &cursor.number, PAGE).await?;
        cursor = reached(&changes, head);
        taken += changes.len() as u64;
        let mut index = register.index.write().expect(UNPOISONED);
        changes.iter().for_each(|change| index.take(change));
        index.move_cursor(bureau, cursor.clone());
    }
    Ok(taken)
}

/// Where a page of changes has brought us. A page that is not full was the last: a transaction's changes become visible
/// all at once, so nothing can be added to a step that has been seen.
fn reached(changes: &[Change], head: i64) -> Cursor {
    match changes.last() {
        Some(last) if changes.len() as i64 == PAGE => Cursor { seq: last.seq, number: last.number.clone() },
        Some(last) => Cursor::complete(last.seq.max(head)),
        None => Cursor::complete(head),
    }
}

/// Follows the database until `shutdown` resolves. A database that is down is asked again each second; look-ups go on
/// meanwhile and say so.
pub async fn follow_until(
    register: Arc<Register>,
    db: Db,
    clock: Arc<dyn Clock>,
    shutdown: impl Future<Output = ()> + Send,
) {
    tokio::pin!(shutdown);
    let mut silent = false;
    loop {
        tokio::select! {
            () = &mut shutdown => return,
            () = register.nudge.notified() => {}
            () = tokio::time::sleep(TURN) => {}
        }
        match load(&register, &db, clock.as_ref()).await {
            Ok(_) if silent => {
                silent = false;
                tracing::info!("the register follows the database again");
            }
            Ok(_) => {}
            Err(fault) if !silent => {
                silent = true;
                tracing::warn!(%fault, "the register cannot read the database; look-ups go on from memory");
            }
            Err(_) => {}
        }
    }
}
