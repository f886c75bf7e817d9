//! The inspection on a phone: a card per check, photos where they are taken, signatures at the end.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use catalog::Catalogue;
use identity::officers::Colleague;
use web::{Answer, Page, Problems, html, html_with_status};

use super::inspected::{party_says, photo_stamp};
use super::{Desk, conflict};
use crate::actions::{self, At};
use crate::case::Case;
use crate::inspect::{self, Answer as Found, CHECKLIST};
use crate::siting::{self, Demand};
use crate::store::{self, Inspection, Photo};
use crate::{Fault, fields};

#[derive(Template)]
#[template(path = "desk/inspect.html")]
struct InspectPage {
    page: Page,
    case: Case,
    matter: String,
    address: String,
    phone: String,
    planned_on: String,
    cards: Vec<Card>,
    answered: usize,
    area: String,
    conclusion: String,
    signers: Vec<Signer>,
    signed: bool,
    party: String,
    missing: Vec<String>,
    problems: Problems,
    me: String,
    href: String,
    back: String,
}

/// One check with what was found so far.
struct Card {
    number: usize,
    key: &'static str,
    ask: &'static str,
    hint: &'static str,
    photo: Option<&'static str>,
    distance: Option<&'static str>,
    demand: Option<Demand>,
    answer: Found,
    photos: Vec<(String, String)>,
}

impl Card {
    fn is(&self, verdict: &str) -> bool {
        self.answer.verdict == verdict
    }
}

struct Signer {
    name: String,
    badge: String,
    at: Option<String>,
    me: bool,
}

/// `GET /desk/cases/{bureau}/{id}/inspect`
pub async fn show(desk: Desk, Path((bureau, id)): Path<(String, String)>) -> Answer {
    let at = super::at(bureau, id);
    match draw(&desk, &at, Problems::none()).await {
        Ok(page) => html(&page),
        Err(fault) => conflict::answer(&desk, &at, fault, vec![]).await,
    }
}

/// The page again with what is wrong at its head.
pub async fn again(desk: &Desk, at: &At, problems: Problems) -> Answer {
    html_with_status(StatusCode::UNPROCESSABLE_ENTITY, &draw(desk, at, problems).await?)
}

async fn draw(desk: &Desk, at: &At, problems: Problems) -> Result<InspectPage, Fault> {
    let (app, officer) = (&desk.app, &desk.officer);
    let (case, inspection) = actions::current_inspection(app, officer, at).await?;
    actions::open_case(app, officer, &at.bureau, &at.id).await?;
    let mut db = app.db.clone();
    let terms = actions::terms_of(app, &mut db, &case).await?;
    let photos = store::photos(&mut db, &at.bureau, &at.id, &inspection.id).await?;
    let shown: Vec<String> = photos.iter().map(|photo| photo.of.clone()).collect();
    let record = &inspection.record;
    let missing = inspect::missing(record, &inspection.officers, &shown, inspection.planned_on, app.today());
    let signers = signers(desk, at, &inspection).await?;
    Ok(InspectPage {
        page: desk.case_page("实地核查", at, &case.number),
        matter: terms.matter(),
        address: case.value(fields::ADDRESS).to_owned(),
        phone: case.value(fields::PHONE).to_owned(),
        planned_on: web::text::date_cn(inspection.planned_on),
        answered: CHECKLIST.iter().filter(|check| record.answers.contains_key(check.key)).count(),
        cards: cards(&app.part::<Catalogue>(), &case, &inspection, &photos, &super::href(at, "")),
        area: record.area_m2.clone(),
        conclusion: record.conclusion.clone(),
        signed: record.signed.contains_key(&officer.id),
        party: record.party.as_ref().map_or_else(String::new, party_says),
        signers,
        missing,
        problems,
        me: officer.name.clone(),
        href: super::href(at, "/inspect"),
        back: super::href(at, ""),
        case,
    })
}

fn cards(
    catalogue: &Catalogue,
    case: &Case,
    inspection: &Inspection,
    photos: &[Photo],
    base: &str,
) -> Vec<Card> {
    let card = |(i, check): (usize, &'static inspect::Check)| Card {
        number: i + 1,
        key: check.key,
        ask: check.ask,
        hint: check.hint,
        photo: check.photo,
        distance: check.distance,
        demand: siting::demand(catalogue, case, check.key),
        answer: inspection.record.answers.get(check.key).cloned().unwrap_or_default(),
        photos: photos
            .iter()
            .filter(|photo| photo.of == check.key)
            .map(|photo| (format!("{base}/photos/{}", photo.id), photo_stamp(photo)))
            .collect(),
    };
    CHECKLIST.iter().enumerate().map(card).collect()
}

async fn signers(desk: &Desk, at: &At, inspection: &Inspection) -> Result<Vec<Signer>, Fault> {
    let mut db = desk.app.db.clone();
    let mut signers = vec![];
    for id in &inspection.officers {
        let known = identity::officers::colleague(&mut db, &at.bureau, id).await?;
        let nameless = || Colleague { id: id.clone(), name: id.clone(), badge: String::new() };
        let one = known.unwrap_or_else(nameless);
        signers.push(Signer {
            at: inspection.record.signed.get(id).map(|signature| web::text::second(signature.at)),
            me: *id == desk.officer.id,
            name: one.name,
            badge: one.badge,
        });
    }
    Ok(signers)
}
