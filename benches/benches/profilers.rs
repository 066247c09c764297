//! `cargo bench --features method --bench profilers [-- --python PATH] [--rounds N]`: five tools on
//! the caches of the lesson on leaks.
//!
//! Each tool looks at ten calls of a function that keeps nothing, of a bounded cache and of one
//! without a bound, in a process of its own. What it says that stays, what it names, and how long
//! it took, go to `target/profilers.json`, which is published as
//! `book/records/bench/profilers.json`. Tools that the interpreter does not have are left out.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench reports to the terminal"
)]

mod tools;

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use heapbook_engine::project::Project;
use heapbook_engine::record::{BenchCell, BenchRow, BenchTable, BenchValue};
use heapbook_engine::runtime;
use heapbook_model::{Bytes, Nanos, now};
use tools::Request;

/// The tools, by the names that `profilers.py` gives them and packages have; the first is the
/// program alone, the second this project's.
const TOOLS: [&str; 6] = [
    "nothing",
    "heapbook",
    "tracemalloc",
    "memray",
    "objgraph",
    "memory_profiler",
];

/// The functions of the lesson.
const FUNCTIONS: [&str; 3] = ["no_cache", "bounded", "unbounded"];

const CALLS: u32 = 10;
const N: u64 = 1_000;
const ROUNDS: u32 = 5;

/// One tool.
struct Profiler {
    tool: &'static str,
    version: Option<String>,
    /// What each run over all functions took, from the start of its processes to their end.
    took_ns: Vec<Nanos>,
    /// What it said of each function in the last of these runs.
    answers: Vec<Answer>,
}

/// What a tool says that the calls of a function have left.
#[derive(Debug, Default)]
struct Answer {
    /// Bytes, where it counts them.
    bytes: Option<Bytes>,
    /// Objects of the type that grew most, where it counts those.
    objects: Option<u64>,
    /// Its judgement, where it has one.
    verdict: Option<String>,
    /// What it names: the line that made most of it, or who keeps it.
    names: Option<String>,
}

fn main() -> ExitCode {
    tools::run(bench)
}

fn bench() -> Result<(), Box<dyn Error>> {
    let request = Request::of_arguments(ROUNDS)?;
    let project = Project::find(&std::env::current_dir()?)?;
    let binary = tools::binary(&project)?;
    let python = request.interpreter(&TOOLS[3..])?;
    let has = |tool: &str| !TOOLS[3..].contains(&tool) || python.runtime.packages.contains_key(tool);
    let mut profilers: Vec<Profiler> = TOOLS
        .into_iter()
        .filter(|tool| has(tool))
        .map(|tool| Profiler {
            tool,
            version: python.runtime.packages.get(tool).cloned(),
            took_ns: Vec::new(),
            answers: Vec::new(),
        })
        .collect();
    for _ in 0..request.rounds {
        for profiler in &mut profilers {
            let began = Instant::now();
            let answers = FUNCTIONS.map(|function| one(&binary, &python.executable, profiler.tool, function));
            let took = Nanos(began.elapsed().as_nanos().try_into()?);
            profiler.took_ns.push(took);
            profiler.answers = answers.into_iter().collect::<Result<_, _>>()?;
            println!(
                "{} {:.2} s {:?}",
                profiler.tool,
                took.0 as f64 / 1e9,
                profiler.answers
            );
        }
    }
    let (alone, tools) = profilers.split_first().ok_or("no tool ran")?;
    let text = |text: &str| BenchValue::Text(text.to_owned());
    let functions = FUNCTIONS.map(|function| BenchValue::Code(function.to_owned()));
    let written = BenchTable {
        title: "What profilers say".to_owned(),
        caption: format!(
            "What each tool says that {CALLS} calls at n = 1,000 have left, and what it names for the last function. \
             Times are medians over {} runs of all functions, each a process, as multiples of the program by itself.",
            request.rounds
        ),
        python: python.runtime.version.clone(),
        machine: runtime::this_machine(),
        measured_at: now(),
        command: None,
        columns: [&[text("Tool")], &functions[..], &[text("Names"), text("Time")]].concat(),
        rows: tools.iter().map(|tool| row(tool, alone)).collect(),
        means: false,
    };
    let file = tools::publish(&project, "profilers.json", &[written])?;
    println!("Written: {}", file.display());
    Ok(())
}

/// The book's row of a tool.
fn row(profiler: &Profiler, alone: &Profiler) -> BenchRow {
    let amount = |answer: &Answer| BenchCell {
        value: match (answer.bytes, answer.objects) {
            (Some(bytes), _) => BenchValue::Bytes(bytes),
            (None, Some(objects)) => BenchValue::Objects(objects),
            (None, None) => BenchValue::Text("nothing".to_owned()),
        },
        note: answer.verdict.clone().filter(|verdict| verdict != "nothing"),
    };
    let names = profiler.answers.last().and_then(|answer| answer.names.clone());
    let names = names.map_or(BenchValue::Text("nothing".to_owned()), BenchValue::Code);
    let time = BenchValue::RatioNs(profiler.took_ns.clone(), alone.took_ns.clone());
    let amounts = profiler.answers.iter().map(amount);
    BenchRow {
        name: if profiler.tool == "heapbook" {
            "heapbook leaks"
        } else {
            profiler.tool
        }
        .to_owned(),
        version: profiler.version.clone(),
        cells: amounts.chain([names.into(), time.into()]).collect(),
    }
}

/// What a tool says of a function, in a process of its own.
fn one(binary: &Path, python: &Path, tool: &str, function: &str) -> Result<Answer, Box<dyn Error>> {
    let (calls, n) = (CALLS.to_string(), N.to_string());
    if tool != "heapbook" {
        let mut command = Command::new(python);
        command
            .arg(tools::script("profilers.py"))
            .args([tool, function, &calls, &n]);
        let said: serde_json::Value = serde_json::from_str(tools::output(&mut command)?.trim())?;
        return Ok(Answer {
            bytes: said["bytes"].as_i64().map(Bytes),
            objects: said["objects"].as_u64(),
            verdict: None,
            names: said["names"].as_str().map(str::to_owned),
        });
    }
    let mut command = Command::new(binary);
    command
        .args(["leaks", "--json", "--calls", &calls, "--size", &n, "--python"])
        .arg(python)
        .arg(format!("../scenarios/caches/workload.py:{function}"));
    let said: serde_json::Value = serde_json::from_str(&tools::output(&mut command)?)?;
    let live = said["live_after_calls"]
        .as_array()
        .and_then(|calls| calls.last()?.as_i64());
    let origin = &said["origins"][0];
    let file = origin["file"]
        .as_str()
        .and_then(|file| Path::new(file).file_name());
    Ok(Answer {
        bytes: live.map(Bytes),
        objects: None,
        verdict: said["verdict"].as_str().map(str::to_owned),
        names: file.map(|file| format!("{}:{}", file.to_string_lossy(), origin["line"])),
    })
}
