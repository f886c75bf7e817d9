//! Every cited article stands in `law/texts`, so that whoever reads “under what” can read the words too.
//!
//! Two ways of citing are known: 《行政许可法》第四十二条第一款 in any text, and `licensing(42, 1)` in Rust.
//! A paragraph (款) is held too; items (项) are not counted, because statutes nest them freely.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::finding::Finding;
use crate::house::{House, Plan, Text};

/// One statute as `law/texts/<short>@<version>.toml` keeps it.
#[derive(Deserialize)]
struct Statute {
    name: String,
    short: String,
    #[serde(default)]
    article: Vec<Article>,
}

#[derive(Deserialize)]
struct Article {
    number: u16,
    text: String,
}

impl Article {
    /// Lines that open an item, “（一）…”, belong to the paragraph before them.
    fn paragraphs(&self) -> usize {
        let lines = self.text.lines().filter(|line| !line.trim().is_empty());
        lines.filter(|line| !line.trim_start().starts_with('（')).count().max(1)
    }
}

struct Cited {
    line: usize,
    law: String,
    article: u16,
    paragraph: Option<u16>,
}

pub fn check(house: &House, plan: &Plan) -> Vec<Finding> {
    let mut found = Vec::new();
    let statutes = statutes(house, &mut found);
    for text in house.texts.iter().filter(|text| cites_law(text)) {
        let mut cited = in_words(text);
        if text.is("rs") {
            cited.extend(in_calls(text, plan));
            // Tests of the law plant citations that must not be found.
            let tests = text
                .lines()
                .find(|(_, line)| line.starts_with("#[cfg(test)]"))
                .map_or(usize::MAX, |(n, _)| n);
            cited.retain(|cited| cited.line < tests);
        }
        found.extend(cited.iter().filter_map(|cited| missing(text, cited, &statutes)));
    }
    found
}

/// Where a citation binds us: code, items, templates and what the town publishes. The texts themselves
/// cite laws we do not hold, and tidy's own tests plant wrong ones.
fn cites_law(text: &Text) -> bool {
    let kind = ["rs", "toml", "html", "typ"].iter().any(|extension| text.is(extension));
    kind && !text.under("law/texts") && !text.under("crates/tidy")
}

fn statutes(house: &House, found: &mut Vec<Finding>) -> BTreeMap<String, Statute> {
    let mut statutes: BTreeMap<String, Statute> = BTreeMap::new();
    for text in house.texts.iter().filter(|text| text.under("law/texts") && text.is("toml")) {
        match toml::from_str::<Statute>(&text.body) {
            Ok(statute) => {
                // Two versions of one statute: an article held in either is held.
                let held = statutes.entry(statute.short.clone()).or_insert_with(|| Statute {
                    name: statute.name.clone(),
                    short: statute.short.clone(),
                    article: Vec::new(),
                });
                held.article.extend(statute.article);
            }
            Err(error) => {
                found.push(Finding::fail("citation", &text.path, 0, format!("cannot be read: {error}")))
            }
        }
    }
    statutes
}

fn missing(text: &Text, cited: &Cited, statutes: &BTreeMap<String, Statute>) -> Option<Finding> {
    let by_name = |statute: &&Statute| {
        let named = cited.law.trim_start_matches("中华人民共和国");
        statute.short == named
            || statute.name == cited.law
            || statute.name.trim_start_matches("中华人民共和国") == named
    };
    let Cited { line, law, article, paragraph } = cited;
    let Some(statute) = statutes.values().find(by_name) else {
        let says = format!("cites 《{law}》第{article}条, but law/texts holds no such text");
        return Some(Finding::fail("citation", &text.path, *line, says));
    };
    let mut held = statute.article.iter().filter(|held| held.number == *article).peekable();
    if held.peek().is_none() {
        let says = format!("cites 《{law}》第{article}条, which law/texts does not hold");
        return Some(Finding::fail("citation", &text.path, *line, says));
    }
    let paragraphs = held.map(Article::paragraphs).max().unwrap_or(1);
    let beyond = paragraph.is_some_and(|paragraph| usize::from(paragraph) > paragraphs);
    beyond.then(|| {
        let says = format!(
            "cites 《{law}》第{article}条第{}款, but the article has {paragraphs}",
            paragraph.unwrap_or(0)
        );
        Finding::fail("citation", &text.path, *line, says)
    })
}

/// Citations written in words; one name may carry several articles: 《…》第四十二条第一款、第八十二条.
fn in_words(text: &Text) -> Vec<Cited> {
    let mut cited = Vec::new();
    for (line, body) in text.lines() {
        for (open, _) in body.match_indices('《') {
            let after = &body[open + '《'.len_utf8()..];
            let Some(close) = after.find('》') else { continue };
            let law = &after[..close];
            if law.contains('《') {
                continue;
            }
            let mut rest = without_version(&after[close + '》'.len_utf8()..]);
            while let Some((article, paragraph, left)) = article(rest) {
                cited.push(Cited { line, law: law.to_owned(), article, paragraph });
                rest = ["以及", "、", "和", "及", "或", "与"]
                    .iter()
                    .find_map(|joint| left.strip_prefix(joint))
                    .unwrap_or("");
            }
        }
    }
    cited
}

/// Drops “（2019-04-23）” or “@2019-04-23 ” between name and article.
fn without_version(rest: &str) -> &str {
    let digit_or_dash = |c: char| c.is_ascii_digit() || c == '-';
    let bracketed =
        rest.strip_prefix('（').and_then(|r| r.trim_start_matches(digit_or_dash).strip_prefix('）'));
    let at = rest.strip_prefix('@').map(|r| r.trim_start_matches(digit_or_dash).trim_start());
    bracketed.or(at).unwrap_or(rest).trim_start()
}

/// “第四十二条第一款…” → (42, Some(1), rest after article, paragraph and item).
fn article(rest: &str) -> Option<(u16, Option<u16>, &str)> {
    let (article, mut left) = ordinal(rest, "条")?;
    let paragraph = ordinal(left, "款").map(|(number, after)| {
        left = after;
        number
    });
    if let Some((_, after)) = ordinal(left, "项").or_else(|| bracketed_item(left)) {
        left = after;
    }
    Some((article, paragraph, left))
}

fn ordinal<'a>(rest: &'a str, unit: &str) -> Option<(u16, &'a str)> {
    let rest = rest.strip_prefix('第')?;
    let end = rest.find(unit)?;
    Some((chinese(&rest[..end])?, &rest[end + unit.len()..]))
}

/// “第（四）项”.
fn bracketed_item(rest: &str) -> Option<(u16, &str)> {
    let rest = rest.strip_prefix("第（")?;
    let end = rest.find("）项")?;
    Some((chinese(&rest[..end])?, &rest[end + "）项".len()..]))
}

/// Reads 八十二, 一百二十三, 十, or digits.
fn chinese(words: &str) -> Option<u16> {
    if words.is_empty() {
        return None;
    }
    if words.chars().all(|c| c.is_ascii_digit()) {
        return words.parse().ok();
    }
    let (mut total, mut digit) = (0, None);
    for c in words.chars() {
        if let Some(value) = "零一二三四五六七八九".chars().position(|known| known == c) {
            digit = Some(value as u16);
            continue;
        }
        let unit = match c {
            '十' => 10,
            '百' => 100,
            _ => return None,
        };
        total += digit.take().unwrap_or(1) * unit;
    }
    Some(total + digit.unwrap_or(0))
}

/// `licensing(42, 1)` and its like, as `house.toml` lists them.
fn in_calls(text: &Text, plan: &Plan) -> Vec<Cited> {
    let mut cited = Vec::new();
    for (line, body) in text.lines().filter(|(_, body)| !body.contains("fn ")) {
        for (function, law) in &plan.cites {
            let call = format!("{function}(");
            for (at, _) in body.match_indices(&call) {
                let longer_name = body[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                let mut numbers =
                    body[at + call.len()..].split([',', ')']).map(|part| part.trim().parse::<u16>());
                let (Some(Ok(article)), paragraph) = (numbers.next(), numbers.next()) else { continue };
                if longer_name {
                    continue;
                }
                // Paragraph 0 says “the whole article”.
                let paragraph = paragraph.and_then(Result::ok).filter(|paragraph| *paragraph > 0);
                cited.push(Cited { line, law: law.clone(), article, paragraph });
            }
        }
    }
    cited
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted;

    const LICENSING: (&str, &str) = (
        "law/texts/行政许可法@2019-04-23.toml",
        "name = '中华人民共和国行政许可法'\nshort = '行政许可法'\n\
         [[article]]\nnumber = 42\ntext = '''\n除可以当场作出…\n依照本法…'''\n\
         [[article]]\nnumber = 82\ntext = '''\n本法规定的…\n（一）某项'''\n",
    );

    fn found_in(path: &str, body: &str) -> Vec<String> {
        let house = planted(&[LICENSING, (path, body)]);
        check(&house, &Plan::ours()).into_iter().map(|f| format!("{}:{}", f.line, f.says)).collect()
    }

    #[test]
    fn a_held_article_passes_in_every_way_of_citing_it() {
        let body = "//! 《行政许可法》第四十二条第二款、第八十二条\n// 《中华人民共和国行政许可法》（2019-04-23）第82条\nlicensing(42, 2); licensing(82, 0)";
        assert_eq!(found_in("crates/law/src/x.rs", body), Vec::<String>::new());
    }

    #[test]
    fn an_article_that_the_texts_do_not_hold_is_found_with_its_line() {
        let found = found_in("crates/law/src/x.rs", "\nlet under = licensing(99, 1);");
        assert_eq!(found, ["2:cites 《行政许可法》第99条, which law/texts does not hold"]);
    }

    #[test]
    fn the_second_article_of_a_list_is_held_too() {
        let found =
            found_in("items/a/item.toml", "basis = \"《行政许可法》第四十二条第一款第（四）项和第四十三条\"");
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("第43条"), "{found:?}");
    }

    #[test]
    fn a_paragraph_that_the_article_does_not_have_is_found() {
        assert_eq!(found_in("crates/law/src/x.rs", "licensing(42, 3)").len(), 1);
        assert_eq!(found_in("crates/law/src/x.rs", "licensing(82, 2)").len(), 1, "items are no paragraphs");
    }

    #[test]
    fn a_law_that_nobody_copied_is_found() {
        assert_eq!(found_in("templates/papers/a.typ", "依据《刑法》第三条").len(), 1);
    }

    #[test]
    fn a_book_title_without_an_article_is_no_citation() {
        assert_eq!(found_in("items/a/item.toml", "name = \"《受理通知书》\""), Vec::<String>::new());
    }

    #[test]
    fn chinese_numbers_are_read() {
        let read = ["十", "十二", "三十二", "八十二", "一百", "一百零三", "一百二十三"].map(chinese);
        assert_eq!(read, [10, 12, 32, 82, 100, 103, 123].map(Some));
        assert_eq!(chinese("某"), None);
    }
}
