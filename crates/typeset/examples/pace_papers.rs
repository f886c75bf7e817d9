//! How fast papers are set: `cargo run --release -p typeset --example pace_papers -- [COUNT]`.
//!
//! Every paper is different, so that nothing comes from the engine's caches.

use papers::data::{Acceptance, PaperData};
use papers::{Paper, Typesetter};
use std::time::Instant;
use typeset::Press;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: u32 = std::env::args().nth(1).map_or(Ok(200), |count| count.parse())?;
    let press = Press::new();
    let start = Instant::now();
    press.warm();
    println!("fonts: {:?}", start.elapsed());
    let sample = Acceptance::samples().remove(0);
    let mut start = Instant::now();
    for n in 0..=count {
        let mut letter = sample.clone();
        letter.head.case_number = format!("9901012026{n:08}");
        letter.head.party.name = format!("城中区第{n}便民店");
        press.pdf(&Paper::new(&letter, jiff::civil::date(2026, 11, 23)))?;
        if n == 0 {
            println!("first PDF: {:?}", start.elapsed());
            start = Instant::now();
        }
    }
    println!("each of {count} more: {:?}", start.elapsed() / count.max(1));
    Ok(())
}
