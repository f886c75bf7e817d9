//! The situation a visitor of a guide is in: a few answers that trim what must be brought, done and waited for.

use super::Asked;
use crate::form::{Field, Kind, Values};
use crate::item::BusinessType;
use crate::local::LocalItem;
use crate::material::Required;

/// A choice that changes what must be filled in and brought.
pub struct Switch<'a> {
    pub field: &'a Field,
    pub options: Vec<(String, String)>,
    pub chosen: String,
}

/// What the switches say, as the values of a form.
pub fn situation(switches: &[Switch<'_>]) -> Values {
    switches.iter().map(|switch| (switch.field.key.clone(), switch.chosen.clone())).collect()
}

/// A switch for each field on which a material depends, for the kind of applicant, and for what the type names itself.
pub fn switches<'a>(business: &'a BusinessType, asked: &Asked) -> Vec<Switch<'a>> {
    let decides = |field: &&Field| {
        field.key == "applicant_kind"
            || business.switches.contains(&field.key)
            || business
                .materials
                .iter()
                .any(|material| matches!(&material.required, Required::When(cond) if cond.field == field.key))
    };
    business.form.fields().filter(decides).map(|field| switch(field, asked)).collect()
}

fn switch<'a>(field: &'a Field, asked: &Asked) -> Switch<'a> {
    let options: Vec<(String, String)> = match &field.kind {
        Kind::Choice(choices) => choices.iter().map(|one| (one.code.clone(), one.label.clone())).collect(),
        _ => vec![("no".to_owned(), "否".to_owned()), ("yes".to_owned(), "是".to_owned())],
    };
    let asked = asked.get(&field.key).filter(|value| options.iter().any(|(code, _)| code == *value));
    let chosen = asked.unwrap_or(&field.example).clone();
    Switch { field, options, chosen }
}

/// The bureau and whatever the visitor switched away from the example.
pub fn query(local: Option<&LocalItem>, switches: &[Switch<'_>]) -> String {
    let bureau = local.map(|local| format!("bureau={}", local.bureau));
    let turned = switches
        .iter()
        .filter(|switch| switch.chosen != switch.field.example)
        .map(|switch| format!("{}={}", switch.field.key, switch.chosen));
    bureau.into_iter().chain(turned).collect::<Vec<_>>().join("&")
}
