//! Writing: entries in the order given, one fixed time, no extra fields.

use super::{CENTRAL, DEFLATED, END, LOCAL, STORED, UTF8, crc};
use flate2::{Compress, Compression, FlushCompress, Status};

/// 1980-01-01 00:00, the beginning of the format's time: when a file was packed is nobody's business, and the same
/// document must give the same bytes.
const DATE: u16 = 0x0021;
const TIME: u16 = 0;

/// A ZIP of these entries. The caller keeps entries below 4 GiB and their number below 65,536.
pub(crate) fn write<'a>(entries: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let entries: Vec<(&str, &[u8])> = entries.collect();
    let large = entries.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > LARGE;
    let (mut out, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    let mut press = Compress::new(Compression::new(if large { 9 } else { LEVEL }), false);
    for (name, bytes) in entries {
        let offset = out.len() as u32;
        let packed = if !large && is_dense(name, bytes) { None } else { pack(&mut press, bytes) };
        let head = header(name, bytes, packed.as_deref());
        out.extend(LOCAL.to_le_bytes());
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(packed.as_deref().unwrap_or(bytes));

        directory.extend(CENTRAL.to_le_bytes());
        directory.extend(20_u16.to_le_bytes());
        directory.extend(&head);
        // Comment, disk, and two kinds of attributes: none.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
        count += 1;
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// The fields that both headers share, from “version needed” to the length of the extra field.
fn header(name: &str, bytes: &[u8], packed: Option<&[u8]>) -> Vec<u8> {
    let method = if packed.is_some() { DEFLATED } else { STORED };
    let mut out = Vec::with_capacity(26);
    for number in [20, if name.is_ascii() { 0 } else { UTF8 }, method, TIME, DATE] {
        out.extend(number.to_le_bytes());
    }
    for number in [crc(bytes), packed.map_or(bytes.len(), <[u8]>::len) as u32, bytes.len() as u32] {
        out.extend(number.to_le_bytes());
    }
    for number in [name.len() as u16, 0] {
        out.extend(number.to_le_bytes());
    }
    out
}

/// From this size on, which a licence never reaches, every byte is packed as tightly as can be: a letter whose font has some
/// hundred characters loses 5 of 123 kB, and nobody writes thousands of letters at a time.
const LARGE: usize = 128 << 10;

/// Measured on a licence: level 6 saves 2 kB of 83 and costs a quarter more time for the whole document.
const LEVEL: u32 = 2;

/// Up to this size a font is stored. Measured on a licence: to pack its four small fonts saves 10 of 74 kB and takes as long
/// as to write and sign all the rest; the large one of a long letter is worth its 25 kB.
const SMALL_FONT: usize = 32 << 10;

/// What packing hardly makes smaller: pictures, a signature with the picture of its seal in it, small fonts.
fn is_dense(name: &str, bytes: &[u8]) -> bool {
    let is_picture = bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"\xff\xd8\xff");
    let is_font = name.ends_with(".ttf") || name.ends_with(".otf");
    is_picture || name.ends_with("SignedValue.dat") || (is_font && bytes.len() <= SMALL_FONT)
}

/// The deflated bytes when they are fewer.
fn pack(press: &mut Compress, bytes: &[u8]) -> Option<Vec<u8>> {
    press.reset();
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let status = press.compress_vec(bytes, &mut out, FlushCompress::Finish);
    (matches!(status, Ok(Status::StreamEnd)) && out.len() < bytes.len()).then_some(out)
}
