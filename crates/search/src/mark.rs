//! Where in a text the sought words stand: ranges, never markup, so that a page escapes the text and marks it itself.

use std::ops::Range;

use serde::Serialize;

use crate::fold::{fold, runs};
use crate::understand::Concept;

/// Characters of an excerpt.
const EXCERPT: usize = 90;
/// An excerpt may begin this much before the first mark, if a sentence begins there.
const LEAD: usize = 24;

/// A text with the places to be marked, as ranges of bytes: sorted, apart, on character borders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Marked {
    pub text: String,
    pub marks: Vec<Range<usize>>,
}

impl Marked {
    /// The text in pieces, each with whether it is marked.
    pub fn pieces(&self) -> Vec<(bool, &str)> {
        let mut pieces = Vec::new();
        let mut done = 0;
        for mark in &self.marks {
            pieces.push((false, &self.text[done..mark.start]));
            pieces.push((true, &self.text[mark.clone()]));
            done = mark.end;
        }
        pieces.push((false, &self.text[done..]));
        pieces.retain(|(_, piece)| !piece.is_empty());
        pieces
    }
}

/// The whole text with its marks.
pub fn whole(text: &str, sought: &[Concept]) -> Marked {
    let chars: Vec<char> = fold(text).chars().collect();
    in_bytes(text, &places(&chars, sought))
}

/// The piece of a body that says most about what is sought.
pub fn excerpt(body: &str, sought: &[Concept]) -> Marked {
    let flat: Vec<char> = body.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    let folded: Vec<char> = fold(&flat.iter().collect::<String>()).chars().collect();
    let places = places(&folded, sought);
    let start = opening(&flat, densest(&places));
    let end = (start + EXCERPT).min(flat.len());
    let mut text: String = flat[start..end].iter().collect();
    let inside = places.into_iter().filter(|at| start <= at.start && at.end <= end);
    let inside: Vec<Range<usize>> = inside.map(|at| at.start - start..at.end - start).collect();
    if end < flat.len() {
        text.push('…');
    }
    in_bytes(&text, &inside)
}

/// Where the sought words stand, in characters; a word that stands nowhere as a whole is marked pair by pair.
fn places(chars: &[char], sought: &[Concept]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for concept in sought {
        let mut whole = Vec::new();
        for way in &concept.ways {
            whole.extend(occurrences(chars, &way.text));
        }
        if whole.is_empty() {
            whole = concept.ways.iter().take(1).flat_map(|way| in_pairs(chars, &way.text)).collect();
        }
        found.extend(whole);
    }
    joined(found)
}

fn occurrences(chars: &[char], word: &str) -> Vec<Range<usize>> {
    let word: Vec<char> = word.chars().collect();
    if word.is_empty() {
        return Vec::new();
    }
    (0..chars.len()).filter(|at| chars[*at..].starts_with(&word)).map(|at| at..at + word.len()).collect()
}

fn in_pairs(chars: &[char], word: &str) -> Vec<Range<usize>> {
    let pairs = runs(word).into_iter().filter(|run| run.han && run.at.len() > 3);
    pairs.flat_map(|run| crate::fold::grams(&run)).flat_map(|pair| occurrences(chars, &pair)).collect()
}

/// Sorted, with neighbours and overlaps made one.
fn joined(mut places: Vec<Range<usize>>) -> Vec<Range<usize>> {
    places.sort_by_key(|at| (at.start, at.end));
    let mut out: Vec<Range<usize>> = Vec::new();
    for at in places {
        match out.last_mut() {
            Some(last) if at.start <= last.end => last.end = last.end.max(at.end),
            _ => out.push(at),
        }
    }
    out
}

/// The first place of the stretch that holds most marked characters.
fn densest(places: &[Range<usize>]) -> usize {
    let marked_from = |first: &Range<usize>| -> usize {
        let inside =
            places.iter().filter(|at| first.start <= at.start && at.end <= first.start + EXCERPT - LEAD);
        inside.map(ExactSizeIterator::len).sum()
    };
    // Of equals the earlier: `max_by_key` would take the last.
    places.iter().rev().max_by_key(|first| marked_from(first)).map_or(0, |first| first.start)
}

/// Where to begin so that the sentence is whole, if it isn't too long.
fn opening(text: &[char], first: usize) -> usize {
    if text.len() <= EXCERPT {
        return 0;
    }
    let earliest = first.saturating_sub(LEAD);
    let after_stop = (earliest..first).rev().find(|at| *at > 0 && "。！？；\n ".contains(text[at - 1]));
    let start = if earliest == 0 { 0 } else { after_stop.unwrap_or(earliest) };
    let start = start.min(text.len().saturating_sub(EXCERPT));
    // A cut that falls behind a word would begin with its comma.
    start + text[start..first.max(start)].iter().take_while(|c| !c.is_alphanumeric()).count()
}

fn in_bytes(text: &str, places: &[Range<usize>]) -> Marked {
    let mut borders: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    borders.push(text.len());
    let marks = places.iter().map(|at| borders[at.start]..borders[at.end]).collect();
    Marked { text: text.to_owned(), marks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::Way;

    fn sought(words: &[&str]) -> Vec<Concept> {
        let way = |word: &&str| Way { text: (*word).to_owned(), weight: 1.0 };
        vec![Concept { ways: words.iter().map(way).collect(), factor: 1.0 }]
    }

    fn marked(found: &Marked) -> Vec<&str> {
        found.marks.iter().map(|mark| &found.text[mark.clone()]).collect()
    }

    #[test]
    fn marks_are_places_in_the_text_as_it_was_written() {
        let found = whole("下載ＯＦＤ許可證<b>", &sought(&["许可证", "ofd"]));
        assert_eq!(marked(&found), ["ＯＦＤ許可證"]);
        let pieces = found.pieces();
        assert_eq!(pieces, [(false, "下載"), (true, "ＯＦＤ許可證"), (false, "<b>")]);
    }

    #[test]
    fn a_word_that_stands_nowhere_whole_is_marked_pair_by_pair() {
        assert_eq!(marked(&whole("专卖零售许可", &sought(&["零售许证"]))), ["零售许"]);
    }

    #[test]
    fn an_excerpt_begins_with_the_sentence_that_speaks_of_it() {
        let body = format!("{}。停业期间不能进货。{}", "前言".repeat(60), "其他".repeat(60));
        let found = excerpt(&body, &sought(&["进货"]));
        assert!(found.text.starts_with("停业期间不能进货"), "{}", found.text);
        assert_eq!(marked(&found), ["进货"]);
        assert!(found.text.ends_with('…'));
    }

    #[test]
    fn an_excerpt_does_not_begin_with_a_comma() {
        let body = format!("{}、进货{}", "其他".repeat(60), "以后".repeat(30));
        let found = excerpt(&body, &sought(&["进货"]));
        assert!(found.text.starts_with(char::is_alphanumeric), "{}", found.text);
        assert_eq!(marked(&found), ["进货"]);
    }

    #[test]
    fn an_excerpt_of_nothing_is_empty_and_of_little_is_all() {
        assert_eq!(excerpt("", &sought(&["进货"])), Marked::default());
        assert_eq!(excerpt("短", &[]).text, "短");
    }
}
