//! Looking at uploads: honest ones pass, the others are refused with a reason and a remedy.

use files::{Kind, Limits, Looked, Refused, look_at_bytes};
use image::{ImageFormat, RgbImage};
use proptest::prelude::*;
use std::io::Cursor;

fn picture(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let grain = |x: u32, y: u32| image::Rgb([(x * 7) as u8, (y * 5) as u8, (x * y) as u8]);
    RgbImage::from_fn(60, 40, grain).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn pdf(objects: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n\
         2 0 obj <</Type /Pages /Count 3 /Kids []>> endobj\n{objects}\ntrailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    )
    .into_bytes()
}

fn look(bytes: &[u8], name: &str) -> Result<Looked, Refused> {
    look_at_bytes(bytes, name, Limits::default())
}

const PICTURES: [(ImageFormat, Kind, &str); 4] = [
    (ImageFormat::Jpeg, Kind::Jpeg, "a.JPG"),
    (ImageFormat::Png, Kind::Png, "a.png"),
    (ImageFormat::WebP, Kind::Webp, "a.webp"),
    (ImageFormat::Gif, Kind::Gif, "a.gif"),
];

#[test]
fn honest_pictures_and_documents_pass() {
    for (format, kind, name) in PICTURES {
        let found = look(&picture(format), name).unwrap();
        assert_eq!(found, Looked { kind, width: Some(60), height: Some(40), pages: None });
    }
    let found = look(&pdf(""), "租赁合同.pdf").unwrap();
    assert_eq!(found, Looked { kind: Kind::Pdf, width: None, height: None, pages: Some(3) });
}

#[test]
fn a_name_that_says_another_kind_is_refused_with_the_right_one() {
    let refused = look(&pdf(""), "照片.jpg").unwrap_err();
    assert_eq!(refused, Refused::Misnamed { is: Kind::Pdf, extension: "jpg".into() });
    assert_eq!(refused.says(), "文件内容是 PDF，但文件名以 .jpg 结尾。");
    assert_eq!(refused.remedy(), "请把扩展名改为 .pdf，或者直接上传原来的照片、PDF。");
    assert_eq!(look(&picture(ImageFormat::Png), "照片").unwrap_err(), Refused::NoExtension { is: Kind::Png });
}

#[test]
fn what_we_do_not_take_is_called_by_its_name() {
    for (bytes, name, what) in [
        (b"PK\x03\x04word".as_slice(), "a.docx", "压缩包或 Word、Excel、OFD 文件"),
        (b"MZ\x90\0", "a.jpg", "程序文件"),
        (b"\x7fELF", "a.png", "程序文件"),
        (b"\0\0\0\x18ftypheic", "IMG_1.HEIC", "HEIC 图片"),
        (b"\0\0\0\x18ftypisom", "a.mp4", "视频文件"),
        (b"<?xml version='1.0'?><svg onload='x'>", "a.png", "SVG 图片"),
        (b"\n<!DOCTYPE html><html>", "a.jpg", "网页文件"),
        (b"hello", "a.pdf", "这种类型的文件"),
    ] {
        let refused = look(bytes, name).unwrap_err();
        assert!(
            matches!(refused, Refused::NotTaken { what: found, .. } if found == what),
            "{name}: {refused:?}"
        );
        assert!(!refused.remedy().is_empty());
    }
    assert_eq!(look(b"", "a.jpg"), Err(Refused::Empty));
}

#[test]
fn a_picture_cut_off_anywhere_is_broken() {
    for (format, kind, name) in PICTURES {
        let whole = picture(format);
        for part in [16, whole.len() / 2, whole.len() * 9 / 10] {
            let refused = look(&whole[..part], name);
            assert_eq!(refused, Err(Refused::Broken { is: kind }), "{name} cut to {part} of {}", whole.len());
        }
    }
    let document = pdf("");
    assert_eq!(look(&document[..document.len() - 20], "a.pdf"), Err(Refused::Broken { is: Kind::Pdf }));
}

#[test]
fn a_bomb_is_found_by_its_header_alone() {
    let mut bomb = picture(ImageFormat::Png);
    // The size stands in IHDR at byte 16, its checksum behind it is not read for the size.
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    let refused = look(&bomb, "a.png").unwrap_err();
    assert_eq!(refused, Refused::TooManyPixels { width: 30_000, height: 30_000, limit: 100_000_000 });
    assert_eq!(refused.says(), "图片太大：30000×30000 像素，上限为 10000 万像素。");
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

#[test]
fn a_pdf_that_acts_or_is_locked_or_carries_something_is_refused() {
    for (objects, what) in [
        ("3 0 obj <</S /JavaScript /JS (app.alert(1))>> endobj", "脚本"),
        ("3 0 obj <</S /J#61vaScript /J#53 (x)>> endobj", "脚本"),
        ("3 0 obj <</JS(x)>> endobj", "脚本"),
        ("3 0 obj <</S /Launch /F (cmd.exe)>> endobj", "启动程序的动作"),
        ("3 0 obj <</Names <</EmbeddedFiles 4 0 R>>>> endobj", "附件"),
    ] {
        assert_eq!(look(&pdf(objects), "a.pdf"), Err(Refused::Active { what }), "{objects}");
    }
    assert_eq!(look(&pdf("trailer <</Encrypt 5 0 R>>"), "a.pdf"), Err(Refused::Locked));
    // `/JS` inside packed bytes is chance, and `/JSomething` is another name.
    assert!(
        look(&pdf("3 0 obj <</Length 9>> stream\n\x01/JS \x02\x03\nendstream endobj /JSize 1"), "a.pdf")
            .is_ok()
    );
}

#[test]
fn one_kind_hidden_in_another_is_refused() {
    let jpeg = picture(ImageFormat::Jpeg);
    let with = |tail: &[u8]| [&jpeg, tail].concat();
    for (bytes, hides) in [
        (with(b"PK\x03\x04evil PK\x05\x06"), "压缩包"),
        (with(b"<SCRIPT>alert(1)</SCRIPT>"), "网页脚本"),
        (with(b"<?php system($_GET['c']);"), "网页脚本"),
    ] {
        assert_eq!(look(&bytes, "a.jpg"), Err(Refused::TwoInOne { is: Kind::Jpeg, hides }));
    }
    // What a camera appends to its pictures is no harm.
    assert!(look(&with(b"\0\0\0\x18ftypmp42 motion"), "a.jpg").is_ok());
}

#[test]
fn too_large_is_said_in_megabytes() {
    let refused =
        look_at_bytes(&picture(ImageFormat::Png), "a.png", Limits { bytes: 100, pixels: 9 }).unwrap_err();
    assert_eq!(refused, Refused::TooLarge { limit: 100 });
    assert_eq!(Refused::TooLarge { limit: 20 << 20 }.says(), "文件超过了 20 MB。");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_bytes_make_it_panic(which in 0..5_usize, at in 0..400_usize, junk in any::<Vec<u8>>()) {
        let mut bytes = PICTURES.get(which).map_or_else(|| pdf("/JS #4 stream"), |(format, ..)| picture(*format));
        let at = at.min(bytes.len());
        let end = (at + junk.len()).min(bytes.len());
        bytes.splice(at..end, junk);
        let name = PICTURES.get(which).map_or("a.pdf", |(_, _, name)| name);
        let _ = look(&bytes, name);
    }
}
