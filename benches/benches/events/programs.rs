//! What the counting allocator costs a Rust program, counting and not counting.
//!
//! Programs that differ in their global allocator alone are started in turns, many times: from
//! process to process the system places code and heap anew, and every fourth runs the same copy of
//! the code. An interval is that of the mean over pairs of processes. Times are of the processor.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use heapbook_engine::record::{Time, TimeProcess};
use heapbook_engine::statistics::{Confidence, Interval, ratio_of_times};
use heapbook_model::Nanos;
use serde_json::{Value, json};

/// Processes of each program, and calls of each workload in a process, unless the command line says
/// otherwise.
pub(crate) const PROCESSES: usize = 40;
const CALLS: usize = 10;

/// A program, and whether its allocator is to count.
struct Variant {
    name: &'static str,
    /// The example's name.
    program: &'static str,
    counts: bool,
}

/// The first is what the others are compared with. The second does the same through code of its
/// own: it shows how much of a ratio is the placing of code.
const VARIANTS: [Variant; 4] = [
    Variant {
        name: "system",
        program: "on_system",
        counts: false,
    },
    Variant {
        name: "forwarding",
        program: "on_forwarding",
        counts: false,
    },
    Variant {
        name: "not counting",
        program: "on_counting",
        counts: false,
    },
    Variant {
        name: "counting",
        program: "on_counting",
        counts: true,
    },
];

/// The row that sums up the others.
const MEAN: &str = "geometric mean";

/// The samples of a process, by workload.
type Samples = BTreeMap<String, Vec<u64>>;

/// Runs the programs in turns, prints a table of ratios, and returns them.
pub(crate) fn compare(processes: usize) -> Result<Value, Box<dyn Error>> {
    build()?;
    println!("Rust's allocator over the system's, {processes} processes of {CALLS} calls, processor time");
    let mut times: [BTreeMap<String, Time>; VARIANTS.len()] = Default::default();
    for round in 0..processes {
        for place in 0..VARIANTS.len() {
            let number = (place + round) % VARIANTS.len();
            let samples = VARIANTS[number].run(round)?;
            for (workload, samples) in with_mean(samples) {
                let time = times[number].entry(workload).or_default();
                time.processes.push(as_process(samples));
            }
        }
    }
    let [system, others @ ..] = &times;
    let mut rows = BTreeMap::new();
    // The mean stands last.
    let workloads = system.keys().filter(|name| *name != MEAN);
    for workload in workloads.chain(system.keys().filter(|name| *name == MEAN)) {
        let ratios = VARIANTS
            .iter()
            .skip(1)
            .zip(others)
            .filter_map(|(variant, times)| {
                let ratio = ratio_of_times(times.get(workload)?, &system[workload], Confidence::QUOTED)?;
                Some((variant.name, ratio))
            });
        let ratios: Vec<(&str, Interval)> = ratios.collect();
        println!("{}", row(workload, &ratios));
        rows.insert(workload.clone(), as_json(&ratios));
    }
    Ok(json!(rows))
}

/// Counts instructions under valgrind, where nothing disturbs them: those of one call more, in
/// thousands.
pub(crate) fn instructions() -> Result<Value, Box<dyn Error>> {
    println!("Instructions of a call, in thousands, and their ratio to the system allocator's");
    let mut rows = BTreeMap::new();
    let workloads: Vec<String> = VARIANTS[0].run_calls(0, 1)?.into_keys().collect();
    for workload in workloads {
        let mut cells = BTreeMap::new();
        let mut line = format!("  {workload:30}");
        for variant in &VARIANTS {
            let more = variant.instructions(&workload, 3)? - variant.instructions(&workload, 1)?;
            cells.insert(variant.name, more / 2);
            let ratio = more as f64 / (2 * cells["system"]) as f64;
            line += &format!("  {} {} x{ratio:.3}", variant.name, more / 2000);
        }
        println!("{line}");
        rows.insert(workload, cells);
    }
    Ok(json!(rows))
}

/// Has cargo build the programs beside this bench, in the profile that benches inherit from.
fn build() -> Result<(), Box<dyn Error>> {
    let cargo = env::var_os("CARGO").ok_or("cargo bench starts this bench: it says where cargo is")?;
    let package = env!("CARGO_PKG_NAME");
    let mut command = Command::new(cargo);
    command.args([
        "build",
        "--quiet",
        "--release",
        "--features",
        "method",
        "--package",
        package,
    ]);
    command.args(VARIANTS.iter().flat_map(|variant| ["--example", variant.program]));
    match command.status()?.success() {
        true => Ok(()),
        false => Err("the programs could not be built; the compiler's reasons stand above".into()),
    }
}

impl Variant {
    /// Where cargo put the program: below the folder that this bench lies in.
    fn path(&self) -> Result<PathBuf, Box<dyn Error>> {
        let own = env::current_exe()?;
        let profile = own
            .parent()
            .and_then(Path::parent)
            .ok_or("this bench lies in no folder of cargo's")?;
        Ok(profile.join("examples").join(self.program))
    }

    fn run(&self, copy: usize) -> Result<Samples, Box<dyn Error>> {
        self.run_calls(copy, CALLS)
    }

    fn run_calls(&self, copy: usize, calls: usize) -> Result<Samples, Box<dyn Error>> {
        let mut command = Command::new(self.path()?);
        let output = self
            .counting(command.args([copy.to_string(), calls.to_string()]))
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        let samples: Option<Samples> = text.lines().map(sample).collect();
        match samples {
            Some(samples) if output.status.success() => Ok(samples),
            _ => Err(self.failed(&String::from_utf8_lossy(&output.stderr))),
        }
    }

    /// The instructions of a process that makes so many calls of a workload.
    fn instructions(&self, workload: &str, calls: usize) -> Result<i64, Box<dyn Error>> {
        let mut command = Command::new("valgrind");
        command
            .args(["--tool=cachegrind", "--cache-sim=no"])
            .arg("--cachegrind-out-file=/dev/null")
            .arg(self.path()?)
            .args(["0", &calls.to_string(), workload]);
        let output = self
            .counting(&mut command)
            .output()
            .map_err(|error| format!("valgrind does not start: {error}; leave --instructions out"))?;
        let text = String::from_utf8_lossy(&output.stderr);
        let total = text.lines().find_map(|line| line.split_once("refs:"));
        total
            .and_then(|(_, number)| number.trim().replace(',', "").parse().ok())
            .ok_or_else(|| self.failed(&text))
    }

    fn counting<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if self.counts {
            command.env("HEAPBOOK_COUNT", "1")
        } else {
            command.env_remove("HEAPBOOK_COUNT")
        }
    }

    fn failed(&self, reason: &str) -> Box<dyn Error> {
        let program = self.program;
        format!("{program} gave no figures: {}", reason.trim()).into()
    }
}

/// A workload and the times of its calls, from a line.
fn sample(line: &str) -> Option<(String, Vec<u64>)> {
    let (workload, times) = line.split_once(": ")?;
    let times: Option<Vec<u64>> = times.split(' ').map(|time| time.parse().ok()).collect();
    Some((workload.to_owned(), times?))
}

/// With the geometric mean of all workloads, call by call.
fn with_mean(mut samples: Samples) -> Samples {
    let mean = |call: usize| {
        let logarithms = samples.values().map(|times| (times[call] as f64).ln());
        (logarithms.sum::<f64>() / samples.len() as f64).exp().round() as u64
    };
    let means = (0..CALLS).map(mean).collect();
    samples.insert(MEAN.to_owned(), means);
    samples
}

fn as_process(samples: Vec<u64>) -> TimeProcess {
    let samples: Vec<Nanos> = samples.into_iter().map(Nanos).collect();
    TimeProcess {
        total_ns: samples.clone(),
        cpu_ns: samples,
        ..TimeProcess::default()
    }
}

fn row(workload: &str, ratios: &[(&str, Interval)]) -> String {
    let cells = ratios.iter().map(|(name, ratio)| {
        format!(
            "{name} x{:.3} ({:.3} to {:.3})",
            ratio.median, ratio.low, ratio.high
        )
    });
    format!("  {workload:30}  {}", cells.collect::<Vec<_>>().join("  "))
}

fn as_json(ratios: &[(&str, Interval)]) -> Value {
    let cells = ratios.iter().map(|(name, ratio)| {
        let cell = json!({"median": ratio.median, "low": ratio.low, "high": ratio.high});
        ((*name).to_owned(), cell)
    });
    cells.collect()
}
