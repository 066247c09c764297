//! The workloads on a global allocator that does nothing of its own: what it differs by is the
//! placing of code.

use std::alloc::{GlobalAlloc, Layout, System};

mod clock;
mod workloads;

#[global_allocator]
static ALLOCATOR: Forwarding = Forwarding;

/// Hands on every request.
struct Forwarding;

// SAFETY: every method hands its arguments to `System` and returns what it returned.
unsafe impl GlobalAlloc for Forwarding {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is System's.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as for `alloc`.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as for `alloc`.
        unsafe { System.realloc(block, layout, new_size) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as for `alloc`.
        unsafe { System.dealloc(block, layout) };
    }
}

fn main() {
    workloads::run(workloads::timed);
}
