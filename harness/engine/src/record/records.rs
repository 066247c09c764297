//! The records that are known: the cells of each scenario, in the order of a records file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use heapbook_model::{CellKey, Language, Machine, MachineId, VariantName, version_numbers};

use super::{Cell, METHOD};

/// The records of any number of scenarios, machines and runtimes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Records {
    /// The machines that cells name.
    pub machines: BTreeMap<MachineId, Machine>,
    /// The lines that were left out when the files were read.
    pub refused: Vec<RefusedLine>,
    /// The cells by scenario, each list in the order of its keys.
    pub(super) scenarios: BTreeMap<String, Vec<Cell>>,
}

/// A line that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedLine {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The cell, if that can be read, and why it was left out.
    pub reason: String,
}

impl fmt::Display for RefusedLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}:{}: {}",
            self.path.display(),
            self.line,
            self.reason
        )
    }
}

impl Records {
    /// All cells, in the order of their keys.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> + Clone {
        self.scenarios.values().flatten()
    }

    /// All cells, to change what they say; not their keys.
    pub fn cells_mut(&mut self) -> impl Iterator<Item = &mut Cell> {
        self.scenarios.values_mut().flatten()
    }

    /// The cells themselves, in that order.
    pub fn into_cells(self) -> impl Iterator<Item = Cell> {
        self.scenarios.into_values().flatten()
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.scenarios.values().map(Vec::len).sum()
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.scenarios.is_empty()
    }

    /// Takes out the cells of a scenario.
    pub(crate) fn remove(&mut self, scenario: &str) -> Vec<Cell> {
        self.scenarios.remove(scenario).unwrap_or_default()
    }

    /// The slugs of the scenarios that have cells.
    pub fn scenarios(&self) -> impl Iterator<Item = &str> {
        self.scenarios.keys().map(String::as_str)
    }

    /// The cells of a scenario, in the order of their keys.
    pub fn of(&self, scenario: &str) -> &[Cell] {
        self.scenarios.get(scenario).map_or(&[], Vec::as_slice)
    }

    /// The cells of a variant at a size, on any runtime and machine.
    pub fn at(&self, scenario: &str, variant: &VariantName, n: u64) -> impl Iterator<Item = &Cell> {
        let cells = self.of(scenario);
        let from = cells.partition_point(|cell| (cell.key.n, &cell.key.variant) < (n, variant));
        let cells = cells[from..].iter();
        cells.take_while(move |cell| cell.key.n == n && cell.key.variant == *variant)
    }

    /// The record of a cell.
    pub fn find(&self, key: &CellKey) -> Option<&Cell> {
        let cells = self.of(&key.scenario);
        let found = cells.binary_search_by(|cell| cell.key.cmp(key)).ok()?;
        Some(&cells[found])
    }

    /// The versions of Python that a scenario was measured with, the oldest first.
    pub fn pythons(&self, scenario: &str) -> Vec<&str> {
        let cells = self.of(scenario).iter();
        let python = cells.filter(|cell| cell.key.runtime.language == Language::Python);
        let versions: BTreeSet<&str> = python.map(|cell| cell.key.runtime.version.as_str()).collect();
        let mut versions: Vec<&str> = versions.into_iter().collect();
        versions.sort_by_cached_key(|version| version_numbers(version));
        versions
    }

    /// Puts a cell in the place of the earlier record of the same cell, and returns that.
    pub fn insert(&mut self, machine: &Machine, cell: Cell) -> Option<Cell> {
        let known = self.machines.entry(cell.key.machine.clone());
        known.or_insert_with(|| machine.clone());
        self.put(cell)
    }

    /// The same for a cell whose machine is known.
    pub(crate) fn put(&mut self, cell: Cell) -> Option<Cell> {
        let cells = self.scenarios.entry(cell.key.scenario.clone()).or_default();
        match cells.binary_search_by(|other| other.key.cmp(&cell.key)) {
            Ok(place) => Some(std::mem::replace(&mut cells[place], cell)),
            Err(place) => {
                cells.insert(place, cell);
                None
            }
        }
    }

    /// Takes over the cells of a journal, but for those that are measured later here: a file may
    /// have been merged from another run's.
    pub(crate) fn update(&mut self, journal: Records) {
        self.machines.extend(journal.machines.clone());
        self.refused.extend(journal.refused.iter().cloned());
        for cell in journal.into_cells() {
            let known = self.find(&cell.key);
            if known.is_none_or(|known| known.measured_at <= cell.measured_at) {
                self.put(cell);
            }
        }
    }

    /// Removes the cells that do not fulfil the condition.
    pub fn retain(&mut self, condition: impl Fn(&Cell) -> bool) {
        self.scenarios
            .values_mut()
            .for_each(|cells| cells.retain(&condition));
        self.scenarios.retain(|_, cells| !cells.is_empty());
    }

    /// The cells of an older method beside which there is one of today's method of the same
    /// variant, size and runtime, on whatever machine: nobody will look at them again.
    pub fn superseded(&self, scenario: &str) -> Vec<CellKey> {
        let is_superseded = |cell: &&Cell| {
            let mut rivals = self.at(scenario, &cell.key.variant, cell.key.n);
            let newer = |other: &Cell| other.method == METHOD && other.key.runtime == cell.key.runtime;
            cell.method != METHOD && rivals.any(newer)
        };
        let cells = self.of(scenario).iter().filter(is_superseded);
        cells.map(|cell| cell.key.clone()).collect()
    }
}
