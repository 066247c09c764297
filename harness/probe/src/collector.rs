//! Full collections, and what the interpreter keeps for reuse.
//!
//! CPython keeps dead objects of many types in *free lists*, from 3.14 on ints of one digit too, up
//! to a hundred of them. It also has a cache of attributes: 4,096 places, by the addresses of type
//! and name, each of which holds the name that was looked up last until its place is taken. A name
//! that a call makes anew (`getattr(x, "get" + y)`) is live long after it, and one of an earlier
//! call is given back in a later one. Neither is the program's, and how much they hold differs from
//! version to version; of the cache, from process to process.
//!
//! A full collection empties every free list, on every version. Where the collection finds no
//! object, since all are frozen, that is all it does: so the lists can be emptied while garbage
//! that only a collection would find stays what it is.

use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// Functions of the module `gc` that C has no other way to, taken before a workload can replace
/// them.
pub(crate) struct Collector {
    pub(crate) count_frozen: Py<PyAny>,
    pub(crate) freeze: Py<PyAny>,
    pub(crate) unfreeze: Py<PyAny>,
    get_stats: Py<PyAny>,
}

static COLLECTOR: PyOnceLock<Collector> = PyOnceLock::new();

/// Finds the functions that [`empty_spares`] and [`collections_so_far`] need.
///
/// # Errors
/// When the module `gc` lacks one of them.
pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    COLLECTOR.get_or_try_init(py, || {
        let gc = py.import("gc")?;
        let function = |name| PyResult::Ok(gc.getattr(name)?.unbind());
        PyResult::Ok(Collector {
            count_frozen: function("get_freeze_count")?,
            freeze: function("freeze")?,
            unfreeze: function("unfreeze")?,
            get_stats: function("get_stats")?,
        })
    })?;
    Ok(())
}

/// These functions.
///
/// # Errors
/// When [`prepare`] was not called.
pub(crate) fn prepared(py: Python<'_>) -> PyResult<&Collector> {
    COLLECTOR
        .get(py)
        .ok_or_else(|| PyRuntimeError::new_err("the probe was not initialised"))
}

/// How many collections, of all generations, the interpreter has made.
///
/// # Errors
/// When [`prepare`] was not called.
pub(crate) fn collections_so_far(py: Python<'_>) -> PyResult<u64> {
    let statistics = prepared(py)?.get_stats.bind(py).call0()?;
    let counts = statistics.try_iter()?.map(|generation| {
        let count = generation?.get_item("collections")?;
        count.extract::<u64>()
    });
    counts.sum()
}

/// A full collection, and nothing in the free lists or in the cache of attributes. Gives how many
/// objects were garbage.
pub(crate) fn clean(py: Python<'_>) -> isize {
    // First, since a collection that runs finalisers looks names up.
    let garbage = garbage_collected(py);
    empty_attribute_cache(py);
    garbage
}

/// [`clean`], for whoever does not ask how much it found.
#[pyfunction]
pub(crate) fn clean_up(py: Python<'_>) {
    clean(py);
}

/// Nothing in the free lists or in the cache of attributes, and no garbage collected. False, and
/// nothing is done, where the workload has frozen objects of its own: all would be thawed.
///
/// # Errors
/// When [`prepare`] was not called.
pub(crate) fn empty_spares(py: Python<'_>) -> PyResult<bool> {
    let functions = prepared(py)?;
    // 0 is no new object, and neither is None.
    if functions.count_frozen.bind(py).call0()?.is_truthy()? {
        return Ok(false);
    }
    functions.freeze.bind(py).call0()?;
    collect(py);
    functions.unfreeze.bind(py).call0()?;
    empty_attribute_cache(py);
    Ok(true)
}

fn empty_attribute_cache(_attached: Python<'_>) {
    // SAFETY: the interpreter is attached.
    unsafe { ffi::PyType_ClearCache() };
}

/// A full collection, for whoever does not ask how much it found: the number would be an object.
#[pyfunction]
pub(crate) fn collect(py: Python<'_>) {
    garbage_collected(py);
}

/// A full collection, whether or not the workload has disabled the collector. Gives how many
/// objects were garbage.
///
/// Not `gc.collect()`: the number that it returns may be a new object, made after the free lists
/// were emptied, which from 3.14 on would end in one.
fn garbage_collected(_attached: Python<'_>) -> isize {
    // SAFETY: the interpreter is attached. A disabled collector would not collect.
    unsafe {
        let was_enabled = ffi::PyGC_Enable() == 1;
        let garbage = ffi::PyGC_Collect();
        if !was_enabled {
            ffi::PyGC_Disable();
        }
        garbage
    }
}
