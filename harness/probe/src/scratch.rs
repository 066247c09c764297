//! The interpreter's scratch: argument tuples.
//!
//! `bytes(n)` is called with a tuple of one that lives as long as the call. In a running
//! interpreter it comes from a free list and goes back there, and is nothing that the program asked
//! for. But the collection before a measured call has emptied the free lists, so that the tuple
//! would be a block of its own, and the peak of `bytes(50_000_000)` not that of its bytes. So
//! before the call the free lists of tuples of 1 to 6 items are given one tuple each, and nothing
//! else is primed: lists, dicts, floats and frames stay counted as they are requested.
//!
//! A tuple may be data as well. It is scratch if never two of its length were there at once, and
//! none of them is left at return: then the free list holds that one tuple again. Where it holds
//! none, or more, tuples of that length are data, its list is not primed any more, and every tuple
//! is counted in the calls that follow. Hence only a call that will be repeated is primed; one
//! without warm-up counts what a cold interpreter does.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use pyo3::{Python, ffi};

use crate::hooks::LEDGER;

const LONGEST: usize = 6;

/// Whether tuples of one item, two, and so on, are data in this workload.
static DATA: [AtomicBool; LONGEST] = [const { AtomicBool::new(false) }; LONGEST];

/// Which free lists have been given a tuple.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Primed([bool; LONGEST]);

/// Puts one tuple into the free list of each length that is not known for data, after a collection
/// has emptied them.
pub(crate) fn prime(attached: Python<'_>) -> Primed {
    let primed = Primed(std::array::from_fn(|index| !DATA[index].load(Relaxed)));
    primed.restore(attached);
    primed
}

impl Primed {
    /// Puts back what a collection has taken since, so that live bytes compare with those at entry.
    pub(crate) fn restore(self, _attached: Python<'_>) {
        for length in self.lengths() {
            drop(Tuple::new(length));
        }
    }

    /// Looks for tuples that are data after all; true if there are any. Live bytes may be more
    /// after it, by one tuple of each length, until the next collection.
    pub(crate) fn reconsider(self, _attached: Python<'_>) -> bool {
        let mut found = false;
        for length in self.lengths() {
            let (first, second) = (Tuple::new(length), Tuple::new(length));
            if !first.free || second.free {
                DATA[length - 1].store(true, Relaxed);
                found = true;
            }
        }
        found
    }

    fn lengths(self) -> impl Iterator<Item = usize> {
        (1..=LONGEST).filter(move |&length| self.0[length - 1])
    }
}

/// A new tuple whose items were never set.
struct Tuple {
    pointer: *mut ffi::PyObject,
    /// Whether it came without a request to the allocator: from a free list.
    free: bool,
}

impl Tuple {
    fn new(length: usize) -> Self {
        let before = LEDGER.figures().allocations;
        // SAFETY: the callers have the interpreter attached. Out of memory is a null pointer and an
        // exception.
        let pointer = unsafe { ffi::PyTuple_New(length as ffi::Py_ssize_t) };
        if pointer.is_null() {
            // SAFETY: as above.
            unsafe { ffi::PyErr_Clear() };
        }
        Self {
            pointer,
            free: LEDGER.figures().allocations == before,
        }
    }
}

impl Drop for Tuple {
    fn drop(&mut self) {
        if !self.pointer.is_null() {
            // SAFETY: it is ours, and no item was set that anybody could have seen.
            unsafe { ffi::Py_DECREF(self.pointer) };
        }
    }
}
