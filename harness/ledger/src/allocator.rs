//! The global allocator that counts.
//!
//! `Layout` tells the size of each block each time, so there is no shadow map: the account has one set of counters for
//! the process, and it counts whatever any thread does. The thread that set the entry mark, most often the only one, has
//! a set of its own that needs no atomic additions.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use crate::account::{Account, Undrawn};
use crate::domain::{Native, OwnNative};
use crate::figures::{Figures, SizeClass};
use crate::sizes::CLASSES;
use crate::thread;
use crate::timeline::Timeline;

/// The thread that set the entry mark; 0 while nothing is counted.
static COUNTING: AtomicUsize = AtomicUsize::new(0);
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
    ///
    /// Not to be called while another thread is between its own `enter` and [`stop`](CountingAllocator::stop).
    pub fn enter(timeline: bool) {
        ACCOUNT.enter(timeline);
        COUNTING.store(thread::identity(), Relaxed);
    }

    /// What has happened since entry. Allocates nothing; counting goes on.
    pub fn figures() -> Figures {
        ACCOUNT.figures()
    }

    /// Blocks made since entry by class of their size. Allocates nothing.
    pub fn sizes() -> [SizeClass; CLASSES] {
        ACCOUNT.sizes()
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
        COUNTING.store(0, Relaxed);
        ACCOUNT.end_timeline();
    }
}

/// Counts an event, in the thread's own way, if anything is counted at present.
#[inline(always)]
fn count(own: impl FnOnce() -> Result<(), Undrawn>, of_another_thread: impl FnOnce() -> Result<(), Undrawn>) {
    let counting = COUNTING.load(Relaxed);
    if counting != 0 {
        let counted = if counting == thread::identity() {
            own()
        } else {
            of_another_thread()
        };
        if let Err(event) = counted {
            ACCOUNT.draw(event);
        }
    }
}

#[inline(always)]
fn count_made(block: *mut u8, layout: Layout) {
    let size = layout.size() as u64;
    if !block.is_null() {
        count(
            || ACCOUNT.made::<OwnNative>(size),
            || ACCOUNT.made::<Native>(size),
        );
    }
}

#[inline(always)]
fn count_changed(moved: *mut u8, layout: Layout, new: usize) {
    let (old, new) = (Some(layout.size() as u64), new as u64);
    if !moved.is_null() {
        count(
            || ACCOUNT.changed::<OwnNative>(old, new),
            || ACCOUNT.changed::<Native>(old, new),
        );
    }
}

#[inline(always)]
fn count_gone(layout: Layout) {
    let size = layout.size() as u64;
    count(
        || ACCOUNT.gone::<OwnNative>(size),
        || ACCOUNT.gone::<Native>(size),
    );
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
        count_changed(moved, layout, new_size);
        moved
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count_gone(layout);
        // SAFETY: as for `alloc`; the block came from System.
        unsafe { System.dealloc(block, layout) };
    }
}
