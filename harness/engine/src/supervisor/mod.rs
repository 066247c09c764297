//! Supervises the child process that runs one pass of a cell: starts it, asks it, limits it, ends
//! it.
//!
//! [`Worker`] is what the passes in [`crate::measure`] talk to; [`ProcessLauncher`] starts real
//! ones, and tests put a scripted one in their place. The other end is `heapbook-worker` for Rust's
//! variants, and the probe for Python's.

mod addresses;
mod ending;
mod group;
#[cfg(target_os = "linux")]
mod keeper;
mod launch;
mod orphans;
mod pool;
mod process;
mod spawn;

use std::time::Duration;

use heapbook_protocol::{Call, ErrorKind, Request};
pub use heapbook_protocol::{Failure, Instrument};

pub use addresses::at_the_same_addresses;
pub(crate) use launch::PROBE_DIRECTORY;
pub use launch::{Probe, ProbeError, ProcessLauncher};
pub use pool::Pool;

use crate::plan::PlannedCell;

/// A live worker.
pub trait Worker: Send {
    /// Makes one call and waits for its answer, as JSON. `ask` knows the type of each.
    ///
    /// # Errors
    /// When the workload raised, the worker died, fell silent, or answered what the protocol does
    /// not know. A worker that failed once is not asked again.
    fn call(&mut self, request: Request) -> Result<serde_json::Value, Failure>;

    /// The number of its process, if it has one.
    fn process_number(&self) -> Option<u32> {
        None
    }

    /// Ends the worker, and with it every process that it left behind.
    ///
    /// # Errors
    /// When it left any: what they did meanwhile is in no account.
    fn finish(&mut self) -> Result<(), Failure>;
}

impl dyn Worker + '_ {
    /// Makes one call and waits for its answer.
    ///
    /// # Errors
    /// As [`Worker::call`], and when the answer has another form than the call's.
    pub fn ask<C: Call>(&mut self, call: C) -> Result<C::Answer, Failure> {
        let answer = self.call(call.into())?;
        serde_json::from_value(answer).map_err(|error| {
            let message = format!(
                "the answer to `{}` has another form than the call's: {error}",
                C::NAME
            );
            Failure::new(ErrorKind::Garbage, message)
        })
    }
}

/// Starts workers, from several threads at once where passes run in parallel.
pub trait Launcher: Sync {
    /// Starts a worker that measures a cell with an instrument, and has loaded its program.
    ///
    /// # Errors
    /// When no process can be started, it is not the worker that this engine was built with, or the
    /// program cannot be loaded.
    fn launch(
        &self,
        cell: &PlannedCell<'_>,
        instrument: Instrument,
        hash_seed: u32,
    ) -> Result<Box<dyn Worker>, Failure>;
}

/// Limits of every worker.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long one answer may take.
    pub deadline: Duration,
    /// How many bytes of memory a worker and its children may hold together.
    pub memory_cap: u64,
}

impl Default for Limits {
    /// A minute, and half of the machine's memory.
    fn default() -> Self {
        Limits {
            deadline: Duration::from_secs(60),
            memory_cap: group::half_of_the_memory(),
        }
    }
}
