//! The passes over programs of anybody's, within bounds that the user may set.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use clap::Args;
use heapbook_engine::measure::{Allowance, Attempt, Run};
use heapbook_engine::record::Effort;
use heapbook_engine::runtime::{self, PlannedRuntime};
use heapbook_engine::scenario::Scenario;
use heapbook_engine::worker::{Limits, Pool, ProcessLauncher};

use crate::arguments::size;
use crate::measuring::interruption;
use crate::progress::Progress;

/// What a program may use.
#[derive(Debug, Args)]
pub(crate) struct Bounds {
    /// How many seconds one answer of a worker may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    deadline: u64,
    /// How much memory a worker and its children may hold, like 512M or 4G [default: half of the machine's]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    memory_cap: Option<u64>,
}

impl Bounds {
    /// The same for the engine.
    pub(crate) fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            deadline: Duration::from_secs(self.deadline),
            memory_cap: self.memory_cap.unwrap_or(usual.memory_cap),
        }
    }
}

/// Measures the scenario's programs; nothing where the user interrupted it.
///
/// # Errors
/// When no worker can be started at all.
pub(crate) fn measure(
    scenario: &Scenario,
    runtimes: &[PlannedRuntime],
    bounds: &Bounds,
) -> anyhow::Result<Option<Attempt>> {
    let limits = bounds.limits();
    let interrupted = interruption()?;
    let launcher = ProcessLauncher::new(limits, Arc::clone(&interrupted))?;
    let pool = Pool::new(&launcher);
    let machine = runtime::this_machine();
    let run = Run {
        launcher: &pool,
        machine: &machine,
        effort: Effort::Quick,
        interrupted: &interrupted,
        jobs: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
    };
    let allowance = Allowance {
        memory_bytes: limits.memory_cap,
        call: limits.deadline,
    };
    let mut progress = Progress::of_bar_alone(scenario.sizes.len() * scenario.variants.len());
    let Ok(mut attempt) = run.attempt(scenario, runtimes, allowance, &mut |event| {
        progress.show(&event);
        Ok::<(), std::convert::Infallible>(())
    });
    progress.clear();
    // What a program left running is its failure, and is known once its worker has ended.
    for (name, pass, failure) in pool.end() {
        attempt.failed(&name, pass, failure);
    }
    let is_interrupted = interrupted.load(Ordering::Relaxed);
    Ok((!is_interrupted).then_some(attempt))
}
