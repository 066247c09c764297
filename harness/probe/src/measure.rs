//! The calls that are timed or accounted for.
//!
//! Between the two readings of an account stands the workload's call and nothing else of Python's: arguments are made
//! before, answers after, and the figures are plain numbers on Rust's stack.

use std::ptr;
use std::time::Duration;

use heapbook_ledger::sizes::CLASSES;
use heapbook_ledger::{Domain, Figures, SizeClass};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};
use pyo3::{PyErr, ffi};

use crate::arenas::Arenas;
use crate::hooks::LEDGER;
use crate::{fork, native, scratch};

/// What a timed span took.
pub(crate) struct Span {
    /// By the monotonic clock.
    pub(crate) total_ns: u64,
    /// Of this thread's processor time.
    pub(crate) cpu_ns: u64,
    /// Garbage collections that fell into it.
    pub(crate) collections: u64,
}

/// Calls the function so many times, dropping each result inside the span.
///
/// Collections are counted by what the collector itself counts, read before and after: nothing is installed.
///
/// # Errors
/// What the function raised.
pub(crate) fn time(
    function: &Bound<'_, PyAny>,
    arguments: &Bound<'_, PyTuple>,
    iterations: u64,
) -> PyResult<Span> {
    let py = function.py();
    let collections = collections_so_far(py)?;
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
        collections: collections_so_far(py)?.saturating_sub(collections),
    })
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

/// What is wanted beside the figures of a measured call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) timeline: bool,
    /// Whether the call will be repeated until it settles, so that scratch can be told from data.
    pub(crate) repeated: bool,
}

/// The account of one measured call.
pub(crate) struct MeasuredCall {
    /// At return, with the result held.
    at_return: Figures,
    /// By class of size, at return.
    sizes: [SizeClass; CLASSES],
    /// Live bytes after the result was dropped.
    dropped: i64,
    /// After a full collection.
    collected: Figures,
    /// From entry until the result was dropped.
    arenas: Arenas,
    /// Whether the next call is accounted for in another way, because this one was seen to keep what was taken for scratch.
    pub(crate) reconsidered: bool,
}

/// Makes one measured call: collection, entry, call, figures, drop of the result, collection.
///
/// The call of a function that does nothing counts nothing, with one exception: up to CPython 3.10 the first call of any
/// function makes its frame (some 400 bytes), which the function keeps. It shows where there is no warm-up.
///
/// The collection empties the interpreter's free lists. What a call takes from the allocator and leaves in a free list
/// is therefore live until the next collection. Argument tuples are the exception, see [`crate::scratch`].
///
/// # Errors
/// What the function raised.
pub(crate) fn account(
    function: &Bound<'_, PyAny>,
    arguments: &Bound<'_, PyTuple>,
    wanted: Wanted,
) -> PyResult<MeasuredCall> {
    let py = function.py();
    make_frame_object(py);
    collect(py)?;
    let primed = wanted.repeated.then(|| scratch::prime(py));
    let arenas = Arenas::now();
    LEDGER.enter(wanted.timeline);
    let result = call(function, arguments);
    LEDGER.end_timeline();
    let at_return = LEDGER.figures();
    let sizes = LEDGER.sizes();
    let reconsidered = primed.is_some_and(|primed| primed.reconsider(py));
    // What looking at the free lists has left in them.
    let looked = LEDGER.figures().live_bytes - at_return.live_bytes;
    drop(result?);
    let dropped = LEDGER.figures().live_bytes - looked;
    let arenas = Arenas::now().since(arenas);
    collect(py)?;
    if let Some(primed) = primed {
        primed.restore(py);
    }
    let collected = LEDGER.figures();
    Ok(MeasuredCall {
        at_return,
        sizes,
        dropped,
        collected,
        arenas,
        reconsidered,
    })
}

/// Makes sure that the frame which called the probe is an object before entry.
///
/// From CPython 3.11 on frames become objects when somebody asks. An exception that survives the call has asked for the
/// workload's frame, which then asks for its caller's: the worker's own, some 300 bytes.
pub(crate) fn make_frame_object(_attached: Python<'_>) {
    // SAFETY: the interpreter is attached. The reference is borrowed: the frame keeps its object for as long as it runs.
    unsafe { ffi::PyEval_GetFrame() };
}

impl MeasuredCall {
    /// The figures by the names that the protocol gives them.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let figures = PyDict::new(py);
        figures.set_item("allocations", self.at_return.allocations)?;
        figures.set_item("reallocations", self.at_return.reallocations)?;
        figures.set_item("grown", self.at_return.grown)?;
        figures.set_item("shrunk", self.at_return.shrunk)?;
        figures.set_item("frees", self.at_return.frees)?;
        figures.set_item("allocated_bytes", self.at_return.allocated_bytes)?;
        figures.set_item("peak_bytes", self.at_return.peak_bytes)?;
        figures.set_item("result_bytes", self.at_return.live_bytes)?;
        figures.set_item("retained_bytes", self.dropped)?;
        figures.set_item("retained_after_collection_bytes", self.collected.live_bytes)?;
        // Read last, so that it speaks for every figure above; a block that could not be placed is as unknown.
        let unknown = self.collected.unknown_frees + self.collected.unplaced;
        figures.set_item("unknown_frees", unknown)?;
        figures.set_item("ledger_bytes", LEDGER.own_bytes())?;
        figures.set_item("domains", self.domains(py)?)?;
        let arenas = PyDict::new(py);
        arenas.set_item("taken", self.arenas.taken)?;
        arenas.set_item("given_back", self.arenas.given_back)?;
        arenas.set_item("taken_bytes", self.arenas.taken_bytes)?;
        arenas.set_item("given_back_bytes", self.arenas.given_back_bytes)?;
        figures.set_item("arenas", arenas)?;
        Ok(figures)
    }

    fn domains<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let domains = PyDict::new(py);
        for (domain, figures) in Domain::ALL.into_iter().zip(&self.at_return.domains) {
            if domain == Domain::Native && !native::is_possible() {
                continue;
            }
            let fields = PyDict::new(py);
            fields.set_item("allocations", figures.allocations)?;
            fields.set_item("allocated_bytes", figures.allocated_bytes)?;
            fields.set_item("live_bytes", figures.live_bytes)?;
            domains.set_item(domain.name(), fields)?;
        }
        Ok(domains)
    }

    /// The classes that are not empty: largest size, blocks, bytes. Size 0 is shown in the class of the smallest.
    pub(crate) fn sizes(&self) -> Vec<(u64, u64, u64)> {
        let mut sizes: Vec<(u64, u64, u64)> = Vec::new();
        for class in self.sizes.iter().filter(|class| class.allocations > 0) {
            let upper = class.upper.max(16);
            match sizes.last_mut() {
                Some(last) if last.0 == upper => {
                    last.1 += class.allocations;
                    last.2 += class.bytes;
                }
                _ => sizes.push((upper, class.allocations, class.bytes)),
            }
        }
        sizes
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

/// Functions of the module `gc`, taken before a workload can replace them. The first three return None or a bool: no new
/// object.
struct Collector {
    is_enabled: Py<PyAny>,
    enable: Py<PyAny>,
    disable: Py<PyAny>,
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
            get_stats: function("get_stats")?,
        })
    })?;
    Ok(())
}

fn prepared(py: Python<'_>) -> PyResult<&Collector> {
    COLLECTOR
        .get(py)
        .ok_or_else(|| PyRuntimeError::new_err("the probe was not initialised"))
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
    let collector = prepared(py)?;
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
pub(crate) fn call<'py>(
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: both are live objects, the second is a tuple; a null result means an exception is set.
    let result = unsafe {
        let result = ffi::PyObject_Call(function.as_ptr(), arguments.as_ptr(), ptr::null_mut());
        Bound::from_owned_ptr_or_opt(function.py(), result)
    };
    fork::leave_if_child();
    result.ok_or_else(|| PyErr::fetch(function.py()))
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
