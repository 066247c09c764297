//! A cell's record: where it comes from, and what each pass yielded.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ErrorKind, Lines, Memory, Picture, Resident, Time};
use heapbook_model::{CellKey, Nanos, SourceDigest};
use heapbook_protocol::Instrument;

/// What one variant yielded at one size, on one runtime and machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Which cell it is.
    #[serde(flatten)]
    pub key: CellKey,
    /// When it was measured, in UTC, to the second.
    pub measured_at: String,
    /// The harness's version, and a digest of the sources of its Python side.
    pub harness: String,
    /// A digest of the code and keys that were measured.
    pub source: SourceDigest,
    /// What the figures mean: a number that is raised when the meaning of one changes.
    pub method: u32,
    /// Quick or full.
    pub effort: Effort,
    /// What held at the time; absent from records that are older than it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Conditions>,
    /// The program, if it is a user's and of no scenario.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<ProgramRecord>,
    /// The result's digest, a decimal number modulo 2^64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// What the memory passes yielded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Memory>,
    /// What the time passes yielded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// What each source line did; Python, at the headline size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Lines>,
    /// What names refer to, line by line, in a small call; Python, at the headline size, where the
    /// scenario asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
    /// What the system saw; where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resident: Option<Resident>,
    /// What measuring the cell took, all passes together, on the wall's clock; by it runs are split
    /// evenly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ns: Option<Nanos>,
    /// What went wrong; a cell with an entry here is a failed cell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<CellError>,
}

impl Cell {
    /// Gives back what its lists were given to grow into, which is four entries where one is the
    /// rule.
    pub(super) fn shrink(&mut self) {
        if let Some(memory) = &mut self.memory {
            memory.processes.shrink_to_fit();
            memory.sizes.shrink_to_fit();
            memory.live_after_calls.shrink_to_fit();
            if let Some(timeline) = &mut memory.timeline {
                timeline.points.shrink_to_fit();
            }
        }
        if let Some(time) = &mut self.time {
            time.processes.shrink_to_fit();
        }
        if let Some(lines) = &mut self.lines {
            lines.lines.shrink_to_fit();
            lines.events.shrink_to_fit();
        }
        if let Some(resident) = &mut self.resident {
            resident.processes.shrink_to_fit();
        }
    }
}

/// What held when a cell was measured. It may explain a figure, and never makes two cells different
/// ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// The state of the sources; absent outside a git checkout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout: Option<Checkout>,
    /// How the system chooses the processors' clock rate, `performance`; absent where it does not
    /// say, as in most virtual machines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub governor: Option<String>,
    /// The system's load average over the minute before, in hundredths of a process: 100 is one
    /// process that always wants to run. A run's own work is part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_hundredths: Option<u32>,
}

/// The state of the sources that were measured and that measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkout {
    /// The commit, its first 12 hexadecimal digits.
    pub revision: String,
    /// Whether the harness, the scenarios or cargo's settings differed from it. Records do not
    /// count, since a run writes them.
    pub dirty: bool,
}

/// A program of the user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramRecord {
    /// The code, or the file and the function, as the user wrote it.
    pub code: String,
    /// What was run before it, outside every measurement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<String>,
    /// The beginning of its result, as the language shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// What a reader of its figures should know of its calls, in sentences: what it was given, and
    /// what was run to its end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// The digest that it is compared with other languages' results by, where it is another one
    /// than the cell's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub across: Option<String>,
    /// Why its result has no digest. Beside one: why results with another digest may be equal even
    /// so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomparable: Option<String>,
}

/// How much was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// One memory process and three time processes.
    Quick,
    /// Three memory processes and eight time processes or more.
    Full,
}

/// Why a cell has no figure, or a figure that must not be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellError {
    /// The pass that failed.
    pub pass: Pass,
    /// Which of the pass's processes, from 0.
    pub process: u32,
    /// What kind of failure.
    pub kind: ErrorKind,
    /// The reason in words: a traceback, a signal, a deadline.
    pub message: String,
}

/// A kind of measuring; passes never share a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pass {
    /// The ledger is in place.
    Memory,
    /// Nothing is installed.
    Time,
    /// The ledger is in place, and the source's lines are traced.
    Lines,
    /// The ledger is in place, and what names refer to is looked at after each line.
    Objects,
    /// Nothing is installed; the system is asked what it sees.
    Resident,
}

impl From<Instrument> for Pass {
    /// The pass whose figures an instrument yields; the origins of what is left belong to the
    /// memory's.
    fn from(instrument: Instrument) -> Pass {
        match instrument {
            Instrument::Clock => Pass::Time,
            Instrument::Ledger | Instrument::Tracemalloc => Pass::Memory,
            Instrument::Tracer => Pass::Lines,
            Instrument::System => Pass::Resident,
        }
    }
}

/// As records write it.
impl fmt::Display for Pass {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}
