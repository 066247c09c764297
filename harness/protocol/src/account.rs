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
    /// The most that it may have been for a moment, had each block that grew been moved by the
    /// allocator, which holds the old one until its bytes are copied. Absent where that is no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_if_moved_bytes: Option<Bytes>,
    /// Bytes live at return while the result is held, above those at entry; without the spare ones.
    pub result_bytes: Bytes,
    /// Bytes still live after the result was dropped, above those at entry; without spare ones.
    pub retained_bytes: Bytes,
    /// The same after a full garbage collection; equal for Rust, which has none.
    pub retained_after_collection_bytes: Bytes,
    /// Bytes that the interpreter kept spare at return, in its free lists and its cache of names:
    /// in the peak, and in no other figure above.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub spare_bytes: Bytes,
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
    /// What the figures above do not hold; absent where there was nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen: Option<Unseen>,
}

/// Whether a figure need not be written: it is 0.
pub(crate) fn is_nothing(bytes: &Bytes) -> bool {
    bytes.0 == 0
}

/// What a call had, or had at hand, beside what its account holds, and who else was there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    /// The most bytes mapped at once past every allocator that is seen, above those mapped at
    /// entry. What is mapped need not be used: it is an upper bound.
    #[serde(default)]
    pub mapped_bytes: Bytes,
    /// Bytes that earlier calls had mapped and that were mapped still at entry: an allocator keeps
    /// them, and serves the call from them.
    #[serde(default)]
    pub held_bytes: Bytes,
    /// Child processes that ran meanwhile; of those that were not forked, one is counted.
    #[serde(default)]
    pub children: u64,
    /// The peak of one forked child above its beginning, the largest; 0 where none is known.
    #[serde(default)]
    pub child_bytes: Bytes,
    /// The names of the threads, other than the caller's, that lived at entry or after the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub threads: Vec<String>,
}

impl Unseen {
    /// Whether memory was taken, or may have been, that the account lacks. Threads take none: what
    /// they allocate is in the account.
    pub fn is_memory(&self) -> bool {
        self.mapped_bytes.0 > 0 || self.held_bytes.0 > 0 || self.children > 0
    }
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
    /// Whether the account lacks memory that the call took, so that its figures are lower bounds.
    pub fn is_incomplete(&self) -> bool {
        self.unseen.as_ref().is_some_and(Unseen::is_memory)
    }

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
