//! 一致性核对: does a public copy of a guide say what this site says? Reads the mark every rendering carries, then the words.
//! Pure: who fetches the copies hands in what they answered.

mod words;

use std::fmt;

use serde::Serialize;

use crate::pages::index::{Index, Listed};

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
    /// An earlier text.
    Stale {
        copy: String,
        current: String,
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
            Drift::Stale { copy, current } => {
                write!(f, "过期：副本是 {copy} 版，现行 {current} 版，请更新副本")
            }
            Drift::OtherText { lines } => write!(f, "内容被改动：{}", lines.join("；")),
            Drift::Unknown { says } => write!(f, "认不出：{says}"),
            Drift::Unreachable { says } => write!(f, "打不开：{says}"),
        }
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

/// Compares a copy with our own rendering of the same view; `known` is what is in force of the guide the mark names.
pub fn compare(copy: &str, mark: &Mark, known: Option<&Listed>, own: Option<&str>) -> Drift {
    let Some(known) = known else {
        let says = format!("本站没有“{}/{}”这份指南（单位 {}）", mark.item, mark.business, mark.bureau);
        return Drift::Unknown { says };
    };
    if mark.digest != known.digest {
        return match mark.version == known.version {
            true => Drift::Stale {
                copy: format!("{}（单位内容较旧）", mark.version),
                current: known.version.clone(),
            },
            false => Drift::Stale { copy: mark.version.clone(), current: known.version.clone() },
        };
    }
    let Some(own) = own else { return Drift::Same };
    let lines = words::differing(&words(copy), &words(own));
    if lines.is_empty() { Drift::Same } else { Drift::OtherText { lines } }
}

/// Compares the index of another place with ours: what is missing, old or unknown there, by address.
pub fn compare_index(copy: &Index, own: &Index) -> Vec<(String, Drift)> {
    let same = |a: &Listed, b: &Listed| a.item == b.item && a.business == b.business && a.bureau == b.bureau;
    let mut found = Vec::new();
    for ours in &own.guides {
        let drift = match copy.guides.iter().find(|one| same(one, ours)) {
            None => Drift::Missing { says: format!("那里没有“{}/{}”", ours.item, ours.business) },
            Some(theirs) if theirs.digest != ours.digest => {
                Drift::Stale { copy: theirs.version.clone(), current: ours.version.clone() }
            }
            Some(_) => continue,
        };
        found.push((ours.url.clone(), drift));
    }
    let extra = copy.guides.iter().filter(|theirs| !own.guides.iter().any(|ours| same(theirs, ours)));
    found.extend(extra.map(|theirs| {
        let says = format!("本站没有“{}/{}”这份指南", theirs.item, theirs.business);
        (theirs.url.clone(), Drift::Unknown { says })
    }));
    found
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

    #[test]
    fn planted_faults_are_found() {
        let copy = page(DIGEST, "承诺 8 个工作日");
        let mark = mark_in(&copy).unwrap();
        let known = listed(DIGEST, "1");
        assert!(compare(&copy, &mark, Some(&known), Some(&copy)).is_same());
        let forged = page(DIGEST, "承诺 80 个工作日");
        let drift = compare(&forged, &mark, Some(&known), Some(&copy));
        assert!(drift.to_string().contains("承诺 80 个工作日"), "{drift}");
        let newer = listed("cd", "2");
        assert_eq!(compare(&copy, &mark, Some(&newer), None).code(), "stale");
        assert_eq!(compare(&copy, &mark, None, None).code(), "unknown");
    }

    #[test]
    fn an_index_tells_missing_stale_and_unknown() {
        let own = Index {
            format: 1,
            guides: vec![listed("ab", "1"), Listed { business: "c".into(), ..listed("cd", "1") }],
        };
        let copy = Index {
            format: 1,
            guides: vec![listed("old", "0"), Listed { business: "z".into(), ..listed("x", "1") }],
        };
        let codes: Vec<&str> = compare_index(&copy, &own).iter().map(|(_, drift)| drift.code()).collect();
        assert_eq!(codes, ["stale", "missing", "unknown"]);
        assert!(compare_index(&own, &own).is_empty());
    }
}
