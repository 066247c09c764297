//! `cargo bench --features method --bench profilers [-- --python PATH] [--rounds N]`: five tools on the caches of the lesson on leaks.
//!
//! Each tool looks at ten calls of a function that keeps nothing, of a bounded cache and of one without a bound, in a process of its own.
//! What it says that stays, what it names, and how long it took, go to `target/profilers.json`, which is published as
//! `book/records/profilers.json`. Tools that the interpreter does not have are left out.
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
use heapbook_engine::record::{Profiler, Profilers, Told};
use heapbook_engine::runtime;
use heapbook_model::{Bytes, Nanos, now};
use tools::Request;

/// The tools, by the names that `profilers.py` gives them and packages have; the first is the program alone, the second this project's.
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
            tool: tool.to_owned(),
            version: python.runtime.packages.get(tool).cloned(),
            took_ns: Vec::new(),
            told: Vec::new(),
        })
        .collect();
    for _ in 0..request.rounds {
        for profiler in &mut profilers {
            let began = Instant::now();
            let told = FUNCTIONS.map(|function| one(&binary, &python.executable, &profiler.tool, function));
            let took = Nanos(began.elapsed().as_nanos().try_into()?);
            profiler.took_ns.push(took);
            profiler.told = told.into_iter().collect::<Result<_, _>>()?;
            println!(
                "{} {:.2} s {:?}",
                profiler.tool,
                took.0 as f64 / 1e9,
                profiler.told
            );
        }
    }
    let written = Profilers {
        python: python.runtime.version.clone(),
        machine: runtime::this_machine(),
        measured_at: now(),
        calls: CALLS,
        n: N,
        profilers,
    };
    let file = tools::publish(&project, "profilers.json", &written)?;
    println!("Written: {}", file.display());
    Ok(())
}

/// What a tool says of a function, in a process of its own.
fn one(binary: &Path, python: &Path, tool: &str, function: &str) -> Result<Told, Box<dyn Error>> {
    let (calls, n) = (CALLS.to_string(), N.to_string());
    if tool != "heapbook" {
        let mut command = Command::new(python);
        command
            .arg(tools::script("profilers.py"))
            .args([tool, function, &calls, &n]);
        let told: serde_json::Value = serde_json::from_str(tools::output(&mut command)?.trim())?;
        return Ok(Told {
            function: function.to_owned(),
            bytes: told["bytes"].as_i64().map(Bytes),
            objects: told["objects"].as_i64(),
            verdict: None,
            names: told["names"].as_str().map(str::to_owned),
        });
    }
    let mut command = Command::new(binary);
    command
        .args(["leaks", "--json", "--calls", &calls, "--size", &n, "--python"])
        .arg(python)
        .arg(format!("../scenarios/caches/workload.py:{function}"));
    let told: serde_json::Value = serde_json::from_str(&tools::output(&mut command)?)?;
    let live = told["live_after_calls"]
        .as_array()
        .and_then(|calls| calls.last()?.as_i64());
    let origin = &told["origins"][0];
    let file = origin["file"]
        .as_str()
        .and_then(|file| Path::new(file).file_name());
    Ok(Told {
        function: function.to_owned(),
        bytes: live.map(Bytes),
        objects: None,
        verdict: told["verdict"].as_str().map(str::to_owned),
        names: file.map(|file| format!("{}:{}", file.to_string_lossy(), origin["line"])),
    })
}
