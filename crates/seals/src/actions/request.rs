//! Asking for a seal.

use db::{Exec, counter};
use identity::{Post, officers};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use web::App;
use web::clock::{beijing, office_day};

use super::{By, reason, record, tell};
use crate::record::{Record, number};
use crate::state::State;
use crate::{Fault, SealKind, store};

/// The seal that is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub bureau: String,
    /// As it is engraved.
    pub organ: String,
    pub kind: SealKind,
    /// First and last day.
    pub from: Date,
    pub to: Date,
    pub why: String,
}

impl Wanted {
    /// 城中区烟草专卖局行政许可专用章; a 公章 bears the name of the organ alone.
    pub fn name(&self) -> String {
        match self.kind {
            SealKind::Official => self.organ.clone(),
            SealKind::Licensing | SealKind::Acceptance => format!("{}{}", self.organ, self.kind.says()),
        }
    }
}

/// Longer than this nobody can know who will need the seal.
const MOST_YEARS: i16 = 20;

/// Enters the request; it waits for somebody else's approval.
pub async fn request(app: &App, by: &By, wanted: &Wanted) -> Result<Record, Fault> {
    let why = reason(&wanted.why, "制章理由")?;
    let (valid_from, valid_to) = validity(wanted, by.at)?;
    let mut tx = app.db.begin().await?;
    let serial = counter::next(&mut tx, &wanted.bureau, "seal").await?;
    let seal = Record {
        bureau: wanted.bureau.clone(),
        id: number(&wanted.bureau, serial),
        kind: wanted.kind,
        name: wanted.name(),
        state: State::Requested { by: by.person.clone(), why: why.clone() },
        periods: Vec::new(),
        valid_from,
        valid_to,
        version: 1,
        changed_at: by.at,
    };
    tx.perform(store::add(&seal)).await?;
    let data = serde_json::json!({
        "kind": seal.kind.code(), "name": seal.name, "from": wanted.from, "to": wanted.to, "why": why,
    });
    record(&mut tx, &seal, by, "requested", data).await?;
    if by.tells {
        let heads = officers::holding(&mut tx, &seal.bureau, Post::BureauHead, office_day(by.at)).await?;
        let words = format!("{}申请制作“{}”，请核对后审批。", by.person.name, seal.name);
        for head in heads.iter().filter(|head| head.id != by.person.id) {
            tell(app, &mut tx, &head.id, &seal, "有印章申请等您审批", &words).await?;
        }
    }
    tx.commit().await?;
    Ok(seal)
}

/// From the first minute of the first day to the last second of the last one.
fn validity(wanted: &Wanted, now: Timestamp) -> Result<(Timestamp, Timestamp), Fault> {
    let refuse = |says: &str, next| Err(Fault::Typed { says: says.to_owned(), next });
    if wanted.to < wanted.from {
        return refuse("有效期的截止日期早于开始日期", "请改正日期后再提交");
    }
    if wanted.to < office_day(now) {
        return refuse("有效期的截止日期已经过去", "请改正日期后再提交");
    }
    if wanted.from < office_day(now) {
        return refuse("有效期的开始日期早于今天：印章不能倒签", "请从今天或者以后的日期开始");
    }
    if wanted.to.year() - wanted.from.year() > MOST_YEARS {
        return refuse("有效期超过20年", "请缩短有效期，到期前再换发");
    }
    let Ok(next_day) = wanted.to.tomorrow() else {
        return refuse("有效期的截止日期不正确", "请改正日期后再提交");
    };
    let end = beijing(next_day, 0, 0).saturating_sub(SignedDuration::from_secs(1));
    Ok((beijing(wanted.from, 0, 0), end.unwrap_or(Timestamp::MAX)))
}
