//! The passes over programs of anybody's, within bounds that the user may set.

use std::convert::Infallible;
use std::time::Duration;

use clap::Args;
use heapbook_engine::measure::Attempt;
use heapbook_engine::runtime::PlannedRuntime;
use heapbook_engine::scenario::Scenario;
use heapbook_engine::supervisor::{Limits, Pool};

use crate::arguments::size;
use crate::measuring::Workshop;
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
    let workshop = Workshop::open(bounds.limits())?;
    let pool = Pool::new(&workshop.launcher);
    let run = workshop.run(&pool);
    let mut progress = Progress::of_bar_alone(scenario.sizes.len() * scenario.variants.len());
    let Ok(mut attempt) = run.attempt(scenario, runtimes, workshop.allowance(), &mut |event| {
        progress.show(&event);
        Ok::<(), Infallible>(())
    });
    progress.clear();
    // What a program left running is its failure, and is known once its worker has ended.
    for (name, instrument, failure) in pool.end() {
        attempt.failed(&name, instrument.into(), failure);
    }
    Ok((!workshop.is_interrupted()).then_some(attempt))
}
