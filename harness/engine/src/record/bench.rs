//! Tables that a bench of the method measured: what the directive `{{#bench NAME}}` shows.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use heapbook_model::{Bytes, Machine, Nanos};
use serde::{Deserialize, Serialize};

use super::RecordsError;
use crate::files::read_text;

/// The tables of each bench, by its name.
pub type Benches = BTreeMap<String, Vec<BenchTable>>;

/// What a bench measured on one machine and one Python.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchTable {
    /// What the table is of, for those who listen to the page.
    pub title: String,
    /// What its figures are, in a sentence below it.
    pub caption: String,
    /// The Python's full version.
    pub python: String,
    /// The machine.
    pub machine: Machine,
    /// When, in UTC, to the second.
    pub measured_at: String,
    /// What measured it, where that is no bench of cargo's of the file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The heads of the columns, the first of which is that of the rows' names.
    pub columns: Vec<BenchValue>,
    /// The rows.
    pub rows: Vec<BenchRow>,
    /// Whether a last row holds the geometric mean of each column's ratios.
    #[serde(default)]
    pub means: bool,
}

/// What was measured of one workload or tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchRow {
    /// The workload or the tool.
    pub name: String,
    /// The tool's version; none for what comes with Python or is this project's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// A cell for each column after the first.
    pub cells: Vec<BenchCell>,
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchCell {
    /// What was measured.
    #[serde(flatten)]
    pub value: BenchValue,
    /// A word below it, such as a tool's verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A measured value, in integers of its unit, or words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BenchValue {
    /// Words.
    Text(String),
    /// A name in a program.
    Code(String),
    /// A number of things.
    Count(u64),
    /// A number of objects.
    Objects(u64),
    /// A number of bytes.
    Bytes(Bytes),
    /// Times of the same thing, whose median is shown.
    TimesNs(Vec<Nanos>),
    /// Times of two things; the ratio of their medians is shown, the first over the second.
    RatioNs(Vec<Nanos>, Vec<Nanos>),
}

impl From<BenchValue> for BenchCell {
    fn from(value: BenchValue) -> Self {
        BenchCell { value, note: None }
    }
}

impl BenchTable {
    /// Reads every `NAME.json` of a folder; an absent folder holds none.
    ///
    /// # Errors
    /// When a file cannot be read, or is not what a bench writes.
    pub fn read_all(folder: &Path) -> Result<Benches, RecordsError> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Benches::new()),
            entries => entries.map_err(RecordsError::reading(folder))?,
        };
        let mut benches = Benches::new();
        for entry in entries {
            let path = entry.map_err(RecordsError::reading(folder))?.path();
            let (Some(name), Some("json")) = (
                path.file_stem().and_then(|name| name.to_str()),
                path.extension().and_then(|ending| ending.to_str()),
            ) else {
                continue;
            };
            let text = read_text(&path).map_err(RecordsError::reading(&path))?;
            let tables = serde_json::from_str(&text).map_err(io::Error::from);
            let tables = tables.map_err(RecordsError::reading(&path))?;
            benches.insert(name.to_owned(), tables);
        }
        Ok(benches)
    }
}
