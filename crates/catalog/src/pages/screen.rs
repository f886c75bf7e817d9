//! The guide on a screen in the hall: a few lines in large type, one part after another without anybody touching it.

use askama::Template;
use axum::http::{HeaderValue, header};
use web::{Answer, Page, Refusal, html};

use super::Asked;
use super::guide::Guide;
use crate::item::BusinessType;

/// Seconds a part is shown: time to read eight lines aloud.
const SECONDS: u32 = 20;

#[derive(Template)]
#[template(path = "catalog/guide_screen.html")]
struct ScreenPage<'a> {
    page: Page,
    g: Guide<'a>,
    part: Part,
    part_number: usize,
    /// “2 / 4”
    place: String,
    /// The same part, held or let go on.
    other: String,
    next: String,
    held: bool,
    seconds: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Limits,
    Materials,
    Steps,
    Places,
}

impl Part {
    const ALL: [Part; 4] = [Part::Limits, Part::Materials, Part::Steps, Part::Places];
}

/// `?view=screen&bureau=&part=2`: after the last part comes the next service of the item. With `&held=yes` it stays.
pub fn part(page: Page, g: Guide<'_>, asked: &Asked) -> Answer {
    let at = asked.get("part").and_then(|part| part.parse::<usize>().ok()).unwrap_or(1);
    let at = at.clamp(1, Part::ALL.len());
    let bureau = g.local.map(|local| format!("&bureau={}", local.bureau)).unwrap_or_default();
    let address = |business: &BusinessType, part: usize| {
        format!("/guides/{}/{}?view=screen{bureau}&part={part}", g.item.slug, business.slug)
    };
    let next = if at < Part::ALL.len() { address(g.business, at + 1) } else { address(following(&g), 1) };
    let place = format!("{at} / {}", Part::ALL.len());
    let held = asked.get("held").is_some_and(|held| held == "yes");
    let here = address(g.business, at);
    let other = if held { here } else { format!("{here}&held=yes") };
    let turn = HeaderValue::from_str(&format!("{SECONDS}; url={next}")).map_err(Refusal::internal)?;
    let part = Part::ALL[at - 1];
    let mut answer =
        html(&ScreenPage { page, part, part_number: at, place, other, next, held, seconds: SECONDS, g })?;
    if !held {
        answer.headers_mut().insert(header::REFRESH, turn);
    }
    Ok(answer)
}

fn following<'a>(g: &Guide<'a>) -> &'a BusinessType {
    let types = &g.item.types;
    let at = types.iter().position(|one| one.slug == g.business.slug).unwrap_or(0);
    &types[(at + 1) % types.len()]
}

impl ScreenPage<'_> {
    fn is(&self, part: &str) -> bool {
        match self.part {
            Part::Limits => part == "limits",
            Part::Materials => part == "materials",
            Part::Steps => part == "steps",
            Part::Places => part == "places",
        }
    }
}
