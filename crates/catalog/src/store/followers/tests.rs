use super::*;
use crate::store::readers::{self, Looked, Said};

fn who(subject: &str, told: &str) -> Follower {
    Follower {
        item: "retail-licence".into(),
        business: "xinban".into(),
        subject: subject.into(),
        bureau: "990101".into(),
        told: told.into(),
        standing: String::new(),
    }
}

#[tokio::test]
async fn followers_are_paged_and_what_they_know_is_set_once() {
    let at = web::clock::beijing(jiff::civil::date(2026, 9, 1), 9, 0);
    for (name, db) in db::testing::databases().await {
        let all = ["a", "b", "c"].map(|subject| follow(&who(subject, "old"), at)).to_vec();
        db.begin().await.unwrap().commit_with(all).await.unwrap();
        let mut on = db.clone();
        let page = of_item(&mut on, "retail-licence", ("", ""), 2).await.unwrap();
        assert_eq!(page.iter().map(|one| one.subject.as_str()).collect::<Vec<_>>(), ["a", "b"], "on {name}");
        let rest = of_item(&mut on, "retail-licence", ("xinban", "b"), 2).await.unwrap();
        assert_eq!(rest.len(), 1, "on {name}");
        let steps = vec![
            told(&who("a", "old"), "new"),
            told(&who("b", "other"), "new"),
            told_standing(&who("a", "old"), "paused-2026-001"),
            leave("retail-licence", "xinban", "c"),
        ];
        db.begin().await.unwrap().commit_with(steps).await.unwrap();
        let now = of_item(&mut on, "retail-licence", ("", ""), 9).await.unwrap();
        let known: Vec<&str> = now.iter().map(|one| one.told.as_str()).collect();
        assert_eq!(known, ["new", "old"], "on {name}");
        let standing: Vec<&str> = now.iter().map(|one| one.standing.as_str()).collect();
        assert_eq!(standing, ["paused-2026-001", ""], "on {name}");
        assert!(!follows(&mut on, "retail-licence", "xinban", "c").await.unwrap(), "on {name}");
    }
}

#[tokio::test]
async fn words_are_counted_and_copies_that_differ_come_first() {
    let at = web::clock::beijing(jiff::civil::date(2026, 9, 1), 9, 0);
    for (name, db) in db::testing::databases().await {
        let said = |id: &str, useful| Said {
            bureau: "990101".into(),
            id: id.into(),
            item: "retail-licence".into(),
            business: "xinban".into(),
            item_version: "2026.3".into(),
            useful,
            words: id.into(),
            at,
        };
        let looked = |url: &str, found: &str| {
            readers::look("000000", &Looked { url: url.into(), found: found.into(), says: found.into(), at })
        };
        let all = vec![
            readers::say(&said("1", true)),
            readers::say(&said("2", false)),
            readers::say(&said("3", false)),
            looked("http://a", "same"),
            looked("http://b", "stale"),
            looked("http://b", "other"),
        ];
        db.begin().await.unwrap().commit_with(all).await.unwrap();
        let mut on = db.clone();
        assert_eq!(readers::counted(&mut on, "990101", "retail-licence").await.unwrap(), (1, 2), "on {name}");
        let since = |seconds| at.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
        assert_eq!(readers::counted_since(&mut on, "990101", at).await.unwrap(), (1, 2), "on {name}");
        assert_eq!(readers::counted_since(&mut on, "990101", since(1)).await.unwrap(), (0, 0), "on {name}");
        assert_eq!(readers::counted_since(&mut on, "990102", at).await.unwrap(), (0, 0), "on {name}");
        let latest = readers::said_of(&mut on, "990101", "retail-licence", 2).await.unwrap();
        assert_eq!(latest.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["3", "2"], "on {name}");
        let copies = readers::copies(&mut on, "000000").await.unwrap();
        let copies: Vec<(&str, &str)> =
            copies.iter().map(|one| (one.url.as_str(), one.found.as_str())).collect();
        assert_eq!(copies, [("http://b", "other"), ("http://a", "same")], "on {name}");
    }
}
