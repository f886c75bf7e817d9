//! 还差什么: of the materials of a guide, which a signed-in person has handed in already and which are still to be got.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use catalog::{BusinessType, Catalogue, Item, MaterialSpec, Values, materials_for};
use identity::Person;
use web::{Answer, App, Page, PageCx, html};

use crate::actions::{self, Terms};
use crate::store::{self, Draft};
use crate::{Fault, letters};

/// One material and how the person stands with it.
struct Line {
    name: String,
    need: String,
    standing: Standing,
    hint: String,
    blank: Option<String>,
    sample: Option<String>,
}

enum Standing {
    /// Made by the system, or had by the bureau itself.
    NotAsked(String),
    Uploaded(usize),
    /// Handed in with an earlier case.
    Before(String),
    Missing,
}

#[derive(askama::Template)]
#[template(path = "apply/needed.html")]
struct NeededPage {
    page: Page,
    guide: String,
    go_on: Option<String>,
    /// Where it is applied for, when it is taken now.
    apply: Option<String>,
    lines: Vec<Line>,
    missing: usize,
}

impl Line {
    fn is_missing(&self) -> bool {
        matches!(self.standing, Standing::Missing)
    }
}

/// `GET /guides/{item}/{business}/mine?bureau=`
pub async fn show(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path((item, business)): Path<(String, String)>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let item = catalogue.item(&item).ok_or(Fault::Unknown)?;
    let business = item.business(&business).ok_or(Fault::Unknown)?;
    let mut db = app.db.clone();
    let drafts = store::drafts_of(&mut db, &person.subject).await?;
    let draft = drafts.into_iter().find(|one| one.item == item.slug && one.business == business.code);
    let uploaded = match &draft {
        Some(draft) => count(store::draft_materials(&mut db, &person.subject, &draft.id).await?),
        None => BTreeMap::new(),
    };
    // Who has begun is held to the words of then.
    let begun = match &draft {
        Some(draft) => Some(actions::terms_of_draft(&app, &mut db, draft).await?),
        None => None,
    };
    let earlier = store::handed_in_before(&mut db, &person.subject).await?;
    let bureau = asked.get("bureau").map(String::as_str).unwrap_or_default();
    let local = catalogue.own_local(item, bureau);
    let instead = |key: &str| match &begun {
        Some(terms) => terms.waived.iter().find(|one| one.spec.key == key).map(|one| one.instead.as_str()),
        None => local.and_then(|local| local.waives(business, key)).map(|one| one.instead.as_str()),
    };
    let line = |spec: &&MaterialSpec| {
        let waived = instead(&spec.key);
        let standing = match (waived, uploaded.get(&spec.key), earlier.get(&spec.key)) {
            _ if spec.generated => Standing::NotAsked("由系统按您填写的内容生成".to_owned()),
            (Some(instead), ..) => Standing::NotAsked(format!("免交，{instead}")),
            (_, Some(files), _) => Standing::Uploaded(*files),
            (_, _, Some(day)) => Standing::Before(day.clone()),
            _ => Standing::Missing,
        };
        line_of(item, business, spec, standing)
    };
    let held = begun.as_ref().map_or(business, Terms::business);
    let mut specs = materials_for(held, &situation(draft.as_ref(), business));
    specs.extend(begun.iter().flat_map(|terms| &terms.waived).map(|one| &one.spec));
    let lines: Vec<Line> = specs.iter().map(line).collect();
    let guide = format!("/guides/{}/{}", item.slug, business.slug);
    html(&NeededPage {
        page: cx.page("我还差什么材料").crumb(letters::matter(item, business), guide.clone()),
        go_on: draft.map(|draft| format!("/drafts/{}", draft.id)),
        apply: catalogue.apply_address(item, business, bureau, app.today()),
        missing: lines.iter().filter(|line| line.is_missing()).count(),
        lines,
        guide,
    })
}

/// What the person has said in the draft; before that, the usual case.
fn situation(draft: Option<&Draft>, business: &BusinessType) -> Values {
    let typed = draft.map(|one| one.form.clone()).filter(|form| !form.is_empty());
    typed.unwrap_or_else(|| business.form.example())
}

fn count(materials: Vec<crate::case::Material>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for one in materials {
        *counted.entry(one.slot).or_default() += 1;
    }
    counted
}

fn line_of(item: &Item, business: &BusinessType, spec: &MaterialSpec, standing: Standing) -> Line {
    let paper = |kind: &str| format!("/guides/{}/{}/{kind}/{}", item.slug, business.slug, spec.key);
    Line {
        name: spec.name.clone(),
        need: spec.need(),
        hint: spec.hint.clone(),
        blank: spec.has_blank().then(|| paper("blank")),
        sample: spec.sample.is_some().then(|| paper("sample")),
        standing,
    }
}
