//! The intervals that claims on times are judged by.

use crate::figures::Metric;
use crate::record::Cell;
use crate::scenario::{Claim, Scenario};
use crate::statistics::{Confidence, Interval, ratio_of_times_at, time_per_call_at};
use heapbook_model::Measured;

/// The confidence of each time that claims are judged by, so that all verdicts of a corpus together are right with
/// [`Confidence::VERDICT`].
///
/// The risk is divided (Bonferroni) by the number of times and ratios that the corpus's claims look at: one for a claim
/// at one size, one a size for a claim about all of them. Bonferroni and not Holm, because a claim's verdict then depends on
/// its own records and the number of claims alone: with Holm, new samples of one scenario could turn the verdict of
/// another. Claims on figures of the ledger take no share, since nothing is estimated there. The verdicts of one Python
/// are one family; those of another are another.
pub fn time_confidence(scenarios: &[Scenario]) -> Confidence {
    let looks = |scenario: &Scenario| -> usize {
        let on_times = scenario.claims.iter().filter(|claim| is_on_time(claim));
        on_times.map(|claim| claim.sizes(scenario).len()).sum()
    };
    Confidence::VERDICT.shared_by(scenarios.iter().map(looks).sum())
}

fn is_on_time(claim: &Claim) -> bool {
    claim.metric == Metric::Time
}

/// What a cell says of a metric; a time with the interval of this confidence.
pub(super) fn figure(metric: Metric, cell: &Cell, confidence: Confidence) -> Option<Measured> {
    match metric {
        Metric::Time if cell.errors.is_empty() => time_per_call_at(cell.time.as_ref()?, confidence),
        _ => metric.of(cell),
    }
}

/// The ratio of two cells' times with the interval of this confidence.
pub(super) fn ratio(above: &Cell, below: &Cell, confidence: Confidence) -> Option<Interval> {
    ratio_of_times_at(above.time.as_ref()?, below.time.as_ref()?, confidence)
}
