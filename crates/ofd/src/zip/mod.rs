//! The container: just as much ZIP as an OFD file needs, stored or deflated.
//!
//! A reader of our own, because what makes archives dangerous (two directories that disagree, entries on top of one
//! another, names that climb, bombs) must be refused before anything is unpacked, and the writer must give the same
//! bytes every time.

mod read;
mod write;

pub(crate) use read::{Unpacked, is_safe_name, read, shown};
pub(crate) use write::write;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// General purpose bit 11: the name is UTF-8.
const UTF8: u16 = 1 << 11;

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}
