//! Joining records that several machines or shards made.

use std::cmp::Ordering;
use std::path::PathBuf;

use super::{Cell, Measured, Metric, Records};
use crate::units::Unit;

/// The figures that cannot differ between two measurements of the same code on the same runtime and machine.
const EXACT: [Metric; 5] = [
    Metric::Peak,
    Metric::Allocations,
    Metric::Allocated,
    Metric::Result,
    Metric::Retained,
];

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

/// Joins records files, each given with its name. Cells of different machines or runtimes stay apart.
///
/// Of two records of one cell made from the same code by the same method, one without failure stands before one with,
/// a full one before a quick one, and then the later one. Of others the later one is kept. The order of the files makes
/// no difference: cells are sorted by scenario, size, variant, runtime and machine.
///
/// # Errors
/// When two records of one cell, made from the same code by the same method, have other exact figures or results.
pub fn merge(files: Vec<(PathBuf, Records)>) -> Result<Records, MergeError> {
    let mut merged = Records::default();
    let names: Vec<PathBuf> = files.iter().map(|(name, _)| name.clone()).collect();
    // Which file each cell came from.
    let mut origins: Vec<usize> = Vec::new();
    for (origin, (_, records)) in files.into_iter().enumerate() {
        for (id, machine) in records.machines {
            merged.machines.entry(id).or_insert(machine);
        }
        for cell in records.cells {
            let Some(position) = merged.cells.position_of(&cell) else {
                merged.cells.insert(cell);
                origins.push(origin);
                continue;
            };
            let standing = &merged.cells[position];
            if let Some(found) = contradiction(standing, &cell) {
                return Err(MergeError {
                    one: names[origins[position]].clone(),
                    other: names[origin].clone(),
                    cell: format!(
                        "{}/{} n={} on {}",
                        cell.scenario, cell.variant, cell.n, cell.runtime
                    ),
                    found,
                });
            }
            if supersedes(&cell, standing) {
                merged.cells.replace(position, cell);
                origins[position] = origin;
            }
        }
    }
    merged.cells.sort_by(in_order);
    Ok(merged)
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
    EXACT.into_iter().find_map(|metric| {
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

/// Whether a record takes the place of the one that stands.
fn supersedes(new: &Cell, standing: &Cell) -> bool {
    let worth = |cell: &Cell| (cell.errors.is_empty(), cell.effort);
    let by_worth = worth(new).cmp(&worth(standing));
    let by_time = new.measured_at.cmp(&standing.measured_at);
    let order = if are_alike(new, standing) {
        by_worth.then(by_time)
    } else {
        by_time.then(by_worth)
    };
    // Two of one second: any rule will do that does not ask which file came first.
    let text = |cell: &Cell| serde_json::to_string(cell).unwrap_or_default();
    order.then_with(|| text(new).cmp(&text(standing))) == Ordering::Greater
}

fn in_order(one: &Cell, other: &Cell) -> Ordering {
    (one.scenario.cmp(&other.scenario))
        .then(one.n.cmp(&other.n))
        .then_with(|| one.variant.cmp(&other.variant))
        .then_with(|| one.runtime.cmp(&other.runtime))
        .then_with(|| one.machine.cmp(&other.machine))
}
