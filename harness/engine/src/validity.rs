//! The one rule that says whether a record still answers for its cell.
//!
//! `run` measures what is not valid, `list` and `check` show it, and the book puts a badge on it.

use std::fmt;

use serde::Serialize;

use crate::figures::Metric;
use crate::record::{Cell, Effort, METHOD, Records, View};
use crate::scenario::{Scenario, Variant};
use heapbook_model::Language;

/// Whether a record is still that of the cell as it would be measured today, and if not, why.
///
/// The order is that of how much a reader must be warned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// It is.
    Valid,
    /// It is, of a quick run, where a full one is wanted.
    Quick,
    /// A pass that this size now needs was not made, because another size was the headline, or no
    /// claim or question was about its figures.
    Incomplete,
    /// It was measured by an older method, whose figures mean something else.
    OtherMethod,
    /// It was measured on other code.
    OtherCode,
    /// It was measured, and failed.
    Failed,
    /// There is no record.
    Missing,
}

impl Validity {
    /// Judges the record of a variant at a size; `wanted` is the effort that will do.
    pub fn of(cell: Option<&Cell>, scenario: &Scenario, variant: &Variant, wanted: Effort) -> Self {
        let Some(cell) = cell else {
            return Validity::Missing;
        };
        if !cell.errors.is_empty() {
            Validity::Failed
        } else if let Some(outdated) = Validity::outdated(cell, variant) {
            outdated
        } else if is_incomplete(cell, scenario) {
            Validity::Incomplete
        } else if cell.effort < wanted {
            Validity::Quick
        } else {
            Validity::Valid
        }
    }

    /// The worst over all of a scenario's sizes, which is what a reader must know of the variant:
    /// for each Python that it has records of, and once without a version for Rust and for a
    /// variant without records.
    pub fn by_python<'a>(
        scenario: &Scenario,
        variant: &Variant,
        records: &'a Records,
        wanted: Effort,
    ) -> Vec<(Option<&'a str>, Self)> {
        let worst = |python: Option<&'a str>| {
            let view = View::new(records, python);
            let cell = |&n: &u64| view.cell(&scenario.slug, &variant.name, n);
            let is_measured = scenario.sizes.iter().any(|n| cell(n).is_some());
            let states = scenario
                .sizes
                .iter()
                .map(|n| Validity::of(cell(n), scenario, variant, wanted));
            is_measured.then(|| (python, states.max().unwrap_or(Validity::Missing)))
        };
        let pythons = match variant.name.language {
            Language::Python => records.pythons(&scenario.slug).into_iter().map(Some).collect(),
            Language::Rust => vec![None],
        };
        let states: Vec<_> = pythons.into_iter().filter_map(worst).collect();
        if states.is_empty() {
            vec![(None, Validity::Missing)]
        } else {
            states
        }
    }

    /// Whether a record's figures are of other code, or of another meaning, than today's: a page
    /// that shows them has to say so. `None` if they are of today's.
    pub fn outdated(cell: &Cell, variant: &Variant) -> Option<Self> {
        if cell.source != variant.source {
            Some(Validity::OtherCode)
        } else if cell.method != METHOD {
            Some(Validity::OtherMethod)
        } else {
            None
        }
    }
}

/// Whether a figure is missing that a run of the record's effort takes today.
fn is_incomplete(cell: &Cell, scenario: &Scenario) -> bool {
    let Some(memory) = &cell.memory else {
        return true;
    };
    let key = &cell.key;
    let needs = |metric| scenario.takes(metric, &key.variant, key.n, cell.effort);
    let is_python = key.variant.language == Language::Python;
    let lacks_details = memory.timeline.is_none()
        || (needs(Metric::LeakedPerCall) && memory.live_after_calls.is_empty())
        || (is_python && needs(Metric::Collections) && memory.collections.is_none());
    (key.n == scenario.headline && lacks_details) || (needs(Metric::Time) && cell.time.is_none())
}

impl fmt::Display for Validity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Validity::Valid => "valid",
            Validity::Quick => "quick",
            Validity::Incomplete => "incomplete",
            Validity::OtherMethod => "of an older method",
            Validity::OtherCode => "of other code",
            Validity::Failed => "failed",
            Validity::Missing => "missing",
        })
    }
}
