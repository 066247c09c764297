//! The calls that are timed or accounted for.
//!
//! Between the two readings of an account stands the workload's call and nothing else of Python's:
//! arguments are made before, answers after, and the figures are plain numbers on Rust's stack.

use std::ptr;
use std::time::Duration;

use heapbook_model::{Bytes, Nanos};
use heapbook_protocol::{Account, Domain, TimeAnswer};
use heapbook_worker::readings;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyTuple;
use pyo3::{PyErr, ffi};
use pythonize::pythonize;

use crate::hooks::LEDGER;
use crate::{arenas, ending, fork, native, scratch, unseen};

/// Calls the function so many times, dropping each result inside the span.
///
/// Collections are counted by what the collector itself counts, read before and after: nothing is
/// installed.
///
/// # Errors
/// What the function raised.
#[pyfunction]
pub(crate) fn time<'py>(
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
    iterations: u64,
) -> PyResult<Bound<'py, PyAny>> {
    let py = function.py();
    let collections = collections_so_far(py)?;
    let queue = readings::Queue::begin();
    // The processor's clock is a system call, the monotonic one is not: it stands inside, so as to
    // time the calls alone.
    let cpu = read_clock(libc::CLOCK_THREAD_CPUTIME_ID);
    let start = read_clock(libc::CLOCK_MONOTONIC);
    for _ in 0..iterations {
        drop(call(function, arguments)?);
    }
    let total = read_clock(libc::CLOCK_MONOTONIC).saturating_sub(start);
    let cpu = read_clock(libc::CLOCK_THREAD_CPUTIME_ID).saturating_sub(cpu);
    let total_ns = Nanos(total.as_nanos() as u64);
    let answer = TimeAnswer {
        total_ns,
        cpu_ns: Nanos(cpu.as_nanos() as u64),
        queued_ns: queue.and_then(|queue| queue.within(total_ns)),
        collections: Some(collections_so_far(py)?.saturating_sub(collections)),
    };
    Ok(pythonize(py, &answer)?)
}

/// How many collections, of all generations, the interpreter has made.
fn collections_so_far(py: Python<'_>) -> PyResult<u64> {
    let statistics = prepared(py)?.get_stats.bind(py).call0()?;
    let counts = statistics.try_iter()?.map(|generation| {
        let count = generation?.get_item("collections")?;
        count.extract::<u64>()
    });
    counts.sum()
}

/// Account, sizes, timeline or None, and whether the next call is accounted for in another way,
/// because this one was seen to keep what was taken for scratch.
type Measured<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>, bool);

/// Makes one measured call: collection, entry, call, figures, drop of the result, collection.
///
/// The call of a function that does nothing counts nothing, with one exception: up to CPython 3.10
/// the first call of any function makes its frame (some 400 bytes), which the function keeps. It
/// shows where there is no warm-up.
///
/// The collection empties the interpreter's free lists. What a call takes from the allocator and
/// leaves in a free list is therefore live until the next collection. Argument tuples are the
/// exception, see [`crate::scratch`]. They are told from data only where the call is `repeated`
/// until it settles.
///
/// # Errors
/// What the function raised.
#[pyfunction]
pub(crate) fn account<'py>(
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
    timeline: bool,
    repeated: bool,
) -> PyResult<Measured<'py>> {
    let py = function.py();
    make_frame_object(py);
    clean(py)?;
    let primed = repeated.then(|| scratch::prime(py));
    let arenas = arenas::now();
    let unseen = unseen::Entry::begin();
    LEDGER.enter(timeline);
    let result = call(function, arguments);
    LEDGER.end_timeline();
    let at_return = LEDGER.figures();
    let sizes = LEDGER.sizes();
    let unseen = unseen.end();
    let reconsidered = primed.is_some_and(|primed| primed.reconsider(py));
    // What looking at the free lists has left in them.
    let looked = LEDGER.figures().live_bytes - at_return.live_bytes;
    drop(result?);
    let dropped = LEDGER.figures().live_bytes - looked;
    let arenas = arenas::since(arenas);
    clean(py)?;
    if let Some(primed) = primed {
        primed.restore(py);
    }
    let collected = LEDGER.figures();
    let timeline = timeline.then(|| readings::timeline(&LEDGER.timeline()));
    let mut domains = readings::domains(&at_return);
    if !native::sees_native() {
        domains.remove(&Domain::Native);
    }
    let account = Account {
        domains,
        arenas: Some(arenas),
        ledger_bytes: Some(Bytes(LEDGER.own_bytes() as i64)),
        unseen,
        ..readings::account(&at_return, dropped, &collected)
    };
    Ok((
        pythonize(py, &account)?,
        pythonize(py, &readings::sizes(&sizes))?,
        pythonize(py, &timeline)?,
        reconsidered,
    ))
}

/// Makes sure that the frame which called the probe is an object before entry.
///
/// From CPython 3.11 on frames become objects when somebody asks. An exception that survives the
/// call has asked for the workload's frame, which then asks for its caller's: the worker's own,
/// some 300 bytes.
pub(crate) fn make_frame_object(_attached: Python<'_>) {
    // SAFETY: the interpreter is attached. The reference is borrowed: the frame keeps its object
    // for as long as it runs.
    unsafe { ffi::PyEval_GetFrame() };
}

/// Functions of the module `gc`, taken before a workload can replace them. All but the last two
/// return None or a bool: no new object.
pub(crate) struct Collector {
    is_enabled: Py<PyAny>,
    enable: Py<PyAny>,
    disable: Py<PyAny>,
    pub(crate) freeze: Py<PyAny>,
    pub(crate) unfreeze: Py<PyAny>,
    pub(crate) get_freeze_count: Py<PyAny>,
    get_stats: Py<PyAny>,
}

static COLLECTOR: PyOnceLock<Collector> = PyOnceLock::new();

/// Finds the functions that [`collect`] needs.
///
/// # Errors
/// When the module `gc` lacks one of them.
pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    COLLECTOR.get_or_try_init(py, || {
        let gc = py.import("gc")?;
        let function = |name| PyResult::Ok(gc.getattr(name)?.unbind());
        PyResult::Ok(Collector {
            is_enabled: function("isenabled")?,
            enable: function("enable")?,
            disable: function("disable")?,
            freeze: function("freeze")?,
            unfreeze: function("unfreeze")?,
            get_freeze_count: function("get_freeze_count")?,
            get_stats: function("get_stats")?,
        })
    })?;
    Ok(())
}

/// The functions of the collector.
///
/// # Errors
/// When [`prepare`] was not called.
pub(crate) fn prepared(py: Python<'_>) -> PyResult<&Collector> {
    COLLECTOR
        .get(py)
        .ok_or_else(|| PyRuntimeError::new_err("the probe was not initialised"))
}

/// A full collection, and no name in the interpreter's cache of attributes. Gives how many objects
/// were garbage.
///
/// That cache has 4,096 places, by the addresses of type and name, and holds each name that was
/// looked up last until its place is taken. A name that a call makes anew (`getattr(x, "get" + y)`)
/// would be live long after it, and one of an earlier call be given back in a later one.
///
/// # Errors
/// Those of [`collect`].
pub(crate) fn clean(py: Python<'_>) -> PyResult<isize> {
    // Last, since a collection that runs finalisers looks names up.
    let garbage = garbage_collected(py)?;
    // SAFETY: the interpreter is attached.
    unsafe { ffi::PyType_ClearCache() };
    Ok(garbage)
}

/// [`clean`], for whoever does not ask how much it found.
///
/// # Errors
/// Those of [`clean`].
#[pyfunction]
pub(crate) fn clean_up(py: Python<'_>) -> PyResult<()> {
    clean(py).map(|_| ())
}

/// A full collection, for whoever does not ask how much it found: the number would be an object.
///
/// # Errors
/// Those of [`garbage_collected`].
#[pyfunction]
pub(crate) fn collect(py: Python<'_>) -> PyResult<()> {
    garbage_collected(py).map(|_| ())
}

/// A full collection, whether or not the workload has disabled the collector. Gives how many
/// objects were garbage.
///
/// Not `gc.collect()`: the number that it returns may be a new object, which from 3.14 on stays in
/// a free list and would be accounted to the workload. But PyGC_Collect does nothing while the
/// collector is disabled, and the functions to enable it from C came with 3.10.
///
/// # Errors
/// When [`prepare`] was not called; else whatever Python's own functions raise, which is nothing.
fn garbage_collected(py: Python<'_>) -> PyResult<isize> {
    let collector = prepared(py)?;
    let was_enabled = collector.is_enabled.bind(py).call0()?.is_truthy()?;
    if !was_enabled {
        collector.enable.bind(py).call0()?;
    }
    // SAFETY: the interpreter is attached.
    let garbage = unsafe { ffi::PyGC_Collect() };
    if !was_enabled {
        collector.disable.bind(py).call0()?;
    }
    Ok(garbage)
}

/// One call of the workload outside every account; gives what it comes to.
///
/// # Errors
/// What the function raised.
#[pyfunction]
pub(crate) fn call_once<'py>(
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    call(function, arguments)
}

/// One call of the workload, to the end of what it returns where that is a user's program's. A
/// child that it forked does not come back from here.
#[inline]
pub(crate) fn call<'py>(
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: both are live objects, the second is a tuple; a null result means an exception is
    // set.
    let result = unsafe {
        let result = ffi::PyObject_Call(function.as_ptr(), arguments.as_ptr(), ptr::null_mut());
        Bound::from_owned_ptr_or_opt(function.py(), result)
    };
    fork::leave_if_child();
    let result = result.ok_or_else(|| PyErr::fetch(function.py()))?;
    let result = ending::reached(result);
    fork::leave_if_child();
    result
}

pub(crate) fn read_clock(clock: libc::clockid_t) -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the structure is ours; both clocks exist on every platform that this builds for.
    unsafe { libc::clock_gettime(clock, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
