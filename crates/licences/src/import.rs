//! Taking over the licences of an older system from a CSV file. All or nothing: one transaction a file, and a file with
//! a faulty row leaves nothing behind but a report that names every fault. The reader works ahead of the database on a
//! thread of its own, a few thousand rows at a time, so a file of any size fits.

mod report;
mod row;

pub use report::{Report, RowFault};
pub use row::{Bureau, COLUMNS};

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use db::history::Entry;
use db::{Db, Tx, Value, counter, history, params};
use jiff::Timestamp;
use sm3::{Digest, Sm3};
use tokio::sync::mpsc;

use crate::keys::{Keys, Kind};
use crate::{Fault, number, store};
use row::{Reading, Taken};

/// What an import needs to know beside the file.
#[derive(Clone)]
pub struct Import {
    /// By the first six digits of the licence number.
    pub bureaus: HashMap<String, Bureau>,
    pub keys: Keys,
    pub item_slug: String,
    pub now: Timestamp,
    /// Who imports: an officer's id or `system`, and the name for the history.
    pub actor: (String, String),
}

/// Rows read and checked at a time.
const CHUNK: usize = 2_000;
/// Chunks the reader may be ahead.
const AHEAD: usize = 2;

/// Reads the file and takes it over, or reports why not.
pub async fn import_csv(
    db: &Db,
    reader: impl Read + Send + 'static,
    setup: &Import,
) -> Result<Report, Fault> {
    let (send, mut chunks) = mpsc::channel(AHEAD);
    let reading = Reading::new(setup);
    let read = tokio::task::spawn_blocking(move || read_all(reader, reading, &send));
    let mut taking = Taking::new(db.begin().await?, setup);
    while let Some(chunk) = chunks.recv().await {
        taking.take(chunk).await?;
    }
    let mut report = read.await.map_err(|fault| Fault::Reader(fault.to_string()))?;
    report.faults_of_rows(std::mem::take(&mut taking.duplicates));
    if report.is_clean() {
        taking.finish(&mut report).await?;
    } else {
        taking.tx.rollback().await;
    }
    Ok(report)
}

/// Reads to the end even when rows are faulty, so that the report is whole; sends rows on only while all are good.
fn read_all(reader: impl Read, mut reading: Reading, send: &mpsc::Sender<Vec<Taken>>) -> Report {
    let mut digesting = Digesting { reader, digest: Sm3::new() };
    let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(&mut digesting);
    let mut chunk = Vec::with_capacity(CHUNK);
    if let Err(fault) = csv.headers().map_err(|fault| fault.to_string()).and_then(|head| reading.header(head))
    {
        reading.report.fault(1, "表头", fault);
        return reading.report;
    }
    let mut record = csv::StringRecord::new();
    loop {
        match csv.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => chunk.extend(reading.row(&record)),
            Err(fault) => {
                let line = fault.position().map_or(0, csv::Position::line);
                reading.report.fault(line, "整行", unreadable(&fault));
                // A fault of the disk repeats for ever; one of the text is behind us.
                if fault.is_io_error() {
                    break;
                }
            }
        }
        if chunk.len() >= CHUNK && !pass_on(&mut chunk, &reading.report, send) {
            return reading.report;
        }
    }
    pass_on(&mut chunk, &reading.report, send);
    drop(csv);
    reading.report.digest = hex::encode(digesting.digest.finalize());
    reading.report
}

fn unreadable(fault: &csv::Error) -> String {
    match fault.kind() {
        csv::ErrorKind::Utf8 { .. } => "不是 UTF-8 编码的文字。请把文件另存为“CSV UTF-8”再导入".into(),
        _ => "这一行读不出来。请检查引号是否成对、文件是否完整".into(),
    }
}

/// False when nobody listens any more: the database refused.
fn pass_on(chunk: &mut Vec<Taken>, report: &Report, send: &mpsc::Sender<Vec<Taken>>) -> bool {
    let rows = std::mem::replace(chunk, Vec::with_capacity(CHUNK));
    !report.is_clean() || rows.is_empty() || send.blocking_send(rows).is_ok()
}

/// Digests a file while it is read.
struct Digesting<R> {
    reader: R,
    digest: Sm3,
}

impl<R: Read> Read for &mut Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.digest.update(&buffer[..count]);
        Ok(count)
    }
}

/// The database's side of an import.
struct Taking<'a> {
    tx: Tx,
    setup: &'a Import,
    /// Step of changes of each bureau met so far; whether it kept licences before.
    bureaus: HashMap<String, (i64, bool)>,
    /// Counter → highest serial, by bureau.
    serials: BTreeMap<(String, String), i64>,
    taken: BTreeMap<String, u64>,
    duplicates: Vec<RowFault>,
}

impl<'a> Taking<'a> {
    fn new(tx: Tx, setup: &'a Import) -> Taking<'a> {
        let (bureaus, serials, taken) = Default::default();
        Taking { tx, setup, bureaus, serials, taken, duplicates: Vec::new() }
    }

    async fn take(&mut self, chunk: Vec<Taken>) -> Result<(), Fault> {
        for taken in &chunk {
            self.meet(&taken.licence.bureau, &taken.licence.division).await?;
            self.count(taken);
        }
        self.look_for_duplicates(&chunk).await?;
        if self.duplicates.is_empty() {
            self.write(chunk).await?;
        }
        Ok(())
    }

    /// The first row of a bureau takes the bureau's next step; all its rows share it.
    async fn meet(&mut self, bureau: &str, division: &str) -> Result<(), Fault> {
        if self.bureaus.contains_key(bureau) {
            return Ok(());
        }
        // Counters before the step, as issuing does: whoever takes two locks in another order waits for ever.
        for kind in [1, 2] {
            counter::raise_to(&mut self.tx, bureau, &number::counter_name(division, kind), 0).await?;
        }
        let had_some = store::any_in(&mut self.tx, bureau).await?;
        let seq = store::next_seq(&mut self.tx, bureau).await?;
        self.bureaus.insert(bureau.into(), (seq, had_some));
        Ok(())
    }

    fn count(&mut self, taken: &Taken) {
        let licence = &taken.licence;
        *self.taken.entry(licence.bureau.clone()).or_default() += 1;
        if let Some((division, kind, serial)) = number::parts(&licence.number) {
            let key = (licence.bureau.clone(), number::counter_name(division, kind));
            let highest = self.serials.entry(key).or_default();
            *highest = serial.max(*highest);
        }
    }

    /// Asked only of bureaus that kept licences before the import began.
    async fn look_for_duplicates(&mut self, chunk: &[Taken]) -> Result<(), Fault> {
        let mut by_bureau: BTreeMap<&str, Vec<&Taken>> = BTreeMap::new();
        for taken in chunk.iter().filter(|taken| self.bureaus[&taken.licence.bureau].1) {
            by_bureau.entry(&taken.licence.bureau).or_default().push(taken);
        }
        for (bureau, rows) in by_bureau {
            for some in rows.chunks(500) {
                let numbers: Vec<&str> = some.iter().map(|taken| taken.licence.number.as_str()).collect();
                let there = store::existing(&mut self.tx, bureau, &numbers).await?;
                let known = some.iter().filter(|taken| there.contains(&taken.licence.number));
                self.duplicates.extend(known.map(|taken| already_there(taken)));
            }
        }
        Ok(())
    }

    async fn write(&mut self, chunk: Vec<Taken>) -> Result<(), Fault> {
        let (mut licences, mut guards, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        for Taken { licence, credit_key, .. } in chunk {
            let seq = self.bureaus[&licence.bureau].0;
            licences.push(store::values(&licence, seq));
            guards.push(params![&licence.number, "licence-no", &licence.bureau, &licence.number]);
            keys.extend(
                credit_key.map(|key| params![key, Kind::CreditCode.code(), &licence.bureau, &licence.number]),
            );
        }
        self.load("licence", store::COLUMNS, licences).await?;
        self.load("uniq", &["key_hash", "kind", "bureau", "value"], guards).await?;
        self.load("licence_lookup", &["key_hash", "kind", "bureau", "number"], keys).await
    }

    async fn load(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: Vec<Vec<Value>>,
    ) -> Result<(), Fault> {
        let loaded = self.tx.copy_in(table, columns, rows).await;
        loaded.map(|_| ()).map_err(|fault| match fault {
            // Not among the bureau's own numbers, or we would have seen it: another bureau holds it.
            db::Fault::Unique { .. } => Fault::NumberElsewhere,
            fault => fault.into(),
        })
    }

    async fn finish(mut self, report: &mut Report) -> Result<(), Fault> {
        for ((bureau, name), highest) in &self.serials {
            counter::raise_to(&mut self.tx, bureau, name, *highest).await?;
            report.counters.insert(name.clone(), counter::peek(&mut self.tx, bureau, name).await?);
        }
        for (bureau, count) in &self.taken {
            let entry = entry(self.setup, bureau, *count, &report.digest);
            history::append(&mut self.tx, &entry).await?;
        }
        self.tx.commit().await?;
        report.imported = self.taken.values().sum();
        report.by_bureau = self.taken;
        Ok(())
    }
}

/// One entry a bureau and file; the file's digest says what was in it.
fn entry(setup: &Import, bureau: &str, count: u64, digest: &str) -> Entry {
    let data = serde_json::json!({ "licences": count, "file": digest });
    let (actor, name) = &setup.actor;
    Entry::new((bureau, "licence-import", digest), setup.now, (actor, name), "imported", data.to_string())
}

fn already_there(taken: &Taken) -> RowFault {
    RowFault {
        row: taken.line,
        column: "licence_no".into(),
        says: format!("许可证号 {} 已在库中，不能重复导入。请从文件中删去这一行", taken.licence.number),
    }
}
