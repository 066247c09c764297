//! The child process that runs one pass of a cell: both ends of its protocol.
//!
//! [`Worker`] is what the passes in [`crate::measure`] talk to; [`ProcessLauncher`] starts real ones, and tests put a
//! scripted one in their place. [`serve`] is the other end, in the process that runs the Rust variants; Python's
//! other end is the probe.

mod group;
mod launch;
mod orphans;
mod pool;
mod process;
mod protocol;
pub mod serve;
mod spawn;

use std::time::Duration;

pub(crate) use launch::PROBE_DIRECTORY;
pub use launch::{Probe, ProbeError, ProcessLauncher};
pub use pool::Pool;
pub use protocol::{
    Call, Collect, Digest, Figures, LeaksAnswer, Load, MemoryAnswer, OriginsAnswer, TimeAnswer,
};
pub use serve::serve_if_asked;

use crate::plan::PlannedCell;
use crate::record::{ErrorKind, Pass};

/// A digest of the sources of ledger and probe. A worker's hello carries its own: another one is an error.
pub const BUILD: &str = env!("HEAPBOOK_BUILD");

/// Why a worker gave no figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// The reason in words.
    pub message: String,
}

/// A live worker.
pub trait Worker: Send {
    /// Makes one call and waits for its answer, as JSON.
    ///
    /// # Errors
    /// When the workload raised, the worker died, fell silent, or answered what the protocol does not know. A worker
    /// that failed once is not asked again.
    fn call(&mut self, call: &Call<'_>) -> Result<serde_json::Value, Failure>;

    /// The number of its process, where it is one.
    fn process_number(&self) -> Option<u32> {
        None
    }

    /// Ends the worker, and with it every process that it left behind.
    ///
    /// # Errors
    /// When it left any: what they did meanwhile is in no account.
    fn finish(&mut self) -> Result<(), Failure>;
}

/// Starts workers, from several threads at once where passes run side by side.
pub trait Launcher: Sync {
    /// Starts a worker for one pass of a cell, which has said its hello.
    ///
    /// # Errors
    /// When no process can be started, or it is not the worker that this engine was built with.
    fn launch(&self, cell: &PlannedCell<'_>, pass: Pass, hash_seed: u32) -> Result<Box<dyn Worker>, Failure>;
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
