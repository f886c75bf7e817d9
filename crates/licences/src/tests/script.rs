//! The script that verifies in the browser gives the answers that we give.

use std::process::Command;

use base64::{Engine, engine::general_purpose::STANDARD};
use guomi::x509::Cert;
use serde_json::json;

use super::voucher::{BUREAU, Town, sealed_at};
use super::{keys, now, qr};
use crate::qr::{Claims, address};
use crate::status_list::{Mark, StatusList, sign};

const DAY_SECONDS: i64 = 86_400;

fn vectors() -> serde_json::Value {
    let town = Town::new();
    let signatory = &town.signatories()[0];
    let digests: Vec<(String, String)> = [0, 1, 55, 56, 63, 64, 65, 119, 120, 300]
        .map(|len| (0..len).map(|n: u32| (n % 251) as u8).collect::<Vec<u8>>())
        .iter()
        .map(|bytes| (hex::encode(bytes), hex::encode(guomi::sm3::digest(bytes))))
        .collect();
    let signatures: Vec<_> = (0..12_u8)
        .map(|n| {
            let key = guomi::SigningKey::from_scalar(&guomi::sm3::digest(&[n])).unwrap();
            let message = vec![n; usize::from(n) * 17];
            json!({
                "point": hex::encode(&key.verifying_key().to_point()[1..]),
                "message": hex::encode(&message),
                "signature": hex::encode(key.sign_raw(&message)),
            })
        })
        .collect();
    let claims = qr::claims();
    let posing = Claims { bureau: "990102".into(), ..claims.clone() };
    let marks = [
        (0, Mark::Valid),
        (1, Mark::Suspended),
        (2, Mark::Ended),
        (3, Mark::Replaced),
        (4, Mark::Revoked),
        (9, Mark::Valid),
    ];
    let list = StatusList::new(BUREAU, &marks, vec![signatory.cert.der().to_vec()], sealed_at());
    let days = |day: jiff::civil::Date| crate::licence::days_between(jiff::civil::date(1970, 1, 1), day);
    json!({
        "sm3": digests,
        "signatures": signatures,
        "now": (sealed_at().as_second() + 3_600) * 1_000,
        "keys": { "keys": [{
            "kid": hex::encode(signatory.kid()),
            "bureau": BUREAU,
            "name": signatory.cert.name(),
            "from": signatory.cert.not_before().to_string(),
            "to": signatory.cert.not_after().to_string(),
            "chain": [Cert::to_pem(&signatory.cert)],
        }] },
        "claims": {
            "number": claims.number, "from": days(claims.valid_from), "to": days(claims.valid_to),
            "holder": claims.holder, "shop": claims.shop, "address": claims.address,
            "credit": claims.credit_code, "scope": claims.scope, "bureau": claims.bureau,
            "edition": claims.edition, "index": claims.status_index,
            "issuedAt": claims.issued_at.as_second(), "signer": signatory.cert.name(),
        },
        "address": qr::address_of(&town),
        "foreign": qr::address_of(&Town::named("县")),
        "posing": address(&town, &keys(), "https://yz.example", &posing).unwrap(),
        "list": STANDARD.encode(sign(&town, &list).unwrap()),
    })
}

/// Needs Node.js. Where there is none the browser test of the portal goes the same way by a real page.
#[test]
fn the_script_of_the_browser_answers_as_we_do() {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("no node here; the script was not run");
        return;
    }
    assert!(now().as_second() - sealed_at().as_second() < 5 * DAY_SECONDS);
    let file = web::testing::temp_dir().join("vectors.json");
    std::fs::write(&file, vectors().to_string()).unwrap();
    let here = env!("CARGO_MANIFEST_DIR");
    let ran = Command::new("node")
        .arg(format!("{here}/tests/statement.cjs"))
        .arg(format!("{here}/../../assets/js/statement.js"))
        .arg(&file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
}
