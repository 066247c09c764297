//! Bootstrap intervals that respect the process level.

use super::Confidence;
use super::summary::{median, quantile};
use crate::record::{Measured, Time, TimeProcess};

/// How often the samples are resampled. At 1,000 the ends of a 95 % interval rest on 25 resamples each.
const RESAMPLES: usize = 1_000;

/// The same seed for every figure, so that the same records always give the same interval.
const SEED: u64 = 0x4845_4150;

/// A median with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The median over processes of each process's median.
    pub median: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The time of one call in nanoseconds, or nothing where there are no samples.
pub fn time_per_call(time: &Time) -> Option<Measured> {
    time_per_call_at(time, Confidence::QUOTED)
}

/// The same with another confidence: where many claims are decided at once, [`Confidence::shared_by`] so many.
pub fn time_per_call_at(time: &Time, confidence: Confidence) -> Option<Measured> {
    let samples: Vec<Vec<f64>> = time.processes.iter().map(per_call).collect();
    let interval = by_process(&samples, confidence)?;
    Some(Measured::Estimate {
        median: interval.median,
        low: interval.low,
        high: interval.high,
    })
}

/// The ratio of two variants' times, from samples of the same process and round, or nothing where no round holds both.
///
/// Pairing cancels what disturbs both alike: the machine's speed drifts less within a round than over a run.
pub fn ratio_of_times(numerator: &Time, denominator: &Time) -> Option<Interval> {
    ratio_of_times_at(numerator, denominator, Confidence::QUOTED)
}

/// The same with another confidence: where many claims are decided at once, [`Confidence::shared_by`] so many.
pub fn ratio_of_times_at(numerator: &Time, denominator: &Time, confidence: Confidence) -> Option<Interval> {
    let pairs = numerator.processes.iter().zip(&denominator.processes);
    let ratios: Vec<Vec<f64>> = pairs.map(|(above, below)| paired(above, below)).collect();
    by_process(&ratios, confidence)
}

/// The time of one call in each sample of a process.
fn per_call(process: &TimeProcess) -> Vec<f64> {
    let samples = process.total_ns.iter().zip(&process.iterations);
    samples
        .map(|(total, iterations)| total.0 as f64 / (*iterations).max(1) as f64)
        .collect()
}

/// The ratios of the rounds that both processes hold.
fn paired(above: &TimeProcess, below: &TimeProcess) -> Vec<f64> {
    let below_by_round: Vec<(u32, f64)> = below.round.iter().copied().zip(per_call(below)).collect();
    let rounds = above.round.iter().zip(per_call(above));
    rounds
        .filter_map(|(round, time)| {
            let (_, other) = below_by_round.iter().find(|(other, _)| other == round)?;
            (*other > 0.0).then_some(time / other)
        })
        .collect()
}

/// The median of the processes' medians, with its bootstrap interval (the percentile method of Efron and Tibshirani,
/// "An Introduction to the Bootstrap", 1993, chapter 13).
fn by_process(processes: &[Vec<f64>], confidence: Confidence) -> Option<Interval> {
    let tail = (1.0 - confidence.share()) / 2.0;
    let processes: Vec<&Vec<f64>> = processes.iter().filter(|samples| !samples.is_empty()).collect();
    let medians: Vec<f64> = processes.iter().filter_map(|samples| median(samples)).collect();
    let centre = median(&medians)?;
    let mut random = fastrand::Rng::with_seed(SEED);
    let resampled: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| resample(&processes, &mut random))
        .collect();
    Some(Interval {
        median: centre,
        low: quantile(&resampled, tail)?.min(centre),
        high: quantile(&resampled, 1.0 - tail)?.max(centre),
    })
}

/// The statistic of one resample: processes drawn with replacement, then samples within each.
fn resample(processes: &[&Vec<f64>], random: &mut fastrand::Rng) -> Option<f64> {
    let medians: Vec<f64> = (0..processes.len())
        .filter_map(|_| {
            let samples = processes[random.usize(..processes.len())];
            let drawn: Vec<f64> = (0..samples.len())
                .map(|_| samples[random.usize(..samples.len())])
                .collect();
            median(&drawn)
        })
        .collect();
    median(&medians)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::units::Nanos;

    fn process(samples: &[u64]) -> TimeProcess {
        TimeProcess {
            hash_seed: None,
            round: (0..samples.len() as u32).collect(),
            iterations: vec![10; samples.len()],
            total_ns: samples.iter().copied().map(Nanos).collect(),
            cpu_ns: samples.iter().copied().map(Nanos).collect(),
        }
    }

    #[test]
    fn no_samples_give_no_figure() {
        assert_eq!(time_per_call(&Time { processes: vec![] }), None);
        assert_eq!(
            time_per_call(&Time {
                processes: vec![process(&[])]
            }),
            None
        );
    }

    #[test]
    fn a_process_that_differs_widens_the_interval() {
        let alike = Time {
            processes: vec![process(&[100, 101, 102]), process(&[100, 101, 102])],
        };
        let apart = Time {
            processes: vec![process(&[100, 101, 102]), process(&[200, 201, 202])],
        };
        let width = |time: &Time| {
            let measured = time_per_call(time).unwrap();
            measured.high() - measured.low()
        };
        assert!(
            width(&apart) > 5.0 * width(&alike),
            "{} {}",
            width(&apart),
            width(&alike)
        );
    }

    #[test]
    fn ratios_come_from_the_same_round() {
        let slow = Time {
            processes: vec![process(&[100, 1_000, 10_000])],
        };
        let fast = Time {
            processes: vec![process(&[50, 500, 5_000])],
        };
        let ratio = ratio_of_times(&slow, &fast).unwrap();
        assert_eq!((ratio.median, ratio.low, ratio.high), (2.0, 2.0, 2.0));
        let mut shifted = fast.clone();
        shifted.processes[0].round = vec![7, 8, 9];
        assert_eq!(ratio_of_times(&slow, &shifted), None);
    }

    proptest! {
        #[test]
        fn the_interval_holds_its_median_and_scales(
            samples in prop::collection::vec(prop::collection::vec(1u64..1_000_000, 1..8), 1..4),
            scale in 1u64..50,
        ) {
            let time = Time { processes: samples.iter().map(|samples| process(samples)).collect() };
            let scaled = Time {
                processes: samples
                    .iter()
                    .map(|samples| process(&samples.iter().map(|sample| sample * scale).collect::<Vec<_>>()))
                    .collect(),
            };
            let (plain, larger) = (time_per_call(&time).unwrap(), time_per_call(&scaled).unwrap());
            prop_assert!(plain.low() <= plain.typical() && plain.typical() <= plain.high());
            for figure in [Measured::low, Measured::typical, Measured::high] {
                let expected = figure(plain) * scale as f64;
                prop_assert!((figure(larger) - expected).abs() <= expected * 1e-9);
            }
        }
    }
}
