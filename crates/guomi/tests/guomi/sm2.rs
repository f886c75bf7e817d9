//! SM2: the example of the standard, and what a verifier must refuse.

use crate::support::{chance, key};
use guomi::sm2::{DEFAULT_ID, KeyFault, SignatureFault, SigningKey, VerifyingKey, der_to_raw, raw_to_der};

/// Order of the curve, GB/T 32918.5—2017.
const N: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

fn h(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

/// GB/T 32918.5—2017 附录A.2, on the recommended curve with the default identity.
#[test]
fn the_example_of_the_standard_verifies() {
    let d = h("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
    let key = SigningKey::from_scalar(&d).unwrap();
    let point = concat!(
        "04",
        "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020",
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    );
    assert_eq!(hex::encode(key.verifying_key().to_point()), point);
    let signature = h(concat!(
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3",
        "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
    ));
    let public = VerifyingKey::from_point(&h(point)).unwrap();
    assert_eq!(public.verify_raw(b"message digest", &signature), Ok(()));
    assert_eq!(public.verify_raw(b"message digesT", &signature), Err(SignatureFault::Mismatch));
}

#[test]
fn signs_the_same_twice_and_verifies_in_both_forms() {
    let key = key("twice");
    let (der, raw) = (key.sign_der(b"licence"), key.sign_raw(b"licence"));
    assert_eq!(der, key.sign_der(b"licence"));
    assert_eq!(der_to_raw(&der).unwrap(), raw);
    assert_eq!(raw_to_der(&raw).unwrap(), der);
    let public = key.verifying_key();
    assert_eq!(public.verify_der(b"licence", &der), Ok(()));
    assert_eq!(public.verify_raw(b"licence", &raw), Ok(()));
}

#[test]
fn forms_are_not_taken_for_one_another() {
    let key = key("forms");
    let public = key.verifying_key();
    assert_eq!(public.verify_der(b"m", &key.sign_raw(b"m")), Err(SignatureFault::Malformed));
    assert_eq!(public.verify_raw(b"m", &key.sign_der(b"m")), Err(SignatureFault::Malformed));
}

#[test]
fn another_identity_is_another_signature() {
    let scalar = guomi::sm3::digest(b"identity");
    let alice = SigningKey::from_scalar_with_id(&scalar, "ALICE123@YAHOO.COM").unwrap();
    let usual = SigningKey::from_scalar(&scalar).unwrap();
    let signature = alice.sign_der(b"m");
    assert_eq!(usual.verifying_key().verify_der(b"m", &signature), Err(SignatureFault::Mismatch));
    let named =
        VerifyingKey::from_point_with_id(&usual.verifying_key().to_point(), "ALICE123@YAHOO.COM").unwrap();
    assert_eq!(named.verify_der(b"m", &signature), Ok(()));
    assert_ne!(named, *usual.verifying_key());
    assert_eq!(SigningKey::from_scalar_with_id(&scalar, &"x".repeat(8192)).err(), Some(KeyFault::IdTooLong));
    assert_eq!(DEFAULT_ID.len(), 16);
}

/// GB/T 32918.2—2016 B1 and B2: r and s in 1…n−1.
#[test]
fn values_out_of_range_are_malformed_not_reduced() {
    let key = key("range");
    let good = key.sign_raw(b"m");
    let zero = [0u8; 32];
    let n = h(N);
    let high = [0xff; 32];
    for bad in [&zero[..], &n, &high] {
        for (r, s) in [(bad, &good[32..]), (&good[..32], bad)] {
            let raw = [r, s].concat();
            assert_eq!(key.verifying_key().verify_raw(b"m", &raw), Err(SignatureFault::Malformed));
            assert!(raw_to_der(&raw).is_err());
        }
    }
}

/// n−s is as good as s in ECDSA; in SM2 it is another signature, and must fail.
#[test]
fn the_mirrored_s_is_no_signature() {
    let key = key("mirror");
    let mut raw = key.sign_raw(b"m");
    let mut borrow = 0i16;
    for (place, order) in h(N).iter().enumerate().rev() {
        let difference = i16::from(*order) - i16::from(raw[32 + place]) - borrow;
        borrow = i16::from(difference < 0);
        raw[32 + place] = difference.rem_euclid(256) as u8;
    }
    assert_eq!(key.verifying_key().verify_raw(b"m", &raw), Err(SignatureFault::Mismatch));
}

#[test]
fn keys_that_are_none() {
    let mut n_minus_1 = h(N);
    *n_minus_1.last_mut().unwrap() -= 1;
    for bad in [vec![0; 32], h(N), n_minus_1, vec![0xff; 32], vec![1; 31], vec![]] {
        assert_eq!(
            SigningKey::from_scalar(&bad).err(),
            Some(KeyFault::NotAPrivateKey),
            "{}",
            hex::encode(&bad)
        );
    }
    let mut off_curve = key("point").verifying_key().to_point();
    off_curve[64] ^= 1;
    for bad in [&off_curve[..], &[0], &[4; 65], &[]] {
        assert_eq!(VerifyingKey::from_point(bad).err(), Some(KeyFault::NotAPublicKey));
    }
    assert!(SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").is_err());
}

#[test]
fn keys_survive_pem() {
    let key = SigningKey::generate(&mut chance());
    let back = SigningKey::from_pem(&key.to_pem()).unwrap();
    assert_eq!(back.verifying_key(), key.verifying_key());
    assert_eq!(SigningKey::from_der(&key.to_der()).unwrap().sign_der(b"m"), key.sign_der(b"m"));
    let public = VerifyingKey::from_pem(&key.verifying_key().to_pem()).unwrap();
    assert_eq!(public, *key.verifying_key());
}

#[test]
fn a_key_printed_by_mistake_shows_no_secret() {
    let scalar = guomi::sm3::digest(b"printed");
    let shown = format!("{:?}", SigningKey::from_scalar(&scalar).unwrap()).to_lowercase();
    let as_list = scalar[..4].iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    assert!(!shown.contains(&hex::encode(&scalar[..4])) && !shown.contains(&as_list), "{shown}");
}

/// Two thousand signatures, each verified: catches coding of r or s with leading zeros.
#[test]
fn short_values_are_coded_right() {
    let key = key("many");
    let mut shortest = 72;
    for number in 0..2000u32 {
        let message = number.to_be_bytes();
        let der = key.sign_der(&message);
        shortest = shortest.min(der.len());
        assert_eq!(key.verifying_key().verify_der(&message, &der), Ok(()), "message {number}");
        assert_eq!(raw_to_der(&der_to_raw(&der).unwrap()).unwrap(), der);
    }
    assert!(shortest < 70, "no short value came up: {shortest}");
}

/// The equation here against the crate's own verifying: good, altered, and signatures of chance.
#[test]
fn answers_as_the_crate_does() {
    use ::sm2::dsa::{Signature, VerifyingKey as Theirs, signature::Verifier as _};
    for number in 0..60u32 {
        let key = key(&format!("equation/{number}"));
        let theirs = Theirs::from_sec1_bytes(DEFAULT_ID, &key.verifying_key().to_point()).unwrap();
        let message = number.to_be_bytes();
        let good = key.sign_raw(&message);
        let chance = [guomi::sm3::digest(&good), guomi::sm3::digest(&good[1..])].concat();
        let mut altered = good;
        altered[number as usize] ^= 1;
        for (raw, expected) in [(&good[..], true), (&chance, false), (&altered, false)] {
            let ours = key.verifying_key().verify_raw(&message, raw).is_ok();
            let crates =
                Signature::from_slice(raw).is_ok_and(|signature| theirs.verify(&message, &signature).is_ok());
            assert_eq!((ours, crates), (expected, expected), "key {number}");
        }
    }
}

/// With s = −r·d/(1+d) the sum in B6 is the point at infinity, which has no x; r = e would pass if it counted as 0.
#[test]
fn the_point_at_infinity_is_no_signature() {
    use ::sm2::Scalar;
    use ::sm2::elliptic_curve::PrimeField as _;
    let secret = guomi::sm3::digest(b"infinity");
    let key = SigningKey::from_scalar(&secret).unwrap();
    let theirs = gmcrypto_core::sm2::Sm2PublicKey::from_sec1_bytes(&key.verifying_key().to_point()).unwrap();
    let z = gmcrypto_core::sm2::compute_z(&theirs, DEFAULT_ID.as_bytes());
    // A message whose digest is below n, so that it is its own remainder; nearly every one is.
    let e = guomi::sm3::digest(&[&z[..], b"m"].concat());
    let scalar = |bytes: [u8; 32]| Option::<Scalar>::from(Scalar::from_repr(bytes.into())).unwrap();
    let (r, d) = (scalar(e), scalar(secret));
    let s = -(r * d) * Option::<Scalar>::from((d + Scalar::ONE).invert()).unwrap();
    let raw = [&r.to_repr()[..], &s.to_repr()[..]].concat();
    assert_eq!(key.verifying_key().verify_raw(b"m", &raw), Err(SignatureFault::Mismatch));
}
