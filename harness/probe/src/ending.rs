//! Results that have still to run: a generator, a coroutine.
//!
//! Calling a generator function runs nothing of its body. So what a user's program returns is run
//! to its end within the call, as far as it is one of a few kinds. A scenario's variants are left
//! as they are: they say what they do themselves.

use std::ffi::c_int;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};
use pyo3::{PyErr, ffi};

/// Where a type of CPython's keeps the table of what `await` needs, whose first entry makes an
/// awaitable of it. The stable ABI hides types; every CPython from 3.5 on keeps it here.
const AWAITING: usize = 10 * size_of::<usize>();

/// Which kinds are run to their end, and what runs those that iteration does not.
struct Endings {
    lazy: Vec<Py<PyType>>,
    awaited: Vec<Py<PyType>>,
    run_awaitable: Py<PyAny>,
}

static ENDINGS: PyOnceLock<Endings> = PyOnceLock::new();

/// The kinds that were seen: a bit for each of `lazy`, and behind them for each of `awaited`.
static SEEN: AtomicU64 = AtomicU64::new(0);

/// From here on, results of these types are run to their end: those of `lazy` by iteration, those
/// of `awaited` and whatever else can be awaited by the function.
#[pyfunction]
pub(crate) fn run_to_end(
    py: Python<'_>,
    lazy: Vec<Py<PyType>>,
    awaited: Vec<Py<PyType>>,
    run_awaitable: Py<PyAny>,
) {
    ENDINGS.get_or_init(py, || Endings {
        lazy,
        awaited,
        run_awaitable,
    });
}

/// The types of the results that were run to their end so far; of awaitables of other types the
/// first of `awaited`.
#[pyfunction]
pub(crate) fn kinds_run_to_end(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    let seen = SEEN.load(Relaxed);
    let kinds = ENDINGS.get(py).into_iter();
    let kinds = kinds.flat_map(|endings| endings.lazy.iter().chain(&endings.awaited));
    let kinds = kinds.enumerate().filter(|(place, _)| seen & (1 << place) != 0);
    PyTuple::new(py, kinds.map(|(_, kind)| kind.bind(py)).collect::<Vec<_>>())
}

/// The result of a call once it was run to its end: None for what yielded items, which are dropped
/// one by one, and what an awaitable comes to. Makes nothing of its own.
///
/// # Errors
/// What it raised.
#[inline]
pub(crate) fn reached(result: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    match ENDINGS.get(result.py()) {
        Some(endings) => endings.reached(result),
        None => Ok(result),
    }
}

impl Endings {
    fn reached<'py>(&self, result: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: the result is alive, and with it its type.
        let (kind, is_iterator) =
            unsafe { (ffi::Py_TYPE(result.as_ptr()), ffi::PyIter_Check(result.as_ptr())) };
        let place = |types: &[Py<PyType>]| types.iter().position(|one| one.as_ptr() == kind.cast());
        if is_iterator != 0 {
            let Some(place) = place(&self.lazy) else {
                return Ok(result);
            };
            SEEN.fetch_or(1 << place, Relaxed);
            return exhaust(result);
        }
        let place = place(&self.awaited);
        // SAFETY: the type is alive.
        if place.is_none() && !unsafe { can_be_awaited(kind) } {
            return Ok(result);
        }
        SEEN.fetch_or(1 << (self.lazy.len() + place.unwrap_or(0)), Relaxed);
        // SAFETY: both are alive, and the arguments end with a null; a null result means an
        // exception is set.
        unsafe {
            let value = ffi::PyObject_CallFunctionObjArgs(
                self.run_awaitable.as_ptr(),
                result.as_ptr(),
                ptr::null_mut::<ffi::PyObject>(),
            );
            Bound::from_owned_ptr_or_err(result.py(), value)
        }
    }
}

fn exhaust(iterator: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    let py = iterator.py();
    loop {
        // SAFETY: it is an iterator; a null item means its end, or that an exception is set. The
        // reference to the item is ours.
        unsafe {
            let item = ffi::PyIter_Next(iterator.as_ptr());
            if item.is_null() {
                break;
            }
            ffi::Py_DECREF(item);
        }
    }
    match PyErr::take(py) {
        Some(error) => Err(error),
        None => Ok(py.None().into_bound(py)),
    }
}

/// # Safety
/// The type is alive.
unsafe fn can_be_awaited(kind: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: the layout of types is that of every CPython the probe loads into.
    unsafe {
        let table = *kind
            .byte_add(AWAITING)
            .cast::<*const Option<unsafe extern "C" fn() -> c_int>>();
        !table.is_null() && (*table).is_some()
    }
}
