//! `yanzheng law …`: the working-day count that the cases use, for anybody to replay.

use std::path::Path;

use jiff::civil::Date;
use law::{Ledger, Pause, PauseKind, WorkCalendar, Workdays};
use web::Clock;
use web::text::io_fault;

use super::data::{open_if_there, open_migrated};
use super::{Done, Stop, say};
use crate::calendar;
use crate::settings::Settings;

/// `2026-02-24..2026-02-26`, or with its kind: `…=听证`, `…=appraisal`. On the command line a pause is taken to have
/// been told in writing, for otherwise it would not stop the count (行政许可法 art. 45).
pub fn pause(text: &str) -> Result<Pause, String> {
    let (period, kind) = text.split_once('=').unwrap_or((text, "听证"));
    let named = |k: &PauseKind| k.label() == kind || k.code() == kind;
    let kind = PauseKind::ALL.into_iter().find(named).ok_or_else(|| {
        let known: Vec<&str> = PauseKind::ALL.iter().map(|k| k.label()).collect();
        format!("第四十五条没有“{kind}”，可用：{}", known.join("、"))
    })?;
    let (from, to) = period.split_once("..").ok_or("应写成 起..止，例如 2026-02-24..2026-02-26")?;
    let (from, to) = (day(from)?, day(to)?);
    if to < from {
        return Err("止日早于起日".into());
    }
    Ok(Pause { kind, from, to: Some(to), told_in_writing: true, why: String::new(), document: None })
}

/// A date as people of the office write it for a program: 2026-02-12.
pub fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("“{text}”不是有效的日期，应写成 2026-02-12"))
}

/// Prints the due date alone on the first line; what else must be known follows below it.
pub async fn due(settings: &Settings, asked: super::Due) -> Done {
    let calendar = calendar_of(settings).await;
    let ledger = law::ledger(asked.from, Workdays(asked.workdays), &asked.pause, &calendar);
    if asked.json {
        say(as_json(&ledger, asked.ledger)?);
        return Ok(());
    }
    say(ledger.due.on);
    if ledger.due.provisional {
        say(format!("暂定：{} 年以后的放假安排尚未公布，公布后可能变化。", calendar.last_year()));
    }
    if asked.ledger {
        say(table(&ledger).trim_end());
    }
    Ok(())
}

fn as_json(ledger: &Ledger, with_days: bool) -> Result<String, Stop> {
    let mut value = serde_json::json!({
        "from": ledger.start,
        "workdays": ledger.total.0,
        "due": ledger.due.on,
        "provisional": ledger.due.provisional,
        "under": ledger.due.under.iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    if with_days {
        value["ledger"] = ledger
            .days
            .iter()
            .map(|day| {
                serde_json::json!({
                    "date": day.date,
                    "counted": day.counted,
                    "running": day.running,
                    "why": day.why,
                    "under": day.under.as_ref().map(ToString::to_string),
                })
            })
            .collect();
    }
    serde_json::to_string_pretty(&value).map_err(Stop::because)
}

fn table(ledger: &Ledger) -> String {
    let weekday = |date: Date| {
        "一二三四五六日".chars().nth(date.weekday().to_monday_zero_offset() as usize).unwrap_or('?')
    };
    let row = |day: &law::LedgerDay| {
        let count = if day.counted { format!("{:>4}", day.running) } else { "   —".into() };
        let under = day.under.as_ref().map(|citation| format!("  {citation}")).unwrap_or_default();
        format!("{} 周{} {count}  {}{under}\n", day.date, weekday(day.date), day.why)
    };
    ledger.days.iter().map(row).collect()
}

pub async fn import(settings: &Settings, file: &Path) -> Done {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Stop::because(format!("读不到 {}：{}", file.display(), io_fault(&error))))?;
    let db = open_migrated(settings).await?;
    let notice = calendar::import(&db, &text, web::SystemClock.now()).await.map_err(Stop::because)?;
    db.close().await;
    let (off, worked) = notice
        .holidays
        .iter()
        .fold((0, 0), |(off, worked), h| (off + h.days_off.len(), worked + h.workdays.len()));
    say(format!("已导入 {} 年放假安排：放假 {off} 天，调休上班 {worked} 天。", notice.year));
    say(format!("依据：{}", if notice.notice.is_empty() { &notice.source } else { &notice.notice }));
    say("正在运行的网站会在一分钟内采用，不用重启。");
    Ok(())
}

pub async fn list(settings: &Settings) -> Done {
    let calendar = calendar_of(settings).await;
    for year in calendar.first_year()..=calendar.last_year() {
        let Some(notice) = calendar.notice(year) else { continue };
        say(format!("{year}  {}", if notice.notice.is_empty() { &notice.source } else { &notice.notice }));
    }
    say(format!("{} 年以后：尚未公布，计算结果为暂定。", calendar.last_year()));
    Ok(())
}

/// With the imported years when there is a database; a count must not fail because there is none.
async fn calendar_of(settings: &Settings) -> WorkCalendar {
    let Some(db) = open_if_there(settings).await else { return WorkCalendar::published() };
    let calendar = calendar::current(&db).await.unwrap_or_else(|fault| {
        eprintln!("提示：读不到数据库里后来导入的放假安排（{fault}），按程序自带的日历计算。");
        WorkCalendar::published()
    });
    db.close().await;
    calendar
}
