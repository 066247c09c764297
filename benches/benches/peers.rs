//! `cargo bench --features method --bench peers [-- --python PATH] [--rounds N]`: how long it takes
//! to compare two snippets at five sizes.
//!
//! `heapbook try` beside what a reader would use in its place, each as a whole command by the
//! wall's clock, in alternating rounds. pyperf takes minutes and runs once. Tools that the
//! interpreter does not have are left out. Prints a table, and writes `target/peers.json`, which is
//! published as `book/records/bench/peers.json`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench reports to the terminal"
)]

mod tools;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use heapbook_engine::figures::Metric;
use heapbook_engine::project::Project;
use heapbook_engine::record::{BenchRow, BenchTable, BenchValue, Records};
use heapbook_engine::runtime;
use heapbook_model::{Bytes, Nanos, now};
use tools::Request;

/// The tools, by the names that `peers.py` gives them and packages have; the first is this
/// project's.
const TOOLS: [&str; 5] = ["heapbook", "tracemalloc", "memray", "memory_profiler", "pyperf"];

/// The snippets, as `peers.py` has them.
const SNIPPETS: [&str; 2] = ["sum([i*i for i in range(n)])", "sum(i*i for i in range(n))"];

const ROUNDS: u32 = 5;

const CAPTION: &str = "Whole commands by the wall’s clock: two snippets, a list and a generator that are summed, at \
                       five sizes from 1,000 to 100,000, peak and time of each. The peaks are the generator’s at the \
                       smallest and the largest size, as the tool tells them.";

/// Peaks of each snippet at each size.
type Peaks = BTreeMap<String, Vec<Bytes>>;

/// One tool.
struct Peer {
    tool: &'static str,
    version: Option<String>,
    took_ns: Vec<Nanos>,
    /// Those of its last run.
    peaks: Peaks,
}

fn main() -> ExitCode {
    tools::run(bench)
}

fn bench() -> Result<(), Box<dyn Error>> {
    let request = Request::of_arguments(ROUNDS)?;
    let project = Project::find(&std::env::current_dir()?)?;
    let binary = tools::binary(&project)?;
    let python = request.interpreter(&TOOLS[2..])?;
    let has = |tool: &str| {
        tool == "heapbook" || tool == "tracemalloc" || python.runtime.packages.contains_key(tool)
    };
    let mut peers: Vec<Peer> = TOOLS
        .into_iter()
        .filter(|tool| has(tool))
        .map(|tool| Peer {
            tool,
            version: python.runtime.packages.get(tool).cloned(),
            took_ns: Vec::new(),
            peaks: Peaks::new(),
        })
        .collect();
    for round in 0..request.rounds {
        for peer in &mut peers {
            if peer.tool == "pyperf" && round > 0 {
                continue;
            }
            let began = Instant::now();
            peer.peaks = one(&binary, &python.executable, peer.tool)?;
            let took = Nanos(began.elapsed().as_nanos().try_into()?);
            peer.took_ns.push(took);
            println!(
                "{} {:.2} s {:?}",
                peer.tool,
                took.0 as f64 / 1e9,
                peer.peaks.get("generator")
            );
        }
    }
    let heads = ["Tool", "Time", "Runs", "Peak, n = 1,000", "Peak, n = 100,000"];
    let written = BenchTable {
        title: "How long a comparison takes".to_owned(),
        caption: CAPTION.to_owned(),
        python: python.runtime.version.clone(),
        machine: runtime::this_machine(),
        measured_at: now(),
        command: None,
        columns: heads.map(|head| BenchValue::Text(head.to_owned())).to_vec(),
        rows: peers.into_iter().map(row).collect(),
        means: false,
    };
    let file = tools::publish(&project, "peers.json", &[written])?;
    println!("Written: {}", file.display());
    Ok(())
}

/// The book's row of a tool.
fn row(peer: Peer) -> BenchRow {
    let peaks = peer.peaks.get("generator").map_or(&[][..], |peaks| peaks);
    let peak = |peak: Option<&Bytes>| match peak {
        Some(peak) => BenchValue::Bytes(*peak),
        None => BenchValue::Text(String::new()),
    };
    let cells = [
        BenchValue::TimesNs(peer.took_ns.clone()),
        BenchValue::Count(peer.took_ns.len() as u64),
        peak(peaks.first()),
        peak(peaks.last()),
    ];
    BenchRow {
        name: if peer.tool == "heapbook" {
            "heapbook try"
        } else {
            peer.tool
        }
        .to_owned(),
        version: peer.version,
        cells: cells.map(Into::into).to_vec(),
    }
}

/// One run of a tool, as a reader would start it.
fn one(binary: &Path, python: &Path, tool: &str) -> Result<Peaks, Box<dyn Error>> {
    let mut command = if tool == "heapbook" {
        let mut command = Command::new(binary);
        command
            .args(["try", "--json", "--python"])
            .arg(python)
            .args(SNIPPETS);
        command
    } else {
        let mut command = Command::new(python);
        command.arg(tools::script("peers.py")).arg(tool);
        command
    };
    let text = tools::output(&mut command)?;
    if tool != "heapbook" {
        return Ok(serde_json::from_str(text.trim())?);
    }
    let records = Records::from_text(text.as_bytes(), Path::new("standard output"))?;
    let mut peaks = Peaks::new();
    for cell in records.cells() {
        let name = if cell.key.variant.function == "snippet_1" {
            "list"
        } else {
            "generator"
        };
        let peak = Metric::Peak.of(cell).ok_or("a cell without a peak")?;
        peaks
            .entry(name.to_owned())
            .or_default()
            .push(Bytes(peak.typical() as i64));
    }
    Ok(peaks)
}
