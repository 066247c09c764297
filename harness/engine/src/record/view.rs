//! The records that one reading looks at: of one Python, and of the machine that was measured last.

use super::{Cell, Records};
use heapbook_model::{Language, Machine, VariantName};

/// Records narrowed to one Python version; among machines, the latest cell wins.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    records: &'a Records,
    python: Option<&'a str>,
    /// Whether a scenario that was not measured with that Python is seen with the newest that it
    /// has.
    is_preference: bool,
}

impl<'a> View<'a> {
    /// The records of the Python whose version begins with these numbers (`3.13`, `3.13.0`), or of
    /// any Python.
    pub fn new(records: &'a Records, python: Option<&'a str>) -> Self {
        View {
            records,
            python,
            is_preference: false,
        }
    }

    /// The records of that Python, and of a scenario that has none of it those of the newest Python
    /// that it has.
    pub fn preferring(records: &'a Records, python: Option<&'a str>) -> Self {
        View {
            is_preference: true,
            ..View::new(records, python)
        }
    }

    /// The records of the newest Python that a scenario was measured with, among those that fit;
    /// `None` if none does.
    pub fn of_newest_python_where(
        records: &'a Records,
        scenario: &str,
        fits: impl Fn(&View<'a>) -> bool,
    ) -> Option<Self> {
        let versions = records.pythons(scenario).into_iter().rev();
        let mut views = versions.map(|version| View::new(records, Some(version)));
        views.find(fits)
    }

    /// The cell of a variant at a size; the latest where several fit.
    pub fn cell(&self, scenario: &str, variant: &VariantName, n: u64) -> Option<&'a Cell> {
        let python = self.python_of(scenario);
        self.records
            .at(scenario, variant, n)
            .filter(|cell| cell.key.runtime.language != Language::Python || fits(python, cell))
            .max_by(|one, other| one.measured_at.cmp(&other.measured_at))
    }

    /// The machine that a cell was measured on.
    pub fn machine(&self, cell: &Cell) -> Option<&'a Machine> {
        self.records.machines.get(&cell.key.machine)
    }

    /// The full version of the Python in view; of the first cell of the scenario that fits.
    pub fn python_version(&self, scenario: &str) -> Option<&'a str> {
        let python = self.python_of(scenario);
        let mut cells = self.records.of(scenario).iter();
        let first = cells.find(|cell| cell.key.runtime.language == Language::Python && fits(python, cell))?;
        Some(&first.key.runtime.version)
    }

    /// The Python in view of a scenario.
    fn python_of(&self, scenario: &str) -> Option<&'a str> {
        let mut cells = self.records.of(scenario).iter();
        let is_measured =
            |cell: &Cell| cell.key.runtime.language == Language::Python && fits(self.python, cell);
        if !self.is_preference || cells.any(is_measured) {
            return self.python;
        }
        self.records.pythons(scenario).pop()
    }
}

/// Whether a cell is of the Python whose version begins with these numbers.
fn fits(python: Option<&str>, cell: &Cell) -> bool {
    python.is_none_or(|python| {
        let rest = cell.key.runtime.version.strip_prefix(python);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}
