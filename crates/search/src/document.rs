//! What can be found: one document for each thing that has an address of its own.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a document is to the person who finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A service item (事项).
    Item,
    /// How one business type is done (办事指南), and its papers.
    Guide,
    Faq,
    Policy,
    Notice,
    /// A decision made public (行政许可公示).
    Permit,
    /// One article of a law.
    Law,
    /// Any other public page of the site.
    Page,
}

impl Kind {
    pub const ALL: [Kind; 8] =
        [Kind::Item, Kind::Guide, Kind::Faq, Kind::Policy, Kind::Notice, Kind::Permit, Kind::Law, Kind::Page];

    /// The word in addresses, files and answers to programs.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Item => "item",
            Kind::Guide => "guide",
            Kind::Faq => "faq",
            Kind::Policy => "policy",
            Kind::Notice => "notice",
            Kind::Permit => "permit",
            Kind::Law => "law",
            Kind::Page => "page",
        }
    }

    /// The word people read.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Item => "事项",
            Kind::Guide => "办事指南",
            Kind::Faq => "常见问题",
            Kind::Policy => "政策文件",
            Kind::Notice => "通知公告",
            Kind::Permit => "许可公示",
            Kind::Law => "法律条文",
            Kind::Page => "网站栏目",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A word that names no [`Kind`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("没有“{0}”这一类，可用：item guide faq policy notice permit law page")]
pub struct NoSuchKind(pub String);

impl FromStr for Kind {
    type Err = NoSuchKind;

    fn from_str(code: &str) -> Result<Kind, NoSuchKind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code).ok_or_else(|| NoSuchKind(code.to_owned()))
    }
}

/// Whose business it is. What nobody named goes to the many: 变更 means the shop's licence, not the wholesaler's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    #[default]
    Everybody,
    /// Some of the many, who say so: shops that sell e-cigarettes.
    Some,
    /// A few who know what their business is called.
    Few,
}

/// One thing with an address. The caller hands it in; nothing here knows where it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub kind: Kind,
    /// Stable within its kind: `retail-licence/xinban`.
    pub id: String,
    pub title: String,
    pub url: String,
    /// Plain text; markup would be found and shown as it is.
    #[serde(default)]
    pub body: String,
    /// Words people use for it, and that need not stand on the page.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Only for people of this bureau; none for everybody.
    #[serde(default)]
    pub bureau: Option<String>,
    #[serde(default)]
    pub published: Option<Date>,
    /// Not found before this day.
    #[serde(default)]
    pub from: Option<Date>,
    /// Not found after this day.
    #[serde(default)]
    pub until: Option<Date>,
    /// 1 for most; what is asked for often, or should be read first, has more.
    #[serde(default = "ordinary")]
    pub weight: f32,
    #[serde(default)]
    pub audience: Audience,
    /// A word said beside the title of what is no longer, or not now, to be had: 已取消. It comes after what is.
    #[serde(default)]
    pub note: Option<String>,
}

fn ordinary() -> f32 {
    1.0
}

impl Document {
    pub fn new(
        kind: Kind,
        id: impl Into<String>,
        title: impl Into<String>,
        url: impl Into<String>,
    ) -> Document {
        Document {
            kind,
            id: id.into(),
            title: title.into(),
            url: url.into(),
            body: String::new(),
            keywords: Vec::new(),
            bureau: None,
            published: None,
            from: None,
            until: None,
            weight: ordinary(),
            audience: Audience::default(),
            note: None,
        }
    }

    pub fn body(mut self, body: impl Into<String>) -> Document {
        self.body = body.into();
        self
    }

    pub fn keywords<S: Into<String>>(mut self, keywords: impl IntoIterator<Item = S>) -> Document {
        self.keywords.extend(keywords.into_iter().map(Into::into));
        self
    }

    pub fn weight(mut self, weight: f32) -> Document {
        self.weight = weight;
        self
    }

    pub fn note(mut self, note: Option<String>) -> Document {
        self.note = note;
        self
    }

    pub fn audience(mut self, audience: Audience) -> Document {
        self.audience = audience;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_reads_back_from_its_code() {
        for kind in Kind::ALL {
            assert_eq!(kind.code().parse(), Ok(kind));
            assert_eq!(serde_plain(kind), kind.code());
        }
        assert!("卷".parse::<Kind>().is_err());
    }

    fn serde_plain(kind: Kind) -> String {
        #[derive(Serialize)]
        struct Told {
            kind: Kind,
        }
        let told = toml::to_string(&Told { kind }).unwrap();
        told.trim().trim_start_matches("kind = ").trim_matches('"').to_owned()
    }
}
