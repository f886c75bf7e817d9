//! Words that somebody may be in the middle of typing: 延, yan, yanx and yx all begin 延续.

use crate::fold::{is_han, runs};
use crate::lexicon::Lexicon;
use crate::sound::{initials, one_slip};
use crate::understand::squeezed;

/// A slip among fewer letters makes another word.
const SHORTEST_SLIP: usize = 5;
/// One letter begins too many words to be their initials; it begins their sound.
const SHORTEST_INITIALS: usize = 2;

/// Which words begin how.
pub struct Endings {
    /// The likeliest first; the lists below hold places in it.
    words: Vec<String>,
    written: Vec<(String, u32)>,
    spoken: Vec<(String, u32)>,
    initials: Vec<(String, u32)>,
}

impl Endings {
    /// Over all words the lexicon has learned.
    pub fn of(lexicon: &Lexicon) -> Endings {
        let words = lexicon.likeliest();
        let mut endings =
            Endings { words: Vec::new(), written: Vec::new(), spoken: Vec::new(), initials: Vec::new() };
        for (number, word) in (0..).zip(&words) {
            let spoken = lexicon.syllables(word);
            endings.written.push(((*word).to_owned(), number));
            endings.spoken.push((spoken.concat(), number));
            endings.initials.push((initials(&spoken), number));
        }
        endings.words = words.into_iter().map(str::to_owned).collect();
        for list in [&mut endings.written, &mut endings.spoken, &mut endings.initials] {
            list.sort_unstable();
        }
        endings
    }

    /// What the folded text may become when its last word is finished, the likeliest first; nothing when it ends with a
    /// word that begins no other.
    pub fn finish(&self, typed: &str, lexicon: &Lexicon, most: usize) -> Vec<String> {
        let chars: Vec<char> = typed.chars().collect();
        let Some(last) = stretch(&chars) else { return Vec::new() };
        for start in last..chars.len() {
            if inside_letters(&chars, start, last) {
                continue;
            }
            let piece: String = chars[start..].iter().filter(|c| **c != ' ').collect();
            let found = self.beginning(&piece, start == 0, lexicon);
            if !found.is_empty() {
                let head: String = chars[..start].iter().collect();
                return found.iter().take(most).map(|word| format!("{head}{word}")).collect();
            }
        }
        Vec::new()
    }

    /// The words that go on from here; of the whole text also those that sound or nearly sound like it.
    fn beginning(&self, piece: &str, whole: bool, lexicon: &Lexicon) -> Vec<&str> {
        if piece.is_empty() {
            return Vec::new();
        }
        let has_letters = piece.chars().any(|c| c.is_ascii_alphabetic());
        let mut found = begun(&self.written, piece);
        let is_finished = found.len() == 1 && self.words[found[0] as usize] == piece;
        if is_finished {
            return Vec::new();
        }
        if found.is_empty() && (has_letters || whole && piece.chars().count() > 1) {
            let letters = lexicon.syllables(piece).concat();
            found = begun(&self.spoken, &letters);
            if has_letters && piece.is_ascii() && piece.len() >= SHORTEST_INITIALS {
                found.extend(begun(&self.initials, piece));
            }
            if found.is_empty() && whole {
                found = self.with_a_slip(&letters);
            }
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|number| self.words[number as usize].as_str()).collect()
    }

    fn with_a_slip(&self, letters: &str) -> Vec<u32> {
        if letters.len() < SHORTEST_SLIP || !letters.is_ascii() {
            return Vec::new();
        }
        let begins = |sound: &str| {
            let lengths = letters.len() - 1..=(letters.len() + 1).min(sound.len());
            sound.is_ascii() && lengths.into_iter().any(|length| one_slip(&sound[..length], letters))
        };
        self.spoken.iter().filter(|(sound, _)| begins(sound)).map(|(_, number)| *number).collect()
    }

    /// The words that begin like the whole text; for a lone character also those it stands in.
    pub fn begun_by(&self, typed: &str, lexicon: &Lexicon, most: usize) -> Vec<String> {
        let piece = squeezed(typed);
        let mut found = self.beginning(&piece, true, lexicon);
        if piece.chars().count() == 1 {
            let holds = |word: &&str| word.contains(&piece) && !word.starts_with(&piece);
            found.extend(self.words.iter().map(String::as_str).filter(holds));
        }
        found.into_iter().take(most).map(str::to_owned).collect()
    }
}

/// Where the last stretch of characters and letters begins; single blanks between syllables belong to it. None when what
/// is typed ends with a blank or a stop: its last word is finished.
fn stretch(chars: &[char]) -> Option<usize> {
    let text: String = chars.iter().collect();
    let runs = runs(&text);
    let last = runs.last().filter(|run| run.at.end == chars.len())?;
    let mut start = last.at.start;
    for run in runs.iter().rev().skip(1) {
        let joined = run.at.end == start || run.at.end + 1 == start && chars[run.at.end] == ' ' && !run.han;
        if !joined {
            break;
        }
        start = run.at.start;
    }
    Some(start)
}

/// A syllable is not begun in its middle.
fn inside_letters(chars: &[char], start: usize, first: usize) -> bool {
    start > first && !is_han(chars[start]) && !is_han(chars[start - 1])
}

/// All that begin so, what is the same included.
fn begun(list: &[(String, u32)], beginning: &str) -> Vec<u32> {
    let from = list.partition_point(|(key, _)| key.as_str() < beginning);
    let begun = list[from..].iter().take_while(|(key, _)| key.starts_with(beginning));
    begun.map(|(_, number)| *number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Words;

    fn finished(typed: &str) -> Vec<String> {
        let words = Words {
            terms: ["延续", "延期", "许可证", "换名", "换门面", "开店"].map(str::to_owned).into(),
            ..Words::default()
        };
        let mut lexicon = Lexicon::new(&words);
        lexicon.learn_title("延续", 1);
        Endings::of(&lexicon).finish(typed, &lexicon, 3)
    }

    #[test]
    fn a_word_is_finished_from_its_first_character_or_letters() {
        for (typed, first) in [
            ("延", "延续"),
            ("yan", "延续"),
            ("yan x", "延续"),
            ("yx", "延续"),
            ("xuke", "许可证"),
            ("hm", "换名"),
            ("换门", "换门面"),
            ("我要kaid", "我要开店"),
            ("我要开", "我要开店"),
            ("许ke", "许可证"),
            ("xukezhan", "许可证"),
        ] {
            assert_eq!(
                finished(typed).first().map(String::as_str),
                Some(first),
                "{typed}: {:?}",
                finished(typed)
            );
        }
    }

    #[test]
    fn a_lone_character_stands_for_words_that_hold_it() {
        let words = Words { terms: vec!["许可证".into(), "证照".into()], ..Words::default() };
        let lexicon = Lexicon::new(&words);
        let begun_by = |typed: &str| Endings::of(&lexicon).begun_by(typed, &lexicon, 3);
        assert_eq!(begun_by("证"), ["证照", "许可证"]);
        assert_eq!(begun_by(" 许 "), ["许可证"]);
        assert!(begun_by("，").is_empty() && begun_by("天").is_empty());
    }

    #[test]
    fn what_is_finished_or_begins_nothing_stays_as_it_is() {
        for typed in ["", " ", "延续", "延 ", "换名，", "天气", "qqqqqq", "烟", "🀄️"] {
            assert!(finished(typed).is_empty(), "{typed}: {:?}", finished(typed));
        }
    }
}
