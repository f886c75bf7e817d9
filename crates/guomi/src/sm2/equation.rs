//! Verifying by the equation of GB/T 32918.2—2016, with variable time.
//!
//! The `sm2` crate verifies in constant time, as it must sign. A verifier holds nothing secret: key, message and
//! signature are all public. Signed-digit multiplication and the table of the base point make it half as fast again.
//! `tests/guomi/sm2.rs` holds every answer here against the one of the crate.

use super::SignatureFault;
use ::sm2::dsa::Signature;
use ::sm2::elliptic_curve::Group as _;
use ::sm2::elliptic_curve::ops::{MulByGeneratorVartime as _, Reduce as _};
use ::sm2::elliptic_curve::point::AffineCoordinates as _;
use ::sm2::{ProjectivePoint, Scalar};
use ::sm3::{Digest as _, Sm3};

/// a, b, x and y of the base point: GB/T 32918.5—2017.
const CURVE: [&[u8; 32]; 4] = [
    b"\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xfc",
    b"\x28\xe9\xfa\x9e\x9d\x9f\x5e\x34\x4d\x5a\x9e\x4b\xcf\x65\x09\xa7\xf3\x97\x89\xf5\x15\xab\x8f\x92\xdd\xbc\xbd\x41\x4d\x94\x0e\x93",
    b"\x32\xc4\xae\x2c\x1f\x19\x81\x19\x5f\x99\x04\x46\x6a\x39\xc9\x94\x8f\xe3\x0b\xbf\xf2\x66\x0b\xe1\x71\x5a\x45\x89\x33\x4c\x74\xc7",
    b"\xbc\x37\x36\xa2\xf4\xf6\x77\x9c\x59\xbd\xce\xe3\x6b\x69\x21\x53\xd0\xa9\x87\x7c\xc6\x2a\x47\x40\x02\xdf\x32\xe5\x21\x39\xf0\xa0",
];

/// GB/T 32918.2—2016 5.5: Z = H256(ENTL ‖ ID ‖ a ‖ b ‖ xG ‖ yG ‖ xA ‖ yA). `point` is 04 ‖ xA ‖ yA; `id` fits ENTL.
pub(super) fn z(id: &str, point: &[u8; 65]) -> [u8; 32] {
    let bits = u16::try_from(id.len() * 8).expect("the length of the identity was checked");
    let mut sm3 = Sm3::new_with_prefix(bits.to_be_bytes());
    sm3.update(id);
    CURVE.iter().for_each(|part| sm3.update(part));
    sm3.update(&point[1..]);
    sm3.finalize().into()
}

/// GB/T 32918.2—2016 7.1. B1 and B2, r and s in 1…n−1, were checked when the signature was read.
pub(super) fn holds(
    public: &ProjectivePoint,
    z: &[u8; 32],
    message: &[u8],
    signature: &Signature,
) -> Result<(), SignatureFault> {
    // B3, B4: e = H(Z ‖ M)
    let e = Scalar::reduce(&Sm3::new_with_prefix(z).chain_update(message).finalize());
    // B5: t = (r + s) mod n, failed if 0
    let (r, s) = signature.split_scalars();
    let t = *r + *s;
    if bool::from(t.is_zero()) {
        return Err(SignatureFault::Mismatch);
    }
    // B6: (x, y) = [s]G + [t]P
    let sum = ProjectivePoint::mul_by_generator_vartime(&s) + public.mul_vartime(&t);
    if bool::from(sum.is_identity()) {
        return Err(SignatureFault::Mismatch);
    }
    // B7: r = (e + x) mod n
    if *r == e + Scalar::reduce(&sum.to_affine().x()) { Ok(()) } else { Err(SignatureFault::Mismatch) }
}
