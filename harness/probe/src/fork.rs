//! What becomes of a child that a workload forks.
//!
//! The child may do the workload's business, but when it comes back to the worker's code it must
//! vanish: only one process answers, and a child that went on measuring would fork again.

use std::ffi::c_int;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use pyo3::PyResult;
use pyo3::exceptions::PyOSError;

use crate::{children, hooks, mapped};

static FORKED: AtomicBool = AtomicBool::new(false);

type Handler = Option<unsafe extern "C" fn()>;

unsafe extern "C" {
    // In POSIX, and in glibc, musl and macOS; the libc crate does not declare it.
    fn pthread_atfork(prepare: Handler, parent: Handler, child: Handler) -> c_int;
}

/// From now on, forked children know what they are.
///
/// # Errors
/// When the system has no memory for the handler.
pub(crate) fn watch() -> PyResult<()> {
    // SAFETY: the handlers do nothing but store to atomics, which is allowed in a forked child.
    match unsafe { pthread_atfork(None, Some(in_parent), Some(in_child)) } {
        0 => Ok(()),
        error => Err(PyOSError::new_err((error, "cannot watch for forked children"))),
    }
}

unsafe extern "C" fn in_parent() {
    children::after_fork_in_parent();
}

unsafe extern "C" fn in_child() {
    FORKED.store(true, Relaxed);
    hooks::after_fork();
    mapped::after_fork();
    children::after_fork_in_child();
}

/// Ends the process without a word if it is a forked child. Called wherever a workload returns.
#[inline]
pub(crate) fn leave_if_child() {
    if FORKED.load(Relaxed) {
        // SAFETY: ends the process; nothing of it is left to be unsound.
        unsafe { libc::_exit(0) };
    }
}
