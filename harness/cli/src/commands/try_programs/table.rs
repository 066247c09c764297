//! The answer as a document.

use heapbook_engine::figures::{Metric, Outcome};
use heapbook_engine::record::Cell;
use heapbook_model::Measured;
use heapbook_report::display;
use heapbook_report::document::{Column, Document, Field, Table, Tone, tenths};
use heapbook_report::render::{self, Rows};

use super::answer::{Against, Answer, ProgramAnswer};
use crate::output;

/// A hundredth of a byte for each element is next to nothing.
const LEAST_SHOWN: f64 = 0.01;

/// The programs by number, the table, how each peak grows, and what is to be said beside it.
pub(super) fn document(answer: &Answer<'_>) -> Document {
    let mut document = Document::default();
    name_programs(&mut document, answer);
    document.table(table(answer, Order::Programs));
    conclude(&mut document, answer);
    document
}

/// The same document on a terminal while it is measured: a size is shown once all programs are
/// measured at it.
pub(super) struct Shown {
    rows: Rows,
    is_empty: bool,
}

impl Shown {
    /// Shows which programs are measured.
    pub(super) fn begin(answer: &Answer<'_>) -> Self {
        let mut document = Document::default();
        name_programs(&mut document, answer);
        output::write(&render::terminal(&document));
        Shown {
            rows: Rows::reserving(&WIDTHS),
            is_empty: true,
        }
    }

    /// Shows the sizes that are new.
    pub(super) fn show(&mut self, answer: &Answer<'_>) {
        let rows = self.rows.rest(&table(answer, Order::Sizes));
        if !rows.is_empty() {
            let apart = if self.is_empty { "\n" } else { "" };
            output::write(&format!("{apart}{rows}"));
            self.is_empty = false;
        }
    }

    /// Shows what is to be said of all.
    pub(super) fn end(self, answer: &Answer<'_>) {
        let mut document = Document::default();
        conclude(&mut document, answer);
        let text = render::terminal(&document);
        let apart = if self.is_empty { "" } else { "\n" };
        output::write(&format!("{apart}{text}"));
    }
}

fn name_programs(document: &mut Document, answer: &Answer<'_>) {
    for ProgramAnswer { number, says, .. } in &answer.programs {
        document.code(format!("[{number}]"), *says);
    }
}

/// What is said below the table.
fn conclude(document: &mut Document, answer: &Answer<'_>) {
    for (number, growth) in answer.of_each(ProgramAnswer::growth) {
        document.line(format!("[{number}]  peak: {growth}"));
    }
    for (number, resident) in answer.of_each(ProgramAnswer::resident) {
        document.line(format!("[{number}]  resident: {resident}"));
    }
    for (number, failure) in answer.of_each(ProgramAnswer::failure) {
        document.code(format!("[{number}] failed:"), failure);
    }
    answer.remarks.iter().for_each(|remark| document.line(remark));
}

/// What is together in a table.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    /// The sizes of a program.
    Programs,
    /// The programs at a size.
    Sizes,
}

/// How wide the columns that people read are before anything is measured: rows that come later
/// then seldom need more.
const WIDTHS: [usize; 11] = [3, 7, 9, 10, 11, 9, 9, 7, 16, 13, 13];

/// How many columns the table has.
const COLUMNS: usize = 17;

/// A row for each program at each size, and for programs that read it one for each failure.
fn table(answer: &Answer<'_>, order: Order) -> Table {
    let against = |title, key| match answer.programs.len() > 1 {
        true => Column::words(title, key),
        false => Column::data(key),
    };
    let mut table = Table::new([
        Column::numbers("", "program"),
        Column::data("code"),
        Column::data("runtime"),
        Column::numbers("n", "n"),
        Column::numbers("peak", "peak_bytes"),
        Column::numbers("an element", ""),
        Column::numbers("allocations", "allocations"),
        Column::numbers("result", "result_bytes"),
        Column::numbers("retained", "retained_after_collection_bytes"),
        Column::data("resident_bytes"),
        Column::numbers("time", "time_ns"),
        Column::numbers("95 % interval", ""),
        Column::data("time_low_ns"),
        Column::data("time_high_ns"),
        against("peak vs [1]", "peak_against_first"),
        against("time vs [1]", "time_against_first"),
        Column::data("error"),
    ]);
    let programs = answer.programs.iter();
    let mut rows: Vec<_> = programs
        .flat_map(|program| program.whole().map(move |cell| (program, cell)))
        .collect();
    if order == Order::Sizes {
        rows.sort_by_key(|(_, cell)| cell.key.n);
    }
    for (program, cell) in rows {
        table.push(row(answer, program, cell));
    }
    for program in &answer.programs {
        if let Some(error) = program.failure() {
            let mut row = <[Field; COLUMNS]>::default();
            [row[0], row[1], row[2]] = names(program);
            row[COLUMNS - 1] = Field::data(error);
            table.push(row);
        }
    }
    table
}

fn names(program: &ProgramAnswer<'_>) -> [Field; 3] {
    let names = (program.number, program.says, program.runtime());
    [Field::data(names.0), Field::data(names.1), Field::data(names.2)]
}

fn row(answer: &Answer<'_>, program: &ProgramAnswer<'_>, cell: &Cell) -> [Field; COLUMNS] {
    let [number, code, runtime] = names(program);
    let figure = |metric: Metric| Field::figure(metric.unit(), metric.of(cell));
    let time = Metric::Time.of(cell);
    let nanos = |of: fn(Measured) -> f64| Field::data(time.map(|time| tenths(of(time))));
    let interval = time.and_then(|time| display::interval(Metric::Time.unit(), time));
    let resident = Metric::Resident.of(cell);
    [
        number.shown(format!("[{}]", program.number)),
        code,
        runtime,
        Field::data(cell.key.n).shown(display::size(cell.key.n)),
        figure(Metric::Peak),
        Field::default().shown(peak_an_element(cell).unwrap_or_default()),
        figure(Metric::Allocations),
        figure(Metric::Result),
        figure(Metric::RetainedAfterCollection),
        Field::data(resident.map(|figure| figure.typical() as i64)),
        figure(Metric::Time),
        Field::default().shown(interval.unwrap_or_default()),
        nanos(Measured::low),
        nanos(Measured::high),
        against(answer.against_first(Metric::Peak, cell)),
        against(answer.against_first(Metric::Time, cell)),
        Field::default(),
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

/// Less is what one looks for.
fn against(against: Option<Against>) -> Field {
    let Some(against) = against else {
        return Field::default();
    };
    let tone = match against.outcome {
        Outcome::Less => Tone::Good,
        Outcome::More => Tone::Bad,
        Outcome::Equal => Tone::Plain,
        Outcome::CannotTell => Tone::Faint,
    };
    let word = Field::data(against.outcome.word());
    word.shown(against.words()).toned(tone)
}
