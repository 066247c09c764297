//! `heapbook lines`: a program's source, and what each of its lines does.

use std::path::Path;

use clap::Args;
use heapbook_engine::measure::{LinesAnswer, Source};
use heapbook_engine::record::{LineFigures, Lines};
use heapbook_engine::scenario::listing_at;
use heapbook_model::{Bytes, Measured, Unit};
use heapbook_report::document::{Column, Document, Field, Table};
use heapbook_report::{caveat, display};
use serde_json::{Value, json};

use crate::function::{FunctionOptions, ReadyFunction};
use crate::output::{self, Form, counted};
use crate::project::{Root, shown};
use crate::status::Status;

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct LinesOptions {
    #[command(flatten)]
    function: FunctionOptions,
    /// Show the first call in its process, which finds nothing ready
    #[arg(long)]
    cold: bool,
    #[command(flatten)]
    form: Form,
    /// What a script finds in sys.argv
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

const HELP: &str = "\
    Each line shows the bytes allocated and freed while it ran, calls included, and the bytes live after it ran the last \
    time, above those live when the function was called. Allocated minus freed is what is live at return.\n\n\
    A function is called until two calls agree, and the last one is shown: caches are full by then, and modules \
    imported. A script is run once. Modules are searched beside the file, or above its package; --path adds \
    others.\n\n\
    Exit status: 0 fine, 1 the program failed, 2 usage or environment.\n\n\
    Examples:\n  heapbook lines app.py:load -n 1e4\n  heapbook lines app.py:App.handle --cold\n  \
    heapbook lines --path . --setup 'from app import load' 'load(\"orders.json\", limit=n)'\n  \
    heapbook lines script.py -- --verbose";

/// What the interpreter calls the text of a snippet.
const SNIPPET: &str = "<snippet>";

/// Shows the lines.
pub(crate) fn run(_root: &Root, options: &LinesOptions) -> anyhow::Result<Status> {
    let mut ready = options.function.ready_to_run(&options.arguments)?;
    ready.program.warm_up &= !options.cold;
    let (answer, remarks) = match ready.measure(|runner, cell| runner.lines_of_program(cell)) {
        Ok(measured) => measured,
        Err(status) => return Ok(status),
    };
    output::show(
        options.form,
        || document(&ready, &answer, &remarks),
        || as_json(&ready, &answer, &remarks),
    )?;
    Ok(Status::Fine)
}

fn as_json(ready: &ReadyFunction, answer: &LinesAnswer, remarks: &[String]) -> Value {
    let LinesAnswer {
        lines, first, source, ..
    } = answer;
    let file = source.as_ref().map(|source| shown(Path::new(&source.file)));
    json!({
        "file": file, "function": ready.name(), "n": ready.n, "runtime": ready.runtime(),
        "lines": lines.lines, "net_bytes": lines.net_bytes, "spare_bytes": lines.spare_bytes, "settled": lines.settled,
        "beyond_bytes": lines.beyond_bytes, "calls": answer.warm_ups + 1, "first": first, "remarks": remarks,
    })
}

fn document(ready: &ReadyFunction, answer: &LinesAnswer, remarks: &[String]) -> Document {
    let mut document = Document::default();
    document.line(ready.title());
    document.line(which_call(ready, answer));
    for remark in remarks.iter().cloned().chain(elsewhere(ready, answer)) {
        document.line(remark);
    }
    document.table(table(ready, answer));
    document.line(format!(
        "Allocated − freed = {}: live at return, the result among it{}.",
        display::bytes(answer.lines.net_bytes.0),
        spare(&answer.lines)
    ));
    if !answer.lines.settled {
        document.line("Calls went on differing: these are the figures of the last one.");
    }
    if let Some(words) = caveat::beyond(&answer.lines) {
        document.line(words);
    }
    if answer.lines.lines.iter().all(|line| line.hits == 0) {
        document.line("None of these lines ran in this call.");
    }
    document
}

/// What of the live bytes is in no result: dead objects that the interpreter keeps.
fn spare(lines: &Lines) -> String {
    match lines.spare_bytes.0 {
        0 => String::new(),
        spare => format!(", and {} that the interpreter keeps spare", display::bytes(spare)),
    }
}

/// Which call of its process is shown, and what the first one did if that is another.
fn which_call(ready: &ReadyFunction, answer: &LinesAnswer) -> String {
    let Some(first) = answer.first else {
        return match ready.is_script() {
            true => "It was run once.".to_owned(),
            false => "This is the first call in its process.".to_owned(),
        };
    };
    let lines = &answer.lines;
    let is_same = (first.allocated_bytes, first.net_bytes)
        == (sum(answer, |line| line.allocated_bytes), lines.net_bytes);
    let did = match is_same {
        true => "the first did the same".to_owned(),
        false => format!(
            "the first allocated {}, of which {} were live at its return (--cold shows it)",
            display::bytes(first.allocated_bytes.0),
            display::bytes(first.net_bytes.0)
        ),
    };
    let before = counted(answer.warm_ups as usize, "call");
    format!("This is a warm call: {before} came before it in its process; {did}.")
}

/// Which file the lines are of, where the program's text names another.
fn elsewhere(ready: &ReadyFunction, answer: &LinesAnswer) -> Option<String> {
    let source = answer.source.as_ref()?;
    let named = ready.file().and_then(|file| file.canonicalize().ok());
    let is_named = named.is_some() && named == Path::new(&source.file).canonicalize().ok();
    let is_told = is_named || source.file == SNIPPET;
    (!is_told).then(|| format!("The lines are those of {}.", shown(Path::new(&source.file))))
}

fn sum(answer: &LinesAnswer, of: fn(&LineFigures) -> Bytes) -> Bytes {
    Bytes(answer.lines.lines.iter().map(|line| of(line).0).sum())
}

fn table(ready: &ReadyFunction, answer: &LinesAnswer) -> Table {
    let mut table = Table::new([
        Column::numbers("line", "line"),
        Column::numbers("hits", "hits"),
        Column::numbers("allocated", "allocated_bytes"),
        Column::numbers("freed", "freed_bytes"),
        Column::numbers("live after", "live_bytes"),
        Column::words("", "code"),
    ]);
    let lines = &answer.lines.lines;
    let listing = answer.source.as_ref().and_then(|source| listing(ready, source));
    match listing {
        Some((first, listing)) => {
            for (number, code) in (first..).zip(listing.lines()) {
                let found = lines.iter().find(|figures| figures.line == number);
                table.push(figures(number, found, code));
            }
        }
        // The code was never in a file, or the file is gone: measured lines stand alone.
        None => lines
            .iter()
            .for_each(|found| table.push(figures(found.line, Some(found), ""))),
    }
    let total = |bytes: Bytes| Field::default().shown(display::bytes(bytes.0));
    table.push([
        Field::default().shown("total"),
        Field::default(),
        total(sum(answer, |line| line.allocated_bytes)),
        total(sum(answer, |line| line.freed_bytes)),
        total(answer.lines.net_bytes),
        Field::default(),
    ]);
    table
}

/// The first line's number, and the text from there on.
fn listing(ready: &ReadyFunction, source: &Source) -> Option<(u32, String)> {
    if source.file == SNIPPET {
        return Some((1, ready.program.text.trim().to_owned()));
    }
    let bytes = std::fs::read(&source.file).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let (first, last) = match ready.is_script() {
        true => (1, usize::MAX),
        false => (source.first_line.max(1), source.last_line as usize),
    };
    Some((first, listing_at(&text, first as usize, last)?.to_owned()))
}

fn figures(number: u32, found: Option<&LineFigures>, code: &str) -> [Field; 6] {
    let figure = |unit, value: Option<i64>| Field::figure(unit, value.map(Measured::Exact));
    let bytes = |of: fn(&LineFigures) -> Bytes| match found.map(of) {
        Some(Bytes(0)) => Field::data(0),
        value => figure(Unit::Bytes, value.map(|bytes| bytes.0)),
    };
    [
        Field::data(number).shown(number.to_string()),
        figure(Unit::Count, found.map(|line| line.hits as i64)),
        bytes(|line| line.allocated_bytes),
        bytes(|line| line.freed_bytes),
        figure(Unit::Bytes, found.map(|line| line.live_bytes.0)),
        code.into(),
    ]
}
