//! A seal service that is there, away, slow, or says something else.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use guomi::SigningKey;

use super::*;
use crate::keys::{HttpSigner, Passphrase};

/// How the service behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mood {
    Signs,
    SignsWithAnotherKey,
    Says(u16),
    Junk,
    Huge,
    Sleeps,
}

/// A seal service on a port of its own, for as long as the test lasts.
struct SealService {
    url: String,
    key: SigningKey,
    mood: Arc<Mutex<Mood>>,
    heard: Arc<Mutex<Vec<String>>>,
}

fn key(n: u8) -> SigningKey {
    SigningKey::from_scalar(&[n; 32]).unwrap()
}

impl SealService {
    fn started() -> SealService {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service =
            SealService { url, key: key(7), mood: Arc::new(Mutex::new(Mood::Signs)), heard: Arc::default() };
        let (key, mood, heard) = (service.key.clone(), service.mood.clone(), service.heard.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (key, mood, heard) = (key.clone(), *mood.lock().unwrap(), heard.clone());
                std::thread::spawn(move || answer(stream.unwrap(), &key, mood, &heard));
            }
        });
        service
    }

    fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn settings(&self) -> Service {
        Service {
            url: self.url.clone(),
            token: Some(Passphrase::new("token-of-the-site")),
            timeout: Duration::from_millis(800),
            bureaus: vec![BUREAU.into()],
        }
    }
}

fn answer(mut stream: std::net::TcpStream, key: &SigningKey, mood: Mood, heard: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    let body = loop {
        let read = stream.read(&mut piece).unwrap_or(0);
        request.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .to_lowercase()
                .split("content-length: ")
                .nth(1)
                .map(|rest| rest.split("\r\n").next().unwrap().parse::<usize>().unwrap());
            if body.len() >= length.unwrap_or(0) {
                break body.to_owned();
            }
        }
        if read == 0 {
            return;
        }
    };
    heard.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
    let asked: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    let message = STANDARD.decode(asked["message"].as_str().unwrap_or_default()).unwrap();
    let signed = |key: &SigningKey| {
        serde_json::json!({ "signature": STANDARD.encode(key.sign_der(&message)) }).to_string()
    };
    let (status, body) = match mood {
        Mood::Signs => (200, signed(key)),
        Mood::SignsWithAnotherKey => (200, signed(&self::key(9))),
        Mood::Says(status) => (status, "{}".into()),
        Mood::Junk => (200, "<html>网关</html>".into()),
        Mood::Huge => (200, "x".repeat(1 << 20)),
        Mood::Sleeps => {
            std::thread::sleep(Duration::from_secs(3));
            return;
        }
    };
    let _ = write!(
        stream,
        "HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_signs_with_the_key_of_the_bureau_and_its_answer_is_held_against_the_certificate() {
    let service = SealService::started();
    let db = db::testing::databases().await.remove(0).1;
    let office = Office::behind(db, service.settings(), service.key.verifying_key()).await;
    office.in_use(SealKind::Acceptance).await;
    let letter = paper("一", "");
    let sealed = office.seals("paper-1", &letter).await.unwrap();
    assert_eq!(office.checked(&office.file(&sealed.digest).await).verdict, ofd::Verdict::Sound);
    let heard = service.heard.lock().unwrap()[0].clone();
    assert!(heard.contains("Bearer token-of-the-site") && heard.contains("\"bureau-990101\""), "{heard}");
    assert!(heard.starts_with("POST /sign "), "{heard}");
    assert!(!office.keys.settings().folder.join("bureau-990101.key").exists());

    for (mood, code) in [
        (Mood::SignsWithAnotherKey, "seal-wrong-answer"),
        (Mood::Junk, "seal-wrong-answer"),
        (Mood::Huge, "seal-wrong-answer"),
        (Mood::Says(403), "seal-refused"),
        (Mood::Says(302), "seal-refused"),
        (Mood::Says(503), "seal-service-away"),
        (Mood::Says(429), "seal-service-away"),
    ] {
        service.is(mood);
        let fault = office.seals("paper-2", &letter).await.unwrap_err();
        assert_eq!((fault.face().code, fault.may_pass()), (code, code == "seal-service-away"), "{mood:?}");
    }
    service.is(Mood::Signs);
    // The tries before have left no trace.
    assert_eq!(office.seals("paper-2", &letter).await.unwrap().serial, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_does_not_answer_holds_nobody_up_for_long() {
    let service = SealService::started();
    let db = db::testing::databases().await.remove(0).1;
    let office = Office::behind(db, service.settings(), service.key.verifying_key()).await;
    office.in_use(SealKind::Acceptance).await;
    let letter = paper("一", "");
    service.is(Mood::Sleeps);
    let begun = Instant::now();
    assert!(office.seals("paper-1", &letter).await.unwrap_err().may_pass());
    assert!(begun.elapsed() < Duration::from_millis(2500), "{:?}", begun.elapsed());
    // Who comes right after is told at once.
    service.is(Mood::Signs);
    let begun = Instant::now();
    assert!(office.seals("paper-1", &letter).await.unwrap_err().may_pass());
    assert!(begun.elapsed() < Duration::from_millis(400), "{:?}", begun.elapsed());
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(office.seals("paper-1", &letter).await.unwrap().serial, 1);
}

#[test]
fn a_service_that_is_not_there_is_away_and_one_behind_tls_must_have_a_gateway() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let keys = SealKeys::new(KeySettings::worthless(temp_dir().join("keys")));
    let organ = Organ { name: ORGAN.into() };
    let (from, to) = (at("2026-01-01T00:00:00Z"), at("2031-01-01T00:00:00Z"));
    keys.found(&organ, from).unwrap();
    let cert = keys.issue(BUREAU, &organ, Some(key(7).verifying_key()), from, to).unwrap();
    let service = Service {
        url: format!("http://{free}"),
        token: None,
        timeout: Duration::from_secs(1),
        bureaus: vec![],
    };
    use guomi::Signer as _;
    let signer = HttpSigner::new(&service, "bureau-990101".into(), &cert).unwrap();
    assert!(signer.sign(b"x").unwrap_err().may_pass());
    let tls = Service { url: "https://seal.example".into(), ..service };
    let fault = HttpSigner::new(&tls, "bureau-990101".into(), &cert).err().unwrap();
    assert!(fault.to_string().contains("http://") && fault.next().contains("seal"), "{fault}");
}
