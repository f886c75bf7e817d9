//! A page's frame: what `base.html`, `desk.html` and `print.html` need to know.
//!
//! How another crate uses them. In the crate's root stands `askama.toml`:
//! ```toml
//! [general]
//! dirs = ["templates", "../web/templates"]
//! ```
//! a template extends the frame and fills the block `main`:
//! ```html
//! {% extends "base.html" %}
//! {% block main %}<h1>{{ page.title }}</h1>{% endblock %}
//! ```
//! and its struct has the field `page`:
//! ```ignore
//! #[derive(askama::Template)]
//! #[template(path = "cases/list.html")]
//! struct ListPage { page: web::Page, cases: Vec<Row> }
//!
//! async fn list(cx: PageCx) -> Answer {
//!     html(&ListPage { page: cx.page("我的办件").crumb("我的", "/me"), cases: vec![] })
//! }
//! ```
//! Inside a form: `<input type="hidden" name="_csrf" value="{{ page.csrf }}">`. Components such as [`crate::parts::Field`]
//! are values that draw themselves: `{{ field }}`.

use axum::extract::FromRequestParts;
use axum::response::IntoResponse;
use http::{StatusCode, header, request::Parts};

use crate::app::{App, NavItem, SiteInfo};
use crate::cx::{Cx, Who};
use crate::face::Answer;
use crate::flash::Flash;
use crate::view::Size;
use crate::{assets, place, text};

/// What the frame of a page shows. Cheap enough to build for every answer.
#[derive(Clone)]
pub struct Page {
    pub title: String,
    pub crumbs: Vec<(String, String)>,
    pub who: Option<Who>,
    /// The token every form of the page carries in `_csrf`.
    pub csrf: String,
    pub elder: bool,
    pub contrast: bool,
    pub size: Size,
    pub flash: Option<Flash>,
    /// The path asked for, to mark the menu's entry.
    pub path: String,
    /// Path and query, to come back to.
    pub here: String,
    pub demo: bool,
    app: App,
    cx: Cx,
}

impl Page {
    /// The frame for this request.
    pub fn new(app: &App, cx: &Cx, title: impl Into<String>) -> Page {
        let view = cx.view();
        Page {
            title: title.into(),
            crumbs: Vec::new(),
            who: cx.who().cloned(),
            csrf: cx.csrf_token(app),
            elder: view.elder,
            contrast: view.contrast,
            size: view.size,
            flash: cx.take_flash(),
            path: cx.path().to_string(),
            here: if cx.method().is_safe() { cx.path_and_query() } else { "/".into() },
            demo: app.settings().demo,
            app: app.clone(),
            cx: cx.clone(),
        }
    }

    /// Adds a step to the breadcrumbs; the page's own title is always the last.
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Page {
        self.crumbs.push((label.into(), href.into()));
        self
    }

    pub fn site(&self) -> &SiteInfo {
        self.app.site()
    }

    /// The district the visitor chose, by name.
    pub fn place(&self) -> Option<String> {
        place::name_of(&self.app, self.cx.place())
    }

    /// The address of an asset, with its content's hash in the name: `page.asset("css/app.css")`.
    pub fn asset(&self, name: &str) -> String {
        assets::href(name)
    }

    /// For a `<style nonce>` or `<script nonce>` of the page's own. Asking for it adds it to the page's policy.
    pub fn nonce(&self) -> &str {
        self.cx.nonce()
    }

    pub fn html_class(&self) -> String {
        let mut classes = Vec::with_capacity(3);
        classes.extend(self.elder.then_some("elder"));
        classes.extend(self.contrast.then_some("contrast"));
        classes.extend((self.size != Size::Usual).then_some(self.size.code()));
        classes.join(" ")
    }

    /// Whether a menu entry is where we are: of two that hold the path, like 任务 at `/desk` and 许可证 at
    /// `/desk/licences`, the closer one.
    pub fn is_at(&self, item: &NavItem) -> bool {
        let closer = |other: &NavItem| other.href.len() > item.href.len() && other.holds(&self.path);
        item.holds(&self.path) && !self.site().nav.iter().chain(self.app.desk_menu()).any(closer)
    }

    pub fn unread(&self) -> u32 {
        self.who.as_ref().map_or(0, |who| who.unread)
    }

    pub fn is_officer(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.officer)
    }

    /// The workbench's menu, without what this officer may not do anyway.
    pub fn desk_menu(&self) -> Vec<&NavItem> {
        let acts = self.who.as_ref().map(|who| who.acts.as_slice()).unwrap_or_default();
        let open = |item: &&NavItem| item.needs.is_none_or(|act| acts.contains(&act));
        self.app.desk_menu().iter().filter(open).collect()
    }

    pub fn today(&self) -> String {
        text::date_cn(self.app.today())
    }

    pub fn request_id(&self) -> &str {
        self.cx.id()
    }
}

/// Extractor that builds a [`Page`] for the request at hand.
#[derive(Clone)]
pub struct PageCx {
    pub app: App,
    pub cx: Cx,
}

impl PageCx {
    pub fn page(&self, title: impl Into<String>) -> Page {
        Page::new(&self.app, &self.cx, title)
    }
}

impl FromRequestParts<App> for PageCx {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<PageCx, Self::Rejection> {
        let cx = Cx::from_request_parts(parts, app).await?;
        Ok(PageCx { app: app.clone(), cx })
    }
}

/// Renders a template as the answer.
pub fn html(template: &impl askama::Template) -> Answer {
    html_with_status(StatusCode::OK, template)
}

/// Renders with another status: 422 for a form that goes back with its problems.
pub fn html_with_status(status: StatusCode, template: &impl askama::Template) -> Answer {
    let body = template.render()?;
    Ok((status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response())
}
