//! 办事指南: one source of data, three views: short (for people), full (every element), print.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use web::{Answer, App, Page, PageCx, html};

use super::{Asked, BUREAU_COOKIE, chosen_bureau, counties, find};
use crate::catalogue::Catalogue;
use crate::cite::Cite;
use crate::form::{Field, FormSpec, Group, Kind, Values};
use crate::item::{BusinessType, Item, Open, Question};
use crate::local::{LocalItem, Promise};
use crate::material::{MaterialSpec, Required, materials_for};

/// A year: people come back for the renewal.
const REMEMBER_SECONDS: i64 = 365 * 24 * 3600;

#[derive(Template)]
#[template(path = "catalog/guide.html")]
struct GuidePage<'a> {
    page: Page,
    g: Guide<'a>,
}

#[derive(Template)]
#[template(path = "catalog/guide_print.html")]
struct GuidePrint<'a> {
    page: Page,
    g: Guide<'a>,
}

/// What all views of a guide draw on.
struct Guide<'a> {
    item: &'a Item,
    business: &'a BusinessType,
    /// The bureau chosen, if any.
    local: Option<&'a LocalItem>,
    bureaus: Vec<&'a LocalItem>,
    promised: u16,
    promise: Option<&'a Promise>,
    switches: Vec<Switch<'a>>,
    materials: Vec<&'a MaterialSpec>,
    questions: Vec<Asking<'a>>,
    full: bool,
    /// Bureau and situation as a query, `&amp;`-free start: `bureau=990101&by_agent=yes`.
    query: String,
}

/// A choice that changes what must be filled in and brought.
struct Switch<'a> {
    field: &'a Field,
    options: Vec<(String, String)>,
    chosen: String,
}

/// A provision with its article's text, and why it stands in the guide.
struct Provision<'a> {
    cite: &'a Cite,
    why: &'a str,
}

/// A group of the form as far as this situation asks for it.
struct Asking<'a> {
    group: &'a Group,
    fields: Vec<(&'a Field, String)>,
}

/// `GET /guides/{item}/{type}?view=short|full|print&bureau=…`
pub async fn guide(
    cx: PageCx,
    State(app): State<App>,
    headers: HeaderMap,
    Path((item, business)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &item, &business)?;
    let local = chosen_bureau(&app, &headers, &catalogue, item, &asked);
    let view = asked.get("view").map(String::as_str).unwrap_or("short");
    let guide = Guide::new(&app, &catalogue, item, business, local, &asked, view != "short");
    let title = format!("烟草专卖零售许可证{}", business.name);
    let page = cx.page(title).crumb("办事", "/items");
    let mut answer = match view {
        "print" => html(&GuidePrint { page, g: guide })?,
        _ => html(&GuidePage { page, g: guide })?,
    };
    if let (true, Some(local)) = (asked.contains_key("bureau"), local) {
        let line =
            web::cookies::Jar::of(app.settings()).write(BUREAU_COOKIE, &local.bureau, Some(REMEMBER_SECONDS));
        answer.headers_mut().append(header::SET_COOKIE, line);
    }
    Ok(answer)
}

impl<'a> Guide<'a> {
    fn new(
        app: &App,
        catalogue: &'a Catalogue,
        item: &'a Item,
        business: &'a BusinessType,
        local: Option<&'a LocalItem>,
        asked: &Asked,
        full: bool,
    ) -> Guide<'a> {
        let switches = switches(business, asked);
        let situation: Values =
            switches.iter().map(|switch| (switch.field.key.clone(), switch.chosen.clone())).collect();
        let today = app.today();
        Guide {
            item,
            business,
            local,
            bureaus: counties(catalogue, item),
            promised: local.map_or(business.limits.promised, |local| local.promised(business, today)),
            promise: local.and_then(|local| local.promise(business, today)),
            materials: materials_for(business, &situation),
            questions: questions(&business.form, &situation),
            query: query(local, &switches),
            switches,
            full,
        }
    }

    fn open(&self) -> bool {
        self.business.open == Open::Now
    }

    fn opens_later(&self) -> &str {
        match &self.business.open {
            Open::Now => "",
            Open::Later { says } => says,
        }
    }

    fn is_chosen(&self, bureau: &LocalItem) -> bool {
        self.local.is_some_and(|local| local.bureau == bureau.bureau)
    }

    /// The bureaus whose halls are shown: the chosen one, or all.
    fn offices(&self) -> Vec<&'a LocalItem> {
        self.local.map_or_else(|| self.bureaus.clone(), |local| vec![local])
    }

    fn faq(&self) -> impl Iterator<Item = &'a Question> {
        self.business.faq.iter().chain(&self.item.faq)
    }

    /// The item's basis, then the provisions of this type's conditions and limits, an article once each.
    fn provisions(&self) -> Vec<Provision<'a>> {
        let basis = self.item.basis.iter().map(|one| Provision { cite: &one.cite, why: &one.why });
        let conditions =
            self.business.conditions.iter().map(|one| Provision { cite: &one.cite, why: "受理条件" });
        let limits = self.business.limits.cites.iter().map(|cite| Provision { cite, why: "办理时限" });
        let mut provisions: Vec<Provision<'a>> = Vec::new();
        for one in basis.chain(conditions).chain(limits) {
            let same =
                |known: &Provision| known.cite.law == one.cite.law && known.cite.article == one.cite.article;
            if !provisions.iter().any(same) {
                provisions.push(one);
            }
        }
        provisions
    }

    fn address(&self) -> String {
        format!("/guides/{}/{}", self.item.slug, self.business.slug)
    }

    /// The guide in another view, in the same situation.
    fn view(&self, view: &str) -> String {
        join(&format!("{}?view={view}", self.address()), &self.query)
    }

    fn apply(&self) -> String {
        let bureau = self.local.map(|local| format!("?bureau={}", local.bureau)).unwrap_or_default();
        format!("/apply/{}/{}{bureau}", self.item.slug, self.business.slug)
    }

    fn paper(&self, kind: &str, material: &MaterialSpec) -> String {
        format!("{}/{kind}/{}", self.address(), material.key)
    }

    fn statutory_with_extension(&self) -> u16 {
        self.business.limits.statutory + self.business.limits.extension
    }
}

fn join(address: &str, query: &str) -> String {
    if query.is_empty() { address.to_owned() } else { format!("{address}&{query}") }
}

/// A switch for each field on which a material depends, and for the kind of applicant.
fn switches<'a>(business: &'a BusinessType, asked: &Asked) -> Vec<Switch<'a>> {
    let decides = |field: &&Field| {
        field.key == "applicant_kind"
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
fn query(local: Option<&LocalItem>, switches: &[Switch<'_>]) -> String {
    let bureau = local.map(|local| format!("bureau={}", local.bureau));
    let turned = switches
        .iter()
        .filter(|switch| switch.chosen != switch.field.example)
        .map(|switch| format!("{}={}", switch.field.key, switch.chosen));
    bureau.into_iter().chain(turned).collect::<Vec<_>>().join("&")
}

/// What this situation asks to be filled in; a field that hangs on another answer says so.
fn questions<'a>(form: &'a FormSpec, situation: &Values) -> Vec<Asking<'a>> {
    let asked = |field: &'a Field| match &field.when {
        Some(cond) if situation.contains_key(&cond.field) && !cond.holds(situation) => None,
        Some(cond) if !situation.contains_key(&cond.field) => Some((field, hangs_on(form, field))),
        _ => Some((field, String::new())),
    };
    form.groups
        .iter()
        .map(|group| Asking { group, fields: group.fields.iter().filter_map(asked).collect() })
        .filter(|asking| !asking.fields.is_empty())
        .collect()
}

/// “场地归属”选“租赁”“无偿使用”时填写
fn hangs_on(form: &FormSpec, field: &Field) -> String {
    let Some((cond, other)) = field.when.as_ref().and_then(|cond| Some((cond, form.field(&cond.field)?)))
    else {
        return String::new();
    };
    let labels: Vec<String> = cond.equals.iter().map(|code| format!("“{}”", other.shown(code))).collect();
    format!("“{}”选{}时填写", other.label, labels.join("或者"))
}
