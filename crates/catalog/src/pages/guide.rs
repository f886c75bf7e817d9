//! 办事指南: one source of data, three views: short (for people), full (every element), print.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use jiff::civil::Date;
use web::form::Problems;
use web::{Answer, App, Fields, Page, PageCx, html, html_with_status};

use super::at::GuideAt;
use super::situation::{Switch, query, situation, switches};
use super::{Asked, MOST_LISTED, choosable, remember, screen};
use crate::catalogue::Catalogue;
use crate::cite::Cite;
use crate::elements;
use crate::form::{Field, FormSpec, Group, Values};
use crate::item::{ApplyAt, BusinessType, Condition, Doubt, Item, Open, Question, Special, Step};
use crate::local::{LocalItem, Promise};
use crate::material::{MaterialSpec, materials_for};
use crate::read;

#[derive(Template)]
#[template(path = "catalog/guide.html")]
struct GuidePage<'a> {
    page: Page,
    g: Guide<'a>,
    draft: Option<Draft>,
    /// What a reader wrote about it, sent back with what is wrong with that.
    said: Said,
}

/// A reader's words that were not taken, and why.
#[derive(Default)]
pub(super) struct Said {
    pub(super) typed: Fields,
    pub(super) problems: Problems,
}

/// A text that isn't reviewed yet, shown as the guide it would make.
pub struct Draft {
    /// Back to the text at the desk.
    pub back: String,
    /// The same preview at the other width.
    pub other_width: String,
    pub phone: bool,
    /// Shown within the desk's own page, which leads back itself.
    pub framed: bool,
    pub effective: Date,
}

#[derive(Template)]
#[template(path = "catalog/guide_print.html")]
struct GuidePrint<'a> {
    page: Page,
    g: Guide<'a>,
    /// Leads to the page that says whether this sheet is still current.
    qr: String,
}

/// For the page of another site: no menus, no forms, and links that leave the frame.
#[derive(Template)]
#[template(path = "catalog/guide_embed.html")]
struct GuideEmbed<'a> {
    page: Page,
    g: Guide<'a>,
}

/// All views, the short one first; a word nobody knows means the full one.
pub const VIEWS: [&str; 5] = ["short", "full", "print", "embed", "screen"];

/// Lets other sites frame the answer: it has no form and nothing of a person.
const FRAMED: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors *";

/// What all views of a guide draw on.
pub(super) struct Guide<'a> {
    pub(super) item: &'a Item,
    pub(super) business: &'a BusinessType,
    /// The bureau chosen, if any.
    pub(super) local: Option<&'a LocalItem>,
    bureaus: Vec<&'a LocalItem>,
    pub(super) promised: u16,
    promise: Option<&'a Promise>,
    switches: Vec<Switch<'a>>,
    pub(super) materials: Vec<&'a MaterialSpec>,
    questions: Vec<Asking<'a>>,
    full: bool,
    /// Which view this is: `short`, `full`, `print`, `embed`, `screen`.
    view: &'static str,
    /// SM3 of what is said here, by which copies of the guide are compared.
    pub(super) digest: String,
    /// What a change of the list means for the visitor; empty as a rule.
    pub(super) standing: String,
    takes_applications: bool,
    /// Applied for in the web, here or under another item.
    online: bool,
    pub(super) conditions: Vec<&'a Condition>,
    pub(super) steps: Vec<&'a Step>,
    pub(super) special: Vec<&'a Special>,
    /// Address of the application, when there is one in the web.
    apply_address: Option<String>,
    /// Bureau and situation as a query, `&amp;`-free start: `bureau=990101&by_agent=yes`.
    query: String,
}

/// A provision with its article's text, and why it stands in the guide.
pub(super) struct Provision<'a> {
    pub(super) cite: &'a Cite,
    pub(super) why: &'a str,
}

/// A group of the form as far as this situation asks for it.
struct Asking<'a> {
    group: &'a Group,
    fields: Vec<(&'a Field, String)>,
}

/// `GET /guides/{item}/{type}?view=short|full|print|embed&bureau=…`
pub async fn guide(cx: PageCx, State(app): State<App>, at: GuideAt) -> Answer {
    let (item, business, local) = at.parts()?;
    let GuideAt { catalogue, asked, .. } = &at;
    let view = asked.get("view").map(String::as_str).unwrap_or("short");
    let view = VIEWS.into_iter().find(|known| *known == view).unwrap_or("full");
    let guide = Guide::new(catalogue, (item, business), local, asked, app.today());
    let guide = Guide { full: view != "short", view, ..guide };
    let page = cx.page(item.title(business)).crumb("办事", "/items");
    let digest = guide.digest.clone();
    let mut answer = match view {
        "print" => {
            let qr = papers::qr::svg(&format!("{}{}", app.settings().base_url, guide.current()));
            html(&GuidePrint { page, g: guide, qr: qr.map_err(web::Refusal::internal)? })?
        }
        "embed" => html(&GuideEmbed { page, g: guide })?,
        "screen" => screen::part(page, guide, asked)?,
        _ => html(&GuidePage { page, g: guide, draft: None, said: Said::default() })?,
    };
    if view == "embed" {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED));
    }
    if let Ok(digest) = HeaderValue::from_str(&digest) {
        answer.headers_mut().insert("x-guide-digest", digest);
    }
    if let (true, Some(local)) = (asked.contains_key("bureau"), local) {
        answer.headers_mut().append(header::SET_COOKIE, remember(&app, Some(&local.bureau)));
    }
    Ok(answer)
}

/// A draft as the guide it would make, at the desk.
pub fn preview(
    page: Page,
    catalogue: &Catalogue,
    (item, business): (&Item, &BusinessType),
    local: Option<&LocalItem>,
    draft: Draft,
) -> Answer {
    let guide = Guide::new(catalogue, (item, business), local, &Asked::new(), draft.effective);
    let g = Guide { full: true, view: "full", ..guide };
    html(&GuidePage { page, g, draft: Some(draft), said: Said::default() })
}

/// The guide again, with the reader's words as they were written.
pub(super) fn again(page: Page, g: Guide<'_>, said: Said) -> Answer {
    html_with_status(StatusCode::UNPROCESSABLE_ENTITY, &GuidePage { page, g, draft: None, said })
}

impl<'a> Guide<'a> {
    pub(super) fn new(
        catalogue: &'a Catalogue,
        (item, business): (&'a Item, &'a BusinessType),
        local: Option<&'a LocalItem>,
        asked: &Asked,
        today: Date,
    ) -> Guide<'a> {
        let switches = switches(business, asked);
        let situation = situation(&switches);
        let standing = catalogue.standing_at(item, local.map(|one| one.bureau.as_str()), today);
        let online = catalogue.takes_online(item, business, local.map(|one| one.bureau.as_str()), today);
        let told = elements::Guide { item, business, local, day: today };
        Guide {
            item,
            business,
            local,
            bureaus: choosable(catalogue, item, local),
            digest: read::of_guide(item, &business.slug, local),
            takes_applications: standing.takes_applications(),
            online,
            standing: standing.says().unwrap_or_default(),
            conditions: business.conditions_for(&situation),
            steps: business.steps_for(&situation),
            special: business.special_for(&situation),
            apply_address: told.apply_address().filter(|_| online),
            promised: local.map_or(business.limits.promised, |local| local.promised(business, today)),
            promise: local.and_then(|local| local.promise(business, today)),
            materials: materials_for(business, &situation),
            questions: questions(&business.form, &situation),
            query: query(local, &switches),
            switches,
            full: false,
            view: "short",
        }
    }

    fn open(&self) -> bool {
        self.business.open == Open::Now && self.takes_applications
    }

    /// The application of another item that serves for this one.
    fn elsewhere(&self) -> Option<&'a ApplyAt> {
        self.business.apply_at.as_ref().filter(|_| self.online)
    }

    /// How the material is had without the applicant, when the bureau says so.
    pub(super) fn waived(&self, material: &MaterialSpec) -> &str {
        let waived = self.local.and_then(|local| local.waives(self.business, &material.key));
        waived.map(|one| one.instead.as_str()).unwrap_or_default()
    }

    pub(super) fn doubts(&self) -> impl Iterator<Item = &'a Doubt> {
        self.item.doubts.iter().chain(&self.business.doubts)
    }

    /// By post where that is one of the ways.
    fn by_post(&self) -> bool {
        self.item.ways.iter().any(|way| way.code == "4")
    }

    /// “店铺在哪里” for shops; whom to ask for everybody else.
    fn asks_where(&self) -> &'static str {
        if self.item.is_person_served() { "店铺在哪里" } else { "向哪个机关申请" }
    }

    pub(super) fn opens_later(&self) -> &str {
        match &self.business.open {
            Open::Now => "",
            Open::Later { says } => says,
        }
    }

    /// There are more bureaus than a list to choose from holds.
    fn has_more_offices(&self) -> bool {
        self.bureaus.len() >= MOST_LISTED
    }

    fn is_chosen(&self, bureau: &LocalItem) -> bool {
        self.local.is_some_and(|local| local.bureau == bureau.bureau)
    }

    /// The bureaus whose halls are shown: the chosen one, or all.
    pub(super) fn offices(&self) -> Vec<&'a LocalItem> {
        self.local.map_or_else(|| self.bureaus.clone(), |local| vec![local])
    }

    pub(super) fn faq(&self) -> impl Iterator<Item = &'a Question> {
        let local = self.local.map(|local| local.faq.as_slice()).unwrap_or_default();
        self.business.faq.iter().chain(&self.item.faq).chain(local)
    }

    /// The item's basis, then the provisions of this type's conditions and limits, an article once each.
    pub(super) fn provisions(&self) -> Vec<Provision<'a>> {
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

    pub(super) fn address(&self) -> String {
        format!("/guides/{}/{}", self.item.slug, self.business.slug)
    }

    /// Code of the chosen bureau; empty for the guide of all.
    pub(super) fn bureau(&self) -> &str {
        self.local.map(|local| local.bureau.as_str()).unwrap_or_default()
    }

    /// Where a reader learns whether a copy of this text is still current.
    pub(super) fn current(&self) -> String {
        format!("{}/current?bureau={}&digest={}", self.address(), self.bureau(), self.digest)
    }

    /// A page of the guide beside its text: `versions`, `follow`, `mine`, `offices`.
    fn beside(&self, page: &str) -> String {
        let address = format!("{}/{page}", self.address());
        self.local.map_or(address.clone(), |local| format!("{address}?bureau={}", local.bureau))
    }

    /// The guide in another view, in the same situation.
    pub(super) fn view(&self, view: &str) -> String {
        join(&format!("{}?view={view}", self.address()), &self.query)
    }

    /// This view in this situation.
    pub(super) fn here(&self) -> String {
        self.view(self.view)
    }

    fn apply(&self) -> &str {
        self.apply_address.as_deref().unwrap_or_default()
    }

    fn json(&self) -> String {
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
        format!("{}/guide.json{query}", self.address())
    }

    fn pdf(&self) -> String {
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
        format!("{}/guide.pdf{query}", self.address())
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
