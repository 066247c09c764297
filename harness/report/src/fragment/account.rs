//! A cell's account of memory.

use heapbook_engine::record::{Cell, Memory};

/// The memory account of a cell that did not fail.
pub(super) fn memory(cell: &Cell) -> Option<&Memory> {
    cell.memory.as_ref().filter(|_| cell.errors.is_empty())
}

/// A count as a figure.
pub(super) fn whole(count: u64) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}
