//! What is left after each of many calls.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::hooks::LEDGER;
use crate::measure;

/// Live bytes above entry after each call, its result dropped and a full collection made.
///
/// `next_call` gives the function and the arguments of each call. What it makes for a call, inputs included, is made
/// after entry, so that each call has the same to give back.
///
/// # Errors
/// What the function or the set-up raised.
pub(crate) fn over_calls(next_call: &Bound<'_, PyAny>, calls: usize) -> PyResult<Vec<i64>> {
    let py = next_call.py();
    // Room for all of it before entry: it comes from malloc, which is observed.
    let mut live = Vec::with_capacity(calls);
    measure::make_frame_object(py);
    measure::collect(py)?;
    LEDGER.enter(false);
    for _ in 0..calls {
        let (function, arguments): (Bound<'_, PyAny>, Bound<'_, PyTuple>) = next_call.call0()?.extract()?;
        drop(measure::call(&function, &arguments)?);
        drop((function, arguments));
        measure::collect(py)?;
        live.push(LEDGER.figures().live_bytes);
    }
    Ok(live)
}
