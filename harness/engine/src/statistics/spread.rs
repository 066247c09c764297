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

use serde::Serialize;

use super::Confidence;
use super::student;
use super::summary::{median, median_absolute_deviation};

/// Of so many values, one is left out at each end.
const TRIMMED: usize = 8;

/// From the median of absolute deviations to the standard deviation of a normal distribution.
pub(super) const NORMAL_DEVIATION: f64 = 1.4826;

/// The standard error of a normal sample's median over that of its mean.
const MEDIAN_OVER_MEAN: f64 = 1.2533;

/// A median with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The median over processes of each process's median.
    pub median: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

impl Interval {
    /// Back from logarithms.
    pub(super) fn exp(self) -> Interval {
        Interval {
            median: self.median.exp(),
            low: self.low.exp(),
            high: self.high.exp(),
        }
    }
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
pub(super) fn filled(processes: &[Vec<f64>]) -> Vec<&[f64]> {
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
pub(super) fn half_width(processes: &[&[f64]], confidence: Confidence) -> Option<f64> {
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
