//! OpenSSL 3 on the command line: both ways, and the chain link by link.
//!
//! `openssl verify -vfyopt distid:…` of 3.0 gives the identity to the leaf only and leaves the certificates above with
//! none, so a chain is verified one link at a time with `-partial_chain`.

use crate::support::{PLACE, Town, cert, key};
use guomi::Signer;
use guomi::seal::SealSignature;
use guomi::sm2::{SigningKey, VerifyingKey};
use guomi::x509::Cert;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const ID: &str = "distid:1234567812345678";

struct Bench(TempDir);

impl Bench {
    fn new() -> Bench {
        Bench(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Bench {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
        self
    }

    fn get(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).unwrap()
    }

    /// Runs openssl with the words of `line`.
    fn run(&self, line: &str) -> Output {
        openssl(self.0.path(), line)
    }

    fn must(&self, line: &str) -> String {
        let output = self.run(line);
        let says = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "openssl {line}\n{says}{}", String::from_utf8_lossy(&output.stderr));
        says
    }
}

fn openssl(folder: &Path, line: &str) -> Output {
    Command::new("openssl")
        .args(line.split_whitespace())
        .current_dir(folder)
        .output()
        .expect("openssl is installed")
}

/// PBKDF2 with HMAC-SM3 as OpenSSL does it: 32 bytes in lower-case hexadecimal digits.
pub fn kdf(passphrase: &str, salt: &str, iterations: u32) -> String {
    let line = format!(
        "kdf -keylen 32 -kdfopt digest:SM3 -kdfopt pass:{passphrase} -kdfopt salt:{salt} -kdfopt iter:{iterations} PBKDF2"
    );
    Bench::new().must(&line).trim().replace(':', "").to_lowercase()
}

#[test]
fn digests_agree() {
    let bench = Bench::new();
    let message: Vec<u8> = (0..100_000u32).map(|number| (number * 7 % 256) as u8).collect();
    bench.put("m", &message);
    assert!(bench.must("dgst -sm3 m").contains(&hex::encode(guomi::sm3::digest(&message))));
}

#[test]
fn openssl_verifies_what_we_sign() {
    let bench = Bench::new();
    for number in 0..5u32 {
        let key = key(&format!("to-openssl/{number}"));
        let message = "许可证".repeat(1 + number as usize);
        bench
            .put("m", &message)
            .put("pub.pem", key.verifying_key().to_pem())
            .put("sig", key.sign_der(message.as_bytes()));
        bench.must(&format!(
            "pkeyutl -verify -pubin -inkey pub.pem -rawin -digest sm3 -in m -sigfile sig -pkeyopt {ID}"
        ));
        bench.must(&format!("dgst -sm3 -verify pub.pem -sigopt {ID} -signature sig m"));
        bench.put("m", "another message");
        assert!(
            !bench.run(&format!("dgst -sm3 -verify pub.pem -sigopt {ID} -signature sig m")).status.success()
        );
    }
}

#[test]
fn we_verify_what_openssl_signs() {
    let bench = Bench::new();
    bench.put("m", "决定书");
    for _ in 0..5 {
        bench.must("genpkey -algorithm SM2 -out key.pem");
        bench.must(&format!("pkeyutl -sign -inkey key.pem -rawin -digest sm3 -in m -out sig -pkeyopt {ID}"));
        let key = SigningKey::from_pem(&String::from_utf8(bench.get("key.pem")).unwrap()).unwrap();
        let signature = bench.get("sig");
        assert_eq!(key.verifying_key().verify_der("决定书".as_bytes(), &signature), Ok(()));
        assert!(key.verifying_key().verify_der("决定".as_bytes(), &signature).is_err());
        bench.must(
            "pkeyutl -sign -inkey key.pem -rawin -digest sm3 -in m -out other -pkeyopt distid:somebody",
        );
        assert!(key.verifying_key().verify_der("决定书".as_bytes(), &bench.get("other")).is_err());
        bench.must("pkey -in key.pem -pubout -out pub.pem");
        let public = VerifyingKey::from_pem(&String::from_utf8(bench.get("pub.pem")).unwrap()).unwrap();
        assert_eq!(public, *key.verifying_key());
    }
}

#[test]
fn openssl_reads_our_private_key() {
    let bench = Bench::new();
    let key = key("exported");
    bench.put("key.pem", &*key.to_pem());
    assert_eq!(bench.must("pkey -in key.pem -pubout"), key.verifying_key().to_pem());
    assert!(bench.must("pkey -in key.pem -noout -text").contains("SM2"));
}

#[test]
fn openssl_verifies_our_chain_link_by_link() {
    let bench = Bench::new();
    let town = Town::new();
    for (name, signer) in
        [("root", &town.root), ("ca", &town.ca), ("maker", &town.maker), ("signer", &town.signer)]
    {
        bench.put(&format!("{name}.pem"), cert(signer).to_pem());
    }
    for (leaf, issuer) in [("ca", "root"), ("maker", "ca"), ("signer", "ca")] {
        bench.must(&format!("verify -partial_chain -trusted {issuer}.pem -vfyopt {ID} {leaf}.pem"));
    }
    let stranger = Town::named("别处");
    bench.put("strange.pem", cert(&stranger.ca).to_pem());
    assert!(
        !bench
            .run(&format!("verify -partial_chain -trusted strange.pem -vfyopt {ID} signer.pem"))
            .status
            .success()
    );
}

#[test]
fn openssl_shows_our_certificate_as_meant() {
    let bench = Bench::new();
    bench
        .put("signer.pem", cert(&Town::new().signer).to_pem())
        .put("root.pem", cert(&Town::new().root).to_pem());
    let text = bench.must("x509 -in signer.pem -noout -text -nameopt utf8,sep_comma_plus");
    for words in [
        "Version: 3",
        "SM2-with-SM3",
        "Issuer: C=CN,O=示范市烟草专卖局,CN=测试证书颁发机构",
        "Subject: C=CN,O=示范市烟草专卖局,CN=行政许可专用章",
        "Not After : Jan  1 00:00:00 2034 GMT",
        "CA:FALSE",
        "Digital Signature, Non Repudiation",
        "X509v3 Subject Key Identifier",
        "X509v3 Authority Key Identifier",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    // From 2050 on the time is a GeneralizedTime.
    let root = bench.must("x509 -in root.pem -noout -enddate");
    assert_eq!(root.trim(), "notAfter=Jan  1 00:00:00 2060 GMT");
    assert!(bench.must("asn1parse -in root.pem").contains("GENERALIZEDTIME   :20600101000000Z"));
}

#[test]
fn we_read_and_verify_a_certificate_made_by_openssl() {
    let bench = Bench::new();
    bench.must("genpkey -algorithm SM2 -out key.pem");
    bench.must(&format!(
        "req -x509 -new -key key.pem -sm3 -sigopt {ID} -days 3650 -subj /C=CN/O=Office/CN=Elsewhere -out cert.pem"
    ));
    let pem = bench.must("x509 -in cert.pem -text");
    let certs = Cert::all_from_pem(&pem).unwrap();
    let [made] = &certs[..] else { panic!("{} certificates", certs.len()) };
    assert_eq!(made.name(), "Elsewhere");
    assert!(made.is_self_issued());
    assert_eq!(made.signed_by(&made.key().unwrap()), Ok(()));
    assert_eq!(bench.must("x509 -in cert.pem -noout -serial").trim(), format!("serial={}", made.serial()));
}

#[test]
fn openssl_verifies_both_signatures_of_a_sealed_document() {
    let bench = Bench::new();
    let town = Town::new();
    let signature = SealSignature::parse(&town.signed(b"<Signature/>")).unwrap();
    assert_eq!(signature.property, PLACE);
    let check = |signer: &guomi::SoftKey, message: &[u8], value: &[u8]| {
        bench.put("pub.pem", cert(signer).key().unwrap().to_pem()).put("m", message).put("sig", value);
        bench.must(&format!("dgst -sm3 -verify pub.pem -sigopt {ID} -signature sig m"));
    };
    check(&town.signer, &signature.to_sign_raw, &signature.signature);
    check(&town.maker, &signature.seal.info_raw, &signature.seal.signed_value);
    bench.put("cert.der", &signature.cert);
    assert!(
        bench.must("x509 -inform DER -in cert.der -noout -subject -nameopt utf8").contains("行政许可专用章")
    );
    // The structure, as somebody with no tool but OpenSSL sees it.
    bench.put("signature.der", &signature.raw);
    let tree = bench.must("asn1parse -inform DER -in signature.der");
    for words in [
        "INTEGER           :04",
        "IA5STRING         :ES",
        "GENERALIZEDTIME   :20260115000000Z",
        "SM2-with-SM3",
    ] {
        assert!(tree.contains(words), "{words} is not in\n{tree}");
    }
    assert!(!town.signer.cert_der().is_empty());
}
