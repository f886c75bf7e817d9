//! How fast it is, against OpenSSL on the same machine in the same run, in CPU seconds of one core:
//!
//! ```text
//! cargo run --release -p guomi --example pace_sm2
//! ```
//! Exit code 1 when SM2 signing is below twice OpenSSL or verifying below once.

use guomi::seal::{Holders, Picture, Policy, SealOrder, make_seal, sign_document, verify};
use guomi::sm4::FieldKey;
use guomi::x509::{Cert, Profile, Subject, Trust, issue, self_signed};
use guomi::{Signer, SigningKey, SoftKey, keybox};
use jiff::Timestamp;
use std::hint::black_box;
use std::process::{Command, ExitCode};

const SECONDS: f64 = 3.0;

fn main() -> ExitCode {
    let key =
        SigningKey::from_scalar(&guomi::sm3::digest(b"pace")).expect("a digest is a key but once in 2^32");
    let signature = key.sign_der(b"message");
    let sign = per_second(|| {
        black_box(key.sign_der(black_box(b"message")));
    });
    let verifying =
        per_second(|| key.verifying_key().verify_der(b"message", black_box(&signature)).expect("good"));
    let openssl = openssl_speed();
    let ratio = |ours: f64, theirs: Option<f64>| theirs.map_or(f64::NAN, |theirs| ours / theirs);
    let (sign_ratio, verify_ratio) =
        (ratio(sign, openssl.map(|it| it.0)), ratio(verifying, openssl.map(|it| it.1)));
    let theirs = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.0}"));
    println!(
        "SM2 sign     {sign:8.0}/s   OpenSSL {:>6}/s   ratio {sign_ratio:.2}",
        theirs(openssl.map(|it| it.0))
    );
    println!(
        "SM2 verify   {verifying:8.0}/s   OpenSSL {:>6}/s   ratio {verify_ratio:.2}",
        theirs(openssl.map(|it| it.1))
    );
    bulk();
    seals();
    let enough = openssl.is_none() || (sign_ratio >= 2.0 && verify_ratio >= 1.0);
    if enough { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn bulk() {
    let block = vec![7u8; 1 << 20];
    let digests = per_second(|| {
        black_box(guomi::sm3::digest(black_box(&block)));
    });
    println!("SM3          {digests:8.0} MiB/s");
    let field = FieldKey::new(b"sixteen bytes ok");
    let mut chance = rand_core::UnwrapErr(getrandom::SysRng);
    let sealed = per_second(|| {
        black_box(field.encrypt(&mut chance, b"place", black_box(&block)));
    });
    println!("SM4-GCM      {sealed:8.0} MiB/s");
    let key = SigningKey::generate(&mut chance);
    let before = cpu_seconds();
    let boxed = keybox::lock(&mut chance, &key, "a long passphrase", keybox::ITERATIONS).expect("lock");
    keybox::unlock(&boxed, "a long passphrase").expect("unlock");
    println!("keybox       {:8.2} s to open", (cpu_seconds() - before) / 2.0);
}

fn seals() {
    let subject = |name: &str| Subject { organization: "局".into(), unit: None, common_name: name.into() };
    let key = |word: &str| SigningKey::from_scalar(&guomi::sm3::digest(word.as_bytes())).expect("a key");
    let day = |text: &str| text.parse::<Timestamp>().expect("an instant");
    let (from, to, at) =
        (day("2024-01-01T00:00:00Z"), day("2034-01-01T00:00:00Z"), day("2026-01-15T00:00:00Z"));
    let soft = |word: &str, cert: &Cert| SoftKey::new(key(word), cert.der().to_vec()).expect("a pair");
    let root = soft("root", &self_signed(&key("root"), &subject("root"), &[1], from, to).expect("root"));
    let under = |issuer: &SoftKey, word: &str, profile, serial: u8| {
        soft(
            word,
            &issue(issuer, profile, &subject(word), key(word).verifying_key(), &[serial], from, to)
                .expect(word),
        )
    };
    let ca = under(&root, "ca", Profile::Ca, 2);
    let (maker, signer) =
        (under(&ca, "maker", Profile::SealMaker, 3), under(&ca, "signer", Profile::Signer, 4));
    // A quantised round seal of 496 points has about 12 kB.
    let data = [&b"\x89PNG\r\n\x1a\n"[..], &[7; 12_000]].concat();
    let order = SealOrder {
        id: "1".into(),
        kind: 1,
        name: "专用章".into(),
        holders: Holders::Certs(vec![signer.cert_der().to_vec()]),
        created: from,
        valid_from: from,
        valid_to: to,
        picture: Picture { format: "png".into(), data, width: 42, height: 42 },
    };
    let seal = make_seal(&maker, &order).expect("seal");
    let document = vec![7u8; 4_000];
    let sign = per_second(|| {
        black_box(sign_document(&signer, &seal, black_box(&document), "/S.xml", at).expect("signed"));
    });
    println!("seal sign    {sign:8.0}/s");
    let signed = sign_document(&signer, &seal, &document, "/S.xml", at).expect("signed");
    let cert = |soft: &SoftKey| Cert::from_der(soft.cert_der()).expect("a certificate");
    let trust = Trust::new(vec![cert(&root)], vec![cert(&ca)]);
    let policy = Policy { trust: &trust, now: at };
    let check =
        per_second(|| assert!(verify(black_box(&signed), &document, Some("/S.xml"), &policy).is_valid()));
    println!("seal verify  {check:8.0}/s   chain known");
    let cold = per_second(|| {
        let trust = Trust::new(vec![cert(&root)], vec![cert(&ca)]);
        assert!(
            verify(black_box(&signed), &document, Some("/S.xml"), &Policy { trust: &trust, now: at })
                .is_valid()
        );
    });
    println!("seal verify  {cold:8.0}/s   first sight of the chain");
}

/// Runs a CPU second of `work` at a time for about three and takes the best, which other load disturbs least.
fn per_second(mut work: impl FnMut()) -> f64 {
    let mut best = 0f64;
    for _ in 0..SECONDS as usize {
        let (start, mut rounds) = (cpu_seconds(), 0u32);
        let spent = loop {
            for _ in 0..8 {
                work();
            }
            rounds += 8;
            let spent = cpu_seconds() - start;
            if spent >= 1.0 {
                break spent;
            }
        };
        best = best.max(f64::from(rounds) / spent);
    }
    best
}

/// Time this thread was on a core: the first number of schedstat, in nanoseconds.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux with schedstat");
    text.split(' ').next().and_then(|number| number.parse::<f64>().ok()).expect("nanoseconds") / 1e9
}

/// Signatures and verifications a second of `openssl speed`, which counts CPU time too.
fn openssl_speed() -> Option<(f64, f64)> {
    let output = Command::new("openssl").args(["speed", "-seconds", "3", "sm2"]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // "256 bits SM2 (CurveSM2)   0.0003s   0.0003s   3702.0   3786.1"
    let line = text.lines().rfind(|line| line.contains("CurveSM2"))?;
    let mut numbers = line.split_whitespace().rev().map(|word| word.parse::<f64>());
    let (verify, sign) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    Some((sign, verify))
}
