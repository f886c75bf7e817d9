//! Verifying a signature with a seal: every step is taken even when one before it failed, so that a person sees all that
//! is wrong, and the gravest finding is the verdict.
//!
//! 《电子签名法》第十三条第一款: “（三）签署后对电子签名的任何改动能够被发现；（四）签署后对数据电文内容和形式的任何改动能够被发现。”

use super::fault::SealFault;
use super::read::{Extension, Seal, SealSignature};
use super::report::{Check, Facts, Finding, Report, Step, StepVerdict};
use crate::words::local;
use crate::x509::{Cert, CertFault, Purpose, Trust};
use crate::{SM2_WITH_SM3, sm3};
use jiff::{SignedDuration, Timestamp};

/// What a verification is held against.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    pub trust: &'a Trust,
    /// The present time, by the clock of whoever verifies.
    pub now: Timestamp,
}

/// Clocks of two offices differ; more than this is a signature from the future.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Verifies `signature` (DER of `SES_Signature`) over `document`, the bytes whose digest was signed. `place` is where
/// the document stands (in OFD the path of `Signature.xml`), if the caller knows.
pub fn verify(signature: &[u8], document: &[u8], place: Option<&str>, policy: &Policy<'_>) -> Report {
    let signature = match SealSignature::parse(signature) {
        Ok(signature) => signature,
        Err(fault) => return unreadable(fault, &SIGNATURE_CHECKS),
    };
    let signer = Cert::from_der(&signature.cert);
    let maker = Cert::from_der(&signature.seal.maker_cert);
    let mut steps = vec![
        format_step(signature.extensions.iter().chain(&signature.seal.extensions)),
        document_step(&signature, document, place),
        signature_step(&signature, &signer),
    ];
    steps.push(seal_step(&signature.seal, &maker, policy));
    steps.push(holder_step(&signature, &signer));
    steps.push(signer_step(&signer, signature.signed_at, policy));
    steps.push(maker_step(&maker, signature.seal.created, policy));
    steps.push(validity_step(&signature.seal, signature.signed_at));
    steps.push(time_step(&signature, policy));
    let name = |cert: &Result<Cert, CertFault>| cert.as_ref().map(Cert::name).unwrap_or_default();
    let facts = Facts {
        seal_id: signature.seal.id.clone(),
        seal_name: signature.seal.name.clone(),
        signer: name(&signer),
        maker: name(&maker),
        signed_at: signature.signed_at,
        valid_to: signature.seal.valid_to,
    };
    Report::of(steps, Some(facts))
}

/// Verifies a seal that is not on a document: its maker's signature, the maker's certificate, and that it is valid now.
/// Whoever takes a seal into use does this first.
pub fn verify_seal(seal: &[u8], policy: &Policy<'_>) -> Report {
    let seal = match Seal::parse(seal) {
        Ok(seal) => seal,
        Err(fault) => return unreadable(fault, &SEAL_CHECKS),
    };
    let maker = Cert::from_der(&seal.maker_cert);
    let steps = vec![
        format_step(seal.extensions.iter()),
        seal_step(&seal, &maker, policy),
        maker_step(&maker, seal.created, policy),
        validity_step(&seal, policy.now),
    ];
    Report::of(steps, None)
}

const SIGNATURE_CHECKS: [Check; 8] = [
    Check::Document,
    Check::Signature,
    Check::Seal,
    Check::Holder,
    Check::SignerCert,
    Check::MakerCert,
    Check::SealValidity,
    Check::Time,
];
const SEAL_CHECKS: [Check; 3] = [Check::Seal, Check::MakerCert, Check::SealValidity];

fn unreadable(fault: SealFault, others: &[Check]) -> Report {
    let mut steps = vec![failed(Check::Format, Finding::Format(fault))];
    steps.extend(others.iter().map(|check| Step {
        check: *check,
        verdict: StepVerdict::Skipped,
        words: "无法读取签章，未检查".into(),
    }));
    Report::of(steps, None)
}

fn passed(check: Check, words: impl Into<String>) -> Step {
    Step { check, verdict: StepVerdict::Passed, words: words.into() }
}

fn failed(check: Check, finding: Finding) -> Step {
    let words = format!("{finding}。{}。", finding.next());
    Step { check, verdict: StepVerdict::Failed(finding), words }
}

fn format_step<'a>(mut extensions: impl Iterator<Item = &'a Extension>) -> Step {
    // We know no extension, so a critical one is one we can't honour.
    match extensions.find(|one| one.critical) {
        Some(one) => failed(Check::Format, Finding::UnknownCritical(one.oid)),
        None => passed(Check::Format, "符合GB/T 38540—2020，第4版"),
    }
}

fn document_step(signature: &SealSignature, document: &[u8], place: Option<&str>) -> Step {
    // OFD writers differ in whether the path begins with a stroke.
    let plain = |path: &str| path.trim_start_matches('/').to_owned();
    if place.is_some_and(|place| plain(place) != plain(&signature.property)) {
        return failed(Check::Document, Finding::OtherDocument { says: signature.property.clone() });
    }
    if signature.data_hash[..] != sm3::digest(document) {
        return failed(Check::Document, Finding::DigestMismatch);
    }
    passed(Check::Document, "签章后没有改动")
}

fn signature_step(signature: &SealSignature, signer: &Result<Cert, CertFault>) -> Step {
    let check = Check::Signature;
    if signature.algorithm != SM2_WITH_SM3 {
        return failed(check, Finding::WrongAlgorithm(signature.algorithm));
    }
    let key = match signer.as_ref().map_err(CertFault::clone).and_then(Cert::key) {
        Ok(key) => key,
        Err(fault) => return failed(check, Finding::Format(SealFault::Cert(fault))),
    };
    match key.verify_der(&signature.to_sign_raw, &signature.signature) {
        Ok(()) => passed(check, "签名正确"),
        Err(_) => failed(check, Finding::SignatureBad),
    }
}

fn seal_step(seal: &Seal, maker: &Result<Cert, CertFault>, policy: &Policy<'_>) -> Step {
    let check = Check::Seal;
    if seal.algorithm != SM2_WITH_SM3 {
        return failed(check, Finding::WrongAlgorithm(seal.algorithm));
    }
    let key = match maker.as_ref().map_err(CertFault::clone).and_then(Cert::key) {
        Ok(key) => key,
        Err(fault) => return failed(check, Finding::Format(SealFault::Cert(fault))),
    };
    // Over the bytes of eSealInfo alone, as the seals in circulation do: docs/decisions/0022.
    match policy.trust.signed(&key, &seal.info_raw, &seal.signed_value) {
        Ok(()) => passed(check, format!("印章“{}”由制章人签名，签名正确", seal.name)),
        Err(_) => failed(check, Finding::SealBad),
    }
}

fn holder_step(signature: &SealSignature, signer: &Result<Cert, CertFault>) -> Step {
    let who = signer.as_ref().map(Cert::name).unwrap_or_default();
    if signature.seal.holders.contain(&signature.cert) {
        passed(Check::Holder, format!("“{who}”有权使用这枚印章"))
    } else {
        failed(Check::Holder, Finding::NotAHolder { who })
    }
}

fn signer_step(signer: &Result<Cert, CertFault>, at: Timestamp, policy: &Policy<'_>) -> Step {
    chain_step(Check::SignerCert, signer, at, policy, "签章时", Finding::SignerCert)
}

/// The maker answers for the seal at the time of making it; later its own certificate may end without ending the seals.
fn maker_step(maker: &Result<Cert, CertFault>, at: Timestamp, policy: &Policy<'_>) -> Step {
    let check = Check::MakerCert;
    match maker {
        // Whoever has any certificate under the roots could otherwise make himself the seal of a bureau.
        Ok(cert) if !policy.trust.lets_make_seals(cert) => {
            failed(check, Finding::UnknownMaker { who: cert.name() })
        }
        _ => chain_step(check, maker, at, policy, "制章时", Finding::MakerCert),
    }
}

fn chain_step(
    check: Check,
    cert: &Result<Cert, CertFault>,
    at: Timestamp,
    policy: &Policy<'_>,
    when: &str,
    finding: impl Fn(crate::x509::ChainFault) -> Finding,
) -> Step {
    let cert = match cert {
        Ok(cert) => cert,
        Err(fault) => return failed(check, Finding::Format(SealFault::Cert(fault.clone()))),
    };
    match policy.trust.check(cert, at, Purpose::Sign) {
        Ok(chain) => {
            let root = chain.certs.last().map(Cert::name).unwrap_or_default();
            passed(check, format!("{when}证书有效，由“{root}”担保"))
        }
        Err(fault) => failed(check, finding(fault)),
    }
}

fn validity_step(seal: &Seal, at: Timestamp) -> Step {
    let check = Check::SealValidity;
    if at < seal.valid_from {
        return failed(check, Finding::SealNotYetValid { from: seal.valid_from });
    }
    if at > seal.valid_to {
        return failed(check, Finding::SealExpired { to: seal.valid_to });
    }
    passed(check, format!("在有效期{}至{}内", local(seal.valid_from), local(seal.valid_to)))
}

fn time_step(signature: &SealSignature, policy: &Policy<'_>) -> Step {
    let at = signature.signed_at;
    if at.duration_since(policy.now) > SKEW {
        return failed(Check::Time, Finding::SignedInFuture { at });
    }
    let stamp = match signature.time_stamp {
        Some(_) => "另附时间戳，本系统未验证",
        None => "由签章人自己写明，没有时间戳",
    };
    passed(Check::Time, format!("{}；{stamp}", local(at)))
}
