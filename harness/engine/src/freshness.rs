//! Whether the records of a variant still stand: measured from the code as it is now, whole, and without failure.

use serde::Serialize;

use crate::record::{METHOD, View};
use crate::scenario::{Scenario, Variant};

/// The state of a variant's records, one entry a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Freshness {
    /// Measured from the code as it is.
    Fresh,
    /// Measured from other code, or by another method.
    Stale,
    /// Never measured.
    Missing,
    /// Tried, and failed.
    Failed,
}

impl Freshness {
    /// The state of one cell.
    pub fn of(scenario: &Scenario, variant: &Variant, n: u64, view: &View<'_>) -> Self {
        match view.cell(&scenario.slug, &variant.name, n) {
            None => Freshness::Missing,
            Some(cell) if !cell.errors.is_empty() => Freshness::Failed,
            Some(cell) if cell.source != variant.source || cell.method != METHOD => Freshness::Stale,
            Some(_) => Freshness::Fresh,
        }
    }

    /// The worst state over all sizes: what a reader must know of the variant.
    pub fn worst(scenario: &Scenario, variant: &Variant, view: &View<'_>) -> Self {
        let states = scenario
            .sizes
            .iter()
            .map(|&n| Freshness::of(scenario, variant, n, view));
        states
            .max_by_key(|state| *state as u8)
            .unwrap_or(Freshness::Missing)
    }

    /// The state in a word.
    pub fn word(self) -> &'static str {
        match self {
            Freshness::Fresh => "fresh",
            Freshness::Stale => "stale",
            Freshness::Failed => "failed",
            Freshness::Missing => "missing",
        }
    }
}
