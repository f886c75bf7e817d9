//! 订阅: being told when a guide changes.

use askama::Template;
use axum::extract::{Path, Query, State};
use identity::Person;
use web::{Answer, App, Fields, Flash, Page, PageCx, html};

use super::{Asked, find};
use crate::catalogue::Catalogue;
use crate::read;
use crate::store::followers::{self, Follower};

#[derive(Template)]
#[template(path = "catalog/follow.html")]
struct FollowPage {
    page: Page,
    guide: String,
    title: String,
    bureau: String,
    bureau_name: String,
    follows: bool,
}

type Place = Path<(String, String)>;

/// `GET /guides/{item}/{type}/follow?bureau=`
pub async fn show(
    cx: PageCx,
    State(app): State<App>,
    person: Person,
    Path((item, business)): Place,
    Query(asked): Query<Asked>,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &item, &business)?;
    let local = asked.get("bureau").and_then(|code| catalogue.own_local(item, code));
    let guide = format!("/guides/{}/{}", item.slug, business.slug);
    let title = item.title(business);
    html(&FollowPage {
        page: cx.page("指南变了告诉我").crumb(title.clone(), guide.clone()),
        follows: followers::follows(&mut app.db.clone(), &item.slug, &business.slug, person.actor()).await?,
        bureau: local.map(|one| one.bureau.clone()).unwrap_or_default(),
        bureau_name: local.map(|one| one.bureau_name.clone()).unwrap_or_default(),
        guide,
        title,
    })
}

/// `POST …/follow`
pub async fn follow(
    State(app): State<App>,
    person: Person,
    Path((item, business)): Place,
    sent: Fields,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &item, &business)?;
    let local = catalogue.own_local(item, sent.get("bureau"));
    let bureau = local.map(|one| one.bureau.as_str());
    let who = Follower {
        item: item.slug.clone(),
        business: business.slug.clone(),
        subject: person.actor().to_owned(),
        bureau: local.map(|one| one.bureau.clone()).unwrap_or_default(),
        told: read::of_guide(item, &business.slug, local),
        standing: catalogue.standing_at(item, bureau, app.today()).mark(),
    };
    app.db.begin().await?.commit_with(vec![followers::follow(&who, app.now())]).await?;
    let back = format!("/guides/{}/{}", item.slug, business.slug);
    Ok(Flash::done("已订阅。这份指南有改动并且生效，或者这个事项暂停、恢复、取消时，会给您发站内消息。")
        .redirect(&app, &back))
}

/// `POST …/leave`
pub async fn leave(
    State(app): State<App>,
    person: Person,
    Path((item, business)): Place,
    _sent: Fields,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &item, &business)?;
    let gone = followers::leave(&item.slug, &business.slug, person.actor());
    app.db.begin().await?.commit_with(vec![gone]).await?;
    let back = format!("/guides/{}/{}", item.slug, business.slug);
    Ok(Flash::done("已取消订阅。").redirect(&app, &back))
}
