//! The limited markup of an article: paragraphs, headings, lists, tables, links. It is read into values and drawn from
//! them with everything escaped, so HTML or script that somebody types can only ever show as text.

use std::fmt::Write;

/// A body as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(pub Vec<Block>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Level 2 or 3: the page's own title is the only one of level 1.
    Heading(u8, Line),
    Paragraph(Vec<Line>),
    List {
        numbered: bool,
        items: Vec<Line>,
    },
    Table(Table),
}

/// The first row is the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub head: Vec<Line>,
    pub rows: Vec<Vec<Line>>,
}

pub type Line = Vec<Span>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    Text(String),
    Strong(String),
    Link { words: String, to: String },
}

/// Reads what an editor typed. Whatever is no mark is text.
pub fn read(typed: &str) -> Body {
    let mut blocks = Vec::new();
    let mut lines = typed.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        if let Some(words) = line.strip_prefix("## ") {
            blocks.push(Block::Heading(3, spans(words)));
        } else if let Some(words) = line.strip_prefix("# ") {
            blocks.push(Block::Heading(2, spans(words)));
        } else if is_row(line) {
            let mut rows = vec![cells(line)];
            while let Some(next) = lines.next_if(|next| is_row(next)) {
                rows.push(cells(next));
            }
            blocks.push(Block::Table(table(rows)));
        } else if let Some((numbered, words)) = item(line) {
            let mut items = vec![spans(words)];
            while let Some(next) = lines.next_if(|next| item(next).is_some_and(|(same, _)| same == numbered))
            {
                items.extend(item(next).map(|(_, words)| spans(words)));
            }
            blocks.push(Block::List { numbered, items });
        } else {
            let mut paragraph = vec![spans(line)];
            while let Some(next) = lines.next_if(|next| is_plain(next)) {
                paragraph.push(spans(next));
            }
            blocks.push(Block::Paragraph(paragraph));
        }
    }
    Body(blocks)
}

fn is_plain(line: &str) -> bool {
    !line.is_empty()
        && !line.starts_with("# ")
        && !line.starts_with("## ")
        && !is_row(line)
        && item(line).is_none()
}

fn is_row(line: &str) -> bool {
    line.len() > 2 && line.starts_with('|') && line.ends_with('|')
}

/// `- words` or `1. words`, with whether it is numbered.
fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(words) = line.strip_prefix("- ") {
        return Some((false, words));
    }
    let (number, words) = line.split_once(". ")?;
    let is_number = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some((true, words))
}

fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

/// Every row as wide as the head: a reader with a screen reader must not count cells.
fn table(rows: Vec<Vec<&str>>) -> Table {
    let is_rule =
        |row: &Vec<&str>| row.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| "-:".contains(c)));
    let mut rows = rows.into_iter().filter(|row| !is_rule(row));
    let head: Vec<Line> = rows.next().unwrap_or_default().into_iter().map(spans).collect();
    let width = head.len();
    let fitted = |row: Vec<&str>| {
        let mut row: Vec<Line> = row.into_iter().map(spans).collect();
        row.resize(width, Vec::new());
        row
    };
    Table { rows: rows.map(fitted).collect(), head }
}

/// `**strong**` and `[words](address)`.
fn spans(line: &str) -> Line {
    let mut found = Vec::new();
    let mut plain = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['*', '[']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = strong(rest).or_else(|| link(rest));
        match taken {
            Some((span, length)) => {
                if !plain.is_empty() {
                    found.push(Span::Text(std::mem::take(&mut plain)));
                }
                found.push(span);
                rest = &rest[length..];
            }
            None => {
                plain.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        found.push(Span::Text(plain));
    }
    found
}

fn strong(rest: &str) -> Option<(Span, usize)> {
    let inner = rest.strip_prefix("**")?;
    let end = inner.find("**").filter(|end| *end > 0)?;
    Some((Span::Strong(inner[..end].to_owned()), end + 4))
}

fn link(rest: &str) -> Option<(Span, usize)> {
    let inner = rest.strip_prefix('[')?;
    let (words, behind) = inner.split_once("](")?;
    let (to, _) = behind.split_once(')')?;
    let fits = !words.is_empty() && !words.contains('[') && may_lead_to(to);
    fits.then(|| (Span::Link { words: words.to_owned(), to: to.to_owned() }, words.len() + to.len() + 4))
}

/// Pages of our own site, others by http and https, telephones. Never a script.
fn may_lead_to(to: &str) -> bool {
    let own = to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\");
    let web = to.starts_with("https://") || to.starts_with("http://");
    (own || web || to.starts_with("tel:")) && to.chars().all(|c| !c.is_control() && !c.is_whitespace())
}

impl Body {
    /// As HTML in which nothing of what was typed is markup.
    pub fn html(&self) -> Html {
        let mut out = String::new();
        for block in &self.0 {
            match block {
                Block::Heading(level, line) => _ = writeln!(out, "<h{level}>{}</h{level}>", drawn(line)),
                Block::Paragraph(lines) => {
                    let lines: Vec<String> = lines.iter().map(drawn).collect();
                    _ = writeln!(out, "<p>{}</p>", lines.join("<br>"));
                }
                Block::List { numbered, items } => {
                    let tag = if *numbered { "ol" } else { "ul" };
                    let items: String =
                        items.iter().map(|item| format!("<li>{}</li>", drawn(item))).collect();
                    _ = writeln!(out, "<{tag}>{items}</{tag}>");
                }
                // On a phone each row becomes a card, its cells labelled by the head.
                Block::Table(table) => out.push_str(&drawn_table(table, "stack")),
            }
        }
        Html(out)
    }

    /// The words alone, for searching and for summaries.
    pub fn words(&self) -> String {
        let mut all: Vec<String> = Vec::new();
        for block in &self.0 {
            match block {
                Block::Heading(_, line) => all.push(words(line)),
                Block::Paragraph(lines) => all.extend(lines.iter().map(words)),
                Block::List { items, .. } => all.extend(items.iter().map(words)),
                Block::Table(table) => {
                    let rows = std::iter::once(&table.head).chain(&table.rows);
                    all.extend(rows.map(|row| row.iter().map(words).collect::<Vec<_>>().join(" ")));
                }
            }
        }
        all.join("\n")
    }

    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.0.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }
}

impl Body {
    /// Each table by itself, its rows in lines on a phone too: numbers are compared down a column.
    pub fn tables_drawn(&self) -> Vec<Html> {
        self.tables().map(|table| Html(drawn_table(table, "numbers"))).collect()
    }
}

impl Table {
    /// Head and rows in plain words.
    pub fn records(&self) -> Vec<Vec<String>> {
        std::iter::once(&self.head).chain(&self.rows).map(|row| row.iter().map(words).collect()).collect()
    }
}

/// Drawn by [`Body::html`] only, so that a template may print it as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html(String);

impl std::fmt::Display for Html {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Html {}

fn drawn_table(table: &Table, class: &str) -> String {
    let head: String =
        table.head.iter().map(|cell| format!("<th scope=\"col\">{}</th>", drawn(cell))).collect();
    let label = |at: usize| table.head.get(at).map(|cell| escaped(&words(cell))).unwrap_or_default();
    let row = |row: &Vec<Line>| {
        let cells: String = row
            .iter()
            .enumerate()
            .map(|(at, cell)| format!("<td data-label=\"{}\">{}</td>", label(at), drawn(cell)))
            .collect();
        format!("<tr>{cells}</tr>")
    };
    let rows: String = table.rows.iter().map(row).collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"表格\"><table class=\"{class}\"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>\n"
    )
}

fn drawn(line: &Line) -> String {
    line.iter()
        .map(|span| match span {
            Span::Text(text) => escaped(text),
            Span::Strong(text) => format!("<strong>{}</strong>", escaped(text)),
            Span::Link { words, to } => format!("<a href=\"{}\">{}</a>", escaped(to), escaped(words)),
        })
        .collect()
}

fn words(line: &Line) -> String {
    line.iter()
        .map(|span| match span {
            Span::Text(text) | Span::Strong(text) => text.as_str(),
            Span::Link { words, .. } => words.as_str(),
        })
        .collect()
}

/// For HTML and XML alike, in text and in quoted attributes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(typed: &str) -> String {
        read(typed).html().to_string()
    }

    #[test]
    fn paragraphs_headings_lists_tables_and_links_are_drawn() {
        assert_eq!(
            html("# 一、范围\n第一行\n第二行\n\n- 甲\n- 乙\n1. 先\n2. 后"),
            "<h2>一、范围</h2>\n<p>第一行<br>第二行</p>\n<ul><li>甲</li><li>乙</li></ul>\n<ol><li>先</li><li>后</li></ol>\n"
        );
        let table = html("| 单元 | 余量 |\n|---|---|\n| 桥城街道 | **3** |\n| 明兴街道 |");
        assert!(
            table.contains("<th scope=\"col\">余量</th>")
                && table.contains("<td data-label=\"余量\"><strong>3</strong></td>")
        );
        assert!(table.matches("<td").count() == 4, "a short row is filled up: {table}");
        assert!(
            html("见[指南](/guides/retail-licence/xinban)。")
                .contains("<a href=\"/guides/retail-licence/xinban\">指南</a>")
        );
    }

    #[test]
    fn html_and_script_show_as_text_wherever_they_are_typed() {
        let harm = "<script>alert(1)</script>";
        for typed in [
            harm.to_owned(),
            format!("# {harm}"),
            format!("- {harm}"),
            format!("| {harm} | b |\n| c | {harm} |"),
            format!("**{harm}**"),
            format!("[{harm}](/x)"),
            format!("[x](/{harm})"),
            "[x](/\"onmouseover=\"alert(1))".to_owned(),
        ] {
            let drawn = html(&typed);
            assert!(!drawn.contains("<script") && !drawn.contains("=\"alert"), "{typed}: {drawn}");
        }
    }

    #[test]
    fn a_link_leads_to_pages_only() {
        for to in [
            "javascript:alert(1)",
            "//evil.example",
            "data:text/html,x",
            "/\\evil",
            "JaVaScRiPt:x",
            "/a b",
            "vbscript:x",
        ] {
            let drawn = html(&format!("[点我]({to})"));
            assert!(!drawn.contains("<a "), "{to}: {drawn}");
        }
        assert!(html("[电话](tel:12313)").contains("href=\"tel:12313\""));
    }

    #[test]
    fn marks_that_never_close_are_text() {
        for typed in ["**没有结束", "[没有结束", "[x](没有结束", "*一个*", "|", "||", "【】[]()"]
        {
            assert!(!html(typed).is_empty());
            assert!(!html(typed).contains("<strong>") && !html(typed).contains("<a "), "{typed}");
        }
    }

    #[test]
    fn the_words_are_found_without_marks() {
        assert_eq!(read("# 标题\n**重点**见[这里](/x)\n| a | b |").words(), "标题\n重点见这里\na b");
        let body = read("| a | b |\n| 1 | 2 |");
        assert_eq!(body.tables().next().unwrap().records(), [["a", "b"], ["1", "2"]]);
    }
}
