//! What a measure prints: each line with the least, the middle and the most over the rounds, and whether a bound held.

use std::fmt;

/// What a line must keep. The middle of the rounds is held against it.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    AtLeast(f64),
    Under(f64),
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Bound::AtLeast(least) => value >= least,
            Bound::Under(most) => value < most,
        }
    }
}

struct Line {
    what: String,
    unit: &'static str,
    rounds: Vec<f64>,
    bound: Option<Bound>,
}

pub struct Table {
    title: String,
    lines: Vec<Line>,
    notes: Vec<String>,
}

impl Table {
    pub fn new(title: impl Into<String>) -> Table {
        Table { title: title.into(), lines: Vec::new(), notes: Vec::new() }
    }

    pub fn line(&mut self, what: impl Into<String>, unit: &'static str, rounds: Vec<f64>) {
        self.lines.push(Line { what: what.into(), unit, rounds, bound: None });
    }

    pub fn bounded(&mut self, what: impl Into<String>, unit: &'static str, rounds: Vec<f64>, bound: Bound) {
        self.lines.push(Line { what: what.into(), unit, rounds, bound: Some(bound) });
    }

    pub fn note(&mut self, words: impl Into<String>) {
        self.notes.push(words.into());
    }

    pub fn holds(&self) -> bool {
        self.lines.iter().all(|line| line.bound.is_none_or(|bound| bound.holds(median(&line.rounds))))
    }
}

/// The middle one; of an even number the lower of the two.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

/// Round by round: what ran at the same time is compared with each other.
pub fn ratios(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect()
}

fn written(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wide = self.lines.iter().map(|line| line.what.chars().count()).max().unwrap_or(0).max(30);
        writeln!(f, "\n{}\n", self.title)?;
        writeln!(f, "{:wide$}  {:>10}  {:>10}  {:>10}", "", "min", "median", "max")?;
        for line in &self.lines {
            let least = line.rounds.iter().copied().fold(f64::INFINITY, f64::min);
            let most = line.rounds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let middle = median(&line.rounds);
            write!(f, "{:wide$}", line.what)?;
            for value in [least, middle, most] {
                write!(f, "  {:>10}", written(value))?;
            }
            write!(f, "  {:4}", line.unit)?;
            if let Some(bound) = line.bound {
                let (words, number) = match bound {
                    Bound::AtLeast(number) => ("at least", number),
                    Bound::Under(number) => ("under", number),
                };
                write!(f, "  {words} {number}  {}", if bound.holds(middle) { "PASS" } else { "FAIL" })?;
            }
            writeln!(f)?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "  {note}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_the_rounds_is_held_against_the_bound() {
        let mut table = Table::new("t");
        table.bounded("fast", "", vec![0.9, 0.2, 0.6], Bound::AtLeast(0.5));
        assert!(table.holds());
        table.bounded("dear", "ms", vec![1.0, 1.2, 0.8], Bound::Under(1.0));
        assert!(!table.holds());
        assert!(table.to_string().contains("under 1  FAIL"));
    }
}
