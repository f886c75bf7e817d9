//! 我的许可证: the holder's own licences, with everything that stands on their face, and what can be done next.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use db::Exec;
use identity::Person;
use jiff::civil::Date;
use web::text::date_cn;
use web::{Answer, App, Page, PageCx, html};

use super::{ending, grants, live, pdf};
use crate::elicence::{self, Edition, State as EditionState};
use crate::licence::Licence;
use crate::status::{Standing, Status};
use crate::{Fault, store};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/me/licences", get(list))
        .route("/me/licences/{bureau}/{number}", get(show))
        .route("/me/licences/{bureau}/{number}/show", get(live::show))
        .route("/me/licences/{bureau}/{number}/grants", get(grants::list).post(grants::give))
        .route("/me/licences/{bureau}/{number}/grants/{id}/withdraw", post(grants::withdraw))
        .route("/me/licences/{bureau}/{number}/{file}", get(download))
}

/// A licence with what today makes of it.
struct Card {
    licence: Licence,
    standing: Standing,
    /// “还有 365 天”, or what to do when it is nearly over.
    time_left: Option<String>,
    /// What can be applied for, and the address of its guide.
    next: Vec<(&'static str, String)>,
}

impl Card {
    fn new(licence: Licence, today: Date) -> Card {
        Card {
            standing: licence.standing(today),
            time_left: time_left(&licence, today),
            next: next_steps(&licence, today),
            licence,
        }
    }

    fn issued_on(&self) -> String {
        date_cn(self.licence.issued_on)
    }

    fn urgent(&self) -> bool {
        matches!(self.standing, Standing::Expired { .. } | Standing::Stopped)
    }
}

/// 《行政许可法》第五十条第一款: renewal is asked for thirty days before the last day at the latest.
fn time_left(licence: &Licence, today: Date) -> Option<String> {
    if licence.status.is_over() {
        return None;
    }
    let left = licence.days_left(today);
    let apply_by = law::limits::renewal_application_last_day(licence.valid_to).on;
    Some(match left {
        ..0 => "已过有效期".to_string(),
        0 => "今天是有效期的最后一天".to_string(),
        1..30 => format!("还有 {left} 天到期，已过延续申请期限，请尽快联系发证机关"),
        30..=90 => format!("还有 {left} 天到期，要继续经营请在{}前（含当天）申请延续", date_cn(apply_by)),
        _ => format!("还有 {left} 天到期"),
    })
}

/// The business types whose guide helps the holder of such a licence.
fn next_steps(licence: &Licence, today: Date) -> Vec<(&'static str, String)> {
    let steps: &[(&str, &str)] = match licence.status {
        Status::Cancelled { .. } | Status::Recalled { .. } => &[("重新申请", "xinban")],
        _ if today > licence.valid_to => &[("重新申请", "xinban")],
        Status::Paused { .. } => &[("恢复营业", "huifu"), ("歇业", "xieye")],
        Status::Stopped { .. } => &[],
        Status::Trading => &[
            ("变更", "biangeng"),
            ("延续", "yanxu"),
            ("停业", "tingye"),
            ("补办", "buban"),
            ("歇业", "xieye"),
        ],
    };
    let guide = |slug: &str| format!("/guides/{}/{slug}?bureau={}", licence.item_slug, licence.bureau);
    steps.iter().map(|(label, slug)| (*label, guide(slug))).collect()
}

#[derive(Template)]
#[template(path = "licences/mine.html")]
struct ListPage {
    page: Page,
    holder: String,
    cards: Vec<Card>,
}

/// `GET /me/licences`
async fn list(cx: PageCx, person: Person, State(app): State<App>) -> Answer {
    let mut db = app.db.clone();
    let mut cards = Vec::new();
    for (bureau, number) in store::held_by(&mut db, &person.subject).await? {
        if let Ok(licence) = held(&mut db, &person, &bureau, &number).await {
            cards.push(Card::new(licence, app.today()));
        }
    }
    // What is in force first, then what ends last.
    cards.sort_by_key(|card| (card.licence.status.is_over(), std::cmp::Reverse(card.licence.valid_to)));
    html(&ListPage { page: cx.page("我的许可证").crumb("我的", "/me"), holder: person.name, cards })
}

#[derive(Template)]
#[template(path = "licences/card.html")]
struct CardPage {
    page: Page,
    card: Card,
    /// Newest first; none for a licence taken over.
    editions: Vec<(Edition, EditionState, String)>,
    /// Title and number of the decision that ended it.
    decision: Option<(&'static str, String)>,
    qr: String,
    verify_url: String,
    shown_at: String,
}

impl CardPage {
    /// Where everything about this licence stands.
    fn base(&self) -> String {
        format!("/me/licences/{}/{}", self.card.licence.bureau, self.card.licence.number)
    }
}

/// `GET /me/licences/{bureau}/{number}`: to be held out on a phone (亮证).
async fn show(
    cx: PageCx,
    person: Person,
    State(app): State<App>,
    Path((bureau, number)): Path<(String, String)>,
) -> Answer {
    let db = &mut app.db.clone();
    let licence = held(db, &person, &bureau, &number).await?;
    let editions = elicence::all_of(db, &bureau, &number).await?;
    let ending = elicence::ending::of_licence(db, &bureau, &number).await?;
    let verify_url = live::address(&app, &licence, editions.first());
    let qr = papers::qr::svg(&verify_url).map_err(web::Refusal::internal)?;
    html(&CardPage {
        page: cx.page("烟草专卖零售许可证").crumb("我的", "/me").crumb("我的许可证", "/me/licences"),
        card: Card::new(licence, app.today()),
        decision: ending
            .and_then(|ending| ending.paper)
            .map(|paper| (paper.kind.title(), paper.number.unwrap_or_default())),
        editions: editions.into_iter().map(|edition| line(edition, app.today())).collect(),
        qr,
        verify_url,
        shown_at: web::text::second(app.now()),
    })
}

fn line(edition: Edition, today: Date) -> (Edition, EditionState, String) {
    let (state, made) = (edition.state_on(today), web::text::minute(edition.made_at));
    (edition, state, made)
}

/// `GET /me/licences/{bureau}/{number}/original.ofd`, `original.pdf`, `duplicate.ofd` or `duplicate.pdf`, and when the licence
/// was ended by a decision `decision.ofd` or `decision.pdf`
async fn download(
    person: Person,
    State(app): State<App>,
    Path((bureau, number, file)): Path<(String, String, String)>,
) -> Answer {
    let licence = held(&mut app.db.clone(), &person, &bureau, &number).await?;
    if let Some(form) = pdf::decision(&file) {
        return ending::holders(&app, &licence, form).await;
    }
    let file = pdf::file(&file)?;
    pdf::answer(&app, &licence, file).await
}

/// The licence, if it is this person's. Somebody else's looks like a missing one.
pub(super) async fn held(
    db: &mut impl Exec,
    person: &Person,
    bureau: &str,
    number: &str,
) -> Result<Licence, Fault> {
    let licence = store::by_number(db, bureau, number).await?;
    licence.filter(|licence| licence.holder.as_ref() == Some(&person.subject)).ok_or(Fault::Unknown)
}
