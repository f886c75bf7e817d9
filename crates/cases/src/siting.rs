//! What the locality's plan of siting (合理布局) asks of a distance measured on the spot. Pure.
//! 《烟草专卖法实施条例》第九条: “符合当地烟草制品零售点合理布局的要求”.

use catalog::{Catalogue, Distance};
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::fields;

/// A demand as it stood when the distance was written down: the record keeps it, whatever the plan says later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Demand {
    pub metres: u16,
    /// “50米（含）以内不予设置”: the figure itself is still too near.
    #[serde(default)]
    pub figure_too_near: bool,
    /// 步行可通行最短距离
    pub way: String,
    /// Title and article of the plan.
    pub under: String,
}

impl Demand {
    pub fn met_by(&self, metres: f64) -> bool {
        let demanded = f64::from(self.metres);
        if self.figure_too_near { metres > demanded } else { metres >= demanded }
    }

    /// 不少于40米
    pub fn says(&self) -> String {
        let at_least = if self.figure_too_near { "大于" } else { "不少于" };
        format!("{at_least}{}米", self.metres)
    }

    /// How a measured distance compares, in words: 测得86.5米，达到规定 / 测得28.4米，比规定少11.6米.
    pub fn compared(&self, metres: f64) -> String {
        let short = f64::from(self.metres) - metres;
        match self.met_by(metres) {
            true => format!("测得{metres}米，达到规定"),
            false if short > 0.0 => format!("测得{metres}米，比规定少{}米", (short * 100.0).round() / 100.0),
            false => format!("测得{metres}米，规定须{}", self.says()),
        }
    }
}

/// The demand on a check of the record; `None` where nothing is measured or the locality has no plan.
/// The plan of the day of acceptance counts (reading 0011).
pub fn demand(catalogue: &Catalogue, case: &Case, check: &str) -> Option<Demand> {
    let rule = catalogue.siting(&case.bureau, case.stage.running()?.accepted_on)?;
    let area_type = case.value(fields::AREA_TYPE);
    let line: &Distance = match check {
        "school" => rule.school_in(area_type)?,
        "spacing" => rule.spacing_in(area_type)?,
        _ => return None,
    };
    Some(Demand {
        metres: line.metres,
        figure_too_near: line.figure_too_near,
        way: line.measure.says().to_owned(),
        under: format!("《{}》{}", rule.title, line.article),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(metres: u16, figure_too_near: bool) -> Demand {
        Demand { metres, figure_too_near, way: String::new(), under: String::new() }
    }

    #[test]
    fn the_figure_itself_is_far_enough_unless_the_plan_includes_it() {
        assert!(of(40, false).met_by(40.0) && !of(40, false).met_by(39.99));
        assert!(!of(50, true).met_by(50.0) && of(50, true).met_by(50.01));
    }

    #[test]
    fn what_is_missing_is_said_in_metres() {
        assert_eq!(of(40, false).compared(86.5), "测得86.5米，达到规定");
        assert_eq!(of(40, false).compared(28.4), "测得28.4米，比规定少11.6米");
        assert_eq!(of(50, true).compared(50.0), "测得50米，规定须大于50米");
    }
}
