//! A run from the command line: interpreters, plan, passes, records.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::Context;
use heapbook_engine::measure::{Allowance, Ending, Kept, Run, measure_and_keep};
use heapbook_engine::plan::{Plan, Request};
use heapbook_engine::project::{Project, Store};
use heapbook_engine::record::{Cell, Effort, Records};
use heapbook_engine::runtime;
use heapbook_engine::scenario::Corpus;
use heapbook_engine::shard::Shard;
use heapbook_engine::supervisor::{Launcher, Limits, Probe, ProcessLauncher};
use heapbook_model::Machine;

use crate::output::{complain, remark};
use crate::progress::Progress;
use crate::status::Status;

/// What the user ordered.
pub(crate) struct Order {
    pub(crate) filters: Vec<String>,
    pub(crate) effort: Effort,
    pub(crate) again: bool,
    pub(crate) pythons: Vec<PathBuf>,
    pub(crate) output: Option<PathBuf>,
    pub(crate) limits: Limits,
    pub(crate) jobs: NonZeroUsize,
    pub(crate) shard: Option<Shard>,
}

/// Measures what the order names, keeps every record, and publishes between scenarios.
pub(crate) fn measure(project: &Project, mut corpus: Corpus, order: &Order) -> anyhow::Result<Status> {
    let runtimes = runtime::at_hand(&corpus, &order.pythons)?;
    let machine = runtime::this_machine();
    let mut store = Store::open(project, order.output.as_deref())?;
    let request = Request {
        filters: order.filters.clone(),
        effort: order.effort,
        again: order.again,
        headline_only: false,
    };
    refuse_filters_that_match_nothing(&corpus, &request)?;
    if let Some(shard) = order.shard {
        let past = Records::read_if_present(&project.reference())?.unwrap_or_default();
        shard.narrow(&mut corpus, &order.filters, &past);
    }
    let plan = Plan::make(&corpus, &request, &runtimes, &machine, store.known());
    announce(&plan);
    let interrupted = interruption()?;
    let probe = Probe::find_for(&project.scratch())?;
    let launcher = ProcessLauncher::with_probe(probe, order.limits, Arc::clone(&interrupted))?;
    let run = Run {
        launcher: &launcher,
        machine: &machine,
        effort: order.effort,
        interrupted: &interrupted,
        jobs: order.jobs,
    };
    let mut progress = Progress::new(plan.cells());
    let kept = measure_and_keep(&run, &plan, &mut store, &mut |event| progress.show(event));
    progress.end(launcher.started());
    Ok(conclude(kept.context(
        "the run has stopped; all cells that were finished before are kept",
    )?))
}

/// What failed, and the status that says so.
fn conclude(kept: Kept) -> Status {
    if kept.ending == Ending::Interrupted {
        complain!("Interrupted. Everything finished is kept; the next run goes on from here.");
        return Status::Interrupted;
    }
    show_failures(&kept.failed);
    if kept.failed.is_empty() {
        Status::Fine
    } else {
        Status::Finding
    }
}

/// A word that names nothing is a slip of the pen, and no reason to measure nothing in silence.
fn refuse_filters_that_match_nothing(corpus: &Corpus, request: &Request) -> anyhow::Result<()> {
    let idle = request.names_nothing(corpus);
    if !idle.is_empty() {
        anyhow::bail!(
            "no cell matches `{}`: `heapbook list` shows the names",
            idle.join("` or `")
        );
    }
    Ok(())
}

fn announce(plan: &Plan<'_>) {
    for left_out in &plan.left_out {
        remark!(
            "not measured: {}/{}: {}",
            left_out.scenario,
            left_out.variant,
            left_out.reason
        );
    }
    match (plan.cells(), plan.fresh.len()) {
        (0, 0) => remark!("There is nothing to measure here."),
        (0, fresh) => remark!("All {fresh} cells are measured and fresh; --fresh measures them again."),
        (cells, 0) => remark!("{cells} cells to measure."),
        (cells, fresh) => remark!("{cells} cells to measure, {fresh} are fresh."),
    }
}

/// What programs outside the corpus are measured with.
pub(crate) struct Workshop {
    /// Starts the workers.
    pub(crate) launcher: ProcessLauncher,
    machine: Machine,
    limits: Limits,
    interrupted: Arc<AtomicBool>,
}

impl Workshop {
    /// Makes ready. A program opens one workshop at most, since it listens for Ctrl-C.
    ///
    /// # Errors
    /// When no worker can be started at all.
    pub(crate) fn open(limits: Limits) -> anyhow::Result<Self> {
        let interrupted = interruption()?;
        Ok(Workshop {
            launcher: ProcessLauncher::new(limits, Arc::clone(&interrupted))?,
            machine: runtime::this_machine(),
            limits,
            interrupted,
        })
    }

    /// A run whose workers come from that launcher: this workshop's, or a pool of it.
    pub(crate) fn run<'a>(&'a self, launcher: &'a dyn Launcher) -> Run<'a> {
        Run {
            launcher,
            machine: &self.machine,
            effort: Effort::Quick,
            interrupted: &self.interrupted,
            jobs: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }

    /// What one cell may use.
    pub(crate) fn allowance(&self) -> Allowance {
        Allowance {
            memory_bytes: self.limits.memory_cap,
            call: self.limits.deadline,
        }
    }

    /// Whether the user wants to end.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
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

/// What failed, each with its whole reason.
fn show_failures(failed: &[Cell]) {
    if failed.is_empty() {
        return;
    }
    complain!("\n{} cells failed:", failed.len());
    for cell in failed {
        for error in &cell.errors {
            let pass = serde_json::json!(error.pass);
            let pass = pass.as_str().unwrap_or_default();
            complain!("\n{} ({pass} pass):", cell.key);
            for line in error.message.trim_end().lines() {
                complain!("    {line}");
            }
        }
    }
}
