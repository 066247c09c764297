//! A cell's record: figures as whole numbers, every process kept, nothing averaged.

use serde::{Deserialize, Serialize};

use super::{MachineId, Runtime};
use crate::scenario::{SourceDigest, VariantName};
use crate::units::{Bytes, Nanos};

/// What one variant yielded at one size, on one runtime and machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The scenario's slug.
    pub scenario: String,
    /// The variant.
    pub variant: VariantName,
    /// The size.
    pub n: u64,
    /// The machine, a key of the file's `machines`.
    pub machine: MachineId,
    /// The interpreter or compiler.
    pub runtime: Runtime,
    /// When it was measured, in UTC, to the second.
    pub measured_at: String,
    /// The harness's version and the digest of its sources.
    pub harness: String,
    /// A digest of the code and keys that were measured.
    pub source: SourceDigest,
    /// The meaning of the figures; see [`super::METHOD`].
    pub method: u32,
    /// Quick or full.
    pub effort: Effort,
    /// The result's digest, a decimal number modulo 2^64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// What the memory passes yielded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Memory>,
    /// What the time passes yielded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// What went wrong; a cell with an entry here is a failed cell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<CellError>,
}

/// How much was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// One memory process and two time processes.
    Quick,
    /// Three memory processes and five time processes.
    Full,
}

/// What the memory passes of a cell yielded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// One entry a process.
    pub processes: Vec<MemoryProcess>,
    /// Live bytes through the measured call; kept at the headline size only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Timeline>,
}

/// The account of one measured call in one process. The unit is the size requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryProcess {
    /// The seed of Python's string hashes; absent for Rust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash_seed: Option<u32>,
    /// Calls made before the measured one.
    pub warm_ups: u32,
    /// Whether the last warm-up call and the measured call agreed; always true where none was asked for.
    pub settled: bool,
    /// Blocks made.
    pub allocations: u64,
    /// Blocks whose size was changed.
    pub reallocations: u64,
    /// Blocks given back.
    pub frees: u64,
    /// Bytes of all blocks made, and what reallocations added.
    pub allocated_bytes: Bytes,
    /// The most bytes live at once, above those live at entry.
    pub peak_bytes: Bytes,
    /// Bytes live at return while the result is held, above those at entry.
    pub result_bytes: Bytes,
    /// Bytes still live after the result was dropped, above those at entry.
    pub retained_bytes: Bytes,
    /// The same after a full garbage collection; equal for Rust, which has none.
    pub retained_after_collection_bytes: Bytes,
    /// Blocks given back that were made before the account began, whose size is unknown: 0 in an exact figure.
    pub unknown_frees: u64,
}

/// Live bytes after each allocation event, folded to a bounded number of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Allocation events (blocks made, changed and given back) in the call.
    pub events: u64,
    /// Events that each point but the last stands for.
    pub events_per_point: u64,
    /// The points, in order.
    pub points: Vec<TimelinePoint>,
}

/// The extremes of live bytes, above entry, over a run of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelinePoint {
    /// The fewest bytes live.
    pub low: Bytes,
    /// The most bytes live.
    pub high: Bytes,
    /// The bytes live at the run's end.
    pub end: Bytes,
}

/// What the time passes of a cell yielded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Time {
    /// One entry a process.
    pub processes: Vec<TimeProcess>,
}

/// The raw samples of one process, in the order they were taken: entry `i` of each list belongs to sample `i`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeProcess {
    /// The seed of Python's string hashes; absent for Rust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash_seed: Option<u32>,
    /// The round of each sample; samples of one round stand side by side for all variants of the scenario.
    pub round: Vec<u32>,
    /// Calls in each sample.
    pub iterations: Vec<u64>,
    /// Wall-clock time of each sample, from a monotonic clock.
    pub total_ns: Vec<Nanos>,
    /// Processor time of the measuring thread in each sample.
    pub cpu_ns: Vec<Nanos>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pass {
    /// The ledger is in place.
    Memory,
    /// Nothing is installed.
    Time,
}

/// What kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The program raised an exception or panicked.
    Exception,
    /// The process ended before it answered.
    Crash,
    /// No answer before the deadline.
    Hang,
    /// An answer that the protocol does not know.
    Garbage,
    /// A result that is no whole number, with no digest function named.
    NoDigest,
    /// A digest other than the scenario's other variants'.
    UnequalDigest,
    /// The worker could not be started.
    Start,
}
