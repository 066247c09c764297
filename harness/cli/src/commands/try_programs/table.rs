//! The answer as a table for the terminal or Markdown, and its figures as CSV.

use anstyle::{AnsiColor, Style};
use heapbook_engine::figures::{Metric, Outcome};
use heapbook_engine::record::Cell;
use heapbook_model::Measured;
use heapbook_report::display;
use serde::Serialize;

use super::answer::{Against, Answer, ProgramAnswer};
use crate::table::{Align, Field, Table, markdown};

/// A hundredth of a byte for each element is next to nothing.
const LEAST_SHOWN: f64 = 0.01;

/// The programs by number, the table, how each peak grows, and what is to be said beside it.
pub(super) fn text(answer: &Answer<'_>) -> String {
    let mut text = String::new();
    for ProgramAnswer { number, says, .. } in &answer.programs {
        text.push_str(&format!("[{number}] {}\n", says.replace('\n', "\n    ")));
    }
    let table = table(answer);
    if !table.is_empty() {
        text.push_str(&format!("\n{table}\n"));
    }
    for (number, growth) in answer.of_each(ProgramAnswer::growth) {
        text.push_str(&format!("[{number}]  peak: {growth}\n"));
    }
    for (number, resident) in answer.of_each(ProgramAnswer::resident) {
        text.push_str(&format!("[{number}]  resident: {resident}\n"));
    }
    for (number, failure) in answer.of_each(ProgramAnswer::failure) {
        text.push_str(&format!("[{number}] failed:\n{failure}\n"));
    }
    for remark in &answer.remarks {
        text.push_str(&format!("{remark}\n"));
    }
    text
}

/// The same in Markdown, for a comment on a change.
pub(super) fn as_markdown(answer: &Answer<'_>) -> String {
    let mut text = String::new();
    for program in &answer.programs {
        let (number, says) = (program.number, markdown(program.says));
        let growth = program.growth().map(|growth| format!(": peak {growth}"));
        let resident = program
            .resident()
            .map(|resident| format!("; resident {resident}"));
        let runtime = markdown(&program.runtime());
        text.push_str(&format!(
            "{number}. {says} ({runtime}){}{}\n",
            growth.unwrap_or_default(),
            resident.unwrap_or_default()
        ));
    }
    text.push_str(&format!("\n{}", table(answer).markdown()));
    for (number, failure) in answer.of_each(ProgramAnswer::failure) {
        text.push_str(&format!("\n[{number}] failed:\n\n```text\n{failure}\n```\n"));
    }
    for remark in &answer.remarks {
        text.push_str(&format!("\n{}\n", markdown(remark)));
    }
    text
}

/// A row for each program at each size.
fn table(answer: &Answer<'_>) -> Table<11> {
    let [peak_against, time_against] = match answer.programs.len() > 1 {
        true => ["peak vs [1]", "time vs [1]"],
        false => ["", ""],
    };
    let mut table = Table::new([
        ("", Align::Right),
        ("n", Align::Right),
        ("peak", Align::Right),
        ("an element", Align::Right),
        ("allocations", Align::Right),
        ("result", Align::Right),
        ("retained", Align::Right),
        ("time", Align::Right),
        ("95 % interval", Align::Right),
        (peak_against, Align::Left),
        (time_against, Align::Left),
    ]);
    for program in &answer.programs {
        for cell in program.whole() {
            table.push(fields(answer, program, cell));
        }
    }
    table
}

fn fields(answer: &Answer<'_>, program: &ProgramAnswer<'_>, cell: &Cell) -> [Field; 11] {
    let figure = |metric: Metric| {
        let text = metric
            .of(cell)
            .map(|figure| display::measured(metric.unit(), figure));
        Field::from(text.unwrap_or_default())
    };
    let time = Metric::Time.of(cell);
    let interval = time.and_then(|time| display::interval(Metric::Time.unit(), time));
    [
        format!("[{}]", program.number).into(),
        display::size(cell.key.n).into(),
        figure(Metric::Peak),
        peak_an_element(cell).unwrap_or_default().into(),
        figure(Metric::Allocations),
        figure(Metric::Result),
        figure(Metric::RetainedAfterCollection),
        figure(Metric::Time),
        interval.unwrap_or_default().into(),
        against(answer.against_first(Metric::Peak, cell)),
        against(answer.against_first(Metric::Time, cell)),
    ]
}

/// Bytes of the peak for each element, in words.
fn peak_an_element(cell: &Cell) -> Option<String> {
    let peak = Metric::Peak.of(cell)?;
    let bytes = peak.typical() / cell.key.n as f64;
    Some(match bytes > 0.0 && bytes < LEAST_SHOWN {
        _ if peak.is_incomplete() => format!("≥ {}", display::bytes_estimate(bytes)),
        true => format!("< {LEAST_SHOWN} bytes"),
        false => display::bytes_estimate(bytes),
    })
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
    runtime: String,
    n: Option<u64>,
    peak_bytes: Option<String>,
    allocations: Option<String>,
    result_bytes: Option<String>,
    retained_after_collection_bytes: Option<String>,
    resident_bytes: Option<String>,
    time_ns: Option<String>,
    time_low_ns: Option<String>,
    time_high_ns: Option<String>,
    peak_against_first: Option<&'static str>,
    time_against_first: Option<&'static str>,
    error: Option<&'a str>,
}

/// The rows of each program, and its failure.
pub(super) fn lines<'a>(answer: &'a Answer<'_>) -> Vec<Line<'a>> {
    let lines = answer.programs.iter().map(|program| lines_of(answer, program));
    lines.flatten().collect()
}

fn lines_of<'a>(answer: &'a Answer<'_>, program: &'a ProgramAnswer<'_>) -> Vec<Line<'a>> {
    let line = || Line {
        program: program.number,
        code: program.says,
        runtime: program.runtime(),
        ..Line::default()
    };
    let rows = program.whole().map(|cell| {
        let exact = |metric: Metric| metric.of(cell).and_then(whole);
        let time = Metric::Time.of(cell);
        let time_ns = |of: fn(Measured) -> f64| time.map(|time| format!("{:.1}", of(time)));
        let against = |metric| Some(answer.against_first(metric, cell)?.outcome.word());
        Line {
            n: Some(cell.key.n),
            peak_bytes: exact(Metric::Peak),
            allocations: exact(Metric::Allocations),
            result_bytes: exact(Metric::Result),
            retained_after_collection_bytes: exact(Metric::RetainedAfterCollection),
            resident_bytes: Metric::Resident
                .of(cell)
                .map(|figure| format!("{:.0}", figure.typical())),
            time_ns: time_ns(Measured::typical),
            time_low_ns: time_ns(Measured::low),
            time_high_ns: time_ns(Measured::high),
            peak_against_first: against(Metric::Peak),
            time_against_first: against(Metric::Time),
            ..line()
        }
    });
    let failure = program.failure().map(|error| Line {
        error: Some(error),
        ..line()
    });
    rows.chain(failure).collect()
}

fn whole(figure: Measured) -> Option<String> {
    match figure {
        Measured::Exact(value) => Some(value.to_string()),
        Measured::Range { low, high } => Some(format!("{low}..{high}")),
        Measured::AtLeast(value) => Some(format!(">={value}")),
        Measured::Estimate { .. } => None,
    }
}
