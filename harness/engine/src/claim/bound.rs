//! Bounds: one figure against another at one size.

use super::confidence::{figure, ratio};
use super::{Decision, Evidence, Ratio, Verdict};
use crate::figures::{EQUAL_WITHIN, Metric};
use crate::record::{Cell, View};
use crate::scenario::{Claim, Reference, Relation, Scenario};
use crate::statistics::Confidence;
use heapbook_model::Measured;

/// Decides a bound at one size. `None` if a figure that it needs is missing.
pub(super) fn at_size(
    claim: &Claim,
    relation: Relation,
    reference: &Reference,
    scenario: &Scenario,
    view: &View<'_>,
    n: u64,
    confidence: Confidence,
) -> Option<Decision> {
    let read = |variant| {
        let cell = view.cell(&scenario.slug, variant, n)?;
        Some((cell, figure(claim.metric, cell, confidence)?))
    };
    let (cell, measured) = read(&claim.of)?;
    let mut evidence = vec![Evidence::of(claim, cell)?];
    let (verdict, ratio) = match reference {
        Reference::Absolute(number) => {
            let number = *number as f64;
            (bound(relation, ends(measured), (number, number)), None)
        }
        Reference::Relative { times, plus, of } => {
            let (other, other_measured) = read(of)?;
            evidence.push(Evidence::of(claim, other)?);
            // The factor is above 0, so the lower end stays the lower.
            let multiple = |end: f64| end * times + *plus as f64;
            let (low, high) = ends(other_measured);
            let interval = match (claim.metric, plus) {
                (Metric::Time, 0) => ratio(cell, other, confidence),
                _ => None,
            };
            let verdict = match interval {
                _ if !are_comparable(claim.metric, cell, other) => Verdict::CannotTell,
                Some(interval) => of_ratio(relation, (interval.low, interval.high), *times),
                None => bound(relation, ends(measured), (multiple(low), multiple(high))),
            };
            (verdict, interval.map(|interval| Ratio { n, interval }))
        }
    };
    Some(Decision {
        verdict,
        evidence,
        ratios: ratio.into_iter().collect(),
        ..Decision::default()
    })
}

fn ends(measured: Measured) -> (f64, f64) {
    (measured.low(), measured.high())
}

/// Whether two cells' figures may be compared: times and resident sizes only on one machine.
fn are_comparable(metric: Metric, one: &Cell, other: &Cell) -> bool {
    one.key.machine == other.key.machine || !metric.row().per_machine
}

/// A bound on the ratio of two times, from the interval of that ratio: paired rounds make it
/// sharper than two intervals. Times are equal within [`EQUAL_WITHIN`], as wherever else times are
/// compared.
fn of_ratio(relation: Relation, (low, high): (f64, f64), times: f64) -> Verdict {
    match relation {
        Relation::Equals if low >= times * (1.0 - EQUAL_WITHIN) && high <= times * (1.0 + EQUAL_WITHIN) => {
            Verdict::Holds
        }
        Relation::Equals if low <= times && high >= times => Verdict::CannotTell,
        Relation::Equals => Verdict::Fails,
        _ => bound(relation, (low, high), (times, times)),
    }
}

/// Compares two intervals: a verdict only if it is the same for every point of one and every point
/// of the other.
fn bound(
    relation: Relation,
    (low, high): (f64, f64),
    (reference_low, reference_high): (f64, f64),
) -> Verdict {
    let (holds, fails) = match relation {
        Relation::AtMost => (high <= reference_low, low > reference_high),
        Relation::LessThan => (high < reference_low, low >= reference_high),
        Relation::AtLeast => (low >= reference_high, high < reference_low),
        Relation::Equals => (
            low == reference_high && high == reference_low,
            high < reference_low || low > reference_high,
        ),
    };
    match (holds, fails) {
        (true, _) => Verdict::Holds,
        (_, true) => Verdict::Fails,
        _ => Verdict::CannotTell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RELATIONS: [Relation; 4] = [
        Relation::AtMost,
        Relation::AtLeast,
        Relation::Equals,
        Relation::LessThan,
    ];

    #[test]
    fn a_bound_is_decided_only_where_the_intervals_allow_it() {
        let decided = |relation, low, high| bound(relation, (low, high), (10.0, 10.0));
        assert_eq!(decided(Relation::AtMost, 9.0, 10.0), Verdict::Holds);
        assert_eq!(decided(Relation::AtMost, 9.0, 11.0), Verdict::CannotTell);
        assert_eq!(decided(Relation::AtMost, 11.0, 12.0), Verdict::Fails);
        assert_eq!(decided(Relation::LessThan, 10.0, 10.0), Verdict::Fails);
        assert_eq!(decided(Relation::AtLeast, 10.0, 12.0), Verdict::Holds);
        assert_eq!(decided(Relation::AtLeast, 8.0, 9.0), Verdict::Fails);
        assert_eq!(decided(Relation::Equals, 10.0, 10.0), Verdict::Holds);
        assert_eq!(decided(Relation::Equals, 9.0, 11.0), Verdict::CannotTell);
        assert_eq!(decided(Relation::Equals, 11.0, 12.0), Verdict::Fails);
    }

    #[test]
    fn a_lower_bound_is_within_no_limit_and_equal_to_nothing() {
        let decided = |relation, reference| bound(relation, ends(Measured::AtLeast(9)), reference);
        let (ten, eight) = ((10.0, 10.0), (8.0, 8.0));
        for relation in [Relation::AtMost, Relation::LessThan, Relation::Equals] {
            assert_eq!(decided(relation, ten), Verdict::CannotTell, "{relation:?}");
            assert_eq!(decided(relation, eight), Verdict::Fails, "{relation:?}");
        }
        assert_eq!(decided(Relation::AtLeast, ten), Verdict::CannotTell);
        assert_eq!(decided(Relation::AtLeast, eight), Verdict::Holds);
        assert_eq!(
            decided(Relation::Equals, ends(Measured::AtLeast(9))),
            Verdict::CannotTell
        );
    }

    #[test]
    fn times_are_equal_within_two_percent() {
        let decided = |low, high, times| of_ratio(Relation::Equals, (low, high), times);
        assert_eq!(decided(0.985, 1.015, 1.0), Verdict::Holds);
        assert_eq!(decided(1.001, 1.019, 1.0), Verdict::Holds);
        assert_eq!(decided(1.001, 1.05, 1.0), Verdict::Fails);
        assert_eq!(decided(0.9, 1.1, 1.0), Verdict::CannotTell);
        assert_eq!(decided(0.49, 0.505, 0.5), Verdict::Holds);
        assert_eq!(decided(0.4, 0.45, 0.5), Verdict::Fails);
    }

    fn interval() -> impl Strategy<Value = (f64, f64)> {
        (0.0..100.0f64, 0.0..100.0f64).prop_map(|(one, other)| (one.min(other), one.max(other)))
    }

    proptest! {
        #[test]
        fn a_verdict_is_true_of_every_point(one in interval(), other in interval(), place in 0.0..1.0f64, at in 0.0..1.0f64) {
            let within = |(low, high): (f64, f64), share: f64| low + (high - low) * share;
            let (value, reference) = (within(one, place), within(other, at));
            for relation in RELATIONS {
                let is_so = match relation {
                    Relation::AtMost => value <= reference,
                    Relation::LessThan => value < reference,
                    Relation::AtLeast => value >= reference,
                    Relation::Equals => value == reference,
                };
                match bound(relation, one, other) {
                    Verdict::Holds => prop_assert!(is_so, "{relation:?}"),
                    Verdict::Fails => prop_assert!(!is_so, "{relation:?}"),
                    _ => {}
                }
            }
        }

        #[test]
        fn shift_and_scale_change_no_verdict(
            one in prop::array::uniform2(0i32..100),
            other in prop::array::uniform2(0i32..100),
            scale in 1i32..10,
            shift in -50i32..50,
        ) {
            let interval = |ends: [i32; 2]| (f64::from(ends[0].min(ends[1])), f64::from(ends[0].max(ends[1])));
            let moved = |ends: [i32; 2]| interval(ends.map(|end| end * scale + shift));
            for relation in RELATIONS {
                let plain = bound(relation, interval(one), interval(other));
                prop_assert_eq!(plain, bound(relation, moved(one), moved(other)));
            }
        }

        #[test]
        fn a_narrower_interval_never_reverses_a_verdict(one in interval(), other in interval(), share in 0.0..0.5f64) {
            let (low, high) = one;
            let narrower = (low + (high - low) * share, high - (high - low) * share);
            for relation in RELATIONS {
                let (wide, narrow) = (bound(relation, one, other), bound(relation, narrower, other));
                prop_assert!(wide == narrow || wide == Verdict::CannotTell, "{relation:?}: {wide:?}, {narrow:?}");
            }
        }
    }
}
