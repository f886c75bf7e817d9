//! One seal: what it is, what can be done with it now, and what was done.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use db::history::Entry;
use db::{Exec, params};
use identity::{Act, Officer, Post};
use jiff::Timestamp;
use web::clock::office_day;
use web::{Answer, App, Face, Page, PageCx, html};

use super::read;
use crate::state::State as Stands;
use crate::{Fault, Record, Sealer, store};

#[derive(Template)]
#[template(path = "seals/one.html")]
pub(super) struct OnePage {
    page: Page,
    seal: Record,
    valid: String,
    expired: bool,
    has_picture: bool,
    uses: i64,
    may_keep: bool,
    may_approve: bool,
    /// The officer asked for this seal himself.
    asked_himself: bool,
    posts: [Post; 5],
    history: Vec<Line>,
    /// A step that was not taken, and what was typed for it.
    unsaid: Option<Unsaid>,
}

/// What was typed for a step that was not taken.
pub(super) struct Unsaid {
    /// The last part of its address.
    pub step: &'static str,
    pub face: Face,
    pub why: String,
    /// Codes of the posts that were ticked.
    pub posts: Vec<String>,
    pub unattended: bool,
}

/// A step in the history, in words.
struct Line {
    when: String,
    what: &'static str,
    who: String,
    why: Option<String>,
}

/// Posts that issue papers or keep seals: to whom a seal may be handed.
pub(super) const USERS: [Post; 5] =
    [Post::LicenceClerk, Post::TeamHead, Post::LicenceHead, Post::BureauHead, Post::SealKeeper];

impl OnePage {
    fn is_user(&self, post: &Post) -> bool {
        if let Some(ticked) = self.unsaid.as_ref().filter(|unsaid| !unsaid.posts.is_empty()) {
            return ticked.posts.iter().any(|code| code == post.code());
        }
        match &self.seal.state {
            Stands::InUse { users } => users.include(*post),
            _ => false,
        }
    }

    fn is_unattended(&self) -> bool {
        if let Some(ticked) = self.unsaid.as_ref().filter(|unsaid| !unsaid.posts.is_empty()) {
            return ticked.unattended;
        }
        match &self.seal.state {
            Stands::InUse { users } => users.unattended,
            _ => true,
        }
    }

    /// Whether the form of this step was sent just now and not taken.
    fn tried(&self, step: &str) -> bool {
        self.unsaid.as_ref().is_some_and(|unsaid| unsaid.step == step)
    }

    /// The reason as it was typed for this step.
    fn why(&self, step: &str) -> &str {
        self.unsaid.as_ref().filter(|unsaid| unsaid.step == step).map_or("", |unsaid| unsaid.why.as_str())
    }

    /// Whether the form that was sent is still there to hold what was typed.
    fn is_still_asked(&self, step: &str) -> bool {
        match (&self.seal.state, step) {
            (Stands::Requested { .. }, "refuse") => self.may_approve && !self.asked_himself,
            (Stands::InUse { .. }, "suspend") => self.may_keep,
            (
                Stands::Approved { .. } | Stands::Made | Stands::InUse { .. } | Stands::Suspended { .. },
                "destroy",
            ) => self.may_keep,
            _ => false,
        }
    }

    fn action(&self, step: &str) -> String {
        format!("{}/{step}", super::at(&self.seal.bureau, &self.seal.id))
    }
}

/// `GET /desk/seals/{bureau}/{id}`
pub async fn show(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Path<(String, String)>,
) -> Answer {
    let seal = read(&app, &officer, &bureau, &id).await?;
    html(&page(&cx, &app, &officer, seal, None).await?)
}

pub(super) async fn page(
    cx: &PageCx,
    app: &App,
    officer: &Officer,
    seal: Record,
    unsaid: Option<Unsaid>,
) -> Result<OnePage, db::Fault> {
    let mut db = app.db.clone();
    let (bureau, id) = (&seal.bureau, &seal.id);
    let own = officer.bureau == *bureau;
    let newest = store::ledger_page(&mut db, bureau, id, i64::MAX, 1).await?;
    Ok(OnePage {
        page: cx.page(seal.name.clone()).crumb("工作台", "/desk").crumb("印章", list_of(bureau, own)),
        valid: format!("{} 至 {}", office_day(seal.valid_from), office_day(seal.valid_to)),
        expired: seal.is_expired(app.now()),
        has_picture: store::body(&mut db, bureau, id).await?.is_some(),
        uses: newest.first().map_or(0, |used| used.serial),
        may_keep: own && officer.can(Act::KeepSeals),
        may_approve: own && officer.can(Act::ApproveSeals),
        asked_himself: matches!(&seal.state, Stands::Requested { by, .. } if by.id == officer.id),
        posts: USERS,
        history: steps(&mut db, bureau, id).await?.iter().map(Line::of).collect(),
        unsaid,
        seal,
    })
}

fn list_of(bureau: &str, own: bool) -> String {
    if own { "/desk/seals".into() } else { format!("/desk/seals?bureau={bureau}") }
}

/// The history without the uses, of which there may be a hundred thousand; those stand in the ledger.
async fn steps(on: &mut impl Exec, bureau: &str, id: &str) -> Result<Vec<Entry>, db::Fault> {
    let rows = on
        .query(
            "select act, at, actor, actor_name, data from history
              where bureau = $1 and subject_kind = 'seal' and subject = $2 and act <> 'used' order by seq",
            params![bureau, id],
        )
        .await?;
    let entry = |row: &db::Row| {
        let (act, at): (String, Timestamp) = (row.text(0)?, row.instant(1)?);
        let (actor, name) = (row.text(2)?, row.text(3)?);
        Ok(Entry::new((bureau, "seal", id), at, (&actor, &name), &act, row.text(4)?))
    };
    rows.iter().map(entry).collect()
}

impl Line {
    fn of(entry: &Entry) -> Line {
        let data: serde_json::Value = serde_json::from_str(&entry.data).unwrap_or_default();
        let users = serde_json::from_value::<crate::state::Users>(data["users"].clone()).ok();
        let users = users.map(|users| format!("使用岗位：{}", users.say()));
        Line {
            when: web::text::minute(entry.at),
            what: match entry.act.as_str() {
                "requested" => "申请制作",
                "approved" => "批准制作",
                "refused" => "不批准",
                "made" => "制作完成",
                "handed-out" => "启用并指定使用岗位",
                "suspended" => "停用",
                "resumed" => "恢复使用",
                "destroyed" => "销毁",
                _ => "办理",
            },
            who: entry.actor_name.clone(),
            why: data["why"].as_str().map(str::to_owned).or(users),
        }
    }
}

/// `GET /desk/seals/{bureau}/{id}/picture.png`
pub async fn picture(
    officer: Officer,
    State(app): State<App>,
    Path((bureau, id)): Path<(String, String)>,
) -> Answer {
    read(&app, &officer, &bureau, &id).await?;
    let sealer = app.part::<Sealer>();
    let seal = sealer.made(&mut app.db.clone(), &bureau, &id).await?;
    if seal.picture.format != "png" {
        return Err(Fault::Unknown.into());
    }
    let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "private, max-age=3600")];
    Ok((headers, seal.picture.data.clone()).into_response())
}
