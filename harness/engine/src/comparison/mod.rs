//! Records against records: what changed between two runs of the same cells on the same machine.
//!
//! Two cells are the same where scenario, variant, size, language and the runtime's full version
//! are. Cells of different methods are never compared, and of cells of different machines only what
//! does not depend on them, under the same build of the runtime: the others differ for reasons that
//! are no change of the program's. Exact figures are compared as they are, ranges by
//! their ends, times by the interval of their ratio
//! ([`ratio_of_runs`](crate::statistics::ratio_of_runs)).

mod change;
mod pairs;

use crate::record::Cell;
use heapbook_model::{CellKey, MachineId};
use serde::Serialize;

pub use change::{Change, Doubt, FEWEST_RESIDENT, RESIDENT_NOISE, UNDER_LOAD};
pub use pairs::compare;

/// What two files of records say of each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    /// The cells that both files hold, measured alike.
    pub cells: Vec<ComparedCell>,
    /// The cells that both files hold, and that must not be compared.
    pub not_compared: Vec<NotCompared>,
    /// The cells that only the older file holds.
    pub only_in_old: Vec<CellKey>,
    /// The cells that only the newer file holds.
    pub only_in_new: Vec<CellKey>,
}

/// A cell of both files.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedCell {
    /// The newer record's cell.
    pub key: CellKey,
    /// What else differs between the two records, and may be the reason for a change.
    pub notes: Vec<Note>,
    /// Whether one of them failed; there are no changes then.
    pub failure: Option<FailedSide>,
    /// Every figure that at least one of them holds.
    pub changes: Vec<Change>,
}

/// Something besides the figures that differs between two records of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Note {
    /// The code that was measured.
    Source,
    /// The number that the program gave.
    Digest,
    /// The build of the runtime, of the same version.
    Build,
    /// The packages that the scenario requires.
    Packages,
    /// One is of a quick run.
    Effort,
}

/// Which of the two records is of a failed cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FailedSide {
    /// The older: the cell was mended.
    Old,
    /// The newer: the cell broke.
    New,
    /// Both.
    Both,
}

/// A cell that both files hold and that is not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotCompared {
    /// A newer record's cell.
    pub key: CellKey,
    /// Why.
    pub reason: Reason,
}

/// Why two records of a cell must not be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "reason", rename_all = "lowercase")]
pub enum Reason {
    /// They were measured on different machines: times and resident sizes are not compared, nor is
    /// anything under another build of the runtime.
    Machines {
        /// Those of the older file.
        old: Vec<MachineId>,
        /// Those of the newer file.
        new: Vec<MachineId>,
    },
    /// Their figures have different meanings.
    Methods {
        /// The method of the older record.
        old: u32,
        /// The method of the newer record.
        new: u32,
    },
}

impl Comparison {
    /// How many findings are worse in the newer records by more than `threshold` percent. A cell
    /// that failed in the newer records alone is one whatever the threshold.
    pub fn regressions(&self, threshold: f64) -> usize {
        let of_cell = |cell: &ComparedCell| {
            let figures = cell
                .changes
                .iter()
                .filter(|change| change.is_regression(threshold));
            figures.count() + usize::from(cell.broke())
        };
        self.cells.iter().map(of_cell).sum()
    }
}

impl ComparedCell {
    /// Compares two records of a cell on one machine, by one method.
    fn new(old: &Cell, new: &Cell) -> Self {
        let failure = match (old.errors.is_empty(), new.errors.is_empty()) {
            (true, true) => None,
            (false, true) => Some(FailedSide::Old),
            (true, false) => Some(FailedSide::New),
            (false, false) => Some(FailedSide::Both),
        };
        ComparedCell {
            key: new.key.clone(),
            notes: notes(old, new),
            failure,
            changes: match failure {
                None => change::changes(old, new),
                Some(_) => Vec::new(),
            },
        }
    }

    /// Compares what does not depend on the machine, in two records of different ones; `None`
    /// unless both have the same build of the runtime, its packages and the method, and did not
    /// fail.
    fn across(old: &Cell, new: &Cell) -> Option<Self> {
        let is_alike = old.key.runtime == new.key.runtime && old.method == new.method;
        if !is_alike || !old.errors.is_empty() || !new.errors.is_empty() {
            return None;
        }
        let mut compared = ComparedCell::new(old, new);
        compared.changes.retain(|change| !change.metric.row().per_machine);
        Some(compared)
    }

    /// Whether the cell was measured before and fails now.
    pub fn broke(&self) -> bool {
        self.failure == Some(FailedSide::New)
    }
}

fn notes(old: &Cell, new: &Cell) -> Vec<Note> {
    let both_have_digests = old.digest.is_some() && new.digest.is_some();
    [
        (old.source != new.source, Note::Source),
        (both_have_digests && old.digest != new.digest, Note::Digest),
        (old.key.runtime.build != new.key.runtime.build, Note::Build),
        (
            old.key.runtime.packages != new.key.runtime.packages,
            Note::Packages,
        ),
        (old.effort != new.effort, Note::Effort),
    ]
    .into_iter()
    .filter_map(|(differs, note)| differs.then_some(note))
    .collect()
}
