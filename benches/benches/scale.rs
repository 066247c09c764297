//! `cargo bench --features method --bench scale [-- --full]`: whether a large corpus is handled in
//! time and memory.
//!
//! A corpus of 1,000 scenarios and 100,000 cells is generated in a temporary folder, and one of a
//! tenth of that. The release binary then runs `list`, `check`, `merge` and `preprocess` on both,
//! each three times; the fastest run and the highest peak count. A run's journal of all cells is
//! opened in this process. Prints a table, writes `target/scale.json`, and ends with status 1 where
//! a command takes 2 s or 500 MB or more. Cells are of the size that a quick run yields; with
//! `--full`, of a full run's, three times as large.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench reports to the terminal"
)]

#[path = "scale/corpus.rs"]
mod corpus;

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use corpus::{CELLS_OF_ONE, Generated};
use heapbook_engine::project::{Project, Store};
use serde_json::{Map, Value, json};

/// Scenarios of the large corpus.
const SCENARIOS: usize = 1_000;

/// How often each command runs.
const RUNS: usize = 3;

/// What a command may take.
const MOST_TIME: Duration = Duration::from_secs(2);

/// The most that a command may hold in memory.
const MOST_BYTES: u64 = 500_000_000;

/// What one command took.
#[derive(Clone, Copy)]
struct Cost {
    time: Duration,
    /// The peak of its resident size; nothing for what runs in this process.
    peak_bytes: Option<u64>,
}

fn main() -> ExitCode {
    match bench() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("heapbook: {error}");
            ExitCode::from(2)
        }
    }
}

/// Gives whether every command stays below its limits.
fn bench() -> Result<bool, Box<dyn Error>> {
    let full = full_cells()?;
    let project = Project::find(&std::env::current_dir()?)?;
    let binary = build_binary()?;
    println!("Generating {SCENARIOS} scenarios and a tenth of them.");
    let small = measure(&binary, &Generated::new(&project, SCENARIOS / 10, full)?)?;
    let large = measure(&binary, &Generated::new(&project, SCENARIOS, full)?)?;
    println!(
        "{:12} {:>22} {:>22} {:>8} {:>8}",
        "",
        format!("{} cells", SCENARIOS / 10 * CELLS_OF_ONE),
        format!("{} cells", SCENARIOS * CELLS_OF_ONE),
        "time",
        "memory"
    );
    let (mut within, mut written) = (true, Map::new());
    for ((name, one), (_, ten)) in small.iter().zip(&large) {
        println!("{}", row(name, *one, *ten));
        within &= is_within(*ten);
        written.insert(
            (*name).to_owned(),
            json!({"tenth": in_json(*one), "whole": in_json(*ten)}),
        );
    }
    let file = project.root.join("target/scale.json");
    fs::create_dir_all(project.root.join("target"))?;
    let result = json!({
        "scenarios": SCENARIOS, "cells": SCENARIOS * CELLS_OF_ONE, "effort": if full { "full" } else { "quick" },
        "commands": written
    });
    fs::write(&file, serde_json::to_string_pretty(&result)?)?;
    println!("Written: {}", file.display());
    Ok(within)
}

/// Whether the command line asks for a full run's cells.
fn full_cells() -> Result<bool, String> {
    let mut full = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--full" => full = true,
            // Cargo's own.
            "--bench" => {}
            other => return Err(format!("`{other}` is unknown: use --full, or nothing")),
        }
    }
    Ok(full)
}

/// Builds the release binary, which no bench depends on, and gives its path.
fn build_binary() -> Result<PathBuf, Box<dyn Error>> {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "--package", "heapbook"])
        .status()?;
    if !built.success() {
        return Err("heapbook does not build: `cargo build --release` shows why".into());
    }
    // Beside `deps`, where cargo leaves this bench.
    let this = std::env::current_exe()?;
    let folder = this
        .ancestors()
        .nth(2)
        .ok_or("this bench lies in no target folder")?;
    Ok(folder.join("heapbook"))
}

/// The cost of each command on one corpus.
fn measure(binary: &Path, generated: &Generated) -> Result<Vec<(&'static str, Cost)>, Box<dyn Error>> {
    let merge: Vec<String> = ["merge".to_owned()]
        .into_iter()
        .chain(generated.shards.iter().map(|path| path.display().to_string()))
        .chain([
            "--output".to_owned(),
            generated.root().join("joined").display().to_string(),
        ])
        .collect();
    let list = vec!["list".to_owned()];
    let check = vec!["check".to_owned()];
    let preprocess = vec!["preprocess".to_owned()];
    let mut costs = Vec::new();
    for (name, arguments) in [
        ("list", list),
        ("check", check),
        ("merge", merge),
        ("preprocess", preprocess),
    ] {
        costs.push((name, best_of(|| run(binary, generated, &arguments))?));
    }
    costs.push(("journal", best_of(|| open_journal(generated))?));
    Ok(costs)
}

/// The fastest of several runs, with the highest peak of all.
fn best_of(mut run: impl FnMut() -> Result<Cost, Box<dyn Error>>) -> Result<Cost, Box<dyn Error>> {
    let mut best = run()?;
    for _ in 1..RUNS {
        let cost = run()?;
        best = Cost {
            time: best.time.min(cost.time),
            peak_bytes: best.peak_bytes.max(cost.peak_bytes),
        };
    }
    Ok(best)
}

/// Runs the binary in a generated project. It must have nothing to complain of.
fn run(binary: &Path, generated: &Generated, arguments: &[String]) -> Result<Cost, Box<dyn Error>> {
    let began = Instant::now();
    let output = generated.root().join("output");
    let mut child = Command::new(binary)
        .args(arguments)
        .arg("--root")
        .arg(generated.root())
        .stdin(File::open(&generated.book)?)
        .stdout(File::create(&output)?)
        .stderr(Stdio::inherit())
        .spawn()?;
    let (time, peak_bytes) = watch(&mut child, began)?;
    let status = child.wait()?;
    if !status.success() {
        let said = fs::read_to_string(&output)?;
        let said: String = said.chars().take(500).collect();
        return Err(format!("heapbook {}: {status}: {said}", arguments[0]).into());
    }
    Ok(Cost {
        time,
        peak_bytes: Some(peak_bytes),
    })
}

/// Waits for the child's end and reads its `VmHWM` until then. What `wait4` says of a child's peak
/// would hold this process's own size.
fn watch(child: &mut Child, began: Instant) -> Result<(Duration, u64), Box<dyn Error>> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.split_ascii_whitespace().next()?.parse::<u64>().ok());
        peak = peak.max(kibibytes.unwrap_or(0) * 1024);
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok((began.elapsed(), peak))
}

/// Opens the records for a run, with a journal of all cells.
fn open_journal(generated: &Generated) -> Result<Cost, Box<dyn Error>> {
    let project = Project::find(generated.root())?;
    let began = Instant::now();
    let store = Store::open(&project, None)?;
    let time = began.elapsed();
    if store.known().is_empty() {
        return Err("the journal holds nothing".into());
    }
    Ok(Cost {
        time,
        peak_bytes: None,
    })
}

fn is_within(cost: Cost) -> bool {
    cost.time < MOST_TIME && cost.peak_bytes.is_none_or(|bytes| bytes < MOST_BYTES)
}

fn row(name: &str, one: Cost, ten: Cost) -> String {
    let shown = |cost: Cost| {
        let memory = cost
            .peak_bytes
            .map_or_else(String::new, |bytes| format!("{:6.1} MB", bytes as f64 / 1e6));
        format!("{:7.3} s {memory:>12}", cost.time.as_secs_f64())
    };
    let time = ten.time.as_secs_f64() / one.time.as_secs_f64();
    let memory = ten.peak_bytes.zip(one.peak_bytes);
    let memory = memory.map_or_else(String::new, |(ten, one)| {
        format!("x{:.1}", ten as f64 / one as f64)
    });
    let over = if is_within(ten) { "" } else { "  over its limit" };
    format!(
        "{name:12} {:>22} {:>22} {:>8} {memory:>8}{over}",
        shown(one),
        shown(ten),
        format!("x{time:.1}")
    )
}

fn in_json(cost: Cost) -> Value {
    let nanos = u64::try_from(cost.time.as_nanos()).unwrap_or(u64::MAX);
    json!({"took_ns": nanos, "peak_bytes": cost.peak_bytes})
}
