//! Finding the SQL in Rust sources.

/// A string literal that is SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Of the first character of the literal, from 1.
    pub line: usize,
    pub sql: String,
}

/// The string literals of a source that begin like a statement, in order, without those of its own test modules.
pub fn statements(source: &str) -> Vec<Found> {
    let tested = source.find("#[cfg(test)]\nmod ").unwrap_or(source.len());
    literals(&source[..tested]).into_iter().filter(|found| begins_like_sql(&found.sql)).collect()
}

fn begins_like_sql(text: &str) -> bool {
    let lower = text.trim_start().to_ascii_lowercase();
    let words: Vec<&str> = lower.split_whitespace().take(4).collect();
    match words.as_slice() {
        ["select", ..] => lower.contains(" from ") || lower.contains("select "),
        ["insert", "into", ..] | ["delete", "from", ..] => true,
        ["update", _, "set", ..] => true,
        ["with", _, "as", ..] => true,
        _ => false,
    }
}

/// All string literals, their escapes resolved. Comments and character literals are passed over.
fn literals(source: &str) -> Vec<Found> {
    let mut reader = Reader { rest: source.chars().collect(), at: 0, line: 1 };
    let mut found = Vec::new();
    while let Some(c) = reader.next() {
        let line = reader.line;
        match c {
            '/' if reader.peek(0) == Some('/') => reader.skip_line(),
            '/' if reader.peek(0) == Some('*') => reader.skip_comment(),
            '\'' => reader.skip_character(),
            'r' if reader.starts_raw() => found.push(Found { line, sql: reader.raw() }),
            '"' => found.push(Found { line, sql: reader.cooked() }),
            _ => {}
        }
    }
    found
}

struct Reader {
    rest: Vec<char>,
    at: usize,
    line: usize,
}

impl Reader {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.get(self.at).copied()?;
        self.at += 1;
        self.line += usize::from(c == '\n');
        Some(c)
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    fn skip_line(&mut self) {
        while self.next().is_some_and(|c| c != '\n') {}
    }

    fn skip_comment(&mut self) {
        let mut depth = 0;
        while let Some(c) = self.next() {
            match (c, self.peek(0)) {
                ('*', Some('/')) => {
                    self.next();
                    if depth == 0 {
                        return;
                    }
                    depth -= 1;
                }
                ('/', Some('*')) => depth += 1,
                _ => {}
            }
        }
    }

    /// A character literal, or a lifetime, behind whose quote nothing has to be passed over.
    fn skip_character(&mut self) {
        if self.peek(0) == Some('\\') {
            self.next();
            self.next();
            while self.next().is_some_and(|c| c != '\'') {}
        } else if self.peek(1) == Some('\'') {
            self.next();
            self.next();
        }
    }

    /// Behind an `r`: is this `r"` or `r#"`, and not the end of a name?
    fn starts_raw(&self) -> bool {
        let before = self.at.checked_sub(2).and_then(|i| self.rest.get(i));
        if before.is_some_and(|c| c.is_alphanumeric() || *c == '_') {
            return false;
        }
        let mut ahead = 0;
        while self.peek(ahead) == Some('#') {
            ahead += 1;
        }
        self.peek(ahead) == Some('"')
    }

    fn raw(&mut self) -> String {
        let mut fence = 0;
        while self.next() == Some('#') {
            fence += 1;
        }
        let mut text = String::new();
        while let Some(c) = self.next() {
            if c == '"' && (0..fence).all(|i| self.peek(i) == Some('#')) {
                break;
            }
            text.push(c);
        }
        text
    }

    fn cooked(&mut self) -> String {
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '"' => break,
                '\\' => match self.next() {
                    // A line continued: its break and the blanks before the next word are not there.
                    Some('\n') => {
                        while self.peek(0).is_some_and(char::is_whitespace) {
                            self.next();
                        }
                    }
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some(other) => text.push(other),
                    None => break,
                },
                c => text.push(c),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_found_where_they_stand_and_nothing_else_is() {
        let source = r##"
// "select no from comment"
/* "select no /* nested */ from comment" */
fn f<'a>(x: &'a str) -> char { '"' }
const A: &str = "select 'it''s' from a \
    where b = $1";
const B: &str = r#"update "a" set b = 1"#;
const C: &str = "selected words";
const D: &str = "insert into a (b) values ($1)";
#[cfg(test)]
mod tests { const E: &str = "select e from e"; }
"##;
        let found: Vec<(usize, String)> = statements(source).into_iter().map(|f| (f.line, f.sql)).collect();
        let expected = [
            (5, "select 'it''s' from a where b = $1"),
            (7, "update \"a\" set b = 1"),
            (9, "insert into a (b) values ($1)"),
        ];
        assert_eq!(found, expected.map(|(line, sql)| (line, sql.to_owned())));
    }
}
