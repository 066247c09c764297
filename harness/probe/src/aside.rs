//! Objects that lived before are set aside, so that a collection costs what the newer ones cost.
//!
//! `gc.freeze` does it: a full collection then takes less than a microsecond where it took half a
//! millisecond and more. Two things would tell a program: that `gc.get_objects` and
//! `gc.get_referrers` leave out what is set aside, and that its own `gc.freeze` is undone. So a
//! program that asks for the first gets all its objects back before it is answered, and one that
//! has used the second is left alone.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::Once;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use pyo3::prelude::*;
use pyo3::{Python, ffi};

use crate::collector;

/// What the interpreter announces before it shows a program the objects that it collects.
const SHOWS_OBJECTS: [&CStr; 2] = [c"gc.get_objects", c"gc.get_referrers"];

/// Whether objects are set aside.
static IS_ASIDE: AtomicBool = AtomicBool::new(false);

/// Whether the program has asked for all objects: it may do so again.
static ASKS: AtomicBool = AtomicBool::new(false);

static WATCH: Once = Once::new();

type AuditHook = unsafe extern "C" fn(*const c_char, *mut ffi::PyObject, *mut c_void) -> c_int;

unsafe extern "C" {
    // Not in the stable ABI, and exported by every CPython since 3.8.
    fn PySys_AddAuditHook(hook: AuditHook, data: *mut c_void) -> c_int;
}

/// Objects are set aside until this ends.
pub(crate) struct Aside(());

impl Aside {
    /// Sets aside all objects that there are; `None` where the program would be told apart by it.
    ///
    /// # Errors
    /// What Python's own functions raise, which is nothing.
    pub(crate) fn begin(py: Python<'_>) -> PyResult<Option<Aside>> {
        WATCH.call_once(|| {
            // SAFETY: the interpreter is attached, and the hook takes any event. Where it cannot be
            // added, an exception may be set: nothing is set aside then.
            unsafe {
                if PySys_AddAuditHook(audit, ptr::null_mut()) != 0 {
                    ffi::PyErr_Clear();
                    ASKS.store(true, Relaxed);
                }
            }
        });
        let frozen: usize = collector::prepared(py)?
            .count_frozen
            .bind(py)
            .call0()?
            .extract()?;
        if ASKS.load(Relaxed) || frozen > 0 {
            return Ok(None);
        }
        collector::prepared(py)?.freeze.bind(py).call0()?;
        IS_ASIDE.store(true, Relaxed);
        Ok(Some(Aside(())))
    }

    /// The objects are collected again, as all others are.
    ///
    /// # Errors
    /// What Python's own function raises, which is nothing.
    pub(crate) fn end(self, py: Python<'_>) -> PyResult<()> {
        give_back(py)
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // Where a call failed. It cannot be without the interpreter, whose functions called it.
        Python::attach(|py| give_back(py).unwrap_or_default());
    }
}

fn give_back(py: Python<'_>) -> PyResult<()> {
    if IS_ASIDE.swap(false, Relaxed) {
        collector::prepared(py)?.unfreeze.bind(py).call0()?;
    }
    Ok(())
}

unsafe extern "C" fn audit(event: *const c_char, _: *mut ffi::PyObject, _: *mut c_void) -> c_int {
    // SAFETY: the interpreter passes a string of C's.
    let event = unsafe { CStr::from_ptr(event) };
    if SHOWS_OBJECTS.contains(&event) {
        ASKS.store(true, Relaxed);
        // SAFETY: the interpreter announces these events from a function of Python's.
        let given = give_back(unsafe { Python::assume_attached() });
        debug_assert!(given.is_ok());
    }
    0
}
