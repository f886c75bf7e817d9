//! What an import found and did.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// One fault of one row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowFault {
    /// Line of the file, the heading being line 1.
    pub row: u64,
    pub column: String,
    /// What is wrong and what to do.
    pub says: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Rows read, without the heading.
    pub rows: u64,
    /// Licences taken over: all rows, or none.
    pub imported: u64,
    pub by_bureau: BTreeMap<String, u64>,
    /// Where the counters of numbers stand now.
    pub counters: BTreeMap<String, i64>,
    /// The first faults; `faults_in_all` counts those left out too.
    pub faults: Vec<RowFault>,
    pub faults_in_all: u64,
    /// What was taken over but should be looked at.
    pub warnings: Vec<RowFault>,
    pub warnings_in_all: u64,
    /// SM3 of the file.
    pub digest: String,
}

/// More than anybody reads; the counts go on.
const MOST_LISTED: usize = 1_000;

impl Report {
    pub fn is_clean(&self) -> bool {
        self.faults_in_all == 0
    }

    pub(super) fn fault(&mut self, row: u64, column: &str, says: impl Into<String>) {
        self.faults_of_rows(vec![RowFault { row, column: column.into(), says: says.into() }]);
    }

    pub(super) fn faults_of_rows(&mut self, faults: Vec<RowFault>) {
        self.faults_in_all += faults.len() as u64;
        self.faults.extend(faults);
        self.faults.truncate(MOST_LISTED);
    }

    pub(super) fn warn(&mut self, row: u64, column: &str, says: impl Into<String>) {
        self.warnings_in_all += 1;
        if self.warnings.len() < MOST_LISTED {
            self.warnings.push(RowFault { row, column: column.into(), says: says.into() });
        }
    }
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 行 {}：{}", self.row, self.column, self.says)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            writeln!(f, "读入 {} 行，导入 {} 张许可证。", self.rows, self.imported)?;
        } else {
            writeln!(
                f,
                "读入 {} 行，发现 {} 处错误，没有导入任何许可证。请改正后重新导入整个文件。",
                self.rows, self.faults_in_all
            )?;
        }
        for fault in self.faults.iter().take(20) {
            writeln!(f, "  {fault}")?;
        }
        if self.faults_in_all > 20 {
            writeln!(f, "  ……另有 {} 处错误", self.faults_in_all - 20)?;
        }
        for (bureau, count) in &self.by_bureau {
            writeln!(f, "  发证机关 {bureau}：{count} 张")?;
        }
        for (name, value) in &self.counters {
            writeln!(f, "  编号计数 {name} 现为 {value}")?;
        }
        if self.warnings_in_all > 0 {
            writeln!(f, "有 {} 处需要核对，例如：", self.warnings_in_all)?;
        }
        for warning in self.warnings.iter().take(5) {
            writeln!(f, "  {warning}")?;
        }
        Ok(())
    }
}
