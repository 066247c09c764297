//! `heapbook export`: the figures of records, as CSV or JSON.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use heapbook_engine::figures::Metric;
use heapbook_engine::record::Cell;
use heapbook_model::{Measured, Unit};
use heapbook_report::document::{Column, Field, Table};
use serde_json::Value;

use crate::output::{self, Form};
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

/// What is told of a figure; `low` and `high` are the ends of its interval, or of the range over
/// processes.
const KEYS: [&str; 11] = [
    "scenario",
    "variant",
    "n",
    "runtime",
    "machine",
    "measured_at",
    "metric",
    "unit",
    "value",
    "low",
    "high",
];

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
    let figures = || records.cells().flat_map(figures);
    let table = || {
        let mut table = Table::new(KEYS.map(Column::data));
        figures().for_each(|figure| table.push(figure.map(Field::data)));
        table.into()
    };
    let data = || -> Vec<Value> {
        figures()
            .map(|figure| KEYS.into_iter().zip(figure).collect())
            .collect()
    };
    let form = Form {
        json: matches!(options.format, Format::Json),
        markdown: false,
        csv: true,
    };
    output::show(form, table, data)?;
    Ok(Status::Fine)
}

fn figures(cell: &Cell) -> impl Iterator<Item = [Value; KEYS.len()]> {
    Metric::ALL.into_iter().filter_map(move |metric| {
        let measured = metric.of(cell)?;
        // An exact figure has no interval, and a lower bound no upper end.
        let end = |of: fn(Measured) -> f64| match measured {
            Measured::Exact(_) => Value::Null,
            _ => number(of(measured)),
        };
        Some([
            cell.key.scenario.as_str().into(),
            cell.key.variant.to_string().into(),
            cell.key.n.into(),
            cell.key.runtime.to_string().into(),
            cell.key.machine.0.as_str().into(),
            cell.measured_at.as_str().into(),
            metric.word().into(),
            unit(metric.unit()).into(),
            number(measured.typical()),
            end(Measured::low),
            end(Measured::high),
        ])
    })
}

/// Without a decimal point if whole, so that bytes are written as bytes.
fn number(value: f64) -> Value {
    match value.fract() == 0.0 {
        true => Value::from(value as i64),
        false => Value::from(value),
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Bytes => "bytes",
        Unit::Nanos => "ns",
        Unit::Count => "count",
    }
}
