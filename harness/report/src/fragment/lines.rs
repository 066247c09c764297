//! `{{#lines}}`: a function's text, and what each of its lines did in one traced call.

use heapbook_engine::record::{Cell, LineFigures, Lines};
use heapbook_model::{Language, Measured, Unit};

use super::Page;
use super::grid::{Column, Grid};
use super::parts::{data, failure, is_outdated, missing, number_cell, stale_badge, variant_label};
use super::query::Query;
use super::steps::steps;
use crate::caveat;
use crate::display;
use crate::escape;
use crate::palette::Swatch;
use crate::words::{Mistake, Words};

const COLUMNS: [Column; 4] = [
    Column::Numbers("Hits", "how often the line ran"),
    Column::Numbers(
        "Allocated",
        "bytes of blocks made while the line ran, by what it called too",
    ),
    Column::Numbers("Freed", "bytes given back while the line ran"),
    Column::Numbers(
        "Live after",
        "bytes live above those at the call’s beginning, after the line ran the last time",
    ),
];

/// The lines of one of Python's variants.
pub(crate) fn lines<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read_variant(page, words)?;
    let variant = query.variants[0];
    if variant.name.language != Language::Python {
        return Err(Mistake(format!(
            "`{}` has no figures of lines: only variants of Python are traced",
            variant.name
        )));
    }
    let grid = Grid {
        class: " hb-lines",
        spoken: "Lines",
        columns: &COLUMNS,
        caption: &caption(&query),
    };
    let first = "<th scope=\"col\" class=\"hb-number\">Line</th><th scope=\"col\">Code</th>";
    Ok(grid.of_rows(&query, first, &body(&query)))
}

fn caption(query: &Query<'_>) -> String {
    let name = &query.variants[0].name;
    let file = format!("scenarios/{}/{}", query.scenario.slug, name.language.file());
    format!(
        "{} by line, in one traced call at n = {}. Lines in pale print did not run, or belong to the statement above them. Allocated − freed = net: the bytes live at return. <small class=\"hb-file\">{}</small>",
        variant_label(query.scenario, name),
        display::size(query.n()),
        escape::html(&file)
    )
}

/// One row for each line of the text, and what they add up to.
fn body(query: &Query<'_>) -> String {
    let variant = query.variants[0];
    let text = query.scenario.listing(&variant.name).unwrap_or_default();
    let first = query.scenario.listing_line(&variant.name).unwrap_or(1);
    let cell = query.cell(variant);
    let lines = cell.and_then(lines_of);
    let highest = lines.map_or(0, |lines| {
        let live = lines.lines.iter().map(|line| line.live_bytes.0);
        live.max().unwrap_or(0)
    });
    let colour = Swatch::of(query.scenario, &variant.name).colour();
    let rows = text.lines().enumerate().map(|(index, line)| {
        let number = first + index;
        let found = lines.and_then(|lines| lines.lines.iter().find(|line| line.line as usize == number));
        row(number, line, found, highest, &colour)
    });
    let mut rows: String = rows.collect();
    match (lines, cell.and_then(|cell| cell.errors.first())) {
        (Some(lines), _) => rows.push_str(&ending(lines, first..first + text.lines().count())),
        (None, Some(error)) => rows.push_str(&across(&failure(error))),
        (None, None) => rows.push_str(&across(&missing(query.scenario))),
    }
    if lines.is_some_and(|lines| !lines.settled) {
        rows.push_str(&across(
            "No two successive calls agreed: these are the figures of the last one.",
        ));
    }
    if let Some(words) = lines.and_then(caveat::beyond) {
        rows.push_str(&across(&escape::html(&words)));
    }
    if cell.is_some_and(|cell| is_outdated(query.scenario, cell)) {
        let badge = stale_badge(query.scenario);
        rows.push_str(&across(&format!(
            "{badge} The figures are of other code than is shown."
        )));
    }
    if let Some(steps) = lines.and_then(steps) {
        rows.push_str(&across(&steps));
    }
    rows
}

/// The lines of a cell that did not fail.
fn lines_of(cell: &Cell) -> Option<&Lines> {
    cell.lines.as_ref().filter(|_| cell.errors.is_empty())
}

/// A row of words across all columns.
fn across(words: &str) -> String {
    format!("<tr><td colspan=\"6\">{words}</td></tr>")
}

fn row(number: usize, text: &str, figures: Option<&LineFigures>, highest: i64, colour: &str) -> String {
    let (class, cells) = match figures {
        None => (" class=\"hb-idle\"", "<td></td>".repeat(COLUMNS.len())),
        Some(figures) => ("", figure_cells(figures, highest, colour)),
    };
    format!(
        "<tr{class} data-line=\"{number}\"><td class=\"hb-number\">{number}</td><th scope=\"row\"><code class=\"language-python\">{}</code></th>{cells}</tr>",
        escape::html(text)
    )
}

fn figure_cells(figures: &LineFigures, highest: i64, colour: &str) -> String {
    let live = figures.live_bytes.0;
    let share = 100.0 * live.max(0) as f64 / highest.max(1) as f64;
    format!(
        "<td class=\"hb-number\">{}</td>{}{}<td class=\"hb-number hb-live\">{}<span class=\"hb-share\" style=\"inline-size:{share:.1}%;background:{colour}\"></span></td>",
        display::size(figures.hits),
        bytes(figures.allocated_bytes.0),
        bytes(figures.freed_bytes.0),
        shown(live)
    )
}

fn bytes(value: i64) -> String {
    number_cell(&shown(value))
}

fn shown(value: i64) -> String {
    data(Unit::Bytes, Measured::Exact(value), &display::bytes(value))
}

/// What was made and given back between the lines (on entering, on returning), and the sum of all,
/// which is the net.
fn ending(lines: &Lines, listed: std::ops::Range<usize>) -> String {
    let shown = lines
        .lines
        .iter()
        .filter(|line| listed.contains(&(line.line as usize)));
    let (allocated, freed) = shown.fold((0, 0), |(allocated, freed), line| {
        (allocated + line.allocated_bytes.0, freed + line.freed_bytes.0)
    });
    let rest = lines.net_bytes.0 - (allocated - freed);
    let (more, less) = (rest.max(0), (-rest).max(0));
    let mut rows = String::new();
    if rest != 0 {
        rows.push_str(&format!(
            "<tr class=\"hb-rest\"><td></td><th scope=\"row\">outside of these lines, net</th><td></td>{}{}<td></td></tr>",
            bytes(more),
            bytes(less)
        ));
    }
    rows.push_str(&format!(
        "<tr class=\"hb-total\"><td></td><th scope=\"row\">total, and net</th><td></td>{}{}{}</tr>",
        bytes(allocated + more),
        bytes(freed + less),
        bytes(lines.net_bytes.0)
    ));
    if lines.spare_bytes.0 != 0 {
        rows.push_str(&format!(
            "<tr class=\"hb-rest\"><td></td><th scope=\"row\">of which the interpreter keeps spare</th><td></td><td></td><td></td>{}</tr>",
            bytes(lines.spare_bytes.0)
        ));
    }
    rows
}
