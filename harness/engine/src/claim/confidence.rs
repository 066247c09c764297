//! The intervals that claims on times are judged by.

use crate::figures::Metric;
use crate::record::Cell;
use crate::scenario::Scenario;
use crate::statistics::{Confidence, Interval, ratio_of_times, time_per_call};
use heapbook_model::Measured;

/// The confidence of each time that a scenario's claims are judged by, so that all its verdicts
/// together are right with [`Confidence::VERDICT`].
///
/// The risk is divided (Bonferroni) by the number of times and ratios that the claims look at: one
/// for a claim at one size, one a size for a claim about all of them. Bonferroni and not Holm,
/// because a claim's verdict then depends on its own records and the number of claims alone: with
/// Holm, new samples of one variant could turn the verdict on another. The family is the scenario,
/// so that a new scenario changes no verdict on another. Claims on figures of the ledger take no
/// share, since nothing is estimated there. The verdicts of one Python are one family; those of
/// another are another.
pub(super) fn time_confidence(scenario: &Scenario) -> Confidence {
    let claims = scenario.claims.iter();
    let on_times = claims.filter(|claim| claim.metric == Metric::Time);
    Confidence::VERDICT.shared_by(on_times.map(|claim| claim.sizes(scenario).len()).sum())
}

/// What a cell says of a metric; a time with the interval of this confidence.
pub(super) fn figure(metric: Metric, cell: &Cell, confidence: Confidence) -> Option<Measured> {
    match metric {
        Metric::Time if cell.errors.is_empty() => time_per_call(cell.time.as_ref()?, confidence),
        _ => metric.of(cell),
    }
}

/// The ratio of two cells' times with the interval of this confidence.
pub(super) fn ratio(above: &Cell, below: &Cell, confidence: Confidence) -> Option<Interval> {
    ratio_of_times(above.time.as_ref()?, below.time.as_ref()?, confidence)
}
