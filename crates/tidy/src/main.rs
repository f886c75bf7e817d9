//! Holds the tree against the plan of the house and fails the build where it strays.
//! What the plan says stands in `house.toml`; why, in ARCHITECTURE.md.
//!
//! `cargo run -p tidy` looks at this workspace, `cargo run -p tidy -- FOLDER` at another tree.

mod arrows;
mod calls;
mod citations;
mod documents;
mod finding;
mod house;
mod lock;
mod purity;
mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use finding::{Finding, Weight};
use house::{House, Plan};

fn main() -> ExitCode {
    let root = std::env::args_os().nth(1).map_or_else(workspace_root, PathBuf::from);
    let house = match House::read(&root) {
        Ok(house) => house,
        Err(error) => {
            eprintln!("tidy: cannot read {}: {error}", root.display());
            return ExitCode::from(2);
        }
    };
    let found = look(&house, &Plan::ours());
    for finding in &found {
        println!("{finding}\n");
    }
    let failures = found.iter().filter(|finding| finding.weight == Weight::Fail).count();
    println!("tidy: {} texts, {failures} errors, {} warnings", house.texts.len(), found.len() - failures);
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn look(house: &House, plan: &Plan) -> Vec<Finding> {
    let mut found = [
        arrows::check(house, plan),
        purity::check(house, plan),
        calls::check(house, plan),
        citations::check(house, plan),
        documents::check(house),
        words::check(house, plan),
        lock::check(house),
    ]
    .concat();
    found.sort();
    found
}

fn workspace_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the crate lies in its workspace")
}

/// A little tree in a temporary folder with the given files, read as a house.
#[cfg(test)]
fn planted(files: &[(&str, &str)]) -> House {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, body) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder");
        std::fs::write(path, body).expect("the file");
    }
    let house = House::read(folder.path()).expect("just written");
    // The folder stays for checks that ask whether a path exists; the system clears temporary folders.
    let _ = folder.keep();
    house
}
