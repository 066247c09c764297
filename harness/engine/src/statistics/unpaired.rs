//! The ratio of two times that were measured in different runs.

use super::Confidence;
use super::samples::logarithms_of_all;
use super::spread::{Interval, interval_of_processes};
use crate::record::Time;

/// Processes that each side needs before its times say anything: one has no spread.
pub const FEWEST_PROCESSES: usize = 2;

/// The time of one call in one record over that in another. `None` if one of them has fewer than
/// [`FEWEST_PROCESSES`] processes, or took no time.
///
/// The two runs share no round, so nothing is paired. Each side has its own interval over
/// processes, and the interval of the ratio is made of these: from each of its ends to the middle
/// it is as far as the two together, by the rule of Pythagoras (Zou and Donner, "Construction of
/// Confidence Limits About Effect Measures", Statistics in Medicine 27, 2008).
pub fn ratio_of_runs(numerator: &Time, denominator: &Time, confidence: Confidence) -> Option<Interval> {
    let [above, below] = logarithms_of_all([numerator, denominator]).map(|processes| {
        let measured = processes.iter().filter(|samples| !samples.is_empty()).count();
        let interval = interval_of_processes(&processes, confidence)?;
        (measured >= FEWEST_PROCESSES).then_some(interval)
    });
    let (above, below) = (above?, below?);
    let middle = above.median - below.median;
    let to_low = (above.median - above.low).hypot(below.high - below.median);
    let to_high = (above.high - above.median).hypot(below.median - below.low);
    let of_logarithms = Interval {
        median: middle,
        low: middle - to_low,
        high: middle + to_high,
    };
    Some(of_logarithms.exp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::TimeProcess;
    use heapbook_model::Nanos;

    /// A record with one sample of one call for each of these times.
    fn time(processes: &[u64]) -> Time {
        let of_process = |&nanoseconds: &u64| TimeProcess {
            total_ns: vec![Nanos(nanoseconds)],
            cpu_ns: vec![Nanos(nanoseconds)],
            ..TimeProcess::default()
        };
        Time {
            calls: 1,
            processes: processes.iter().map(of_process).collect(),
            ..Time::default()
        }
    }

    fn time_ratio(old: &Time, new: &Time) -> Option<Interval> {
        ratio_of_runs(new, old, Confidence::QUOTED)
    }

    #[test]
    fn too_few_processes_say_nothing() {
        assert_eq!(time_ratio(&time(&[100]), &time(&[200; 5])), None);
        assert_eq!(time_ratio(&time(&[100; 5]), &time(&[200])), None);
        assert_eq!(time_ratio(&time(&[0; 5]), &time(&[200; 5])), None);
    }

    #[test]
    fn a_change_is_seen_in_spite_of_a_process_that_was_disturbed() {
        let old = time(&[
            100_000, 100_400, 99_700, 100_100, 99_900, 100_200, 99_800, 100_000,
        ]);
        let new = time(&[
            110_000, 110_300, 180_000, 109_800, 110_100, 110_200, 109_900, 110_000,
        ]);
        let ratio = time_ratio(&old, &new).unwrap();
        assert!((ratio.median - 1.1).abs() < 0.005, "{ratio:?}");
        assert!(ratio.low > 1.09, "{ratio:?}");
    }

    /// How often, in five hundred comparisons of two sides that differ by `factor`, the interval
    /// leaves out 1, and how often it leaves out the factor. One process in ten is disturbed by 15
    /// %.
    fn rates(processes: usize, factor: f64) -> (usize, usize) {
        let mut random = fastrand::Rng::with_seed(7);
        let mut side = |factor: f64| {
            let times: Vec<u64> = (0..processes)
                .map(|_| {
                    // Twelve uniform numbers less six: close to normal, with deviation 1.
                    let normal: f64 = (0..12).map(|_| random.f64()).sum::<f64>() - 6.0;
                    let disturbed = if random.f64() < 0.1 { 1.15 } else { 1.0 };
                    (1e6 * factor * disturbed * (0.02 * normal).exp()) as u64
                })
                .collect();
            time(&times)
        };
        let intervals: Vec<Interval> = (0..500)
            .map(|_| time_ratio(&side(1.0), &side(factor)).unwrap())
            .collect();
        let leaves_out = |value: f64| {
            let wrong = |interval: &&Interval| interval.low > value || interval.high < value;
            intervals.iter().filter(wrong).count()
        };
        (leaves_out(1.0), leaves_out(factor))
    }

    /// One in twenty of five hundred, and three standard deviations of such a count.
    const WRONG_AT_MOST: usize = 25 + 15;

    #[test]
    fn the_interval_is_wrong_no_more_often_than_it_says() {
        // Three processes find less, and are not wrong more often for it.
        for (processes, found_at_least) in [(3, 300), (5, 400), (10, 400)] {
            let (_, wrong) = rates(processes, 1.0);
            assert!(
                wrong <= WRONG_AT_MOST,
                "{wrong} of 500 with {processes} processes"
            );
            let (found, wrong) = rates(processes, 1.25);
            assert!(
                wrong <= WRONG_AT_MOST,
                "{wrong} of 500 with {processes} processes"
            );
            assert!(
                found >= found_at_least,
                "{found} of 500 with {processes} processes"
            );
        }
    }

    proptest! {
        #[test]
        fn the_interval_holds_its_median_and_neither_order_nor_scale_matters(
            mut old in prop::collection::vec(1_000u64..2_000, 5..8),
            new in prop::collection::vec(1_000u64..2_000, 5..8),
            scale in 1u64..50,
        ) {
            let ratio = time_ratio(&time(&old), &time(&new)).unwrap();
            prop_assert!(ratio.low <= ratio.median && ratio.median <= ratio.high);
            let scaled: Vec<u64> = new.iter().map(|value| value * scale).collect();
            let larger = time_ratio(&time(&old), &time(&scaled)).unwrap();
            for (plain, larger) in [(ratio.low, larger.low), (ratio.median, larger.median), (ratio.high, larger.high)] {
                prop_assert!((larger - plain * scale as f64).abs() <= larger * 1e-9);
            }
            old.reverse();
            let reversed = time_ratio(&time(&old), &time(&new)).unwrap();
            prop_assert_eq!(reversed.median, ratio.median);
        }
    }
}
