//! The one rule that says whether a record still answers for its cell.
//!
//! `run` measures what is not valid, `list` and `check` show it, and the book puts a badge on it.

use std::fmt;

use serde::Serialize;

use crate::record::{Cell, Effort, METHOD, View};
use crate::scenario::{Scenario, Variant};

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
    /// A pass that this size now needs was not made, because another size was the headline.
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
        let is_headline = cell.key.n == scenario.headline;
        let has_timeline = |cell: &Cell| {
            cell.memory
                .as_ref()
                .is_some_and(|memory| memory.timeline.is_some())
        };
        if !cell.errors.is_empty() {
            Validity::Failed
        } else if let Some(outdated) = Validity::outdated(cell, variant) {
            outdated
        } else if cell.memory.is_none() || cell.time.is_none() || (is_headline && !has_timeline(cell)) {
            Validity::Incomplete
        } else if cell.effort < wanted {
            Validity::Quick
        } else {
            Validity::Valid
        }
    }

    /// The worst over all of a scenario's sizes: what a reader must know of the variant.
    pub fn worst(scenario: &Scenario, variant: &Variant, view: &View<'_>, wanted: Effort) -> Self {
        let of_size = |&n| {
            let cell = view.cell(&scenario.slug, &variant.name, n);
            Validity::of(cell, scenario, variant, wanted)
        };
        let sizes = scenario.sizes.iter().map(of_size);
        sizes.max().unwrap_or(Validity::Missing)
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
