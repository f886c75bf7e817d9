//! The guide as data: schema.org's words for search engines, and the 64 elements for other platforms.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Value, json};
use web::{Answer, App};

use super::Asked;
use super::at::GuideAt;
use super::situation::{situation, switches};
use crate::catalogue::Catalogue;
use crate::drift::json::content_digest;
use crate::elements::{ELEMENTS, FIRST_OF_MATERIAL, Guide, told_of_material};
use crate::form::Values;
use crate::material::{MaterialSpec, materials_for};
use crate::read;

/// `GET /guides/{item}/{type}/guide.json?bureau=…`, in the same situation as the page.
pub async fn guide_json(State(app): State<App>, at: GuideAt) -> Answer {
    let (item, business, local) = at.parts()?;
    let GuideAt { catalogue, asked, .. } = &at;
    let digest = read::of_guide(item, &business.slug, local);
    let guide = Guide { item, business, local, day: app.today() };
    let told = told(catalogue, &guide, asked, &app.settings().base_url);
    // Other platforms read it from their own pages; it holds nothing of a person.
    let open = [(header::ACCESS_CONTROL_ALLOW_ORIGIN.as_str(), "*"), ("x-guide-digest", digest.as_str())];
    Ok((open, Json(told)).into_response())
}

/// What the guide says as data, in the situation that is asked for, with the digest of all of it.
pub fn told(catalogue: &Catalogue, guide: &Guide<'_>, asked: &Asked, site: &str) -> Value {
    let Guide { item, business, local, day } = *guide;
    let digest = read::of_guide(item, &business.slug, local);
    let situation = situation(&switches(business, asked));
    let bureau = local.map(|one| one.bureau.as_str());
    let online = catalogue.takes_online(item, business, bureau, day);
    let mut told = schema_org(guide, site, online);
    told["yanzheng"] = own_words(guide, &situation, &digest, online);
    told["yanzheng"]["standing"] = catalogue.standing_at(item, bureau, day).says().into();
    told["yanzheng"]["content"] = content_digest(&told).into();
    told
}

/// <https://schema.org/GovernmentService>
fn schema_org(guide: &Guide<'_>, site: &str, online: bool) -> Value {
    let Guide { item, business, local, .. } = guide;
    let address = format!("{site}/guides/{}/{}", item.slug, business.slug);
    let mut channels: Vec<Value> = local
        .map(|one| one.halls.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|hall| {
            json!({
                "@type": "ServiceChannel",
                "name": hall.name,
                "serviceLocation": { "@type": "Place", "name": hall.name, "address": hall.address },
                "servicePhone": { "@type": "ContactPoint", "telephone": hall.phone, "hoursAvailable": hall.hours },
            })
        })
        .collect();
    if let Some(apply) = guide.apply_address().filter(|_| online) {
        channels.push(
            json!({ "@type": "ServiceChannel", "name": "网上办理", "serviceUrl": format!("{site}{apply}") }),
        );
    }
    filled(json!({
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": address,
        "url": address,
        "name": item.title(business),
        "alternateName": item.everyday_words,
        "serviceType": item.kind.label,
        "description": business.summary,
        "identifier": guide.told(3),
        "audience": { "@type": "Audience", "audienceType": guide.told(34) },
        "provider": {
            "@type": "GovernmentOrganization",
            "name": guide.told(11),
            "identifier": guide.told(12),
            "telephone": guide.told(53),
        },
        "availableChannel": channels,
        "isAccessibleForFree": !item.fees.charged,
        "serviceOutput": { "@type": "GovernmentPermit", "name": item.result.name },
        "inLanguage": "zh-CN",
        "version": item.version,
        "datePublished": item.effective,
    }))
}

/// Without what is empty: while no bureau is chosen there is no code and no phone, which is not a phone without digits.
fn filled(value: Value) -> Value {
    let says_nothing = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(all) => all.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| (name, filled(value)));
            Value::Object(members.filter(|(_, value)| !says_nothing(value)).collect())
        }
        Value::Array(all) => Value::Array(all.into_iter().map(filled).collect()),
        other => other,
    }
}

/// Everything the page shows, trimmed to the situation as the page is.
fn own_words(guide: &Guide<'_>, situation: &Values, digest: &str, online: bool) -> Value {
    let Guide { item, business, local, day } = guide;
    let elements: Vec<Value> = ELEMENTS
        .iter()
        .filter(|one| one.number < FIRST_OF_MATERIAL)
        .map(|one| json!({ "number": one.number, "name": one.name, "column": one.column, "value": guide.told(one.number) }))
        .collect();
    let materials: Vec<Value> =
        materials_for(business, situation).into_iter().map(|one| material(guide, one)).collect();
    json!({
        "format": 1,
        "digest": digest,
        "item": item.slug,
        "business": business.slug,
        "version": item.version,
        "effective": item.effective,
        "day": day,
        "bureau": local.map(|one| &one.bureau),
        "situation": situation,
        "online": online,
        "elements": elements,
        "materials": materials,
        "conditions": business.conditions_for(situation),
        "process": business.steps_for(situation),
        "special": business.special_for(situation),
        "doubts": item.doubts.iter().chain(&business.doubts).collect::<Vec<_>>(),
    })
}

fn material(guide: &Guide<'_>, material: &MaterialSpec) -> Value {
    let elements: serde_json::Map<String, Value> = ELEMENTS
        .iter()
        .filter(|one| one.number >= FIRST_OF_MATERIAL)
        .map(|one| (one.name.to_owned(), Value::String(told_of_material(material, one.number))))
        .collect();
    let waived = guide.local.and_then(|local| local.waives(guide.business, &material.key));
    json!({
        "key": material.key,
        "elements": elements,
        "need": material.need(),
        "waived": waived.map(|one| &one.instead),
        "basis": material.basis,
        "form": material.form,
        "signature": material.signature,
        "accept": material.accept,
        "blank": material.has_blank(),
        "sample": material.sample.is_some(),
    })
}
