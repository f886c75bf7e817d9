//! How well a candidate answers: what of the question it speaks of, and where. Pure.

use jiff::civil::Date;

use crate::document::{Audience, Document, Kind};
use crate::fold::{all_grams, fold, is_han};
use crate::understand::{Concept, Understood, squeezed};

/// What is kept of a document in memory.
#[derive(Clone, Debug)]
pub struct Card {
    pub kind: Kind,
    pub id: String,
    pub title: String,
    pub url: String,
    folded_title: String,
    /// Without blanks and punctuation, to be held against a whole question.
    squeezed_title: String,
    keywords: Vec<String>,
    published: Option<Date>,
    from: Option<Date>,
    until: Option<Date>,
    pub weight: f32,
    audience: Audience,
    pub note: Option<String>,
}

impl Card {
    pub fn of(document: &Document) -> Card {
        let folded_title = fold(&document.title);
        Card {
            kind: document.kind,
            id: document.id.clone(),
            title: document.title.clone(),
            url: document.url.clone(),
            squeezed_title: squeezed(&folded_title),
            folded_title,
            keywords: document.keywords.iter().map(|keyword| squeezed(&fold(keyword))).collect(),
            published: document.published,
            from: document.from,
            until: document.until,
            weight: document.weight,
            audience: document.audience,
            note: document.note.clone(),
        }
    }

    pub fn folded_title(&self) -> &str {
        &self.folded_title
    }

    pub fn keywords(&self) -> &[String] {
        &self.keywords
    }

    pub fn is_for_a_few(&self) -> bool {
        self.audience == Audience::Few
    }

    /// Whether it may be shown on this day.
    pub fn holds_on(&self, today: Date) -> bool {
        self.from.is_none_or(|from| from <= today) && self.until.is_none_or(|until| today <= until)
    }
}

/// A concept with how much it weighs in this question, and for each way the bits of its grams.
#[derive(Clone, Debug)]
pub struct Weighed {
    pub concept: Concept,
    /// From 0 to 1: rare words say more.
    pub weight: f32,
    pub bits: Vec<u64>,
}

/// How a candidate does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// How much of what is sought it speaks of, 0 to 1.
    pub cover: f32,
    /// The order of the answers.
    pub total: f32,
}

/// Where it stands, and what that is worth.
const WHOLE: f32 = 1.0;
const IN_TITLE: f32 = 0.9;
const IN_KEYWORD: f32 = 0.75;
const IN_BODY: f32 = 0.45;
/// Some of a longer word, in the title or the body.
const PART_OF_TITLE: f32 = 0.5;
const PART_OF_BODY: f32 = 0.15;

/// What can't be had now comes after what can, where both speak of the same.
const NOT_TO_BE_HAD: f32 = 0.3;

/// How well the candidate answers; `bm25` is its share of the best one's.
pub fn score(
    card: &Card,
    body: u64,
    sought: &[Weighed],
    understood: &Understood,
    bm25: f32,
    today: Date,
) -> Score {
    let all: f32 = sought.iter().map(|one| one.weight).sum();
    let met: f32 = sought.iter().map(|one| one.weight * met(card, body, one)).sum();
    let cover = if all > 0.0 { met / all } else { 0.0 };
    let named = match card.note {
        None => named_outright(card, understood),
        Some(_) => -NOT_TO_BE_HAD,
    };
    let total = cover + named + 0.15 * focus(card, sought) + 0.1 * bm25 + leaning(card, understood, today);
    Score { cover, total }
}

/// How far one concept is met, by its best way.
fn met(card: &Card, body: u64, sought: &Weighed) -> f32 {
    let ways = sought.concept.ways.iter().zip(&sought.bits);
    ways.map(|(way, bits)| way.weight * place(card, body, &way.text, *bits)).fold(0.0, f32::max)
}

fn place(card: &Card, body: u64, text: &str, bits: u64) -> f32 {
    if card.squeezed_title == text || card.keywords.iter().any(|keyword| keyword == text) {
        return WHOLE;
    }
    if holds(&card.folded_title, text) {
        return IN_TITLE;
    }
    if card.keywords.iter().any(|keyword| holds(keyword, text)) {
        return IN_KEYWORD;
    }
    let in_body = match bits.count_ones() {
        0 => 0.0,
        all if body & bits == bits => IN_BODY + if all > 2 { 0.05 } else { 0.0 },
        all => PART_OF_BODY * (body & bits).count_ones() as f32 / all as f32,
    };
    in_body.max(PART_OF_TITLE * share_of_grams(&card.folded_title, text))
}

/// Letters and digits stand as a whole: 16 is not in 2016.
fn holds(text: &str, sought: &str) -> bool {
    let bounded = sought.starts_with(|c: char| !is_han(c)) || sought.ends_with(|c: char| !is_han(c));
    if !bounded {
        return text.contains(sought);
    }
    let same_script = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
    text.match_indices(sought).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + sought.len()..].chars().next());
        !same_script(before) && !same_script(after)
    })
}

/// Of a word of three characters or more, how many of its pairs stand there; less than half is chance.
fn share_of_grams(text: &str, sought: &str) -> f32 {
    let grams = all_grams(sought);
    if grams.len() < 2 {
        return 0.0;
    }
    let share = grams.iter().filter(|gram| text.contains(gram.as_str())).count() as f32 / grams.len() as f32;
    if share >= 0.5 { share } else { 0.0 }
}

/// The whole question is its name.
fn named_outright(card: &Card, understood: &Understood) -> f32 {
    let whole = understood.whole.as_str();
    if whole.is_empty() {
        return 0.0;
    }
    if card.squeezed_title == whole {
        return 0.6;
    }
    if card.keywords.iter().any(|keyword| keyword == whole) {
        return 0.5;
    }
    let (asked, title) = (whole.chars().count(), card.squeezed_title.chars().count());
    let within = asked >= 3 && card.squeezed_title.contains(whole);
    if within || title >= 4 && whole.contains(card.squeezed_title.as_str()) {
        return 0.25;
    }
    0.0
}

/// How much of the title is about what is sought.
fn focus(card: &Card, sought: &[Weighed]) -> f32 {
    let mut open = card.squeezed_title.clone();
    let before = open.chars().count();
    if before == 0 {
        return 0.0;
    }
    for one in sought {
        for way in &one.concept.ways {
            open = open.replace(way.text.as_str(), "");
        }
    }
    (before - open.chars().count().min(before)) as f32 / before as f32
}

/// What is likelier to be wanted, all else being equal.
fn leaning(card: &Card, understood: &Understood, today: Date) -> f32 {
    let speaks_of_law =
        ["法", "条例", "办法", "细则", "条文"].iter().any(|word| understood.whole.contains(word));
    let by_kind = match card.kind {
        Kind::Faq if understood.asks => 0.12,
        Kind::Item | Kind::Guide if !understood.asks => 0.1,
        Kind::Item | Kind::Guide | Kind::Faq => 0.05,
        Kind::Page => 0.06,
        Kind::Policy | Kind::Notice | Kind::Permit => 0.03,
        Kind::Law if speaks_of_law => 0.1,
        Kind::Law => -0.1,
    };
    let by_weight = (0.1 * (card.weight - 1.0)).clamp(-0.1, 0.2);
    by_kind + by_weight + by_audience(card.audience) + newness(card, today)
}

/// Less than a word of the question weighs: who names the wholesaler's licence finds it.
fn by_audience(audience: Audience) -> f32 {
    match audience {
        Audience::Everybody => 0.0,
        Audience::Some => -0.06,
        Audience::Few => -0.15,
    }
}

/// News age; guides don't.
fn newness(card: &Card, today: Date) -> f32 {
    let (Kind::Notice | Kind::Policy, Some(published)) = (card.kind, card.published) else { return 0.0 };
    let days = today.since(published).map_or(0, |span| span.get_days()).max(0);
    0.08 * (-days as f32 / 365.0).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::Way;
    use jiff::civil::date;

    fn sought(text: &str) -> Weighed {
        let concept = Concept { ways: vec![Way { text: text.into(), weight: 1.0 }], factor: 1.0 };
        Weighed { concept, weight: 1.0, bits: vec![0b1] }
    }

    fn total(document: &Document, query: &str, body: u64) -> f32 {
        let understood = Understood { whole: query.into(), ..Understood::default() };
        score(&Card::of(document), body, &[sought(query)], &understood, 0.0, date(2026, 11, 25)).total
    }

    #[test]
    fn title_before_keyword_before_body() {
        let titled = Document::new(Kind::Faq, "a", "补办要收费吗", "/a");
        let called = Document::new(Kind::Faq, "b", "证丢了", "/b").keywords(["补办登记"]);
        let spoken = Document::new(Kind::Faq, "c", "证丢了", "/c");
        let [a, b, c] =
            [(&titled, 0), (&called, 0), (&spoken, 1)].map(|(doc, body)| total(doc, "补办", body));
        assert!(a > b && b > c && c > 0.4, "{a} {b} {c}");
    }

    #[test]
    fn what_is_for_a_few_comes_after_what_is_for_everybody_but_before_what_was_not_named() {
        let shops = Document::new(Kind::Guide, "a", "零售许可证变更", "/a");
        let enterprises = Document::new(Kind::Guide, "b", "批发许可证变更", "/b").audience(Audience::Few);
        assert!(total(&shops, "变更", 0) > total(&enterprises, "变更", 0));
        assert!(total(&shops, "批发许可证变更", 0) < total(&enterprises, "批发许可证变更", 0));
    }

    #[test]
    fn what_is_named_outright_comes_first() {
        let exact = Document::new(Kind::Guide, "a", "补办", "/a");
        let longer = Document::new(Kind::Guide, "b", "补办以后怎么领证", "/b");
        assert!(total(&exact, "补办", 0) > total(&longer, "补办", 0));
    }

    #[test]
    fn what_was_cancelled_comes_after_what_can_be_had_but_before_what_was_not_asked_for() {
        let gone = Document::new(Kind::Guide, "a", "开办", "/a").note(Some("已取消".to_owned()));
        let live = Document::new(Kind::Guide, "b", "开办以后的变更", "/b");
        let other = Document::new(Kind::Guide, "c", "歇业", "/c");
        assert!(total(&live, "开办", 0) > total(&gone, "开办", 0));
        assert!(total(&gone, "开办", 0) > total(&other, "开办", 0));
    }

    #[test]
    fn numbers_stand_as_a_whole() {
        assert!(holds("第16条", "16") && !holds("2016年", "16") && holds("ofd文件", "ofd"));
    }

    #[test]
    fn newer_notices_come_first_and_guides_do_not_age() {
        let notice = |year| Document {
            published: Some(date(year, 1, 1)),
            ..Document::new(Kind::Notice, "n", "停业公告", "/n")
        };
        assert!(total(&notice(2026), "停业", 0) > total(&notice(2019), "停业", 0));
        let guide =
            Document { published: Some(date(2019, 1, 1)), ..Document::new(Kind::Guide, "g", "停业", "/g") };
        assert_eq!(
            total(&guide, "停业", 0),
            total(&Document { published: None, ..guide.clone() }, "停业", 0)
        );
    }

    #[test]
    fn a_document_is_shown_only_while_it_holds() {
        let document = Document {
            from: Some(date(2026, 1, 1)),
            until: Some(date(2026, 12, 31)),
            ..Document::new(Kind::Notice, "n", "停业公告", "/n")
        };
        let card = Card::of(&document);
        assert!(card.holds_on(date(2026, 1, 1)) && card.holds_on(date(2026, 12, 31)));
        assert!(!card.holds_on(date(2025, 12, 31)) && !card.holds_on(date(2027, 1, 1)));
    }
}
