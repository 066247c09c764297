//! What is left after each of many calls.

use std::time::{Duration, Instant};

use heapbook_ledger::system;
use heapbook_model::Bytes;
use heapbook_protocol::LeaksAnswer;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use pythonize::pythonize;

use crate::aside::Aside;
use crate::hooks::LEDGER;
use crate::{collector, mapped, measure, unseen};

/// A batch of so few calls has all objects collected after each: setting old ones aside costs as
/// much as two full collections.
const FEW: usize = 16;

/// After so long the engine is told that a call has ended: its deadline is for each.
const TELL: Duration = Duration::from_millis(200);

/// Live bytes above entry after each call, its result dropped and a collection made; with what is
/// resident of what is mapped past the allocators, what only the collections freed, by how much the
/// process grew, and the children that ran. `tell` is called now and then, between two calls.
///
/// In a batch of many calls a collection is of the objects that were made since the batch began,
/// and one of all objects comes at its end: what that one still frees was garbage since some call
/// of the batch, see [`settle`].
///
/// # Errors
/// What the function raised.
#[pyfunction]
pub(crate) fn left_by<'py>(
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
    calls: usize,
    tell: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = function.py();
    // Room for all of it before entry: it comes from malloc, which is observed. It is written to,
    // so that its pages are no growth of the process.
    let mut live_bytes = vec![Bytes(-1); calls];
    let mut mapped_bytes = vec![Bytes(-1); calls];
    let mut freed = 0;
    measure::make_frame_object(py);
    collector::clean(py);
    let aside = (calls > FEW).then(|| Aside::begin(py)).transpose()?.flatten();
    let resident = system::resident().ok();
    let entry = unseen::Entry::begin();
    let mapped = mapped::resident(None);
    let mut told = Instant::now();
    LEDGER.enter(false);
    for call in 0..calls {
        drop(measure::call(function, arguments)?);
        freed += freed_by_collection(py);
        live_bytes[call] = Bytes(LEDGER.flow().1);
        mapped_bytes[call] = Bytes(mapped::resident(None) - mapped);
        if told.elapsed() >= TELL {
            tell.call0()?;
            told = Instant::now();
        }
    }
    if let Some(aside) = aside {
        aside.end(py)?;
        freed += freed_by_collection(py);
        settle(&mut live_bytes, LEDGER.flow().1);
        settle(&mut mapped_bytes, mapped::resident(None) - mapped);
    }
    let grown = resident.and_then(|before| Some(system::resident().ok()? - before));
    let children = entry.end().map_or(0, |unseen| unseen.children);
    let was_mapped = mapped_bytes.iter().any(|bytes| bytes.0 != 0);
    let answer = LeaksAnswer {
        live_bytes,
        mapped_bytes: if was_mapped { mapped_bytes } else { Vec::new() },
        collected_bytes: Bytes(freed),
        resident_bytes: grown.map(Bytes),
        children,
    };
    Ok(pythonize(py, &answer)?)
}

/// Collects, and says how many bytes that freed; 0 where no object was garbage: what the
/// interpreter's free lists and its cache of attributes give back is not meant.
fn freed_by_collection(py: Python<'_>) -> i64 {
    let before = LEDGER.flow().1;
    let garbage = collector::clean(py);
    let freed = before - LEDGER.flow().1;
    if garbage > 0 { freed.max(0) } else { 0 }
}

/// Takes what the last collection freed beyond those before it out of the figures after each call.
///
/// It was garbage since some call of the batch, and nobody knows which: each figure is brought as
/// near to the straight line from entry to the end as that allows.
fn settle(figures: &mut [Bytes], end: i64) {
    let Some(last) = figures.last() else { return };
    let freed = (last.0 - end).max(0);
    if freed == 0 {
        return;
    }
    let calls = figures.len() as f64;
    for (call, figure) in (1..).zip(figures) {
        let straight = (end as f64 * f64::from(call) / calls).round() as i64;
        figure.0 = straight.clamp(figure.0 - freed, figure.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(figures: &[i64], end: i64) -> Vec<i64> {
        let mut figures: Vec<Bytes> = figures.iter().copied().map(Bytes).collect();
        settle(&mut figures, end);
        figures.iter().map(|bytes| bytes.0).collect()
    }

    #[test]
    fn nothing_is_taken_out_where_nothing_was_freed() {
        assert_eq!(settled(&[5, 3, 9], 9), [5, 3, 9]);
        assert_eq!(settled(&[], 0), [0_i64; 0]);
    }

    #[test]
    fn a_full_ring_of_cycles_stays_level_and_a_leak_beside_it_keeps_its_slope() {
        assert_eq!(settled(&[100, 200, 200, 200], 0), [0, 0, 0, 0]);
        assert_eq!(settled(&[107, 214, 221, 228], 28), [7, 14, 21, 28]);
    }

    #[test]
    fn no_more_is_taken_out_than_was_freed() {
        // All that was freed lived until the last call, or none of it: what is sure is the range.
        assert_eq!(settled(&[0, 1_000, 1_000, 1_000], 900), [0, 900, 900, 900]);
    }
}
