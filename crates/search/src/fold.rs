//! Text as it is compared: full width becomes half width, capitals small, traditional characters simplified.
//!
//! Every character becomes exactly one, so that a place in the folded text is a place in the original one.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// Pairs of a traditional character and its simplified one, as far as shopkeepers from Hong Kong and Taiwan need them.
const PAIRS: &str = include_str!("traditional.txt");

static SIMPLE: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs = PAIRS.split_whitespace().filter_map(|pair| {
        let mut chars = pair.chars();
        Some((chars.next()?, chars.next()?))
    });
    pairs.collect()
});

/// One character as it is compared.
pub fn fold_char(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        'a'..='z' | '0'..='9' => c,
        '\u{ff01}'..='\u{ff5e}' => {
            let half = char::from_u32(c as u32 - 0xfee0).unwrap_or(c);
            half.to_ascii_lowercase()
        }
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        _ if is_han(c) => SIMPLE.get(&c).copied().unwrap_or(c),
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// The text as it is compared, character for character.
pub fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{2ffff}' | '〇')
}

/// A stretch of one script; what stands between stretches (blanks, punctuation) says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    /// Chinese characters; otherwise letters and digits.
    pub han: bool,
    /// Where it stands, counted in characters.
    pub at: Range<usize>,
}

/// The stretches of a folded text, in order.
pub fn runs(folded: &str) -> Vec<Run> {
    let mut found: Vec<Run> = Vec::new();
    for (at, c) in folded.chars().enumerate() {
        let han = is_han(c);
        if !han && !c.is_alphanumeric() {
            continue;
        }
        match found.last_mut() {
            Some(run) if run.at.end == at && run.han == han => {
                run.text.push(c);
                run.at.end = at + 1;
            }
            _ => found.push(Run { text: c.into(), han, at: at..at + 1 }),
        }
    }
    found
}

/// Pairs of neighbours, the unit in which Chinese is indexed: a word of two characters is always found, whatever a
/// dictionary thinks of it. A run of one character is its own gram, and so is a run of letters and digits.
pub fn grams(run: &Run) -> Vec<String> {
    let chars: Vec<char> = run.text.chars().collect();
    if !run.han || chars.len() == 1 {
        return vec![run.text.clone()];
    }
    chars.windows(2).map(|pair| pair.iter().collect()).collect()
}

/// All grams of a folded text.
pub fn all_grams(folded: &str) -> Vec<String> {
    runs(folded).iter().flat_map(grams).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_script_are_no_difference() {
        assert_eq!(fold("ＯＦＤ　１２３１３"), "ofd 12313");
        assert_eq!(fold("菸草專賣許可證"), "烟草专卖许可证");
        assert_eq!(fold("一证通办"), "一证通办");
    }

    #[test]
    fn folding_keeps_the_number_of_characters() {
        for text in ["許可證 ＡＢＣ…İ", "ß①½㎡", ""] {
            assert_eq!(fold(text).chars().count(), text.chars().count(), "{text}");
        }
    }

    #[test]
    fn runs_end_where_the_script_changes_or_something_stands_between() {
        let found = runs(&fold("拨打12313，OFD文件"));
        let texts: Vec<&str> = found.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(texts, ["拨打", "12313", "ofd", "文件"]);
        assert_eq!(found[3].at, 11..13);
        assert_eq!(runs("补办、变更").len(), 2);
    }

    #[test]
    fn grams_are_pairs_within_a_run() {
        assert_eq!(all_grams("准运证 ofd 烟"), ["准运", "运证", "ofd", "烟"]);
    }

    #[test]
    fn the_table_of_characters_holds_pairs_of_different_characters() {
        for pair in PAIRS.split_whitespace() {
            let chars: Vec<char> = pair.chars().collect();
            assert!(chars.len() == 2 && chars[0] != chars[1], "{pair}");
            assert!(!SIMPLE.contains_key(&chars[1]), "{pair}: its right side is folded further");
        }
    }
}
