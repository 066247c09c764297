//! The observer of malloc and mmap: where the preload library is in, blocks of C extensions reach
//! the ledger as well, and mappings are known.
//!
//! Without it (another system, or a worker started without it) nothing is connected and nothing is
//! native.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use heapbook_ledger::ledger::Lifted;
use heapbook_ledger::origin::Native;

use crate::children;
use crate::hooks::{self, LEDGER};
use crate::mapped::{self, Mapping};

/// `heapbook_preload::CONNECT`. The crate cannot be named here: what links it brings its malloc
/// along.
const CONNECT: &std::ffi::CStr = c"heapbook_preload_connect_2";

type Connect = unsafe extern "C" fn(*const Observer);

/// `heapbook_preload::Observer`.
#[repr(C)]
struct Observer {
    made: unsafe extern "C" fn(address: usize, size: usize),
    gone: unsafe extern "C" fn(address: usize),
    lift: unsafe extern "C" fn(address: usize) -> u64,
    changed: unsafe extern "C" fn(lifted: u64, from: usize, to: usize, size: usize),
    mapped: unsafe extern "C" fn(address: usize, length: usize, how: Mapping),
    unmapped: unsafe extern "C" fn(address: usize, length: usize) -> u32,
    remapped: unsafe extern "C" fn(unmapped: u32, address: usize, length: usize),
    ends: unsafe extern "C" fn(),
}

static OBSERVER: Observer = Observer {
    made,
    gone,
    lift,
    changed,
    mapped: mapped::mapped,
    unmapped: mapped::unmapped,
    remapped: mapped::remapped,
    ends: children::ends,
};

/// What `lift` says of a block that a hook counts, and of one that nobody has seen. No block is so
/// large.
const NOT_OURS: u64 = u64::MAX;
const UNKNOWN: u64 = u64::MAX - 1;

static CONNECTED: AtomicBool = AtomicBool::new(false);

/// Whether malloc can be observed: the preload library is in this process.
#[pyo3::pyfunction]
pub(crate) fn sees_native() -> bool {
    connector().is_some()
}

/// Begins to observe malloc; false if it cannot be observed.
pub(crate) fn connect() -> bool {
    let Some(connect) = connector() else {
        return false;
    };
    CONNECTED.store(true, Relaxed);
    // SAFETY: the observer is static, and its functions may be called by any thread at any time.
    unsafe { connect(&OBSERVER) };
    true
}

/// Observes no more.
pub(crate) fn disconnect() {
    if CONNECTED.swap(false, Relaxed)
        && let Some(connect) = connector()
    {
        // SAFETY: null disconnects.
        unsafe { connect(std::ptr::null()) };
    }
}

fn connector() -> Option<Connect> {
    // SAFETY: the name is a C string; asking for a symbol changes nothing.
    let symbol = unsafe { libc::dlsym(libc::RTLD_DEFAULT, CONNECT.as_ptr()) };
    // SAFETY: a symbol of this name is a function of this type: the number in it stands for the
    // type.
    (!symbol.is_null()).then(|| unsafe { std::mem::transmute::<*mut libc::c_void, Connect>(symbol) })
}

unsafe extern "C" fn made(address: usize, size: usize) {
    if !hooks::comes_from_a_hook() {
        LEDGER.made::<Native>(address, size as u64);
    }
}

unsafe extern "C" fn gone(address: usize) {
    if !LEDGER.gone::<Native>(address) && !hooks::was_freed_by_a_hook(address) {
        LEDGER.gone_unknown::<Native>();
    }
}

unsafe extern "C" fn lift(address: usize) -> u64 {
    if hooks::comes_from_a_hook() {
        return NOT_OURS;
    }
    LEDGER.lift(address).size().unwrap_or(UNKNOWN)
}

unsafe extern "C" fn changed(lifted: u64, from: usize, to: usize, size: usize) {
    if lifted == NOT_OURS {
        return;
    }
    let lifted = Lifted::again(from, (lifted != UNKNOWN).then_some(lifted));
    if to == 0 {
        LEDGER.put_back(lifted);
    } else {
        LEDGER.changed::<Native>(lifted, to, size as u64);
    }
}
