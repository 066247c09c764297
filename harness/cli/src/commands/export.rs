//! `heapbook export`: the figures of a records file, in the forms that dashboards read.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use heapbook_engine::figures::Metric;
use heapbook_engine::project::Project;
use heapbook_engine::record::{Cell, Records};
use heapbook_model::{Measured, Unit};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::csv_field;
use crate::output;
use crate::status::Status;

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct ExportOptions {
    /// The form
    #[arg(long, value_enum)]
    format: Format,
    /// The records [default: book/records/local.json, or reference.json where there is none]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// A form that others read.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// One line a figure, as RFC 4180 has it
    Csv,
    /// A table
    Markdown,
    /// A list of figures
    Json,
    /// Bencher Metric Format, for `bencher run --adapter json`
    Bencher,
    /// What github-action-benchmark reads as `customSmallerIsBetter`
    GithubBenchmark,
}

const HELP: &str = "\
    Every figure of a cell is exported: bytes and counts are exact, times in nanoseconds with their 95 % interval. Cells \
    that failed have no figure.\n\n\
    Examples:\n  heapbook export --format csv > figures.csv\n  \
    heapbook export --format bencher book/records/reference.json | bencher run --adapter json --file -";

/// One figure.
#[derive(Debug, Serialize)]
struct Figure {
    scenario: String,
    variant: String,
    n: u64,
    runtime: String,
    machine: String,
    measured_at: String,
    metric: &'static str,
    unit: &'static str,
    value: f64,
    /// The ends of the interval, or of the range over processes; absent for an exact figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<f64>,
}

/// Prints the figures.
pub(crate) fn run(
    project: impl FnOnce() -> anyhow::Result<Project>,
    options: &ExportOptions,
) -> anyhow::Result<Status> {
    let records = match &options.file {
        Some(file) => Records::read(file)?,
        None => {
            let project = project()?;
            match Records::read_if_present(&project.local())? {
                Some(local) => local,
                None => Records::read(&project.reference())?,
            }
        }
    };
    let figures: Vec<Figure> = records.cells.iter().flat_map(figures).collect();
    let text = match options.format {
        Format::Csv => csv(&figures),
        Format::Markdown => markdown(&figures),
        Format::Json => format!("{}\n", serde_json::to_string_pretty(&figures)?),
        Format::Bencher => format!("{}\n", serde_json::to_string_pretty(&bencher(&figures))?),
        Format::GithubBenchmark => format!("{}\n", serde_json::to_string_pretty(&github(&figures))?),
    };
    output::answer(format_args!("{text}"));
    Ok(Status::Fine)
}

fn figures(cell: &Cell) -> impl Iterator<Item = Figure> {
    Metric::ALL.into_iter().filter_map(move |metric| {
        let measured = metric.of(cell)?;
        let is_exact = matches!(measured, Measured::Exact(_));
        Some(Figure {
            scenario: cell.key.scenario.clone(),
            variant: cell.key.variant.to_string(),
            n: cell.key.n,
            runtime: cell.key.runtime.to_string(),
            machine: cell.key.machine.0.clone(),
            measured_at: cell.measured_at.clone(),
            metric: metric.word(),
            unit: unit(metric.unit()),
            value: measured.typical(),
            low: (!is_exact).then(|| measured.low()),
            high: (!is_exact).then(|| measured.high()),
        })
    })
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Bytes => "bytes",
        Unit::Nanos => "ns",
        Unit::Count => "count",
    }
}

impl Figure {
    /// The cell in words, the same from run to run.
    fn name(&self) -> String {
        format!("{}/{} n={} {}", self.scenario, self.variant, self.n, self.runtime)
    }
}

fn csv(figures: &[Figure]) -> String {
    let mut text = "scenario,variant,n,runtime,machine,measured_at,metric,unit,value,low,high\n".to_owned();
    for figure in figures {
        let end = |end: Option<f64>| end.map_or_else(String::new, |end| end.to_string());
        // No name holds a comma or a quote; a runtime's might.
        text.push_str(&format!(
            "{},{},{},{},{},{},{},{},{},{},{}\n",
            figure.scenario,
            figure.variant,
            figure.n,
            csv_field(&figure.runtime),
            figure.machine,
            figure.measured_at,
            figure.metric,
            figure.unit,
            figure.value,
            end(figure.low),
            end(figure.high)
        ));
    }
    text
}

fn markdown(figures: &[Figure]) -> String {
    let mut text = "| cell | metric | value | unit | interval |\n|---|---|--:|---|---|\n".to_owned();
    for figure in figures {
        let interval = match (figure.low, figure.high) {
            (Some(low), Some(high)) => format!("{low} to {high}"),
            _ => "exact".to_owned(),
        };
        text.push_str(&format!(
            "| {} | {} | {} | {} | {interval} |\n",
            figure.name(),
            figure.metric,
            figure.value,
            figure.unit
        ));
    }
    text
}

/// An object of benchmarks, each an object of measures: <https://bencher.dev/docs/reference/bencher-metric-format/>
fn bencher(figures: &[Figure]) -> Value {
    let mut benchmarks: Map<String, Value> = Map::new();
    for figure in figures {
        let mut measure = json!({"value": figure.value});
        if let (Some(low), Some(high)) = (figure.low, figure.high) {
            measure["lower_value"] = low.into();
            measure["upper_value"] = high.into();
        }
        benchmarks.entry(figure.name()).or_insert_with(|| json!({}))[figure.metric] = measure;
    }
    benchmarks.into()
}

/// A list of names, units and values: <https://github.com/benchmark-action/github-action-benchmark>
fn github(figures: &[Figure]) -> Value {
    let entry = |figure: &Figure| {
        let mut entry = json!({
            "name": format!("{}: {}", figure.name(), figure.metric),
            "unit": figure.unit,
            "value": figure.value,
        });
        if let (Some(low), Some(high)) = (figure.low, figure.high) {
            entry["range"] = format!("{low} to {high}").into();
        }
        entry
    };
    figures.iter().map(entry).collect()
}
