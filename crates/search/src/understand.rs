//! What a query means: everyday words by their official names, pinyin by its characters, slips by what was meant.

use std::ops::Range;

use crate::fold::{Run, all_grams, fold, is_han, runs};
use crate::lexicon::Lexicon;
use crate::words::{Says, Words};

/// More characters are no question but a letter; the rest is not read.
pub const LONGEST_QUERY: usize = 120;
/// Longest piece of Chinese that is looked up by its sound.
const LONGEST_SLIP: usize = 6;
/// Several words have the same initials.
const MOST_READINGS: usize = 3;
const PARTICLES: &str = "的了地得着过吗呢吧啊呀么";
/// A lone character says little.
const LONE: f32 = 0.4;
/// An official name stands for what was said almost as well as the words themselves.
const MEANT: f32 = 0.95;
/// What everybody says weighs little beside what only this person says.
const VAGUE: f32 = 0.35;
/// What chooses a part of a guide decides, though it stands in every guide.
const DECIDES: f32 = 1.6;

/// One way of writing what is sought.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    pub text: String,
    pub weight: f32,
}

/// One thing sought, in all its ways of writing.
#[derive(Clone, Debug, PartialEq)]
pub struct Concept {
    pub ways: Vec<Way>,
    /// How much of the query it makes out, beside how rare it is.
    pub factor: f32,
}

impl Concept {
    fn of(text: &str, factor: f32) -> Concept {
        Concept { ways: vec![Way { text: text.to_owned(), weight: 1.0 }], factor }
    }

    pub fn or(&mut self, text: &str, weight: f32) {
        if self.ways.iter().all(|way| way.text != text) {
            self.ways.push(Way { text: text.to_owned(), weight });
        }
    }
}

/// A query as it was understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Understood {
    pub concepts: Vec<Concept>,
    /// Folded, without blanks and punctuation.
    pub whole: String,
    /// A question is better answered than sent to a form.
    pub asks: bool,
    /// Said when it differs from what was typed: “已按……查找”.
    pub read_as: Option<String>,
}

/// What reads a query needs to know of the site.
pub struct Reader<'a> {
    pub words: &'a Words,
    pub lexicon: &'a Lexicon,
    /// Whether a gram stands in any document.
    pub known: &'a dyn Fn(&str) -> bool,
}

impl Reader<'_> {
    pub fn read(&self, query: &str) -> Understood {
        let typed: String = fold(query.trim()).chars().take(LONGEST_QUERY).collect();
        let (spelled, mut concepts) = self.spell_out(&typed);
        let mended = self.mend(&spelled);
        concepts.extend(self.concepts(&mended));
        let read_as = (mended != typed && !mended.trim().is_empty()).then(|| mended.trim().to_owned());
        Understood { concepts, whole: squeezed(&mended), asks: self.words.asks(&mended), read_as }
    }

    /// Pinyin becomes characters. Initials fit several words; they become a concept of their own.
    fn spell_out(&self, typed: &str) -> (String, Vec<Concept>) {
        let mut out = String::new();
        let mut abbreviated = Vec::new();
        let chars: Vec<char> = typed.chars().collect();
        let mut done = 0;
        for (letters, at) in self.letters(typed) {
            out.extend(&chars[done..at.start]);
            done = at.end;
            if let Some(words) = self.lexicon.spelled(&letters) {
                out.push_str(&words.concat());
                continue;
            }
            let read = self.initials(&letters);
            if read.is_empty() {
                out.push_str(&letters);
            }
            abbreviated.extend(read);
        }
        out.extend(&chars[done..]);
        (out, abbreviated)
    }

    /// Letters read as initials: of one word, of an everyday phrase with something in between, of several words in a row.
    fn initials(&self, letters: &str) -> Vec<Concept> {
        let words = self.lexicon.abbreviated(letters, MOST_READINGS);
        if !words.is_empty() {
            return vec![self.one_of(&words)];
        }
        let patterns = self.lexicon.patterned(letters);
        let said = self.words.synonyms.iter().filter(|one| patterns.contains(&one.say.as_str()));
        let mut means = said.flat_map(|one| &one.mean);
        if let Some(first) = means.next() {
            let mut concept = Concept::of(first, 1.0);
            means.for_each(|mean| concept.or(mean, MEANT));
            return vec![concept];
        }
        let row = self.lexicon.abbreviated_in_a_row(letters, MOST_READINGS);
        row.iter().map(|words| self.one_of(words)).collect()
    }

    /// Letters that stand in no document, with single blanks between syllables taken out: `kai dian`.
    fn letters(&self, typed: &str) -> Vec<(String, Range<usize>)> {
        let mut found: Vec<(String, Range<usize>)> = Vec::new();
        for run in runs(typed).into_iter().filter(|run| !run.han) {
            if !run.text.bytes().all(|b| b.is_ascii_lowercase()) || (self.known)(&run.text) {
                continue;
            }
            match found.last_mut() {
                Some((letters, at)) if at.end + 1 == run.at.start => {
                    letters.push_str(&run.text);
                    at.end = run.at.end;
                }
                _ => found.push((run.text, run.at)),
            }
        }
        found
    }

    fn one_of(&self, words: &[&str]) -> Concept {
        let mut concept = Concept::of(words[0], 1.0);
        for word in words {
            concept.or(word, 0.9);
            for synonym in self.words.synonyms.iter().filter(|one| one.say == **word) {
                synonym.mean.iter().for_each(|mean| concept.or(mean, 0.9 * MEANT));
            }
        }
        concept
    }

    /// Words written with the wrong characters of the right sound.
    fn mend(&self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        let mut sure = vec![false; chars.len()];
        for (at, _) in self.named(&chars) {
            sure[at].fill(true);
        }
        // 没续怎么办 asks how; 续怎 is no slip of 续证.
        for at in self.words.question.iter().flat_map(|word| places(&chars, word)) {
            sure[at].fill(true);
        }
        for run in runs(text).into_iter().filter(|run| run.han) {
            self.mend_run(&mut chars[run.at.clone()], &sure[run.at]);
        }
        chars.into_iter().collect()
    }

    fn mend_run(&self, run: &mut [char], sure: &[bool]) {
        let whole: String = run.iter().collect();
        let mut start = 0;
        while start < run.len() {
            let longest = LONGEST_SLIP.min(run.len() - start);
            let mended = (2..=longest).rev().find_map(|len| {
                let piece = start..start + len;
                let right = self.meant(&run[piece.clone()], &sure[piece.clone()])?;
                Some((piece, right))
            });
            start += match mended {
                Some((piece, right)) => {
                    run[piece.clone()].copy_from_slice(&right);
                    piece.len()
                }
                None => 1,
            };
        }
        let untouched = run.iter().collect::<String>() == whole;
        if untouched && run.len() >= 3 && !sure.contains(&true) && self.strange(&whole) {
            let near = self.lexicon.sounds_nearly_like(&whole).map(|word| word.chars().collect::<Vec<_>>());
            if let Some(near) = near.filter(|near| near.len() == run.len()) {
                run.copy_from_slice(&near);
            }
        }
    }

    /// The word meant by a piece that is none, as many characters long.
    fn meant(&self, piece: &[char], sure: &[bool]) -> Option<Vec<char>> {
        if sure.contains(&true) {
            return None;
        }
        // 办了 is no slip of 搬了: particles stand beside any word.
        let text: String = piece.iter().collect();
        if piece.iter().any(|c| PARTICLES.contains(*c)) || !self.strange(&text) {
            return None;
        }
        let right: Vec<char> = self.lexicon.sounds_like(&text)?.chars().collect();
        (right.len() == piece.len()).then_some(right)
    }

    /// No word, and nothing of the kind stands in any document.
    fn strange(&self, text: &str) -> bool {
        !self.lexicon.knows(text) && all_grams(text).iter().any(|gram| !(self.known)(gram))
    }

    fn concepts(&self, text: &str) -> Vec<Concept> {
        let chars: Vec<char> = text.chars().collect();
        let named = self.named(&chars);
        let mut rest = chars.clone();
        for (at, _) in &named {
            rest[at.clone()].fill(' ');
        }
        let rest: String = rest.into_iter().collect();
        let plain = self.plain(&rest);
        let concepts: Vec<Concept> = named.into_iter().map(|(_, concept)| concept).chain(plain).collect();
        if concepts.is_empty() {
            // Nothing but words that say nothing; better those than no answer at all.
            return self.cut(text).iter().map(|word| Concept::of(word, 1.0)).collect();
        }
        concepts
    }

    /// What editors have a name for, longest first, none over another.
    fn named(&self, chars: &[char]) -> Vec<(Range<usize>, Concept)> {
        let terms = self.terms(chars);
        // 办许可证 is said in 补办许可证, but not meant there: it would cut 补办 in two.
        let cuts = |at: &Range<usize>, border: usize| at.start < border && border < at.end;
        let whole = |at: &Range<usize>| !terms.iter().any(|term| cuts(term, at.start) || cuts(term, at.end));
        let mut said: Vec<(Range<usize>, &[String], f32)> = Vec::new();
        for synonym in &self.words.synonyms {
            let places = synonym.said_in(chars).into_iter().filter(whole);
            let factor = match synonym.says {
                Says::Little => VAGUE,
                Says::AsOthers => 1.0,
                Says::Much => DECIDES,
            };
            said.extend(places.map(|at| (at, synonym.mean.as_slice(), factor)));
        }
        said.extend(terms.iter().map(|at| (at.clone(), &[][..], 1.0)));
        said.sort_by_key(|(at, _, _)| (std::cmp::Reverse(at.len()), at.start));
        let mut named: Vec<(Range<usize>, Concept)> = Vec::new();
        for (at, means, factor) in said {
            let same = named.iter_mut().find(|(taken, _)| *taken == at);
            if let Some((_, concept)) = same {
                concept.factor = concept.factor.max(factor);
                means.iter().for_each(|mean| concept.or(mean, MEANT));
            } else if named.iter().all(|(taken, _)| at.end <= taken.start || taken.end <= at.start) {
                let words: String = chars[at.clone()].iter().collect();
                let mut concept = Concept::of(&squeezed(&words), factor);
                means.iter().for_each(|mean| concept.or(mean, MEANT));
                named.push((at, concept));
            }
        }
        named.sort_by_key(|(at, _)| at.start);
        named
    }

    fn cut(&self, text: &str) -> Vec<String> {
        let words = |run: Run| if run.han { self.cut_run(&run.text) } else { vec![run.text] };
        runs(text).into_iter().flat_map(words).collect()
    }

    /// The words of a stretch of Chinese. Lone characters side by side are a word the dictionary lacks: 运证.
    fn cut_run(&self, han: &str) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let mut after_lone = false;
        for word in self.lexicon.cut(han) {
            let lone = word.chars().count() == 1 && !self.words.is_stop(word);
            match words.last_mut() {
                Some(last) if lone && after_lone => last.push_str(word),
                _ => words.push(word.to_owned()),
            }
            after_lone = lone;
        }
        words
    }

    /// Where names of the trade stand.
    fn terms(&self, chars: &[char]) -> Vec<Range<usize>> {
        let text: String = chars.iter().collect();
        let said = self.words.terms.iter().filter(|term| text.contains(term.as_str()));
        said.flat_map(|term| places(chars, term)).collect()
    }

    /// The other words, without those that say nothing.
    fn plain(&self, rest: &str) -> Vec<Concept> {
        let lone = |word: &str| word.chars().count() == 1 && word.chars().all(is_han);
        let concept = |word: &String| Concept::of(word, if lone(word) { LONE } else { 1.0 });
        self.cut(rest).iter().filter(|word| !self.words.is_stop(word)).map(concept).collect()
    }
}

/// Where a word stands.
fn places(chars: &[char], word: &str) -> Vec<Range<usize>> {
    let word: Vec<char> = word.chars().collect();
    let starts = (0..chars.len()).filter(|start| chars[*start..].starts_with(&word));
    starts.map(|start| start..start + word.len()).collect()
}

/// As texts are compared: one width and case, simplified characters, without blanks and punctuation.
pub fn plain(text: &str) -> String {
    squeezed(&fold(text))
}

/// Without blanks and punctuation.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const LIST: &str = r#"
        effective = 2026-01-01
        source = "t"
        stop = ["我", "的", "想", "了"]
        question = ["怎么"]
        terms = ["许可证", "变更", "新办", "延续"]
        [[synonym]]
        say = ["换*店名", "换*名", "改名"]
        mean = ["变更"]
        [[synonym]]
        say = ["开店"]
        mean = ["新办"]
    "#;

    fn read(query: &str) -> Understood {
        let words = Words::read("t.toml", LIST, date(2026, 11, 25)).unwrap();
        let lexicon = Lexicon::new(&words);
        let known = |gram: &str| "许可证变更新办延续怎么ofd".contains(gram);
        Reader { words: &words, lexicon: &lexicon, known: &known }.read(query)
    }

    fn first_ways(query: &str) -> Vec<String> {
        read(query).concepts.iter().map(|concept| concept.ways[0].text.clone()).collect()
    }

    #[test]
    fn everyday_words_are_sought_by_their_official_names_too() {
        let understood = read("我的店想换个店名");
        let ways: Vec<&str> = understood.concepts[0].ways.iter().map(|way| way.text.as_str()).collect();
        assert_eq!(ways, ["换个店名", "变更"]);
        assert_eq!(understood.read_as, None);
    }

    #[test]
    fn a_name_of_the_trade_is_not_cut_in_two() {
        let words = Words::read(
            "t.toml",
            "effective = 2026-01-01\nsource = \"t\"\nterms = [\"补办\", \"许可证\"]\n\
             [[synonym]]\nsay = [\"办许可证\"]\nmean = [\"新办\"]\n",
            date(2026, 11, 25),
        );
        let words = words.unwrap();
        let lexicon = Lexicon::new(&words);
        let reader = Reader { words: &words, lexicon: &lexicon, known: &|_| true };
        let ways = |query: &str| -> Vec<String> {
            let concepts = reader.read(query).concepts;
            concepts.iter().flat_map(|one| one.ways.iter().map(|way| way.text.clone())).collect()
        };
        assert_eq!(ways("补办许可证"), ["补办", "许可证"]);
        assert_eq!(ways("办许可证"), ["办许可证", "新办"]);
    }

    #[test]
    fn words_that_say_nothing_are_left_out_unless_there_is_nothing_else() {
        assert_eq!(first_ways("我的许可证怎么延续"), ["许可证", "延续"]);
        assert_eq!(first_ways("怎么"), ["怎么"]);
        assert!(read("怎么延续").asks && !read("延续").asks);
    }

    #[test]
    fn pinyin_and_slips_are_read_as_what_was_meant() {
        for (typed, meant) in [("yanxu", "延续"), ("yan xu", "延续"), ("许可正", "许可证"), ("言续", "延续")]
        {
            assert_eq!(read(typed).read_as.as_deref(), Some(meant), "{typed}");
        }
        let spelled = read("kaidian");
        assert!(spelled.concepts[0].ways.iter().any(|way| way.text == "新办"), "{spelled:?}");
    }

    #[test]
    fn words_of_questions_are_no_part_of_a_slip() {
        let words = Words::read(
            "t.toml",
            "effective = 2026-01-01\nsource = \"t\"\nquestion = [\"怎么\"]\nterms = [\"续证\"]\n",
            date(2026, 11, 25),
        );
        let words = words.unwrap();
        let lexicon = Lexicon::new(&words);
        let reader = Reader { words: &words, lexicon: &lexicon, known: &|_| false };
        assert_eq!(reader.read("没续怎么办").read_as, None);
        assert_eq!(reader.read("续正").read_as.as_deref(), Some("续证"));
    }

    #[test]
    fn initials_stand_for_every_word_they_fit() {
        let ways: Vec<String> = read("xb").concepts[0].ways.iter().map(|way| way.text.clone()).collect();
        assert!(ways.contains(&"新办".to_owned()), "{ways:?}");
    }

    #[test]
    fn letters_that_stand_in_documents_are_no_pinyin() {
        assert_eq!(read("OFD").read_as, None);
        assert_eq!(first_ways("OFD"), ["ofd"]);
    }

    #[test]
    fn nothing_typed_means_nothing() {
        for query in ["", "   ", "，。？！", "\u{0}"] {
            assert!(read(query).concepts.is_empty(), "{query:?}");
        }
    }
}
