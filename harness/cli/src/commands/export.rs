//! `heapbook export`: the figures of records, as CSV or JSON.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use heapbook_engine::figures::Metric;
use heapbook_engine::record::Cell;
use heapbook_model::{Measured, Unit};
use serde::Serialize;
use serde_json::Number;

use crate::output;
use crate::project::{Root, read_records, read_records_if_present};
use crate::status::Status;

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct ExportOptions {
    /// The format
    #[arg(long, value_enum)]
    format: Format,
    /// The records: a folder or a file of them [default: book/records/local, or book/records if
    /// that holds none]
    #[arg(value_name = "RECORDS")]
    file: Option<PathBuf>,
}

/// A format of the output.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A line for each figure
    Csv,
    /// A list of figures
    Json,
}

const HELP: &str = "\
    Every figure of a cell is exported: bytes and counts of the ledger are exact, resident sizes a range, times in nanoseconds with their 95 % interval. Cells \
    that failed have no figure.\n\n\
    Example:\n  heapbook export --format csv > figures.csv";

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
    value: Number,
    /// The ends of the interval, or of the range over processes; null or empty for an exact
    /// figure.
    low: Option<Number>,
    high: Option<Number>,
}

/// Prints the figures.
pub(crate) fn run(root: &Root, options: &ExportOptions) -> anyhow::Result<Status> {
    let records = match &options.file {
        Some(file) => read_records(file)?,
        None => {
            let project = root.project()?;
            let local = read_records_if_present(&project.local())?;
            if local.is_empty() {
                read_records(&project.reference())?
            } else {
                local
            }
        }
    };
    let figures: Vec<Figure> = records.cells().flat_map(figures).collect();
    match options.format {
        Format::Csv => output::answer(format_args!("{}", csv(figures)?)),
        Format::Json => output::say_json(&figures)?,
    }
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
            value: number(measured.typical())?,
            low: number(measured.low()).filter(|_| !is_exact),
            // A lower bound has no upper end.
            high: number(measured.high()).filter(|_| !is_exact),
        })
    })
}

/// Without a decimal point if whole, so that bytes are written as bytes.
fn number(value: f64) -> Option<Number> {
    match value.is_finite() && value.fract() == 0.0 {
        true => Some(Number::from(value as i64)),
        false => Number::from_f64(value),
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Bytes => "bytes",
        Unit::Nanos => "ns",
        Unit::Count => "count",
    }
}

/// One line a figure below a line of names, as RFC 4180 has it.
pub(super) fn csv(rows: impl IntoIterator<Item = impl Serialize>) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}
