//! The front page and the few pages that belong to the site as a whole.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use catalog::{Catalogue, Item, LocalItem};
use identity::{Officer, Person};
use jiff::civil::Date;
use web::{Answer, App, Page, PageCx, html};

use crate::next_step::{self, NextStep};
use crate::ratings::{Ratings, Year};
use crate::search::permits::Permit;
use crate::search::{Finder, pages};

/// One of the things people come for.
pub(crate) struct Service {
    pub(crate) wish: String,
    pub(crate) name: String,
    pub(crate) href: String,
    open: bool,
    /// No change of the list has paused or ended it.
    taken: bool,
    statutory: u16,
    promised: u16,
}

#[derive(Clone)]
pub(crate) struct Office {
    pub(crate) bureau: String,
    pub(crate) name: String,
    pub(crate) phone: String,
    complaints: String,
    pub(crate) address: String,
    pub(crate) hours: String,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    page: Page,
    next: Option<NextStep>,
    services: Vec<Service>,
    offices: Vec<Office>,
    /// What bureaus published last.
    news: Vec<News>,
    /// Decisions made public last; none while the list was not read yet.
    permits: Option<Vec<Permit>>,
    /// The chosen bureau, whose decisions these are: code and name.
    chosen: Option<(String, String)>,
    /// What others ask the search, with where it leads.
    popular: Vec<(String, String)>,
    told: Arc<Year>,
}

/// A line of what was published last.
struct News {
    title: String,
    href: String,
    kind: &'static str,
    on: String,
}

/// More would push the telephone numbers out of sight.
const NEWS: usize = 6;

/// Enough to see that decisions are made public, and where.
const PERMITS: usize = 4;

/// The first of the popular questions; more would push the services off a phone's first screen.
const POPULAR: usize = 5;

/// `GET /`
pub async fn home(
    State(app): State<App>,
    cx: PageCx,
    headers: HeaderMap,
    person: Option<Person>,
    officer: Option<Officer>,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let chosen = web::place::remembered(&app, &headers);
    let served = catalogue.items().iter().filter(|item| item.is_person_served());
    let services = served
        .flat_map(|item| {
            let local = chosen.as_deref().and_then(|bureau| catalogue.own_local(item, bureau));
            let standing = catalogue.standing_at(item, chosen.as_deref(), app.today());
            services_in(item, local, standing.takes_applications(), app.today())
        })
        .collect();
    let mut offices = catalogue.items().first().map(|item| offices(&catalogue, item)).unwrap_or_default();
    if let Some(chosen) = &chosen {
        offices.sort_by_key(|office| office.bureau != *chosen);
    }
    let chosen = chosen.and_then(|code| offices.iter().find(|one| one.bureau == code));
    let chosen = chosen.map(|office| (office.bureau.clone(), office.name.clone()));
    let next = match (&person, &officer) {
        (Some(person), _) => next_of(&app, person).await,
        (None, Some(officer)) => next_step::of_officer(officer),
        (None, None) => None,
    };
    let finder = app.part::<Finder>();
    let (news, popular) = (news(&finder), popular(&finder));
    let permits = finder.latest_permits(chosen.as_ref().map(|(code, _)| code.as_str()), PERMITS);
    let told = app.part::<Ratings>().year();
    html(&Home { page: cx.page("首页"), next, services, offices, news, permits, chosen, popular, told })
}

fn news(finder: &Finder) -> Vec<News> {
    let news = |one: ::search::Document| News {
        title: one.title,
        href: one.url,
        kind: one.kind.label(),
        on: one.published.map(|day| day.to_string()).unwrap_or_default(),
    };
    finder.latest(NEWS).into_iter().map(news).collect()
}

fn popular(finder: &Finder) -> Vec<(String, String)> {
    let first = finder.popular().iter().take(POPULAR);
    first.map(|words| (words.clone(), pages::address(words))).collect()
}

/// The front page must come up while the database is away; the next step is then left out.
async fn next_of(app: &App, person: &Person) -> Option<NextStep> {
    next_step::of_person(app, person).await.unwrap_or_else(|fault| {
        tracing::warn!(%fault, "the next step could not be read");
        None
    })
}

pub(crate) fn services_of(item: &Item) -> Vec<Service> {
    services_in(item, None, true, Date::MIN)
}

/// With what the bureau promises, where it promises less time than the national list.
fn services_in(item: &Item, local: Option<&LocalItem>, taken: bool, today: Date) -> Vec<Service> {
    let service = |kind: &catalog::BusinessType| Service {
        wish: kind.wish.clone(),
        name: kind.name.clone(),
        href: format!("/guides/{}/{}", item.slug, kind.slug),
        open: kind.open == catalog::Open::Now && taken,
        taken,
        statutory: kind.limits.statutory,
        promised: local.map_or(kind.limits.promised, |local| local.promised(kind, today)),
    };
    item.types.iter().map(service).collect()
}

/// Where and whom to ask, county by county: people are served by their county's bureau.
pub(crate) fn offices(catalogue: &Catalogue, item: &Item) -> Vec<Office> {
    let office = |local: &LocalItem| {
        let hall = local.halls.first();
        Office {
            bureau: local.bureau.clone(),
            name: local.bureau_name.clone(),
            phone: local.consult_phone.clone(),
            complaints: local.complaint_phone.clone(),
            address: hall.map(|hall| format!("{}，{}", hall.name, hall.address)).unwrap_or_default(),
            hours: hall.map(|hall| hall.hours.clone()).unwrap_or_default(),
        }
    };
    catalogue.locals(item).filter(|local| local.takes_applications()).map(office).collect()
}

struct Part {
    title: &'static str,
    links: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "sitemap.html")]
struct Sitemap {
    page: Page,
    parts: Vec<Part>,
}

/// `GET /sitemap`
pub async fn sitemap(State(app): State<App>, cx: PageCx) -> Answer {
    let link = |label: &str, href: &str| (label.to_owned(), href.to_owned());
    let catalogue = app.part::<Catalogue>();
    let guides = catalogue
        .items()
        .iter()
        .flat_map(|item| services_of(item))
        .map(|service| (format!("{}（{}）", service.name, service.wish), service.href))
        .collect();
    let parts = vec![
        Part {
            title: "办事",
            links: vec![
                link("首页", "/"),
                link("事项大厅", "/items"),
                link("查进度", "/progress"),
                link("搜索", "/search"),
                link("常见问题", "/faq"),
            ],
        },
        Part { title: "办事指南", links: guides },
        Part {
            title: "信息公开",
            links: vec![
                link("信息公开目录", "/disclosure"),
                link("行政许可公示", "/disclosure/permits"),
                link("零售点总量和余量", "/disclosure/quotas"),
                link("法律法规条文", "/laws"),
                link("开放数据", "/open-data"),
            ],
        },
        Part {
            title: "查验",
            links: vec![
                link("查验许可证", "/verify"),
                link("核验电子证照和文书", "/verify/file"),
                link("离线核验二维码", "/verify/offline"),
            ],
        },
        Part {
            title: "我的",
            links: vec![
                link("登录", "/login"),
                link("注册", "/register"),
                link("我的主页", "/me"),
                link("我的办件", "/me/cases"),
                link("我的许可证", "/me/licences"),
                link("消息", "/me/messages"),
            ],
        },
        Part {
            title: "关于本网站",
            links: vec![
                link("无障碍说明", "/accessibility"),
                link("切换区县", "/region"),
                link("群众评价", "/ratings"),
                link("网站纠错", "/site-error"),
                link("网站地图", "/sitemap"),
            ],
        },
    ];
    html(&Sitemap { page: cx.page("网站地图"), parts })
}

#[derive(Template)]
#[template(path = "accessibility.html")]
struct Accessibility {
    page: Page,
}

/// `GET /accessibility`
pub async fn accessibility(cx: PageCx) -> Answer {
    html(&Accessibility { page: cx.page("无障碍说明") })
}

/// `GET /robots.txt`: guides may be found by search engines; nothing that speaks of a person may.
pub async fn robots(State(app): State<App>) -> Response {
    const TEXT: &str = "User-agent: *\nDisallow: /me\nDisallow: /desk\nDisallow: /apply\nDisallow: /progress\n\
        Disallow: /verify/\nDisallow: /v/\nDisallow: /login\nDisallow: /api/\nDisallow: /search\n";
    let text = format!("{TEXT}Sitemap: {}/sitemap.xml\n", app.settings().base_url);
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// `GET /favicon.ico`: what browsers ask for by themselves on pages that name no icon.
pub async fn favicon(cx: PageCx) -> Redirect {
    Redirect::temporary(&cx.page("").asset("img/mark.svg"))
}
