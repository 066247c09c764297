//! What the system sees of a call: resident memory and page faults. Nothing is installed for it.

use heapbook_ledger::system::Entry;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::measure;

pyo3::create_exception!(
    heapbook_probe,
    Unsupported,
    pyo3::exceptions::PyException,
    "The system does not tell."
);

/// Makes one call; peak and rest above entry, and faults, by the names of the protocol.
///
/// # Errors
/// [`Unsupported`] where the system does not tell; what the function raised.
pub(crate) fn of_call<'py>(
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyDict>> {
    let py = function.py();
    measure::collect(py)?;
    let entry = Entry::begin().map_err(unsupported)?;
    let result = measure::call(function, arguments);
    let at_return = entry.at_return().map_err(unsupported)?;
    drop(result?);
    measure::collect(py)?;
    let answer = PyDict::new(py);
    answer.set_item("peak_bytes", at_return.peak_bytes)?;
    answer.set_item("after_bytes", entry.still_resident().map_err(unsupported)?)?;
    answer.set_item("minor_faults", at_return.minor_faults)?;
    answer.set_item("major_faults", at_return.major_faults)?;
    Ok(answer)
}

fn unsupported(error: std::io::Error) -> PyErr {
    Unsupported::new_err(error.to_string())
}
