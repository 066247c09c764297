//! The global allocator that counts.
//!
//! `Layout` tells the size of each block each time, so there is no shadow map: the account has one
//! set of counters for the process, and it counts whatever any thread does. The thread that set the
//! entry mark, most often the only one, has a set of its own that needs no atomic additions.
//!
//! What it costs was measured in whole programs that differ in their allocator alone. Two
//! allocators compared within one program differed by a tenth and more through the placing of code,
//! and through requests that were inlined where real ones are not. Counting, a block made and given
//! back takes some 60 instructions more, 3 to 4 ns.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use crate::account::{Account, Undrawn};
use crate::figures::{Figures, SizeClass};
use crate::origin::{Native, OwnNative};
use crate::sizes::CLASSES;
use crate::thread;
use crate::timeline::Timeline;

/// Whether anything is counted at present: all that is read while nothing is.
static ON: AtomicBool = AtomicBool::new(false);
/// The thread that set the entry mark; 0 while nothing is counted.
static COUNTING: AtomicUsize = AtomicUsize::new(0);
static ACCOUNT: Account = Account::new();

/// How malloc's blocks are aligned where this is built for.
const MALLOC_ALIGNMENT: usize = 16;

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
    /// Sets the entry mark and counts from here, with a timeline if one is wanted. Allocates
    /// nothing.
    ///
    /// Not to be called while another thread is between its own `enter` and
    /// [`stop`](CountingAllocator::stop).
    pub fn enter(timeline: bool) {
        ACCOUNT.enter(timeline);
        COUNTING.store(thread::identity(), Relaxed);
        ON.store(true, Relaxed);
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
        ON.store(false, Relaxed);
        COUNTING.store(0, Relaxed);
        ACCOUNT.end_timeline();
    }
}

/// Counts an event in the way of the thread that it happens in.
#[inline(always)]
fn count(
    own: impl FnOnce() -> Result<(), Undrawn>,
    of_another_thread: impl FnOnce() -> Result<(), Undrawn>,
) -> Result<(), Undrawn> {
    if COUNTING.load(Relaxed) == thread::identity() {
        own()
    } else if COUNTING.load(Relaxed) != 0 {
        of_another_thread()
    } else {
        // It was stopped a moment ago.
        Ok(())
    }
}

/// Begins a point of the timeline, and returns the block. As the last thing to be called it is a
/// jump, unless the caller knew that it is returned its own argument: then it would save a register
/// for that.
#[cold]
#[inline(never)]
extern "C" fn drawn(block: *mut u8, event: Undrawn) -> *mut u8 {
    ACCOUNT.draw(event);
    std::hint::black_box(block)
}

/// Counts a block, if there is one, and returns it.
#[inline(always)]
fn made(block: *mut u8, size: u64) -> *mut u8 {
    if block.is_null() {
        return block;
    }
    match count(
        || ACCOUNT.made::<OwnNative>(size),
        || ACCOUNT.made::<Native>(size),
    ) {
        Ok(()) => block,
        Err(event) => drawn(block, event),
    }
}

// What follows is for the time of an account alone. It is out of line, so that a program's
// allocations are not slowed by registers saved for it, and in this crate, where the compiler
// reaches the statics that it keeps to itself without the global offset table. Size and alignment
// come in the order that the compiler's own calls have: so they stay where they are.

/// A layout that a caller of the allocator took apart.
#[inline(always)]
fn layout(size: usize, align: usize) -> Layout {
    // SAFETY: both are of a layout.
    unsafe { Layout::from_size_align_unchecked(size, align) }
}

/// # Safety
/// As for [`GlobalAlloc::alloc`].
#[cold]
#[inline(never)]
unsafe fn alloc_counting(size: usize, align: usize) -> *mut u8 {
    // What is aligned more than malloc's blocks are takes another way in std, which needs room on
    // the stack.
    if align > MALLOC_ALIGNMENT || align > size {
        // SAFETY: as this function was called.
        return unsafe { alloc_aligned_counting(size, align) };
    }
    // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`, which is System's.
    let block = unsafe { System.alloc(layout(size, align)) };
    made(block, size as u64)
}

/// # Safety
/// As for [`GlobalAlloc::alloc`].
#[cold]
#[inline(never)]
unsafe fn alloc_aligned_counting(size: usize, align: usize) -> *mut u8 {
    // SAFETY: as for `alloc_counting`.
    let block = unsafe { System.alloc(layout(size, align)) };
    made(block, size as u64)
}

/// # Safety
/// As for [`GlobalAlloc::alloc_zeroed`].
#[cold]
#[inline(never)]
unsafe fn alloc_zeroed_counting(layout: Layout) -> *mut u8 {
    // SAFETY: as for `alloc_counting`.
    let block = unsafe { System.alloc_zeroed(layout) };
    made(block, layout.size() as u64)
}

/// # Safety
/// As for [`GlobalAlloc::realloc`].
#[cold]
#[inline(never)]
unsafe fn realloc_counting(block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
    // SAFETY: as for `alloc_counting`; the block came from System.
    let moved = unsafe { System.realloc(block, layout, new_size) };
    if moved.is_null() {
        return moved;
    }
    let (old, new) = (Some(layout.size() as u64), new_size as u64);
    match count(
        || ACCOUNT.changed::<OwnNative>(old, new),
        || ACCOUNT.changed::<Native>(old, new),
    ) {
        Ok(()) => moved,
        Err(event) => drawn(moved, event),
    }
}

/// # Safety
/// As for [`GlobalAlloc::dealloc`].
#[cold]
#[inline(never)]
unsafe fn dealloc_counting(block: *mut u8, size: usize, align: usize) {
    let counted = count(
        || ACCOUNT.gone::<OwnNative>(size as u64),
        || ACCOUNT.gone::<Native>(size as u64),
    );
    match counted {
        // SAFETY: as for `alloc_counting`; the block came from System.
        Ok(()) => unsafe { System.dealloc(block, layout(size, align)) },
        // SAFETY: as above.
        Err(event) => unsafe { dealloc_drawn(block, layout(size, align), event) },
    }
}

/// # Safety
/// As for [`GlobalAlloc::dealloc`].
#[cold]
#[inline(never)]
unsafe fn dealloc_drawn(block: *mut u8, layout: Layout, event: Undrawn) {
    ACCOUNT.draw(event);
    // SAFETY: the caller keeps the contract of `GlobalAlloc::dealloc`, which is System's.
    unsafe { System.dealloc(block, layout) };
}

// SAFETY: every method hands its arguments to `System` and returns what it returned. The account
// neither allocates nor unwinds.
unsafe impl GlobalAlloc for CountingAllocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`, which is System's.
            return unsafe { alloc_counting(layout.size(), layout.align()) };
        }
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            // SAFETY: as for `alloc`.
            return unsafe { alloc_zeroed_counting(layout) };
        }
        // SAFETY: as for `alloc`.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if ON.load(Relaxed) {
            // SAFETY: as for `alloc`; the block came from System.
            return unsafe { realloc_counting(block, layout, new_size) };
        }
        // SAFETY: as above.
        unsafe { System.realloc(block, layout, new_size) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if ON.load(Relaxed) {
            // SAFETY: as for `alloc`; the block came from System.
            return unsafe { dealloc_counting(block, layout.size(), layout.align()) };
        }
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) };
    }
}
