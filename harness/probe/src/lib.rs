//! The Python side of a worker: CPython's three allocators feed a
//! [`Ledger`](heapbook_ledger::Ledger), and a loop in Python answers the engine's requests.
//!
//! It is an abi3 extension module: one file for every CPython from 3.9 on, built without Python. It
//! is the only crate that knows pyo3. It refuses to guess figures: what the hooks could not follow
//! is counted as such. It decides nothing about what is measured; the engine asks.
//!
//! - `hooks`: the allocators that stand between the interpreter and its own.
//! - `native`: the observer of malloc, where `heapbook-preload` is in.
//! - `arenas`: what pymalloc takes from the system.
//! - `measure`: the calls that are timed or accounted for, with nothing of Python's between the
//!   readings.
//! - `scratch`: what the interpreter keeps ready for itself, told from data.
//! - `collections`, `leaks`, `resident`: the calls that answer other questions.
//! - `lines`: the account of each source line.
//! - `fork`: what becomes of a forked child.
//! - `worker.py`: the protocol, and everything that may allocate as it likes.
//! - `programs.py`: users' programs.
//!
//! Not followed: sub-interpreters with a lock of their own (PEP 684), whose threads would share
//! counters that are only guarded by one lock; and free-threaded builds, which do not load an abi3
//! module at all.

mod arenas;
mod collections;
mod fork;
mod hooks;
mod leaks;
mod lines;
mod measure;
mod native;
mod resident;
mod scratch;

/// The extension module `heapbook_probe`.
#[pyo3::pymodule]
mod heapbook_probe {
    use pyo3::ffi::c_str;
    use pyo3::prelude::*;
    use pyo3::types::PyTuple;
    use pythonize::pythonize;

    use crate::lines::{self, CodeLines};
    use crate::{arenas, collections, fork, hooks, leaks, measure, native, resident};

    /// Account, sizes, timeline, and whether the next call is accounted for in another way.
    type Measured<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>, bool);

    /// A digest of the sources that this module was built from.
    #[pymodule_export]
    const BUILD: &str = heapbook_protocol::BUILD;

    #[pymodule_export]
    use crate::resident::Unsupported;

    #[pymodule_init]
    fn initialise(module: &Bound<'_, PyModule>) -> PyResult<()> {
        measure::prepare(module.py())?;
        fork::watch()
    }

    /// Runs the worker: answers requests on descriptors 0 and 1 until it is asked to quit.
    #[pyfunction]
    fn serve(py: Python<'_>) -> PyResult<()> {
        let worker = PyModule::from_code(
            py,
            c_str!(include_str!("worker.py")),
            c"<heapbook worker>",
            c"heapbook_worker",
        )?;
        worker.getattr("serve")?.call0()?;
        Ok(())
    }

    /// The module that runs users' programs.
    #[pyfunction]
    fn programs(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
        PyModule::from_code(
            py,
            c_str!(include_str!("programs.py")),
            c"<heapbook programs>",
            c"heapbook_programs",
        )
    }

    /// Puts the hooks into the interpreter's allocators, and observes malloc where that is
    /// possible; once in a process.
    #[pyfunction]
    fn install(py: Python<'_>) -> PyResult<()> {
        hooks::install(py, native::connect())?;
        arenas::install(py);
        Ok(())
    }

    /// Takes the hooks out again, if they are in.
    #[pyfunction]
    fn remove(py: Python<'_>) {
        hooks::remove(py);
        arenas::remove(py);
        native::disconnect();
    }

    /// For the domains raw, mem and obj: the addresses of context, malloc, calloc, realloc and
    /// free.
    #[pyfunction]
    fn allocators(py: Python<'_>) -> Vec<[usize; 5]> {
        hooks::addresses(py).to_vec()
    }

    /// A full collection, whether or not the collector is enabled.
    #[pyfunction]
    fn collect(py: Python<'_>) -> PyResult<()> {
        measure::collect(py)
    }

    /// Calls `function(*arguments)` so many times, dropping each result, and tells what that took.
    #[pyfunction]
    fn time<'py>(
        function: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyTuple>,
        iterations: u64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let answer = measure::time(function, arguments, iterations)?;
        Ok(pythonize(function.py(), &answer)?)
    }

    /// Whether malloc can be observed.
    #[pyfunction]
    fn sees_native() -> bool {
        native::is_possible()
    }

    /// Makes one measured call: the account, the sizes, the timeline or None, and whether this call
    /// was seen to keep what was taken for the interpreter's scratch.
    #[pyfunction]
    fn account<'py>(
        function: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyTuple>,
        timeline: bool,
        repeated: bool,
    ) -> PyResult<Measured<'py>> {
        let py = function.py();
        let call = measure::account(function, arguments, measure::Wanted { timeline, repeated })?;
        let timeline = timeline.then(measure::timeline);
        Ok((
            pythonize(py, &call.account())?,
            pythonize(py, &call.sizes())?,
            pythonize(py, &timeline)?,
            call.reconsidered,
        ))
    }

    /// Makes one call and tells the collections in it.
    #[pyfunction]
    fn collections_in<'py>(
        function: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let answer = collections::of_call(function, arguments)?;
        Ok(pythonize(function.py(), &answer)?)
    }

    /// Live bytes above entry after each of so many calls.
    #[pyfunction]
    fn left_by(
        function: &Bound<'_, PyAny>,
        arguments: &Bound<'_, PyTuple>,
        calls: usize,
    ) -> PyResult<Vec<i64>> {
        leaks::over_calls(function, arguments, calls)
    }

    /// Has the lines of these code objects reported, the variant's first; for each its first line,
    /// and the offsets where lines begin.
    #[pyfunction]
    fn watch_lines(py: Python<'_>, codes: Vec<CodeLines<'_>>) -> PyResult<()> {
        lines::watch(py, codes)
    }

    /// Makes one call and accounts for the lines that are watched; the account, and whether this
    /// call was seen to keep what was taken for the interpreter's scratch.
    #[pyfunction]
    fn account_lines<'py>(
        function: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyTuple>,
    ) -> PyResult<(Bound<'py, PyAny>, bool)> {
        let (lines, reconsidered) = lines::account(function, arguments)?;
        Ok((pythonize(function.py(), &lines)?, reconsidered))
    }

    /// Makes one call and tells what the system saw of it.
    #[pyfunction]
    fn resident_in<'py>(
        function: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let seen = resident::of_call(function, arguments)?;
        Ok(pythonize(function.py(), &seen)?)
    }
}
