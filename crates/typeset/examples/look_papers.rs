//! Sets the samples of every kind for looking at them: `cargo run -p typeset --example look_papers -- OUT [KIND]`.
//!
//! Templates are read from `templates/papers`, so their wording can be changed without a build.

use papers::{ALL_KINDS, Kind, Paper, Typesetter};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};
use typeset::Press;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let out = PathBuf::from(arguments.next().ok_or("usage: look OUT [KIND]")?);
    let wanted: Vec<Kind> = arguments.filter_map(|code| Kind::from_code(&code)).collect();
    fs::create_dir_all(&out)?;
    let press = Press::with_templates(templates()?);
    for kind in ALL_KINDS.into_iter().filter(|kind| wanted.is_empty() || wanted.contains(kind)) {
        for (n, paper) in Paper::samples(kind).iter().enumerate() {
            if let Err(fault) = show(&press, paper, &out, &format!("{}-{n}", kind.code())) {
                println!("{}-{n}: {fault}", kind.code());
            }
        }
    }
    Ok(())
}

fn show(press: &Press, paper: &Paper, out: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    let pages = press.pages(paper)?;
    for page in 0..pages {
        fs::write(out.join(format!("{name}-p{}.png", page + 1)), press.png(paper, page, 80)?)?;
    }
    let pdf = press.pdf(paper)?;
    println!("{name}: {pages} pages, {} KB", pdf.len() / 1024);
    fs::write(out.join(format!("{name}.pdf")), pdf)?;
    Ok(())
}

fn templates() -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/papers");
    let mut templates = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        templates.push((name, fs::read_to_string(&path)?));
    }
    Ok(templates)
}
