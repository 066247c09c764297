//! `{{#value}}` and `{{#ratio}}`: one figure in a sentence.

use heapbook_engine::figures::{Metric, factor};
use heapbook_engine::record::{Cell, CellError};
use heapbook_engine::scenario::{Scenario, Variant};
use heapbook_engine::validity::Validity;
use heapbook_model::{Measured, Unit};

use super::parts::{kind, missing, missing_because, stale_title};
use super::{Page, provenance};
use crate::directive::{Mistake, Words};
use crate::display;
use crate::escape;
use crate::library::{Reading, Side};

/// One figure of the reference.
pub(crate) fn value<'a>(page: &mut Page<'a>, mut words: Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let variant = words.variant(scenario)?;
    let metric = words.metric()?;
    let n = words.size(scenario)?;
    let per_element = match words.option("per") {
        None => false,
        Some("element") => true,
        Some(other) => return Err(Mistake(format!("`per={other}` is unknown: use per=element"))),
    };
    let is_exact = match words.option("format") {
        None => false,
        Some("exact") if per_element => {
            let advice = "leave one of `format=exact` and `per=element` out";
            return Err(Mistake(format!(
                "a share of an element is no exact figure: {advice}"
            )));
        }
        Some("exact") if metric == Metric::Time => {
            return Err(Mistake(
                "a time is no exact figure: leave `format=exact` out".to_owned(),
            ));
        }
        Some("exact") => true,
        Some(other) => return Err(Mistake(format!("`format={other}` is unknown: use format=exact"))),
    };
    let side = page.library.reference_side(words.python()?);
    words.end()?;
    let (figure, cell) = match side.reading(scenario, variant, n, metric) {
        Reading::NotMeasured => return Ok(missing(scenario)),
        Reading::Failed(error) => return Ok(failed(error)),
        Reading::Figure(figure, cell) => (figure, cell),
    };
    let unit = metric.unit();
    let shown = match (per_element, is_exact) {
        (true, _) => share(unit, figure, n),
        (_, true) => display::unrounded(unit, figure),
        _ => display::measured(unit, figure),
    };
    let title = format!("{}; n = {}", display::exact(unit, figure), display::size(n));
    Ok(span(scenario, &side, &[(variant, cell)], &shown, title))
}

/// How many times one variant's figure is another's.
pub(crate) fn ratio<'a>(page: &mut Page<'a>, mut words: Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let metric = words.metric()?;
    let (above, below) = (words.variant(scenario)?, words.variant(scenario)?);
    let n = words.size(scenario)?;
    let side = page.library.reference_side(words.python()?);
    words.end()?;
    let readings = [above, below].map(|variant| (variant, side.reading(scenario, variant, n, metric)));
    let mut figures = Vec::new();
    for (variant, reading) in readings {
        match reading {
            Reading::NotMeasured => return Ok(missing(scenario)),
            Reading::Failed(error) => return Ok(failed(error)),
            Reading::Figure(figure, cell) => figures.push((variant, figure, cell)),
        }
    }
    let [(_, one, one_cell), (_, other, other_cell)] = figures[..] else {
        return Ok(missing(scenario));
    };
    let Some(factor) = factor(metric, one_cell, other_cell) else {
        let title = format!("{} needs 0, and nothing is a multiple of 0", below.name);
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
    let cells = [(above, one_cell), (below, other_cell)];
    Ok(span(scenario, &side, &cells, &display::times(factor), title))
}

/// A figure divided by `n`.
fn share(unit: Unit, figure: Measured, n: u64) -> String {
    let one = |value: f64| match unit {
        Unit::Bytes => display::bytes_estimate(value / n as f64),
        _ => display::quantity(unit, value / n as f64),
    };
    match figure {
        Measured::Range { low, high } => display::range(&one(low as f64), &one(high as f64)),
        _ => one(figure.typical()),
    }
}

/// A figure with its exact form and its provenance on demand, marked where it is of other code.
pub(super) fn span(
    scenario: &Scenario,
    side: &Side<'_>,
    cells: &[(&Variant, &Cell)],
    shown: &str,
    title: String,
) -> String {
    let mut title = title;
    let sources = cells.iter().map(|(_, cell)| provenance::short(side, cell));
    for source in provenance::distinct(sources) {
        title.push_str("; ");
        title.push_str(&source);
    }
    let mut class = "hb-value";
    if cells
        .iter()
        .any(|(variant, cell)| Validity::outdated(cell, variant).is_some())
    {
        class = "hb-value hb-stale-value";
        title.push_str("; stale: ");
        title.push_str(&stale_title(scenario));
    }
    format!(
        "<span class=\"{class}\" title=\"{}\">{}</span>",
        escape::html(&title),
        escape::html(shown)
    )
}

/// Words for a figure whose cell failed.
pub(super) fn failed(error: &CellError) -> String {
    missing_because(&format!("failed: {}", kind(error.kind)), &error.message)
}
