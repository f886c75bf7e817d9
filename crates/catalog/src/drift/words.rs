//! The words of a guide's main part, line by line, as a reader sees them. Pure.

use std::collections::BTreeMap;

/// Elements whose words are no part of the guide: what only this site's page has around it.
const LEFT_OUT: [&str; 8] = ["script", "style", "form", "nav", "header", "footer", "svg", "head"];
/// After these a new line begins.
const BLOCKS: [&str; 18] = [
    "p", "div", "li", "dt", "dd", "td", "th", "tr", "h1", "h2", "h3", "section", "summary", "table", "dl",
    "ul", "ol", "br",
];

/// Reads the part between `<main` and `</main>`, else everything. Where a link leads is part of what a reader gets: it stands behind
/// the link's beginning. `base` is the address of this site, under which a copy may write its links out.
pub fn words(html: &str, base: &str) -> Vec<String> {
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
        if name == "a" && !closing {
            push(&mut lines, &target(tag, base));
        }
        if BLOCKS.contains(&name.as_str()) {
            lines.push(String::new());
        }
    }
    push(&mut lines, rest);
    tidy(lines)
}

/// “〔/apply/retail-licence/xinban〕” of an `<a href>`; nothing for a place on the same page.
fn target(tag: &str, base: &str) -> String {
    let quoted = |quote: char| {
        let (_, rest) = tag.split_once(&format!("href={quote}"))?;
        rest.split_once(quote).map(|(href, _)| href)
    };
    let Some(href) = quoted('"').or_else(|| quoted('\'')) else { return String::new() };
    let href =
        href.strip_prefix(base).filter(|rest| !base.is_empty() && rest.starts_with('/')).unwrap_or(href);
    if href.starts_with('#') || href.is_empty() { String::new() } else { format!("〔{href}〕") }
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
        assert_eq!(words(html, ""), ["新办", "一、<二> 三"]);
    }

    #[test]
    fn a_line_twice_and_another_order_are_differences() {
        let lines = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert_eq!(differing(&lines(&["一", "一"]), &lines(&["一"])), ["副本写的是“一”"]);
        assert_eq!(differing(&lines(&["二", "一"]), &lines(&["一", "二"])), ["次序不同，从“二”起"]);
        assert_eq!(differing(&lines(&["一"]), &lines(&["一"])), Vec::<String>::new());
    }

    #[test]
    fn a_link_that_leads_elsewhere_is_a_difference() {
        let page = |href: &str| {
            format!(
                "<main><p><a class=\"button\" href=\"{href}\">立即办理</a> <a href='#top'>回到顶部</a></p></main>"
            )
        };
        let own = words(&page("/apply/a/b"), "");
        assert_eq!(own, ["〔/apply/a/b〕立即办理 回到顶部"]);
        assert_eq!(words(&page("https://bureau.example/apply/a/b"), "https://bureau.example"), own);
        for elsewhere in ["http://evil.example/", "https://bureau.example.evil/apply/a/b", "/apply/a/c"] {
            let copy = words(&page(elsewhere), "https://bureau.example");
            assert_eq!(differing(&copy, &own).len(), 2, "{elsewhere}");
        }
    }

    #[test]
    fn broken_markup_ends_quietly() {
        assert_eq!(words("<main><p>a<p", ""), ["a"]);
        assert_eq!(words("", ""), Vec::<String>::new());
        assert_eq!(words("<script>x", ""), Vec::<String>::new());
    }
}
