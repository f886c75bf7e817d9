//! What a rule stands on: a law in one version, its article, paragraph (款) and item (项).

use std::{borrow::Cow, fmt, str::FromStr};

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::{
    numerals::{chinese, number},
    texts,
};

/// One place in one version of a law. Shown as 《行政许可法》第三十二条第一款第四项, and stored as an object of its five parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Citation {
    /// Short name, as in the file name under `law/texts`.
    pub law: Cow<'static, str>,
    /// Adoption or amendment date of the version meant.
    pub version: Date,
    pub article: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u8>,
}

impl Citation {
    /// `paragraph` 0 means the whole article.
    pub const fn new(law: &'static str, version: Date, article: u16, paragraph: u8) -> Citation {
        let paragraph = if paragraph == 0 { None } else { Some(paragraph) };
        Citation { law: Cow::Borrowed(law), version, article, paragraph, item: None }
    }

    /// The same paragraph, item `number`.
    pub const fn item(mut self, number: u8) -> Citation {
        self.item = Some(number);
        self
    }

    /// The cited words: the whole article, the paragraph with its items, or the one item. `None` if `law/texts` doesn't hold it.
    pub fn words(&self) -> Option<String> {
        let article = texts::article(self)?;
        let Some(wanted) = self.paragraph else { return Some(article.text.clone()) };
        let paragraph = article.paragraphs().into_iter().nth(usize::from(wanted).checked_sub(1)?)?;
        match self.item {
            Some(item) => paragraph.items.get(usize::from(item).checked_sub(1)?).map(|line| line.to_string()),
            None => Some([&[paragraph.opening], paragraph.items.as_slice()].concat().join("\n")),
        }
    }

    /// Whether the text under `law/texts` is only retold by guides that quote it.
    pub fn second_hand(&self) -> bool {
        texts::law_of(self).is_some_and(|law| law.second_hand)
    }

    /// With the version, for papers that must say which text was applied: 《行政许可法》（2019-04-23）第四十四条.
    pub fn with_version(&self) -> String {
        format!("《{}》（{}）{}", self.law, self.version, self.place())
    }

    /// 第三十二条第一款第四项. An article of a single paragraph is cited without its 款, as lawyers do.
    pub fn place(&self) -> String {
        let mut out = format!("第{}条", chinese(self.article));
        let only_one = texts::article(self).is_some_and(|article| article.paragraphs().len() == 1);
        if let Some(paragraph) = self.paragraph.filter(|_| !only_one) {
            out += &format!("第{}款", chinese(paragraph.into()));
        }
        if let Some(item) = self.item {
            out += &format!("第{}项", chinese(item.into()));
        }
        out
    }
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "《{}》{}", self.law, self.place())
    }
}

/// The text of the article a citation points into (the whole article, lines by 款 and 项), or `None` if it isn't kept.
pub fn text(citation: &Citation) -> Option<&'static str> {
    texts::article(citation).map(|article| article.text.as_str())
}

/// Several citations in one line, joined by 、.
pub fn in_one_line(citations: &[Citation]) -> String {
    citations.iter().map(Citation::to_string).collect::<Vec<_>>().join("、")
}

/// 行政许可法, as amended 2019-04-23.
pub const fn licensing(article: u16, paragraph: u8) -> Citation {
    Citation::new("行政许可法", date(2019, 4, 23), article, paragraph)
}

/// 烟草专卖法, as amended 2015-04-24.
pub const fn tobacco(article: u16, paragraph: u8) -> Citation {
    Citation::new("烟草专卖法", date(2015, 4, 24), article, paragraph)
}

/// 烟草专卖法实施条例, as amended 2023-07-20.
pub const fn tobacco_rules(article: u16, paragraph: u8) -> Citation {
    Citation::new("烟草专卖法实施条例", date(2023, 7, 20), article, paragraph)
}

/// 烟草专卖许可证管理办法 (工信部令第37号): known second-hand, see its file under `law/texts`.
pub const fn permit_measures(article: u16, paragraph: u8) -> Citation {
    Citation::new("烟草专卖许可证管理办法", date(2016, 5, 26), article, paragraph)
}

/// 烟草专卖许可证管理办法实施细则 (国烟法〔2020〕205号): known second-hand, see its file under `law/texts`.
pub const fn permit_details(article: u16, paragraph: u8) -> Citation {
    Citation::new("烟草专卖许可证管理办法实施细则", date(2020, 3, 31), article, paragraph)
}

/// 行政复议法, as revised 2023-09-01, in force 2024-01-01.
pub const fn reconsideration(article: u16, paragraph: u8) -> Citation {
    Citation::new("行政复议法", date(2023, 9, 1), article, paragraph)
}

/// 行政诉讼法, as amended 2017-06-27.
pub const fn litigation(article: u16, paragraph: u8) -> Citation {
    Citation::new("行政诉讼法", date(2017, 6, 27), article, paragraph)
}

/// 民事诉讼法, as amended 2023-09-01; its chapter on periods and delivery is borrowed by the two acts above.
pub const fn civil_procedure(article: u16, paragraph: u8) -> Citation {
    Citation::new("民事诉讼法", date(2023, 9, 1), article, paragraph)
}

/// 民法典, adopted 2020-05-28; only its chapter on counting periods.
pub const fn civil_code(article: u16, paragraph: u8) -> Citation {
    Citation::new("民法典", date(2020, 5, 28), article, paragraph)
}

/// 未成年人保护法, as amended 2024-04-26.
pub const fn minors(article: u16, paragraph: u8) -> Citation {
    Citation::new("未成年人保护法", date(2024, 4, 26), article, paragraph)
}

/// 电子签名法, as amended 2019-04-23.
pub const fn e_signature(article: u16, paragraph: u8) -> Citation {
    Citation::new("电子签名法", date(2019, 4, 23), article, paragraph)
}

/// 个人信息保护法, adopted 2021-08-20.
pub const fn personal_information(article: u16, paragraph: u8) -> Citation {
    Citation::new("个人信息保护法", date(2021, 8, 20), article, paragraph)
}

/// 国务院关于在线政务服务的若干规定 (国务院令第716号).
pub const fn online_service(article: u16, paragraph: u8) -> Citation {
    Citation::new("国务院关于在线政务服务的若干规定", date(2019, 4, 26), article, paragraph)
}

/// 优化营商环境条例 (国务院令第722号).
pub const fn business_environment(article: u16, paragraph: u8) -> Citation {
    Citation::new("优化营商环境条例", date(2019, 10, 22), article, paragraph)
}

/// 全国年节及纪念日放假办法, as revised 2024-11-10.
pub const fn holidays(article: u16, paragraph: u8) -> Citation {
    Citation::new("全国年节及纪念日放假办法", date(2024, 11, 10), article, paragraph)
}

/// 政府信息公开条例, as revised 2019-04-03.
pub const fn open_information(article: u16, paragraph: u8) -> Citation {
    Citation::new("政府信息公开条例", date(2019, 4, 3), article, paragraph)
}

/// Why a written citation could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”不是条文引用，应写作“行政许可法@2019-04-23 第三十二条第一款第四项”")]
pub struct NotACitation(pub String);

/// Reads the form used by data files: `行政许可法@2019-04-23 第三十二条第一款第四项`.
impl FromStr for Citation {
    type Err = NotACitation;

    fn from_str(written: &str) -> Result<Citation, NotACitation> {
        parse(written).ok_or_else(|| NotACitation(written.to_owned()))
    }
}

fn parse(written: &str) -> Option<Citation> {
    let (head, place) = written.trim().split_once(' ')?;
    let (law, version) = head.split_once('@')?;
    let (article, rest) = part(place, "条")?;
    let (paragraph, rest) = part(rest, "款").map_or((None, rest), |(n, rest)| (Some(n), rest));
    let (item, rest) = part(rest, "项").map_or((None, rest), |(n, rest)| (Some(n), rest));
    rest.is_empty().then_some(Citation {
        law: Cow::Owned(law.to_owned()),
        version: version.parse().ok()?,
        article,
        paragraph: paragraph.map(u8::try_from).transpose().ok()?,
        item: item.map(u8::try_from).transpose().ok()?,
    })
}

/// 第四十二条第一款 → (42, 第一款) for `条`.
fn part<'a>(written: &'a str, unit: &str) -> Option<(u16, &'a str)> {
    let (numeral, rest) = written.strip_prefix('第')?.split_once(unit)?;
    Some((number(numeral)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_reads_as_lawyers_write_it() {
        assert_eq!(licensing(32, 1).item(4).to_string(), "《行政许可法》第三十二条第一款第四项");
        assert_eq!(licensing(44, 0).to_string(), "《行政许可法》第四十四条");
        assert_eq!(licensing(82, 1).to_string(), "《行政许可法》第八十二条");
        assert_eq!(minors(123, 0).to_string(), "《未成年人保护法》第一百二十三条");
    }

    #[test]
    fn the_written_form_reads_back() {
        let cited: Citation = "行政许可法@2019-04-23 第三十二条第一款第四项".parse().unwrap();
        assert_eq!(cited, licensing(32, 1).item(4));
        for wrong in [
            "行政许可法 第三条",
            "行政许可法@2019-02-30 第三条",
            "行政许可法@2019-04-23 第三十二条第一款第四项等",
        ] {
            assert!(wrong.parse::<Citation>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_words_are_those_of_the_item() {
        let words = licensing(32, 1).item(4).words().unwrap();
        assert!(words.starts_with("（四）") && words.contains("逾期不告知的，自收到申请材料之日起即为受理"));
        assert_eq!(licensing(32, 1).item(9).words(), None);
        assert!(text(&licensing(82, 1)).unwrap().contains("以工作日计算"));
        assert!(permit_details(46, 0).second_hand() && !licensing(42, 1).second_hand());
    }

    #[test]
    fn it_survives_json() {
        let cited = licensing(32, 1).item(4);
        let json = serde_json::to_string(&cited).unwrap();
        assert_eq!(serde_json::from_str::<Citation>(&json).unwrap(), cited);
    }
}
