//! The global allocator that counts.
//!
//! `Layout` tells the size of each block each time, so there is no shadow map: the account has one set of counters for
//! the process, and it counts whatever any thread does.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use crate::account::{Account, Figures, Shared};
use crate::timeline::Timeline;

static COUNTING: AtomicBool = AtomicBool::new(false);
static ACCOUNT: Account = Account::new();

/// The system's allocator, with an account that is off until [`CountingAllocator::enter`].
///
/// Off, an event costs one relaxed load more than it does without. Declare it in the binary:
///
/// ```standalone_crate
/// #[global_allocator]
/// static ALLOCATOR: heapbook_ledger::CountingAllocator = heapbook_ledger::CountingAllocator;
///
/// use heapbook_ledger::CountingAllocator;
/// CountingAllocator::enter(false);
/// let block = std::hint::black_box(Box::new([0_u8; 123 * 8]));
/// let held = CountingAllocator::figures();
/// drop(block);
/// let dropped = CountingAllocator::figures();
/// CountingAllocator::stop();
/// assert_eq!((held.allocations, held.live_bytes), (1, 984));
/// assert_eq!((dropped.live_bytes, dropped.peak_bytes), (0, 984));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CountingAllocator;

impl CountingAllocator {
    /// Sets the entry mark and counts from here, with a timeline if one is wanted. Allocates nothing.
    pub fn enter(timeline: bool) {
        ACCOUNT.enter(timeline);
        COUNTING.store(true, Relaxed);
    }

    /// What has happened since entry. Allocates nothing; counting goes on.
    pub fn figures() -> Figures {
        ACCOUNT.figures()
    }

    /// Ends the timeline; counting goes on. Allocates nothing.
    pub fn end_timeline() {
        ACCOUNT.end_timeline();
    }

    /// The timeline since the last entry that asked for one. It allocates: end the timeline first.
    pub fn timeline() -> Timeline {
        ACCOUNT.timeline()
    }

    /// Counts no more. The figures stay readable.
    pub fn stop() {
        COUNTING.store(false, Relaxed);
        ACCOUNT.end_timeline();
    }
}

#[inline(always)]
fn counting() -> bool {
    COUNTING.load(Relaxed)
}

#[inline(always)]
fn count_made(block: *mut u8, layout: Layout) {
    if counting() && !block.is_null() {
        ACCOUNT.made::<Shared>(layout.size() as u64);
    }
}

// SAFETY: every method hands its arguments to `System` and returns what it returned. The account neither allocates
// nor unwinds.
unsafe impl GlobalAlloc for CountingAllocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`, which is System's.
        let block = unsafe { System.alloc(layout) };
        count_made(block, layout);
        block
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as for `alloc`.
        let block = unsafe { System.alloc_zeroed(layout) };
        count_made(block, layout);
        block
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as for `alloc`; the block came from System.
        let moved = unsafe { System.realloc(block, layout, new_size) };
        if counting() && !moved.is_null() {
            ACCOUNT.changed::<Shared>(Some(layout.size() as u64), new_size as u64);
        }
        moved
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if counting() {
            ACCOUNT.gone::<Shared>(Some(layout.size() as u64));
        }
        // SAFETY: as for `alloc`; the block came from System.
        unsafe { System.dealloc(block, layout) };
    }
}
