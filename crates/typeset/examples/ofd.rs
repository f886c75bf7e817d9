//! The samples of every kind as sealed OFD, with reading copy and picture beside it: `cargo run -p typeset --example ofd -- OUT`.
//!
//! The seal is one of a test CA made on the spot. How fast it goes: `cargo run --release -p bench -- documents`.

#[path = "../tests/seal_desk/mod.rs"]
mod seal_desk;

use ofd::{Limits, Verdict};
use papers::{ALL_KINDS, Paper, Typesetter};
use seal_desk::SealDesk;
use std::error::Error;
use std::path::PathBuf;
use typeset::Press;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let out = PathBuf::from(arguments.next().ok_or("usage: ofd OUT")?);
    std::fs::create_dir_all(&out)?;
    let press = Press::new();
    let desk = SealDesk::new(&press)?;
    for kind in ALL_KINDS {
        for (number, paper) in Paper::samples(kind).iter().enumerate() {
            let name = format!("{}-{number}", kind.code());
            let list = press.layout(paper)?;
            let sealed = desk.sealed(&list, paper)?;
            let pdf = press.pdf_with_seals(paper, &desk.prints(&list))?;
            let report = ofd::check(&sealed, &Limits::default(), &desk.policy());
            if report.verdict != Verdict::Sound {
                return Err(format!("{:#?}", report.steps).into());
            }
            println!("{name}: OFD {} kB, PDF {} kB", sealed.len() / 1000, pdf.len() / 1000);
            std::fs::write(out.join(format!("{name}.ofd")), sealed)?;
            std::fs::write(out.join(format!("{name}.pdf")), pdf)?;
            for page in 0..press.pages(paper)? {
                let png = press.png(paper, page, 100)?;
                std::fs::write(out.join(format!("{name}-{}.png", page + 1)), png)?;
            }
        }
    }
    Ok(())
}
