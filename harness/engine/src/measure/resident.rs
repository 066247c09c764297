//! The resident pass: the first call in a fresh process with nothing installed, as the system sees
//! it.

use heapbook_protocol::call;
use heapbook_protocol::{ErrorKind, Failure, Instrument};

use super::{UnderWay, hash_seed};
use crate::record::{Pass, ResidentProcess};
use crate::supervisor::Launcher;

/// Asks the system about the cell in one process, and puts the answer or the failure into its
/// record.
pub(super) fn measure(cell: &mut UnderWay<'_>, process: u32, launcher: &dyn Launcher) {
    if cell.has_failed() {
        return;
    }
    match try_measure(cell, process, launcher) {
        Ok(seen) => cell.record.resident.get_or_insert_default().processes.push(seen),
        // A system that cannot tell leaves the figure out: it was not seen.
        Err(failure) if failure.kind == ErrorKind::Unsupported => {}
        Err(failure) => cell.failed(Pass::Resident, process, failure),
    }
}

fn try_measure(
    cell: &UnderWay<'_>,
    process: u32,
    launcher: &dyn Launcher,
) -> Result<ResidentProcess, Failure> {
    let seed = hash_seed(cell.planned, "resident", process);
    let mut worker = launcher.launch(cell.planned, Instrument::System, seed)?;
    worker.ask(call::Resident {})
}
