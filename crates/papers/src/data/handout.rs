//! What is handed out to everybody: a guide, a blank form, a filled example.

use super::PaperData;
use crate::kind::Kind;
use crate::samples;
use serde::{Deserialize, Serialize};

/// A paper of no case: headed, in sections, with the mark by which copies of it are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handout {
    /// [`Kind::Guide`] or [`Kind::BlankForm`].
    pub kind: Kind,
    /// Whose it is, above the title.
    pub issuing_authority: String,
    pub title: String,
    /// “指南版本 2026.3，2026年1月1日起施行”, at the foot of each page.
    pub edition: String,
    /// Paragraphs before the first section.
    pub says: Vec<String>,
    pub sections: Vec<Section>,
    /// Paragraphs after the last: how to learn whether the sheet is still current.
    pub ends: Vec<String>,
    /// SM3 of the guide; empty on a form.
    pub digest: String,
}

/// A heading with paragraphs, then pairs, then a table: whichever there are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Section {
    pub title: String,
    #[serde(default)]
    pub lines: Vec<String>,
    #[serde(default)]
    pub rows: Vec<Pair>,
    /// Names of the columns; none where there is no table.
    #[serde(default)]
    pub head: Vec<String>,
    #[serde(default)]
    pub cells: Vec<Vec<String>>,
}

/// A value is empty where somebody is to write it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    pub label: String,
    pub value: String,
}

impl Section {
    pub fn new(title: impl Into<String>) -> Section {
        Section { title: title.into(), ..Section::default() }
    }

    #[must_use]
    pub fn lines(self, lines: impl IntoIterator<Item = String>) -> Section {
        Section { lines: lines.into_iter().filter(|line| !line.is_empty()).collect(), ..self }
    }

    #[must_use]
    pub fn rows<L: Into<String>>(self, rows: impl IntoIterator<Item = (L, String)>) -> Section {
        let pair = |(label, value): (L, String)| Pair { label: label.into(), value };
        Section { rows: rows.into_iter().map(pair).collect(), ..self }
    }

    #[must_use]
    pub fn table<const N: usize>(
        self,
        head: [&str; N],
        cells: impl IntoIterator<Item = [String; N]>,
    ) -> Section {
        Section {
            head: head.map(str::to_owned).into(),
            cells: cells.into_iter().map(Into::into).collect(),
            ..self
        }
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.rows.is_empty() && self.cells.is_empty()
    }
}

impl PaperData for Handout {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn samples() -> Vec<Self> {
        samples::handouts()
    }
}
