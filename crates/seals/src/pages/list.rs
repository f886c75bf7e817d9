//! The seals of a bureau.

use askama::Template;
use axum::extract::{Query, State};
use identity::{Act, Bureau, Officer};
use serde::Deserialize;
use web::clock::office_day;
use web::{Answer, App, Page, PageCx, html};

use super::within_reach;
use crate::state::State as Stands;
use crate::{Fault, Record, SealKeys, SealKind, made_from, store};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    bureau: String,
}

#[derive(Template)]
#[template(path = "seals/list.html")]
struct ListPage {
    page: Page,
    bureaus: Vec<Bureau>,
    bureau: Bureau,
    seals: Vec<Card>,
    /// Kinds of which none is in use: those papers can't be issued.
    missing: Vec<&'static str>,
    may_ask: bool,
}

/// A seal as the list shows it.
struct Card {
    seal: Record,
    valid: String,
    /// “2026-12-31到期，请办理换发”
    warning: Option<String>,
    /// Who may use it now.
    users: Option<String>,
}

/// A new seal needs a request, an approval and a maker: time enough to do that.
const WARN_DAYS: i64 = 90;

impl Card {
    fn of(seal: Record, now: jiff::Timestamp, outdated: &[String]) -> Card {
        let last = office_day(seal.valid_to);
        let left = (last - office_day(now)).get_days();
        let lives = !matches!(seal.state, Stands::Refused { .. } | Stands::Destroyed { .. });
        let warning = match () {
            () if !lives => None,
            () if outdated.contains(&seal.id) => {
                Some("签章证书已经换发，这枚印章不能再盖章。请销毁它，再申请、制作并启用新的印章".to_owned())
            }
            () if seal.is_expired(now) => Some(format!("已于{last}到期，不能再用，请换发")),
            () if i64::from(left) <= WARN_DAYS => Some(format!("{last}到期，请办理换发")),
            () => None,
        };
        let users = match &seal.state {
            Stands::InUse { users } | Stands::Suspended { users, .. } => Some(users.say()),
            _ => None,
        };
        Card { valid: format!("{} 至 {last}", office_day(seal.valid_from)), warning, users, seal }
    }
}

/// Seals that were made for a certificate that has been replaced since.
async fn outdated(app: &App, bureau: &str, seals: &[Record]) -> Result<Vec<String>, Fault> {
    let Some(cert) = app.try_part::<SealKeys>().and_then(|keys| keys.cert_of(bureau)) else {
        return Ok(vec![]);
    };
    let mut outdated = Vec::new();
    for seal in seals
        .iter()
        .filter(|seal| matches!(seal.state, Stands::Made | Stands::InUse { .. } | Stands::Suspended { .. }))
    {
        let body = store::body(&mut app.db.clone(), bureau, &seal.id).await?.unwrap_or_default();
        if made_from(&body).is_ok_and(|made| !made.holders.contain(cert.der())) {
            outdated.push(seal.id.clone());
        }
    }
    Ok(outdated)
}

/// `GET /desk/seals?bureau=`
pub async fn list(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let mut db = app.db.clone();
    let (bureaus, bureau) = within_reach(&mut db, &officer, &asked.bureau).await?;
    let seals = store::of_bureau(&mut db, &bureau.code).await?;
    let now = app.now();
    let outdated = outdated(&app, &bureau.code, &seals).await?;
    let in_use = |kind| seals.iter().any(|seal| seal.kind == kind && seal.state.is_in_use());
    let missing = SealKind::ALL.into_iter().filter(|kind| !in_use(*kind)).map(SealKind::says).collect();
    html(&ListPage {
        page: cx.page("印章").crumb("工作台", "/desk"),
        may_ask: officer.can(Act::KeepSeals) && bureau.code == officer.bureau,
        missing,
        seals: seals.into_iter().map(|seal| Card::of(seal, now, &outdated)).collect(),
        bureaus,
        bureau,
    })
}
