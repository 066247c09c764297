//! `heapbook try`: programs of the user's own, measured side by side.
//!
//! - `program`: what is to be measured, as it stands on the command line
//! - `sizes`: the sizes that `-n` names
//! - `table`: the answer as a table on the terminal

mod program;
mod sizes;
mod table;

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use clap::Args;
use heapbook_engine::measure::{Allowance, Attempt, Run};
use heapbook_engine::record::Effort;
use heapbook_engine::runtime::{self, Interpreter, PlannedRuntime};
use heapbook_engine::scenario::Scenario;
use heapbook_engine::worker::{Limits, Pool, ProcessLauncher};

use crate::arguments::size;
use crate::measuring::interruption;
use crate::status::Status;
use sizes::Sizes;

/// The name under which the records of a try stand, in the place of a scenario's.
const SLUG: &str = "try";

#[derive(Debug, Args)]
pub(crate) struct AttemptOptions {
    /// Expressions or statements of Python in n, or functions in files, as app.py:load
    #[arg(value_name = "PROGRAM", required = true)]
    programs: Vec<String>,
    /// Python statements that are run before the snippets at each size, outside every measurement
    #[arg(long, value_name = "CODE")]
    setup: Option<String>,
    /// The sizes n: one, several with commas, or five in a range [default: 1e3..1e5]
    #[arg(short = 'n', long = "sizes", value_name = "SIZES", allow_hyphen_values = true)]
    sizes: Option<Sizes>,
    /// The interpreter to measure with
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,
    /// How many seconds one answer of a worker may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    deadline: u64,
    /// How much memory a worker and its children may hold, like 512M or 4G [default: half of the machine's]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    memory_cap: Option<u64>,
}

/// Measures the programs, and shows how they stand to the first.
pub(crate) fn run(options: &AttemptOptions) -> anyhow::Result<Status> {
    let programs = program::python_programs(&options.programs, options.setup.as_deref())?;
    let sizes = options.sizes.clone().unwrap_or_default().0;
    let scenario = Scenario::of_programs(SLUG, sizes, programs);
    let interpreter = Interpreter::find(&options.python, &[])?;
    println!("{}", interpreter.runtime);
    let limits = limits(options);
    let attempt = measure(&scenario, &[PlannedRuntime::Python(interpreter)], limits)?;
    table::show(&scenario, &attempt);
    let failed = attempt.cells.iter().any(|cell| !cell.errors.is_empty());
    Ok(if failed { Status::Finding } else { Status::Fine })
}

fn limits(options: &AttemptOptions) -> Limits {
    let usual = Limits::default();
    Limits {
        deadline: Duration::from_secs(options.deadline),
        memory_cap: options.memory_cap.unwrap_or(usual.memory_cap),
    }
}

fn measure(scenario: &Scenario, runtimes: &[PlannedRuntime], limits: Limits) -> anyhow::Result<Attempt> {
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
    let Ok(attempt) = run.attempt(scenario, runtimes, allowance, &mut |_| Ok::<(), Infallible>(()));
    pool.end();
    Ok(attempt)
}
