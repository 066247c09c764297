//! The same comparison by criterion's own change detection: one process saves a baseline, a second
//! compares with it.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use criterion::Criterion;
use heapbook_engine::supervisor::{Launcher, Worker};
use heapbook_model::Language;
use heapbook_protocol::call::Time;
use heapbook_protocol::{Collect, Failure, Instrument};
use serde_json::Value;

use crate::ours::Laboratory;
use crate::workloads::{Pair, function};

/// The argument that makes this program one of the two.
pub(crate) const ASKED: &str = "__criterion";

/// The baseline's name, and the benchmark's.
const BASELINE: &str = "base";
const BENCHMARK: &str = "pair";

/// Samples of each benchmark. Criterion's hundred would not fit into half a second.
const SAMPLES: usize = 30;

/// What criterion said of a pair.
pub(crate) struct Change {
    /// Whether its summary was "Performance has improved" or "has regressed".
    pub(crate) improved: bool,
    pub(crate) regressed: bool,
    /// The interval of its mean change, as a ratio.
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// Compares a pair within so much time, the starts of processes and criterion's analysis not
/// included.
pub(crate) fn compare(
    python: &Path,
    scenario: &str,
    language: Language,
    pair: Pair,
    budget: Duration,
) -> Result<Change, Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let run = |variant: &str, mode: &str| -> Result<String, Box<dyn Error>> {
        let output = Command::new(std::env::current_exe()?)
            .args([ASKED, mode, scenario, &language.to_string(), variant])
            .arg((budget / 2).as_millis().to_string())
            .arg(directory.path())
            .arg(python)
            .output()?;
        if !output.status.success() {
            let reason = String::from_utf8_lossy(&output.stderr);
            return Err(format!(
                "criterion over {scenario}/{language}.{variant}: {}",
                reason.trim()
            )
            .into());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    run("base", "save")?;
    let said = run(pair.variant, "compare")?;
    let file = directory.path().join(BENCHMARK).join("change/estimates.json");
    let estimates: Value = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
    let interval = &estimates["mean"]["confidence_interval"];
    let bound = |name: &str| {
        let bound = interval[name].as_f64();
        bound.ok_or_else(|| format!("criterion's change has no {name}: this bench knows the form of 0.8"))
    };
    Ok(Change {
        improved: said.contains("Performance has improved"),
        regressed: said.contains("Performance has regressed"),
        low: 1.0 + bound("lower_bound")?,
        high: 1.0 + bound("upper_bound")?,
    })
}

/// Does one process's part, as [`compare`] asks for it. `laboratory` is made where a live worker is
/// needed.
pub(crate) fn serve(
    arguments: &[String],
    laboratory: impl FnOnce(&Path) -> Result<Laboratory, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let [mode, scenario, language, variant, milliseconds, directory, python] = arguments else {
        return Err(format!("{ASKED} takes seven arguments: it is for this bench's own use").into());
    };
    let budget = Duration::from_millis(milliseconds.parse()?);
    let criterion = Criterion::default()
        .without_plots()
        .sample_size(SAMPLES)
        .nresamples(10_000)
        .warm_up_time(budget / 5)
        .measurement_time(budget * 4 / 5)
        .output_directory(Path::new(directory));
    let mut criterion = if mode == "save" {
        criterion.save_baseline(BASELINE.to_owned())
    } else {
        criterion.retain_baseline(BASELINE.to_owned(), true)
    };
    let laboratory = laboratory(Path::new(python))?;
    let language = if *language == Language::Python.to_string() {
        Language::Python
    } else {
        Language::Rust
    };
    let cell = laboratory.cell(scenario, language, variant)?;
    if language == Language::Rust {
        let function = function(scenario, variant).ok_or("there is no such function")?;
        let n = usize::try_from(cell.n)?;
        criterion.bench_function(BENCHMARK, |bencher| bencher.iter(|| function(black_box(n))));
        return Ok(());
    }
    let mut worker = laboratory
        .launcher
        .launch(&cell, Instrument::Clock, 1)
        .map_err(|failure| failure.message)?;
    let mut failed = None;
    criterion.bench_function(BENCHMARK, |bencher| {
        bencher.iter_custom(|iterations| match time(&mut *worker, iterations) {
            Ok(time) => time,
            Err(failure) => {
                failed = Some(failure.message);
                // Criterion has no word for a benchmark that fails, and takes no time of 0.
                Duration::from_secs(1)
            }
        });
    });
    failed.map_or(Ok(()), |message| Err(message.into()))
}

fn time(worker: &mut dyn Worker, iterations: u64) -> Result<Duration, Failure> {
    let collect = Collect::All;
    let answer = worker.ask(Time { iterations, collect })?;
    Ok(Duration::from_nanos(answer.total_ns.0))
}
