//! Lines of the protocol, between JSON and Python's objects.
//!
//! Python's own module for it, with the regular expressions that it needs, takes as long to import
//! as the interpreter to start.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pythonize::{depythonize, pythonize};
use serde_json::Value;

/// What a line says, or None where it is no JSON.
///
/// # Errors
/// When there is no memory for it.
#[pyfunction]
pub(crate) fn parsed<'py>(py: Python<'py>, line: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let value: Option<Value> = serde_json::from_slice(line).ok();
    Ok(pythonize(py, &value)?)
}

/// An answer as a line.
///
/// # Errors
/// When there is something in it that JSON has no form for.
#[pyfunction]
pub(crate) fn written<'py>(answer: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    let value: Value = depythonize(answer)?;
    let mut line = serde_json::to_vec(&value).map_err(|error| PyValueError::new_err(error.to_string()))?;
    line.push(b'\n');
    Ok(PyBytes::new(answer.py(), &line))
}
