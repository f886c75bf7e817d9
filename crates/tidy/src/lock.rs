//! The lock file is committed, holds no banned crate, and every licence in it is one we may ship.
//!
//! Bans and licences are read from `deny.toml`, so that `cargo deny` and tidy never disagree;
//! tidy answers without the network and where cargo-deny is not installed.

use std::process::Command;

use serde::Deserialize;

use crate::finding::Finding;
use crate::house::House;

#[derive(Deserialize, Default)]
struct Deny {
    #[serde(default)]
    bans: Bans,
    #[serde(default)]
    licenses: Licences,
}

#[derive(Deserialize, Default)]
struct Bans {
    #[serde(default)]
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize, Default)]
struct Licences {
    #[serde(default)]
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

pub fn check(house: &House) -> Vec<Finding> {
    let Ok(lock) = std::fs::read_to_string(house.root.join("Cargo.lock")) else {
        return vec![Finding::fail("lock", "Cargo.lock", 0, "is missing: a build must be repeatable")];
    };
    let mut found = Vec::new();
    if house.has(".git") && !committed(house) {
        found.push(Finding::fail("lock", "Cargo.lock", 0, "is not committed: git does not know it"));
    }
    let deny = match house.text("deny.toml").map(|text| toml::from_str::<Deny>(&text.body)) {
        Some(Ok(deny)) => deny,
        Some(Err(error)) => {
            found.push(Finding::fail("lock", "deny.toml", 0, format!("cannot be read: {error}")));
            return found;
        }
        None => {
            found.push(Finding::fail("lock", "deny.toml", 0, "is missing"));
            return found;
        }
    };
    found.extend(banned(&lock, &deny.bans));
    found.extend(licences(house, &deny.licenses));
    found
}

fn committed(house: &House) -> bool {
    let listed = Command::new("git")
        .args(["ls-files", "--error-unmatch", "Cargo.lock"])
        .current_dir(&house.root)
        .output();
    // Without git at hand (a release archive) there is nothing to compare with.
    listed.is_ok_and(|output| output.status.success())
        || Command::new("git").arg("--version").output().is_err()
}

fn banned(lock: &str, bans: &Bans) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in lock.lines().enumerate() {
        let Some(name) = line.strip_prefix("name = \"").and_then(|rest| rest.strip_suffix('"')) else {
            continue;
        };
        if let Some(ban) = bans.deny.iter().find(|ban| ban.name == name) {
            let says = format!("`{name}` is banned: {}", ban.reason);
            found.push(Finding::fail("ban", "Cargo.lock", number + 1, says));
        }
    }
    found
}

/// What `cargo metadata` tells of a package.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
}

fn licences(house: &House, licences: &Licences) -> Vec<Finding> {
    if !house.has("Cargo.toml") {
        return Vec::new();
    }
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(&house.root)
        .output();
    let metadata = match output {
        Ok(output) if output.status.success() => serde_json::from_slice::<Metadata>(&output.stdout),
        Ok(output) => {
            let says = format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim());
            return vec![Finding::warn("licence", "Cargo.lock", 0, says)];
        }
        Err(error) => {
            return vec![Finding::warn("licence", "Cargo.lock", 0, format!("cargo did not start: {error}"))];
        }
    };
    let Ok(metadata) = metadata else {
        return vec![Finding::warn(
            "licence",
            "Cargo.lock",
            0,
            "cargo metadata answered something unreadable",
        )];
    };
    metadata.packages.iter().filter_map(|package| unlicensed(package, licences)).collect()
}

fn unlicensed(package: &Package, licences: &Licences) -> Option<Finding> {
    let Package { name, version, license } = package;
    let excepted = licences.exceptions.iter().filter(|e| e.name == *name).flat_map(|e| &e.allow);
    let allowed: Vec<&str> = licences.allow.iter().chain(excepted).map(String::as_str).collect();
    match license {
        Some(expression) if permits(expression, &allowed) => None,
        Some(expression) => {
            let says = format!("{name} {version} is under {expression}, which deny.toml does not allow");
            Some(Finding::fail("licence", "Cargo.lock", 0, says))
        }
        None => Some(Finding::fail("licence", "Cargo.lock", 0, format!("{name} {version} names no licence"))),
    }
}

/// May we choose within `expression` so that every part is allowed? SPDX: AND binds tighter than OR.
/// Old manifests write `MIT/Apache-2.0` for OR.
fn permits(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    any(&words, &mut at, allowed) && at == words.len()
}

fn any(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let mut permitted = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        permitted |= all(words, at, allowed);
    }
    permitted
}

fn all(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let mut permitted = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        permitted &= one(words, at, allowed);
    }
    permitted
}

fn one(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let word = words.get(*at).copied().unwrap_or_default();
    *at += 1;
    if word == "(" {
        let permitted = any(words, at, allowed);
        *at += 1; // the closing bracket
        return permitted;
    }
    if words.get(*at) == Some(&"WITH") {
        let with = format!("{word} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
        // An exception only ever adds permissions.
        return allowed.contains(&with.as_str()) || allowed.contains(&word);
    }
    allowed.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted;

    #[test]
    fn licence_expressions_are_read_as_spdx_means_them() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"];
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(permits(good, &allowed), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "MIT AND (GPL-3.0 OR AGPL-3.0)", "", "MIT )"] {
            assert!(!permits(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn a_missing_lock_file_and_a_banned_crate_are_found() {
        assert_eq!(check(&planted(&[]))[0].rule, "lock");
        let deny = "[bans]\ndeny = [{ crate = 'openssl-sys', reason = 'rustls' }]\n";
        let house = planted(&[("Cargo.lock", "[[package]]\nname = \"openssl-sys\"\n"), ("deny.toml", deny)]);
        std::fs::write(house.root.join("Cargo.lock"), "[[package]]\nname = \"openssl-sys\"\n").unwrap();
        let found = check(&house);
        assert_eq!(found.iter().map(|f| (f.rule, f.line)).collect::<Vec<_>>(), [("ban", 2)]);
    }
}
