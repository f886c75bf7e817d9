//! SM3 digests (GB/T 32905—2016).

use ::sm3::Digest as _;

/// 256 bits.
pub type Digest = [u8; 32];

/// The digest of bytes that are all at hand.
pub fn digest(bytes: &[u8]) -> Digest {
    ::sm3::Sm3::digest(bytes).into()
}

/// A digest of bytes that come piece by piece: a file, the entries of a package.
#[derive(Clone, Default)]
pub struct Sm3(::sm3::Sm3);

impl Sm3 {
    pub fn new() -> Sm3 {
        Sm3::default()
    }

    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    pub fn finish(self) -> Digest {
        self.0.finalize().into()
    }
}

impl std::io::Write for Sm3 {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.update(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GB/T 32905—2016 附录A.1 and A.2.
    #[test]
    fn the_examples_of_the_standard() {
        let one = digest(b"abc");
        assert_eq!(hex::encode(one), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        let two = digest(&b"abcd".repeat(16));
        assert_eq!(hex::encode(two), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    }

    #[test]
    fn pieces_make_the_same_digest_as_the_whole() {
        let whole: Vec<u8> = (0..1000u32).map(|n| (n % 251) as u8).collect();
        for cut in [0, 1, 63, 64, 65, 999, 1000] {
            let mut sm3 = Sm3::new();
            sm3.update(&whole[..cut]);
            std::io::Write::write_all(&mut sm3, &whole[cut..]).unwrap();
            assert_eq!(sm3.finish(), digest(&whole), "cut at {cut}");
        }
    }
}
