//! How long the answer takes tells nobody whether a name exists (scale.md S9: less than 5 ms apart at the median).

use std::time::Instant;

use super::*;

/// In seconds.
const APART: f64 = 0.005;
const ROUNDS: usize = 60;
/// A busy machine may need more rounds to show it; a missing hash (tens of milliseconds) never comes within the bound.
const MOST_ROUNDS: usize = 8 * ROUNDS;

#[tokio::test]
async fn an_unknown_name_takes_as_long_as_a_known_one() {
    let db = db::testing::databases().await.remove(0).1;
    let town = Town::on(db).await;
    passwords::verify("warm up", None).await.unwrap();
    let mut guesser = town.browser();
    guesser.get("/login").await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    loop {
        for _ in 0..ROUNDS {
            round(&town, &guesser, &mut known, &mut unknown).await;
        }
        let (there, nowhere) = (median(&mut known), median(&mut unknown));
        let apart = (there - nowhere).abs();
        eprintln!(
            "{} rounds: known {:.2} ms, unknown {:.2} ms, {:.2} ms apart",
            known.len(),
            there * 1e3,
            nowhere * 1e3,
            apart * 1e3
        );
        if apart < APART {
            break;
        }
        assert!(known.len() < MOST_ROUNDS, "known {there:.4} s, unknown {nowhere:.4} s");
    }
}

/// One guess at each, one right after the other and in turns the first, so that what slows the machine slows both.
async fn round(town: &Town, guesser: &Browser, known: &mut Vec<f64>, unknown: &mut Vec<f64>) {
    let n = known.len();
    let nobody = format!("nobody{n}");
    let mut pair = [("liming", &mut *known), (nobody.as_str(), &mut *unknown)];
    if n % 2 == 1 {
        pair.reverse();
    }
    for (i, (name, times)) in pair.into_iter().enumerate() {
        let mut browser = guesser.clone().at([10, i as u8, (n / 256) as u8, (n % 256) as u8]);
        let started = Instant::now();
        let seen = browser.post("/login", &[("login", name), ("password", "wrong-guess")]).await;
        times.push(started.elapsed().as_secs_f64());
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "a guess that was looked at");
    }
    let mut db = town.app.db.clone();
    db.execute("delete from login_failure where kind = $1", params!["name"]).await.unwrap();
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
