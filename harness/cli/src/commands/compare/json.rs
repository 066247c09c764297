//! For programs: every figure that was compared, whether it changed or not.

use heapbook_engine::comparison::{Change, ComparedCell, FailedSide, NotCompared, Note, Place, Reason};
use heapbook_engine::figures::Outcome;
use heapbook_engine::statistics::Interval;
use heapbook_model::{MachineId, Measured, Unit};
use serde_json::{Value, json};

use super::View;

/// The comparison as JSON, indented.
pub(super) fn render(view: &View<'_>) -> serde_json::Result<String> {
    let comparison = view.comparison;
    let places = |places: &[Place]| Value::Array(places.iter().map(place).collect());
    let compared = comparison.cells.iter().map(|cell| compared(cell, view.threshold));
    serde_json::to_string_pretty(&json!({
        "threshold_percent": view.threshold,
        "regressions": comparison.regressions(view.threshold),
        "compared": compared.collect::<Vec<_>>(),
        "not_compared": comparison.not_compared.iter().map(not_compared).collect::<Vec<_>>(),
        "only_in_old": places(&comparison.only_in_old),
        "only_in_new": places(&comparison.only_in_new),
    }))
}

fn place(place: &Place) -> Value {
    json!({
        "scenario": place.scenario,
        "variant": place.variant,
        "n": place.n,
        "language": place.language,
        "version": place.version,
    })
}

fn compared(cell: &ComparedCell, threshold: f64) -> Value {
    let mut value = place(&cell.place);
    value["machine"] = json!(cell.machine);
    value["differs"] = cell.notes.iter().map(|&one| note(one)).collect();
    value["failed_in"] = match cell.failure {
        None => Value::Null,
        Some(FailedSide::Old) => "old".into(),
        Some(FailedSide::New) => "new".into(),
        Some(FailedSide::Both) => "both".into(),
    };
    value["figures"] = cell
        .changes
        .iter()
        .map(|change| figure(change, threshold))
        .collect();
    value
}

fn note(note: Note) -> &'static str {
    match note {
        Note::Source => "source",
        Note::Digest => "digest",
        Note::Build => "build",
        Note::Packages => "packages",
        Note::Effort => "effort",
    }
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
        "ratio": change.ratio.map(interval),
        "outcome": match change.outcome {
            Outcome::Less => "less",
            Outcome::More => "more",
            Outcome::Equal => "equal",
            Outcome::CannotTell => "cannot_tell",
        },
        "regression": change.is_regression(threshold),
    })
}

fn measured(figure: Measured) -> Value {
    match figure {
        Measured::Exact(value) => json!({ "exact": value }),
        Measured::Range { low, high } => json!({ "low": low, "high": high }),
        Measured::Estimate { median, low, high } => interval(Interval { median, low, high }),
    }
}

fn interval(interval: Interval) -> Value {
    json!({ "median": interval.median, "low": interval.low, "high": interval.high })
}

fn not_compared(cell: &NotCompared) -> Value {
    let ids = |ids: &[MachineId]| json!(ids);
    let mut value = place(&cell.place);
    let (reason, old, new) = match &cell.reason {
        Reason::Machines { old, new } => ("machines", ids(old), ids(new)),
        Reason::Methods { old, new } => ("methods", json!(old), json!(new)),
    };
    value["reason"] = reason.into();
    value["old"] = old;
    value["new"] = new;
    value
}
