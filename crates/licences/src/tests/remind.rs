use db::Db;
use jiff::civil::{Date, date};
use jobs::Sweep;

use super::{granted, issue};
use crate::Reminders;

async fn told(db: &Db) -> Vec<String> {
    let messages = identity::inbox::list(&mut db.clone(), "subject-1", None, 50).await.unwrap();
    let reminders = messages.into_iter().rev().filter(|message| message.title == "许可证快到期了");
    reminders.map(|message| message.body).collect()
}

async fn sweep_on(db: &Db, day: Date) {
    Reminders::new(db.clone()).sweep(web::clock::beijing(day, 8, 0)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_is_reminded_90_60_and_30_days_ahead_once_each() {
    db::on_each_database!(async |db: Db| {
        issue(&db, &granted(1)).await.unwrap(); // until 2031-11-22
        sweep_on(&db, date(2031, 8, 23)).await; // 91 days ahead
        assert_eq!(told(&db).await.len(), 0);
        for (day, expected) in [
            (date(2031, 8, 24), 1),
            (date(2031, 8, 24), 1),
            (date(2031, 8, 25), 1),
            (date(2031, 9, 23), 2),
            (date(2031, 10, 23), 3),
            (date(2031, 11, 22), 3),
            (date(2031, 11, 23), 3),
        ] {
            sweep_on(&db, day).await;
            assert_eq!(told(&db).await.len(), expected, "{day}");
        }
        let words = told(&db).await;
        assert!(
            words[0].contains("还有 90 天")
                && words[0].contains("请在2031年10月23日前（含当天）提出延续申请")
        );
        // Thirty days ahead is the last day to ask (第五十条第一款).
        assert!(
            words[2].contains("还有 30 天") && words[2].contains("请在2031年10月23日前（含当天）"),
            "{}",
            words[2]
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_that_slept_sends_one_message_not_three() {
    db::on_each_database!(async |db: Db| {
        issue(&db, &granted(1)).await.unwrap();
        sweep_on(&db, date(2031, 11, 1)).await;
        let words = told(&db).await;
        assert_eq!(words.len(), 1);
        assert!(words[0].contains("已不足三十日"), "{}", words[0]);
    });
}
