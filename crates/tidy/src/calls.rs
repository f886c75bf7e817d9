//! Whom the running program calls: its database, the signing service of its settings, and nobody else. So no address that somebody types into a form can make it
//! knock at a door inside the office's network.
//!
//! Two looks: which libraries the program is built from (dev-dependencies are not in it), and which lines open a connection.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::finding::Finding;
use crate::house::{House, Plan, Text};

pub fn check(house: &House, plan: &Plan) -> Vec<Finding> {
    let mut found: Vec<Finding> = house
        .texts
        .iter()
        .filter(|text| is_of_the_program(text, plan))
        .flat_map(|text| opens(text, plan))
        .collect();
    if house.has("Cargo.toml") {
        found.extend(libraries(house, plan));
    }
    found
}

/// A source of a crate that goes into the program, and not its tests.
fn is_of_the_program(text: &Text, plan: &Plan) -> bool {
    let mut parts = text.path.iter().filter_map(|part| part.to_str());
    let (top, name, room) = (parts.next(), parts.next(), parts.next());
    let beside = name.is_some_and(|name| plan.beside.iter().any(|one| one == name));
    let tests = parts.any(|part| matches!(part, "tests" | "tests.rs" | "testing" | "testing.rs"));
    top == Some("crates") && room == Some("src") && text.is("rs") && !beside && !tests
}

fn opens(text: &Text, plan: &Plan) -> Vec<Finding> {
    if plan.calls.allowed.contains_key(text.path.to_str().unwrap_or_default()) {
        return vec![];
    }
    let own = text.lines().take_while(|(_, line)| !line.trim_start().starts_with("#[cfg(test)]"));
    let code = own.filter(|(_, line)| !line.trim_start().starts_with("//"));
    let named = |(number, line): (usize, &str)| {
        let name = plan.calls.opens.iter().find(|name| line.contains(name.as_str()))?;
        let says = format!(
            "`{name}` opens a connection: the program calls nobody but who is listed in house.toml, [calls]"
        );
        Some(Finding::fail("call", &text.path, number, says))
    };
    code.filter_map(named).collect()
}

fn libraries(house: &House, plan: &Plan) -> Vec<Finding> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(&house.root)
        .output();
    let read = output.map(|output| serde_json::from_slice::<Metadata>(&output.stdout));
    match read {
        Ok(Ok(metadata)) => callers(&metadata, plan),
        _ => vec![Finding::warn("call", "Cargo.lock", 0, "cargo metadata could not be read")],
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dep>,
}

#[derive(Deserialize)]
struct Dep {
    pkg: String,
    dep_kinds: Vec<DepKind>,
}

#[derive(Deserialize)]
struct DepKind {
    /// None for what goes into the program; `dev` and `build` do not.
    kind: Option<String>,
}

/// The libraries that call out and are reached from the program, with the way to them.
fn callers(metadata: &Metadata, plan: &Plan) -> Vec<Finding> {
    let name: BTreeMap<&str, &str> =
        metadata.packages.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect();
    let nodes: BTreeMap<&str, &Node> =
        metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let root = metadata.packages.iter().find(|one| one.name == plan.calls.program);
    let Some(root) = root else {
        let says = format!("the program `{}` is not in the workspace", plan.calls.program);
        return vec![Finding::fail("call", "Cargo.toml", 0, says)];
    };
    let (mut open, mut seen, mut found) = (vec![vec![root.id.as_str()]], BTreeSet::new(), vec![]);
    while let Some(way) = open.pop() {
        let id = way[way.len() - 1];
        if !seen.insert(id) {
            continue;
        }
        let here = name.get(id).copied().unwrap_or_default();
        let calls = plan.calls.libraries.iter().any(|library| library == here);
        if calls && !plan.calls.allowed.contains_key(here) {
            let way: Vec<&str> = way.iter().filter_map(|id| name.get(id).copied()).collect();
            let says = format!("`{here}` calls out and is built into the program: {}", way.join(" → "));
            found.push(Finding::fail("call", Path::new("Cargo.lock"), 0, says));
        }
        let deps = nodes.get(id).map_or(&[][..], |node| &node.deps);
        for dep in deps.iter().filter(|dep| dep.dep_kinds.iter().any(|one| one.kind.is_none())) {
            open.push(way.iter().copied().chain([dep.pkg.as_str()]).collect());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted;

    #[test]
    fn a_line_that_opens_a_connection_is_found_outside_tests() {
        let body = "fn f() { std::net::TcpStream::connect(a); }\n#[cfg(test)]\nmod tests { TcpStream::connect(b) }\n";
        let house = planted(&[
            ("crates/cases/src/call.rs", body),
            ("crates/cases/src/tests.rs", body),
            ("crates/cases/tests/it/call.rs", body),
            ("crates/bench/src/load.rs", body),
            ("crates/cases/src/listen.rs", "// TcpStream::connect is for others\nTcpListener::bind(a)\n"),
        ]);
        let found = check(&house, &Plan::ours());
        let places: Vec<_> = found.iter().map(|one| (one.path.to_str().unwrap(), one.line)).collect();
        assert_eq!(places, [("crates/cases/src/call.rs", 1)]);
    }

    #[test]
    fn a_library_that_calls_out_is_found_wherever_it_hides_but_not_in_tests() {
        let read = |kind: &str| -> Metadata {
            serde_json::from_str(&format!(
                r#"{{ "packages": [{{ "id": "p", "name": "portal" }}, {{ "id": "a", "name": "innocent" }},
                                   {{ "id": "r", "name": "reqwest" }}],
                     "resolve": {{ "nodes": [
                       {{ "id": "p", "deps": [{{ "pkg": "a", "dep_kinds": [{{ "kind": null }}] }}] }},
                       {{ "id": "a", "deps": [{{ "pkg": "r", "dep_kinds": [{{ "kind": {kind} }}] }}] }},
                       {{ "id": "r", "deps": [] }}] }} }}"#
            ))
            .unwrap()
        };
        let found = callers(&read("null"), &Plan::ours());
        assert_eq!(found.len(), 1);
        assert!(found[0].says.contains("portal → innocent → reqwest"), "{}", found[0].says);
        assert_eq!(callers(&read("\"dev\""), &Plan::ours()), vec![]);
    }
}
