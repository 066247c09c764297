//! Times of one call, and ratios of them, with their intervals.

use super::Confidence;
use super::samples::{logarithms, paired_logarithms};
use super::spread::{Interval, filled, half_width, interval_of_processes};
use super::unpaired::ratio_of_runs;
use crate::record::Time;
use heapbook_model::Measured;

/// The time of one call in nanoseconds with its interval. `None` for fewer than two samples: one
/// has no spread.
pub fn time_per_call(time: &Time, confidence: Confidence) -> Option<Measured> {
    let Interval { median, low, high } = interval_of_processes(&logarithms(time), confidence)?.exp();
    Some(Measured::Estimate { median, low, high })
}

/// The ratio of two variants' times, from samples of the same process and round. `None` if fewer
/// than two rounds hold both. Cells that were not sampled together have no round in common: for
/// them, see [`ratio_of_runs`].
///
/// Pairing cancels what disturbs both alike: the machine's speed drifts less within a round than
/// over a run. Where all samples are of one process, the interval speaks of that process alone.
pub fn ratio_of_times(numerator: &Time, denominator: &Time, confidence: Confidence) -> Option<Interval> {
    if numerator.sampling != denominator.sampling {
        return ratio_of_runs(numerator, denominator, confidence);
    }
    let logarithms = paired_logarithms(numerator, denominator);
    Some(interval_of_processes(&logarithms, confidence)?.exp())
}

/// Half the width of a ratio's interval of [`Confidence::QUOTED`], as a share of the ratio. `None`
/// for too few samples.
pub fn precision_of_ratio(numerator: &Time, denominator: &Time) -> Option<f64> {
    let logarithms = paired_logarithms(numerator, denominator);
    half_width(&filled(&logarithms), Confidence::QUOTED)
}

/// Half the width of the interval of the time of one call, as a share of that time. `None` for too
/// few samples.
pub fn precision_of_time(time: &Time) -> Option<f64> {
    half_width(&filled(&logarithms(time)), Confidence::QUOTED)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::TimeProcess;
    use heapbook_model::Nanos;

    fn process(samples: &[u64]) -> TimeProcess {
        TimeProcess {
            total_ns: samples.iter().copied().map(Nanos).collect(),
            cpu_ns: samples.iter().copied().map(Nanos).collect(),
            ..TimeProcess::default()
        }
    }

    fn time(processes: &[&[u64]]) -> Time {
        Time {
            calls: 10,
            processes: processes.iter().map(|samples| process(samples)).collect(),
            ..Time::default()
        }
    }

    #[test]
    fn fewer_than_two_samples_give_no_figure() {
        for samples in [&[][..], &[&[][..]][..], &[&[100][..]][..]] {
            assert_eq!(time_per_call(&time(samples), Confidence::QUOTED), None);
        }
        assert!(time_per_call(&time(&[&[100], &[100]]), Confidence::QUOTED).is_some());
    }

    #[test]
    fn a_process_that_differs_widens_the_interval() {
        let width = |samples: &[&[u64]]| {
            let measured = time_per_call(&time(samples), Confidence::QUOTED).unwrap();
            measured.high() - measured.low()
        };
        let alike = width(&[&[100, 101, 102], &[100, 101, 102]]);
        let apart = width(&[&[100, 101, 102], &[200, 201, 202]]);
        assert!(apart > 5.0 * alike, "{apart} {alike}");
        assert!(alike > 0.0, "the noise within processes is left");
    }

    #[test]
    fn ratios_come_from_the_same_round() {
        let (slow, fast) = (time(&[&[100, 1_000, 10_000]]), time(&[&[50, 500, 5_000]]));
        let ratio = ratio_of_times(&slow, &fast, Confidence::QUOTED).unwrap();
        for figure in [ratio.median, ratio.low, ratio.high] {
            assert!((figure - 2.0).abs() < 1e-12, "{ratio:?}");
        }
        let without = Time {
            processes: Vec::new(),
            ..fast.clone()
        };
        assert_eq!(ratio_of_times(&slow, &without, Confidence::QUOTED), None);
    }

    #[test]
    fn cells_that_were_not_sampled_together_have_no_pairs() {
        let (slow, fast) = (
            time(&[&[100, 1_000], &[120, 900]]),
            time(&[&[50, 500], &[60, 450]]),
        );
        let together = ratio_of_times(&slow, &fast, Confidence::QUOTED).unwrap();
        let apart = ratio_of_times(
            &Time {
                sampling: Some(7),
                ..slow
            },
            &fast,
            Confidence::QUOTED,
        )
        .unwrap();
        assert!(
            (together.high - 2.0).abs() < 1e-9 && apart.high > 3.0,
            "{together:?} {apart:?}"
        );
    }

    #[test]
    fn the_width_is_students() {
        // Two processes without noise of their own, at 1 and at e: mean 1/2, standard error 1/2,
        // t(1) = 12.706.
        let half = half_width(&[&[0.0, 0.0], &[1.0, 1.0]], Confidence::QUOTED).unwrap();
        assert!((half - 12.706 / 2.0).abs() < 1e-3, "{half}");
        // One of eight is trimmed at each end: by hand, t(5) = 2.5706 times the root of the
        // winsorised squares over 6 * 5.
        let values = [0.1, 0.4, 0.2, 0.9, 0.3, 0.7, 0.6, 5.0];
        let processes: Vec<&[f64]> = values.chunks(1).collect();
        let half = half_width(&processes, Confidence::QUOTED).unwrap();
        assert!((half - 0.362_017).abs() < 1e-3, "{half}");
    }

    #[test]
    fn one_disturbed_process_of_eight_does_not_decide() {
        let quiet: &[u64] = &[1_000, 1_001, 1_002];
        let mut processes = vec![quiet; 7];
        processes.push(&[9_000, 9_000, 9_000]);
        let high = time_per_call(&time(&processes), Confidence::QUOTED)
            .unwrap()
            .high();
        assert!(high < 100.5, "{high}");
    }

    proptest! {
        #[test]
        fn the_interval_holds_its_median_and_scales(
            samples in prop::collection::vec(prop::collection::vec(1u64..1_000_000, 2..8), 1..4),
            scale in 1u64..50,
        ) {
            let plain: Vec<&[u64]> = samples.iter().map(Vec::as_slice).collect();
            let scaled: Vec<Vec<u64>> =
                samples.iter().map(|samples| samples.iter().map(|sample| sample * scale).collect()).collect();
            let scaled: Vec<&[u64]> = scaled.iter().map(Vec::as_slice).collect();
            let (plain, larger) = (time_per_call(&time(&plain), Confidence::QUOTED).unwrap(), time_per_call(&time(&scaled), Confidence::QUOTED).unwrap());
            prop_assert!(plain.low() <= plain.typical() && plain.typical() <= plain.high());
            for figure in [Measured::low, Measured::typical, Measured::high] {
                let expected = figure(plain) * scale as f64;
                prop_assert!((figure(larger) - expected).abs() <= expected * 1e-6);
            }
        }

        #[test]
        fn a_ratio_is_inverted_with_its_terms(
            pairs in prop::collection::vec(prop::collection::vec((1_000u64..2_000, 1_000u64..2_000), 3..6), 3..6),
        ) {
            let side = |of: fn(&(u64, u64)) -> u64| Time {
                processes: pairs.iter().map(|pairs| process(&pairs.iter().map(of).collect::<Vec<_>>())).collect(),
                ..Time::default()
            };
            let (one, other) = (side(|pair| pair.0), side(|pair| pair.1));
            let (ratio, inverted) = (ratio_of_times(&one, &other, Confidence::QUOTED).unwrap(), ratio_of_times(&other, &one, Confidence::QUOTED).unwrap());
            let width = |ratio: Interval| (ratio.high / ratio.low).ln();
            prop_assert!((ratio.median * inverted.median - 1.0).abs() < 1e-9);
            prop_assert!((width(ratio) - width(inverted)).abs() < 1e-9);
        }

        #[test]
        fn the_order_of_rounds_in_a_record_does_not_matter(seed: u64) {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut samples: Vec<u64> = (0..6).map(|_| random.u64(900..1_100)).collect();
            let other = time(&[&[1_000; 6], &[1_000; 6]]);
            let before = precision_of_ratio(&time(&[&samples, &samples]), &other);
            random.shuffle(&mut samples);
            prop_assert_eq!(before, precision_of_ratio(&time(&[&samples, &samples]), &other));
        }
    }
}
