//! What we know already and need not ask: the account's data in the fields that say where theirs comes from.

use catalog::{FormSpec, Source, Values};
use identity::{Kind, Person, accounts::Profile};
use web::{Answer, App};

use crate::fields;

/// Known values by field, for the person and, when one acts, the agent.
pub async fn known(app: &App, person: &Person, form: &FormSpec) -> Answer<Values> {
    let mut db = app.db.clone();
    let own = person.profile(app, &mut db).await?;
    let agent = person.agent_profile(app, &mut db).await?;
    let mut values = Values::new();
    for field in form.fields() {
        let Some(value) = field.prefill.and_then(|source| datum(source, &own, agent.as_ref())) else {
            continue;
        };
        if !value.is_empty() {
            values.insert(field.key.clone(), value.to_owned());
        }
    }
    if agent.is_some() && form.field(fields::BY_AGENT).is_some() {
        values.insert(fields::BY_AGENT.to_owned(), "yes".to_owned());
    }
    Ok(values)
}

fn datum<'a>(source: Source, own: &'a Profile, agent: Option<&'a Profile>) -> Option<&'a str> {
    let firm = || (own.kind == Kind::Legal).then_some(own);
    match source {
        Source::AccountName => Some(own.person_name()),
        Source::AccountIdNumber => Some(&own.id_number),
        Source::AccountPhone => Some(&own.phone),
        // The seat of a firm is not where its representative lives.
        Source::AccountAddress => (own.kind != Kind::Legal).then_some(own.address.as_str()),
        Source::BusinessCreditCode => Some(&own.credit_code),
        Source::BusinessName => Some(&firm()?.name),
        Source::BusinessAddress => Some(&firm()?.address),
        Source::BusinessKind => match own.credit_code.get(..2) {
            Some("92") => Some("individual"),
            Some("91") => Some("enterprise"),
            _ => None,
        },
        Source::AgentName => Some(&agent?.name),
        Source::AgentIdNumber => Some(&agent?.id_number),
        Source::AgentPhone => Some(&agent?.phone),
        Source::LicenceNumber => None,
    }
}
