//! 事项大厅: what one can do here, in the words people use.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use web::{Answer, App, Page, PageCx, html};

use super::{choosable, chosen_bureau};
use crate::catalogue::Catalogue;
use crate::item::{BusinessType, Item, Open};
use crate::local::LocalItem;

#[derive(Template)]
#[template(path = "catalog/hall.html")]
struct HallPage<'a> {
    page: Page,
    sought: String,
    sieve: Sieve,
    /// Bureaus to choose from, the chosen one marked.
    bureaus: Vec<(String, String, bool)>,
    /// Nothing fitted what was sought, so everything is shown.
    nothing: bool,
    chapters: Vec<Chapter<'a>>,
}

/// What a visitor wants to see of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sieve {
    who: Who,
    /// Only what can be applied for here.
    online: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Who {
    #[default]
    Everybody,
    Shops,
    Enterprises,
}

impl Sieve {
    fn of(asked: &BTreeMap<String, String>) -> Sieve {
        let get = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
        let who = match get("who") {
            "shop" => Who::Shops,
            "enterprise" => Who::Enterprises,
            _ => Who::Everybody,
        };
        Sieve { who, online: get("how") == "online" }
    }

    fn takes(self, item: &Item) -> bool {
        match self.who {
            Who::Everybody => true,
            Who::Shops => item.is_person_served(),
            Who::Enterprises => !item.is_person_served(),
        }
    }

    fn is_open(&self) -> bool {
        *self == Sieve::default()
    }

    fn is_for(&self, code: &str) -> bool {
        matches!((code, self.who), ("shop", Who::Shops) | ("enterprise", Who::Enterprises))
    }
}

/// One item with the types that fit.
struct Chapter<'a> {
    item: &'a Item,
    local: Option<&'a LocalItem>,
    bureaus: Vec<&'a LocalItem>,
    entries: Vec<Entry<'a>>,
    /// Why nobody can apply now; empty as a rule.
    standing: String,
}

struct Entry<'a> {
    business: &'a BusinessType,
    takes_applications: bool,
    online: bool,
    promised: u16,
}

/// `GET /items?q=&bureau=`
pub async fn hall(
    cx: PageCx,
    State(app): State<App>,
    headers: HeaderMap,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let sought = asked.get("q").map(|text| text.trim().to_owned()).unwrap_or_default();
    let sieve = Sieve::of(&asked);
    let chapters = |sought: &str, sieve: Sieve| -> Vec<Chapter<'_>> {
        let chapter = |item| chapter(&app, &headers, &catalogue, item, &asked, sought).sieved(sieve);
        let wanted = catalogue.items().iter().filter(|item| sieve.takes(item));
        wanted.map(chapter).filter(|chapter| !chapter.entries.is_empty()).collect()
    };
    let fitting = chapters(&sought, sieve);
    let nothing = fitting.is_empty();
    let chapters = if nothing { chapters("", Sieve::default()) } else { fitting };
    let bureaus = offered(&chapters);
    html(&HallPage { page: cx.page("事项大厅"), sought, sieve, bureaus, nothing, chapters })
}

/// Code, name, and whether it is the chosen one.
fn offered(chapters: &[Chapter<'_>]) -> Vec<(String, String, bool)> {
    let Some(first) = chapters.iter().find(|chapter| !chapter.bureaus.is_empty()) else { return Vec::new() };
    let chosen = first.local.map(|local| local.bureau.as_str());
    let one = |local: &&LocalItem| {
        (local.bureau.clone(), local.bureau_name.clone(), chosen == Some(local.bureau.as_str()))
    };
    first.bureaus.iter().map(one).collect()
}

fn chapter<'a>(
    app: &App,
    headers: &HeaderMap,
    catalogue: &'a Catalogue,
    item: &'a Arc<Item>,
    asked: &BTreeMap<String, String>,
    sought: &str,
) -> Chapter<'a> {
    let local = chosen_bureau(app, headers, catalogue, item, asked);
    let whole_item = item.everyday_words.iter().any(|word| word.contains(sought));
    let fits = |business: &&BusinessType| whole_item || speaks_of(business, sought);
    let bureau = local.map(|local| local.bureau.as_str());
    let standing = catalogue.standing_at(item, bureau, app.today());
    let entry = |business: &'a BusinessType| Entry {
        business,
        takes_applications: standing.takes_applications(),
        online: catalogue.takes_online(item, business, bureau, app.today()),
        promised: local.map_or(business.limits.promised, |local| local.promised(business, app.today())),
    };
    let fitting: Vec<&BusinessType> = item.types.iter().filter(|one| speaks_of(one, sought)).collect();
    let entries = if fitting.is_empty() {
        item.types.iter().filter(fits).map(entry).collect()
    } else {
        fitting.into_iter().map(entry).collect()
    };
    let standing = standing.says().unwrap_or_default();
    Chapter { item, local, bureaus: choosable(catalogue, item, local), entries, standing }
}

fn speaks_of(business: &BusinessType, sought: &str) -> bool {
    [&business.name, &business.wish, &business.summary].iter().any(|text| text.contains(sought))
}

impl HallPage<'_> {
    /// What people and shops come for, then what enterprises of the trade apply for.
    fn for_shops(&self) -> impl Iterator<Item = &Chapter<'_>> {
        self.chapters.iter().filter(|one| one.item.is_person_served())
    }

    fn for_enterprises(&self) -> Vec<&Chapter<'_>> {
        self.chapters.iter().filter(|one| !one.item.is_person_served()).collect()
    }

    fn is_searched(&self) -> bool {
        !self.sought.is_empty() && !self.nothing
    }
}

impl Entry<'_> {
    fn open(&self) -> bool {
        self.business.open == Open::Now && self.takes_applications
    }

    /// Applied for together with another item, in the web.
    fn elsewhere(&self) -> bool {
        self.business.apply_at.is_some() && self.online
    }
}

impl Chapter<'_> {
    fn sieved(mut self, sieve: Sieve) -> Self {
        if sieve.online {
            self.entries.retain(|entry| entry.open() || entry.elsewhere());
        }
        self
    }

    /// A shop's 子项 is done where its 主项 is, whose offices stand just above.
    fn shows_offices(&self) -> bool {
        let said_above = self.item.parent.is_some() && self.item.is_person_served();
        !self.bureaus.is_empty() && !said_above
    }

    fn is_chosen(&self, bureau: &LocalItem) -> bool {
        self.local.is_some_and(|local| local.bureau == bureau.bureau)
    }
}
