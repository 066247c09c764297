//! How often a verdict is right: `cargo bench --features method --bench verdicts`, with the options
//! `-- [--trials N] [--seconds S] [--python PATH] [--only METHOD]`.
//!
//! The same function is compared with itself, with a second compiled copy of it, and with 1 %, 2 %
//! and 5 % more work, in Python and Rust: by the engine's time pass, and by criterion's own change
//! detection with the same time. A trial is one comparison of each pair in each language by each
//! method; trials take the three workloads in turn, so that 200 trials are 200 comparisons of each
//! pair, 67 or 66 of each workload. The time is what is spent on warming up and sampling: neither
//! method's is charged with the starts of its processes, which is why a trial takes longer than the
//! comparisons in it. Prints the rates as they come, and writes `target/verdicts.json` after every
//! tenth trial and at the end.
//!
//! *Called different* means that the interval leaves out a ratio of 1 (Heapbook, at the confidence
//! of verdicts), or that the summary said "improved" or "regressed" (criterion, at its defaults).
//! More work counts only if it was called more.
//!
//! - `workloads`: the pairs, and Rust's side of them
//! - `ours`, `criterion_side`: one comparison by each method
//! - `tally`: rates, their intervals, and the book's table
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench reports to the terminal"
)]

mod criterion_side;
mod ours;
mod tally;
mod workloads;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use heapbook_engine::project::Project;
use heapbook_engine::runtime::{self, Interpreter, PlannedRuntime};
use heapbook_engine::scenario::Corpus;
use heapbook_engine::supervisor::{Limits, ProcessLauncher};
use heapbook_ledger::CountingAllocator;
use heapbook_model::Language;
use heapbook_worker::serve_if_asked;

use ours::Laboratory;
use tally::{METHODS, Tally};
use workloads::{PAIRS, SCENARIOS};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Trials unless `--trials` says otherwise.
const TRIALS: u32 = 200;

/// After so many trials the table is printed and the file written.
const SHOW_EVERY: u32 = 10;

fn main() -> ExitCode {
    serve_if_asked(workloads::visit);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.split_first() {
        Some((first, rest)) if first == criterion_side::ASKED => criterion_side::serve(rest, laboratory),
        _ => {
            tally::check_wilson();
            bench(&arguments)
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("heapbook: {error}");
            ExitCode::from(2)
        }
    }
}

/// What the command line asks for.
struct Asked {
    trials: u32,
    seconds: f64,
    python: PathBuf,
    /// One of the two methods, where the other is not asked for.
    only: Option<String>,
}

impl Asked {
    fn wants(&self, method: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == method)
    }
}

fn asked(arguments: &[String]) -> Result<Asked, Box<dyn Error>> {
    let mut asked = Asked {
        trials: TRIALS,
        seconds: 1.0,
        python: PathBuf::from("python3"),
        only: None,
    };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--trials" => asked.trials = value()?.parse().map_err(|error| format!("--trials: {error}"))?,
            "--seconds" => asked.seconds = value()?.parse().map_err(|error| format!("--seconds: {error}"))?,
            "--python" => asked.python = PathBuf::from(value()?),
            "--only" => asked.only = Some(value()?.clone()),
            // Cargo's own.
            "--bench" => {}
            other => {
                return Err(format!(
                    "`{other}` is unknown: use --trials N, --seconds S, --python PATH or --only METHOD"
                )
                .into());
            }
        }
    }
    if !(0.1..=3_600.0).contains(&asked.seconds) {
        return Err("--seconds must be from 0.1 to 3600".into());
    }
    match asked.only.as_deref() {
        Some(other) if !METHODS.contains(&other) => {
            Err(format!("--only must be one of {}", METHODS.join(", ")).into())
        }
        _ => Ok(asked),
    }
}

fn laboratory(python: &Path) -> Result<Laboratory, Box<dyn Error>> {
    let project = Project::find(&std::env::current_dir()?)?;
    let corpus = Corpus::read(&project.root.join("benches/verdicts"))?;
    if let Some(diagnostic) = corpus.diagnostics.first() {
        return Err(format!("{}: {}", diagnostic.file, diagnostic.message).into());
    }
    let python = Interpreter::find(python, &[])?;
    Ok(Laboratory {
        corpus,
        launcher: ProcessLauncher::new(Limits::default(), Arc::default())?,
        machine: runtime::this_machine(),
        runtimes: vec![
            PlannedRuntime::Python(python.clone()),
            PlannedRuntime::Rust(runtime::compiler()),
        ],
        python,
    })
}

fn bench(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let asked = asked(arguments)?;
    let laboratory = laboratory(&asked.python)?;
    let file = Project::find(&std::env::current_dir()?)?
        .root
        .join("target/verdicts.json");
    println!(
        "{} trials: each compares {} pairs in two languages, {} s by {}, the starts of processes not included; \
         the workloads are {} in turn",
        asked.trials,
        PAIRS.len(),
        asked.seconds,
        asked.only.as_deref().unwrap_or("each method"),
        SCENARIOS.join(", ")
    );
    let began = Instant::now();
    let mut tally = Tally::default();
    for trial in 0..asked.trials {
        one_trial(&laboratory, &asked, trial, &mut tally)?;
        let done = trial + 1;
        progress(done, asked.trials, began.elapsed())?;
        if done % SHOW_EVERY == 0 || done == asked.trials {
            println!("\nAfter {done} trials:\n{}", tally.table());
            let written = [tally.book_table(asked.seconds, &laboratory.python.runtime.version)];
            std::fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
            std::fs::write(&file, serde_json::to_string_pretty(&written)?)?;
        }
    }
    println!("Written: {}", file.display());
    Ok(())
}

/// Every pair in each language, by each method.
fn one_trial(
    laboratory: &Laboratory,
    asked: &Asked,
    trial: u32,
    tally: &mut Tally,
) -> Result<(), Box<dyn Error>> {
    let scenario = SCENARIOS[trial as usize % SCENARIOS.len()];
    let budget = Duration::from_secs_f64(asked.seconds);
    let python = &laboratory.python.executable;
    for language in [Language::Python, Language::Rust] {
        for pair in PAIRS {
            if asked.wants(METHODS[0]) {
                let began = Instant::now();
                let trial = laboratory.compare(scenario, language, pair, trial, budget)?;
                tally.add_ours(language, pair, &trial, began.elapsed());
            }
            if asked.wants(METHODS[1]) {
                let began = Instant::now();
                let change = criterion_side::compare(python, scenario, language, pair, budget)?;
                tally.add_criterions(language, pair, &change, began.elapsed());
            }
        }
    }
    Ok(())
}

fn progress(done: u32, of: u32, elapsed: Duration) -> std::io::Result<()> {
    let left = elapsed / done * (of - done);
    eprint!(
        "\r{done} of {of} trials, about {} min left   ",
        left.as_secs().div_ceil(60)
    );
    std::io::stderr().flush()
}
