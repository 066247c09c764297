//! `heapbook lines`: a function's source, and what each of its lines does.

use clap::Args;
use heapbook_engine::record::{LineFigures, Lines};
use heapbook_engine::scenario::listing_of;
use heapbook_model::{Bytes, Language};
use heapbook_report::{caveat, display};
use serde_json::json;

use crate::function::{FunctionOptions, ReadyFunction};
use crate::output;
use crate::project::Root;
use crate::status::Status;
use crate::table::{Align, Table};

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct LinesOptions {
    #[command(flatten)]
    function: FunctionOptions,
    /// Print JSON, in bytes
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
    Each line shows the bytes allocated and freed while it ran, calls included, and the bytes live after it ran the last \
    time, above those live when the function was called. Allocated minus freed is what is live at return.\n\n\
    Exit status: 0 fine, 1 the function failed, 2 usage or environment.\n\n\
    Example:\n  heapbook lines app.py:load -n 1e4";

/// Shows the lines.
pub(crate) fn run(_root: &Root, options: &LinesOptions) -> anyhow::Result<Status> {
    let ready = options.function.ready()?;
    let lines = match ready.measure(|runner, cell| runner.lines(cell)) {
        Ok(lines) => lines,
        Err(status) => return Ok(status),
    };
    if options.json {
        let file = ready.function.file.display().to_string();
        let answer = json!({
            "file": file, "function": ready.function.name, "n": ready.n, "runtime": ready.runtime(),
            "lines": lines.lines, "net_bytes": lines.net_bytes, "settled": lines.settled,
            "beyond_bytes": lines.beyond_bytes,
        });
        output::say_json(&answer)?;
    } else {
        output::answer(format_args!("{}", text(&ready, &lines)));
    }
    Ok(Status::Fine)
}

fn text(ready: &ReadyFunction, lines: &Lines) -> String {
    let mut text = format!(
        "{}\n\n{}\nAllocated − freed = {}: live at return, the result among it.\n",
        ready.title(),
        table(ready, lines),
        display::bytes(lines.net_bytes.0)
    );
    if !lines.settled {
        text.push_str("Calls went on differing: these are the figures of the last one.\n");
    }
    if let Some(words) = caveat::beyond(lines) {
        text.push_str(&format!("{words}\n"));
    }
    text
}

fn table(ready: &ReadyFunction, lines: &Lines) -> Table<6> {
    let mut table = Table::new([
        ("line", Align::Right),
        ("hits", Align::Right),
        ("allocated", Align::Right),
        ("freed", Align::Right),
        ("live after", Align::Right),
        ("", Align::Left),
    ]);
    // Where the name is bound to a function that is written elsewhere, or under another name, there
    // is no listing, and measured lines stand alone.
    match listing_of(&ready.program.text, Language::Python, &ready.function.name) {
        Some((first, listing)) => {
            for (number, code) in (first..).zip(listing.lines()) {
                let found = lines.lines.iter().find(|figures| figures.line as usize == number);
                table.push(figures(number, found, code));
            }
        }
        None => {
            for found in &lines.lines {
                let code = ready.program.text.lines().nth(found.line as usize - 1);
                table.push(figures(found.line as usize, Some(found), code.unwrap_or("")));
            }
        }
    }
    let sum = |of: fn(&LineFigures) -> Bytes| display::bytes(lines.lines.iter().map(|line| of(line).0).sum());
    table.push([
        "total".to_owned(),
        String::new(),
        sum(|line| line.allocated_bytes),
        sum(|line| line.freed_bytes),
        display::bytes(lines.net_bytes.0),
        String::new(),
    ]);
    table
}

fn figures(number: usize, found: Option<&LineFigures>, code: &str) -> [String; 6] {
    let bytes = |of: fn(&LineFigures) -> Bytes| {
        let bytes = found.map(of).filter(|bytes| bytes.0 != 0);
        bytes.map_or_else(String::new, |bytes| display::bytes(bytes.0))
    };
    [
        number.to_string(),
        found.map_or_else(String::new, |line| display::size(line.hits)),
        bytes(|line| line.allocated_bytes),
        bytes(|line| line.freed_bytes),
        found.map_or_else(String::new, |line| display::bytes(line.live_bytes.0)),
        code.to_owned(),
    ]
}
