//! Joining records that several machines or shards made.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::figures::{Exactness, Metric};
use crate::record::{Cell, Records};
use heapbook_model::{CellKey, Measured, Unit};

/// Two files that cannot both be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} and {} contradict each other, though the code is the same: {cell} has {found}; measure it anew, or leave one of the files out", .one.display(), .other.display())]
pub struct MergeError {
    /// A file.
    pub one: PathBuf,
    /// The file that says otherwise.
    pub other: PathBuf,
    /// The cell, in words.
    pub cell: String,
    /// What it has in each.
    pub found: String,
}

/// Joins records files, each given with its name. Cells of different machines or runtimes stay
/// apart.
///
/// Of the records of one cell made from the same code by the same method, one without failure
/// stands before one with, a full one before a quick one, and then the later one. Of those of
/// several codes or methods the latest is kept. The order of the files makes no difference: every
/// record is held against every other of its cell, and cells are sorted by scenario, size, variant,
/// runtime and machine.
///
/// # Errors
/// When two records of one cell, made from the same code by the same method, have other exact
/// figures or results.
pub fn merge(mut files: Vec<(PathBuf, Records)>) -> Result<Records, MergeError> {
    let mut merged = Records::default();
    for (_, records) in &files {
        merged.machines.extend(records.machines.clone());
        merged.refused.extend(records.refused.iter().cloned());
    }
    let scenarios = files.iter().flat_map(|(_, records)| records.scenarios());
    let scenarios: BTreeSet<String> = scenarios.map(str::to_owned).collect();
    for scenario in scenarios {
        // The records of each cell, with the file that each came from.
        let mut all: BTreeMap<CellKey, Vec<(&Path, Cell)>> = BTreeMap::new();
        for (origin, records) in &mut files {
            for cell in records.remove(&scenario) {
                let of_cell = all.entry(cell.key.clone()).or_default();
                of_cell.push((origin.as_path(), cell));
            }
        }
        for records in all.into_values() {
            refuse_contradictions(&records)?;
            merged.put(chosen(records));
        }
    }
    Ok(merged)
}

fn refuse_contradictions(records: &[(&Path, Cell)]) -> Result<(), MergeError> {
    for (index, (one, cell)) in records.iter().enumerate() {
        for (other, another) in &records[index + 1..] {
            if let Some(found) = contradiction(cell, another) {
                return Err(MergeError {
                    one: one.to_path_buf(),
                    other: other.to_path_buf(),
                    cell: cell.key.to_string(),
                    found,
                });
            }
        }
    }
    Ok(())
}

/// The best record of each code and method, and of these the latest.
fn chosen(records: Vec<(&Path, Cell)>) -> Cell {
    let mut best: Vec<Cell> = Vec::new();
    for (_, cell) in records {
        match best.iter_mut().find(|other| are_alike(other, &cell)) {
            Some(other) if by_worth(&cell, other).is_gt() => *other = cell,
            Some(_) => {}
            None => best.push(cell),
        }
    }
    let latest = best.into_iter().max_by(|one, other| {
        let by_time = one.measured_at.cmp(&other.measured_at);
        by_time.then_with(|| by_worth(one, other))
    });
    latest.expect("a place has a record")
}

fn are_alike(one: &Cell, other: &Cell) -> bool {
    one.source == other.source && one.method == other.method
}

/// What two records of a cell say differently that cannot differ.
fn contradiction(one: &Cell, other: &Cell) -> Option<String> {
    if !are_alike(one, other) {
        return None;
    }
    if let (Some(digest), Some(another)) = (&one.digest, &other.digest)
        && digest != another
    {
        return Some(format!(
            "the digest {digest} in the first and {another} in the second"
        ));
    }
    let exact = Metric::ALL
        .into_iter()
        .filter(|metric| metric.row().exactness == Exactness::Exact);
    exact.into_iter().find_map(|metric| {
        let (Measured::Exact(figure), Measured::Exact(another)) = (metric.of(one)?, metric.of(other)?) else {
            return None;
        };
        let unit = if metric.unit() == Unit::Bytes {
            " bytes"
        } else {
            ""
        };
        (figure != another).then(|| {
            format!(
                "{} = {figure}{unit} in the first and {another}{unit} in the second",
                metric.word()
            )
        })
    })
}

/// Without failure before with, full before quick, later before earlier.
fn by_worth(one: &Cell, other: &Cell) -> Ordering {
    let worth = |cell: &Cell| (cell.errors.is_empty(), cell.effort);
    // Two of one second: any rule will do that does not ask which file came first.
    let text = |cell: &Cell| serde_json::to_string(cell).unwrap_or_default();
    (worth(one).cmp(&worth(other)))
        .then_with(|| one.measured_at.cmp(&other.measured_at))
        .then_with(|| text(one).cmp(&text(other)))
}
