//! `heapbook leaks`: what each call of a function leaves behind for good, and which lines made it.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use heapbook_engine::files;
use heapbook_engine::measure::{LeakCalls, Leaks, Origin, OriginsAnswer, Place};
use heapbook_engine::statistics::{Doubt, Interval, Leak};
use heapbook_report::display;
use heapbook_report::document::{Column, Document, Field, Table};
use serde_json::json;

use crate::function::{FunctionOptions, ReadyFunction};
use crate::output::{self, Form, complain};
use crate::project::{Root, shown};
use crate::status::Status;

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct LeaksOptions {
    #[command(flatten)]
    function: FunctionOptions,
    /// How many calls to make, however long they take [default: as many as 5 seconds allow, from
    /// 20 to 10000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(4..=1_000_000))]
    calls: Option<u32>,
    /// Exit with status 1 if a call leaves more bytes than this, for a test suite
    #[arg(long, value_name = "BYTES")]
    at_most: Option<u64>,
    #[command(flatten)]
    form: Form,
}

const HELP: &str = "\
    The result of each call is dropped, and garbage is collected, before bytes are counted. A cache that fills looks \
    like a leak until it is full: if yours has room for more entries than there were calls, raise --calls.\n\n\
    Exit status: 0 fine, 1 the function failed, or leaves more than --at-most, 2 usage or environment.\n\n\
    Examples:\n  heapbook leaks app.py:handle\n  heapbook leaks app.py:handle --at-most 0 --calls 200";

/// What there is time for, unless the number of calls is given.
const USUAL: LeakCalls = LeakCalls {
    least: 20,
    most: 10_000,
    time: Duration::from_secs(5),
};

/// Calls, and says what they leave.
pub(crate) fn run(_root: &Root, options: &LeaksOptions) -> anyhow::Result<Status> {
    let ready = options.function.ready()?;
    let calls = options.calls.map_or(USUAL, |most| LeakCalls {
        least: most,
        most,
        time: Duration::ZERO,
    });
    let left = match ready.measure(|runner, cell| runner.leaks(cell, calls)) {
        Ok(left) => left,
        Err(status) => return Ok(status),
    };
    output::show(
        options.form,
        || document(&ready, &left),
        || as_json(&ready, &left),
    )?;
    let per_call = slope(left.leak).map_or(0.0, |mean| mean.low)
        + left.mapped.and_then(slope).map_or(0.0, |mean| mean.low);
    let most = options.at_most.filter(|most| per_call > *most as f64);
    if let Some(most) = most {
        complain!(
            "heapbook: {} leaves at least {} a call, above the {} of --at-most",
            ready.name(),
            display::bytes_estimate(per_call),
            display::bytes(most.try_into().unwrap_or(i64::MAX))
        );
    }
    Ok(Status::finding_if(most.is_some()))
}

/// What each call leaves, where it certainly leaves something.
fn slope(leak: Leak) -> Option<Interval> {
    match leak {
        Leak::PerCall { mean, .. } | Leak::InSteps { mean } => Some(mean),
        Leak::Nothing | Leak::Filled { .. } | Leak::CannotTell { .. } => None,
    }
}

fn document(ready: &ReadyFunction, left: &Leaks) -> Document {
    let calls = display::size(left.series.live_bytes.len() as u64);
    let mut document = Document::default();
    document.line(format!("{}, {calls} calls", ready.title()));
    left.remarks.iter().for_each(|remark| document.line(remark));
    document.line(verdict(left.leak));
    if slope(left.leak).is_some() {
        document.line(format!(
            "So far: a cache with room for more than {calls} calls would look the same; --calls makes more."
        ));
    }
    for line in unseen(left).chain(collected(left)).chain(resident(left)) {
        document.line(line);
    }
    match &left.origins {
        _ if left.leak == Leak::Nothing => {}
        Ok(made) => document.table(origins(left, made)),
        Err(failure) => {
            // A traceback ends with what was raised.
            let reason = failure.message.trim_end().lines().last().unwrap_or_default();
            document.line(format!("The lines that made it are not known: {reason}."));
        }
    }
    document
}

fn verdict(leak: Leak) -> String {
    match leak {
        Leak::Nothing => "Nothing stays.".to_owned(),
        Leak::Filled {
            bytes,
            after,
            rest,
            last,
        } => format!(
            "The first {} left {}{}, later calls nothing: a cache that filled, or what is made once.",
            first_calls(after),
            display::bytes(bytes.0 - rest.0),
            match rest.0 {
                0 => String::new(),
                rest => format!(
                    ", those up to call {} another {}",
                    display::size(last as u64),
                    display::bytes(rest)
                ),
            }
        ),
        Leak::PerCall { mean, since, .. } => format!(
            "{} leaves {}.",
            since.map_or("Each call".to_owned(), |call| format!(
                "From call {} on each call",
                display::size(call as u64)
            )),
            in_words(mean)
        ),
        Leak::InSteps { mean } => format!(
            "A container grows in steps: each call leaves about {} in the long run \
             ({} to {}, before and after a step).",
            display::bytes_estimate(mean.median),
            display::bytes_estimate(mean.low),
            display::bytes_estimate(mean.high)
        ),
        Leak::CannotTell {
            doubt: Doubt::LevelSince(call),
            ..
        } => format!(
            "Call {} was the last that left something, too late to tell a cache that filled from a leak: ask for more with \
             --calls.",
            display::size(call as u64)
        ),
        Leak::CannotTell { mean, .. } => format!(
            "Calls leave {}: too uneven to tell a leak from nothing; ask for more with --calls.",
            in_words(mean)
        ),
    }
}

fn first_calls(calls: usize) -> String {
    match calls {
        1 => "call".to_owned(),
        calls => format!("{} calls", display::size(calls as u64)),
    }
}

/// What the bytes of the account do not hold, a line each.
fn unseen(left: &Leaks) -> impl Iterator<Item = String> {
    let mapped = left.mapped.map(|leak| {
        let grows = match slope(leak) {
            Some(mean) => format!("each call leaves {} more of it resident", in_words(mean)),
            None => {
                let last = left.series.mapped_bytes.last().map_or(0, |bytes| bytes.0);
                format!("{} of it are resident after the last call", display::bytes(last))
            }
        };
        format!("Not in these bytes: memory mapped past malloc; {grows}.")
    });
    let children = match left.series.children {
        0 => None,
        1 => Some("Not in these bytes: what a child process took.".to_owned()),
        many => Some(format!(
            "Not in these bytes: what {} child processes took.",
            display::size(many)
        )),
    };
    mapped.into_iter().chain(children)
}

/// What only the collector freed, if anything.
fn collected(left: &Leaks) -> Option<String> {
    let bytes = left.series.collected_bytes.0;
    let a_call = bytes as f64 / left.series.live_bytes.len() as f64;
    (bytes > 0).then(|| {
        format!(
            "Only the collector freed {} a call: objects that refer to each other in a circle.",
            display::bytes_estimate(a_call)
        )
    })
}

/// By how much the process grew, as the system sees it.
fn resident(left: &Leaks) -> Option<String> {
    let grown = left.series.resident_growth()?;
    let calls = display::size(grown.calls.into());
    Some(match grown.bytes.0 {
        ..=0 => format!("The resident size of the process did not grow over the last {calls} calls."),
        bytes => format!(
            "The resident size of the process grew by {} over the last {calls} calls, {} a call: pages, with what \
             allocators keep and what the measuring itself takes; the verdict is not about them.",
            display::bytes(bytes),
            display::bytes_estimate(bytes as f64 / f64::from(grown.calls))
        ),
    })
}

/// A difference of less than this share of all, or of a byte, is not worth a line.
const LITTLE: f64 = 0.01;

/// The lines that made what stays, with what each made of it.
fn origins(left: &Leaks, made: &OriginsAnswer) -> Table {
    let calls = f64::from(made.calls);
    let (all, calls, of) = match left.leak {
        Leak::Nothing => (0.0, calls, String::new()),
        Leak::Filled { bytes, .. } => (bytes.0 as f64, 1.0, "in all".to_owned()),
        Leak::PerCall { mean, .. } | Leak::InSteps { mean } | Leak::CannotTell { mean, .. } => {
            let of = format!("a call, over {} calls", display::size(made.calls.into()));
            (mean.median, calls, of)
        }
    };
    let mut table = Table::new([
        Column::numbers("", "bytes"),
        Column::numbers("", "blocks"),
        Column::words("", "made_by"),
        Column::words("", "text"),
    ]);
    table.caption = format!("What stays was made by (bytes and blocks {of}):");
    for origin in &made.origins {
        let blocks = origin.blocks as f64 / calls;
        table.push([
            bytes(origin.bytes.0 as f64 / calls),
            Field::data(blocks).shown(counted(blocks)),
            place(&origin.file, origin.line).into(),
            code(origin).into(),
        ]);
    }
    rest(left, made, all, calls).for_each(|row| table.push(row));
    table
}

/// Blocks a call: a mean has decimals where it is no whole number.
fn counted(blocks: f64) -> String {
    match blocks.fract() == 0.0 {
        true => display::size(blocks as u64),
        false => format!("{blocks:.2}"),
    }
}

fn bytes(value: f64) -> Field {
    Field::data(value).shown(display::bytes_estimate(value))
}

/// What of these bytes was made by no line that is named, so many calls together: a row where it is
/// not little.
fn rest(left: &Leaks, made: &OriginsAnswer, all: f64, calls: f64) -> impl Iterator<Item = [Field; 4]> {
    let named: i64 = made.origins.iter().map(|origin| origin.bytes.0).sum();
    let seen = made.bytes.0 as f64 / calls;
    let (by, text) = match &left.during {
        Some(during) => (
            format!("C, during {}", place(&during.file, during.line)),
            text_of(during),
        ),
        None => (
            "not by a line that tracemalloc knows: by C, or by calls that differ".to_owned(),
            String::new(),
        ),
    };
    let come_and_go = "other lines, of which each comes and goes or leaves little".to_owned();
    let others = (seen - named as f64 / calls, come_and_go, String::new());
    let little = (all.abs() * LITTLE).max(1.0);
    [others, (all - seen, by, text)]
        .into_iter()
        .filter(move |(bytes, ..)| bytes.abs() >= little)
        .map(|(value, what, text)| [bytes(value), Field::default(), what.into(), text.into()])
}

/// The text of a line, where its file can be read.
fn text_of(place: &Place) -> String {
    // The program named the file: it may be a pipe, or no file at all.
    let text = files::read_text(Path::new(&place.file)).unwrap_or_default();
    let line = text.lines().nth(place.line.saturating_sub(1) as usize);
    line.unwrap_or_default().trim().to_owned()
}

/// A line of a file, as a table names it.
fn place(file: &str, line: u32) -> String {
    match file {
        "" => "the call itself, which is C's".to_owned(),
        file => format!("{}:{line}", shown(Path::new(file))),
    }
}

/// The line's text, and where in a library it led to.
fn code(origin: &Origin) -> String {
    match &origin.within {
        Some(within) => format!("{}  (in {})", origin.text, place(&within.file, within.line)),
        None => origin.text.clone(),
    }
}

/// Exact where each call left the same, else with the interval.
fn in_words(mean: Interval) -> String {
    if mean.low == mean.high {
        return display::quantity(heapbook_model::Unit::Bytes, mean.median);
    }
    format!(
        "{} (95 % interval {} to {})",
        display::bytes_estimate(mean.median),
        display::bytes_estimate(mean.low),
        display::bytes_estimate(mean.high)
    )
}

fn as_json(ready: &ReadyFunction, left: &Leaks) -> serde_json::Value {
    let (verdict, mean) = match left.leak {
        Leak::Nothing => ("nothing", None),
        Leak::Filled { .. } => ("filled", None),
        Leak::PerCall { mean, .. } | Leak::InSteps { mean } => ("leaks", Some(mean)),
        Leak::CannotTell { mean, .. } => ("cannot_tell", Some(mean)),
    };
    let made = left.origins.iter().next();
    let origins: Vec<_> = made
        .iter()
        .flat_map(|made| &made.origins)
        .map(|origin| {
            json!({
                "file": shown(Path::new(&origin.file)), "line": origin.line, "text": origin.text,
                "bytes": origin.bytes, "blocks": origin.blocks, "calls": made.map(|made| made.calls),
                "within": origin.within,
            })
        })
        .collect();
    json!({
        "file": ready.file().map(|file| file.display().to_string()), "function": ready.name(), "n": ready.n,
        "runtime": ready.runtime(), "verdict": verdict,
        "bytes_per_call": mean.map(|mean| [mean.median, mean.low, mean.high]),
        "live_after_calls": left.series.live_bytes, "mapped_after_calls": left.series.mapped_bytes,
        "children": left.series.children, "collected_bytes": left.series.collected_bytes,
        "resident_growth": left.series.resident_growth().map(|grown| json!({"bytes": grown.bytes, "calls": grown.calls})),
        "origins": origins, "made_by_c_during": left.during, "origins_bytes": made.map(|made| made.bytes),
    })
}
