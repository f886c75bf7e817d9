//! The pages of public information: the list, an article, consultations, quotas, decisions, feeds and open data; and the
//! editor's desk.

mod article;
mod data;
mod desk;
mod list;
mod permits;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use web::{App, Class, Limiter};

/// Comments by one address: enough for whoever has something to say, too slow for a flood.
const COMMENTS: Class = Class { name: "comment", per_minute: 4, burst: 8 };

pub fn routes() -> Router<App> {
    let comments = Router::new().route("/disclosure/{index}/comments", post(article::comment));
    Router::new()
        .route("/disclosure", get(list::list))
        .route("/disclosure/quotas", get(list::quotas))
        .route("/disclosure/feed.atom", get(data::atom))
        .route("/disclosure/feed.rss", get(data::rss))
        .route("/disclosure/permits", get(permits::list))
        .route("/disclosure/permits/{bureau}/{decision}", get(permits::one))
        .route("/disclosure/{index}", get(article::show))
        .route("/disclosure/{index}/files/{file}", get(article::file))
        .route("/disclosure/{index}/table.csv", get(article::table))
        .route("/open-data", get(data::index))
        .route("/open-data/schema.json", get(data::schema))
        .route("/open-data/articles.csv", get(data::articles_csv))
        .route("/open-data/articles.json", get(data::articles_json))
        .route("/open-data/permits.csv", get(data::permits_csv))
        .route("/open-data/permits.json", get(data::permits_json))
        .merge(Limiter::new(COMMENTS).guard(comments))
        .merge(desk_routes())
}

fn desk_routes() -> Router<App> {
    // Room for the form around the file; a larger body is read to its end and refused in words.
    let upload = DefaultBodyLimit::max(desk::FILE_LIMIT + (64 << 10));
    Router::new()
        .route("/desk/disclosure", get(desk::list::list))
        .route("/desk/disclosure/new", get(desk::form::new).post(desk::form::create))
        .route("/desk/disclosure/calendar", get(desk::list::calendar))
        .route("/desk/disclosure/comments", get(desk::comments::list))
        .route("/desk/disclosure/comments/{bureau}/{index}/{comment}", post(desk::comments::look))
        .route("/desk/disclosure/permits", get(desk::permits::list))
        .route("/desk/disclosure/permits/{bureau}/{decision}", post(desk::permits::turn))
        .route("/desk/disclosure/{bureau}/{article}", get(desk::one::show))
        .route("/desk/disclosure/{bureau}/{article}/edit", get(desk::form::edit).post(desk::form::save))
        .route("/desk/disclosure/{bureau}/{article}/files/{file}", get(desk::files::file))
        .route("/desk/disclosure/{bureau}/{article}/attach", post(desk::files::attach).layer(upload))
        .route("/desk/disclosure/{bureau}/{article}/detach", post(desk::files::detach))
        .route("/desk/disclosure/{bureau}/{article}/submit", post(desk::steps::submit))
        .route("/desk/disclosure/{bureau}/{article}/return", post(desk::steps::send_back))
        .route("/desk/disclosure/{bureau}/{article}/approve", post(desk::steps::approve))
        .route("/desk/disclosure/{bureau}/{article}/discard", post(desk::steps::discard))
        .route("/desk/disclosure/{bureau}/{article}/plan", post(desk::steps::plan))
        .route("/desk/disclosure/{bureau}/{article}/withdraw", post(desk::steps::withdraw))
        .route("/desk/disclosure/{bureau}/{article}/repeal", post(desk::steps::repeal))
}

/// A file that anybody may keep for a few minutes.
fn public_file(kind: &'static str, body: String) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, body).into_response()
}

/// The same, offered to be saved under a name.
fn saved_as(mut answer: Response, name: &str) -> Response {
    let way: HeaderValue = web::kept::disposition("attachment", name);
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, way);
    answer
}

const CSV: &str = "text/csv; charset=utf-8";
