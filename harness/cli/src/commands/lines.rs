//! `heapbook lines`: a function's source, and what each of its lines does.

use clap::Args;
use heapbook_engine::record::{LineFigures, Lines};
use heapbook_engine::scenario::listing_of;
use heapbook_model::{Bytes, Language};
use heapbook_report::display;
use serde_json::json;

use super::inspect::{Ready, Subject};
use crate::output;
use crate::output::say;
use crate::status::Status;

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct LinesOptions {
    #[command(flatten)]
    subject: Subject,
    /// Print JSON, in bytes
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
    Each line has the bytes that were made and given back while it ran, by what it called too, and the bytes live after \
    it ran the last time, above those live when the call began. Made minus given back is what is live at return.\n\n\
    Exit status: 0 fine, 1 the function failed, 2 usage or environment.\n\n\
    Example:\n  heapbook lines app.py:load -n 1e4";

/// Shows the lines.
pub(crate) fn run(options: &LinesOptions) -> anyhow::Result<Status> {
    let ready = options.subject.ready()?;
    let lines = match ready.look(|run, planned| run.lines_of(planned)) {
        Ok(lines) => lines,
        Err(status) => return Ok(status),
    };
    if options.json {
        let file = ready.function.file.display().to_string();
        let answer = json!({
            "file": file, "function": ready.function.name, "n": ready.n, "runtime": ready.runtime(),
            "lines": lines.lines, "net_bytes": lines.net_bytes, "settled": lines.settled,
        });
        say!("{}", serde_json::to_string_pretty(&answer)?);
    } else {
        output::answer(format_args!("{}", table(&ready, &lines)));
    }
    Ok(Status::Fine)
}

const HEADS: [&str; 5] = ["line", "hits", "allocated", "freed", "live after"];

fn table(ready: &Ready, lines: &Lines) -> String {
    let (file, name) = (ready.function.file.display(), &ready.function.name);
    let mut text = format!(
        "{file}:{name} at n = {}, {}\n\n",
        display::size(ready.n),
        ready.runtime()
    );
    let mut rows: Vec<([String; 5], &str)> = vec![(HEADS.map(str::to_owned), "")];
    match listing_of(&ready.source, Language::Python, name) {
        Some((first, listing)) => {
            for (index, line) in listing.lines().enumerate() {
                let number = first + index;
                let found = lines.lines.iter().find(|figures| figures.line as usize == number);
                rows.push((figures(number, found), line));
            }
        }
        // The name is bound to a function that is written elsewhere, or under another name.
        None => {
            for found in &lines.lines {
                let line = ready.source.lines().nth(found.line as usize - 1).unwrap_or("");
                rows.push((figures(found.line as usize, Some(found)), line));
            }
        }
    }
    rows.push((total(lines), ""));
    let widths: Vec<usize> = (0..HEADS.len())
        .map(|column| {
            rows.iter()
                .map(|(row, _)| row[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    for (row, code) in &rows {
        let set: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:>width$}"))
            .collect();
        text.push_str(format!("{}  {code}", set.join("  ")).trim_end());
        text.push('\n');
    }
    text.push_str(&format!(
        "\nAllocated − freed = {}: live at return, the result among it.\n",
        display::bytes(lines.net_bytes.0)
    ));
    if !lines.settled {
        text.push_str("Calls went on differing: these are the figures of the last one.\n");
    }
    text
}

fn figures(number: usize, found: Option<&LineFigures>) -> [String; 5] {
    let Some(line) = found else {
        return [
            number.to_string(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ];
    };
    let bytes = |bytes: Bytes| {
        if bytes.0 == 0 {
            String::new()
        } else {
            display::bytes(bytes.0)
        }
    };
    [
        number.to_string(),
        display::size(line.hits),
        bytes(line.allocated_bytes),
        bytes(line.freed_bytes),
        display::bytes(line.live_bytes.0),
    ]
}

fn total(lines: &Lines) -> [String; 5] {
    let sum = |of: fn(&LineFigures) -> Bytes| display::bytes(lines.lines.iter().map(|line| of(line).0).sum());
    [
        "total".to_owned(),
        String::new(),
        sum(|line| line.allocated_bytes),
        sum(|line| line.freed_bytes),
        display::bytes(lines.net_bytes.0),
    ]
}
