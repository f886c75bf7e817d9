//! Why a file is refused, and what the person can do instead.

use crate::Kind;
use thiserror::Error;

/// A refusal in the words the person reads: [`Refused::says`] what is wrong, [`Refused::remedy`] what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.says())]
pub enum Refused {
    Empty,
    TooLarge {
        limit: u64,
    },
    /// The content is of a kind we take, but the name says another.
    Misnamed {
        is: Kind,
        extension: String,
    },
    /// The name has no extension we take, though the content would do.
    NoExtension {
        is: Kind,
    },
    /// Content we do not take; `what` is its name in Chinese.
    NotTaken {
        what: &'static str,
        instead: &'static str,
    },
    /// The picture or document cannot be read to its end.
    Broken {
        is: Kind,
    },
    TooManyPixels {
        width: u32,
        height: u32,
        limit: u64,
    },
    /// A PDF that does things by itself, or that carries other files.
    Active {
        what: &'static str,
    },
    /// A PDF that needs a password.
    Locked,
    /// One kind of file hidden in another.
    TwoInOne {
        is: Kind,
        hides: &'static str,
    },
}

impl Refused {
    /// A short name for logs and for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Refused::Empty => "file-empty",
            Refused::TooLarge { .. } => "file-too-large",
            Refused::Misnamed { .. } | Refused::NoExtension { .. } => "file-misnamed",
            Refused::NotTaken { .. } => "file-kind",
            Refused::Broken { .. } => "file-broken",
            Refused::TooManyPixels { .. } => "file-too-many-pixels",
            Refused::Active { .. } => "file-active",
            Refused::Locked => "file-locked",
            Refused::TwoInOne { .. } => "file-two-in-one",
        }
    }

    /// What is wrong, as one sentence.
    pub fn says(&self) -> String {
        match self {
            Refused::Empty => "这个文件是空的（0 字节）。".into(),
            Refused::TooLarge { limit } => format!("文件超过了 {}。", size(*limit)),
            Refused::Misnamed { is, extension } => {
                format!("文件内容是 {}，但文件名以 .{extension} 结尾。", is.says())
            }
            Refused::NoExtension { is } => format!("文件内容是 {}，但文件名没有对应的扩展名。", is.says()),
            Refused::NotTaken { what, .. } => format!("不能接收{what}。"),
            Refused::Broken { is } => format!("这个 {} 文件不完整或已损坏，打不开。", is.says()),
            Refused::TooManyPixels { width, height, limit } => {
                format!("图片太大：{width}×{height} 像素，上限为 {} 万像素。", limit / 10_000)
            }
            Refused::Active { what } => format!("PDF 文件里带有{what}，为了安全不能接收。"),
            Refused::Locked => "PDF 文件设了密码，工作人员打不开。".into(),
            Refused::TwoInOne { is, hides } => {
                format!("{} 文件里还藏有{hides}，为了安全不能接收。", is.says())
            }
        }
    }

    /// What to do next, as one sentence.
    pub fn remedy(&self) -> String {
        match self {
            Refused::Empty => "请打开原文件确认有内容，再重新选择。".into(),
            Refused::TooLarge { limit } => {
                format!("请用手机重新拍摄或压缩到 {} 以内再上传；多页材料可以分成几个文件。", size(*limit))
            }
            Refused::Misnamed { is, .. } | Refused::NoExtension { is } => {
                format!("请把扩展名改为 .{}，或者直接上传原来的照片、PDF。", is.extension())
            }
            Refused::NotTaken { instead, .. } => (*instead).into(),
            Refused::Broken { is: Kind::Pdf } => "请重新导出或扫描成 PDF 后再上传。".into(),
            Refused::Broken { .. } => "请重新拍摄或重新保存这张图片后再上传。".into(),
            Refused::TooManyPixels { .. } => "请把图片缩小，或用手机的普通模式重新拍摄。".into(),
            Refused::Active { .. } | Refused::TwoInOne { .. } => {
                "请打开文件，用“打印”另存为新的 PDF，或直接拍照上传。".into()
            }
            Refused::Locked => "请去掉密码，或用“打印”另存为新的 PDF 后再上传。".into(),
        }
    }
}

fn size(bytes: u64) -> String {
    const MB: u64 = 1024 * 1024;
    if bytes >= MB { format!("{} MB", bytes / MB) } else { format!("{} KB", bytes.div_ceil(1024)) }
}
