//! The Python side of a worker: CPython's three allocators feed a
//! [`Ledger`](heapbook_ledger::Ledger), and a loop in Python answers the engine's requests.
//!
//! It is an abi3 extension module: one file for every CPython from 3.11 on, built without Python.
//! It is the only crate that knows pyo3. It refuses to guess figures: what the hooks could not
//! follow is counted as such. It decides nothing about what is measured; the engine asks.
//!
//! - `hooks`: the allocators that stand between the interpreter and its own.
//! - `native`: the observer of malloc and mmap, where `heapbook-preload` is in.
//! - `unseen`: what an account does not hold: `mapped`, what is mapped past every allocator, and
//!   `children`, the processes that worked for a call.
//! - `arenas`: what pymalloc takes from the system.
//! - `collector`: full collections, and what the interpreter keeps for reuse.
//! - `measure`: the calls that are timed or accounted for, with nothing of Python's between the
//!   readings.
//! - `scratch`: what the interpreter keeps ready for itself, told from data.
//! - `ending`: results of users' programs that have still to run.
//! - `collections`, `leaks`, `resident`: the calls that answer other questions.
//! - `aside`: older objects are left out of a collection.
//! - `lines`: the account of each source line.
//! - `compiled`, `wire`: what lets a worker start fast.
//! - `fork`: what becomes of a forked child.
//! - `worker.py`: the protocol, and everything that may allocate as it likes.
//! - `programs.py`, `calls.py`, `origins.py`, `results.py`: users' programs, what they take, where
//!   they made what stays, and what they return.
//! - `objects.py`: what names refer to, line by line.
//!
//! Not followed: free-threaded builds, which do not load an abi3 module at all.

mod arenas;
mod aside;
mod children;
mod collections;
mod collector;
mod compiled;
mod ending;
mod fork;
mod hooks;
mod leaks;
mod lines;
mod mapped;
mod measure;
mod native;
mod resident;
mod scratch;
mod unseen;
mod wire;

/// The extension module `heapbook_probe`.
#[pyo3::pymodule]
mod heapbook_probe {
    use pyo3::exceptions::PyModuleNotFoundError;
    use pyo3::ffi::c_str;
    use pyo3::prelude::*;

    use crate::compiled::Source;
    use crate::{arenas, children, collector, compiled, fork, hooks, native};

    /// A digest of the sources that this module was built from.
    #[pymodule_export]
    const BUILD: &str = heapbook_protocol::BUILD;

    #[pymodule_export]
    use crate::collections::collections_in;
    #[pymodule_export]
    use crate::collector::{clean_up, collect};
    #[pymodule_export]
    use crate::ending::{kinds_run_to_end, run_to_end};
    #[pymodule_export]
    use crate::hooks::{allocators, block_at, values_of};
    #[pymodule_export]
    use crate::leaks::left_by;
    #[pymodule_export]
    use crate::lines::{account_lines, watch_lines, watch_unwinding};
    #[pymodule_export]
    use crate::measure::{account, call_once, time};
    #[pymodule_export]
    use crate::native::sees_native;
    #[pymodule_export]
    use crate::resident::{Unsupported, resident_in};
    #[pymodule_export]
    use crate::wire::{parsed, written};

    #[pymodule_init]
    fn initialise(module: &Bound<'_, PyModule>) -> PyResult<()> {
        collector::prepare(module.py())?;
        fork::watch()
    }

    /// Runs the worker: answers requests on descriptors 0 and 1 until it is asked to quit.
    #[pyfunction]
    fn serve(py: Python<'_>) -> PyResult<()> {
        compiled::prepare(py, &MODULES.map(|(_, source)| source));
        module(py, "worker")?.getattr("serve")?.call0()?;
        Ok(())
    }

    /// Runs one of the probe's own modules, by its name.
    ///
    /// # Errors
    /// [`PyModuleNotFoundError`] for another name.
    #[pyfunction]
    fn module<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyModule>> {
        let found = MODULES.iter().find(|(known, _)| *known == name);
        let (_, source) = found.ok_or_else(|| PyModuleNotFoundError::new_err(name.to_owned()))?;
        compiled::module(py, source)
    }

    /// A module's name, and its source.
    macro_rules! own_module {
        ($name:literal) => {
            (
                $name,
                (
                    c_str!(include_str!(concat!($name, ".py"))),
                    c_str!(concat!("<heapbook ", $name, ">")),
                    c_str!(concat!("heapbook_", $name)),
                ),
            )
        };
    }

    const MODULES: [(&str, Source); 6] = [
        own_module!("worker"),
        own_module!("programs"),
        own_module!("calls"),
        own_module!("objects"),
        own_module!("origins"),
        own_module!("results"),
    ];

    /// Ends the process at once: what C has registered for its end is still run.
    #[pyfunction]
    fn leave() {
        // SAFETY: does not return; the interpreter stays as it is, and is not entered any more.
        unsafe { libc::exit(0) }
    }

    /// Puts the hooks into the interpreter's allocators, and observes malloc where that is
    /// possible; once in a process.
    #[pyfunction]
    fn install(py: Python<'_>) -> PyResult<()> {
        children::install();
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
}
