//! Less, more, equal, or cannot tell.

use heapbook_model::Measured;

use super::Metric;
use crate::record::Cell;
use crate::statistics::{Confidence, Interval, ratio_of_times};

/// Two times whose ratio's interval lies within this share of 1 are called equal.
pub const EQUAL_WITHIN: f64 = 0.02;

/// How one figure stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Surely less.
    Less,
    /// Surely more.
    More,
    /// The same, exactly or within [`EQUAL_WITHIN`].
    Equal,
    /// The interval allows more than one of these.
    CannotTell,
}

/// Compares a metric of two cells: exact figures as they are, ranges by their ends, times by paired
/// rounds with [`Confidence::VERDICT`]. `None` if one of them was not measured.
pub fn compare(metric: Metric, left: &Cell, right: &Cell) -> Option<Outcome> {
    compare_at(metric, left, right, Confidence::VERDICT)
}

/// [`compare`] with another confidence for times: where many are compared at once,
/// [`Confidence::shared_by`] so many.
pub fn compare_at(metric: Metric, left: &Cell, right: &Cell, confidence: Confidence) -> Option<Outcome> {
    let (one, other) = (metric.of(left)?, metric.of(right)?);
    if let (Some(left), Some(right), Metric::Time) = (&left.time, &right.time, metric) {
        let ratio = ratio_of_times(left, right, confidence);
        return Some(ratio.map_or(Outcome::CannotTell, Outcome::of_ratio));
    }
    Some(Outcome::of_figures(one, other, 0.0))
}

/// How many times one cell's figure is another's. For times it is the median ratio of paired
/// samples, since what disturbs a round disturbs both alike. `None` if one was not measured, or the
/// second figure is 0, or one is a lower bound.
pub fn factor(metric: Metric, above: &Cell, below: &Cell) -> Option<f64> {
    if let (Metric::Time, Some(above), Some(below)) = (metric, &above.time, &below.time)
        && let Some(ratio) = ratio_of_times(above, below, Confidence::QUOTED)
    {
        return Some(ratio.median);
    }
    let (above, below) = (metric.of(above)?, metric.of(below)?);
    if above.is_incomplete() || below.is_incomplete() {
        return None;
    }
    let (above, below) = (above.typical(), below.typical());
    (below != 0.0).then(|| above / below)
}

impl Outcome {
    /// The outcome in words.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Less => "less",
            Outcome::More => "more",
            Outcome::Equal => "equal",
            Outcome::CannotTell => "cannot tell",
        }
    }

    /// What the interval of a ratio of times says. Equal comes first: two times that surely differ,
    /// but by less than [`EQUAL_WITHIN`], are equal.
    pub fn of_ratio(ratio: Interval) -> Outcome {
        if ratio.low >= 1.0 - EQUAL_WITHIN && ratio.high <= 1.0 + EQUAL_WITHIN {
            Outcome::Equal
        } else if ratio.high < 1.0 {
            Outcome::Less
        } else if ratio.low > 1.0 {
            Outcome::More
        } else {
            Outcome::CannotTell
        }
    }

    /// How the first figure stands to the second: exact ones by equality, ranges by whether they
    /// lie apart by more than the noise, in the figures' unit. A lower bound is never equal or
    /// less.
    pub fn of_figures(one: Measured, other: Measured, noise: f64) -> Outcome {
        match (one, other) {
            (Measured::Exact(one), Measured::Exact(other)) if one == other => Outcome::Equal,
            _ if one.high() < other.low() - noise => Outcome::Less,
            _ if one.low() > other.high() + noise => Outcome::More,
            _ => Outcome::CannotTell,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_figures_are_compared_exactly() {
        assert_eq!(
            Outcome::of_figures(Measured::Exact(1_000_000), Measured::Exact(1_000_001), 0.0),
            Outcome::Less
        );
        assert_eq!(
            Outcome::of_figures(Measured::Exact(5), Measured::Exact(5), 0.0),
            Outcome::Equal
        );
        assert_eq!(
            Outcome::of_figures(Measured::Range { low: 4, high: 6 }, Measured::Exact(5), 0.0),
            Outcome::CannotTell
        );
        assert_eq!(
            Outcome::of_figures(Measured::Range { low: 6, high: 7 }, Measured::Exact(5), 0.0),
            Outcome::More
        );
    }

    #[test]
    fn a_lower_bound_is_more_or_nothing_is_known() {
        let against = |one, other| Outcome::of_figures(one, other, 0.0);
        let (bound, exact) = (Measured::AtLeast(5), Measured::Exact);
        assert_eq!(against(bound, exact(4)), Outcome::More);
        assert_eq!(against(exact(4), bound), Outcome::Less);
        for other in [
            exact(5),
            exact(6),
            Measured::AtLeast(5),
            Measured::AtLeast(4),
            Measured::AtLeast(9),
        ] {
            assert_eq!(against(bound, other), Outcome::CannotTell, "{other:?}");
            assert_eq!(against(other, bound), Outcome::CannotTell, "{other:?}");
        }
    }

    #[test]
    fn a_ratio_is_equal_only_within_the_margin() {
        let ratio = |low, high| {
            Outcome::of_ratio(Interval {
                median: (low + high) / 2.0,
                low,
                high,
            })
        };
        assert_eq!(ratio(0.985, 1.015), Outcome::Equal);
        assert_eq!(ratio(1.001, 1.019), Outcome::Equal);
        assert_eq!(ratio(1.001, 1.05), Outcome::More);
        assert_eq!(ratio(0.9, 0.99), Outcome::Less);
        assert_eq!(ratio(0.9, 1.1), Outcome::CannotTell);
    }
}
