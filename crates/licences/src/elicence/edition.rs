//! An edition (版本) of a licence: its identifier, its two sealed sheets, its state, and its neighbours in time.

use jiff::Timestamp;
use jiff::civil::Date;
use papers::Paper;
use papers::data::{Licence as Face, Sheet};

use super::state::State;
use crate::Fault;

#[derive(Clone, Debug, PartialEq)]
pub struct Edition {
    pub bureau: String,
    /// 许可证号
    pub number: String,
    /// 版本号, from 1.
    pub edition: u16,
    /// Raised by each change; the compare-and-set.
    pub version: i64,
    /// GB/T 36904.
    pub identifier: String,
    /// As stored; ask [`Edition::state_on`] for what it is worth on a day.
    pub state: State,
    /// Its place in the bureau's status list.
    pub status_index: i64,
    pub cause: Cause,
    /// The step and the number it stands under: “准予许可 城中烟申〔2026〕第00001号”.
    pub under: String,
    /// Identifier of the edition this one replaced.
    pub previous: Option<String>,
    /// Identifier of the edition that replaced this one.
    pub next: Option<String>,
    /// 持证主体
    pub holder_name: String,
    /// 统一社会信用代码; empty where none is registered.
    pub holder_code: String,
    pub issuer_name: String,
    pub issuer_code: String,
    /// The original (正本) as it was set.
    pub paper: Paper,
    /// SM3 of the sealed original and duplicate.
    pub original: String,
    pub duplicate: String,
    /// 制证日期
    pub issued_on: Date,
    pub valid_from: Date,
    pub valid_to: Date,
    pub made_at: Timestamp,
    pub changed_at: Timestamp,
}

impl Edition {
    pub fn state_on(&self, today: Date) -> State {
        self.state.on(self.valid_to, today)
    }

    /// 001
    pub fn edition_says(&self) -> String {
        format!("{:03}", self.edition)
    }

    /// The paper of a sheet, from which its reading copy is set.
    pub fn sheet(&self, sheet: Sheet) -> Result<Paper, Fault> {
        self.sheet_with(sheet, |_| ())
    }

    /// As [`Edition::sheet`], with a mark across it that says what this copy is for.
    pub fn sheet_marked(&self, sheet: Sheet, watermark: &str) -> Result<Paper, Fault> {
        self.sheet_with(sheet, |face| face.watermark = Some(watermark.to_owned()))
    }

    fn sheet_with(&self, sheet: Sheet, change: impl FnOnce(&mut Face)) -> Result<Paper, Fault> {
        let mut face: Face = serde_json::from_value(self.paper.data.clone())
            .map_err(|fault| db::Fault::Shape(format!("elicence.paper: {fault}")))?;
        face.sheet = sheet;
        change(&mut face);
        let paper = Paper::new(&face, self.paper.issued_on);
        Ok(Paper { verify_url: self.paper.verify_url.clone(), ..paper })
    }

    pub fn digest(&self, sheet: Sheet) -> &str {
        match sheet {
            Sheet::Original => &self.original,
            Sheet::Duplicate => &self.duplicate,
        }
    }
}

/// Why an edition was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// 新办
    Issue,
    /// 补发电子证照, for a licence taken over from an older system
    TakeOver,
    /// 变更
    Amend,
    /// 延续
    Renew,
    /// 补办
    Reprint,
    /// 换章
    Reseal,
}

impl Cause {
    pub const ALL: [Cause; 6] =
        [Cause::Issue, Cause::TakeOver, Cause::Amend, Cause::Renew, Cause::Reprint, Cause::Reseal];

    pub fn code(self) -> &'static str {
        match self {
            Cause::Issue => "issue",
            Cause::TakeOver => "take_over",
            Cause::Amend => "amend",
            Cause::Renew => "renew",
            Cause::Reprint => "reprint",
            Cause::Reseal => "reseal",
        }
    }

    pub fn from_code(code: &str) -> Option<Cause> {
        Cause::ALL.into_iter().find(|cause| cause.code() == code)
    }

    pub fn label(self) -> &'static str {
        match self {
            Cause::Issue => "新办",
            Cause::TakeOver => "补发电子证照",
            Cause::Amend => "变更",
            Cause::Renew => "延续",
            Cause::Reprint => "补办",
            Cause::Reseal => "换章重发",
        }
    }
}
