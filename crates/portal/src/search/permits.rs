//! Decisions that bureaus made public, found by 文书号, licence number or name. They are looked through by themselves: among the
//! guides, thousands of names and numbers would hide what most people look for. Names stand here as they were made public.

use ::search::{Asked, Fault, Found, Hit, Kind, Marked, Search, plain};
use disclosure::publicity::Entry;
use disclosure::store::{self, NEWEST, Sought};
use jiff::civil::Date;

/// The newest decisions of the site; older ones are found on the page of the public list.
pub const MOST: i64 = 5_000;
/// Who gets more has typed a word that stands in many names, and the public list has a search of its own.
const MOST_SHOWN: usize = 50;
/// A name typed in part comes before the guides when it fits this many at most.
const FEW: usize = 5;
/// Fewer characters of a name are chance.
const SHORTEST_NAME: usize = 4;
const SHORTEST_NUMBER: usize = 6;

/// A decision as it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    pub bureau: String,
    pub organ: String,
    pub party: String,
    pub number: String,
    pub granted: bool,
    pub on: Date,
    pub url: String,
    id: String,
    /// What it is found by, without blanks and punctuation.
    plain_party: String,
    plain_number: String,
    licence: String,
}

/// The newest published decisions, newest first.
///
/// # Errors
/// When the list can't be read.
pub async fn published(db: &mut db::Db) -> Result<Vec<Permit>, db::Fault> {
    let all = store::published_decisions(db, &Sought::default(), NEWEST, MOST).await?;
    Ok(all.iter().map(Permit::of).collect())
}

impl Permit {
    fn of(entry: &Entry) -> Permit {
        let party = entry.row.get("XK_XDR_MC");
        Permit {
            bureau: entry.bureau.clone(),
            organ: entry.row.get("XK_XKJG").to_owned(),
            party: party.to_owned(),
            number: entry.number.clone(),
            granted: entry.is_granted(),
            on: entry.decided_on,
            url: entry.url(),
            id: format!("{}/{}", entry.bureau, entry.id),
            plain_party: plain(party),
            plain_number: plain(&entry.number),
            licence: plain(&entry.licence),
        }
    }

    pub fn outcome(&self) -> &'static str {
        if self.granted { "准予许可" } else { "不予许可" }
    }

    /// The words are its name or one of its numbers, or hold it whole.
    fn is_named(&self, sought: &str) -> bool {
        let number = |number: &str| number.len() >= SHORTEST_NUMBER && sought.contains(number);
        let party = self.plain_party.as_str();
        let whole = party.chars().count() >= SHORTEST_NAME && sought.contains(party);
        number(&self.plain_number) || number(&self.licence) || whole || party == sought
    }

    /// The words are a part of its name or number.
    fn holds(&self, sought: &str, length: usize) -> bool {
        self.plain_party.contains(sought) || length >= SHORTEST_NUMBER && self.plain_number.contains(sought)
    }

    fn hit(&self) -> Hit {
        let marked = |text: String| Marked { text, marks: Vec::new() };
        let day = web::text::date_cn(self.on);
        Hit {
            kind: Kind::Permit,
            id: self.id.clone(),
            title: marked(format!("{}：{}", self.party, self.outcome())),
            url: self.url.clone(),
            excerpt: marked(format!("{}，{day}由{}作出。", self.number, self.organ)),
            note: None,
            score: 0.0,
        }
    }
}

/// What the search finds, with the decisions that the words name before it and those that only hold them after it.
///
/// # Errors
/// As [`Search::find`].
pub fn find(search: &Search, permits: &[Permit], asked: &Asked) -> Result<Found, Fault> {
    let (first, last) = matching(permits, &asked.text);
    let all = first.len() + last.len();
    if all == 0 {
        return search.find(asked);
    }
    let shown = matches!(asked.kind, None | Some(Kind::Permit));
    let (first, last) = if shown { (first, last) } else { Default::default() };
    let mut hits: Vec<Hit> = first.iter().skip(asked.skip).take(asked.most).map(|one| one.hit()).collect();
    let rest = Asked {
        skip: asked.skip.saturating_sub(first.len()),
        most: asked.most - hits.len(),
        ..asked.clone()
    };
    let mut found = search.find(&rest)?;
    hits.append(&mut found.hits);
    let skip = asked.skip.saturating_sub(first.len() + found.total);
    let open = asked.most - hits.len();
    hits.extend(last.iter().skip(skip).take(open).map(|one| one.hit()));
    found.total += first.len() + last.len();
    found.hits = hits;
    found.kinds.push((Kind::Permit, all));
    found.kinds.sort_by_key(|(kind, _)| *kind);
    if shown {
        found.nearest.clear();
        found.popular.clear();
    }
    Ok(found)
}

/// Those to be shown before everything else, and those after it.
fn matching<'a>(permits: &'a [Permit], text: &str) -> (Vec<&'a Permit>, Vec<&'a Permit>) {
    let sought = plain(text);
    let length = sought.chars().count();
    if length < 2 {
        return Default::default();
    }
    let (mut named, mut held) = (Vec::new(), Vec::new());
    for one in permits {
        if one.is_named(&sought) {
            named.push(one);
        } else if held.len() < MOST_SHOWN && one.holds(&sought, length) {
            held.push(one);
        }
    }
    if !named.is_empty() {
        named.truncate(MOST_SHOWN);
        return (named, Vec::new());
    }
    if length >= SHORTEST_NAME && held.len() <= FEW { (held, Vec::new()) } else { (Vec::new(), held) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn permit(party: &str, number: &str, licence: &str) -> Permit {
        Permit {
            bureau: "990101".into(),
            organ: "城中区烟草专卖局".into(),
            party: party.into(),
            number: number.into(),
            granted: true,
            on: date(2026, 9, 1),
            url: format!("/disclosure/permits/990101/{licence}"),
            id: format!("990101/{licence}"),
            plain_party: plain(party),
            plain_number: plain(number),
            licence: licence.into(),
        }
    }

    fn all() -> Vec<Permit> {
        let mut all = vec![
            permit("城中区䶮记烟酒店", "城中烟许准〔2026〕12号", "990101100012"),
            permit("平安便利店", "城中烟许准〔2026〕1号", "990101100001"),
        ];
        all.extend((2..10).map(|n| {
            permit(&format!("第{n}家便利店"), &format!("城东烟许准〔2026〕{n}号"), &format!("99010210000{n}"))
        }));
        all
    }

    fn found(text: &str) -> (Vec<String>, usize) {
        let all = all();
        let (first, last) = matching(&all, text);
        (first.iter().map(|one| one.licence.clone()).collect(), last.len())
    }

    #[test]
    fn numbers_and_whole_names_come_first_and_words_of_many_names_last() {
        for text in ["城中烟许准〔2026〕12号", "城中烟许准[2026] 12 号", "文书号：城中烟许准（2026）12号"]
        {
            assert_eq!(found(text), (vec!["990101100012".to_owned()], 0), "{text}");
        }
        for text in ["990101100012", "䶮记烟酒店", "城中区䶮记烟酒店", "城中区䶮记烟酒店在公示里吗"]
        {
            assert_eq!(found(text), (vec!["990101100012".to_owned()], 0), "{text}");
        }
        assert_eq!(found("便利店"), (vec![], 9));
        assert_eq!(found("䶮记"), (vec![], 1));
        for nothing in ["", "店", "%", "〔〕", "2026", "新办", "许可证"] {
            assert_eq!(found(nothing), (vec![], 0), "{nothing}");
        }
    }

    #[test]
    fn the_pages_of_answers_go_on_where_the_last_ended() {
        let search = Search::on(::search::Shelf::Memory).unwrap();
        let guide = |n: usize| {
            ::search::Document::new(Kind::Guide, format!("g{n}"), format!("便利店卖烟 {n}"), format!("/g{n}"))
        };
        let guides: Vec<_> = (0..4).map(guide).collect();
        search.replace(&guides, ::search::Words::default()).unwrap();
        let today = date(2026, 11, 25);
        let page = |text: &str, kind, skip| {
            let asked = Asked { skip, most: 3, kind, ..Asked::new(text, today) };
            let found = find(&search, &all(), &asked).unwrap();
            let ids: Vec<String> = found.hits.iter().map(|hit| format!("{}:{}", hit.kind, hit.id)).collect();
            (found.total, ids)
        };
        let pages: Vec<String> = (0..5).flat_map(|n| page("便利店", None, n * 3).1).collect();
        let mut once = pages.clone();
        once.sort();
        once.dedup();
        assert_eq!((pages.len(), once.len()), (13, 13), "each once: {pages:?}");
        assert!(pages[..4].iter().all(|id| id.starts_with("guide:")), "{pages:?}");
        assert_eq!(page("便利店", Some(Kind::Permit), 0).0, 9);
        assert_eq!(page("便利店", Some(Kind::Guide), 0).0, 4);
        assert_eq!(page("城中烟许准〔2026〕12号", None, 0).1[0], "permit:990101/990101100012");
    }
}
