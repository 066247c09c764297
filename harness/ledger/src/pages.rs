//! Zeroed pages straight from the system, since a ledger cannot ask an allocator that it watches.

use std::ffi::{c_int, c_void};
use std::ptr;

use crate::thread;
use crate::visitors::Visitors;

const READ_AND_WRITE: c_int = 1 | 2;
const PRIVATE: c_int = 2;
#[cfg(any(target_os = "linux", target_os = "android"))]
const ANONYMOUS: c_int = 0x20;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const ANONYMOUS: c_int = 0x1000;

unsafe extern "C" {
    fn mmap(
        address: *mut c_void,
        length: usize,
        protection: c_int,
        flags: c_int,
        descriptor: c_int,
        offset: i64,
    ) -> *mut c_void;
    fn munmap(address: *mut c_void, length: usize) -> c_int;
}

/// The threads that map pages here.
static MAPPING: Visitors = Visitors::new();

/// Whether the calling thread is mapping pages for a ledger: for who watches `mmap`.
pub fn is_mapping() -> bool {
    MAPPING.contains(thread::identity())
}

/// A zeroed `T` in pages of its own, or null when the system has none to give.
///
/// All zeros must be a valid `T`; the two table types of the shadow map are arrays of atomics.
pub(crate) fn map<T>() -> *mut T {
    let visit = MAPPING.enter(thread::identity());
    // SAFETY: an anonymous private mapping at an address of the system's choice touches no existing
    // memory.
    let pages = unsafe {
        mmap(
            ptr::null_mut(),
            size_of::<T>(),
            READ_AND_WRITE,
            PRIVATE | ANONYMOUS,
            -1,
            0,
        )
    };
    if let Some(visit) = visit {
        MAPPING.leave(visit);
    }
    // MAP_FAILED is the address -1.
    if pages.addr() == usize::MAX {
        ptr::null_mut()
    } else {
        pages.cast()
    }
}

/// Gives back what [`map`] returned.
///
/// # Safety
/// `pages` came from `map::<T>()`, and nothing refers to it any more.
pub(crate) unsafe fn unmap<T>(pages: *mut T) {
    // SAFETY: the caller vouches for the mapping and its length.
    unsafe { munmap(pages.cast(), size_of::<T>()) };
}
