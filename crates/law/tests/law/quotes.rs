//! What stands in quotation marks above a rule, or in a decision page, stands word for word in `law/texts`.

use std::{fs, path::Path};

use law::{all_texts, numerals};

/// One quotation: the law's short name, the article, the quoted words.
#[derive(Debug, PartialEq)]
struct Quote {
    law: String,
    article: u16,
    words: String,
}

/// Every 《法》第N条 … “words”, where nothing but a few signs (款, 项, a colon) stands between place and words; a full stop or a heading
/// ends the place.
fn quotes(text: &str) -> Vec<Quote> {
    text.split('《').skip(1).filter_map(quote).collect()
}

fn quote(after_opening: &str) -> Option<Quote> {
    let (law, rest) = after_opening.split_once('》')?;
    let (article, rest) = rest.strip_prefix('第')?.split_once('条')?;
    let (between, rest) = rest.split_once('“')?;
    let (words, _) = rest.split_once('”')?;
    let near = between.chars().count() <= 25 && !between.contains(['”', '.', '#']);
    near.then_some(Quote {
        law: law.to_owned(),
        article: numerals::number(article)?,
        words: words.to_owned(),
    })
}

/// Comment marks and line ends taken out, so that a quotation runs on over lines.
fn running_text(file: &Path) -> String {
    let written = fs::read_to_string(file).unwrap();
    written.lines().map(|line| line.trim_start().trim_start_matches(['/', '!']).trim()).collect()
}

fn is_kept(quote: &Quote) -> bool {
    let laws = all_texts().iter().filter(|law| law.short == quote.law);
    let mut articles = laws.flat_map(|law| &law.articles).filter(|article| article.number == quote.article);
    articles.any(|article| {
        let text = article.text.replace('\n', "");
        quote.words.split('…').all(|piece| text.contains(piece))
    })
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn quoted_provisions_are_word_for_word() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    files(&home.join("src"), &mut found);
    files(&home.join("../../docs/decisions"), &mut found);
    let all: Vec<_> = found
        .iter()
        .flat_map(|file| quotes(&running_text(file)).into_iter().map(move |q| (file, q)))
        .collect();
    assert!(all.len() >= 25, "only {} quotations found: does the reader still understand them?", all.len());
    let wrong: Vec<_> = all.iter().filter(|(_, quote)| !is_kept(quote)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_misquote_would_be_seen() {
    let read = quotes("《行政许可法》第四十四条: “…应当自作出决定之日起十日内…” 《民法典》第二百条");
    assert_eq!((read.len(), is_kept(&read[0])), (1, true));
    assert!(!is_kept(&Quote {
        words: String::from("十五日内"),
        ..quotes("《行政许可法》第四十四条 “十日内”").remove(0)
    }));
}
