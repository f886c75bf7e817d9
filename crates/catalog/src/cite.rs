//! A provision as the data files write it. Pure.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use law::Citation;
use law::citations::NotACitation;
use serde::{Deserialize, Serialize};

/// A [`Citation`] written `行政许可法@2019-04-23 第三十二条第一款第四项`, so that lawyers can edit the files and the
/// version that was read stays with the place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cite(pub Citation);

impl Deref for Cite {
    type Target = Citation;

    fn deref(&self) -> &Citation {
        &self.0
    }
}

impl TryFrom<String> for Cite {
    type Error = NotACitation;

    fn try_from(written: String) -> Result<Cite, NotACitation> {
        written.parse()
    }
}

impl FromStr for Cite {
    type Err = NotACitation;

    fn from_str(written: &str) -> Result<Cite, NotACitation> {
        written.parse().map(Cite)
    }
}

impl From<Cite> for String {
    fn from(cite: Cite) -> String {
        cite.written()
    }
}

/// “《行政许可法》第三十二条第一款第四项”
impl fmt::Display for Cite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Cite {
    /// The form of the data files.
    pub fn written(&self) -> String {
        let Citation { law, version, article, paragraph, item } = &self.0;
        let mut out = format!("{law}@{version} 第{}条", law::numerals::chinese(*article));
        if let Some(number) = paragraph {
            out += &format!("第{}款", law::numerals::chinese((*number).into()));
        }
        if let Some(number) = item {
            out += &format!("第{}项", law::numerals::chinese((*number).into()));
        }
        out
    }

    /// The whole article a reader should see; empty when `law/texts` lacks it (the linter refuses that).
    pub fn article_text(&self) -> &'static str {
        law::citations::text(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_form_reads_back() {
        for written in ["行政许可法@2019-04-23 第三十二条第一款第四项", "烟草专卖法@2015-04-24 第十六条"]
        {
            let cite: Cite = written.parse().unwrap();
            assert_eq!(cite.written(), written);
            assert_eq!(serde_json::from_str::<Cite>(&serde_json::to_string(&cite).unwrap()).unwrap(), cite);
        }
    }
}
