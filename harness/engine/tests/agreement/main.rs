//! Two independent accounts agree: the memory pass with tracemalloc, and with a naive replay of calls of malloc.
#![allow(clippy::print_stdout, reason = "the seed is to be seen when a test fails")]

#[path = "../common/mod.rs"]
mod common;
mod programs;
mod traces;

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use common::{add_scenario, corpus, everything, project, python, scenario_toml};
use fastrand::Rng;
use heapbook_engine::plan::{Plan, PlannedCell};
use heapbook_engine::record::{Domain, Pass, Records};
use heapbook_engine::runtime::{self, PlannedRuntime};
use heapbook_engine::scenario::Corpus;
use heapbook_engine::worker::{Call, Figures, Launcher, Limits, MemoryAnswer, ProcessLauncher, Worker};
use serde_json::{Value, json};

/// The seed of the programs and traces, unless `HEAPBOOK_SEED` holds another one.
const SEED: u64 = 20_260_801;

/// Programs of each of the kinds.
const PROGRAMS_OF_A_KIND: usize = 21;

/// The size that scenarios are run at, where their headline is above it.
const REDUCED: u64 = 10_000;

/// Calls of the kind that is compared to the byte.
const UNPRIMED_CALLS: u32 = 5;

/// How far apart the peaks may lie.
const PEAK_WITHIN: i64 = 1024;

/// What tracemalloc saw of one call.
struct Traced {
    peak: i64,
    growth: i64,
}

/// What the memory pass saw of it.
struct Seen {
    /// The figures as they go to the record.
    recorded: MemoryAnswer,
    /// Those of further calls, for which the interpreter's free lists of tuples were left empty, as tracemalloc's side
    /// finds them: the most frequent peak and live bytes.
    ///
    /// Not those of one call, since now and then a call finds a table of the interpreter's own full, such as that of a
    /// class's subclasses, and enlarges it.
    unprimed: (i64, i64),
}

fn seed() -> u64 {
    let seed =
        env::var("HEAPBOOK_SEED").map_or(SEED, |text| text.parse().expect("HEAPBOOK_SEED is a number"));
    println!("HEAPBOOK_SEED={seed}");
    seed
}

#[test]
fn tracemalloc_agrees_on_generated_programs() {
    let mut random = Rng::with_seed(seed());
    let root = tempfile::tempdir().unwrap();
    let mut code = Vec::new();
    for (kind, statements) in programs::KINDS {
        let programs = programs::programs(statements, PROGRAMS_OF_A_KIND, &mut random);
        let names: Vec<&str> = programs.iter().map(|program| program.name.as_str()).collect();
        let texts: String = programs.iter().map(|program| program.code.as_str()).collect();
        let file = format!("{}{texts}", programs::IMPORTS);
        add_scenario(root.path(), kind, &scenario_toml(&names), &file);
        code.extend(
            programs
                .into_iter()
                .map(|program| (format!("{kind}/python.{}", program.name), program.code)),
        );
    }
    assert!(code.len() >= 200);
    let corpus = corpus(root.path());
    let differences = disagreements(&cells(&corpus, &[python()], 10));
    let text_of = |name: &str| &code.iter().find(|(other, _)| other == name).unwrap().1;
    let report: String = differences
        .iter()
        .map(|(name, what)| format!("{name}: {what}\n{}\n", text_of(name)))
        .collect();
    assert!(
        report.is_empty(),
        "{} of {} programs, seed {}:\n{report}",
        differences.len(),
        code.len(),
        seed()
    );
}

#[test]
fn tracemalloc_agrees_on_every_scenario() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let corpus = corpus(&root);
    let runtimes = runtime::at_hand(&corpus, &[PathBuf::from("python3")]).unwrap();
    let cells = cells(&corpus, &runtimes, REDUCED);
    assert!(cells.len() >= corpus.scenarios.len());
    assert_eq!(disagreements(&cells), []);
}

/// The Python cells of a corpus at the headline size, or at `n` where that is less.
fn cells<'a>(corpus: &'a Corpus, runtimes: &[PlannedRuntime], n: u64) -> Vec<PlannedCell<'a>> {
    let machine = runtime::this_machine();
    let plan = Plan::make(corpus, &everything(), runtimes, &machine, &Records::default());
    let groups = plan.groups.into_iter();
    let cells = groups
        .flat_map(|group| group.cells)
        .filter(PlannedCell::is_headline);
    cells
        .filter(|cell| cell.runtime.interpreter().is_some())
        .map(|cell| PlannedCell {
            n: cell.n.min(n),
            ..cell
        })
        .collect()
}

/// Measures the cells in both ways. Gives the names of those that differ, and in what.
fn disagreements(cells: &[PlannedCell<'_>]) -> Vec<(String, String)> {
    let own_frame = own_frame();
    let (scratch, traced) = trace(cells);
    let seen = in_workers(cells, |worker, cell| Seen {
        recorded: memory(worker, cell.variant.warm_up),
        unprimed: usual(worker),
    });
    let mut all = Vec::new();
    for ((cell, seen), traced) in cells.iter().zip(&seen).zip(&traced) {
        let name = format!("{}/{}", cell.scenario.slug, cell.variant.name);
        if let Some(what) = disagreement(seen, traced, &scratch, own_frame, cell.scenario.slug == "threads") {
            all.push((name, what));
        }
    }
    all
}

/// In what the two accounts differ.
///
/// The live bytes of a primed call are those of an unprimed one, less the tuples that only lie in a free list: at most
/// one of each length from one to six. An unprimed call is a worker's first: an exception that survives it holds the
/// worker's own frame (CPython 3.11 and later), which is `own_frame` bytes.
///
/// Where threads run at once, the peak is a matter of their order: there only what is live at return is compared.
fn disagreement(
    seen: &Seen,
    traced: &Traced,
    scratch: &[i64],
    own_frame: i64,
    threads: bool,
) -> Option<String> {
    let recorded = &seen.recorded.figures;
    let (unprimed_peak, unprimed_growth) = seen.unprimed;
    let mut what = String::new();
    if !threads && !seen.recorded.settled {
        what += "not settled; ";
    }
    for (call, peak) in [("recorded", recorded.peak_bytes.0), ("unprimed", unprimed_peak)] {
        if !threads && (peak - traced.peak).abs() > PEAK_WITHIN {
            let _ = write!(what, "{call} peak {peak}, traced {}; ", traced.peak);
        }
    }
    if ![0, own_frame].contains(&(unprimed_growth - traced.growth)) {
        let _ = write!(
            what,
            "unprimed growth {unprimed_growth}, traced {}; ",
            traced.growth
        );
    }
    let recorded_growth = growth(recorded);
    if !threads && !is_sum_of_some(traced.growth - recorded_growth, scratch) {
        let _ = write!(
            what,
            "recorded growth {recorded_growth}, traced {}; ",
            traced.growth
        );
    }
    (!what.is_empty()).then_some(what)
}

/// What is live at return of Python's blocks: tracemalloc does not see what goes past Python to malloc.
fn growth(figures: &Figures) -> i64 {
    let native = figures.domains.get(&Domain::Native);
    figures.result_bytes.0 - native.map_or(0, |native| native.live_bytes.0)
}

/// The most frequent peak and growth of several calls without preparation.
fn usual(worker: &mut dyn Worker) -> (i64, i64) {
    let mut accounts = BTreeMap::new();
    for _ in 0..UNPRIMED_CALLS {
        let figures = memory(worker, false).figures;
        *accounts
            .entry((figures.peak_bytes.0, growth(&figures)))
            .or_insert(0) += 1;
    }
    let usual = accounts.into_iter().max_by_key(|(_, count)| *count);
    usual.expect("there were calls").0
}

fn is_sum_of_some(sum: i64, terms: &[i64]) -> bool {
    match terms.split_first() {
        None => sum == 0,
        Some((first, rest)) => is_sum_of_some(sum, rest) || is_sum_of_some(sum - first, rest),
    }
}

/// The size of the worker's own frame, which a surviving exception has it make an object.
fn own_frame() -> i64 {
    let raised = "def raised(n):\n    try:\n        raise ValueError\n    except ValueError as error:\n        return error\n";
    let root = project(&scenario_toml(&["raised"]), raised);
    let corpus = corpus(root.path());
    let cells = cells(&corpus, &[python()], 10);
    let (_, traced) = trace(&cells);
    let unprimed = in_workers(&cells, |worker, _| {
        memory(worker, true);
        usual(worker)
    });
    unprimed[0].1 - traced[0].growth
}

/// What tracemalloc sees of each cell, all of them in one process; and the sizes of tuples of one to six.
fn trace(cells: &[PlannedCell<'_>]) -> (Vec<i64>, Vec<Traced>) {
    let interpreter = cells[0].runtime.interpreter().unwrap();
    let mut child = Command::new(&interpreter.executable)
        .env_clear()
        .env("PYTHONHASHSEED", "1")
        .args(["-s", "-B", "-c", include_str!("tracemalloc.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut jobs = child.stdin.take().unwrap();
    let lines: Vec<String> = cells.iter().map(job).collect();
    let writer = thread::spawn(move || jobs.write_all(lines.concat().as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "tracemalloc's side failed, see above");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    let scratch = serde_json::from_str(lines.next().unwrap()).unwrap();
    let traced: Vec<Traced> = lines.map(traced).collect();
    assert_eq!(traced.len(), cells.len());
    (scratch, traced)
}

fn job(cell: &PlannedCell<'_>) -> String {
    let variant = cell.variant;
    let file = std::path::absolute(cell.scenario.workload(variant.name.language)).unwrap();
    let job = json!([
        file,
        variant.name.function,
        variant.setup,
        variant.setup_each,
        cell.n
    ]);
    format!("{job}\n")
}

fn traced(line: &str) -> Traced {
    let (peak, growth) = serde_json::from_str(line).unwrap();
    Traced { peak, growth }
}

/// Asks something of a worker of the memory pass for each cell, two workers at a time.
fn in_workers<T: Send>(
    cells: &[PlannedCell<'_>],
    ask: impl Fn(&mut dyn Worker, &PlannedCell<'_>) -> T + Sync,
) -> Vec<T> {
    let launcher = ProcessLauncher::new(Limits::default(), Arc::default()).unwrap();
    let next = Mutex::new(cells.iter().enumerate());
    let work = || {
        let mut answers = Vec::new();
        loop {
            let taken = next.lock().unwrap().next();
            let Some((place, cell)) = taken else {
                return answers;
            };
            let mut worker = launcher.launch(cell, Pass::Memory, 1).unwrap();
            answers.push((place, ask(&mut *worker, cell)));
        }
    };
    let mut answers = thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut answers = work();
        answers.extend(other.join().unwrap());
        answers
    });
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

fn memory(worker: &mut dyn Worker, warm_up: bool) -> MemoryAnswer {
    let call = Call::Memory {
        warm_up,
        timeline: false,
        histogram: false,
    };
    let answer: Value = worker
        .call(&call)
        .unwrap_or_else(|failure| panic!("{}", failure.message));
    serde_json::from_value(answer).unwrap()
}
