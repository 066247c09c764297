//! What the system sees of a call: resident memory and page faults. Nothing is installed for it.

use heapbook_ledger::system::Entry;
use heapbook_worker::readings;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use pythonize::pythonize;

use crate::{collector, measure};

pyo3::create_exception!(
    heapbook_probe,
    Unsupported,
    pyo3::exceptions::PyException,
    "The system does not tell."
);

/// Makes one call; peak and rest above entry, and faults.
///
/// # Errors
/// [`Unsupported`] where the system does not tell; what the function raised.
#[pyfunction]
pub(crate) fn resident_in<'py>(
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = function.py();
    collector::collect(py);
    let entry = Entry::begin().map_err(unsupported)?;
    let result = measure::call(function, arguments);
    let at_return = entry.at_return().map_err(unsupported)?;
    drop(result?);
    collector::collect(py);
    let seen = readings::resident(&entry, at_return).map_err(unsupported)?;
    Ok(pythonize(py, &seen)?)
}

fn unsupported(error: std::io::Error) -> PyErr {
    Unsupported::new_err(error.to_string())
}
