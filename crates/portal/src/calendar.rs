//! Years of the working calendar that were published after this program was built.
//!
//! Each autumn an administrator imports the State Council's notice for the next year; all servers of one database
//! read it from there within a minute, and from that minute answers for that year are no longer provisional.

use db::{Db, Exec, Fault, params};
use jiff::Timestamp;
use law::calendar::{CalendarFault, WorkCalendar, YearNotice, parse_year};

#[derive(Debug, thiserror::Error)]
pub enum ImportFault {
    #[error("{0}")]
    Notice(#[from] CalendarFault),
    #[error("数据库：{0}")]
    Store(#[from] Fault),
}

/// Puts one year's notice (the text of a file like `law/calendar/2026.toml`) in place of what stood there.
pub async fn import(db: &Db, text: &str, now: Timestamp) -> Result<YearNotice, ImportFault> {
    let notice = parse_year(text)?;
    let mut tx = db.begin().await?;
    tx.execute(
        "insert into year_notice (year, body, imported_at)
         values ($1, $2, $3)
         on conflict (year) do update set body = excluded.body, imported_at = excluded.imported_at",
        params![i64::from(notice.year), text, now],
    )
    .await?;
    tx.commit().await?;
    Ok(notice)
}

/// The published calendar with every imported year laid over it.
pub async fn current(db: &Db) -> Result<WorkCalendar, ImportFault> {
    let mut calendar = WorkCalendar::published();
    let rows = db.clone().query("select body from year_notice order by year", params![]).await?;
    for row in rows {
        calendar = calendar.with_year(parse_year(&row.text(0)?)?);
    }
    Ok(calendar)
}

/// When the last import happened; `None` before the first. Tells a server that it should read again.
pub async fn last_import(db: &Db) -> Result<Option<Timestamp>, Fault> {
    let row = db.clone().query_one("select max(imported_at) from year_notice", params![]).await?;
    row.opt_instant(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const NEXT: &str = "year = 2027\nnotice = '国办发明电〔2026〕示例号'\nsource = '示例'\n\
        [[holiday]]\nname = '元旦'\ndays_off = [2027-01-01, 2027-01-02, 2027-01-03]\nworkdays = []\n";

    #[tokio::test]
    async fn an_imported_year_is_no_longer_provisional_and_may_be_imported_again() {
        let new_year = date(2027, 1, 1);
        for (name, db) in db::testing::databases().await {
            assert!(current(&db).await.unwrap().day(new_year).is_provisional(), "{name}");
            for _ in 0..2 {
                import(&db, NEXT, Timestamp::UNIX_EPOCH).await.unwrap();
            }
            let calendar = current(&db).await.unwrap();
            assert!(!calendar.day(new_year).is_provisional(), "{name}");
            assert!(!calendar.is_workday(new_year), "{name}");
            assert_eq!(last_import(&db).await.unwrap(), Some(Timestamp::UNIX_EPOCH), "{name}");
        }
    }

    #[tokio::test]
    async fn a_notice_with_a_mistake_changes_nothing() {
        for (name, db) in db::testing::databases().await {
            let wrong = NEXT.replace("workdays = []", "workdays = [2027-01-04]");
            let fault = import(&db, &wrong, Timestamp::UNIX_EPOCH).await.unwrap_err().to_string();
            assert!(fault.contains("2027-01-04"), "{name}: {fault}");
            assert_eq!(last_import(&db).await.unwrap(), None, "{name}");
        }
    }
}
