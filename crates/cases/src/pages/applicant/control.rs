//! A field of an item's form as a control of a page.

use catalog::{Field, FormSpec, Kind, Values};
use web::Problems;
use web::parts::{self, Input};

/// A control with what stands around it.
pub struct Control {
    pub field: parts::Field,
    pub when: Option<When>,
    /// A place that a phone can fill in.
    pub locates: bool,
    /// A doubt that doesn't stop the applicant.
    pub warning: Option<String>,
}

/// Asked only in some cases. Without script the condition is said and the field is always there.
pub struct When {
    pub field: String,
    /// The values, separated by spaces; codes hold none.
    pub equals: String,
    pub says: String,
}

/// Up to this many choices stand open on the page; more go into a list.
const OPEN_CHOICES: usize = 5;

/// The control for one field.
pub fn control(
    form: &FormSpec,
    spec: &Field,
    value: &str,
    source: Option<&str>,
    problems: &Problems,
) -> Control {
    let mut field = parts::Field::new(&spec.key, &spec.label, input(&spec.kind)).value(value);
    field.options = options(&spec.kind);
    field.required = spec.required;
    field.hint = (!spec.hint.is_empty()).then(|| spec.hint.clone());
    field.autocomplete = (!spec.autocomplete.is_empty()).then(|| spec.autocomplete.clone());
    field.inputmode = keyboard(&spec.kind).map(str::to_owned);
    field.unit = if let Kind::Number { unit, .. } = &spec.kind { Some(unit.clone()) } else { None };
    field.source = source.map(str::to_owned);
    // The true limit is the server's, which says how many characters are too many; this one only stops a book.
    field.max = u32::try_from(spec.longest() * 4).ok().filter(|_| takes_text(&spec.kind));
    field.error = problems.at(&spec.key).map(str::to_owned);
    let when = spec.when.as_ref().map(|cond| When {
        field: cond.field.clone(),
        equals: cond.equals.join(" "),
        says: condition(form, cond),
    });
    Control { field, when, locates: spec.kind == Kind::Coordinates, warning: None }
}

/// What stands in the control: what was typed, else what we know.
pub fn value_of<'a>(spec: &Field, typed: &'a Values, known: &'a Values) -> &'a str {
    typed.get(&spec.key).or_else(|| known.get(&spec.key)).map(String::as_str).unwrap_or_default()
}

fn input(kind: &Kind) -> Input {
    match kind {
        Kind::Long => Input::Long,
        Kind::Number { .. } => Input::Number,
        Kind::Choice(choices) if choices.len() > OPEN_CHOICES => Input::Select,
        Kind::Choice(_) | Kind::YesNo => Input::Radio,
        Kind::Date => Input::Date,
        Kind::Phone => Input::Tel,
        Kind::Text | Kind::CreditCode | Kind::CitizenId | Kind::Address | Kind::Coordinates => Input::Text,
    }
}

fn options(kind: &Kind) -> Vec<(String, String)> {
    match kind {
        Kind::Choice(choices) => choices.iter().map(|one| (one.code.clone(), one.label.clone())).collect(),
        Kind::YesNo => vec![("yes".to_owned(), "是".to_owned()), ("no".to_owned(), "否".to_owned())],
        _ => vec![],
    }
}

/// ID numbers may end in X and credit codes hold letters: a digits-only keyboard would lock people out.
fn keyboard(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Phone => Some("tel"),
        Kind::Number { .. } => Some("decimal"),
        _ => None,
    }
}

fn takes_text(kind: &Kind) -> bool {
    !matches!(kind, Kind::Choice(_) | Kind::YesNo | Kind::Date)
}

/// “是不是委托别人代办”选“是”的填写
fn condition(form: &FormSpec, cond: &catalog::Cond) -> String {
    let Some(other) = form.field(&cond.field) else { return String::new() };
    let shown: Vec<String> = cond.equals.iter().map(|value| format!("“{}”", other.shown(value))).collect();
    format!("“{}”选{}的，填写这一项。", other.label, shown.join("或者"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn xinban() -> FormSpec {
        let catalogue = catalog::Catalogue::embedded().unwrap();
        catalogue.item("retail-licence").unwrap().business("xinban").unwrap().form.clone()
    }

    fn drawn(key: &str) -> Control {
        let form = xinban();
        control(&form, form.field(key).unwrap(), "", None, &Problems::none())
    }

    #[test]
    fn a_condition_is_said_in_the_words_of_the_form() {
        let when = drawn("agent_name").when.unwrap();
        assert_eq!((when.field.as_str(), when.equals.as_str()), ("by_agent", "yes"));
        assert_eq!(when.says, "“是不是委托别人代办”选“是”的，填写这一项。");
    }

    #[test]
    fn few_choices_stand_open_and_many_in_a_list() {
        assert_eq!(drawn("applicant_kind").field.input, Input::Radio);
        assert_eq!(drawn("business_format").field.input, Input::Select);
        assert_eq!(drawn("by_agent").field.options.len(), 2);
    }

    #[test]
    fn every_field_of_the_form_has_a_control_that_draws() {
        let form = xinban();
        for field in form.fields() {
            let control = control(&form, field, "", None, &Problems::none());
            let html = askama::Template::render(&control.field).unwrap();
            assert!(html.contains(&field.label), "{}", field.key);
        }
    }
}
