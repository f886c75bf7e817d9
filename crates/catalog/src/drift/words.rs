//! The words of a guide's main part, line by line, as a reader sees them. Pure.

use std::collections::BTreeMap;

/// Elements whose words are no part of the guide: what only this site's page has around it.
const LEFT_OUT: [&str; 8] = ["script", "style", "form", "nav", "header", "footer", "svg", "head"];
/// After these a new line begins.
const BLOCKS: [&str; 18] = [
    "p", "div", "li", "dt", "dd", "td", "th", "tr", "h1", "h2", "h3", "section", "summary", "table", "dl",
    "ul", "ol", "br",
];

/// Reads the part between `<main` and `</main>`, else everything.
pub fn words(html: &str) -> Vec<String> {
    let main =
        html.split_once("<main").map_or(html, |(_, rest)| rest.split("</main>").next().unwrap_or(rest));
    // The tag that was cut open has no `<` any more.
    let main =
        if main.len() < html.len() { main.split_once('>').map_or(main, |(_, rest)| rest) } else { main };
    let mut lines = vec![String::new()];
    let mut rest = main;
    while let Some((text, after)) = rest.split_once('<') {
        push(&mut lines, text);
        let Some((tag, behind)) = after.split_once('>') else { return tidy(lines) };
        let closing = tag.starts_with('/');
        let name = tag.trim_start_matches('/').split([' ', '\n', '\t', '/']).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        rest = behind;
        if !closing && LEFT_OUT.contains(&name.as_str()) {
            rest = behind.split_once(&format!("</{name}>")).map_or("", |(_, rest)| rest);
        }
        if BLOCKS.contains(&name.as_str()) {
            lines.push(String::new());
        }
    }
    push(&mut lines, rest);
    tidy(lines)
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(&unescaped(text));
    }
}

fn unescaped(text: &str) -> String {
    let named =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&#60;", "<"), ("&#62;", ">")];
    let more = [("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&"), ("&amp;", "&")];
    named.iter().chain(&more).fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn tidy(lines: Vec<String>) -> Vec<String> {
    let one = |line: String| line.split_whitespace().collect::<Vec<_>>().join(" ");
    lines.into_iter().map(one).filter(|line| !line.is_empty()).collect()
}

/// The lines that stand in one text more often than in the other, the copy's own first; lines that stand in another order when
/// nothing else differs.
pub fn differing(copy: &[String], own: &[String]) -> Vec<String> {
    let mut all = more_often(copy, own, "副本写的是");
    all.extend(more_often(own, copy, "副本缺少"));
    if all.is_empty()
        && let Some((copy, _)) = copy.iter().zip(own).find(|(copy, own)| copy != own)
    {
        all.push(format!("次序不同，从“{}”起", short(copy)));
    }
    all
}

fn more_often(here: &[String], there: &[String], says: &str) -> Vec<String> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for line in there {
        *left.entry(line).or_default() += 1;
    }
    let mut more = Vec::new();
    for line in here {
        match left.get_mut(line.as_str()).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => more.push(format!("{says}“{}”", short(line))),
        }
    }
    more
}

fn short(line: &str) -> String {
    const LONGEST: usize = 60;
    let cut: String = line.chars().take(LONGEST).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_a_reader_sees() {
        let html = "<html><body><nav>菜单</nav><main id=\"main\"><h1>新办</h1><p>一、&#60;二&#62; <b>三</b></p><form><p>不算</p></form></main><p>外</p>";
        assert_eq!(words(html), ["新办", "一、<二> 三"]);
    }

    #[test]
    fn a_line_twice_and_another_order_are_differences() {
        let lines = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert_eq!(differing(&lines(&["一", "一"]), &lines(&["一"])), ["副本写的是“一”"]);
        assert_eq!(differing(&lines(&["二", "一"]), &lines(&["一", "二"])), ["次序不同，从“二”起"]);
        assert_eq!(differing(&lines(&["一"]), &lines(&["一"])), Vec::<String>::new());
    }

    #[test]
    fn broken_markup_ends_quietly() {
        assert_eq!(words("<main><p>a<p"), ["a"]);
        assert_eq!(words(""), Vec::<String>::new());
        assert_eq!(words("<script>x"), Vec::<String>::new());
    }
}
