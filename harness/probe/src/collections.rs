//! The collections that fall into a call: how many of each generation, what they found, how long
//! they took.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use heapbook_model::Nanos;
use heapbook_protocol::Collections;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use pythonize::pythonize;

use crate::{collector, measure};

/// How many pauses are kept.
const LONGEST: usize = 64;

/// The pauses of the call that is being watched.
struct Pauses {
    began: Option<Duration>,
    total: u64,
    longest: Vec<u64>,
}

// Only touched under the interpreter lock, for moments without a call into Python: nobody waits for
// it, and no fork finds it held.
static PAUSES: Mutex<Pauses> = Mutex::new(Pauses {
    began: None,
    total: 0,
    longest: Vec::new(),
});

fn pauses() -> MutexGuard<'static, Pauses> {
    PAUSES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pauses {
    fn note(&mut self, pause: u64) {
        self.total += pause;
        if self.longest.len() < LONGEST {
            self.longest.push(pause);
        } else if let Some(shortest) = self.longest.iter_mut().min()
            && *shortest < pause
        {
            *shortest = pause;
        }
    }
}

/// What the collector calls at the start and at the stop of each collection.
#[pyfunction]
fn note_collection(phase: &str, _information: &Bound<'_, PyAny>) {
    let now = measure::read_clock(libc::CLOCK_MONOTONIC);
    let mut pauses = pauses();
    if phase == "start" {
        pauses.began = Some(now);
    } else if let Some(began) = pauses.began.take() {
        pauses.note(now.saturating_sub(began).as_nanos() as u64);
    }
}

/// Makes one call, unaccounted, and tells the collections in it. Pauses: longest first.
///
/// # Errors
/// What the function raised, or the module `gc`.
#[pyfunction]
pub(crate) fn collections_in<'py>(
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = function.py();
    let gc = py.import("gc")?;
    let callbacks = gc.getattr("callbacks")?;
    let callback = pyo3::wrap_pyfunction!(note_collection, py)?;
    collector::collect(py);
    *pauses() = Pauses {
        began: None,
        total: 0,
        longest: Vec::with_capacity(LONGEST),
    };
    callbacks.call_method1("append", (&callback,))?;
    let before = gc.call_method0("get_stats")?;
    let result = measure::call(function, arguments);
    let after = gc.call_method0("get_stats")?;
    // Where the workload has emptied the list, there is nothing to remove.
    drop(callbacks.call_method1("remove", (&callback,)));
    drop(result?);
    let grown = |name| deltas(&before, &after, name);
    let mut pauses = pauses();
    pauses.longest.sort_unstable_by(|one, other| other.cmp(one));
    let answer = Collections {
        generations: grown("collections")?,
        collected: grown("collected")?.iter().sum(),
        uncollectable: grown("uncollectable")?.iter().sum(),
        total_pause_ns: Nanos(pauses.total),
        pauses_ns: pauses.longest.iter().copied().map(Nanos).collect(),
    };
    drop(pauses);
    Ok(pythonize(py, &answer)?)
}

fn deltas(before: &Bound<'_, PyAny>, after: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<u64>> {
    let counts = |statistics: &Bound<'_, PyAny>| -> PyResult<Vec<u64>> {
        statistics
            .try_iter()?
            .map(|generation| generation?.get_item(name)?.extract())
            .collect()
    };
    let pairs = counts(after)?.into_iter().zip(counts(before)?);
    Ok(pairs
        .map(|(after, before)| after.saturating_sub(before))
        .collect())
}
