//! `{{#value}}` and `{{#ratio}}`: one figure in a sentence.

use heapbook_engine::figures::{Metric, factor};
use heapbook_engine::record::Cell;
use heapbook_engine::scenario::Scenario;
use heapbook_model::{Measured, Unit};

use super::parts::{is_outdated, kind, missing, missing_because, stale_title, titled};
use super::query::Query;
use super::{Page, provenance};
use crate::display;
use crate::escape;
use crate::library::Absent;
use crate::words::{Mistake, Words};

/// One figure of the reference.
pub(crate) fn value<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read_variant(page, words)?;
    let (variant, n) = (query.variants[0], query.n());
    let metric = words.metric()?;
    let show = form(words, metric)?;
    let (figure, cell) = match query.reading(variant, metric) {
        Ok(found) => found,
        Err(absent) => return Ok(in_place(query.scenario, absent)),
    };
    let unit = metric.unit();
    let title = format!("{}; n = {}", display::exact(unit, figure), display::size(n));
    Ok(span(&query, &[cell], &show(unit, figure, n), title))
}

/// How a figure at `n` is shown, by `per=element` and `format=exact`, one of which may be given.
fn form(words: &mut Words<'_>, metric: Metric) -> Result<fn(Unit, Measured, u64) -> String, Mistake> {
    let mistake = |reason: &str| Err(Mistake(reason.to_owned()));
    match (words.option("per"), words.option("format")) {
        (None, None) => Ok(|unit, figure, _| display::measured(unit, figure)),
        (Some("element"), None) => Ok(share),
        (None, Some("exact")) if metric != Metric::Time => {
            Ok(|unit, figure, _| display::unrounded(unit, figure))
        }
        (None, Some("exact")) => mistake("a time is not an exact figure: leave `format=exact` out"),
        (Some("element"), Some("exact")) => mistake(
            "a share of an element is not an exact figure: leave one of `format=exact` and `per=element` out",
        ),
        (Some("element") | None, Some(other)) => {
            mistake(&format!("invalid option `format={other}`: expected format=exact"))
        }
        (Some(other), _) => mistake(&format!("invalid option `per={other}`: expected per=element")),
    }
}

/// How many times one variant's figure is another's.
pub(crate) fn ratio<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read(page, words)?;
    let (scenario, n) = (query.scenario, query.n());
    let metric = words.metric()?;
    let (above, below) = (words.variant(scenario)?, words.variant(scenario)?);
    let readings = [above, below].map(|variant| query.reading(variant, metric));
    let [(one, one_cell), (other, other_cell)] = match readings {
        [Ok(one), Ok(other)] => [one, other],
        [Err(absent), _] | [_, Err(absent)] => return Ok(in_place(scenario, absent)),
    };
    let Some(factor) = factor(metric, one_cell, other_cell) else {
        let title = if one.is_incomplete() || other.is_incomplete() {
            "a figure is a lower bound, and has no ratio".to_owned()
        } else {
            format!("{} needs 0, and nothing is a multiple of 0", below.name)
        };
        return Ok(missing_because("no ratio", &title));
    };
    let title = format!(
        "{}: {} for {}, {} for {}; n = {}",
        metric.word(),
        display::exact(metric.unit(), one),
        above.name,
        display::exact(metric.unit(), other),
        below.name,
        display::size(n)
    );
    let cells = [one_cell, other_cell];
    Ok(span(&query, &cells, &display::times(factor), title))
}

/// A figure divided by `n`.
pub(super) fn share(unit: Unit, figure: Measured, n: u64) -> String {
    let one = |value: f64| match unit {
        Unit::Bytes => display::bytes_estimate(value / n as f64),
        _ => display::quantity(unit, value / n as f64),
    };
    match figure {
        Measured::Range { low, high } => display::range(&one(low as f64), &one(high as f64)),
        Measured::AtLeast(value) => format!("≥ {}", one(value as f64)),
        _ => one(figure.typical()),
    }
}

/// A figure with its exact form and its provenance on demand, marked where it is of other code.
pub(super) fn span(query: &Query<'_>, cells: &[&Cell], shown: &str, mut title: String) -> String {
    let sources = cells.iter().map(|cell| provenance::short(&query.view, cell));
    for source in provenance::distinct(sources) {
        title.push_str("; ");
        title.push_str(&source);
    }
    let mut class = "hb-value";
    if cells.iter().any(|cell| is_outdated(query.scenario, cell)) {
        class = "hb-value hb-stale-value";
        title.push_str("; stale: ");
        title.push_str(&stale_title(query.scenario));
    }
    titled(class, &title, &escape::html(shown))
}

/// Words in the place of a figure.
pub(super) fn in_place(scenario: &Scenario, absent: Absent<'_>) -> String {
    match absent {
        Absent::NotMeasured => missing(scenario),
        Absent::Failed(error) => missing_because(&format!("failed: {}", kind(error.kind)), &error.message),
    }
}
