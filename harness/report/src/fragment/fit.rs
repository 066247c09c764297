//! `{{#fit}}`: the straight line through a variant's figures, in a sentence.

use heapbook_engine::statistics::{Line, fit_line};
use heapbook_model::Unit;

use super::Page;
use super::parts::missing_because;
use super::query::Query;
use super::value::{in_place, span};
use crate::display;
use crate::library::reading;
use crate::words::{Mistake, Words};

/// What a figure comes to an element, and beside: `0.5 bytes an element + 65 bytes`.
pub(crate) fn fit<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read_variant(page, words)?;
    let (scenario, variant) = (query.scenario, query.variants[0]);
    let metric = words.metric()?;
    if metric.row().per_machine {
        let advice = "ask for a figure of the ledger, or draw a plot";
        return Err(Mistake(format!(
            "`{}` is never exact, and a line is asked for: {advice}",
            metric.word()
        )));
    }
    let (mut figures, mut cells) = (Vec::new(), Vec::new());
    for &n in &scenario.sizes {
        match reading(query.view.cell(&scenario.slug, &variant.name, n), |cell| {
            metric.of(cell)
        }) {
            Ok((figure, cell)) => {
                figures.push((n, figure));
                cells.push(cell);
            }
            Err(absent) => return Ok(in_place(scenario, absent)),
        }
    }
    let Some(line) = fit_line(&figures) else {
        let title = "a line takes two sizes, and the scenario has one";
        return Ok(missing_because("no line", title));
    };
    let unit = metric.unit();
    let title = format!("{}: {}", metric.word(), full(unit, &line, &scenario.sizes));
    Ok(span(&query, &cells, &shown(unit, &line), title))
}

/// The line in a sentence. A constant that the figures do not show is left out.
fn shown(unit: Unit, line: &Line) -> String {
    let about = if line.is_exact { "" } else { "≈ " };
    if line.per_element == 0.0 {
        return format!("{about}{} at every n", amount(unit, line.constant));
    }
    let constant = match line.constant_is_seen {
        true => beside(unit, line.constant),
        false => String::new(),
    };
    format!("{about}{} an element{constant}", amount(unit, line.per_element))
}

/// What is added, or taken away.
fn beside(unit: Unit, constant: f64) -> String {
    match constant < 0.0 {
        true => format!(" − {}", amount(unit, -constant)),
        false => format!(" + {}", amount(unit, constant)),
    }
}

/// The line with how well it fits.
fn full(unit: Unit, line: &Line, sizes: &[u64]) -> String {
    let [first, last] = [sizes.first(), sizes.last()].map(|n| display::size(n.copied().unwrap_or_default()));
    let range = format!("n = {first} to {last}");
    if line.is_exact {
        return format!("exactly so at each of {} sizes, {range}", sizes.len());
    }
    format!(
        "{} × n{}, with the least squares of relative misses; a figure is missed by up to {}; {} sizes, {range}",
        amount(unit, line.per_element),
        beside(unit, line.constant),
        display::percent(line.miss),
        sizes.len()
    )
}

/// A number in its unit: a whole one as it is, another to three digits.
fn amount(unit: Unit, value: f64) -> String {
    let is_half = (value * 2.0).fract() == 0.0 && value.fract() != 0.0 && value.abs() < 100.0;
    match unit {
        Unit::Bytes if is_half => format!("{value} bytes"),
        _ => display::quantity(unit, value),
    }
}
