//! The rules for a statement.

use super::{Placed, Schema};

/// Says why a statement may go without `bureau`. A reason must follow.
const ALL_BUREAUS: &str = "-- all bureaus:";

/// Says why a statement is for one engine only. A reason must follow.
const ONE_ENGINE: &str = "-- one engine:";

/// What not all engines know, what must be a value made by the program, and what would lock.
const FORBIDDEN: [&str; 22] = [
    "now()",
    "random()",
    "current_timestamp",
    "current_date",
    "datetime(",
    "strftime(",
    "date('",
    "gen_random_uuid",
    "nextval",
    "for update",
    "for share",
    "skip locked",
    "advisory",
    "ilike",
    "::",
    "any(",
    "merge into",
    "grouping sets",
    "insert or ",
    "replace into",
    "date_trunc",
    "to_char(",
];

/// What is wrong with a statement, if anything.
pub fn check(sql: &str, schema: &Schema) -> Vec<String> {
    let (code, excused) = code_and_excuses(sql);
    let bare = without_quoted(&code);
    let mut problems = Vec::new();
    if bare.chars().any(|c| c.is_ascii_uppercase()) && !bare.contains('{') {
        problems.push("write it in lower case".to_owned());
    }
    let bare = bare.to_ascii_lowercase();
    if !excused.one_engine {
        let words = FORBIDDEN.iter().filter(|word| bare.contains(*word));
        problems.extend(
            words.map(|word| format!("`{word}` is not for all engines, or is a value to be made in Rust")),
        );
    }
    if !bare.contains('{') && !numbered_in_order(&bare) {
        problems.push("$1…$n must appear in order of first use, without gaps".to_owned());
    }
    if bare.contains("select *") || bare.contains(".*") {
        problems.push("name the columns".to_owned());
    }
    if bare.trim_start().starts_with("insert into") && !inserts_with_columns(&bare) {
        problems.push("an insert names its columns".to_owned());
    }
    problems.extend(check_places(&bare, schema, excused.all_bureaus));
    problems
}

fn check_places(bare: &str, schema: &Schema, all_bureaus: bool) -> Option<String> {
    let tables = tables_in(bare);
    let is =
        |placed: fn(&Placed) -> bool| tables.iter().any(|table| schema.tables.get(table).is_some_and(placed));
    let by_bureau = is(|placed| *placed == Placed::ByBureau);
    let by_key = is(|placed| matches!(placed, Placed::ByKey(_)));
    if by_bureau && by_key {
        return Some(
            "it joins tables by bureau with tables by key: look up in one, then read in the other".into(),
        );
    }
    if by_bureau && !all_bureaus && !names_its_bureau(bare) {
        return Some("it must say `bureau = $n` (or end in `-- all bureaus: why`)".into());
    }
    None
}

#[derive(Default)]
struct Excuses {
    all_bureaus: bool,
    one_engine: bool,
}

fn code_and_excuses(sql: &str) -> (String, Excuses) {
    let with_reason = |mark: &str| sql.split_once(mark).is_some_and(|(_, reason)| reason.trim().len() > 3);
    let excuses = Excuses { all_bureaus: with_reason(ALL_BUREAUS), one_engine: with_reason(ONE_ENGINE) };
    let code =
        sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    (code.split_whitespace().collect::<Vec<_>>().join(" "), excuses)
}

/// The statement with nothing between its quotes.
fn without_quoted(sql: &str) -> String {
    sql.split('\'').enumerate().map(|(i, piece)| if i % 2 == 0 { piece } else { "''" }).collect()
}

fn numbered_in_order(sql: &str) -> bool {
    let mut next = 1;
    for piece in sql.split('$').skip(1) {
        let digits: String = piece.chars().take_while(char::is_ascii_digit).collect();
        match digits.parse::<u32>() {
            Ok(number) if number == next => next += 1,
            Ok(number) if number < next && number > 0 => {}
            _ => return false,
        }
    }
    true
}

fn inserts_with_columns(sql: &str) -> bool {
    let rest = sql.trim_start().trim_start_matches("insert into").trim_start();
    let behind_name =
        rest.trim_start_matches(|c: char| c.is_alphanumeric() || "_{}".contains(c)).trim_start();
    behind_name.starts_with('(')
}

/// The names behind `from`, `join`, `into` and `update`.
fn tables_in(sql: &str) -> Vec<String> {
    let words: Vec<&str> =
        sql.split(|c: char| c.is_whitespace() || "(),".contains(c)).filter(|w| !w.is_empty()).collect();
    let leads = |word: &str| matches!(word, "from" | "join" | "into" | "update");
    words.windows(2).filter(|pair| leads(pair[0])).map(|pair| pair[1].to_owned()).collect()
}

/// `bureau = $n`, `bureau in (…)`, an insert that gives it, or a row value that begins with it.
fn names_its_bureau(sql: &str) -> bool {
    let close = sql.replace(" =", "=").replace("= ", "=");
    close.contains("bureau=$")
        || close.contains("bureau='")
        || close.contains("bureau in (")
        || (sql.starts_with("insert into")
            && sql.split('(').nth(1).is_some_and(|columns| columns.trim_start().starts_with("bureau")))
        || close.contains("(bureau,") && (close.contains(")=(") || close.contains(") in ("))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Migration;

    fn schema() -> Schema {
        let sql = "create table a (bureau text not null, id text not null, primary key (bureau, id));\n-- @dist by bureau\n\
            create table k (h text not null, v text, primary key (h));\n-- @dist by key h";
        Schema::read(&[Migration::new("0001-x.sql", sql).unwrap()]).0
    }

    #[test]
    fn good_statements_pass() {
        for sql in [
            "select id from a where bureau = $1 and id = $2 and bureau = $1",
            "insert into a (bureau, id) values ($1, $2) on conflict (bureau, id) do nothing",
            "update a set id = $1 where bureau = $2",
            "select count(*) from a -- all bureaus: a page for the whole country",
            "select v from k where h = $1",
            "select v from k where h = 'Upper :: now()'",
            "select id from a where bureau in ($1, $2)",
        ] {
            assert_eq!(check(sql, &schema()), Vec::<String>::new(), "{sql}");
        }
    }

    #[test]
    fn each_broken_rule_is_told() {
        for (sql, told) in [
            ("select id from a where id = $1", "bureau = $n"),
            ("select id from a where id = $1 -- all bureaus:", "bureau = $n"),
            ("select id from a where id = $2 and bureau = $1", "order of first use"),
            ("select id from a where bureau = $1 and id = $3", "order of first use"),
            ("SELECT id from a where bureau = $1", "lower case"),
            ("select id from a where bureau = $1 for update", "for update"),
            ("insert into a (bureau, id) values ($1, now())", "now()"),
            ("select id::text from a where bureau = $1", "::"),
            ("select * from k where h = $1", "name the columns"),
            ("insert into k values ($1, $2)", "names its columns"),
            ("insert into a (id, bureau) values ($1, $2)", "bureau = $n"),
            ("select a.id from a join k on k.v = a.id where a.bureau = $1", "joins tables"),
        ] {
            let found = check(sql, &schema());
            assert!(found.iter().any(|problem| problem.contains(told)), "{sql}: {found:?}");
        }
    }
}
