//! What a file is, by its first bytes and never by its name.

use crate::Refused;

/// The kinds of file we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Jpeg,
    Png,
    Webp,
    Gif,
    Pdf,
}

const PICTURE_OR_PDF: &str = "请上传照片（JPG、PNG、WebP、GIF）或 PDF。";
const PRINT_TO_PDF: &str = "请另存为 PDF，或打印后拍照上传。";
const UNPACK: &str = "请先解压，再把里面的照片或 PDF 逐个上传。";

/// Content we know and do not take: where the mark stands, the mark, what it is called, what to do instead.
const NOT_TAKEN: &[(usize, &[u8], &str, &str)] = &[
    (0, b"PK\x03\x04", "压缩包或 Word、Excel、OFD 文件", "请另存为 PDF 或拍照上传；压缩包请先解压。"),
    (0, b"PK\x05\x06", "空的压缩包", UNPACK),
    (0, b"Rar!", "压缩包（RAR）", UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "压缩包（7z）", UNPACK),
    (0, b"\x1f\x8b", "压缩包（gzip）", UNPACK),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Word、Excel 文件", PRINT_TO_PDF),
    (0, b"MZ", "程序文件", PICTURE_OR_PDF),
    (0, b"\x7fELF", "程序文件", PICTURE_OR_PDF),
    (0, b"#!", "脚本文件", PICTURE_OR_PDF),
    (0, b"BM", "BMP 图片", "请把图片另存为 JPG 或 PNG 再上传。"),
    (0, b"II*\0", "TIFF 图片", "请把图片另存为 JPG、PNG 或 PDF 再上传。"),
    (0, b"MM\0*", "TIFF 图片", "请把图片另存为 JPG、PNG 或 PDF 再上传。"),
    (4, b"ftyphei", "HEIC 图片", HEIC),
    (4, b"ftyphev", "HEIC 图片", HEIC),
    (4, b"ftypmif1", "HEIC 图片", HEIC),
    (4, b"ftypavif", "AVIF 图片", "请把图片另存为 JPG 再上传。"),
    (4, b"ftyp", "视频文件", PICTURE_OR_PDF),
];

const HEIC: &str = "请在手机“设置 → 相机 → 格式”里选“兼容性最佳”后重拍，或把照片另存为 JPG 再上传。";

impl Kind {
    /// By the magic numbers at the start of `head` (the first kilobyte or more), or why we do not take it.
    pub fn of(head: &[u8]) -> Result<Kind, Refused> {
        if head.is_empty() {
            return Err(Refused::Empty);
        }
        if let Some(kind) = Kind::taken(head) {
            return Ok(kind);
        }
        let known = NOT_TAKEN
            .iter()
            .find(|(at, mark, ..)| head.get(*at..).is_some_and(|rest| rest.starts_with(mark)));
        if let Some((_, _, what, instead)) = known {
            return Err(Refused::NotTaken { what, instead });
        }
        let start = &head[..head.len().min(1024)];
        let (what, instead) = if holds(start, b"<svg") {
            ("SVG 图片", "请把图片另存为 PNG 或 JPG 再上传。")
        } else if holds(start, b"<html") || holds(start, b"<!doctype") || holds(start, b"<script") {
            ("网页文件", PRINT_TO_PDF)
        } else {
            ("这种类型的文件", PICTURE_OR_PDF)
        };
        Err(Refused::NotTaken { what, instead })
    }

    fn taken(head: &[u8]) -> Option<Kind> {
        match head {
            [0xff, 0xd8, 0xff, ..] => Some(Kind::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Kind::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Kind::Webp),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Kind::Gif),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Kind::Pdf),
            _ => None,
        }
    }

    /// By the extension of a file name, in any case.
    pub fn named(name: &str) -> Option<Kind> {
        match extension_of(name)?.as_str() {
            "jpg" | "jpeg" | "jpe" | "jfif" => Some(Kind::Jpeg),
            "png" => Some(Kind::Png),
            "webp" => Some(Kind::Webp),
            "gif" => Some(Kind::Gif),
            "pdf" => Some(Kind::Pdf),
            _ => None,
        }
    }

    pub fn says(self) -> &'static str {
        match self {
            Kind::Jpeg => "JPG 图片",
            Kind::Png => "PNG 图片",
            Kind::Webp => "WebP 图片",
            Kind::Gif => "GIF 图片",
            Kind::Pdf => "PDF",
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Kind::Jpeg => "jpg",
            Kind::Png => "png",
            Kind::Webp => "webp",
            Kind::Gif => "gif",
            Kind::Pdf => "pdf",
        }
    }

    /// What to serve it as.
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
            Kind::Webp => "image/webp",
            Kind::Gif => "image/gif",
            Kind::Pdf => "application/pdf",
        }
    }
}

/// The extension in lower case; `None` when there is no dot, or nothing before or after it.
pub(crate) fn extension_of(name: &str) -> Option<String> {
    let (stem, extension) = name.trim().rsplit_once('.')?;
    (!stem.is_empty() && !extension.is_empty()).then(|| extension.to_ascii_lowercase())
}

/// Does `bytes` hold `mark` (lower case), in any case?
pub(crate) fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window.eq_ignore_ascii_case(mark))
}
