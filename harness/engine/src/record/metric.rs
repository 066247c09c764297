//! Which figure of a cell is meant, and what the cell says of it.

use serde::{Deserialize, Serialize};

use super::{Cell, MemoryProcess, Resident, ResidentProcess};
use crate::statistics::{self, Leak};
use crate::units::{Bytes, Unit};

/// A figure that claims, tables and plots can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The most bytes live at once, above entry.
    Peak,
    /// Blocks made.
    Allocations,
    /// Bytes of all blocks made.
    Allocated,
    /// Bytes live at return while the result is held.
    Result,
    /// Bytes still live after the result was dropped, before a collection.
    Retained,
    /// Bytes still live after that and a full collection; the same for Rust, which has none.
    RetainedAfterCollection,
    /// Bytes that each call leaves for good, over repeated calls.
    LeakedPerCall,
    /// Garbage collections during one call.
    Collections,
    /// The peak of the resident size, above entry: what the system sees, never exact.
    Resident,
    /// The resident size above entry after the result was dropped and a full collection made: never exact either.
    ResidentAfter,
    /// Time of one call.
    Time,
}

/// What a cell says of a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measured {
    /// Every process said the same, exactly.
    Exact(i64),
    /// Processes differed, or the figure never settled: the lowest and the highest.
    Range {
        /// The lowest.
        low: i64,
        /// The highest.
        high: i64,
    },
    /// An estimate from samples.
    Estimate {
        /// The median over processes of the median sample.
        median: f64,
        /// The interval's lower end.
        low: f64,
        /// The interval's upper end.
        high: f64,
    },
}

impl Metric {
    /// All metrics, in the order that documentation lists them.
    pub const ALL: [Metric; 11] = [
        Metric::Peak,
        Metric::Allocations,
        Metric::Allocated,
        Metric::Result,
        Metric::Retained,
        Metric::RetainedAfterCollection,
        Metric::LeakedPerCall,
        Metric::Collections,
        Metric::Resident,
        Metric::ResidentAfter,
        Metric::Time,
    ];

    /// The word that scenario files and directives use.
    pub fn word(self) -> &'static str {
        match self {
            Metric::Peak => "peak",
            Metric::Allocations => "allocations",
            Metric::Allocated => "allocated",
            Metric::Result => "result",
            Metric::Retained => "retained",
            Metric::RetainedAfterCollection => "retained_after_collection",
            Metric::LeakedPerCall => "leaked_per_call",
            Metric::Collections => "collections",
            Metric::Resident => "resident",
            Metric::ResidentAfter => "resident_after",
            Metric::Time => "time",
        }
    }

    /// The metric of that word.
    pub fn from_word(word: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|metric| metric.word() == word)
    }

    /// What it counts.
    pub fn unit(self) -> Unit {
        match self {
            Metric::Allocations | Metric::Collections => Unit::Count,
            Metric::Time => Unit::Nanos,
            _ => Unit::Bytes,
        }
    }

    /// Whether two cells' figures may be compared only where they come from one machine: exact figures do not depend on it.
    pub fn depends_on_machine(self) -> bool {
        matches!(self, Metric::Time | Metric::Resident | Metric::ResidentAfter)
    }

    /// What the cell says of this metric, or nothing where it was not measured or the cell failed.
    pub fn of(self, cell: &Cell) -> Option<Measured> {
        if !cell.errors.is_empty() {
            return None;
        }
        match self {
            Metric::Time => statistics::time_per_call(cell.time.as_ref()?),
            Metric::Resident => resident(cell.resident.as_ref()?, |process| process.peak_bytes),
            Metric::ResidentAfter => resident(cell.resident.as_ref()?, |process| process.after_bytes),
            Metric::Collections => {
                let collections = cell.memory.as_ref()?.collections.as_ref()?;
                Some(Measured::Exact(
                    collections.generations.iter().sum::<u64>().try_into().ok()?,
                ))
            }
            Metric::LeakedPerCall => leaked(&cell.memory.as_ref()?.live_after_calls),
            Metric::Peak => exact(cell, |process| process.peak_bytes.0),
            Metric::Allocations => exact(cell, |process| process.allocations.try_into().unwrap_or(i64::MAX)),
            Metric::Allocated => exact(cell, |process| process.allocated_bytes.0),
            Metric::Result => exact(cell, |process| process.result_bytes.0),
            Metric::Retained => exact(cell, |process| process.retained_bytes.0),
            Metric::RetainedAfterCollection => {
                exact(cell, |process| process.retained_after_collection_bytes.0)
            }
        }
    }
}

/// What each call leaves; 0 where a cache fills once.
fn leaked(live_after_calls: &[Bytes]) -> Option<Measured> {
    let bytes = match statistics::judge_leak(live_after_calls)? {
        Leak::PerCall(bytes) => bytes.0,
        Leak::Once(_) | Leak::Nothing => 0,
    };
    Some(Measured::Exact(bytes))
}

/// Never exact, even where all processes agree: pages are counted, and who else uses them is not known.
fn resident(resident: &Resident, figure: impl Fn(&ResidentProcess) -> Bytes) -> Option<Measured> {
    let sizes = resident.processes.iter().map(|process| figure(process).0);
    Some(Measured::Range {
        low: sizes.clone().min()?,
        high: sizes.max()?,
    })
}

/// Exact where all processes settled and agree, else the range they span.
fn exact(cell: &Cell, figure: impl Fn(&MemoryProcess) -> i64) -> Option<Measured> {
    let processes = &cell.memory.as_ref()?.processes;
    let low = processes.iter().map(&figure).min()?;
    let high = processes.iter().map(&figure).max()?;
    let settled = processes
        .iter()
        .all(|process| process.settled && process.unknown_frees == 0);
    Some(if low == high && settled {
        Measured::Exact(low)
    } else {
        Measured::Range { low, high }
    })
}

impl Measured {
    /// The figure to quote: exact, middle of the range, or median.
    pub fn typical(self) -> f64 {
        match self {
            Measured::Exact(value) => value as f64,
            Measured::Range { low, high } => (low as f64 + high as f64) / 2.0,
            Measured::Estimate { median, .. } => median,
        }
    }

    /// The lowest that the figure may be.
    pub fn low(self) -> f64 {
        match self {
            Measured::Exact(value) => value as f64,
            Measured::Range { low, .. } => low as f64,
            Measured::Estimate { low, .. } => low,
        }
    }

    /// The highest that the figure may be.
    pub fn high(self) -> f64 {
        match self {
            Measured::Exact(value) => value as f64,
            Measured::Range { high, .. } => high as f64,
            Measured::Estimate { high, .. } => high,
        }
    }
}
