//! 用证授权: the holder lets somebody see the licence, for a purpose, until a day, so many times. The other side enters
//! the licence number with a code of eight digits, says who they are and why, and sees the face with a mark that says
//! what it is for. Every use is kept for the holder to see; a grant can be withdrawn at any time.
//!
//! It rests on the holder's consent (《个人信息保护法》第十三条第一款第一项), which can be taken back.

use std::net::IpAddr;

use axum::http::StatusCode;
use db::history::{self, Entry};
use db::{Statement, idem};
use identity::lockout::{self, Door};
use identity::{Person, key_hash};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use web::{App, Face, text};

pub use super::grant_store::{given, uses};
use super::{Edition, State, grant_store as grants, store as editions};
use crate::{Fault, store};

#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    pub bureau: String,
    pub number: String,
    pub id: String,
    /// Account of the holder who gave it.
    pub holder: String,
    pub purpose: String,
    pub to_whom: String,
    pub until: Timestamp,
    pub times: i64,
    pub used: i64,
    pub withdrawn: bool,
    pub made_at: Timestamp,
}

/// One look at a licence.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    pub bureau: String,
    pub number: String,
    pub id: String,
    pub grant_id: String,
    pub edition: u16,
    pub at: Timestamp,
    pub who: String,
    pub reason: String,
    /// How long the page with the face stays open.
    pub open_until: Timestamp,
}

/// What the holder asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub purpose: String,
    pub to_whom: String,
    pub until: Timestamp,
    pub times: i64,
}

/// The longest a grant may stay open, and the most uses it may give.
pub const DAYS_AT_MOST: i64 = 90;
pub const TIMES_AT_MOST: i64 = 20;
/// Long enough to look and to print, too short to pass the address on.
const LOOK: SignedDuration = SignedDuration::from_mins(10);

#[derive(Debug, thiserror::Error)]
pub enum GrantFault {
    #[error("no such grant of this person")]
    Unknown,
    #[error("number and code do not fit")]
    WrongCode,
    #[error("the grant is over: {0}")]
    Over(&'static str),
    #[error("the edition is {}", .0.label())]
    NotValid(State),
    #[error("too many wrong codes")]
    TooOften { until: Timestamp },
    #[error("the look is over")]
    LookOver,
    #[error("this form was sent before")]
    SentBefore,
}

impl GrantFault {
    pub fn face(&self) -> Face {
        match self {
            GrantFault::Unknown => Face::unknown(
                "grant-unknown",
                "没有找到这份用证授权",
                "请回到“我的许可证”，从授权列表重新打开。",
            ),
            GrantFault::WrongCode => Face::invalid(
                "grant-code",
                "许可证号和用证码对不上",
                "请向持证人核对 12 位许可证号和 8 位用证码。连续输错 5 次要等 15 分钟。",
            ),
            GrantFault::Over(why) => Face::conflict(
                "grant-over",
                format!("这个用证码不能再用：{why}"),
                "请联系持证人重新授权，取得新的用证码。",
            ),
            GrantFault::NotValid(state) => Face::conflict(
                "grant-state",
                format!("这张电子证照现在是“{}”，不能出示照面", state.label()),
                "可以用许可证号查验它现在的状态。",
            )
            .action("查验许可证", "/verify"),
            GrantFault::TooOften { until } => Face::new(
                StatusCode::TOO_MANY_REQUESTS,
                "grant-locked",
                "用证码输错次数太多，暂时不能再试",
                format!("{} 以后可以再试。请先向持证人核对用证码。", text::minute(*until)),
            ),
            GrantFault::LookOver => Face::unknown(
                "grant-look-over",
                "这次查看已经结束",
                "照面只显示 10 分钟；持证人收回授权后也不再显示。需要再看的，请重新输入用证码。",
            )
            .action("输入用证码", "/elicence/use"),
            GrantFault::SentBefore => Face::conflict(
                "grant-sent",
                "这份授权已经生成，没有重复生成",
                "用证码只显示一次。没有记下来的，请收回这份授权，再重新授权。",
            ),
        }
    }
}

impl Grant {
    /// Why it can't be used now; `None` while it can.
    pub fn over(&self, now: Timestamp) -> Option<&'static str> {
        if self.withdrawn {
            Some("持证人已收回授权")
        } else if self.until <= now {
            Some("已过有效时间")
        } else if self.used >= self.times {
            Some("次数已用完")
        } else {
            None
        }
    }
}

/// Gives a grant and its code. The code is shown once and kept nowhere.
pub async fn give(
    app: &App,
    person: &Person,
    (bureau, number): (&str, &str),
    asked: Asked,
    key: &str,
) -> Result<(Grant, String), Fault> {
    let mut tx = app.db.begin().await?;
    let edition = editions::current(&mut tx, bureau, number).await?.ok_or(Fault::NoEdition)?;
    valid(&edition, app)?;
    let grant = Grant {
        bureau: bureau.to_owned(),
        number: number.to_owned(),
        id: app.new_id(),
        holder: person.subject.clone(),
        purpose: asked.purpose,
        to_whom: asked.to_whom,
        until: asked.until,
        times: asked.times,
        used: 0,
        withdrawn: false,
        made_at: app.now(),
    };
    let code = eight_digits();
    let told =
        json!({ "purpose": grant.purpose, "to": grant.to_whom, "until": grant.until, "times": grant.times });
    history::append(&mut tx, &entry(app, &grant, (person.actor(), &person.actor_name()), "granted", told))
        .await?;
    let writes = vec![
        idem::claim_statement(
            bureau,
            &format!("elicence-grant:{}:{key}", person.subject),
            &grant.id,
            app.now(),
        ),
        grants::insert(&grant, &code_hash(app, number, &code)),
    ];
    match tx.commit_with(writes).await {
        Err(fault) if fault.is_unique_on("idem") => Err(GrantFault::SentBefore.into()),
        answer => Ok(answer.map(|_| (grant, code))?),
    }
}

/// Takes a grant back; what was opened under it closes at once.
pub async fn withdraw(app: &App, person: &Person, bureau: &str, id: &str) -> Result<Grant, Fault> {
    let mut tx = app.db.begin().await?;
    let grant = grants::by_id(&mut tx, bureau, id).await?;
    let grant = grant.filter(|grant| grant.holder == person.subject).ok_or(GrantFault::Unknown)?;
    if grant.withdrawn {
        return Ok(grant);
    }
    let who = (person.actor(), person.actor_name());
    history::append(&mut tx, &entry(app, &grant, (who.0, &who.1), "withdrawn", json!({}))).await?;
    tx.commit_with(vec![grants::withdraw(&grant)]).await?;
    Ok(Grant { withdrawn: true, ..grant })
}

/// Who enters a code, and why.
#[derive(Clone, Debug)]
pub struct Entrant {
    pub number: String,
    pub code: String,
    pub who: String,
    pub reason: String,
    pub ip: Option<IpAddr>,
}

/// A look that has been opened: bureau and the token in its address.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    pub bureau: String,
    pub token: String,
}

/// Uses a code. A try is counted before it is checked: by number from this address, by address, and by number from
/// anywhere. Were five of the last enough, one stranger could keep everybody from using the holder's codes.
pub async fn redeem(app: &App, entrant: &Entrant) -> Result<Opened, Fault> {
    let doors = doors(entrant);
    lockout::try_doors(app, &doors).await.map_err(|fault| match fault {
        identity::Fault::Locked { until } => GrantFault::TooOften { until }.into(),
        fault => Fault::Identity(fault),
    })?;
    let db = &mut app.db.clone();
    let bureau = store::bureau_of(db, &entrant.number).await?.ok_or(GrantFault::WrongCode)?;
    let hash = code_hash(app, &entrant.number, &entrant.code);
    let grant = grants::of_code(db, &bureau, &entrant.number, &hash).await?.ok_or(GrantFault::WrongCode)?;
    lockout::forget(app, &doors).await?;
    if let Some(why) = grant.over(app.now()) {
        return Err(GrantFault::Over(why).into());
    }
    let edition = editions::current(db, &bureau, &entrant.number).await?.ok_or(Fault::NoEdition)?;
    valid(&edition, app)?;
    open(app, &grant, &edition, entrant).await
}

fn doors(entrant: &Entrant) -> Vec<(Door, String)> {
    let from = entrant.ip.map(|ip| ip.to_string()).unwrap_or_default();
    let number = (Door::Name, format!("elicence-{}-{from}", entrant.number));
    let address = entrant.ip.map(|ip| (Door::Address, ip.to_string()));
    let anywhere = (Door::Secret, format!("elicence-{}", entrant.number));
    [number, anywhere].into_iter().chain(address).collect()
}

fn valid(edition: &Edition, app: &App) -> Result<(), GrantFault> {
    match edition.state_on(app.today()) {
        State::Valid => Ok(()),
        state => Err(GrantFault::NotValid(state)),
    }
}

async fn open(app: &App, grant: &Grant, edition: &Edition, entrant: &Entrant) -> Result<Opened, Fault> {
    let token = hex::encode(app.random::<16>());
    let now = app.now();
    let used = Use {
        bureau: grant.bureau.clone(),
        number: grant.number.clone(),
        id: token_hash(app, &token),
        grant_id: grant.id.clone(),
        edition: edition.edition,
        at: now,
        who: entrant.who.clone(),
        reason: entrant.reason.clone(),
        open_until: now + LOOK,
    };
    let told = json!({ "who": used.who, "reason": used.reason, "edition": edition.edition_says() });
    let entry = entry(app, grant, ("grant", &used.who), "used", told);
    // Two who use a grant at once race for the next place in the chain; the second takes the one after.
    let mut tries = 0;
    loop {
        match write_use(app, grant, &used, &entry).await {
            Ok(()) => return Ok(Opened { bureau: grant.bureau.clone(), token }),
            Err(db::Fault::Expected { .. }) => return Err(GrantFault::Over("次数已用完").into()),
            Err(db::Fault::Unique { .. } | db::Fault::Busy) if tries < 3 => tries += 1,
            Err(fault) => return Err(fault.into()),
        }
    }
}

async fn write_use(app: &App, grant: &Grant, used: &Use, entry: &Entry) -> Result<(), db::Fault> {
    let mut tx = app.db.begin().await?;
    history::append(&mut tx, entry).await?;
    let mut writes: Vec<Statement> = vec![grants::take_use(grant, used.at), grants::insert_use(used)];
    writes.push(told(grant, used));
    tx.commit_with(writes).await.map(|_| ())
}

fn told(grant: &Grant, used: &Use) -> Statement {
    let words = format!(
        "{} 凭您的授权（{}）查看了许可证 {}，事由：{}。不是您授权的，请马上收回授权。",
        used.who, grant.purpose, grant.number, used.reason
    );
    let link = format!("/me/licences/{}/{}/grants", grant.bureau, grant.number);
    let id = format!("elicence-use-{}", used.id);
    identity::inbox::tell_once(&grant.holder, &id, used.at, "您的电子证照被查看", &words, &link)
}

/// What a look shows.
pub struct Look {
    pub used: Use,
    pub grant: Grant,
    pub edition: Edition,
}

impl Look {
    /// “仅供办理消防检查使用　城中区消防救援大队　2026-11-25 13:20”
    pub fn watermark(&self) -> String {
        format!("仅供{}使用　{}　{}", self.grant.purpose, self.grant.to_whom, text::minute(self.used.at))
    }
}

/// The look under a token, while it is open and the grant was not taken back.
pub async fn look(app: &App, bureau: &str, token: &str) -> Result<Look, Fault> {
    let db = &mut app.db.clone();
    let used = grants::use_by_id(db, bureau, &token_hash(app, token)).await?;
    let used = used.filter(|used| used.open_until > app.now()).ok_or(GrantFault::LookOver)?;
    let grant = grants::by_id(db, bureau, &used.grant_id).await?;
    let grant = grant.filter(|grant| !grant.withdrawn).ok_or(GrantFault::LookOver)?;
    let edition = editions::current(db, bureau, &used.number).await?.ok_or(Fault::NoEdition)?;
    Ok(Look { used, grant, edition })
}

fn entry(app: &App, grant: &Grant, who: (&str, &str), act: &str, data: serde_json::Value) -> Entry {
    let mut data = data;
    data["grant"] = json!(grant.id);
    Entry::new((&grant.bureau, "licence-use", &grant.number), app.now(), who, act, data.to_string())
}

fn code_hash(app: &App, number: &str, code: &str) -> String {
    key_hash(app, "elicence-code", &format!("{number}|{code}"))
}

fn token_hash(app: &App, token: &str) -> String {
    key_hash(app, "elicence-look", token)
}

/// Each of the hundred million codes equally likely: values past the last full hundred million are drawn again.
fn eight_digits() -> String {
    const CODES: u32 = 100_000_000;
    loop {
        let drawn = u32::from_be_bytes(web::app::random());
        if drawn < u32::MAX - u32::MAX % CODES {
            return format!("{:08}", drawn % CODES);
        }
    }
}
