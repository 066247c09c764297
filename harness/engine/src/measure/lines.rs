//! The lines pass of a Python cell: what each source line did, in a process of its own.

use heapbook_protocol::call;
use heapbook_protocol::{ErrorKind, Failure, Instrument};

use super::{Runner, UnderWay, hash_seed};
use crate::plan::PlannedCell;
use crate::record::{Lines, Pass};
use heapbook_model::Language;

/// Traces the cell if it is Python's, and puts the lines or the failure into its record.
pub(super) fn measure(cell: &mut UnderWay<'_>, runner: &Runner<'_>) {
    let language = cell.planned.subject.name().language;
    if cell.has_failed() || language != Language::Python {
        return;
    }
    match runner.lines(cell.planned) {
        Ok(lines) => cell.record.lines = Some(lines),
        // That an interpreter cannot be traced says nothing about the variant.
        Err(failure) if failure.kind == ErrorKind::Unsupported => {}
        Err(failure) => cell.failed(Pass::Lines, 0, failure),
    }
}

impl Runner<'_> {
    /// What each line of a function did in one traced call.
    ///
    /// # Errors
    /// When the function fails, or its interpreter cannot be traced.
    pub fn lines(&self, planned: &PlannedCell<'_>) -> Result<Lines, Failure> {
        let seed = hash_seed(planned, "lines", 0);
        let mut worker = self.launcher.launch(planned, Instrument::Tracer, seed)?;
        let lines = worker.ask(call::Lines {})?;
        worker.finish()?;
        Ok(lines)
    }
}
