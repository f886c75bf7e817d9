//! The articles the program cites, word for word, from `/law/texts`.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{LAW, citations::Citation, numerals, toml_date::TomlDate};

/// One statute in one version, with only the articles the program cites.
#[derive(Clone, Debug, Serialize)]
pub struct LawText {
    /// Full name: 中华人民共和国行政许可法.
    pub name: String,
    /// Name as cited: 行政许可法.
    pub short: String,
    /// Date of adoption or last amendment; the `@` part of the file name.
    pub version: Date,
    /// From when this version holds.
    pub in_force: Date,
    /// Where the text was taken from.
    pub source: String,
    /// Retold from guides that quote it, not read in the published text. Pages must say so.
    pub second_hand: bool,
    pub articles: Vec<Article>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Article {
    pub number: u16,
    /// Lines: a line opening with （一） is an item (项) of the paragraph (款) before it, any other opens a paragraph.
    pub text: String,
}

/// All embedded statutes, by file name.
pub fn all_texts() -> &'static [LawText] {
    &TEXTS
}

/// The statute a citation names, in the cited version.
pub fn law_of(citation: &Citation) -> Option<&'static LawText> {
    TEXTS.iter().find(|law| law.short == citation.law && law.version == citation.version)
}

/// The whole article a citation points into.
pub fn article(citation: &Citation) -> Option<&'static Article> {
    law_of(citation)?.articles.iter().find(|article| article.number == citation.article)
}

impl Article {
    /// The paragraphs (款), each with its items.
    pub fn paragraphs(&self) -> Vec<Paragraph<'_>> {
        let mut paragraphs: Vec<Paragraph<'_>> = Vec::new();
        for line in self.text.lines() {
            match (is_item(line), paragraphs.last_mut()) {
                (true, Some(paragraph)) => paragraph.items.push(line),
                _ => paragraphs.push(Paragraph { opening: line, items: Vec::new() }),
            }
        }
        paragraphs
    }
}

/// One 款: its opening words, then its items as whole lines with their （一）.
#[derive(Clone, Debug, PartialEq)]
pub struct Paragraph<'a> {
    pub opening: &'a str,
    pub items: Vec<&'a str>,
}

fn is_item(line: &str) -> bool {
    line.strip_prefix('（')
        .and_then(|rest| rest.split_once('）'))
        .is_some_and(|(number, _)| numerals::number(number).is_some())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextFile {
    name: String,
    short: String,
    version: TomlDate,
    in_force: TomlDate,
    source: String,
    second_hand: bool,
    article: Vec<ArticleEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ArticleEntry {
    number: u16,
    text: String,
}

static TEXTS: LazyLock<Vec<LawText>> = LazyLock::new(|| {
    let folder = LAW.get_dir("texts").expect("law/texts is compiled in");
    let mut texts: Vec<LawText> = folder.files().map(read).collect();
    texts.sort_by(|a, b| (&a.short, a.version).cmp(&(&b.short, b.version)));
    texts
});

// The files are part of the program: a broken one is a broken build, which the test of this module reports by name.
fn read(file: &include_dir::File<'_>) -> LawText {
    let path = file.path().display();
    let written = file.contents_utf8().unwrap_or_else(|| panic!("{path} is not UTF-8"));
    let read: TextFile = toml::from_str(written).unwrap_or_else(|fault| panic!("{path}: {fault}"));
    LawText {
        name: read.name,
        short: read.short,
        version: read.version.0,
        in_force: read.in_force.0,
        source: read.source,
        second_hand: read.second_hand,
        articles: read
            .article
            .into_iter()
            .map(|entry| Article { number: entry.number, text: entry.text })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::citations::licensing;

    #[test]
    fn each_file_is_named_after_its_law_and_version() {
        for file in LAW.get_dir("texts").unwrap().files() {
            let law = read(file);
            let name = format!("{}@{}.toml", law.short, law.version);
            assert_eq!(file.path().file_name().unwrap().to_str(), Some(name.as_str()));
            assert!(law.in_force >= law.version && !law.articles.is_empty(), "{name}");
            assert!(law.articles.is_sorted_by(|a, b| a.number < b.number), "{name}: articles out of order");
        }
    }

    #[test]
    fn items_belong_to_the_paragraph_before_them() {
        let article = article(&licensing(32, 0)).unwrap();
        let paragraphs = article.paragraphs();
        assert_eq!(paragraphs.len(), 2);
        assert_eq!(paragraphs[0].items.len(), 5);
        assert!(paragraphs[0].items[3].starts_with("（四）申请材料不齐全"));
        assert!(paragraphs[1].opening.starts_with("行政机关受理或者不予受理"));
    }
}
