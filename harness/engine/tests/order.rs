//! The order of execution, with workers that follow a script: no process is started.

mod common;

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::{
    asking_toml, corpus, everything, measure_in_parallel, measure_with, project, python, scenario_toml,
};
use heapbook_engine::measure::{Event, Results, Runner};
use heapbook_engine::plan::{Passes, Plan, PlannedCell, Sampling};
use heapbook_engine::record::{Cell, Effort, ErrorKind, Pass, Records, Stopped};
use heapbook_engine::runtime;
use heapbook_engine::scenario::{Code, Program};
use heapbook_engine::supervisor::{Launcher, Limits, Worker};
use heapbook_model::{Language, VariantName};
use heapbook_protocol::call::{Leaks, Memory, Origins, Size, Time};
use heapbook_protocol::{Failure, Instrument, Request};
use serde_json::{Value, json};

/// What was asked of which worker, in order.
type Log = Arc<Mutex<Vec<String>>>;

struct ScriptedLauncher {
    log: Log,
    /// The variant that dies in its second sample.
    dies: Option<&'static str>,
    /// The variant whose processes differ.
    wavers: Option<&'static str>,
}

struct ScriptedWorker {
    name: String,
    log: Log,
    dies: bool,
    /// What each of its calls takes beyond a millisecond.
    more_ns: u64,
    samples: u32,
}

impl Launcher for ScriptedLauncher {
    fn launch(
        &self,
        cell: &PlannedCell<'_>,
        instrument: Instrument,
        hash_seed: u32,
    ) -> Result<Box<dyn Worker>, Failure> {
        let function = cell.subject.name().function.as_str();
        let name = format!("{function} n={}", cell.n);
        self.log
            .lock()
            .unwrap()
            .push(format!("{name}: start {instrument:?}"));
        let dies = self.dies == Some(function);
        Ok(Box::new(ScriptedWorker {
            name,
            log: Arc::clone(&self.log),
            dies,
            more_ns: if self.wavers == Some(cell.subject.name().function.as_str()) {
                u64::from(hash_seed % 3) * 250_000
            } else {
                0
            },
            samples: 0,
        }))
    }
}

impl Worker for ScriptedWorker {
    fn call(&mut self, request: Request) -> Result<Value, Failure> {
        let (word, answer) = match request {
            Request::Time(Time { iterations, .. }) => {
                self.samples += 1;
                // Each call takes a millisecond, so six fill a sample, in six slices.
                let more = self.more_ns;
                (
                    format!("time x{iterations}"),
                    json!({"total_ns": iterations * (1_000_000 + more), "cpu_ns": 1, "collections": 2}),
                )
            }
            Request::Memory(Memory { timeline, .. }) => {
                (format!("memory, timeline {timeline}"), memory_answer())
            }
            Request::Size(Size { n }) => (format!("size {n}"), json!({})),
            Request::Digest(_) => ("digest".to_owned(), json!({"digest": "5"})),
            Request::Collections(_) => (
                "collections".to_owned(),
                json!({"generations": [0, 0, 0], "collected": 0, "uncollectable": 0, "total_pause_ns": 0, "pauses_ns": []}),
            ),
            Request::Leaks(Leaks { calls }) => (
                format!("leaks x{calls}"),
                json!({"live_bytes": vec![0; calls as usize]}),
            ),
            Request::Origins(Origins { calls, .. }) => (
                format!("origins x{calls}"),
                json!({"calls": calls, "bytes": 0, "origins": []}),
            ),
            Request::Lines(_) => (
                "lines".to_owned(),
                json!({"lines": [], "events": [], "total_events": 0, "net_bytes": 0, "settled": true, "warm_ups": 2}),
            ),
            Request::Objects(_) => ("objects".to_owned(), json!({"steps": [], "total_steps": 0})),
            Request::Remarks(_) => ("remarks".to_owned(), json!({"remarks": []})),
            Request::Resident(_) => (
                "resident".to_owned(),
                json!({"peak_bytes": 0, "after_bytes": 0, "minor_faults": 0, "major_faults": 0}),
            ),
            Request::Load(_) | Request::Quit(_) => (format!("{request:?}"), json!({})),
        };
        self.log.lock().unwrap().push(format!("{}: {word}", self.name));
        if self.dies && self.samples == 5 {
            return Err(Failure {
                kind: ErrorKind::Crash,
                message: "as scripted".to_owned(),
            });
        }
        Ok(answer)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}

fn memory_answer() -> Value {
    json!({
        "warm_ups": 1,
        "settled": true,
        "account": {
            "allocations": 1, "reallocations": 0, "grown": 0, "shrunk": 0, "frees": 1, "allocated_bytes": 8, "peak_bytes": 8,
            "result_bytes": 0, "retained_bytes": 0, "retained_after_collection_bytes": 0, "unknown_frees": 0
        },
        "timeline": null
    })
}

fn run(dies: Option<&'static str>) -> (Vec<String>, Vec<Cell>) {
    let workload = "def one(n):\n    return n\n\ndef two(n):\n    return n\n\ndef three(n):\n    return n\n";
    scripted(&asking_toml(&["one", "two", "three"]), workload, dies)
}

/// What scripted workers were asked while a scenario was measured, and its cells.
fn scripted(toml: &str, workload: &str, dies: Option<&'static str>) -> (Vec<String>, Vec<Cell>) {
    let root = project(toml, workload);
    let launcher = ScriptedLauncher {
        log: Log::default(),
        dies,
        wavers: None,
    };
    let cells = measure_with(&corpus(root.path()), &launcher, &[python()]);
    let mut log = launcher.log.lock().unwrap().clone();
    // The workers of a time pass start in parallel, in an order that nobody promises.
    let is_start = |line: &String| line.ends_with("start Clock");
    for starts in log.chunk_by_mut(|one, next| is_start(one) && is_start(next)) {
        starts.sort_unstable();
    }
    (log, cells)
}

#[test]
fn passes_never_share_a_process_and_samples_are_interleaved() {
    let (log, _) = run(None);
    let headline: Vec<String> = log.into_iter().filter(|line| line.contains("n=20")).collect();
    insta::assert_snapshot!(headline.join("\n"));
}

#[test]
fn a_quick_run_takes_exact_figures_and_what_is_asked_for() {
    let (log, _) = scripted(&scenario_toml(&["one"]), "def one(n):\n    return n\n", None);
    let log = log.join("\n");
    assert_eq!(
        log,
        "one n=10: start Ledger\none n=10: memory, timeline false\none n=10: digest\n\
         one n=20: start Ledger\none n=20: memory, timeline true"
    );
}

/// What the headline size's workers of the variant `one` were asked before they were asked for
/// leaks.
fn asked_before_leaks(toml: &str) -> Vec<String> {
    let (log, _) = scripted(toml, "def one(n):\n    return n\n", None);
    let leaks = log.iter().position(|line| line.ends_with("leaks x10")).unwrap();
    let start = log[..leaks]
        .iter()
        .rposition(|line| line.ends_with("start Ledger"));
    log[start.unwrap() + 1..leaks].to_vec()
}

#[test]
fn repeated_calls_begin_with_a_process_s_first_where_nothing_is_warmed_up() {
    let toml = asking_toml(&["one"]);
    assert!(
        asked_before_leaks(&toml)
            .iter()
            .any(|line| line.contains("memory"))
    );
    let cold = toml.replace("[python.one]\n", "[python.one]\nwarmup = false\n");
    assert_eq!(asked_before_leaks(&cold), [""; 0]);
}

#[test]
fn the_order_can_be_repeated() {
    assert_eq!(run(None).0, run(None).0);
}

#[test]
fn every_round_samples_every_variant_once() {
    let (_, cells) = run(None);
    for cell in cells.into_iter().filter(|cell| cell.key.n == 20) {
        let time = cell.time.unwrap();
        assert_eq!(time.processes.len(), 3);
        assert!(
            time.processes.iter().all(|process| process.samples() == 2),
            "{time:?}"
        );
        assert_eq!(time.calls, 6);
    }
}

#[test]
fn a_worker_that_dies_between_samples_fails_alone() {
    let (_, cells) = run(Some("two"));
    for cell in cells.into_iter().filter(|cell| cell.key.n == 20) {
        if cell.key.variant.function == "two" {
            assert_eq!(cell.errors[0].kind, ErrorKind::Crash);
            assert_eq!(cell.errors[0].pass, Pass::Time);
        } else {
            assert_eq!(cell.errors, []);
            assert!(
                cell.time
                    .unwrap()
                    .processes
                    .iter()
                    .all(|process| process.total_ns.len() == 2)
            );
        }
    }
}

/// The time pass alone over three variants.
fn time_pass(wavers: Option<&'static str>, change: impl FnOnce(Sampling) -> Sampling) -> Vec<Cell> {
    let workload = "def one(n):\n    return n\n\ndef two(n):\n    return n\n";
    let root = project(&scenario_toml(&["one", "two"]), workload);
    let (corpus, machine) = (corpus(root.path()), runtime::this_machine());
    let runtimes = [python()];
    let mut plan = Plan::of_corpus(&corpus, &everything(), &runtimes, &machine, &Records::default());
    plan.groups.truncate(1);
    plan.groups[0].passes = Passes {
        time: Some(change(Sampling::of(Effort::Full))),
        ..Passes::NONE
    };
    let runner = Runner {
        launcher: &ScriptedLauncher {
            log: Log::default(),
            dies: None,
            wavers,
        },
        machine: &machine,
        jobs: NonZeroUsize::MIN,
        interrupted: &AtomicBool::new(false),
    };
    let mut cells = Vec::new();
    let observed = runner.run(&plan, &mut |event| {
        if let Event::Finished(cell) = event {
            cells.push(cell.clone());
        }
        Ok::<(), Infallible>(())
    });
    assert!(observed.is_ok());
    cells
}

/// A program that the scripted workers take for a variant of that name.
fn program(name: &str) -> Program {
    Program {
        name: VariantName::new(Language::Python, name),
        says: name.to_owned(),
        code: Code::Snippet {
            text: name.to_owned(),
            setup: None,
            path: Vec::new(),
        },
        text: name.to_owned(),
        warm_up: true,
    }
}

/// Two programs at three sizes, by pooled workers; the peak is always 8 bytes.
fn measure_programs(dies: Option<&'static str>, memory_cap: u64) -> (Vec<String>, Results) {
    let log = Log::default();
    let launcher = ScriptedLauncher {
        log: Arc::clone(&log),
        dies,
        wavers: None,
    };
    let runner = Runner {
        launcher: &launcher,
        machine: &runtime::this_machine(),
        jobs: NonZeroUsize::MIN,
        interrupted: &AtomicBool::new(false),
    };
    let programs = ["one", "two"].map(program);
    let plan = Plan::of_programs(&programs, &[10, 11, 40], &[python()], Passes::INTERACTIVE);
    let limits = Limits {
        memory_cap,
        ..Limits::default()
    };
    let results = runner.results(&plan, limits, &mut |_| {}).unwrap();
    let log = log.lock().unwrap().clone();
    (log, results)
}

#[test]
fn programs_keep_their_workers_and_a_size_beyond_the_limits_is_left_out() {
    let (log, results) = measure_programs(None, 20);
    let lines = |end: &str| log.iter().filter(|line| line.ends_with(end)).count();
    // Two processes of the memory pass for each program, started once.
    assert_eq!((lines("start Ledger"), lines("memory, timeline false")), (4, 8));
    assert_eq!(lines("start Clock"), lines("size 11") - 4);
    assert_eq!(lines("size 40"), 0);
    let sizes: Vec<u64> = results.cells.iter().map(|cell| cell.key.n).collect();
    assert_eq!(sizes, [10, 10, 11, 11]);
    assert!(results.cells.iter().all(|cell| cell.errors.is_empty()));
    // Eight bytes at a size of 11 are 29 at 40, if the peak grows with the size.
    let [(40, reason)] = &results.left_out[..] else {
        panic!("{:?}", results.left_out);
    };
    assert!(reason.contains("about 29 bytes, 20 are allowed"), "{reason}");
}

#[test]
fn a_program_that_failed_is_not_run_at_larger_sizes() {
    let (log, results) = measure_programs(Some("two"), u64::MAX);
    assert!(
        !log.iter()
            .any(|line| line.starts_with("two n=11") || line.ends_with("two n=10: size 11"))
    );
    for cell in &results.cells {
        let failed = cell.key.variant.function == "two";
        assert_eq!(cell.errors.len(), usize::from(failed), "{cell:?}");
        assert_eq!(cell.memory.is_some(), !failed || cell.key.n == 10);
    }
}

#[test]
fn sampling_ends_when_the_intervals_are_narrow_or_the_means_are_spent() {
    let unlimited = |sampling: Sampling| Sampling {
        budget: Duration::MAX,
        ..sampling
    };
    let none = |sampling: Sampling| Sampling {
        budget: Duration::ZERO,
        ..sampling
    };
    for (cells, processes, why) in [
        (time_pass(None, unlimited), 8, Stopped::Narrow),
        (time_pass(Some("two"), unlimited), 20, Stopped::Processes),
        (time_pass(Some("two"), none), 8, Stopped::Budget),
    ] {
        for cell in cells {
            let time = cell.time.unwrap();
            assert_eq!((time.processes.len(), time.stopped), (processes, Some(why)));
        }
    }
}

#[test]
fn processes_differ_in_their_seeds_and_cells_of_one_process_do_not() {
    let cells = time_pass(None, |sampling| sampling);
    let [one, two] = [0, 1].map(|index| cells[index].time.as_ref().unwrap());
    for (index, (left, right)) in one.processes.iter().zip(&two.processes).enumerate() {
        assert_eq!(
            (left.hash_seed, left.order_seed),
            (right.hash_seed, right.order_seed)
        );
        assert_eq!(
            left.collections, [12; 3],
            "what the worker counted in each of six slices is kept"
        );
        // The workers say that they waited most of the time: slices are kept all the same.
        assert_eq!(left.slice_ns.len(), 6 * 3);
        for other in &one.processes[..index] {
            assert!(other.hash_seed != left.hash_seed && other.order_seed != left.order_seed);
        }
    }
    let again = time_pass(None, |sampling| Sampling {
        repetition: 1,
        ..sampling
    });
    let again = again[0].time.as_ref().unwrap();
    assert_ne!(again.processes[0].order_seed, one.processes[0].order_seed);
}

/// Starts workers that say whether others live beside them.
#[derive(Default)]
struct Crowd {
    /// What the workers that live now measure with.
    living: Arc<Mutex<Vec<Instrument>>>,
    /// The most workers of the memory pass that lived at once.
    most: AtomicUsize,
    /// What measured in parallel with others, and must not.
    disturbed: Mutex<Vec<Instrument>>,
}

/// A worker that leaves the crowd when it ends.
struct OneOfMany {
    living: Arc<Mutex<Vec<Instrument>>>,
    instrument: Instrument,
    scripted: ScriptedWorker,
}

impl Launcher for Crowd {
    fn launch(
        &self,
        cell: &PlannedCell<'_>,
        instrument: Instrument,
        _hash_seed: u32,
    ) -> Result<Box<dyn Worker>, Failure> {
        let join = || {
            let mut living = self.living.lock().unwrap();
            living.push(instrument);
            living.iter().filter(|&&other| other == instrument).count()
        };
        let beside = join();
        if instrument == Instrument::Ledger {
            self.most.fetch_max(beside, Ordering::SeqCst);
            // The others are on their way: all three come, or this waits for them in vain.
            let until = Instant::now() + Duration::from_secs(20);
            while self.most.load(Ordering::SeqCst) < 3 && Instant::now() < until {
                std::thread::yield_now();
            }
        }
        let others = self.living.lock().unwrap();
        let is_disturbed = match instrument {
            Instrument::Ledger | Instrument::Tracer | Instrument::Tracemalloc => false,
            // Samples are taken from live workers of the same pass in turn.
            Instrument::Clock => others.iter().any(|other| *other != Instrument::Clock),
            Instrument::System => others.len() > 1,
        };
        if is_disturbed {
            self.disturbed.lock().unwrap().push(instrument);
        }
        let scripted = ScriptedWorker {
            name: cell.subject.name().function.clone(),
            log: Log::default(),
            dies: false,
            more_ns: 0,
            samples: 0,
        };
        Ok(Box::new(OneOfMany {
            living: Arc::clone(&self.living),
            instrument,
            scripted,
        }))
    }
}

impl Worker for OneOfMany {
    fn call(&mut self, request: Request) -> Result<Value, Failure> {
        self.scripted.call(request)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}

impl Drop for OneOfMany {
    fn drop(&mut self) {
        let mut living = self.living.lock().unwrap();
        let place = living
            .iter()
            .position(|living| *living == self.instrument)
            .unwrap();
        living.swap_remove(place);
    }
}

#[test]
fn memory_passes_run_in_parallel_and_the_others_do_not() {
    let workload = "def one(n):\n    return n\n\ndef two(n):\n    return n\n\ndef three(n):\n    return n\n";
    let root = project(&scenario_toml(&["one", "two", "three"]), workload);
    let crowd = Crowd::default();
    let jobs = 3.try_into().unwrap();
    let cells = measure_in_parallel(&corpus(root.path()), &crowd, &[python()], jobs);
    assert!(cells.iter().all(|cell| cell.errors.is_empty()), "{cells:?}");
    assert_eq!(crowd.most.into_inner(), 3);
    assert_eq!(crowd.disturbed.into_inner().unwrap(), []);
    let order: Vec<&str> = cells
        .iter()
        .map(|cell| cell.key.variant.function.as_str())
        .collect();
    assert_eq!(order, ["one", "two", "three", "one", "two", "three"]);
}
