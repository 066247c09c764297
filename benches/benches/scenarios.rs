//! `cargo bench`: every scenario at its headline size under criterion, Python and Rust in one
//! group.
//!
//! Criterion measures time alone and labels it so. The exact memory figures, and the engine's own
//! time pass over the same cells, go to the records afterwards, and with them into the book.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench reports to the terminal"
)]

use std::cell::RefCell;
use std::error::Error;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion};
use heapbook_engine::measure::{Event, Runner, measure_and_keep};
use heapbook_engine::plan::{Plan, PlannedCell, Selection, required_packages};
use heapbook_engine::project::{Project, Store};
use heapbook_engine::record::{Effort, Records};
use heapbook_engine::runtime::{self, PlannedRuntime};
use heapbook_engine::scenario::Corpus;
use heapbook_engine::supervisor::{Launcher, Limits, ProcessLauncher, Worker};
use heapbook_protocol::call::Time;
use heapbook_protocol::{Collect, Failure, Instrument};

fn main() -> ExitCode {
    heapbook_native::serve_if_asked();
    match bench() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("heapbook: {error}");
            ExitCode::from(2)
        }
    }
}

/// Runs criterion over every scenario, then the engine over what criterion ran. Gives whether all
/// of it succeeded.
fn bench() -> Result<bool, Box<dyn Error>> {
    // Cargo starts benches in their package's folder.
    let project = Project::find(&std::env::current_dir()?)?;
    let corpus = Corpus::read(&project.root)?;
    for diagnostic in &corpus.diagnostics {
        eprintln!(
            "{}: {}; `cargo heapbook check` shows where",
            diagnostic.file, diagnostic.message
        );
    }
    let packages = required_packages(&corpus, &[]);
    let mut interpreters = runtime::interpreters(&[PathBuf::from("python3")], &packages)?;
    let tell = &mut |what: &str| eprintln!("{what}");
    project.environments().equip(&mut interpreters, &packages, tell);
    let runtimes = runtime::runtimes(interpreters);
    let launcher = ProcessLauncher::new(Limits::default(), Arc::default())?;
    let machine = runtime::this_machine();
    let selection = Selection {
        filters: Vec::new(),
        effort: Effort::Full,
        remeasure: false,
        headline_only: true,
    };
    let everything = Plan::of_corpus(&corpus, &selection, &runtimes, &machine, &Records::default());

    // A minute for the first three scenarios; the flags of the command line come last and win.
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    let ran = Ran::default();
    for group in &everything.groups {
        let mut criterion_group = criterion.benchmark_group(group.scenario().unwrap_or_default());
        for cell in &group.cells {
            bench_cell(&mut criterion_group, cell, &launcher, &ran);
        }
        criterion_group.finish();
    }
    criterion.final_summary();

    let benched = ran.measured.into_inner();
    let kept = benched.is_empty() || record(&project, &corpus, &runtimes, &launcher, benched)?;
    Ok(kept && ran.failed.into_inner().is_empty() && corpus.diagnostics.is_empty())
}

/// What criterion has run so far.
#[derive(Default)]
struct Ran {
    /// Cells that were measured, not only tried or listed.
    measured: RefCell<Vec<String>>,
    failed: RefCell<Vec<String>>,
}

/// One benchmark. Criterion has no word for a benchmark that fails, so a failure is a panic, caught
/// here: the others go on.
fn bench_cell(
    group: &mut BenchmarkGroup<'_, WallTime>,
    cell: &PlannedCell<'_>,
    launcher: &ProcessLauncher,
    ran: &Ran,
) {
    let name = cell.subject.name();
    let label = match &cell.runtime {
        PlannedRuntime::Python(_) => format!("{name} ({})", cell.runtime.runtime().version),
        PlannedRuntime::Rust(_) => name.to_string(),
    };
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        group.bench_function(label, |bencher| {
            let mut worker = ok(launcher.launch(cell, Instrument::Clock, 1));
            bencher.iter_custom(|iterations| time(&mut *worker, iterations));
            if is_measuring() {
                ran.measured.borrow_mut().push(cell.subject.to_string());
            }
        });
    }));
    if outcome.is_err() {
        ran.failed.borrow_mut().push(name.to_string());
    }
}

fn time(worker: &mut dyn Worker, iterations: u64) -> Duration {
    let collect = Collect::All;
    let answer = ok(worker.ask(Time { iterations, collect }));
    Duration::from_nanos(answer.total_ns.0)
}

fn ok<T>(result: Result<T, Failure>) -> T {
    result.unwrap_or_else(|failure| panic!("{}", failure.message))
}

/// Whether criterion measures: not with `--test`, `--list` or `--profile-time`, and not under
/// `cargo test`.
fn is_measuring() -> bool {
    let mut arguments = std::env::args();
    let mut bench = false;
    let other = arguments.any(|argument| {
        bench |= argument == "--bench";
        ["--test", "--list", "--profile-time"].contains(&argument.as_str())
    });
    bench && !other
}

/// Measures memory and time of what criterion ran, and publishes the records. Gives whether no cell
/// failed.
fn record(
    project: &Project,
    corpus: &Corpus,
    runtimes: &[PlannedRuntime],
    launcher: &ProcessLauncher,
    benched: Vec<String>,
) -> Result<bool, Box<dyn Error>> {
    let machine = runtime::this_machine();
    let mut store = Store::open(project, None)?;
    let selection = Selection {
        filters: benched,
        effort: Effort::Full,
        remeasure: false,
        headline_only: true,
    };
    let plan = Plan::of_corpus(corpus, &selection, runtimes, &machine, store.known());
    println!(
        "Memory, exactly, and paired times, for the book: {} cells.",
        plan.cells()
    );
    let interrupted = AtomicBool::new(false);
    let runner = Runner {
        launcher,
        machine: &machine,
        interrupted: &interrupted,
        jobs: NonZeroUsize::MIN,
    };
    let kept = measure_and_keep(&runner, &plan, &mut store, &mut |event| {
        if let Event::Finished(cell) = event {
            for error in &cell.errors {
                eprintln!(
                    "{}/{} n={}: {}",
                    cell.key.scenario, cell.key.variant, cell.key.n, error.message
                );
            }
        }
    })?;
    println!("Published: {}", project.local().display());
    Ok(kept.failed.is_empty())
}
