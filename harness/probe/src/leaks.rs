//! What is left after each of many calls.

use heapbook_model::Bytes;
use heapbook_protocol::LeaksAnswer;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use pythonize::pythonize;

use crate::hooks::LEDGER;
use crate::{collector, mapped, measure, unseen};

/// Live bytes above entry after each call, its result dropped and a full collection made; with what
/// is resident of what is mapped past the allocators, and the children that ran.
///
/// # Errors
/// What the function raised.
#[pyfunction]
pub(crate) fn left_by<'py>(
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
    calls: usize,
) -> PyResult<Bound<'py, PyAny>> {
    let py = function.py();
    // Room for all of it before entry: it comes from malloc, which is observed.
    let mut live_bytes = Vec::with_capacity(calls);
    let mut mapped_bytes = Vec::with_capacity(calls);
    measure::make_frame_object(py);
    collector::clean(py);
    let entry = unseen::Entry::begin();
    let resident = mapped::resident(None);
    LEDGER.enter(false);
    for _ in 0..calls {
        drop(measure::call(function, arguments)?);
        collector::clean(py);
        live_bytes.push(Bytes(LEDGER.figures().live_bytes));
        mapped_bytes.push(Bytes(mapped::resident(None) - resident));
    }
    let children = entry.end().map_or(0, |unseen| unseen.children);
    let was_mapped = mapped_bytes.iter().any(|bytes| bytes.0 != 0);
    let answer = LeaksAnswer {
        live_bytes,
        mapped_bytes: if was_mapped { mapped_bytes } else { Vec::new() },
        children,
    };
    Ok(pythonize(py, &answer)?)
}
