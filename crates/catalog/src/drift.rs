//! 一致性核对: does a public copy of a guide say what this site says? Reads the mark every rendering carries, then the content
//! itself: a mark can be copied onto other words.
//! Pure: who fetches the copies hands in what they answered.

mod index;
pub mod json;
mod words;

use std::fmt;

use serde::Serialize;

use crate::pages::index::Listed;

pub use index::{Bureaus, compare_bureaus, compare_index};
pub use words::words;

/// The mark of a guide in a page: which guide it is, in which text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Mark {
    pub item: String,
    pub business: String,
    pub bureau: String,
    pub version: String,
    pub digest: String,
    /// Address of the same view on our site.
    pub at: String,
}

/// How a copy compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Drift {
    /// What is in force, word for word.
    Same,
    /// There should be a guide and there is none.
    Missing {
        says: String,
    },
    /// An earlier text, and what has changed since as far as the copy shows it.
    Stale {
        copy: String,
        current: String,
        lines: Vec<String>,
    },
    /// The mark is current and the words differ: somebody changed the copy.
    OtherText {
        lines: Vec<String>,
    },
    /// A guide or a text that this site never published.
    Unknown {
        says: String,
    },
    Unreachable {
        says: String,
    },
}

impl Drift {
    pub fn code(&self) -> &'static str {
        match self {
            Drift::Same => "same",
            Drift::Missing { .. } => "missing",
            Drift::Stale { .. } => "stale",
            Drift::OtherText { .. } => "other",
            Drift::Unknown { .. } => "unknown",
            Drift::Unreachable { .. } => "unreachable",
        }
    }

    pub fn is_same(&self) -> bool {
        *self == Drift::Same
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Drift::Same => f.write_str("一致"),
            Drift::Missing { says } => write!(f, "缺少：{says}"),
            Drift::Stale { copy, current, lines } => {
                write!(f, "过期：副本是 {copy} 版，现行 {current} 版，请更新副本")?;
                if lines.is_empty() { Ok(()) } else { write!(f, "。不同的地方：{}", told(lines)) }
            }
            Drift::OtherText { lines } => write!(f, "内容被改动：{}", told(lines)),
            Drift::Unknown { says } => write!(f, "认不出：{says}"),
            Drift::Unreachable { says } => write!(f, "打不开：{says}"),
        }
    }
}

/// As many differences as a line of a report holds, and how many more there are.
fn told(lines: &[String]) -> String {
    const MOST: usize = 5;
    let shown = lines.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join("；");
    match lines.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown}；还有 {more} 处"),
    }
}

/// The first mark in a page: the code at its end, or the words of a guide.json.
pub fn mark_in(body: &str) -> Option<Mark> {
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(body) {
        let own = &json["yanzheng"];
        let text = |name: &str| own[name].as_str().unwrap_or_default().to_owned();
        let mark = Mark {
            item: text("item"),
            business: text("business"),
            bureau: text("bureau"),
            version: text("version"),
            digest: text("digest"),
            at: String::new(),
        };
        return (!mark.digest.is_empty()).then_some(mark);
    }
    let (_, rest) = body.split_once("<code class=\"digest\"")?;
    let (attributes, rest) = rest.split_once('>')?;
    let digest = rest.split('<').next()?.trim().to_lowercase();
    let attribute = |name: &str| -> String {
        let value = attributes.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split('"').next());
        value.unwrap_or_default().to_owned()
    };
    let guide = attribute("data-guide");
    let (item, business) = guide.split_once('/')?;
    Some(Mark {
        item: item.to_owned(),
        business: business.to_owned(),
        bureau: attribute("data-bureau"),
        version: attribute("data-version"),
        digest,
        at: attribute("data-at"),
    })
}

/// What this site knows of the guide that a mark names.
#[derive(Clone, Debug, Default)]
pub struct Ours<'a> {
    /// What is in force of it.
    pub known: Option<&'a Listed>,
    /// Address of this site, under which a copy may write its links out.
    pub base: String,
    /// The views the copy may be of; of a guide.json it is one.
    pub renderings: Vec<String>,
    /// The mark's digest is of a text that was in force here at some time.
    pub once_in_force: bool,
}

/// Compares a copy with our own renderings of the same guide.
pub fn compare(copy: &str, mark: &Mark, ours: &Ours<'_>) -> Drift {
    let Some(known) = ours.known else {
        let says = format!("本站没有“{}/{}”这份指南（单位 {}）", mark.item, mark.business, mark.bureau);
        return Drift::Unknown { says };
    };
    let lines = differing(copy, &ours.renderings, &ours.base);
    if mark.digest != known.digest {
        let lines = lines.unwrap_or_default();
        if !ours.once_in_force {
            let says = "核对码不是本站发布过的，请换成本站现行的指南".to_owned();
            let says =
                if lines.is_empty() { says } else { format!("{says}。不同的地方：{}", told(&lines)) };
            return Drift::Unknown { says };
        }
        let copy = match mark.version == known.version {
            true => format!("{}（单位内容较旧）", mark.version),
            false => mark.version.clone(),
        };
        return Drift::Stale { copy, current: known.version.clone(), lines };
    }
    match lines {
        // A mark by itself proves nothing: whoever changed the words left it where it was.
        None => Drift::Unknown {
            says: "核对码是现行的，但是认不出是指南的哪一种页面，没有核对内容".to_owned(),
        },
        Some(lines) if lines.is_empty() => Drift::Same,
        Some(lines) => Drift::OtherText { lines },
    }
}

/// What differs from the rendering that is nearest; nothing when there is none to hold it against.
fn differing(copy: &str, renderings: &[String], base: &str) -> Option<Vec<String>> {
    if let Ok(copy) = serde_json::from_str(copy) {
        let own = renderings.iter().find_map(|own| serde_json::from_str(own).ok())?;
        return Some(json::differing(&copy, &own));
    }
    let read = words(copy, base);
    let all = renderings.iter().map(|own| words::differing(&read, &words(own, base)));
    all.min_by_key(Vec::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "ab";

    fn page(digest: &str, words: &str) -> String {
        format!(
            "<html><head><title>t</title></head><body><main><h1>新办</h1><p>{words}</p><form><p>只在网页上</p></form>\
             <code class=\"digest\" data-guide=\"a/b\" data-bureau=\"990101\" data-version=\"1\">{digest}</code></main></body></html>"
        )
    }

    fn listed(digest: &str, version: &str) -> Listed {
        Listed {
            item: "a".into(),
            business: "b".into(),
            bureau: "990101".into(),
            version: version.into(),
            digest: digest.into(),
            url: "/guides/a/b".into(),
        }
    }

    #[test]
    fn a_mark_is_read_from_a_page_and_from_json() {
        let mark = mark_in(&page("AB", "x")).unwrap();
        assert_eq!((mark.item.as_str(), mark.bureau.as_str(), mark.digest.as_str()), ("a", "990101", "ab"));
        let json = r#"{"yanzheng":{"item":"a","business":"b","bureau":null,"version":"1","digest":"ab"}}"#;
        assert_eq!(mark_in(json).unwrap().digest, "ab");
        assert_eq!(mark_in("<html>404</html>"), None);
    }

    fn ours<'a>(known: &'a Listed, own: &str) -> Ours<'a> {
        Ours {
            known: Some(known),
            base: String::new(),
            renderings: vec![own.to_owned()],
            once_in_force: true,
        }
    }

    #[test]
    fn planted_faults_are_found() {
        let copy = page(DIGEST, "承诺 8 个工作日");
        let mark = mark_in(&copy).unwrap();
        let known = listed(DIGEST, "1");
        assert!(compare(&copy, &mark, &ours(&known, &copy)).is_same());
        let forged = page(DIGEST, "承诺 80 个工作日");
        let drift = compare(&forged, &mark, &ours(&known, &copy));
        assert!(drift.to_string().contains("承诺 80 个工作日"), "{drift}");
        let newer = listed("cd", "2");
        let stale = compare(&copy, &mark, &ours(&newer, &page("cd", "承诺 7 个工作日")));
        assert_eq!(stale.code(), "stale");
        assert!(stale.to_string().contains("承诺 7 个工作日"), "{stale}");
        let never = Ours { once_in_force: false, ..ours(&newer, &copy) };
        assert_eq!(compare(&copy, &mark, &never).code(), "unknown");
        assert_eq!(compare(&copy, &mark, &Ours::default()).code(), "unknown");
    }

    #[test]
    fn a_current_mark_on_a_page_of_no_known_view_is_not_taken_on_trust() {
        let copy = page(DIGEST, "收费 200 元");
        let known = listed(DIGEST, "1");
        let nothing = Ours { renderings: Vec::new(), ..ours(&known, "") };
        assert_eq!(compare(&copy, &mark_in(&copy).unwrap(), &nothing).code(), "unknown");
    }

    #[test]
    fn of_several_views_the_nearest_is_the_one_it_is_held_against() {
        let copy = page(DIGEST, "承诺 8 个工作日");
        let known = listed(DIGEST, "1");
        let views = vec![page(DIGEST, "详细"), copy.clone(), page(DIGEST, "打印")];
        let ours = Ours { renderings: views, ..ours(&known, "") };
        assert!(compare(&copy, &mark_in(&copy).unwrap(), &ours).is_same());
    }
}
