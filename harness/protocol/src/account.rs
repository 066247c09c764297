//! The account of one measured call.

use std::collections::BTreeMap;

use heapbook_model::Bytes;
use serde::{Deserialize, Serialize};

/// What one measured call asked of the allocators. The unit is the size requested.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Blocks made.
    pub allocations: u64,
    /// Blocks whose size was changed.
    pub reallocations: u64,
    /// Reallocations that made a block larger.
    pub grown: u64,
    /// Reallocations that made a block smaller.
    pub shrunk: u64,
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
    /// Blocks given back whose size is unknown, since they were made before the account began: 0 in
    /// an exact figure.
    pub unknown_frees: u64,
    /// The account by the layer that first returned a block; empty for Rust, which has one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub domains: BTreeMap<Domain, DomainFigures>,
    /// Arenas that Python's small-object allocator took from the system and gave back, until the
    /// result was dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arenas: Option<Arenas>,
    /// Memory that the ledger itself took by then, none of which is in the figures above; absent
    /// for Rust, whose account needs no map of addresses. It depends on where the blocks lie, so it
    /// differs from process to process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger_bytes: Option<Bytes>,
}

/// The layer of CPython's allocators that a block belongs to: the one that first returned it to the
/// program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Domain {
    /// `PyMem_RawMalloc`.
    Raw,
    /// `PyMem_Malloc`.
    Mem,
    /// `PyObject_Malloc`.
    Obj,
    /// `malloc` itself, called by an extension or a library.
    Native,
}

/// One layer's share of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainFigures {
    /// Blocks made.
    pub allocations: u64,
    /// Bytes of all blocks made, and what reallocations added.
    pub allocated_bytes: Bytes,
    /// Bytes live at return, above those at entry.
    pub live_bytes: Bytes,
}

/// Arenas taken from the system and given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arenas {
    /// Arenas taken.
    pub taken: u64,
    /// Arenas given back.
    pub given_back: u64,
    /// Bytes of those taken.
    pub taken_bytes: Bytes,
    /// Bytes of those given back.
    pub given_back_bytes: Bytes,
}

/// Blocks of one class of sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeClass {
    /// The largest size of the class.
    pub up_to_bytes: Bytes,
    /// Blocks made.
    pub allocations: u64,
    /// Their bytes.
    pub bytes: Bytes,
}

/// Live bytes after each allocation event, folded to a bounded number of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Allocation events (blocks made, changed and given back) in the call.
    pub events: u64,
    /// Events that each point but the last stands for.
    pub events_per_point: u64,
    /// The points, in order, each written as `[low, high, end]`.
    pub points: Vec<TimelinePoint>,
}

/// The extremes of live bytes, above entry, over a run of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[Bytes; 3]", into = "[Bytes; 3]")]
pub struct TimelinePoint {
    /// The fewest bytes live.
    pub low: Bytes,
    /// The most bytes live.
    pub high: Bytes,
    /// The bytes live at the run's end.
    pub end: Bytes,
}

impl Account {
    /// Whether the next call did the same, so that nothing is left to warm up.
    pub fn agrees_with(&self, next: &Account) -> bool {
        let key = |account: &Account| (account.allocations, account.allocated_bytes, account.peak_bytes);
        key(self) == key(next)
    }
}

impl From<[Bytes; 3]> for TimelinePoint {
    fn from([low, high, end]: [Bytes; 3]) -> Self {
        TimelinePoint { low, high, end }
    }
}

impl From<TimelinePoint> for [Bytes; 3] {
    fn from(point: TimelinePoint) -> Self {
        [point.low, point.high, point.end]
    }
}
