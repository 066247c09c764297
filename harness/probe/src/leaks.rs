//! What is left after each of many calls.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::hooks::LEDGER;
use crate::measure;

/// Live bytes above entry after each call, its result dropped and a full collection made.
///
/// # Errors
/// What the function raised.
#[pyfunction]
pub(crate) fn left_by(
    function: &Bound<'_, PyAny>,
    arguments: &Bound<'_, PyTuple>,
    calls: usize,
) -> PyResult<Vec<i64>> {
    let py = function.py();
    // Room for all of it before entry: it comes from malloc, which is observed.
    let mut live = Vec::with_capacity(calls);
    measure::make_frame_object(py);
    measure::collect(py)?;
    LEDGER.enter(false);
    for _ in 0..calls {
        drop(measure::call(function, arguments)?);
        measure::collect(py)?;
        live.push(LEDGER.figures().live_bytes);
    }
    Ok(live)
}
