//! The functions of glibc's malloc that can be called from outside, under their own names.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{Acquire, Release};

use crate::Observer;

static OBSERVER: AtomicPtr<Observer> = AtomicPtr::new(ptr::null_mut());

const ENOMEM: c_int = 12;
const EINVAL: c_int = 22;

unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(block: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_free(block: *mut c_void);
    fn __libc_memalign(alignment: usize, size: usize) -> *mut c_void;
    fn __libc_valloc(size: usize) -> *mut c_void;
    fn __libc_pvalloc(size: usize) -> *mut c_void;
    pub(crate) fn __errno_location() -> *mut c_int;
}

/// Connects an observer, or with null disconnects the one that is connected.
///
/// # Safety
/// The observer lives for ever, and its functions may be called at any time by any thread.
// SAFETY: the name is this project's own.
#[unsafe(no_mangle)]
unsafe extern "C" fn heapbook_preload_connect_2(observer: *const Observer) {
    OBSERVER.store(observer.cast_mut(), Release);
}

#[inline(always)]
pub(crate) fn observer() -> Option<&'static Observer> {
    // SAFETY: null, or what was connected, which lives for ever.
    unsafe { OBSERVER.load(Acquire).as_ref() }
}

/// Tells of a block just made, and hands it on.
#[inline(always)]
fn made(block: *mut c_void, size: usize) -> *mut c_void {
    if let Some(observer) = observer()
        && !block.is_null()
    {
        // SAFETY: the observer's functions may be called at any time.
        unsafe { (observer.made)(block.addr(), size) };
    }
    block
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: here and below, the name is meant to be that of the C library, with its contract.
#[unsafe(no_mangle)]
unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    // SAFETY: any size may be asked for.
    made(unsafe { __libc_malloc(size) }, size)
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `malloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    // SAFETY: any size may be asked for. There is a block only if the product fits.
    made(unsafe { __libc_calloc(count, size) }, count.wrapping_mul(size))
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `malloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn free(block: *mut c_void) {
    if let Some(observer) = observer()
        && !block.is_null()
    {
        // SAFETY: the observer's functions may be called at any time.
        unsafe { (observer.gone)(block.addr()) };
    }
    // SAFETY: the caller's block came from this allocator.
    unsafe { __libc_free(block) };
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `malloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    if block.is_null() {
        // SAFETY: asking for a block anew is what realloc means here.
        return unsafe { malloc(size) };
    }
    if size == 0 {
        // SAFETY: glibc's realloc gives a block back when its new size is 0.
        unsafe { free(block) };
        return ptr::null_mut();
    }
    let Some(observer) = observer() else {
        // SAFETY: the request is passed on as it came.
        return unsafe { __libc_realloc(block, size) };
    };
    let from = block.addr();
    // SAFETY: the observer's functions may be called at any time; the request is passed on as it
    // came.
    unsafe {
        let lifted = (observer.lift)(from);
        let moved = __libc_realloc(block, size);
        (observer.changed)(lifted, from, moved.addr(), size);
        moved
    }
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `malloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn reallocarray(block: *mut c_void, count: usize, size: usize) -> *mut c_void {
    match count.checked_mul(size) {
        // SAFETY: the request is passed on as it came.
        Some(size) => unsafe { realloc(block, size) },
        None => {
            // SAFETY: every thread has its errno.
            unsafe { *__errno_location() = ENOMEM };
            ptr::null_mut()
        }
    }
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `malloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn posix_memalign(place: *mut *mut c_void, alignment: usize, size: usize) -> c_int {
    if !alignment.is_power_of_two() || alignment < size_of::<*mut c_void>() {
        return EINVAL;
    }
    // SAFETY: the alignment is one that may be asked for.
    let block = made(unsafe { __libc_memalign(alignment, size) }, size);
    if block.is_null() {
        return ENOMEM;
    }
    // SAFETY: the caller gives a place for the answer.
    unsafe { *place = block };
    0
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `malloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    // SAFETY: glibc's `aligned_alloc` is this function under a second name, until 2.38 made it
    // refuse what is not a power of two; a program that relied on the refusal would be wrong on
    // every older system.
    made(unsafe { __libc_memalign(alignment, size) }, size)
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `malloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn memalign(alignment: usize, size: usize) -> *mut c_void {
    // SAFETY: any size may be asked for, and glibc rounds the alignment up.
    made(unsafe { __libc_memalign(alignment, size) }, size)
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `malloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn valloc(size: usize) -> *mut c_void {
    // SAFETY: any size may be asked for.
    made(unsafe { __libc_valloc(size) }, size)
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `malloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn pvalloc(size: usize) -> *mut c_void {
    // SAFETY: any size may be asked for. What it is rounded up to is glibc's doing, not the size
    // requested.
    made(unsafe { __libc_pvalloc(size) }, size)
}
