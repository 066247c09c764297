//! The lines pass of a Python cell: what each source line did, in a process of its own.

use heapbook_protocol::call;
use heapbook_protocol::{ErrorKind, Failure, Instrument};

use super::{UnderWay, hash_seed};
use crate::record::{Lines, Pass};
use crate::supervisor::Launcher;
use heapbook_model::Language;

/// Traces the cell, if it is Python's and of the headline size, and puts the lines or the failure into its record.
pub(super) fn measure(cell: &mut UnderWay<'_>, launcher: &dyn Launcher) {
    let python = cell.planned.variant.name.language == Language::Python;
    if cell.has_failed() || !python || !cell.planned.is_headline() {
        return;
    }
    match try_measure(cell, launcher) {
        Ok(lines) => cell.record.lines = Some(lines),
        // An interpreter that cannot be traced says nothing about the variant.
        Err(failure) if failure.kind == ErrorKind::Unsupported => {}
        Err(failure) => cell.failed(Pass::Lines, 0, failure),
    }
}

fn try_measure(cell: &UnderWay<'_>, launcher: &dyn Launcher) -> Result<Lines, Failure> {
    let seed = hash_seed(cell.planned, "lines", 0);
    let mut worker = launcher.launch(cell.planned, Instrument::Tracer, seed)?;
    worker.ask(call::Lines {})
}
