//! What a server writes into its log while people work: never who they are, never what opens a door.

use law::codes::citizen::CitizenId;

use crate::town::desk::CLERK;
use crate::town::{Engine, Shop, Town, real_time};

mod keep_secrets {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::no_secret_stands_in_the_log(crate::town::Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let Some(engine) = crate::town::Engine::postgres() else { return };
        super::no_secret_stands_in_the_log(engine).await;
    }
}

async fn no_secret_stands_in_the_log(engine: Engine) {
    let town = Town::open(engine, tempfile::tempdir().expect("a folder"), real_time()).await;
    let (mut program, log) = town.gives_way(&[("YANZHENG_LOG_LEVEL", "debug")]).await;
    program.ready().await;

    let case = town.applies("liming", &Shop::number(1)).await;
    town.accepts(&case).await;
    town.paper(&case, "受理通知书").await;
    town.asks_for_progress(&case.number, &case.query_code).await.must_be(200);
    town.asks_for_progress(&case.number, "ZZZZZZ").await;
    // Mistakes are logged more readily than successes.
    let stranger = town.visitor();
    let form = stranger.get("/login").await.form_with("password");
    stranger
        .send(form.fill([("login", "990101198704122151"), ("password", "Wrong-Secret-1")]))
        .await
        .must_be(422);
    let draft = town.begins("liming").await;
    draft.fills_in(&Shop::number(2).with("principal_id", "990101198704122150")).await.must_be(422);
    town.at(CLERK)
        .await
        .get(&format!("{}?id=990101198704122151&phone=19999010001", case.desk("/nothing")))
        .await
        .must_be(404);

    let sessions: Vec<String> = [town.at("liming").await, town.at(CLERK).await]
        .iter()
        .map(|browser| browser.cookie("yz_session").expect("a session"))
        .collect();
    program.tell_to_stop();
    assert!(program.ended().await.success());
    let log = std::fs::read_to_string(log).expect("a log");
    assert!(log.lines().count() > 50, "the log is too short to prove anything:\n{log}");
    let mut secrets = vec![
        "990101198704122151".to_owned(),
        "990101198704122150".to_owned(),
        "19999010001".to_owned(),
        "李明".to_owned(),
        case.query_code.clone(),
        "Wrong-Secret-1".to_owned(),
        portal::demo::PASSWORD.to_owned(),
    ];
    secrets.extend(sessions);
    for secret in secrets {
        let hits: Vec<&str> = log.lines().filter(|line| line.contains(&secret)).collect();
        assert!(hits.is_empty(), "“{secret}” stands in the log:\n{}", hits.join("\n"));
    }
    for word in log.split(|c: char| !c.is_ascii_alphanumeric()) {
        assert!(CitizenId::parse(word).is_err(), "an ID number stands in the log: {word}");
        assert!(!is_mobile(word), "a phone number stands in the log: {word}");
    }
    town.close().await;
}

fn is_mobile(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() == 11 && bytes.iter().all(u8::is_ascii_digit) && bytes[0] == b'1' && bytes[1] >= b'3'
}
