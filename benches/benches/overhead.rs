//! `cargo bench --features method --bench overhead [-- --python PATH ..] [--rounds N]`: what
//! measuring costs.
//!
//! Eight workloads, each in a process of its own, bare and under each tool in alternating rounds.
//! What is compared is processor time. Prints a table of ratios to the bare run with their
//! intervals, and writes `target/overhead.json`.
//!
//! The other tools take part in every fourth round only. They take several times as long, and how
//! much they add is not in doubt after a few samples.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench reports to the terminal"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use heapbook_engine::project::Project;
use heapbook_engine::record::{BenchRow, BenchTable, BenchValue, Time, TimeProcess};
use heapbook_engine::runtime::{self, Interpreter, scrub_environment};
use heapbook_engine::statistics::{Confidence, Interval, ratio_of_times};
use heapbook_engine::supervisor::Probe;
use heapbook_model::{Nanos, now};

/// The workloads, by the names that `overhead.py` gives them. The last one needs numpy.
const WORKLOADS: [&str; 8] = [
    "list of ints",
    "generator",
    "small dicts and tuples dropped",
    "instances kept",
    "str and join",
    "tuples kept",
    "bytes slices",
    "numpy",
];

/// The tools, by the names that `overhead.py` gives them; the first is the bare run.
const MODES: [&str; 5] = [
    "bare",
    "heapbook",
    "tracemalloc",
    "memray",
    "memray_python_allocators",
];

/// The tools after the first, as the book's table calls them.
const TITLES: [&str; 4] = [
    "heapbook, memory pass",
    "tracemalloc",
    "memray",
    "memray, Python allocators",
];

/// The modes that take part in every round. They stand first.
const OWN_MODES: [&str; 2] = ["bare", "heapbook"];

/// Rounds unless `--rounds` says otherwise.
const ROUNDS: u32 = 12;

/// The other tools take part in every so many rounds, from the first on.
const ROUNDS_OF_OTHERS: u32 = 4;

/// The samples of one workload, by mode: the round and the time.
type Samples = BTreeMap<&'static str, Vec<(u32, Nanos)>>;

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("heapbook: {error}");
            ExitCode::from(2)
        }
    }
}

fn bench() -> Result<(), Box<dyn Error>> {
    let (pythons, rounds) = arguments()?;
    let project = Project::find(&std::env::current_dir()?)?;
    let probe = Probe::find_for(&std::env::temp_dir())?;
    let mut written = Vec::new();
    for path in pythons {
        let packages = ["numpy".to_owned(), "memray".to_owned()];
        let python = Interpreter::find(&path, &packages)?;
        let has = |package: &str| python.runtime.packages.contains_key(package);
        println!(
            "{}: {rounds} rounds, the other tools in every {ROUNDS_OF_OTHERS}th; processor time over the bare run's",
            python.runtime
        );
        let mut all = BTreeMap::new();
        for workload in WORKLOADS
            .into_iter()
            .filter(|name| *name != "numpy" || has("numpy"))
        {
            let modes = MODES
                .into_iter()
                .filter(|mode| !mode.starts_with("memray") || has("memray"));
            let samples = sample(
                &python.executable,
                &probe,
                workload,
                &modes.collect::<Vec<_>>(),
                rounds,
            )?;
            println!("{}", row(workload, &samples));
            all.insert(workload, samples);
        }
        println!("{}", means(&all));
        written.push(table(&python.runtime.version, &all));
    }
    let file = project.root.join("target/overhead.json");
    std::fs::create_dir_all(project.root.join("target"))?;
    std::fs::write(&file, serde_json::to_string_pretty(&written)?)?;
    println!("Written: {}", file.display());
    Ok(())
}

/// The interpreters and the number of rounds that the command line names.
fn arguments() -> Result<(Vec<PathBuf>, u32), Box<dyn Error>> {
    let (mut pythons, mut rounds) = (Vec::new(), ROUNDS);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--python" => pythons.push(PathBuf::from(value()?)),
            "--rounds" => rounds = value()?.parse().map_err(|error| format!("--rounds: {error}"))?,
            // Cargo's own.
            "--bench" => {}
            other => return Err(format!("`{other}` is unknown: use --python PATH or --rounds N").into()),
        }
    }
    if pythons.is_empty() {
        pythons.push(PathBuf::from("python3"));
    }
    Ok((pythons, rounds))
}

/// Takes a sample of every mode in each round, the order turned by one from round to round.
fn sample(
    python: &Path,
    probe: &Probe,
    workload: &str,
    modes: &[&'static str],
    rounds: u32,
) -> Result<Samples, Box<dyn Error>> {
    let mut samples = Samples::new();
    let own = modes.iter().filter(|mode| OWN_MODES.contains(mode)).count();
    for round in 0..rounds {
        let all = round.is_multiple_of(ROUNDS_OF_OTHERS);
        let modes = if all { modes } else { &modes[..own] };
        for place in 0..modes.len() {
            let mode = modes[(place + round as usize) % modes.len()];
            let sample = one(python, probe, workload, mode)?;
            samples.entry(mode).or_default().push((round, sample));
        }
    }
    Ok(samples)
}

/// One process: its processor time for one call.
fn one(python: &Path, probe: &Probe, workload: &str, mode: &str) -> Result<Nanos, Box<dyn Error>> {
    let mut command = Command::new(python);
    scrub_environment(&mut command);
    command.env("PYTHONHASHSEED", "1");
    if mode == "heapbook" {
        probe.preload_into(&mut command);
        command.env("PYTHONPATH", probe.directory());
    }
    // Cargo starts benches in their package's folder.
    let output = command
        .args(["-s", "-B", "benches/overhead.py", mode, workload])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map(Nanos).map_err(|_| {
        let reason = String::from_utf8_lossy(&output.stderr);
        format!("{workload} under {mode}: no time came back: {}", reason.trim()).into()
    })
}

/// Samples in the form that the engine's statistics take: one process, a sample a round.
fn as_time(samples: Vec<Nanos>) -> Time {
    let process = TimeProcess {
        total_ns: samples.clone(),
        cpu_ns: samples,
        ..TimeProcess::default()
    };
    Time {
        calls: 1,
        processes: vec![process],
        ..Time::default()
    }
}

fn ratio(samples: &Samples, mode: &str) -> Option<Interval> {
    let (mode, bare) = (samples.get(mode)?, samples.get("bare")?);
    let in_both = mode.iter().filter_map(|(round, sample)| {
        let (_, bare) = bare.iter().find(|(other, _)| other == round)?;
        Some((*sample, *bare))
    });
    let (mode, bare) = in_both.unzip();
    ratio_of_times(&as_time(mode), &as_time(bare), Confidence::QUOTED)
}

fn row(workload: &str, samples: &Samples) -> String {
    let cells = MODES.iter().skip(1).filter_map(|mode| {
        let ratio = ratio(samples, mode)?;
        Some(format!(
            "{mode} x{:.2} ({:.2} to {:.2})",
            ratio.median, ratio.low, ratio.high
        ))
    });
    format!("  {workload:32} {}", cells.collect::<Vec<_>>().join("  "))
}

/// The geometric mean of each mode's ratios.
fn means(all: &BTreeMap<&str, Samples>) -> String {
    let cells = MODES.iter().skip(1).filter_map(|mode| {
        let logarithms: Vec<f64> = all
            .values()
            .filter_map(|samples| Some(ratio(samples, mode)?.median.ln()))
            .collect();
        let mean = (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp();
        (!logarithms.is_empty()).then(|| format!("{mode} x{mean:.3}"))
    });
    format!(
        "  {:32} {}",
        "geometric mean",
        cells.collect::<Vec<_>>().join("  ")
    )
}

/// The book's table: a column for each tool that ran.
fn table(python: &str, all: &BTreeMap<&str, Samples>) -> BenchTable {
    let tools = || {
        let tools = MODES.iter().skip(1).zip(TITLES);
        tools.filter(|(mode, _)| all.values().any(|samples| samples.contains_key(*mode)))
    };
    let times = |samples: &Samples, mode: &str| -> Vec<Nanos> {
        let samples = samples.get(mode).into_iter().flatten();
        samples.map(|(_, sample)| *sample).collect()
    };
    let rows = all.iter().map(|(workload, samples)| BenchRow {
        name: (*workload).to_owned(),
        version: None,
        cells: tools()
            .map(|(mode, _)| match samples.contains_key(mode) {
                true => BenchValue::RatioNs(times(samples, mode), times(samples, "bare")).into(),
                false => BenchValue::Text("—".to_owned()).into(),
            })
            .collect(),
    });
    let interpreter = format!("CPython {python}");
    let heads = std::iter::once(interpreter.as_str()).chain(tools().map(|(_, title)| title));
    BenchTable {
        title: format!("What measuring costs on {interpreter}"),
        caption: "Processor time over the bare run’s.".to_owned(),
        python: python.to_owned(),
        machine: runtime::this_machine(),
        measured_at: now(),
        command: None,
        columns: heads.map(|head| BenchValue::Text(head.to_owned())).collect(),
        rows: rows.collect(),
        means: true,
    }
}
