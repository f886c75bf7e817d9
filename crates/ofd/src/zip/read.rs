//! Reading, with everything checked before a byte is unpacked.

use super::{CENTRAL, DEFLATED, END, LOCAL, STORED, UTF8, crc};
use crate::fault::OpenFault;
use crate::package::Limits;
use flate2::{Decompress, FlushDecompress, Status};
use std::collections::HashSet;

/// What an archive holds.
pub(crate) struct Unpacked {
    /// Names and contents, in the order of the directory. Folders are left out.
    pub(crate) entries: Vec<(String, Vec<u8>)>,
    /// Names whose bytes are not those that were packed.
    pub(crate) damaged: Vec<String>,
}

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Unpacked, OpenFault> {
    if bytes.len() > limits.package_bytes {
        return Err(OpenFault::TooMuch("文件过大"));
    }
    let records = directory(bytes, limits)?;
    refuse_overlaps(bytes, &records)?;
    refuse_bombs(&records, limits)?;
    let mut names = HashSet::new();
    let (mut entries, mut damaged) = (Vec::with_capacity(records.len()), Vec::new());
    for record in &records {
        if record.is_folder() {
            continue;
        }
        if !is_safe_name(&record.name) {
            return Err(OpenFault::BadPath(shown(&record.name)));
        }
        // Some systems fold case: two names that fold to one would be two documents in one file.
        if !names.insert(record.name.to_lowercase()) {
            return Err(OpenFault::BadPath(shown(&record.name)));
        }
        match unpack(bytes, record) {
            Some(unpacked) => entries.push((record.name.clone(), unpacked)),
            None => damaged.push(record.name.clone()),
        }
    }
    Ok(Unpacked { entries, damaged })
}

struct Record {
    name: String,
    method: u16,
    crc: u32,
    packed: usize,
    size: usize,
    offset: usize,
    /// Where the packed bytes begin; behind the local header, which must agree with the directory.
    data: usize,
}

impl Record {
    fn is_folder(&self) -> bool {
        self.name.ends_with('/') && self.size == 0
    }
}

fn damaged(why: &str) -> OpenFault {
    OpenFault::Damaged(why.to_owned())
}

fn directory(bytes: &[u8], limits: &Limits) -> Result<Vec<Record>, OpenFault> {
    if !bytes.starts_with(&LOCAL.to_le_bytes()) {
        return Err(OpenFault::NotOfd);
    }
    let end = find_end(bytes).ok_or_else(|| damaged("找不到目录"))?;
    let field = |at: usize| u16_at(bytes, end + at).map(usize::from).ok_or_else(|| damaged("目录不完整"));
    let (disk, count) = (field(4)?, field(10)?);
    if disk != 0 || field(6)? != 0 || field(8)? != count {
        return Err(OpenFault::Method);
    }
    if count > limits.entries {
        return Err(OpenFault::TooMuch("内部文件过多"));
    }
    let size = u32_at(bytes, end + 12).ok_or_else(|| damaged("目录不完整"))?;
    let mut at = u32_at(bytes, end + 16).ok_or_else(|| damaged("目录不完整"))?;
    // Nothing may stand between the directory and its end record, or before the first entry.
    if at.checked_add(size) != Some(end) {
        return Err(damaged("目录位置不符"));
    }
    let mut records = Vec::with_capacity(count);
    for _ in 0..count {
        let (record, next) = central_record(bytes, at)?;
        records.push(record);
        at = next;
    }
    if at != end {
        return Err(damaged("目录长度不符"));
    }
    Ok(records)
}

/// The end record is the last thing in the file but for a comment, whose length must fit.
fn find_end(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(22)?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    (first..=last).rev().find(|at| {
        u32_at(bytes, *at) == Some(END as usize)
            && u16_at(bytes, at + 20).map(usize::from) == Some(bytes.len() - at - 22)
    })
}

fn central_record(bytes: &[u8], at: usize) -> Result<(Record, usize), OpenFault> {
    let short = || damaged("目录不完整");
    if u32_at(bytes, at).ok_or_else(short)? != CENTRAL as usize {
        return Err(damaged("目录不完整"));
    }
    let half = |offset: usize| u16_at(bytes, at + offset).ok_or_else(short);
    let full = |offset: usize| u32_at(bytes, at + offset).ok_or_else(short);
    let (flags, method) = (half(8)?, half(10)?);
    let name_end = at + 46 + usize::from(half(28)?);
    let name = bytes.get(at + 46..name_end).ok_or_else(short)?;
    let name = std::str::from_utf8(name).map_err(|_| OpenFault::BadPath("文件名编码".to_owned()))?;
    // Bits 0, 6, 13: encrypted. Sizes of all ones: ZIP64, which no document of an office needs.
    let (packed, size, offset) = (full(20)?, full(24)?, full(42)?);
    let encrypted = flags & (1 | 1 << 6 | 1 << 13) != 0;
    if encrypted || ![STORED, DEFLATED].contains(&method) || [packed, size, offset].contains(&0xffff_ffff) {
        return Err(OpenFault::Method);
    }
    let data = local_data(bytes, offset, name, flags, method)?;
    let record = Record { name: name.to_owned(), method, crc: full(16)? as u32, packed, size, offset, data };
    Ok((record, name_end + usize::from(half(30)?) + usize::from(half(32)?)))
}

/// A reader that goes by the local headers and one that goes by the directory must see the same document.
fn local_data(bytes: &[u8], at: usize, name: &str, flags: u16, method: u16) -> Result<usize, OpenFault> {
    let short = || damaged("内部文件不完整");
    let half = |offset: usize| u16_at(bytes, at + offset).ok_or_else(short);
    let name_end = at + 30 + usize::from(half(26)?);
    let agrees = u32_at(bytes, at) == Some(LOCAL as usize)
        && half(8)? == method
        && (half(6)? ^ flags) & !UTF8 == 0
        && bytes.get(at + 30..name_end) == Some(name.as_bytes());
    if agrees { Ok(name_end + usize::from(half(28)?)) } else { Err(damaged("两处目录不一致")) }
}

fn refuse_overlaps(bytes: &[u8], records: &[Record]) -> Result<(), OpenFault> {
    let mut spans: Vec<(usize, usize)> =
        records.iter().map(|record| (record.offset, record.data + record.packed)).collect();
    spans.sort_unstable();
    let apart = spans.windows(2).all(|pair| pair[0].1 <= pair[1].0);
    let inside = spans.last().is_none_or(|(_, end)| *end <= bytes.len());
    let from_start = spans.first().is_none_or(|(start, _)| *start == 0);
    if apart && inside && from_start { Ok(()) } else { Err(damaged("内部文件互相重叠")) }
}

fn refuse_bombs(records: &[Record], limits: &Limits) -> Result<(), OpenFault> {
    let total = records.iter().fold(0_usize, |sum, record| sum.saturating_add(record.size));
    let swells = |record: &Record| {
        record.size > limits.ratio_from && record.size / limits.ratio.max(1) > record.packed.max(1)
    };
    if total > limits.unpacked_bytes {
        return Err(OpenFault::TooMuch("解压后过大"));
    }
    if records.iter().any(swells) {
        return Err(OpenFault::TooMuch("压缩比异常"));
    }
    Ok(())
}

fn unpack(bytes: &[u8], record: &Record) -> Option<Vec<u8>> {
    let packed = bytes.get(record.data..record.data + record.packed)?;
    let out = match record.method {
        STORED => packed.to_vec(),
        _ => inflate(packed, record.size)?,
    };
    (out.len() == record.size && crc(&out) == record.crc).then_some(out)
}

/// Exactly `size` bytes, using up all of `packed`; the buffer never grows beyond what the directory promised.
fn inflate(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(size + 1);
    let mut inflater = Decompress::new(false);
    let status = inflater.decompress_vec(packed, &mut out, FlushDecompress::Finish).ok()?;
    (status == Status::StreamEnd && inflater.total_in() == packed.len() as u64).then_some(out)
}

/// Relative, forward slashes only, no step upwards, no control characters, nothing that a file system reads otherwise.
pub(crate) fn is_safe_name(name: &str) -> bool {
    let plain = |ch: char| !ch.is_control() && !matches!(ch, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let sound = |part: &str| !part.is_empty() && part != "." && part != "..";
    name.len() <= 512 && name.chars().all(plain) && name.split('/').all(sound)
}

/// A name from a stranger's file, short and without anything that would disturb a page or a log.
pub(crate) fn shown(name: &str) -> String {
    name.chars().filter(|ch| !ch.is_control()).take(60).collect()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let number = u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?);
    usize::try_from(number).ok()
}
