//! The calls that are timed or accounted for.
//!
//! Between the two readings of an account stands the workload's call and nothing else of Python's:
//! arguments are made before, answers after, and the figures are plain numbers on Rust's stack.

use std::ptr;
use std::time::Duration;

use heapbook_ledger::{self as ledger, Figures};
use heapbook_model::{Bytes, Nanos};
use heapbook_protocol::{Account, Domain, TimeAnswer};
use heapbook_worker::readings;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use pyo3::{PyErr, ffi};
use pythonize::pythonize;

use crate::hooks::LEDGER;
use crate::scratch::{self, Primed};
use crate::{arenas, collector, ending, fork, native, unseen};

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
    let collections = collector::collections_so_far(py)?;
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
        collections: Some(collector::collections_so_far(py)?.saturating_sub(collections)),
    };
    Ok(pythonize(py, &answer)?)
}

/// Account, sizes, timeline or None, and whether the next call is accounted for in another way,
/// because this one was seen to keep what was taken for scratch.
type Measured<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>, bool);

/// Makes one measured call: collection, entry, call, figures, drop of the result, collection.
///
/// The call of a function that does nothing counts nothing.
///
/// The collection empties what the interpreter keeps spare, so each call begins with the same. What
/// a call leaves there is emptied again before the bytes are read that it holds at return and keeps
/// after it ([`collector::empty_spares`]). Argument tuples are the exception, see
/// [`crate::scratch`]. They are told from data only where the call is `repeated` until it settles.
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
    collector::clean(py);
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
    let held = without_spares(py, primed, looked)?;
    drop(result?);
    let arenas = arenas::since(arenas);
    let dropped = without_spares(py, primed, looked)?;
    collector::clean(py);
    if let Some(primed) = primed {
        primed.restore(py);
    }
    let collected = LEDGER.figures();
    let timeline = timeline.then(|| readings::timeline(&LEDGER.timeline()));
    let mut domains = readings::domains(&at_return, &held);
    if !native::sees_native() {
        domains.remove(&Domain::Native);
    }
    let account = Account {
        spare_bytes: Bytes(at_return.live_bytes - held.live_bytes),
        domains,
        arenas: Some(arenas),
        ledger_bytes: Some(Bytes(LEDGER.own_bytes() as i64)),
        unseen,
        ..readings::account(&at_return, &held, &dropped, &collected)
    };
    Ok((
        pythonize(py, &account)?,
        pythonize(py, &readings::sizes(&sizes))?,
        pythonize(py, &timeline)?,
        reconsidered,
    ))
}

/// A reading without what the interpreter keeps spare, but for what was primed: that was there at
/// entry.
///
/// Where the spares cannot be told, they are in it, but for the tuples of `looked` bytes.
///
/// # Errors
/// As for [`collector::empty_spares`].
pub(crate) fn without_spares(py: Python<'_>, primed: Option<Primed>, looked: i64) -> PyResult<Figures> {
    let emptied = collector::empty_spares(py)?;
    if let (true, Some(primed)) = (emptied, primed) {
        primed.restore(py);
    }
    let mut figures = LEDGER.figures();
    if !emptied {
        figures.live_bytes -= looked;
        figures.domains[ledger::Domain::Obj as usize].live_bytes -= looked;
    }
    Ok(figures)
}

/// Makes sure that the frame which called the probe is an object before entry.
///
/// Frames become objects when somebody asks. An exception that survives the
/// call has asked for the workload's frame, which then asks for its caller's: the worker's own,
/// some 300 bytes.
pub(crate) fn make_frame_object(_attached: Python<'_>) {
    // SAFETY: the interpreter is attached. The reference is borrowed: the frame keeps its object
    // for as long as it runs.
    unsafe { ffi::PyEval_GetFrame() };
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
