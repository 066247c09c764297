//! The calls that are timed or accounted for.
//!
//! Between the two readings of an account stands the workload's call and nothing else of Python's: arguments are made
//! before, answers after, and the figures are plain numbers on Rust's stack.

use std::ptr;
use std::time::Duration;

use heapbook_ledger::Figures;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};
use pyo3::{PyErr, ffi};

use crate::fork;
use crate::hooks::LEDGER;

/// What a timed span took.
pub(crate) struct Span {
    /// By the monotonic clock.
    pub(crate) total_ns: u64,
    /// Of this thread's processor time.
    pub(crate) cpu_ns: u64,
}

/// Calls the function so many times, dropping each result inside the span.
///
/// # Errors
/// What the function raised.
pub(crate) fn time(
    function: &Bound<'_, PyAny>,
    arguments: &Bound<'_, PyTuple>,
    iterations: u64,
) -> PyResult<Span> {
    // The processor's clock is a system call, the monotonic one is not: it stands inside, so as to time the calls alone.
    let cpu = read_clock(libc::CLOCK_THREAD_CPUTIME_ID);
    let start = read_clock(libc::CLOCK_MONOTONIC);
    for _ in 0..iterations {
        drop(call(function, arguments)?);
    }
    let total = read_clock(libc::CLOCK_MONOTONIC).saturating_sub(start);
    let cpu = read_clock(libc::CLOCK_THREAD_CPUTIME_ID).saturating_sub(cpu);
    Ok(Span {
        total_ns: total.as_nanos() as u64,
        cpu_ns: cpu.as_nanos() as u64,
    })
}

/// The account of one measured call.
pub(crate) struct MeasuredCall {
    /// At return, with the result held.
    at_return: Figures,
    /// After the result was dropped.
    dropped: Figures,
    /// After a full collection.
    collected: Figures,
}

/// Makes one measured call: collection, entry, call, figures, drop of the result, collection.
///
/// The call of a function that does nothing counts nothing, with one exception: up to CPython 3.10 the first call of any
/// function makes its frame (some 400 bytes), which the function keeps. It shows where there is no warm-up.
///
/// The collection empties the interpreter's free lists. What a call takes from the allocator and leaves in a free list
/// is therefore live until the next collection: the tuple of arguments (48 bytes, from 3.14 on 56) that `bytes(n)` is
/// called with adds itself to the peak and to what is retained before the collection, not after it.
///
/// # Errors
/// What the function raised.
pub(crate) fn account(
    function: &Bound<'_, PyAny>,
    arguments: &Bound<'_, PyTuple>,
    timeline: bool,
) -> PyResult<MeasuredCall> {
    let py = function.py();
    collect(py)?;
    LEDGER.enter(timeline);
    let result = call(function, arguments);
    LEDGER.end_timeline();
    let at_return = LEDGER.figures();
    drop(result?);
    let dropped = LEDGER.figures();
    collect(py)?;
    let collected = LEDGER.figures();
    Ok(MeasuredCall {
        at_return,
        dropped,
        collected,
    })
}

impl MeasuredCall {
    /// The figures by the names that the protocol gives them.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let figures = PyDict::new(py);
        figures.set_item("allocations", self.at_return.allocations)?;
        figures.set_item("reallocations", self.at_return.reallocations)?;
        figures.set_item("frees", self.at_return.frees)?;
        figures.set_item("allocated_bytes", self.at_return.allocated_bytes)?;
        figures.set_item("peak_bytes", self.at_return.peak_bytes)?;
        figures.set_item("result_bytes", self.at_return.live_bytes)?;
        figures.set_item("retained_bytes", self.dropped.live_bytes)?;
        figures.set_item("retained_after_collection_bytes", self.collected.live_bytes)?;
        // Read last, so that it speaks for every figure above; a block that could not be placed is as unknown.
        let unknown = self.collected.unknown_frees + self.collected.unplaced;
        figures.set_item("unknown_frees", unknown)?;
        Ok(figures)
    }
}

/// The timeline of the last measured call, by the names that the protocol gives it.
pub(crate) fn timeline(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let timeline = LEDGER.timeline();
    let points = timeline.points.iter().map(|point| {
        let fields = PyDict::new(py);
        fields.set_item("low", point.low)?;
        fields.set_item("high", point.high)?;
        fields.set_item("end", point.end)?;
        Ok(fields)
    });
    let answer = PyDict::new(py);
    answer.set_item("events", timeline.events)?;
    answer.set_item("events_per_point", timeline.events_per_point)?;
    answer.set_item("points", points.collect::<PyResult<Vec<_>>>()?)?;
    Ok(answer)
}

/// Functions of the module `gc`, taken before a workload can replace them. All return None or a bool: no new object.
struct Collector {
    is_enabled: Py<PyAny>,
    enable: Py<PyAny>,
    disable: Py<PyAny>,
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
        })
    })?;
    Ok(())
}

/// A full collection, whether or not the workload has disabled the collector.
///
/// Not `gc.collect()`: the number that it returns may be a new object, which from 3.14 on stays in a free list and would
/// be accounted to the workload. But PyGC_Collect does nothing while the collector is disabled, and the functions to
/// enable it from C came with 3.10.
///
/// # Errors
/// When [`prepare`] was not called; else whatever Python's own functions raise, which is nothing.
pub(crate) fn collect(py: Python<'_>) -> PyResult<()> {
    let collector = COLLECTOR
        .get(py)
        .ok_or_else(|| PyRuntimeError::new_err("the probe was not initialised"))?;
    let was_enabled = collector.is_enabled.bind(py).call0()?.is_truthy()?;
    if !was_enabled {
        collector.enable.bind(py).call0()?;
    }
    // SAFETY: the interpreter is attached.
    unsafe { ffi::PyGC_Collect() };
    if !was_enabled {
        collector.disable.bind(py).call0()?;
    }
    Ok(())
}

/// One call of the workload. A child that it forked does not come back from here.
#[inline]
fn call<'py>(function: &Bound<'py, PyAny>, arguments: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: both are live objects, the second is a tuple; a null result means an exception is set.
    let result = unsafe {
        let result = ffi::PyObject_Call(function.as_ptr(), arguments.as_ptr(), ptr::null_mut());
        Bound::from_owned_ptr_or_opt(function.py(), result)
    };
    fork::leave_if_child();
    result.ok_or_else(|| PyErr::fetch(function.py()))
}

fn read_clock(clock: libc::clockid_t) -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the structure is ours; both clocks exist on every platform that this builds for.
    unsafe { libc::clock_gettime(clock, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
