//! Which thread is inside of which domain, and so whose a request is.

use std::sync::atomic::Ordering::Relaxed;

use heapbook_ledger::origin::{Mem, Obj, Origin, Raw, SharedMem, SharedObj};
use heapbook_ledger::thread;

use super::{INSIDE, INSIDE_RAW, NATIVE, is_shared};

/// How a domain is called, and whether a request to it is the program's own.
pub(super) trait Layer: Origin {
    /// Lives as long as the request is being served below.
    type Visit;

    /// `None` if the request comes from a layer above, which counts the block itself.
    fn enter() -> Option<Self::Visit>;
}

impl Layer for Mem {
    type Visit = LockedVisit;

    fn enter() -> Option<LockedVisit> {
        Some(LockedVisit::new())
    }
}

impl Layer for Obj {
    type Visit = LockedVisit;

    fn enter() -> Option<LockedVisit> {
        Some(LockedVisit::new())
    }
}

impl Layer for SharedMem {
    type Visit = RawVisit;

    fn enter() -> Option<RawVisit> {
        Some(RawVisit::new())
    }
}

impl Layer for SharedObj {
    type Visit = RawVisit;

    fn enter() -> Option<RawVisit> {
        Some(RawVisit::new())
    }
}

/// A request to mem or obj: under the interpreter lock, and never from one another.
pub(super) struct LockedVisit;

impl LockedVisit {
    pub(super) fn new() -> Self {
        INSIDE.store(thread::identity(), Relaxed);
        Self
    }
}

impl Drop for LockedVisit {
    fn drop(&mut self) {
        INSIDE.store(0, Relaxed);
    }
}

/// A request of any thread, with the interpreter lock or without.
pub(crate) struct RawVisit(Option<heapbook_ledger::visitors::Visit>);

impl RawVisit {
    pub(crate) fn new() -> Self {
        Self(INSIDE_RAW.enter(thread::identity()))
    }
}

impl Drop for RawVisit {
    fn drop(&mut self) {
        if let Some(visit) = self.0.take() {
            INSIDE_RAW.leave(visit);
        }
    }
}

impl Layer for Raw {
    type Visit = RawVisit;

    fn enter() -> Option<RawVisit> {
        let thread = thread::identity();
        if INSIDE.load(Relaxed) == thread || (is_shared() && INSIDE_RAW.contains(thread)) {
            return None;
        }
        if !NATIVE.load(Relaxed) {
            return Some(RawVisit(None));
        }
        // Where the table is full, malloc counts the block.
        INSIDE_RAW.enter(thread).map(|visit| RawVisit(Some(visit)))
    }
}
