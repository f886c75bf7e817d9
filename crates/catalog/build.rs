//! Lists the item files for the compiler: everything under `/items`, and of `/places` only what bureaus say about items and
//! siting (the rest of a place is megabytes of other matters' data).

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root =
        PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../..").canonicalize()?;
    let mut files = Vec::new();
    gather(&root.join("items"), &mut files)?;
    for place in folders(&root.join("places"))? {
        gather(&place.join("items"), &mut files)?;
        files.extend(Some(place.join("siting.toml")).filter(|file| file.is_file()));
    }
    files.sort();

    let rows = files.iter().map(|file| {
        let name = file.strip_prefix(&root).expect("found below the root").display().to_string();
        format!("    ({name:?}, include_str!({:?})),\n", file.display().to_string())
    });
    let list = format!("pub static FILES: &[(&str, &str)] = &[\n{}];\n", rows.collect::<String>());
    fs::write(PathBuf::from(env::var("OUT_DIR").expect("cargo sets it")).join("files.rs"), list)?;
    println!("cargo::rerun-if-changed={}", root.join("items").display());
    println!("cargo::rerun-if-changed={}", root.join("places").display());
    Ok(())
}

fn folders(dir: &Path) -> io::Result<Vec<PathBuf>> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(dir)?.collect::<Result<Vec<_>, _>>()?;
    Ok(entries.into_iter().map(|entry| entry.path()).filter(|path| path.is_dir()).collect())
}

fn gather(dir: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !dir.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if path.extension().is_some_and(|it| it == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
