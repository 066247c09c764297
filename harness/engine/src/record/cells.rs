//! A file's cells in their order, and an index to find them by.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Cell;
use heapbook_model::{Language, VariantName};

/// The cells of a records file, in order: a list that finds a variant's cells at a size without going through all.
///
/// It reads like a `Vec`. Changing it by hand forgets the index, which is made anew when it is next asked;
/// [`Cells::insert`] keeps it.
#[derive(Default)]
pub struct Cells {
    list: Vec<Cell>,
    index: OnceLock<Index>,
}

/// Where the cells of each place stand.
#[derive(Default)]
struct Index {
    /// The positions of cells by the hash of their scenario, variant and size. Hashes may collide: whoever looks a
    /// place up compares it, too.
    places: HashMap<u64, Vec<u32>>,
    scenarios: HashSet<String>,
    /// Versions of Python, in the order of their first cells.
    pythons: Vec<String>,
}

impl Index {
    fn add(&mut self, position: usize, cell: &Cell) {
        let position = position
            .try_into()
            .expect("a records file holds fewer than 2^32 cells");
        self.places
            .entry(place(&cell.key.scenario, &cell.key.variant, cell.key.n))
            .or_default()
            .push(position);
        if !self.scenarios.contains(&cell.key.scenario) {
            self.scenarios.insert(cell.key.scenario.clone());
        }
        let version = &cell.key.runtime.version;
        if cell.key.runtime.language == Language::Python && !self.pythons.contains(version) {
            self.pythons.push(version.clone());
        }
    }
}

fn place(scenario: &str, variant: &VariantName, n: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (scenario, variant, n).hash(&mut hasher);
    hasher.finish()
}

impl Cells {
    /// The cells of a variant at a size, on any runtime and machine, in the list's order.
    pub fn at<'a, 'b>(
        &'a self,
        scenario: &'b str,
        variant: &'b VariantName,
        n: u64,
    ) -> impl Iterator<Item = &'a Cell> {
        self.positions(scenario, variant, n)
            .iter()
            .map(|&position| &self.list[position as usize])
            .filter(move |cell| {
                cell.key.scenario == scenario && &cell.key.variant == variant && cell.key.n == n
            })
    }

    /// Whether there is any cell of the scenario.
    pub fn hold_any_of(&self, scenario: &str) -> bool {
        self.index().scenarios.contains(scenario)
    }

    /// The versions of Python that cells were measured with, in the order of their first cells.
    pub fn pythons(&self) -> &[String] {
        &self.index().pythons
    }

    /// Puts a cell in the place of the one it supersedes, or at the end. Gives the one it superseded.
    pub fn insert(&mut self, cell: Cell) -> Option<Cell> {
        if let Some(position) = self.position_of(&cell) {
            return Some(self.replace(position, cell));
        }
        if let Some(index) = self.index.get_mut() {
            index.add(self.list.len(), &cell);
        }
        self.list.push(cell);
        None
    }

    /// The record of the same cell.
    pub fn find(&self, cell: &Cell) -> Option<&Cell> {
        self.position_of(cell).map(|position| &self.list[position])
    }

    /// Where the record of the same cell stands.
    pub(crate) fn position_of(&self, cell: &Cell) -> Option<usize> {
        let mut positions = self
            .positions(&cell.key.scenario, &cell.key.variant, cell.key.n)
            .iter();
        let found = positions.find(|&&position| self.list[position as usize].key == cell.key);
        found.map(|&position| position as usize)
    }

    /// Puts a record in the place of another of the same cell, and gives that one.
    pub(crate) fn replace(&mut self, position: usize, cell: Cell) -> Cell {
        debug_assert!(self.list[position].key == cell.key);
        // The same place on the same runtime: the index says the same of both.
        std::mem::replace(&mut self.list[position], cell)
    }

    fn positions(&self, scenario: &str, variant: &VariantName, n: u64) -> &[u32] {
        let places = &self.index().places;
        places
            .get(&place(scenario, variant, n))
            .map_or(&[], Vec::as_slice)
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            for (position, cell) in self.list.iter().enumerate() {
                index.add(position, cell);
            }
            index
        })
    }
}

impl Deref for Cells {
    type Target = Vec<Cell>;

    fn deref(&self) -> &Vec<Cell> {
        &self.list
    }
}

impl DerefMut for Cells {
    fn deref_mut(&mut self) -> &mut Vec<Cell> {
        self.index.take();
        &mut self.list
    }
}

impl From<Vec<Cell>> for Cells {
    fn from(list: Vec<Cell>) -> Self {
        Cells {
            list,
            index: OnceLock::new(),
        }
    }
}

impl FromIterator<Cell> for Cells {
    fn from_iter<I: IntoIterator<Item = Cell>>(cells: I) -> Self {
        cells.into_iter().collect::<Vec<_>>().into()
    }
}

impl IntoIterator for Cells {
    type Item = Cell;
    type IntoIter = std::vec::IntoIter<Cell>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Cells {
    type Item = &'a Cell;
    type IntoIter = std::slice::Iter<'a, Cell>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl<'a> IntoIterator for &'a mut Cells {
    type Item = &'a mut Cell;
    type IntoIter = std::slice::IterMut<'a, Cell>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl Clone for Cells {
    fn clone(&self) -> Self {
        self.list.clone().into()
    }
}

impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Eq for Cells {}

impl std::fmt::Debug for Cells {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.list.fmt(formatter)
    }
}

impl Serialize for Cells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.list.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Cells::from)
    }
}
