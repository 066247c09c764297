//! The metrics: one table, a row each. Whatever is to be known of a metric stands in its row.
//!
//! A metric that is derived from what a record holds already is one more row. A field left out of
//! it does not compile; a test compares the table with the lists in the documentation.

use std::fmt;

use heapbook_model::{Measured, Unit};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::record::{Cell, Memory, MemoryProcess, ResidentProcess};
use crate::statistics::{self, Confidence, Leak};

/// A row of the table: everything that is to be known of a metric.
pub struct Row {
    /// The word that scenario files and directives use.
    pub word: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// How much of it is certain.
    pub exactness: Exactness,
    /// The sizes at which it is measured.
    pub sizes: Sizes,
    /// Whether two cells' figures may be compared only if they come from one machine.
    pub per_machine: bool,
    /// For a metric that may be an exercise's budget, what follows the figure in a sentence:
    /// "at most 1 MiB at its peak".
    pub budget: Option<&'static str>,
    /// The head of a column, an axis or a sentence.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// A clause about a variant, with `{}` for the figure: "its peak is {}".
    pub clause: &'static str,
    /// How it is read from a cell that has not failed.
    read: fn(&Cell) -> Option<Measured>,
}

/// How much of a figure is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exactness {
    /// The ledger's, of every process: the same wherever the same code runs on the same runtime.
    Exact,
    /// Exact, but of one process only: it may depend on hashes or on what ran before.
    OneProcess,
    /// What the system sees, which depends on who else uses its pages.
    Range,
    /// A median of samples, with its interval.
    Estimate,
}

/// The sizes at which a metric is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sizes {
    /// Each of the scenario's.
    All,
    /// The headline size alone.
    Headline,
}

/// Makes the enum and its table of rows out of one list, so that neither can lack an entry.
macro_rules! metrics {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $value:expr,)* })*) => {
        /// A figure that claims, tables and plots can name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Metric {
            $($(#[$doc])* $name,)*
        }

        /// The table, in the order of [`Metric::ALL`].
        static ROWS: [Row; Metric::ALL.len()] = [$(Row { $($field: $value,)* },)*];

        impl Metric {
            /// All metrics, in the order that documentation lists them.
            pub const ALL: [Metric; [$(Metric::$name),*].len()] = [$(Metric::$name),*];
        }
    };
}

metrics! {
    /// The most bytes live at once, above entry.
    Peak {
        word: "peak",
        unit: Unit::Bytes,
        exactness: Exactness::Exact,
        sizes: Sizes::All,
        per_machine: false,
        budget: Some("at its peak"),
        title: "Peak",
        meaning: "the most bytes live at once, above those live when the call began",
        clause: "its peak is {}",
        read: |cell| exact(cell, |process| process.account.peak_bytes.0),
    }
    /// Blocks made.
    Allocations {
        word: "allocations",
        unit: Unit::Count,
        exactness: Exactness::Exact,
        sizes: Sizes::All,
        per_machine: false,
        budget: Some("made in all"),
        title: "Allocations",
        meaning: "blocks made",
        clause: "it makes {} blocks",
        read: |cell| exact(cell, |process| process.account.allocations.try_into().unwrap_or(i64::MAX)),
    }
    /// Bytes of all blocks made.
    Allocated {
        word: "allocated",
        unit: Unit::Bytes,
        exactness: Exactness::Exact,
        sizes: Sizes::All,
        per_machine: false,
        budget: Some("allocated in all"),
        title: "Bytes allocated",
        meaning: "bytes of all blocks made",
        clause: "its blocks have {} in all",
        read: |cell| exact(cell, |process| process.account.allocated_bytes.0),
    }
    /// Bytes live at return while the result is held.
    Result {
        word: "result",
        unit: Unit::Bytes,
        exactness: Exactness::Exact,
        sizes: Sizes::All,
        per_machine: false,
        budget: Some("alive with its result"),
        title: "Result",
        meaning: "bytes live at return, while the result is held",
        clause: "its result takes {}",
        read: |cell| exact(cell, |process| process.account.result_bytes.0),
    }
    /// Bytes still live after the result was dropped, before a collection.
    Retained {
        word: "retained",
        unit: Unit::Bytes,
        exactness: Exactness::Exact,
        sizes: Sizes::All,
        per_machine: false,
        budget: Some("left behind"),
        title: "Retained",
        meaning: "bytes still live after the result was dropped",
        clause: "it leaves {}",
        read: |cell| exact(cell, |process| process.account.retained_bytes.0),
    }
    /// Bytes still live after that and a full collection; the same for Rust, which has none.
    RetainedAfterCollection {
        word: "retained_after_collection",
        unit: Unit::Bytes,
        exactness: Exactness::Exact,
        sizes: Sizes::All,
        per_machine: false,
        budget: Some("left behind after a collection"),
        title: "Retained after a collection",
        meaning: "bytes still live after the result was dropped and a full collection",
        clause: "after a collection {} are left",
        read: |cell| exact(cell, |process| process.account.retained_after_collection_bytes.0),
    }
    /// Bytes that each call leaves for good, over repeated calls.
    LeakedPerCall {
        word: "leaked_per_call",
        unit: Unit::Bytes,
        exactness: Exactness::OneProcess,
        sizes: Sizes::Headline,
        per_machine: false,
        budget: None,
        title: "Leaked per call",
        meaning: "bytes that each call leaves for good, over repeated calls",
        clause: "each call leaves {}",
        read: |cell| leaked(cell.memory.as_ref()?),
    }
    /// Garbage collections during one call.
    Collections {
        word: "collections",
        unit: Unit::Count,
        exactness: Exactness::OneProcess,
        sizes: Sizes::Headline,
        per_machine: false,
        budget: None,
        title: "Collections",
        meaning: "collections by the garbage collector during one call",
        clause: "a call has {} collections",
        read: collections,
    }
    /// The peak of the resident size, above entry: what the system sees, never exact.
    Resident {
        word: "resident",
        unit: Unit::Bytes,
        exactness: Exactness::Range,
        sizes: Sizes::All,
        per_machine: true,
        budget: None,
        title: "Resident peak",
        meaning: "the peak of the resident size, above that at the call’s beginning: what the system sees, never exact",
        clause: "the system sees {}",
        read: |cell| resident(cell, |process| process.peak_bytes.0),
    }
    /// The resident size above entry after the result was dropped and a full collection made: never
    /// exact either.
    ResidentAfter {
        word: "resident_after",
        unit: Unit::Bytes,
        exactness: Exactness::Range,
        sizes: Sizes::All,
        per_machine: true,
        budget: None,
        title: "Resident after",
        meaning: "the resident size after the result was dropped and a full collection, above that at the call’s beginning: never exact",
        clause: "the system still sees {}",
        read: |cell| resident(cell, |process| process.after_bytes.0),
    }
    /// Time of one call.
    Time {
        word: "time",
        unit: Unit::Nanos,
        exactness: Exactness::Estimate,
        sizes: Sizes::All,
        per_machine: true,
        budget: None,
        title: "Time of a call",
        meaning: "median time of one call",
        clause: "a call takes {}",
        read: |cell| statistics::time_per_call(cell.time.as_ref()?, Confidence::QUOTED),
    }
}

impl Metric {
    /// The metric's row.
    pub fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The word that scenario files and directives use.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// The metric of that word.
    pub fn from_word(word: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|metric| metric.word() == word)
    }

    /// What it counts.
    pub fn unit(self) -> Unit {
        self.row().unit
    }

    /// What the cell says of this metric; `None` if it was not measured, or the cell failed.
    pub fn of(self, cell: &Cell) -> Option<Measured> {
        if cell.errors.is_empty() {
            (self.row().read)(cell)
        } else {
            None
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl Serialize for Metric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Metric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Metric::from_word(&word).ok_or_else(|| {
            let known = Metric::ALL.map(Metric::word).join(", ");
            serde::de::Error::custom(format!("unknown metric `{word}`: expected one of {known}"))
        })
    }
}

/// What a call usually leaves; 0 where a cache fills once. The mean's interval where that holds 0.
fn leaked(memory: &Memory) -> Option<Measured> {
    let figure = match statistics::judge_leak(&memory.live_after_calls)? {
        Leak::Nothing | Leak::Filled { .. } => Measured::Exact(0),
        Leak::PerCall { usual, .. } => Measured::Exact(usual.0),
        Leak::InSteps { mean } | Leak::CannotTell { mean, .. } => Measured::Range {
            low: mean.low.floor() as i64,
            high: mean.high.ceil() as i64,
        },
    };
    Some(if is_incomplete(memory) {
        Measured::AtLeast(figure.low() as i64)
    } else {
        figure
    })
}

/// Whether a process took memory that its account lacks.
fn is_incomplete(memory: &Memory) -> bool {
    memory
        .processes
        .iter()
        .any(|process| process.account.is_incomplete())
}

/// The collections of all generations.
fn collections(cell: &Cell) -> Option<Measured> {
    let collections = cell.memory.as_ref()?.collections.as_ref()?;
    let all = collections.generations.iter().sum::<u64>();
    Some(Measured::Exact(all.try_into().ok()?))
}

/// A figure of the resident pass; `None` if the cell failed. It is never exact, even where all
/// processes agree: pages are counted, and who else uses them is not known.
pub fn resident(cell: &Cell, figure: impl Fn(&ResidentProcess) -> i64) -> Option<Measured> {
    let resident = cell.resident.as_ref().filter(|_| cell.errors.is_empty())?;
    let sizes = || resident.processes.iter().map(&figure);
    Some(Measured::Range {
        low: sizes().min()?,
        high: sizes().max()?,
    })
}

fn exact(cell: &Cell, figure: impl Fn(&MemoryProcess) -> i64) -> Option<Measured> {
    of_processes(cell, |process| Some(figure(process)))
}

/// A figure of the memory pass: exact where all processes settled and agree, else the range they
/// span; a lower bound where an account is incomplete. `None` if a process lacks it, or the cell
/// failed.
pub fn of_processes(cell: &Cell, figure: impl Fn(&MemoryProcess) -> Option<i64>) -> Option<Measured> {
    let memory = cell.memory.as_ref().filter(|_| cell.errors.is_empty())?;
    let figures: Vec<i64> = memory.processes.iter().map(figure).collect::<Option<_>>()?;
    let (low, high) = (*figures.iter().min()?, *figures.iter().max()?);
    let is_exact = |process: &MemoryProcess| process.settled && process.account.unknown_frees == 0;
    Some(if is_incomplete(memory) {
        Measured::AtLeast(low)
    } else if low == high && memory.processes.iter().all(is_exact) {
        Measured::Exact(low)
    } else {
        Measured::Range { low, high }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_lists_every_metric_as_its_row_has_it() {
        let documented = include_str!("../../../../CONTRIBUTING.md");
        for metric in Metric::ALL {
            let row = metric.row();
            let unit = match row.unit {
                Unit::Bytes => "bytes",
                Unit::Count => "count",
                Unit::Nanos => "nanoseconds",
            };
            let certainty = match row.exactness {
                Exactness::Exact => "exact",
                Exactness::OneProcess => "exact, of one process",
                Exactness::Range => "a range",
                Exactness::Estimate => "an estimate",
            };
            let sizes = match row.sizes {
                Sizes::All => "all",
                Sizes::Headline => "headline",
            };
            let line = format!(
                "| `{metric}` | {unit} | {certainty} | {sizes} | {} |",
                row.meaning
            );
            assert!(
                documented.contains(&line),
                "CONTRIBUTING.md lacks this line:\n{line}"
            );
        }
    }

    #[test]
    fn words_are_names_of_one_metric_each_and_clauses_have_room_for_the_figure() {
        for metric in Metric::ALL {
            assert_eq!(Metric::from_word(metric.word()), Some(metric));
            assert_eq!(metric.row().clause.matches("{}").count(), 1, "{metric}");
        }
    }
}
