//! Reminders before the last day of a licence: 90, 60 and 30 days ahead, each once. A watchman that looks at rows: a
//! missed day is caught up on the next, and a holder who is late to be reminded gets one message, not three.

use db::Db;
use identity::inbox;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use jobs::{Failed, Sweep};
use web::text::date_cn;

use crate::licence::Licence;
use crate::store;

/// Days ahead, farthest first. The last is the statute's own: whoever asks for renewal later is late
/// (《行政许可法》第五十条第一款).
pub const DAYS_AHEAD: [i32; 3] = [90, 60, 30];

/// Licences read at a time.
const PAGE: i64 = 500;

pub struct Reminders {
    db: Db,
}

impl Reminders {
    pub fn new(db: Db) -> Reminders {
        Reminders { db }
    }

    async fn bureau(&self, bureau: &str, today: Date, now: Timestamp) -> Result<(), db::Fault> {
        let until = today.saturating_add(Span::new().days(DAYS_AHEAD[0]));
        let mut after = (today, String::new());
        loop {
            let page =
                store::ending_between(&mut self.db.clone(), bureau, today, until, (after.0, &after.1), PAGE)
                    .await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = (last.valid_to, last.number.clone());
            let mut tx = self.db.begin().await?;
            let messages = page.iter().filter_map(|licence| message(licence, today, now)).collect();
            tx.batch(messages).await?;
            tx.commit().await?;
        }
    }
}

#[async_trait::async_trait]
impl Sweep for Reminders {
    async fn sweep(&self, now: Timestamp) -> Result<(), Failed> {
        let today = web::clock::office_day(now);
        let again = |fault: db::Fault| Failed::Again(fault.to_string());
        for (bureau, _) in store::heads(&mut self.db.clone()).await.map_err(again)? {
            self.bureau(&bureau, today, now).await.map_err(again)?;
        }
        Ok(())
    }
}

/// The reminder a licence is due on a day. Its id is made of number, last day and step, so it arrives once.
fn message(licence: &Licence, today: Date, now: Timestamp) -> Option<db::Statement> {
    let holder = licence.holder.as_deref()?;
    let left = licence.days_left(today);
    let step = DAYS_AHEAD.into_iter().rev().find(|days| left <= *days)?;
    let id = format!("licence-ends-{}-{}-{step}", licence.number, licence.valid_to);
    let apply_by = law::limits::renewal_application_last_day(licence.valid_to).on;
    let advice = if today <= apply_by {
        format!("要继续经营的，请在{}前（含当天）提出延续申请。", date_cn(apply_by))
    } else {
        "已不足三十日，请尽快联系发证机关办理延续。".to_string()
    };
    let words = format!(
        "“{}”的许可证（{}）有效期到{}为止，还有 {left} 天。{advice}",
        licence.shop_name,
        licence.number,
        date_cn(licence.valid_to)
    );
    let link = format!("/me/licences/{}/{}", licence.bureau, licence.number);
    Some(inbox::tell_once(holder, &id, now, "许可证快到期了", &words, &link))
}
