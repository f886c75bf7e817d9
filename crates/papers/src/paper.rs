//! A document ready to be set in type, and the interface of the typesetter.

use crate::data::{self, PaperData};
use crate::kind::Kind;
use crate::number::DocumentNumber;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A document: everything that appears on it. Kept as JSON beside the case, it gives the same bytes
/// again at any later time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    pub kind: Kind,
    /// The document number as printed; none for kinds that carry only the case number.
    pub number: Option<String>,
    /// The date of the document, printed below the name of the bureau.
    pub issued_on: Date,
    /// The struct of [`data`] that belongs to `kind`, as JSON.
    pub data: serde_json::Value,
    /// The address in the QR code with which anybody can check the document.
    pub verify_url: Option<String>,
}

impl Paper {
    pub fn new<D: PaperData>(data: &D, issued_on: Date) -> Paper {
        let value = serde_json::to_value(data).expect("plain structs with text keys always become JSON");
        Paper { kind: data.kind(), number: None, issued_on, data: value, verify_url: None }
    }

    #[must_use]
    pub fn numbered(self, number: &DocumentNumber) -> Paper {
        Paper { number: Some(number.to_string()), ..self }
    }

    #[must_use]
    pub fn verified_at(self, url: impl Into<String>) -> Paper {
        Paper { verify_url: Some(url.into()), ..self }
    }

    /// Whether the data has the shape of its kind. The message is for the log, not for people.
    pub fn check(&self) -> Result<(), String> {
        data::check(self.kind, &self.data)
    }

    /// Papers of this kind with invented but lifelike content: a plain one, one with rare characters, one
    /// with much and long content.
    pub fn samples(kind: Kind) -> Vec<Paper> {
        crate::samples::papers(kind)
    }
}

/// Sets papers in type. The portal hands in the one that works; the tests of a matter may hand in their own.
///
/// Pages count from 0. The same paper gives the same bytes every time.
pub trait Typesetter: Send + Sync {
    /// The document as PDF.
    fn pdf(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault>;

    /// One page as SVG, for showing it in a page; glyphs are outlines.
    fn svg(&self, paper: &Paper, page: usize) -> Result<String, TypesetFault>;

    /// One page as PNG at `dpi` dots per inch.
    fn png(&self, paper: &Paper, page: usize, dpi: u16) -> Result<Vec<u8>, TypesetFault>;

    /// How many pages the document has.
    fn pages(&self, paper: &Paper) -> Result<usize, TypesetFault>;

    /// The document as PDF with the pictures of its seals on it: the reading copy of a sealed document, from the same
    /// layout. The pictures prove nothing; the sealed file does.
    fn pdf_with_seals(&self, paper: &Paper, _prints: &[SealPrint]) -> Result<Vec<u8>, TypesetFault> {
        self.pdf(paper)
    }

    /// The picture of a seal: PNG with a transparent ground, red, as large as its kind is on paper.
    fn seal_picture(&self, _face: &SealFace) -> Result<SealPicture, TypesetFault> {
        Err(TypesetFault::Unsupported("印章图样".to_owned()))
    }

    /// What stands where on each page, from which an OFD document is written ([`ofd::write`]).
    fn layout(&self, _paper: &Paper) -> Result<ofd::model::DisplayList, TypesetFault> {
        Err(TypesetFault::Unsupported("版式文件".to_owned()))
    }

    /// Whether every character of `text` has a shape, so that a form can refuse an emoji in a shop's name
    /// before a letter fails on it. A typesetter without fonts says yes.
    fn shows(&self, _text: &str) -> Result<(), TypesetFault> {
        Ok(())
    }
}

/// What is engraved in a seal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SealFace {
    /// Name of the organ, around the edge.
    pub organ: String,
    /// 行政许可专用章, across the lower half; none on the 公章.
    pub purpose: Option<String>,
}

/// The picture of a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealPicture {
    pub png: Vec<u8>,
    /// Millimetres.
    pub width: i64,
    /// Millimetres.
    pub height: i64,
}

/// The picture of a seal where it stands on a page, in millimetres from the top left corner.
#[derive(Clone)]
pub struct SealPrint {
    /// From 0.
    pub page: usize,
    /// Where the whole picture would stand: x, y, width, height.
    pub area: [f64; 4],
    /// The piece of it that shows, from the corner of the area; all of it when `None` (骑缝章 show a piece a page).
    pub clip: Option<[f64; 4]>,
    pub png: Arc<[u8]>,
    /// What a screen reader says: “印章：城中区烟草专卖局行政许可专用章”.
    pub alt: String,
}

/// Why a paper could not be set. Nothing is ever left out silently: a paper that doesn't fit or a
/// character without a shape is a fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypesetFault {
    /// The content needs more pages than the kind may have.
    #[error("内容超出版面：需要{needed}页，最多{limit}页")]
    Overflow { needed: usize, limit: usize },
    /// Something stands beyond the edge of the paper: a word or a block that can't be broken.
    #[error("内容超出纸面，请缩短过长的词语或段落")]
    OffThePaper,
    /// No font has a shape for this character.
    #[error("字体中没有“{ch}”（U+{code:04X}），无法排版", code = u32::from(*ch))]
    MissingGlyph { ch: char },
    /// The data lacks the shape of its kind.
    #[error("文书数据不完整：{0}")]
    Data(String),
    /// The template or the engine failed; the message is for the log.
    #[error("文书模板出错：{0}")]
    Template(String),
    /// The template draws something that not every reader of the wanted format shows alike.
    #[error("文书模板中有不能可靠呈现的内容：{0}")]
    Unsupported(String),
    /// There is no template for this kind.
    #[error("没有“{}”的模板", .0.title())]
    UnknownKind(Kind),
    /// The document has no such page.
    #[error("没有第{}页，共{pages}页", page + 1)]
    NoSuchPage { page: usize, pages: usize },
}
