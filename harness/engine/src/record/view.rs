//! The records that one reading looks at: of one machine and one Python.

use super::{Cell, Records};
use heapbook_model::{Language, Machine, VariantName, version_numbers};

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
        View::of_newest_python_where(records, |_| true).unwrap_or(View::new(records, None))
    }

    /// The records of the newest Python whose view is as is asked; nothing where none is.
    pub fn of_newest_python_where(records: &'a Records, fits: impl Fn(&View<'a>) -> bool) -> Option<Self> {
        let versions = records.cells.pythons().iter().map(String::as_str);
        let newest = versions
            .filter(|version| fits(&View::new(records, Some(version))))
            .max_by_key(|version| version_numbers(version))?;
        Some(View::new(records, Some(newest)))
    }

    /// The cell of a variant at a size; the latest where several fit.
    pub fn cell(&self, scenario: &str, variant: &VariantName, n: u64) -> Option<&'a Cell> {
        self.records
            .cells_of(scenario, variant, n)
            .filter(|cell| self.is_in_view(cell))
            .max_by(|one, other| one.measured_at.cmp(&other.measured_at))
    }

    /// The machine that a cell was measured on.
    pub fn machine(&self, cell: &Cell) -> Option<&'a Machine> {
        self.records.machines.get(&cell.key.machine)
    }

    /// The full version of the Python in view; of the first cell that fits.
    pub fn python_version(&self) -> Option<&'a str> {
        let mut versions = self.records.cells.pythons().iter().map(String::as_str);
        versions.find(|version| self.fits(version))
    }

    fn is_in_view(&self, cell: &Cell) -> bool {
        cell.key.runtime.language != Language::Python || self.fits(&cell.key.runtime.version)
    }

    /// Whether a Python's version is the one in view.
    fn fits(&self, version: &str) -> bool {
        self.python.is_none_or(|python| {
            version
                .strip_prefix(python)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}
