//! What measuring takes from the command line: workers, the machine, and Ctrl-C.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::Context;
use heapbook_engine::measure::Runner;
use heapbook_engine::runtime;
use heapbook_engine::supervisor::{Limits, Probe, ProcessLauncher};
use heapbook_model::Machine;

/// Starts workers within limits, until Ctrl-C. The handler can be installed once per process, so
/// there is one session at most.
pub(crate) struct Session {
    pub(crate) launcher: ProcessLauncher,
    pub(crate) machine: Machine,
    pub(crate) limits: Limits,
    interrupted: Arc<AtomicBool>,
}

impl Session {
    /// Makes the probe ready in the folder for temporary files.
    ///
    /// # Errors
    /// When no worker can be started at all.
    pub(crate) fn open(limits: Limits) -> anyhow::Result<Self> {
        Session::open_in(&std::env::temp_dir(), limits)
    }

    /// Makes the probe ready in a folder.
    ///
    /// # Errors
    /// When no worker can be started at all.
    pub(crate) fn open_in(folder: &Path, limits: Limits) -> anyhow::Result<Self> {
        let interrupted = interruption()?;
        let probe = Probe::find_for(folder)?;
        Ok(Session {
            launcher: ProcessLauncher::with_probe(probe, limits, Arc::clone(&interrupted))?,
            machine: runtime::this_machine(),
            limits,
            interrupted,
        })
    }

    /// Measures with these workers, the exact passes of so many cells in parallel.
    pub(crate) fn runner(&self, jobs: NonZeroUsize) -> Runner<'_> {
        Runner {
            launcher: &self.launcher,
            machine: &self.machine,
            interrupted: &self.interrupted,
            jobs,
        }
    }

    /// Does what Ctrl-C is to end at once, and the program with it: nothing of it is to be kept.
    pub(crate) fn ended_at_once<T>(&self, work: impl FnOnce() -> T) -> T {
        // As if this were the second Ctrl-C already.
        let before = self.interrupted.swap(true, Ordering::Relaxed);
        let done = work();
        self.interrupted.store(before, Ordering::Relaxed);
        done
    }

    /// Whether the user wants to end.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

/// As many jobs as the machine has processors.
pub(crate) fn processors() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// A flag that Ctrl-C sets. A second Ctrl-C ends the program at once; the workers end with it.
fn interruption() -> anyhow::Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(interrupted)
}
