//! Why a document could not be written or read, in the words of the person in front of it.

use thiserror::Error;

/// Something on a page that some reader would show otherwise than we do, or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("版面中有OFD不能可靠呈现的内容：{what}")]
pub struct Unsupported {
    /// For whoever works on the template.
    pub what: String,
}

impl Unsupported {
    pub fn new(what: impl Into<String>) -> Unsupported {
        Unsupported { what: what.into() }
    }
}

/// Why bytes are not an OFD document that we would open.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OpenFault {
    #[error("这不是OFD文件")]
    NotOfd,
    #[error("文件不完整或已损坏：{0}")]
    Damaged(String),
    /// Larger, deeper or more crowded than any document of an office: likely made to hurt a reader.
    #[error("文件超出允许的大小：{0}")]
    TooMuch(&'static str),
    /// Names or references that reach outside the package or stand twice.
    #[error("文件内部的路径不合规：{0}")]
    BadPath(String),
    #[error("文件使用了不支持的压缩或加密方式")]
    Method,
    #[error("文件缺少“{0}”")]
    Missing(String),
    /// Not well-formed, or with parts that a document has no use for (DTD, entities).
    #[error("“{part}”的内容不合规：{why}")]
    Xml { part: String, why: String },
}

impl OpenFault {
    /// Stable word for programs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            OpenFault::NotOfd => "ofd-not-ofd",
            OpenFault::Damaged(_) => "ofd-damaged",
            OpenFault::TooMuch(_) => "ofd-too-much",
            OpenFault::BadPath(_) => "ofd-bad-path",
            OpenFault::Method => "ofd-method",
            OpenFault::Missing(_) => "ofd-missing",
            OpenFault::Xml { .. } => "ofd-xml",
        }
    }

    /// What to do now.
    pub fn next(&self) -> &'static str {
        match self {
            OpenFault::NotOfd => "请选择扩展名为.ofd的电子证照或电子文书",
            _ => "请重新下载原文件后再试；仍不能打开的，请联系发证机关",
        }
    }
}
