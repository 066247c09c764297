//! What the interpreter calls: each request goes on to the allocator below, and into the account.

use std::ffi::c_void;
use std::sync::atomic::Ordering::Relaxed;

use heapbook_ledger::account::Undrawn;
use heapbook_ledger::ledger::Rest;
use heapbook_ledger::origin::Raw;

use super::layer::{Layer, LockedVisit};
use super::{Allocator, FREED, LEDGER, was_freed_by_a_hook};

/// Less than the state of an interpreter takes in any CPython from 3.12 on.
const INTERPRETER: usize = 32 << 10;

/// The allocator that a hook stands above.
///
/// # Safety
/// `context` is what [`install`](super::install) gave the hook.
#[inline(always)]
unsafe fn below(context: *mut c_void) -> &'static Allocator {
    // SAFETY: it points into `BELOW`, which is never changed again.
    unsafe { &*context.cast::<Allocator>() }
}

pub(super) unsafe extern "C" fn malloc<L: Layer>(context: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the interpreter passes the hook's own context.
    let below = unsafe { below(context) };
    let visit = L::enter();
    let counts = visit.is_some();
    // SAFETY: the request is passed on as it came.
    let block = unsafe { (below.malloc)(below.context, size) };
    drop(visit);
    if counts && !block.is_null() {
        made::<L>(block, size)
    } else {
        block
    }
}

/// Counts a block and returns it.
///
/// What is rare is left to functions that are the last thing to be called, and that cannot unwind
/// (`extern "C"`): so the call is a jump, and no register is saved for it.
#[inline(always)]
fn made<L: Layer>(block: *mut c_void, size: usize) -> *mut c_void {
    match LEDGER.try_made::<L>(block.addr(), size as u64) {
        Ok(()) => block,
        Err(Rest::All) => made_otherwise::<L>(block, size),
        Err(Rest::Draw(event)) => made_drawn(block, event),
    }
}

#[cold]
#[inline(never)]
extern "C" fn made_otherwise<L: Layer>(block: *mut c_void, size: usize) -> *mut c_void {
    LEDGER.made_otherwise::<L>(block.addr(), size as u64);
    returned(block)
}

#[cold]
#[inline(never)]
extern "C" fn made_drawn(block: *mut c_void, event: Undrawn) -> *mut c_void {
    LEDGER.draw(event);
    returned(block)
}

/// The block. Not to be seen through: a caller that knew it to be its own argument would save a
/// register to return it.
#[inline(always)]
fn returned(block: *mut c_void) -> *mut c_void {
    std::hint::black_box(block)
}

pub(super) unsafe extern "C" fn calloc<L: Layer>(
    context: *mut c_void,
    count: usize,
    size: usize,
) -> *mut c_void {
    // SAFETY: the interpreter passes the hook's own context.
    let below = unsafe { below(context) };
    let visit = L::enter();
    let counts = visit.is_some();
    // SAFETY: the request is passed on as it came.
    let block = unsafe { (below.calloc)(below.context, count, size) };
    drop(visit);
    if counts && !block.is_null() {
        // No overflow: there is a block of that size.
        made::<L>(block, count.wrapping_mul(size))
    } else {
        block
    }
}

pub(super) unsafe extern "C" fn realloc<L: Layer>(
    context: *mut c_void,
    block: *mut c_void,
    size: usize,
) -> *mut c_void {
    if block.is_null() {
        // SAFETY: asking for a block anew is what realloc means here.
        return unsafe { malloc::<L>(context, size) };
    }
    // SAFETY: the interpreter passes the hook's own context.
    let below = unsafe { below(context) };
    let Some(_visit) = L::enter() else {
        // SAFETY: the request is passed on as it came.
        return unsafe { (below.realloc)(below.context, block, size) };
    };
    // Out of the map first: from inside realloc the old address may go to another thread at once.
    let lifted = LEDGER.lift(block.addr());
    // SAFETY: the request is passed on as it came.
    let moved = unsafe { (below.realloc)(below.context, block, size) };
    if moved.is_null() {
        LEDGER.put_back(lifted);
    } else {
        LEDGER.changed::<L>(lifted, moved.addr(), size as u64);
    }
    moved
}

/// The free of mem and obj, above the interpreter's own allocator.
pub(super) unsafe extern "C" fn free<L: Layer>(context: *mut c_void, block: *mut c_void) {
    // SAFETY: the interpreter passes the hook's own context.
    let below = unsafe { below(context) };
    FREED.store(block.addr(), Relaxed);
    match LEDGER.try_gone::<L>(block.addr()) {
        // SAFETY: the request is passed on as it came.
        Ok(()) => unsafe { (below.free)(below.context, block) },
        // SAFETY: as this function was called.
        Err(Rest::All) => unsafe { free_otherwise::<L>(context, block) },
        // SAFETY: as this function was called.
        Err(Rest::Draw(event)) => unsafe { free_drawn(context, block, event) },
    }
}

/// # Safety
/// As for the hook whose last part it is.
#[cold]
#[inline(never)]
unsafe extern "C" fn free_otherwise<L: Layer>(context: *mut c_void, block: *mut c_void) {
    if !LEDGER.gone_otherwise::<L>(block.addr()) && !block.is_null() {
        LEDGER.gone_unknown::<L>();
    }
    // SAFETY: the interpreter passes the hook's own context.
    let below = unsafe { below(context) };
    // SAFETY: the request is passed on as it came.
    unsafe { (below.free)(below.context, block) };
}

/// # Safety
/// As for the hook whose last part it is.
#[cold]
#[inline(never)]
unsafe extern "C" fn free_drawn(context: *mut c_void, block: *mut c_void, event: Undrawn) {
    LEDGER.draw(event);
    // SAFETY: the interpreter passes the hook's own context.
    let below = unsafe { below(context) };
    // SAFETY: the request is passed on as it came.
    unsafe { (below.free)(below.context, block) };
}

/// The calloc of raw. A block that could be an interpreter's state is the first sign of one that
/// will have a lock of its own. One that mem or obj pass on is a large object's, as of
/// `bytes(100_000)`.
pub(super) unsafe extern "C" fn calloc_raw(context: *mut c_void, count: usize, size: usize) -> *mut c_void {
    if count.saturating_mul(size) >= INTERPRETER && Raw::enter().is_some() {
        super::share();
    }
    // SAFETY: as this function was called.
    unsafe { calloc::<Raw>(context, count, size) }
}

/// The free of mem and obj where interpreters have locks of their own.
pub(super) unsafe extern "C" fn free_shared<L: Layer>(context: *mut c_void, block: *mut c_void) {
    let _visit = L::enter();
    // SAFETY: as this function was called.
    unsafe { free::<L>(context, block) };
}

/// The free of mem and obj, above somebody else's hook.
pub(super) unsafe extern "C" fn free_within<L: Layer>(context: *mut c_void, block: *mut c_void) {
    let _visit = LockedVisit::new();
    // SAFETY: as this function was called.
    unsafe { free::<L>(context, block) };
}

pub(super) unsafe extern "C" fn free_raw(context: *mut c_void, block: *mut c_void) {
    // SAFETY: the interpreter passes the hook's own context.
    let below = unsafe { below(context) };
    let mut visit = None;
    if !block.is_null() {
        if LEDGER.knows(block.addr()) {
            visit = Raw::enter();
            // Where the table is full, malloc counts the event.
            if visit.is_some() && !LEDGER.gone::<Raw>(block.addr()) {
                LEDGER.gone_unknown::<Raw>();
            }
        } else if !was_freed_by_a_hook(block.addr()) {
            visit = Raw::enter();
            LEDGER.gone_unknown::<Raw>();
        }
    }
    // SAFETY: the request is passed on as it came.
    unsafe { (below.free)(below.context, block) };
    drop(visit);
}
