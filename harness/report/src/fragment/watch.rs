//! `{{#watch}}`: a small run of a function, step by step: the line in hand, names, objects, and
//! what the step made and gave back.
//!
//! - `steps`: a run's steps, of a record or of a picture that was written by hand

mod steps;

use heapbook_engine::record::{Cell, Picture};
use heapbook_engine::scenario::{Scenario, Variant};
use heapbook_model::{Language, Measured, Unit, VariantName};

use super::Page;
use super::parts::{failure, is_outdated, missing, stale_badge, variant_label};
use super::query::Query;
use crate::display;
use crate::escape;
use crate::picture::draw;
use crate::words::{Mistake, Words};
use steps::{Run, Step};

/// The steps of one variant.
pub(crate) fn watch<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read_variant(page, words)?;
    let variant = query.variants[0];
    let (n, body) = match variant.name.language {
        Language::Python => of_record(&query, variant)?,
        Language::Rust => of_file(query.scenario, &variant.name)?,
    };
    let figure = format!(
        "<figure class=\"hb-watch\"><figcaption>{} at n = {}, step by step.{}</figcaption>{body}</figure>",
        variant_label(query.scenario, &variant.name),
        display::size(n),
        query.version()
    );
    Ok(match variant.name.language {
        Language::Python => figure,
        Language::Rust => format!("<details><summary>The same in Rust</summary>{figure}</details>"),
    })
}

/// The size and the steps that a record has.
fn of_record(query: &Query<'_>, variant: &Variant) -> Result<(u64, String), Mistake> {
    let n = variant.watch.ok_or_else(|| {
        Mistake(format!(
            "there is no picture of `{}`: write `watch = 4` below it in scenario.toml",
            variant.name
        ))
    })?;
    let cell = query.cell(variant);
    let body = match (
        cell.and_then(picture_of),
        cell.and_then(|cell| cell.errors.first()),
    ) {
        (Some(picture), _) => body(query.scenario, &variant.name, &Run::of_record(picture)),
        (None, Some(error)) => format!("<p>{}</p>", failure(error)),
        (None, None) => format!("<p>{}</p>", missing(query.scenario)),
    };
    let badge = match cell.is_some_and(|cell| is_outdated(query.scenario, cell)) {
        true => format!("<p>{}</p>", stale_badge(query.scenario)),
        false => String::new(),
    };
    Ok((n, badge + &body))
}

/// The size and the steps that were written by hand.
fn of_file(scenario: &Scenario, name: &VariantName) -> Result<(u64, String), Mistake> {
    let mut pictures = scenario.pictures.iter();
    let picture = pictures.find(|picture| picture.variant == *name).ok_or_else(|| {
        Mistake(format!(
            "there is no picture of `{name}`: write it into scenarios/{}/picture.toml",
            scenario.slug
        ))
    })?;
    Ok((picture.n, body(scenario, name, &Run::of_file(picture))))
}

/// The picture of a cell that did not fail.
fn picture_of(cell: &Cell) -> Option<&Picture> {
    cell.picture.as_ref().filter(|_| cell.errors.is_empty())
}

/// The program, and beside it each step with its drawing.
fn body(scenario: &Scenario, name: &VariantName, run: &Run) -> String {
    let items = run.steps.iter().zip(draw(&run.moments)).map(|(step, drawing)| {
        let line = step
            .line
            .map_or_else(String::new, |line| format!(" data-line=\"{line}\""));
        format!("<li{line}><p>{}</p>{drawing}</li>", said(step))
    });
    let items: String = items.collect();
    let count = match run.steps.len() as u64 {
        shown if shown < run.total => format!(
            "The first {} of {} steps",
            display::size(shown),
            display::size(run.total)
        ),
        shown => format!("All {} steps", display::size(shown)),
    };
    format!(
        "<div class=\"hb-watch-body\">{}<details class=\"hb-watch-all\"><summary>{count}</summary><ol>{items}</ol></details></div>",
        code_lines(scenario, name)
    )
}

/// The function's text, a line each.
fn code_lines(scenario: &Scenario, name: &VariantName) -> String {
    let text = scenario.listing(name).unwrap_or_default();
    let first = scenario.listing_line(name).unwrap_or(1);
    let class = match name.language {
        Language::Python => "language-python",
        Language::Rust => "language-rust noplayground",
    };
    let lines = (first..).zip(text.lines()).map(|(number, line)| {
        format!(
            "<li data-line=\"{number}\"><code class=\"{class}\">{}</code></li>",
            escape::html(line)
        )
    });
    format!(
        "<ol class=\"hb-watch-code\" tabindex=\"0\" aria-label=\"The program\">{}</ol>",
        lines.collect::<String>()
    )
}

/// What a step did.
fn said(step: &Step) -> String {
    let Some(line) = step.line else {
        return "Before the first line.".to_owned();
    };
    let did = match (step.made, step.freed) {
        (0, 0) => "makes nothing and frees nothing".to_owned(),
        (made, 0) => format!("makes {}", exact(made)),
        (0, freed) => format!("frees {}", exact(freed)),
        (made, freed) => format!("makes {} and frees {}", exact(made), exact(freed)),
    };
    let after = if step.returns {
        ", and the function returns"
    } else {
        ""
    };
    // Less than before the call: it took spare ones, and freed others that the ledger saw made.
    let spare = match step.spare {
        ..=0 => String::new(),
        spare => format!(
            ", {} of which the interpreter keeps for its next objects",
            exact(spare)
        ),
    };
    let more = match step.left_out {
        0 => String::new(),
        1 => " One more object is not drawn.".to_owned(),
        more => format!(" {} more objects are not drawn.", display::size(more)),
    };
    format!(
        "Line {line} {did}{after}: {} live{spare}.{more}",
        exact(step.live)
    )
}

fn exact(bytes: i64) -> String {
    display::exact(Unit::Bytes, Measured::Exact(bytes))
}
