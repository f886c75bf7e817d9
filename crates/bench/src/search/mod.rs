//! The search over 100,000 documents: seconds to index them, milliseconds of a question of the kept list, of the same
//! question about one kind, and of each beginning somebody types on the way to it.

mod corpus;

use std::time::Instant;

use ::search::{Asked, Fault, Kind, Search, Shelf, Words};
use anyhow::Result;
use jiff::civil::{Date, date};

use crate::Pace;
use crate::cpu::cpu_seconds;
use crate::table::{Bound, Table};

const DOCUMENTS: usize = 100_000;
const QUERIES: &str = include_str!("../../../search/tests/queries.tsv");
const SYNONYMS: &str = include_str!("../../../../items/words/synonyms.toml");
const TERMS: &str = include_str!("../../../../items/words/terms.toml");
const TODAY: Date = date(2026, 11, 25);
/// As many as the box shows.
const OFFERS: usize = 8;

pub fn measure(pace: Pace) -> Result<Table> {
    let mut table = Table::new(format!("search: {DOCUMENTS} documents, one question after the other"));
    let documents = corpus::documents(DOCUMENTS);
    let (mut indexing, mut any, mut policies, mut typing) =
        (vec![], Times::default(), Times::default(), Times::default());
    for _ in 0..pace.rounds {
        let search = Search::on(Shelf::Memory)?;
        let began = Instant::now();
        search.replace(&documents, words()?)?;
        indexing.push(began.elapsed().as_secs_f64());
        any.round(queries(), |query| search.find(&Asked::new(query, TODAY)).map(drop))?;
        policies.round(queries(), |query| {
            search.find(&Asked { kind: Some(Kind::Policy), ..Asked::new(query, TODAY) }).map(drop)
        })?;
        typing
            .round(queries().flat_map(beginnings), |typed| search.suggest(typed, TODAY, OFFERS).map(drop))?;
    }
    table.bounded("to index", "s", indexing, Bound::Under(60.0));
    any.tell("question", &mut table);
    policies.tell("question about one kind", &mut table);
    typing.tell("suggestions for a beginning", &mut table);
    table.note(format!(
        "{} kept questions and {} beginnings",
        queries().count(),
        queries().flat_map(beginnings).count()
    ));
    Ok(table)
}

fn words() -> Result<Words> {
    Ok(Words::read("synonyms.toml", SYNONYMS, TODAY)?.and(Words::read("terms.toml", TERMS, TODAY)?))
}

fn queries() -> impl Iterator<Item = &'static str> {
    QUERIES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split('\t').next())
}

/// What stands in the box after each of the first six characters.
fn beginnings(query: &str) -> impl Iterator<Item = &str> {
    let ends = query.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.take(6).map(|end| &query[..end])
}

/// Milliseconds of each round: the middle one and the 99th of a hundred, and what a question costs the processor on average.
/// Beside other work a question waits for its turn; its cost doesn't grow with the waiting.
#[derive(Default)]
struct Times {
    middle: Vec<f64>,
    ninety_ninth: Vec<f64>,
    cost: Vec<f64>,
}

impl Times {
    fn round<'a>(
        &mut self,
        asked: impl Iterator<Item = &'a str>,
        answer: impl Fn(&str) -> Result<(), Fault>,
    ) -> Result<()> {
        let (mut times, cost) = (Vec::new(), cpu_seconds());
        for one in asked {
            let began = Instant::now();
            answer(one)?;
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        self.cost.push((cpu_seconds() - cost) * 1000.0 / times.len() as f64);
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[(times.len().saturating_sub(1) as f64 * share) as usize];
        self.middle.push(at(0.5));
        self.ninety_ninth.push(at(0.99));
        Ok(())
    }

    fn tell(self, what: &str, table: &mut Table) {
        table.line(format!("{what}, p50"), "ms", self.middle);
        table.bounded(format!("{what}, p99"), "ms", self.ninety_ninth, Bound::Under(20.0));
        table.line("  processor, on average", "ms", self.cost);
    }
}
