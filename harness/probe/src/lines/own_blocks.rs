//! The objects that the interpreter makes to report an event, and how they are kept out of the
//! account.
//!
//! Such an object is the last block that the domain obj was asked for before the event, and it is
//! told from one of the program's, which may come from a free list, by just that: a hook above the
//! ledger's notes the last block. From 3.14 on ints have a free list, so that a program's int may
//! be the last block made *and* have come back to serve for the event; there the interpreter tells
//! which objects die (`PyRefTracer_SetTracer`), and the note is struck out.

use std::ffi::{c_int, c_void};
use std::mem;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize};

use heapbook_ledger::ShadowMap;
use heapbook_ledger::origin::Obj;
use pyo3::{Python, ffi};

use crate::hooks::{self, LEDGER};

/// A collectable object's links come before it.
const LINKS: usize = 2 * size_of::<usize>();
/// The domain obj.
const OBJ: usize = 2;
const DESTROYED: c_int = 1;

type Malloc = unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void;
type RefTracer = unsafe extern "C" fn(*mut ffi::PyObject, c_int, *mut c_void) -> c_int;
type SetRefTracer = unsafe extern "C" fn(Option<RefTracer>, *mut c_void) -> c_int;

static BELOW: OnceLock<Malloc> = OnceLock::new();
/// The block that the domain obj made last since the last event, or 0. All statics here are under
/// the interpreter lock.
static LAST: AtomicUsize = AtomicUsize::new(0);
/// The one before.
static BEFORE_LAST: AtomicUsize = AtomicUsize::new(0);
/// The object being held, or null.
static HELD: AtomicPtr<ffi::PyObject> = AtomicPtr::new(ptr::null_mut());
static CONCEALED_BYTES: AtomicU64 = AtomicU64::new(0);
/// The sizes of frame objects that were concealed, for when they become the program's own.
static FRAMES: ShadowMap = ShadowMap::new();

/// Puts the hook in, once. It goes with the ledger's own hooks.
pub(super) fn install(py: Python<'_>) {
    let mut allocator = hooks::current(OBJ);
    if BELOW.set(allocator.malloc).is_err() {
        return;
    }
    allocator.malloc = malloc;
    hooks::set(OBJ, &allocator);
    if py.version_info() >= (3, 14) {
        trace_references();
    }
}

unsafe extern "C" fn malloc(context: *mut c_void, size: usize) -> *mut c_void {
    let Some(below) = BELOW.get() else {
        return ptr::null_mut();
    };
    // SAFETY: the context is that of the hook below, as only the function was replaced.
    let block = unsafe { below(context, size) };
    BEFORE_LAST.store(LAST.load(Relaxed), Relaxed);
    LAST.store(block.addr(), Relaxed);
    block
}

/// Exported by every CPython since 3.13, but not part of the stable ABI; linked, it would have to
/// be there in all.
fn trace_references() {
    // SAFETY: the name is a string of C's.
    let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"PyRefTracer_SetTracer".as_ptr()) };
    if !found.is_null() {
        // SAFETY: the function of that name has this signature; the interpreter is attached.
        unsafe { mem::transmute::<*mut c_void, SetRefTracer>(found)(Some(object_event), ptr::null_mut()) };
    }
}

unsafe extern "C" fn object_event(object: *mut ffi::PyObject, event: c_int, _data: *mut c_void) -> c_int {
    if event == DESTROYED && LAST.load(Relaxed) == object.addr() {
        LAST.store(0, Relaxed);
    }
    0
}

/// A call is about to be accounted for.
pub(super) fn enter() {
    CONCEALED_BYTES.store(0, Relaxed);
    event_ends();
}

/// Bytes that were made for events since entry.
pub(super) fn concealed_bytes() -> u64 {
    CONCEALED_BYTES.load(Relaxed)
}

/// An event was dealt with: what is made from here on is the program's until the next.
pub(super) fn event_ends() {
    LAST.store(0, Relaxed);
    BEFORE_LAST.store(0, Relaxed);
}

/// Takes an int made for this event out of the account.
///
/// # Safety
/// `number` is an int, and the caller's caller gives up its reference without another look at it.
pub(super) unsafe fn conceal_int(number: *mut ffi::PyObject) {
    if LAST.load(Relaxed) == number.addr() {
        conceal(number.addr());
        // SAFETY: the caller vouches for it.
        unsafe { hold(number) };
    }
}

/// Takes an exception that was made an object for this event, before a tuple, out of the account.
pub(super) fn conceal_exception(exception: *mut ffi::PyObject) {
    let block = exception.addr() - LINKS;
    if [LAST.load(Relaxed), BEFORE_LAST.load(Relaxed)].contains(&block) {
        conceal(block);
    }
}

/// Takes a tuple made for this event out of the account, with what is in it.
///
/// # Safety
/// `tuple` is a tuple, and the caller's caller gives up its reference without another look at it;
/// it has references of its own to the items.
pub(super) unsafe fn conceal_tuple(tuple: *mut ffi::PyObject) {
    let block = tuple.addr() - LINKS;
    // SAFETY: it is a tuple. A second reference would mean that it is not the interpreter's alone.
    if LAST.load(Relaxed) == block && unsafe { ffi::Py_REFCNT(tuple) } == 1 {
        conceal(block);
        // SAFETY: the items must die when they would without us, so none is held. Out of the
        // collector's lists, the tuple is seen by nobody.
        unsafe {
            ffi::PyObject_GC_UnTrack(tuple.cast());
            for index in 0..ffi::PyTuple_Size(tuple) {
                ffi::PyTuple_SetItem(tuple, index, ptr::null_mut());
            }
            hold(tuple);
        }
    }
}

/// Takes a frame object made for this event out of the account, for as long as it lives or until it
/// is revealed.
pub(super) fn conceal_frame(frame: *mut ffi::PyFrameObject) {
    let block = frame.addr() - LINKS;
    if LAST.load(Relaxed) == block {
        let size = conceal(block);
        FRAMES.place(block, size);
    }
}

/// Takes a method that was bound for this event out of the account, for as long as it lives.
pub(super) fn conceal_method(method: *mut ffi::PyObject) {
    let block = method.addr() - LINKS;
    if LAST.load(Relaxed) == block {
        conceal(block);
    }
}

/// Puts a frame object that was concealed into the account: without the tracing, it would have been
/// made now.
pub(super) fn reveal_frame(frame: *mut ffi::PyFrameObject) {
    let block = frame.addr() - LINKS;
    if let Some(size) = FRAMES.take(block) {
        let lifted = LEDGER.lift(block);
        LEDGER.changed::<Obj>(lifted, block, size);
    }
}

/// To the account it is a block of no bytes from here on, and so nothing goes when it goes.
fn conceal(block: usize) -> u64 {
    let lifted = LEDGER.lift(block);
    let size = lifted.size().unwrap_or(0);
    LEDGER.changed::<Obj>(lifted, block, 0);
    CONCEALED_BYTES.store(concealed_bytes() + size, Relaxed);
    size
}

/// # Safety
/// It is a concealed int or an emptied, concealed tuple whose other reference is given up by the
/// interpreter.
unsafe fn hold(object: *mut ffi::PyObject) {
    release();
    // SAFETY: the object is alive.
    unsafe { ffi::Py_INCREF(object) };
    HELD.store(object, Relaxed);
}

/// Gives the object held back to its allocator, past any free list.
pub(super) fn release() {
    let object = HELD.swap(ptr::null_mut(), Relaxed);
    if object.is_null() {
        return;
    }
    // SAFETY: ours is the last reference (see `hold`), and neither an int nor an emptied tuple out
    // of the collector's lists has anything else to be torn down.
    unsafe {
        if ffi::PyLong_Check(object) != 0 {
            ffi::PyObject_Free(object.cast());
        } else {
            ffi::PyObject_GC_Del(object.cast());
        }
    }
}
