//! Figures of a cell's account that are no metric of their own.

use heapbook_engine::record::{Cell, Memory, MemoryProcess, ResidentProcess};
use heapbook_model::Measured;

/// The memory account of a cell that did not fail.
pub(super) fn memory(cell: &Cell) -> Option<&Memory> {
    cell.memory.as_ref().filter(|_| cell.errors.is_empty())
}

/// A figure of every process's account: exact where all settled and agree. Nothing where a process lacks it.
pub(super) fn figure(cell: &Cell, of: impl Fn(&MemoryProcess) -> Option<i64>) -> Option<Measured> {
    let processes = &memory(cell)?.processes;
    let figures: Vec<i64> = processes.iter().map(of).collect::<Option<_>>()?;
    let (low, high) = (*figures.iter().min()?, *figures.iter().max()?);
    let is_exact = |process: &MemoryProcess| process.settled && process.account.unknown_frees == 0;
    Some(if low == high && processes.iter().all(is_exact) {
        Measured::Exact(low)
    } else {
        Measured::Range { low, high }
    })
}

/// A figure that the system gave: a range over processes, even where all agree.
pub(super) fn resident(cell: &Cell, of: fn(&ResidentProcess) -> i64) -> Option<Measured> {
    let resident = cell.resident.as_ref().filter(|_| cell.errors.is_empty())?;
    let figures = resident.processes.iter().map(of);
    Some(Measured::Range {
        low: figures.clone().min()?,
        high: figures.max()?,
    })
}

/// A count as a figure.
pub(super) fn whole(count: u64) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}
