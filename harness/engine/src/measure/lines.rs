//! The lines pass of a Python cell: what each source line did, in a process of its own.

use heapbook_protocol::call;
use heapbook_protocol::{Failure, Instrument};

use super::{Runner, hash_seed};
use crate::plan::PlannedCell;
use crate::record::Lines;

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
