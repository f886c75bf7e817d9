//! What programs read: feeds, and open data in files that keep their columns.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use web::{Answer, App, Page, PageCx, html};

use super::permits::row_of;
use super::{CSV, public_file, saved_as};
use crate::feed::{self, Channel};
use crate::open_data::{self, DATA_SETS, DataSet, MOST_ROWS};
use crate::publicity::Row;
use crate::store::{self, Filter, NEWEST, Sought};

/// Entries in a feed.
const NEWS: i64 = 50;

async fn channel(app: &App) -> Result<Channel, db::Fault> {
    let changed = store::last_change(&mut app.db.clone()).await?;
    Ok(Channel {
        base: app.settings().base_url.clone(),
        title: format!("{}信息公开", app.site().name),
        updated: changed.unwrap_or_else(|| app.now()),
    })
}

/// `GET /disclosure/feed.atom`
pub async fn atom(State(app): State<App>) -> Answer {
    let news = store::list(&mut app.db.clone(), &Filter::default(), NEWEST, NEWS).await?;
    Ok(public_file("application/atom+xml; charset=utf-8", feed::atom(&channel(&app).await?, &news)))
}

/// `GET /disclosure/feed.rss`
pub async fn rss(State(app): State<App>) -> Answer {
    let news = store::list(&mut app.db.clone(), &Filter::default(), NEWEST, NEWS).await?;
    Ok(public_file("application/rss+xml; charset=utf-8", feed::rss(&channel(&app).await?, &news)))
}

#[derive(Template)]
#[template(path = "disclosure/open_data.html")]
struct OpenDataPage {
    page: Page,
    sets: [DataSet; 2],
}

impl OpenDataPage {
    fn columns(&self, set: &DataSet) -> Vec<(&'static str, &'static str)> {
        open_data::columns_of(set.name)
    }
}

/// `GET /open-data`
pub async fn index(cx: PageCx) -> Answer {
    html(&OpenDataPage {
        page: cx.page("开放数据").crumb("信息公开", "/disclosure"), sets: DATA_SETS
    })
}

/// `GET /open-data/schema.json`
pub async fn schema(State(app): State<App>) -> Answer {
    Ok(json(open_data::schema(&app.settings().base_url)))
}

fn json(value: serde_json::Value) -> Response {
    ([(header::CACHE_CONTROL, "public, max-age=300")], axum::Json(value)).into_response()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Narrowed {
    year: String,
    bureau: String,
}

/// `GET /open-data/articles.csv?year=&bureau=`
pub async fn articles_csv(State(app): State<App>, Query(narrowed): Query<Narrowed>) -> Answer {
    let articles = store::list(&mut app.db.clone(), &filter(&narrowed), NEWEST, MOST_ROWS).await?;
    let text = open_data::articles_csv(&app.settings().base_url, &articles, app.today());
    Ok(saved_as(public_file(CSV, text), "信息公开目录.csv"))
}

/// `GET /open-data/articles.json?year=&bureau=`
pub async fn articles_json(State(app): State<App>, Query(narrowed): Query<Narrowed>) -> Answer {
    let articles = store::list(&mut app.db.clone(), &filter(&narrowed), NEWEST, MOST_ROWS).await?;
    Ok(json(open_data::articles_json(&app.settings().base_url, &articles, app.today(), app.now())))
}

fn filter(narrowed: &Narrowed) -> Filter {
    Filter { year: narrowed.year.clone(), bureau: narrowed.bureau.clone(), ..Filter::default() }
}

/// `GET /open-data/permits.csv?bureau=`
pub async fn permits_csv(State(app): State<App>, Query(narrowed): Query<Narrowed>) -> Answer {
    let rows = permits(&app, &narrowed).await?;
    Ok(saved_as(public_file(CSV, open_data::permits_csv(&rows)), "行政许可双公示.csv"))
}

/// `GET /open-data/permits.json?bureau=`
pub async fn permits_json(State(app): State<App>, Query(narrowed): Query<Narrowed>) -> Answer {
    Ok(json(open_data::permits_json(&permits(&app, &narrowed).await?, app.now())))
}

async fn permits(app: &App, narrowed: &Narrowed) -> Result<Vec<Row>, db::Fault> {
    let sought = Sought { bureau: narrowed.bureau.clone(), ..Sought::default() };
    let found = store::published_decisions(&mut app.db.clone(), &sought, NEWEST, MOST_ROWS).await?;
    Ok(found.iter().map(|entry| row_of(app, entry)).collect())
}
