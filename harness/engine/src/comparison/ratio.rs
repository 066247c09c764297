//! The ratio of two times that were measured in different runs.

use crate::record::Time;
use crate::statistics::{Interval, median, quantile};

/// Processes that each side needs before its times say anything: as many as a full run makes at least.
///
/// With fewer, an interval from resampled processes is narrower than it says: in simulations with four (the test below)
/// it left out the truth 8 times in 100, with two 30 times.
pub const FEWEST_PROCESSES: usize = 5;

/// How often the processes are resampled. At 1,000 the ends of a 95 % interval rest on 25 resamples each.
const RESAMPLES: usize = 1_000;

/// The share of resampled ratios that an interval leaves out at each end.
const TAIL: f64 = 0.025;

/// The same seed for every figure, so that the same records always give the same interval.
const SEED: u64 = 0x4845_4150;

/// The time of one call in the newer record over that in the older, with its 95 % interval. Nothing where one of them
/// has fewer than [`FEWEST_PROCESSES`] processes, or a median of 0.
///
/// The two runs share no round, so nothing is paired. Each side's processes are drawn with replacement on their own, a
/// process standing with the median of its samples; the statistic is the ratio of the medians over processes. Samples
/// within a process are not drawn again: in data of two levels that would count their spread twice (Davison and Hinkley,
/// "Bootstrap Methods and their Application", 1997, section 3.8). The interval is the percentile interval of Efron and
/// Tibshirani ("An Introduction to the Bootstrap", 1993, chapter 13).
pub fn time_ratio(old: &Time, new: &Time) -> Option<Interval> {
    let (below, above) = (process_medians(old)?, process_medians(new)?);
    let centre = median(&above)? / median(&below)?;
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut resampled = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        let numerator = median(&drawn(&above, &mut random))?;
        resampled.push(numerator / median(&drawn(&below, &mut random))?);
    }
    Some(Interval {
        median: centre,
        low: quantile(&resampled, TAIL)?.min(centre),
        high: quantile(&resampled, 1.0 - TAIL)?.max(centre),
    })
}

/// The median time of one call in each process, where there are enough processes and none took no time at all.
fn process_medians(time: &Time) -> Option<Vec<f64>> {
    let per_call = |process: &crate::record::TimeProcess| {
        let samples = process.total_ns.iter().zip(&process.iterations);
        let times: Vec<f64> = samples
            .map(|(total, iterations)| total.0 as f64 / (*iterations).max(1) as f64)
            .collect();
        median(&times)
    };
    let medians: Vec<f64> = time.processes.iter().filter_map(per_call).collect();
    let enough = medians.len() >= FEWEST_PROCESSES && medians.iter().all(|&median| median > 0.0);
    enough.then_some(medians)
}

fn drawn(values: &[f64], random: &mut fastrand::Rng) -> Vec<f64> {
    (0..values.len())
        .map(|_| values[random.usize(..values.len())])
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::TimeProcess;
    use crate::units::Nanos;

    /// A record with one sample of one call for each of these times.
    fn time(processes: &[u64]) -> Time {
        let of_process = |&nanoseconds: &u64| TimeProcess {
            round: vec![0],
            iterations: vec![1],
            total_ns: vec![Nanos(nanoseconds)],
            cpu_ns: vec![Nanos(nanoseconds)],
            ..TimeProcess::default()
        };
        Time {
            processes: processes.iter().map(of_process).collect(),
        }
    }

    #[test]
    fn too_few_processes_say_nothing() {
        assert_eq!(time_ratio(&time(&[100, 101, 102, 103]), &time(&[200; 5])), None);
        assert_eq!(time_ratio(&time(&[100; 5]), &time(&[200, 201, 202, 203])), None);
        assert_eq!(time_ratio(&time(&[0; 5]), &time(&[200; 5])), None);
    }

    #[test]
    fn a_change_is_seen_in_spite_of_a_process_that_was_disturbed() {
        let old = time(&[100_000, 100_400, 99_700, 100_100, 99_900]);
        let new = time(&[110_000, 110_300, 180_000, 109_800, 110_100]);
        let ratio = time_ratio(&old, &new).unwrap();
        assert!((ratio.median - 1.1).abs() < 0.005, "{ratio:?}");
        assert!(ratio.low > 1.09, "{ratio:?}");
    }

    /// How often, in five hundred comparisons of two sides that differ by `factor`, the interval leaves out 1, and how
    /// often it leaves out the factor. One process in ten is disturbed by 15 %.
    fn rates(processes: usize, factor: f64) -> (usize, usize) {
        let mut random = fastrand::Rng::with_seed(7);
        let mut side = |factor: f64| {
            let times: Vec<u64> = (0..processes)
                .map(|_| {
                    // The sum of twelve uniform numbers less six: close to normal, with deviation 1.
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
        for processes in [5, 10] {
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
            assert!(found >= 400, "{found} of 500 with {processes} processes");
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
