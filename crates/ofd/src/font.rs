//! Fonts for embedding: only the glyphs that a document uses, as a file that a system's font engine opens.
//!
//! The subset of the `subsetter` crate is made for PDF, where tables for finding a glyph by its character are idle. A
//! reader of OFD hands the file to an ordinary font engine, so `cmap`, `OS/2`, `name` and a `post` without names are put
//! back and the file is put together anew.

use crate::fault::Unsupported;
use crate::model::Font;
use std::collections::{BTreeMap, BTreeSet};
use subsetter::GlyphRemapper;

type Tag = [u8; 4];

/// What of a font is used: its glyphs, and the characters they stand for.
#[derive(Default)]
pub(crate) struct Usage {
    glyphs: BTreeSet<u16>,
    characters: BTreeMap<char, u16>,
}

impl Usage {
    /// The first shape of a character wins in the `cmap`; a second one (a squeezed form) is still found, because every
    /// text also carries its glyph numbers.
    pub(crate) fn add(&mut self, ch: char, glyph: u16) {
        self.glyphs.insert(glyph);
        self.characters.entry(ch).or_insert(glyph);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.glyphs.is_empty()
    }
}

/// The file to embed, and the way from glyph numbers of the whole font to its own.
pub(crate) struct Embedded {
    pub(crate) file: Vec<u8>,
    /// TrueType outlines (`ttf`), or CFF (`otf`).
    pub(crate) extension: &'static str,
    mapper: GlyphRemapper,
}

impl Embedded {
    pub(crate) fn glyph(&self, whole: u16) -> Option<u16> {
        self.mapper.get(whole)
    }
}

pub(crate) fn embed(font: &Font, usage: &Usage) -> Result<Embedded, Unsupported> {
    let fault = |why: &str| Unsupported::new(format!("字体“{}”{why}", font.name));
    let whole = (*font.data).as_ref();
    let original = Tables::read(whole, font.index).ok_or_else(|| fault("无法读取"))?;
    let os2 = original.get(*b"OS/2").filter(|table| table.len() >= 78).ok_or_else(|| fault("缺少OS/2表"))?;
    // fsType bit 1 alone: “must not be modified, embedded or exchanged”.
    if u16_at(os2, 8) & 0x000f == 0x0002 {
        return Err(fault("不允许嵌入"));
    }
    let glyphs: Vec<u16> = usage.glyphs.iter().copied().collect();
    let mapper = GlyphRemapper::new_from_glyphs(&glyphs);
    let subset = subsetter::subset(whole, font.index, &mapper).map_err(|_| fault("无法取子集"))?;
    let subset = Tables::read(&subset, 0).ok_or_else(|| fault("无法取子集"))?;

    let characters: Vec<(u32, u16)> = usage
        .characters
        .iter()
        .filter_map(|(ch, glyph)| Some((u32::from(*ch), mapper.get(*glyph)?)))
        .collect();
    let mut tables: BTreeMap<Tag, Vec<u8>> = subset.all().map(|(tag, table)| (tag, table.to_vec())).collect();
    tables.insert(*b"cmap", cmap(&characters));
    tables.insert(*b"OS/2", os2_for(os2, &characters));
    tables.insert(*b"name", names(font));
    tables.insert(*b"post", post_without_names(original.get(*b"post").unwrap_or_default()));
    let extension = if tables.contains_key(b"CFF ") { "otf" } else { "ttf" };
    Ok(Embedded { file: put_together(tables, extension), extension, mapper })
}

/// The tables of a font file, found but not copied.
struct Tables<'a> {
    records: Vec<(Tag, &'a [u8])>,
}

impl<'a> Tables<'a> {
    fn read(data: &'a [u8], index: u32) -> Option<Tables<'a>> {
        let start = match data.get(..4)? {
            b"ttcf" => u32_in(data, 12 + 4 * usize::try_from(index).ok()?)? as usize,
            _ => 0,
        };
        let count = usize::from(u16_in(data, start.checked_add(4)?)?);
        let record = |number: usize| {
            let at = start + 12 + 16 * number;
            let tag: Tag = data.get(at..at + 4)?.try_into().ok()?;
            let (offset, length) = (u32_in(data, at + 8)? as usize, u32_in(data, at + 12)? as usize);
            Some((tag, data.get(offset..offset.checked_add(length)?)?))
        };
        Some(Tables { records: (0..count).map(record).collect::<Option<_>>()? })
    }

    fn get(&self, tag: Tag) -> Option<&'a [u8]> {
        self.all().find(|(other, _)| *other == tag).map(|(_, table)| table)
    }

    fn all(&self) -> impl Iterator<Item = (Tag, &'a [u8])> + '_ {
        self.records.iter().copied()
    }
}

fn u16_in(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_in(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn u16_at(table: &[u8], at: usize) -> u16 {
    u16_in(table, at).unwrap_or(0)
}

/// Formats 4 (the first 65,536 characters, for old engines) and 12 (all).
fn cmap(characters: &[(u32, u16)]) -> Vec<u8> {
    let (narrow, wide) = (format_4(characters), format_12(characters));
    let mut out = Vec::with_capacity(20 + narrow.len() + wide.len());
    push(&mut out, &[0, 2]);
    let (first, second) = (20, 20 + narrow.len() as u32);
    for (encoding, offset) in [(1_u16, first), (10, second)] {
        push(&mut out, &[3, encoding]);
        out.extend(offset.to_be_bytes());
    }
    out.extend(narrow);
    out.extend(wide);
    out
}

/// One segment for each run of characters whose glyphs follow one another.
fn runs(characters: &[(u32, u16)]) -> Vec<(u32, u32, u16)> {
    let mut runs: Vec<(u32, u32, u16)> = Vec::new();
    for &(code, glyph) in characters {
        match runs.last_mut() {
            Some((from, to, first))
                if code == *to + 1 && u32::from(glyph) == u32::from(*first) + (code - *from) =>
            {
                *to = code;
            }
            _ => runs.push((code, code, glyph)),
        }
    }
    runs
}

fn format_4(characters: &[(u32, u16)]) -> Vec<u8> {
    let plane: Vec<(u32, u16)> = characters.iter().copied().filter(|(code, _)| *code < 0xffff).collect();
    let mut segments: Vec<(u16, u16, u16)> =
        runs(&plane).into_iter().map(|(from, to, glyph)| (from as u16, to as u16, glyph)).collect();
    // The format ends with a segment that maps U+FFFF to nothing.
    segments.push((0xffff, 0xffff, 0));
    let count = segments.len() as u16;
    let selector = count.ilog2() as u16;
    let range = 2_u16 << selector;
    let mut out = Vec::new();
    push(&mut out, &[4, 16 + 8 * count, 0, 2 * count, range, selector, 2 * count - range]);
    segments.iter().for_each(|(_, to, _)| push(&mut out, &[*to]));
    push(&mut out, &[0]);
    segments.iter().for_each(|(from, _, _)| push(&mut out, &[*from]));
    segments.iter().for_each(|(from, _, glyph)| push(&mut out, &[glyph.wrapping_sub(*from)]));
    segments.iter().for_each(|_| push(&mut out, &[0]));
    // The last segment's delta is 1 by custom; 0xFFFF + 1 wraps to the missing glyph.
    let last_delta = 14 + 2 + 6 * segments.len() - 2;
    out[last_delta..last_delta + 2].copy_from_slice(&1_u16.to_be_bytes());
    out
}

fn format_12(characters: &[(u32, u16)]) -> Vec<u8> {
    let groups = runs(characters);
    let mut out = Vec::new();
    push(&mut out, &[12, 0]);
    let count = groups.len() as u32;
    for number in [16 + 12 * count, 0, count] {
        out.extend(number.to_be_bytes());
    }
    for (from, to, glyph) in groups {
        for number in [from, to, u32::from(glyph)] {
            out.extend(number.to_be_bytes());
        }
    }
    out
}

/// The original table with the first and last character of the subset.
fn os2_for(original: &[u8], characters: &[(u32, u16)]) -> Vec<u8> {
    let mut out = original.to_vec();
    let clamp = |code: Option<&(u32, u16)>| code.map_or(0, |(code, _)| (*code).min(0xffff) as u16);
    out[64..66].copy_from_slice(&clamp(characters.first()).to_be_bytes());
    out[66..68].copy_from_slice(&clamp(characters.last()).to_be_bytes());
    out
}

/// Family, style, full and PostScript name for Windows, English.
fn names(font: &Font) -> Vec<u8> {
    let style = if font.bold { "Bold" } else { "Regular" };
    let full = format!("{} {style}", font.family);
    let entries: [(u16, &str); 5] =
        [(1, &font.family), (2, style), (3, &font.name), (4, &full), (6, &font.name)];
    let (mut records, mut storage) = (Vec::new(), Vec::new());
    push(&mut records, &[0, entries.len() as u16, 6 + 12 * entries.len() as u16]);
    for (id, text) in entries {
        let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        push(&mut records, &[3, 1, 0x0409, id, text.len() as u16, storage.len() as u16]);
        storage.extend(text);
    }
    records.extend(storage);
    records
}

/// Version 3: no glyph names, but slant and underline as the font had them.
fn post_without_names(original: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 32];
    let kept = original.len().min(32);
    out[..kept].copy_from_slice(&original[..kept]);
    out[..4].copy_from_slice(&0x0003_0000_u32.to_be_bytes());
    out
}

fn put_together(mut tables: BTreeMap<Tag, Vec<u8>>, extension: &str) -> Vec<u8> {
    if let Some(head) = tables.get_mut(b"head").filter(|head| head.len() >= 12) {
        head[8..12].fill(0);
    }
    let count = tables.len() as u16;
    let selector = count.ilog2() as u16;
    let range = 16_u16 << selector;
    let mut out = if extension == "otf" { b"OTTO".to_vec() } else { vec![0, 1, 0, 0] };
    push(&mut out, &[count, range, selector, 16 * count - range]);
    let mut offset = 12 + 16 * tables.len();
    let mut head_at = None;
    for (tag, table) in &tables {
        if tag == b"head" {
            head_at = Some(offset);
        }
        out.extend(tag);
        for number in [sum(table), offset as u32, table.len() as u32] {
            out.extend(number.to_be_bytes());
        }
        offset += table.len().next_multiple_of(4);
    }
    for table in tables.values() {
        out.extend(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    // checkSumAdjustment: the whole file then sums to the number of the format.
    if let Some(at) = head_at.filter(|at| at + 12 <= out.len()) {
        let adjustment = 0xb1b0_afba_u32.wrapping_sub(sum(&out));
        out[at + 8..at + 12].copy_from_slice(&adjustment.to_be_bytes());
    }
    out
}

fn sum(table: &[u8]) -> u32 {
    let word = |chunk: &[u8]| {
        let mut bytes = [0; 4];
        bytes[..chunk.len()].copy_from_slice(chunk);
        u32::from_be_bytes(bytes)
    };
    table.chunks(4).fold(0_u32, |total, chunk| total.wrapping_add(word(chunk)))
}

fn push(out: &mut Vec<u8>, numbers: &[u16]) {
    numbers.iter().for_each(|number| out.extend(number.to_be_bytes()));
}
