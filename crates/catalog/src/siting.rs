//! 合理布局 as it bears on one shop: how far it stands at least from the next retail point and from schools. Pure data
//! of the locality, read from `places/*/siting.toml`. Quotas of market units and the waiting list are not its matter.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A plan as the bureau published it, in force from its day until the next one of the same bureau.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SitingRule {
    /// Six-digit code of the bureau that made it; it holds for the bureaus below, unless they have their own.
    pub bureau: String,
    pub title: String,
    pub effective: Date,
    pub source: String,
    /// 零售点间距. More than one line where classes of area differ.
    #[serde(default)]
    pub spacing: Vec<Distance>,
    /// 与中小学、幼儿园的距离
    #[serde(default)]
    pub school: Vec<Distance>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distance {
    pub metres: u16,
    /// “50米（含）以内不予设置”: the figure itself is still too near.
    #[serde(default)]
    pub figure_too_near: bool,
    pub measure: Measure,
    /// Code of the form's 地区类别 it holds for; every class without one.
    pub area_type: Option<String>,
    /// 第七条第一款
    pub article: String,
}

/// How a distance is taken; localities differ, and some don't say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Walk,
    GateRadius,
    Unsaid,
}

impl Measure {
    pub fn says(self) -> &'static str {
        match self {
            Measure::Walk => "步行可通行最短距离",
            Measure::GateRadius => "以校门为圆心的直线距离",
            Measure::Unsaid => "现场测量",
        }
    }
}

impl SitingRule {
    /// The spacing asked for in a class of area.
    pub fn spacing_in(&self, area_type: &str) -> Option<&Distance> {
        fitting(&self.spacing, area_type)
    }

    pub fn school_in(&self, area_type: &str) -> Option<&Distance> {
        fitting(&self.school, area_type)
    }
}

/// The line for the class of area, else the one for all.
fn fitting<'a>(lines: &'a [Distance], area_type: &str) -> Option<&'a Distance> {
    let own = lines.iter().find(|line| line.area_type.as_deref() == Some(area_type));
    own.or_else(|| lines.iter().find(|line| line.area_type.is_none()))
}

#[cfg(test)]
mod tests {
    use crate::Catalogue;
    use crate::catalogue::SourceFile;
    use jiff::civil::date;

    fn rule(bureau: &str, effective: &str, metres: u16) -> String {
        format!(
            r#"[[rule]]
bureau = "{bureau}"
title = "规划"
effective = "{effective}"
source = "test"
spacing = [
  {{ metres = {metres}, measure = "walk", article = "第七条" }},
  {{ metres = 70, measure = "walk", area_type = "3002", article = "第八条" }},
]
"#
        )
    }

    fn read(text: String) -> Result<Catalogue, crate::Fault> {
        Catalogue::of_files(vec![SourceFile { path: "places/9901/siting.toml".to_owned(), text }])
    }

    #[test]
    fn the_nearest_bureaus_rule_of_the_day_holds() {
        let rules = [rule("990100", "2024-01-01", 30), rule("990100", "2026-01-01", 40)];
        let catalogue = read([rules.concat(), rule("990121", "2026-06-01", 100)].concat()).unwrap();
        let metres = |bureau, day| {
            catalogue.siting(bureau, day).and_then(|rule| rule.spacing_in("3001")).map(|line| line.metres)
        };
        assert_eq!(metres("990101", date(2023, 12, 31)), None);
        assert_eq!(metres("990101", date(2025, 12, 31)), Some(30));
        assert_eq!(metres("990101", date(2026, 1, 1)), Some(40));
        // A county's own rule replaces the prefecture's from its day on, not before.
        assert_eq!(metres("990121", date(2026, 5, 31)), Some(40));
        assert_eq!(metres("990121", date(2026, 6, 1)), Some(100));
        assert_eq!(metres("110000", date(2026, 6, 1)), None);
    }

    #[test]
    fn a_class_of_area_has_its_own_line_or_the_common_one() {
        let catalogue = read(rule("990100", "2026-01-01", 40)).unwrap();
        let rule = catalogue.siting("990101", date(2026, 2, 1)).unwrap();
        assert_eq!(rule.spacing_in("3002").map(|line| line.metres), Some(70));
        assert_eq!(rule.spacing_in("").map(|line| line.metres), Some(40));
        assert!(rule.school_in("3001").is_none());
    }

    #[test]
    fn a_rule_of_no_metres_or_in_force_twice_from_one_day_is_refused_by_name() {
        let none = read(rule("990100", "2026-01-01", 0)).unwrap_err().to_string();
        assert!(none.contains("places/9901/siting.toml") && none.contains("0 metres"), "{none}");
        let twice = [rule("990100", "2026-01-01", 40), rule("990100", "2026-01-01", 50)].concat();
        let twice = read(twice).unwrap_err().to_string();
        assert!(twice.contains("990100") && twice.contains("2026-01-01"), "{twice}");
    }

    #[test]
    fn every_county_of_the_demo_town_has_a_rule() {
        let catalogue = Catalogue::embedded().unwrap();
        for bureau in ["990101", "990102", "990121", "990122", "990181"] {
            let rule = catalogue.siting(bureau, date(2026, 2, 9)).unwrap();
            for area_type in ["3001", "3002"] {
                assert!(
                    rule.spacing_in(area_type).is_some() && rule.school_in(area_type).is_some(),
                    "{bureau}"
                );
            }
        }
    }
}
