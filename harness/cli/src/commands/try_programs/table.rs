//! The answer as a table for the terminal or Markdown, and its figures as CSV.

use anstyle::{AnsiColor, Style};
use heapbook_engine::figures::{Metric, Outcome};
use heapbook_model::Measured;
use heapbook_report::display;
use serde::Serialize;

use super::answer::{Against, Answer, ProgramAnswer, Row};
use crate::table::{Align, Field, Table, markdown};

/// The programs by number, the table, how each peak grows, and what is to be said beside it.
pub(super) fn text(answer: &Answer) -> String {
    let mut text = String::new();
    for (number, program) in answer.numbered() {
        text.push_str(&format!("[{number}] {}\n", program.says.replace('\n', "\n    ")));
    }
    let table = table(answer);
    if !table.is_empty() {
        text.push_str(&format!("\n{table}\n"));
    }
    for (number, program) in answer.numbered() {
        if let Some(growth) = &program.growth {
            text.push_str(&format!("[{number}]  peak: {growth}\n"));
        }
    }
    for (number, program) in answer.numbered() {
        if let Some(failure) = &program.failure {
            text.push_str(&format!("[{number}] failed:\n{failure}\n"));
        }
    }
    for remark in &answer.remarks {
        text.push_str(&format!("{remark}\n"));
    }
    text
}

/// The same in Markdown, for a comment on a change.
pub(super) fn as_markdown(answer: &Answer) -> String {
    let mut text = String::new();
    for (number, program) in answer.numbered() {
        let says = markdown(&program.says);
        text.push_str(&format!("{number}. {says} ({})", markdown(&program.runtime)));
        if let Some(growth) = &program.growth {
            text.push_str(&format!(": peak {growth}"));
        }
        text.push('\n');
    }
    text.push_str(&format!("\n{}", table(answer).markdown()));
    for (number, program) in answer.numbered() {
        if let Some(failure) = &program.failure {
            text.push_str(&format!("\n[{number}] failed:\n\n```text\n{failure}\n```\n"));
        }
    }
    for remark in &answer.remarks {
        text.push_str(&format!("\n{}\n", markdown(remark)));
    }
    text
}

/// A row for each program at each size.
fn table(answer: &Answer) -> Table<10> {
    let [peak_against, time_against] = match answer.compares() {
        true => ["peak vs [1]", "time vs [1]"],
        false => ["", ""],
    };
    let mut table = Table::new([
        ("", Align::Right),
        ("n", Align::Right),
        ("peak", Align::Right),
        ("an element", Align::Right),
        ("allocations", Align::Right),
        ("retained", Align::Right),
        ("time", Align::Right),
        ("95 % interval", Align::Right),
        (peak_against, Align::Left),
        (time_against, Align::Left),
    ]);
    for (number, program) in answer.numbered() {
        for row in &program.rows {
            table.push(fields(number, row));
        }
    }
    table
}

fn fields(number: usize, row: &Row) -> [Field; 10] {
    let figure = |metric: Metric, figure: Option<Measured>| {
        let text = figure.map(|figure| display::measured(metric.unit(), figure));
        Field::from(text.unwrap_or_default())
    };
    let interval = row
        .time
        .and_then(|time| display::interval(Metric::Time.unit(), time));
    let [peak, time] = row.against_first.map(against);
    [
        format!("[{number}]").into(),
        display::size(row.n).into(),
        figure(Metric::Peak, row.peak),
        row.peak_an_element().unwrap_or_default().into(),
        figure(Metric::Allocations, row.allocations),
        figure(Metric::Retained, row.retained),
        figure(Metric::Time, row.time),
        interval.unwrap_or_default().into(),
        peak,
        time,
    ]
}

/// In green if less, which is what one looks for.
fn against(against: Option<Against>) -> Field {
    let Some(against) = against else {
        return Field::default();
    };
    Field {
        text: against.words(),
        style: match against.outcome {
            Outcome::Less => AnsiColor::Green.on_default(),
            Outcome::More => AnsiColor::Yellow.on_default(),
            Outcome::Equal => Style::new(),
            Outcome::CannotTell => Style::new().dimmed(),
        },
    }
}

/// A row as CSV has it: bytes and nanoseconds, unrounded.
#[derive(Debug, Default, Serialize)]
pub(super) struct Line<'a> {
    program: usize,
    code: &'a str,
    runtime: &'a str,
    n: Option<u64>,
    peak_bytes: Option<String>,
    allocations: Option<String>,
    retained_bytes: Option<String>,
    time_ns: Option<String>,
    time_low_ns: Option<String>,
    time_high_ns: Option<String>,
    peak_against_first: Option<&'static str>,
    time_against_first: Option<&'static str>,
    error: Option<&'a str>,
}

/// The rows of each program, and its failure.
pub(super) fn lines(answer: &Answer) -> Vec<Line<'_>> {
    let lines = answer
        .numbered()
        .map(|(number, program)| lines_of(number, program));
    lines.flatten().collect()
}

fn lines_of(number: usize, program: &ProgramAnswer) -> Vec<Line<'_>> {
    let line = || Line {
        program: number,
        code: &program.says,
        runtime: &program.runtime,
        ..Line::default()
    };
    let rows = program.rows.iter().map(|row| {
        let [peak, time] = row.against_first.map(|against| Some(against?.outcome.word()));
        let time_ns = |of: fn(Measured) -> f64| row.time.map(|time| format!("{:.1}", of(time)));
        Line {
            n: Some(row.n),
            peak_bytes: row.peak.and_then(whole),
            allocations: row.allocations.and_then(whole),
            retained_bytes: row.retained.and_then(whole),
            time_ns: time_ns(Measured::typical),
            time_low_ns: time_ns(Measured::low),
            time_high_ns: time_ns(Measured::high),
            peak_against_first: peak,
            time_against_first: time,
            ..line()
        }
    });
    let failure = program.failure.as_deref().map(|error| Line {
        error: Some(error),
        ..line()
    });
    rows.chain(failure).collect()
}

fn whole(figure: Measured) -> Option<String> {
    match figure {
        Measured::Exact(value) => Some(value.to_string()),
        Measured::Range { low, high } => Some(format!("{low}..{high}")),
        Measured::Estimate { .. } => None,
    }
}
