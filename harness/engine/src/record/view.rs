//! The records that one reading looks at: of one machine and one Python.

use super::{Cell, Machine, Records};
use crate::scenario::{Language, VariantName};

/// Records narrowed to one Python version; among machines, the latest cell wins.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    records: &'a Records,
    python: Option<&'a str>,
}

impl<'a> View<'a> {
    /// The records of the Python whose version begins with these numbers (`3.13`, `3.13.0`), or of any Python.
    pub fn new(records: &'a Records, python: Option<&'a str>) -> Self {
        View { records, python }
    }

    /// The records of the newest Python that the file holds.
    pub fn of_newest_python(records: &'a Records) -> Self {
        let versions = records
            .cells
            .iter()
            .filter(|cell| cell.runtime.language == Language::Python);
        let newest = versions
            .map(|cell| cell.runtime.version.as_str())
            .max_by_key(|version| version_key(version));
        View {
            records,
            python: newest,
        }
    }

    /// The cell of a variant at a size; the latest where several fit.
    pub fn cell(&self, scenario: &str, variant: &VariantName, n: u64) -> Option<&'a Cell> {
        let fits = |cell: &&Cell| {
            cell.n == n && &cell.variant == variant && cell.scenario == scenario && self.is_in_view(cell)
        };
        self.records
            .cells
            .iter()
            .filter(fits)
            .max_by(|one, other| one.measured_at.cmp(&other.measured_at))
    }

    /// The machine that a cell was measured on.
    pub fn machine(&self, cell: &Cell) -> Option<&'a Machine> {
        self.records.machines.get(&cell.machine)
    }

    /// The full version of the Python in view; of the first cell that fits.
    pub fn python_version(&self) -> Option<&'a str> {
        let python = |cell: &&Cell| cell.runtime.language == Language::Python && self.is_in_view(cell);
        self.records
            .cells
            .iter()
            .find(python)
            .map(|cell| cell.runtime.version.as_str())
    }

    fn is_in_view(&self, cell: &Cell) -> bool {
        let Some(python) = self.python.filter(|_| cell.runtime.language == Language::Python) else {
            return true;
        };
        cell.runtime
            .version
            .strip_prefix(python)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// The numbers of a version, for ordering `3.9` before `3.13`.
fn version_key(version: &str) -> Vec<u64> {
    version.split('.').map_while(|part| part.parse().ok()).collect()
}
