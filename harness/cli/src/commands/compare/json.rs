//! A comparison as JSON: every figure that was compared, whether it changed or not.

use heapbook_engine::comparison::{Change, ComparedCell, Doubt, NotCompared};
use heapbook_model::{CellKey, Measured, Unit};
use serde_json::{Value, json};

use super::View;

/// The comparison as JSON.
pub(super) fn data(view: &View<'_>) -> Value {
    let comparison = view.comparison;
    let compared = comparison
        .cells
        .iter()
        .map(|cell| compared(cell, view.options.threshold));
    json!({
        "threshold_percent": view.options.threshold,
        "regressions": comparison.regressions(view.options.threshold),
        "compared": compared.collect::<Vec<_>>(),
        "not_compared": comparison.not_compared.iter().map(not_compared).collect::<Vec<_>>(),
        "only_in_old": comparison.only_in_old.iter().map(cell).collect::<Vec<_>>(),
        "only_in_new": comparison.only_in_new.iter().map(cell).collect::<Vec<_>>(),
    })
}

fn cell(key: &CellKey) -> Value {
    json!({
        "scenario": key.scenario,
        "variant": key.variant,
        "n": key.n,
        "language": key.runtime.language,
        "version": key.runtime.version,
    })
}

fn not_compared(one: &NotCompared) -> Value {
    let (mut value, reason) = (cell(&one.key), json!(one.reason));
    let fields = reason.as_object().into_iter().flatten();
    fields.for_each(|(name, field)| value[name] = field.clone());
    value
}

fn compared(cell: &ComparedCell, threshold: f64) -> Value {
    let mut value = self::cell(&cell.key);
    value["machine"] = json!(cell.key.machine);
    value["differs"] = json!(cell.notes);
    value["failed_in"] = json!(cell.failure);
    value["figures"] = cell
        .changes
        .iter()
        .map(|change| figure(change, threshold))
        .collect();
    value
}

fn figure(change: &Change, threshold: f64) -> Value {
    json!({
        "figure": change.metric.word(),
        "unit": match change.metric.unit() {
            Unit::Bytes => "bytes",
            Unit::Count => "count",
            Unit::Nanos => "nanoseconds",
        },
        "old": change.old.map(measured),
        "new": change.new.map(measured),
        "percent": change.percent(),
        "ratio": change.ratio,
        "outcome": change.outcome.word().replace(' ', "_"),
        "doubt": change.doubt.map(|doubt| match doubt {
            Doubt::Load => "load",
            Doubt::Processes => "processes",
        }),
        "regression": change.is_regression(threshold),
    })
}

fn measured(figure: Measured) -> Value {
    match figure {
        Measured::Exact(value) => json!({ "exact": value }),
        Measured::Range { low, high } => json!({ "low": low, "high": high }),
        Measured::AtLeast(value) => json!({ "at_least": value }),
        Measured::Estimate { median, low, high } => json!({ "median": median, "low": low, "high": high }),
    }
}
