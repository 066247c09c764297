//! What the engine's tests share: small corpora, and a run over them.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use heapbook_engine::measure::{Event, Runner};
use heapbook_engine::plan::{Plan, Selection};
use heapbook_engine::record::{Cell, Effort, Records};
use heapbook_engine::runtime::{self, Interpreter, PlannedRuntime};
use heapbook_engine::scenario::Corpus;
use heapbook_engine::supervisor::{Launcher, Limits, ProcessLauncher};
use tempfile::TempDir;

/// A project with one scenario, `sample`.
pub(crate) fn project(scenario_toml: &str, workload_py: &str) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    add_scenario(root.path(), "sample", scenario_toml, workload_py);
    root
}

/// Adds a scenario to a project.
pub(crate) fn add_scenario(root: &Path, slug: &str, scenario_toml: &str, workload_py: &str) {
    let directory = root.join("scenarios").join(slug);
    fs::create_dir_all(&directory).unwrap();
    fs::write(directory.join("scenario.toml"), scenario_toml).unwrap();
    fs::write(directory.join("workload.py"), workload_py).unwrap();
}

/// A scenario file with these variants and two sizes.
pub(crate) fn scenario_toml(variants: &[&str]) -> String {
    let tables: Vec<String> = variants.iter().map(|name| format!("[python.{name}]\n")).collect();
    format!(
        "title = \"T\"\nquestion = \"Q?\"\nsizes = [10, 20]\nheadline = 20\n{}",
        tables.join("")
    )
}

/// The same with claims on everything that a quick run takes only where it is asked for.
pub(crate) fn asking_toml(variants: &[&str]) -> String {
    let metrics = ["time", "leaked_per_call", "collections", "resident"];
    let claims = metrics.map(|metric| {
        format!(
            "[[claim]]\nid = \"{}\"\nsays = \"S.\"\nmetric = \"{metric}\"\nof = \"python.{}\"\nat_most = 1\n",
            metric.replace('_', "-"),
            variants[0]
        )
    });
    scenario_toml(variants) + &claims.join("")
}

/// The corpus of a project, which must be valid.
pub(crate) fn corpus(root: &Path) -> Corpus {
    let corpus = Corpus::read(root).unwrap();
    assert!(corpus.diagnostics.is_empty(), "{:?}", corpus.diagnostics);
    corpus
}

/// The interpreter to test with: `HEAPBOOK_TEST_PYTHON`, or else `python3`.
pub(crate) fn interpreter() -> Interpreter {
    let named = std::env::var_os("HEAPBOOK_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    Interpreter::find(Path::new(&named), &[]).unwrap()
}

/// The same, for a plan.
pub(crate) fn python() -> PlannedRuntime {
    PlannedRuntime::Python(interpreter())
}

/// Everything, quickly.
pub(crate) fn everything() -> Selection {
    Selection {
        filters: Vec::new(),
        effort: Effort::Quick,
        remeasure: false,
        headline_only: false,
    }
}

/// Runs a plan over the corpus with real workers and gives the records.
pub(crate) fn measure(corpus: &Corpus, deadline: Duration) -> Vec<Cell> {
    let limits = Limits {
        deadline,
        ..Limits::default()
    };
    let launcher = ProcessLauncher::new(limits, Arc::default()).unwrap();
    measure_with(corpus, &launcher, &[python()])
}

/// Runs a plan over the corpus with these workers.
pub(crate) fn measure_with(
    corpus: &Corpus,
    launcher: &dyn Launcher,
    runtimes: &[PlannedRuntime],
) -> Vec<Cell> {
    measure_in_parallel(corpus, launcher, runtimes, NonZeroUsize::MIN)
}

/// The same, so many cells at a time.
pub(crate) fn measure_in_parallel(
    corpus: &Corpus,
    launcher: &dyn Launcher,
    runtimes: &[PlannedRuntime],
    jobs: NonZeroUsize,
) -> Vec<Cell> {
    let machine = runtime::this_machine();
    let plan = Plan::of_corpus(corpus, &everything(), runtimes, &machine, &Records::default());
    let runner = Runner {
        launcher,
        machine: &machine,
        interrupted: &AtomicBool::new(false),
        jobs,
    };
    let mut cells = Vec::new();
    runner
        .run(&plan, &mut |event| -> Result<(), ()> {
            if let Event::Finished(cell) = event {
                cells.push(cell.clone());
            }
            Ok(())
        })
        .unwrap();
    cells
}
