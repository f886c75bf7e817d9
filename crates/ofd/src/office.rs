//! The seals of `guomi` on documents of this crate.

use crate::seal::SealSigner;
use crate::verify::{SealFinding, SealToCheck, SealVerifier, Step};
use guomi::Signer;
use guomi::seal::{Policy, Seal, SealFault, SealSignature, StepVerdict, Verdict, sign_document, verify};
use jiff::Timestamp;

/// A seal in the hand of whoever signs with it.
#[derive(Clone, Copy)]
pub struct OfficeSeal<'a> {
    pub signer: &'a dyn Signer,
    pub seal: &'a Seal,
}

impl SealSigner for OfficeSeal<'_> {
    type Fault = SealFault;

    fn sign(&self, signature: &[u8], place: &str, at: Timestamp) -> Result<Vec<u8>, SealFault> {
        sign_document(self.signer, self.seal, signature, place, at)
    }
}

impl SealVerifier for Policy<'_> {
    fn verify(&self, found: &SealToCheck<'_>) -> SealFinding {
        let report = verify(found.signed_value, found.signature, Some(found.place), self);
        let mut fault = match &report.verdict {
            Verdict::Valid => None,
            Verdict::Invalid(finding) => Some(finding.code().to_owned()),
            Verdict::Unsupported(_) => Some("seal-edition".to_owned()),
        };
        let mut steps: Vec<Step> = report.steps.iter().map(step).collect();
        if let Some(seal) = found.seal {
            // A reader may draw the seal from its own part: it must be the very one in the signature.
            let same = SealSignature::parse(found.signed_value).is_ok_and(|signed| signed.seal.raw == seal);
            steps.push(match same {
                true => Step::good("印章文件", "与签章中的印章一致"),
                false => Step::bad("印章文件", "与签章中的印章不是同一枚"),
            });
            fault = fault.or_else(|| (!same).then(|| "seal-file-differs".to_owned()));
        }
        SealFinding { fault, steps, facts: report.facts }
    }
}

fn step(step: &guomi::seal::Step) -> Step {
    let good = step.verdict == StepVerdict::Passed;
    Step { subject: step.check.name().to_owned(), good, words: step.words.clone() }
}
