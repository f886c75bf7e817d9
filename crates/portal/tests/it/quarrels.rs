//! Many at once: one wins, and the others are told.

use std::collections::BTreeSet;
use std::time::Duration;

use db::{Exec, params};
use futures_util::future::join_all;
use identity::Post;

use crate::town::desk::BUREAU_HEAD;
use crate::town::{BUREAU, Browser, Case, Form, MATERIALS, Page, Shop, Town, picture};

told_on_both!(
    of_two_who_decide_at_once_one_wins_and_the_other_is_told,
    two_hundred_requests_with_one_key_make_one_case,
    sixty_four_licences_at_once_have_numbers_without_gaps,
);

/// How often two officers decide the same case at once; a thousand for the long run.
fn rounds() -> u32 {
    std::env::var("YANZHENG_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20)
}

const SECOND_HEAD: (&str, &str) = ("cz-jz2", "沈立国");

async fn of_two_who_decide_at_once_one_wins_and_the_other_is_told(town: &Town) {
    town.hires(SECOND_HEAD.0, SECOND_HEAD.1, Post::BureauHead).await;
    let heads = [(town.at(BUREAU_HEAD).await, "戴知行"), (town.at(SECOND_HEAD.0).await, SECOND_HEAD.1)];
    let mut won = [0; 2];
    for round in 0..rounds() {
        let case = town.has_ready_for_decision(&Shop::number(round)).await;
        let forms = [decision(&heads[0].0, &case).await, decision(&heads[1].0, &case).await];
        let [first, second] = forms;
        let (one, other) = tokio::join!(send(&heads[0].0, first), send(&heads[1].0, second));
        let winner = match (one.status.as_u16(), other.status.as_u16()) {
            (303, 409) => 0,
            (409, 303) => 1,
            statuses => panic!("round {round}: {statuses:?}\n{}\n{}", one.words(), other.words()),
        };
        won[winner] += 1;
        let told = if winner == 0 { &other } else { &one };
        told.must_say(heads[winner].1).must_say("2026-09-01 09:00").must_say("没有生效");
        assert_eq!(licences_of(town, &case).await, 1, "round {round}");
        assert_eq!(decisions_of(town, &case).await, 1, "round {round}");
    }
    println!("of {} rounds the first head won {} and the second {}", rounds(), won[0], won[1]);
    numbers_are_dense(town, rounds().into()).await;
}

async fn decision(head: &Browser, case: &Case) -> Form {
    let page = head.get(&case.desk("/decide")).await;
    page.form_with("outcome").fill([("outcome", "grant"), ("years", "5")])
}

/// Sends the form and does not wait for the page behind it; a busy server says so, and the person presses the button
/// again.
async fn send(browser: &Browser, form: Form) -> Page {
    let browser = browser.in_a_hurry();
    for _ in 0..60 {
        let page = browser.send(form.clone()).await;
        if page.status.as_u16() != 503 {
            return page;
        }
        assert!(!page.header("retry-after").is_empty(), "a busy server says when to come back");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("busy for twelve seconds");
}

async fn count(town: &Town, sql: &'static str, case: &Case) -> i64 {
    let row = town.app.db.clone().query_one(sql, params![case.bureau.as_str(), case.id.as_str()]).await;
    row.expect("counted").int(0).expect("a number")
}

async fn licences_of(town: &Town, case: &Case) -> i64 {
    count(town, "select count(*) from licence where bureau = $1 and case_id = $2", case).await
}

async fn decisions_of(town: &Town, case: &Case) -> i64 {
    let sql = "select count(*) from history where bureau = $1 and subject_kind = 'case' and subject = $2 and act = 'decide'";
    count(town, sql, case).await
}

/// Serials of licences and numbers of decisions run from 1 without a gap.
async fn numbers_are_dense(town: &Town, issued: u64) {
    let mut db = town.app.db.clone();
    let rows =
        db.query("select number from licence where bureau = $1", params![BUREAU]).await.expect("licences");
    let serials: BTreeSet<u64> =
        rows.iter().map(|row| row.text(0).expect("a number")[7..].parse().expect("a serial")).collect();
    assert_eq!(serials, (1..=issued).collect(), "serials of licences");
    let sql = "select number from case_paper where bureau = $1 and kind = $2";
    let rows = db.query(sql, params![BUREAU, papers::Kind::Grant.code()]).await.expect("papers");
    let decisions: BTreeSet<u64> = rows.iter().map(|row| running(&row.text(0).expect("a number"))).collect();
    assert_eq!(decisions, (1..=issued).collect(), "numbers of decisions");
}

/// 12 of 〔2026〕12号 or 〔2026〕第12号.
fn running(number: &str) -> u64 {
    let after = number.split('〕').nth(1).unwrap_or_else(|| panic!("{number} has no year"));
    after.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a running number")
}

async fn sixty_four_licences_at_once_have_numbers_without_gaps(town: &Town) {
    let head = town.at(BUREAU_HEAD).await;
    let mut forms = vec![];
    for n in 0..64 {
        let case = town.has_ready_for_decision(&Shop::number(n)).await;
        forms.push(decision(&head, &case).await);
    }
    let pages = join_all(forms.into_iter().map(|form| send(&head, form))).await;
    assert!(
        pages.iter().all(|page| page.status.is_redirection()),
        "{:?}",
        pages.iter().map(|page| page.status).collect::<Vec<_>>()
    );
    numbers_are_dense(town, 64).await;
}

async fn two_hundred_requests_with_one_key_make_one_case(town: &Town) {
    let program = town.at("liming").await.with("accept", "application/json");
    let mut materials = vec![];
    for slot in MATERIALS {
        let request = program.request(reqwest::Method::POST, "/api/files?name=a.jpg").body(picture(slot));
        let mut sent = program.go(request).await.must_be(201).json();
        sent["slot"] = slot.into();
        materials.push(sent);
    }
    let body = serde_json::json!({
        "bureau": BUREAU,
        "item": "retail-licence",
        "business": "xinban",
        "form": Shop::number(1).entries(),
        "materials": materials,
        "promised": true,
    });
    let once = || async {
        loop {
            let request = program
                .request(reqwest::Method::POST, "/api/cases")
                .header("idempotency-key", "key-of-this-story");
            let page = program.go(request.json(&body)).await;
            if page.status.as_u16() != 503 {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let answers = join_all((0..200).map(|_| once())).await;
    let made = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
    let told = answers.iter().filter(|answer| answer.status.as_u16() == 200).count();
    assert_eq!(
        (made, told),
        (1, 199),
        "{:?}",
        answers.iter().map(|one| one.status.as_u16()).collect::<BTreeSet<_>>()
    );
    let distinct: BTreeSet<String> = answers.iter().map(|answer| answer.json().to_string()).collect();
    assert_eq!(distinct.len(), 1, "{distinct:#?}");
    let row = town
        .app
        .db
        .clone()
        .query_one("select count(*) from case_file where bureau = $1", params![BUREAU])
        .await;
    assert_eq!(row.expect("counted").int(0).expect("a number"), 1);

    // The same key for something else is a mistake of the program that sends it.
    let other = serde_json::json!({ "form": Shop::number(2).entries() });
    let mut changed = body.clone();
    changed["form"] = other["form"].clone();
    let request =
        program.request(reqwest::Method::POST, "/api/cases").header("idempotency-key", "key-of-this-story");
    program.go(request.json(&changed)).await.must_be(409);
}
