//! Intervals that respect the process level.
//!
//! Samples of one process share its memory layout and hash seed: not they are independent, but the
//! processes are. So each process gives one number, the median of its rounds, and the interval is
//! that of the mean over processes. Everything is reckoned on logarithms, since what disturbs a
//! time multiplies it.
//!
//! The interval is Student's, not the percentiles of a bootstrap over processes, then rounds.
//! Processes are few, and what the percentiles then promise they do not keep (Hesterberg, "What
//! Teachers Should Know About the Bootstrap", The American Statistician 69, 2015); `simulation`
//! shows both side by side. What the bootstrap is used for, that samples of one process are never
//! taken for independent, is kept: a resample of whole processes (Davison and Hinkley, "Bootstrap
//! Methods and their Application", 1997, section 3.8) has the standard error that is computed here.

use super::Confidence;
use super::samples::{logarithms, paired_logarithms};
use super::student;
use super::summary::{median, median_absolute_deviation};
use super::unpaired::ratio_of_runs;
use crate::record::Time;
use heapbook_model::Measured;

/// Of so many values, one is left out at each end.
const TRIMMED: usize = 8;

/// From the median of absolute deviations to the standard deviation of a normal distribution.
pub(super) const NORMAL_DEVIATION: f64 = 1.4826;

/// The standard error of a normal sample's median over that of its mean.
const MEDIAN_OVER_MEAN: f64 = 1.2533;

/// A median with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The median over processes of each process's median.
    pub median: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

/// The time of one call in nanoseconds with its interval. `None` for fewer than two samples: one
/// has no spread.
pub fn time_per_call(time: &Time, confidence: Confidence) -> Option<Measured> {
    let interval = two_level(&logarithms(time), confidence)?;
    Some(Measured::Estimate {
        median: interval.median,
        low: interval.low,
        high: interval.high,
    })
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
    two_level(&paired_logarithms(numerator, denominator), confidence)
}

/// Half the width of a ratio's interval of [`Confidence::QUOTED`], as a share of the ratio. `None`
/// for too few samples.
pub fn precision_of_ratio(numerator: &Time, denominator: &Time) -> Option<f64> {
    half_width(
        &filled(&paired_logarithms(numerator, denominator)),
        Confidence::QUOTED,
    )
}

/// Half the width of the interval of the time of one call, as a share of that time. `None` for too
/// few samples.
pub fn precision_of_time(time: &Time) -> Option<f64> {
    half_width(&filled(&logarithms(time)), Confidence::QUOTED)
}

/// Back from logarithms.
fn two_level(processes: &[Vec<f64>], confidence: Confidence) -> Option<Interval> {
    let of_logarithms = interval_of_processes(processes, confidence)?;
    Some(Interval {
        median: of_logarithms.median.exp(),
        low: of_logarithms.low.exp(),
        high: of_logarithms.high.exp(),
    })
}

/// The median of the processes' medians, and the interval of their trimmed mean.
pub(super) fn interval_of_processes(processes: &[Vec<f64>], confidence: Confidence) -> Option<Interval> {
    let processes = filled(processes);
    let half = half_width(&processes, confidence)?;
    let centre = trimmed_mean(&units(&processes));
    let medians: Vec<f64> = processes.iter().filter_map(|samples| median(samples)).collect();
    let middle = median(&medians)?;
    Some(Interval {
        median: middle,
        low: (centre - half).min(middle),
        high: (centre + half).max(middle),
    })
}

/// The processes that have samples.
fn filled(processes: &[Vec<f64>]) -> Vec<&[f64]> {
    let slices = processes.iter().map(Vec::as_slice);
    slices.filter(|samples| !samples.is_empty()).collect()
}

/// What counts as independent: the processes' medians, or the rounds where there is one process.
fn units(processes: &[&[f64]]) -> Vec<f64> {
    match processes {
        [one] => one.to_vec(),
        many => many.iter().filter_map(|samples| median(samples)).collect(),
    }
}

/// The mean without the lowest and highest values, one of each for every eight: a process that
/// another program disturbed does not decide.
fn trimmed_mean(values: &[f64]) -> f64 {
    let (sorted, trimmed) = sorted_and_trimmed(values);
    let kept = &sorted[trimmed..sorted.len() - trimmed];
    kept.iter().sum::<f64>() / kept.len() as f64
}

fn sorted_and_trimmed(values: &[f64]) -> (Vec<f64>, usize) {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    (sorted, values.len() / TRIMMED)
}

/// Half of the interval's width, on the logarithms. `None` for fewer than two independent values.
///
/// It is Student's, with the standard error and the degrees of freedom that belong to a trimmed
/// mean (Tukey and McLaughlin, "Less Vulnerable Confidence and Significance Procedures for
/// Location", Sankhya A 25, 1963). It is never less than what the noise within processes alone
/// would give: a few processes may agree by chance.
fn half_width(processes: &[&[f64]], confidence: Confidence) -> Option<f64> {
    let units = units(processes);
    let (sorted, trimmed) = sorted_and_trimmed(&units);
    let kept = units.len() - 2 * trimmed;
    if kept < 2 {
        return None;
    }
    let (lowest, highest) = (sorted[trimmed], sorted[units.len() - trimmed - 1]);
    let winsorized: Vec<f64> = units.iter().map(|value| value.clamp(lowest, highest)).collect();
    let error = (sum_of_squares(&winsorized) / (kept * (kept - 1)) as f64).sqrt();
    let between = student::two_sided(confidence.share(), kept - 1) * error;
    Some(between.max(noise_within(processes, confidence)))
}

/// The squares of the distances from the mean, summed.
pub(super) fn sum_of_squares(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

/// What half of the width would be if processes differed by the noise of their rounds alone; 0 for
/// one process.
fn noise_within(processes: &[&[f64]], confidence: Confidence) -> f64 {
    if processes.len() < 2 {
        return 0.0;
    }
    let degrees_of_freedom = processes.iter().map(|samples| samples.len() - 1).sum();
    if degrees_of_freedom == 0 {
        return 0.0;
    }
    let variances = processes.iter().filter_map(|samples| {
        let deviation = median_absolute_deviation(samples)? * NORMAL_DEVIATION;
        Some((MEDIAN_OVER_MEAN * deviation).powi(2) / samples.len() as f64)
    });
    let of_mean = variances.sum::<f64>().sqrt() / processes.len() as f64;
    student::two_sided(confidence.share(), degrees_of_freedom) * of_mean
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
