//! `{{#watch}}`: a small run of a function, step by step: the line in hand, names, objects, and
//! what the step made and gave back.

use heapbook_engine::record::{Cell, Name as SeenName, Object as SeenObject, Picture, Step};
use heapbook_engine::scenario::Scenario;
use heapbook_model::{Language, Measured, Unit, VariantName};

use super::Page;
use super::parts::{failure, is_outdated, missing, stale_badge, variant_label};
use super::query::Query;
use crate::display;
use crate::escape;
use crate::picture::{Frame, Hold, Moment, Name, Object, Target, draw};
use crate::words::{Mistake, Words};

/// The steps of one of Python's variants, with one Python whatever the reader chooses: the bytes of
/// a box change from version to version, the arrows do not.
pub(crate) fn watch<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read_variant(page, words)?;
    let variant = query.variants[0];
    let Some(n) = variant.watch else {
        return Err(Mistake(format!(
            "there is no picture of `{}`: write `watch = 4` below it in scenario.toml",
            variant.name
        )));
    };
    let cell = query.cell(variant);
    let label = variant_label(query.scenario, &variant.name);
    let body = match cell.and_then(picture_of) {
        Some(picture) => steps(query.scenario, &variant.name, picture),
        None => match cell.and_then(|cell| cell.errors.first()) {
            Some(error) => format!("<p>{}</p>", failure(error)),
            None => format!("<p>{}</p>", missing(query.scenario)),
        },
    };
    let stale = match cell.is_some_and(|cell| is_outdated(query.scenario, cell)) {
        true => format!(" {}", stale_badge(query.scenario)),
        false => String::new(),
    };
    let python = cell.map_or_else(String::new, |cell| {
        let runtime = &cell.key.runtime;
        escape::html(&format!(" with {} {}", runtime.implementation, runtime.version))
    });
    Ok(format!(
        "<figure class=\"hb-watch\"><figcaption>{label} at n = {}{python}, step by step.{stale}</figcaption>{body}</figure>",
        display::size(n)
    ))
}

/// The picture of a cell that did not fail.
fn picture_of(cell: &Cell) -> Option<&Picture> {
    cell.picture.as_ref().filter(|_| cell.errors.is_empty())
}

fn steps(scenario: &Scenario, name: &VariantName, picture: &Picture) -> String {
    let moments: Vec<Moment> = picture.steps.iter().map(moment).collect();
    let drawings = draw(&moments);
    let items = picture.steps.iter().zip(drawings).map(|(step, drawing)| {
        let line = step
            .seen
            .line
            .map_or_else(String::new, |line| format!(" data-line=\"{line}\""));
        format!("<li{line}><p>{}</p>{drawing}</li>", said(step, picture))
    });
    let items: String = items.collect();
    let count = match picture.steps.len() as u64 {
        shown if shown < picture.total_steps => format!(
            "The first {} of {} steps",
            display::size(shown),
            display::size(picture.total_steps)
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
    format!("<ol class=\"hb-watch-code\">{}</ol>", lines.collect::<String>())
}

/// What a step did.
fn said(step: &Step, picture: &Picture) -> String {
    let live = exact(step.live_bytes.0);
    let Some(line) = step.seen.line else {
        return "Before the first line.".to_owned();
    };
    let ends = step.seen.frames.iter().any(|frame| frame.function.is_empty());
    let after = if ends { ", and the function returns" } else { "" };
    let did = match (step.made_bytes.0, step.freed_bytes.0) {
        (0, 0) => "makes nothing and frees nothing".to_owned(),
        (made, 0) => format!("makes {}", exact(made)),
        (0, freed) => format!("frees {}", exact(freed)),
        (made, freed) => format!("makes {} and frees {}", exact(made), exact(freed)),
    };
    let more = match step.seen.left_out {
        0 => String::new(),
        1 => " One more object is not drawn.".to_owned(),
        more => format!(" {} more objects are not drawn.", display::size(more)),
    };
    let spare = match picture.spare_bytes.0 {
        spare if ends && spare != 0 => {
            format!(", {} of them spare places of the interpreter’s own", exact(spare))
        }
        _ => String::new(),
    };
    format!("Line {line} {did}{after}: {live} live{spare}.{more}")
}

fn exact(bytes: i64) -> String {
    display::exact(Unit::Bytes, Measured::Exact(bytes))
}

fn moment(step: &Step) -> Moment {
    let frames = step.seen.frames.iter().map(|frame| Frame {
        title: match frame.function.as_str() {
            "" => "after the return".to_owned(),
            "<module>" => "the module".to_owned(),
            function => function.to_owned(),
        },
        names: frame.names.iter().map(name).collect(),
    });
    Moment {
        frames: frames.collect(),
        objects: step.seen.objects.iter().map(object).collect(),
        live: step.live_bytes.0,
    }
}

fn name(seen: &SeenName) -> Name {
    Name {
        name: seen.name.clone(),
        to: match seen.object {
            Some(number) => Target::Object(number, Hold::Owns),
            None => Target::Value(seen.text.clone().unwrap_or_default()),
        },
    }
}

fn object(seen: &SeenObject) -> Object {
    Object {
        number: seen.number,
        kind: seen.kind.clone(),
        text: seen.text.clone().unwrap_or_default(),
        bytes: seen.bytes.0,
        estimated: seen.estimated,
        unreached: seen.unreached,
        refers_to: seen
            .refers_to
            .iter()
            .map(|&number| (number, Hold::Owns))
            .collect(),
    }
}
