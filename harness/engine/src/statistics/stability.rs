//! Whether the time of a cell can be relied on, and if not, why and what to try.

use std::fmt;

use heapbook_model::Nanos;

use super::interval::precision_of_time;
use super::samples::{Clock, logarithms, spent};
use super::spread::{NORMAL_DEVIATION, sum_of_squares};
use super::summary::{median, median_absolute_deviation};
use crate::record::Time;

/// Half of an interval's width, as a share of the time, above which a cell is noisy.
const NOISY: f64 = 0.05;

/// The least share of a disturbance that is named.
const NAMED: f64 = 0.02;

/// The least nanoseconds of a typical sample, so that the clock's own step and cost vanish in it.
/// Samples aim at 5 ms; what is left allows a processor to run faster than while it was calibrated.
const SHORTEST: f64 = 4_000_000.0;

/// How far the time of a cell can be relied on.
#[derive(Debug, Clone, PartialEq)]
pub enum Stability {
    /// The interval of the time is narrow enough.
    Stable,
    /// The interval is wide; the reasons that were found, the largest share first.
    Noisy(Vec<Disturbance>),
    /// A sample takes under 4 ms, because the variant has to be timed by a single call.
    TooShort,
}

/// What makes a time noisy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Disturbance {
    cause: Cause,
    /// A part of the time, or of the samples; 0.1 for a tenth.
    share: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Cause {
    /// Other programs had the processor for this share of the samples.
    OtherPrograms,
    /// A hypervisor gave the processors to other machines for this share of the samples.
    Stolen,
    /// Some samples hold more garbage collections than others; the share of samples that differ
    /// from the usual number.
    Collections,
    /// The processes' medians differ by this standard deviation.
    Processes,
    /// The samples within a process differ by this standard deviation.
    Samples,
}

impl Stability {
    /// Judges the samples of one cell. `None` if there are too few for an interval.
    pub fn of(time: &Time) -> Option<Stability> {
        let totals: Vec<f64> = time
            .processes
            .iter()
            .flat_map(|process| spent(process, Clock::Wall))
            .map(|time| time.0 as f64)
            .collect();
        let precision = precision_of_time(time)?;
        Some(if median(&totals)? < SHORTEST {
            Stability::TooShort
        } else if precision <= NOISY {
            Stability::Stable
        } else {
            Stability::Noisy(disturbances(time))
        })
    }
}

impl fmt::Display for Stability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stability::Stable => formatter.write_str("stable"),
            Stability::TooShort => formatter.write_str(
                "too short: a sample takes under 4 ms, and the clock and the call itself weigh in it; try a larger n",
            ),
            Stability::Noisy(disturbances) => {
                let all: Vec<String> = disturbances.iter().map(Disturbance::to_string).collect();
                write!(formatter, "noisy: {}", all.join("; "))
            }
        }
    }
}

impl fmt::Display for Disturbance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, more) = match self.cause {
            Cause::OtherPrograms => (
                "other programs had the processor for",
                " of the time; try again with them ended",
            ),
            Cause::Stolen => (
                "the hypervisor took the processors away for",
                " of the time; try a machine of your own",
            ),
            Cause::Collections => (
                "garbage collections fell unevenly into",
                " of the samples; try a larger n, or gc.disable() in the set-up",
            ),
            Cause::Processes => (
                "processes differ by",
                ", as memory layout and hash seed do; try a full run, which has more of them",
            ),
            Cause::Samples => (
                "samples within a process differ by",
                "; try again on a quieter machine, or look for chance in the variant",
            ),
        };
        write!(formatter, "{what} {:.0} %{more}", self.share * 100.0)
    }
}

/// Every disturbance that is large enough to be named, or the larger one of the two spreads, the
/// largest first.
fn disturbances(time: &Time) -> Vec<Disturbance> {
    let (processes, samples) = spreads(time);
    let shares = [
        (Cause::OtherPrograms, taken_by_others(time)),
        (Cause::Stolen, stolen(time)),
        (Cause::Collections, uneven_collections(time)),
        (Cause::Processes, processes),
        (Cause::Samples, samples),
    ];
    let mut found: Vec<Disturbance> = shares
        .map(|(cause, share)| Disturbance { cause, share })
        .into_iter()
        .filter(|disturbance| disturbance.share >= NAMED)
        .collect();
    if found.is_empty() {
        let (cause, share) = shares[if processes > samples { 3 } else { 4 }];
        found.push(Disturbance { cause, share });
    }
    found.sort_by(|one, other| other.share.total_cmp(&one.share));
    found
}

/// The standard deviation of the processes' medians, and the typical one within a process, as
/// shares.
fn spreads(time: &Time) -> (f64, f64) {
    let processes = logarithms(time);
    let medians: Vec<f64> = processes.iter().filter_map(|samples| median(samples)).collect();
    let between = (sum_of_squares(&medians) / medians.len().saturating_sub(1).max(1) as f64).sqrt();
    let within = processes
        .iter()
        .filter_map(|samples| median_absolute_deviation(samples));
    let within = median(&within.collect::<Vec<f64>>()).unwrap_or(0.0);
    (between, within * NORMAL_DEVIATION)
}

/// The share of the wall's time that the thread did not have a processor.
fn taken_by_others(time: &Time) -> f64 {
    let processes = || time.processes.iter();
    let wall = sum(processes().flat_map(|process| process.total_ns.clone()));
    let processor = sum(processes().flat_map(|process| process.cpu_ns.clone()));
    if wall > 0.0 && processor > 0.0 {
        (1.0 - processor / wall).max(0.0)
    } else {
        0.0
    }
}

/// The share of the samples' time that was stolen, over all processors.
fn stolen(time: &Time) -> f64 {
    let processes = || time.processes.iter();
    let wall = sum(processes().flat_map(|process| spent(process, Clock::Wall)));
    sum(processes().filter_map(|process| process.stolen_ns)) / wall.max(1.0)
}

fn sum(times: impl Iterator<Item = Nanos>) -> f64 {
    times.map(|nanos| nanos.0 as f64).sum()
}

/// The share of samples whose number of collections is not the usual one of their process.
fn uneven_collections(time: &Time) -> f64 {
    let (mut uneven, mut samples) = (0, 0);
    for process in &time.processes {
        let mut sorted = process.collections.clone();
        sorted.sort_unstable();
        let usual = sorted.get(sorted.len() / 2);
        uneven += sorted.iter().filter(|count| Some(*count) != usual).count();
        samples += sorted.len();
    }
    uneven as f64 / samples.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::TimeProcess;
    use heapbook_model::Nanos;

    const MILLISECOND: u64 = 1_000_000;

    fn process(samples: &[u64]) -> TimeProcess {
        TimeProcess {
            total_ns: samples.iter().copied().map(Nanos).collect(),
            cpu_ns: samples.iter().copied().map(Nanos).collect(),
            ..TimeProcess::default()
        }
    }

    fn judged(processes: Vec<TimeProcess>) -> Stability {
        Stability::of(&Time {
            processes,
            ..Time::default()
        })
        .unwrap()
    }

    fn steady(milliseconds: u64) -> TimeProcess {
        process(&[milliseconds * MILLISECOND; 4])
    }

    #[test]
    fn even_samples_are_stable_if_long_enough() {
        assert_eq!(judged(vec![steady(6); 3]), Stability::Stable);
        assert_eq!(judged(vec![steady(3); 3]), Stability::TooShort);
        assert_eq!(
            Stability::of(&Time::default()),
            None,
            "nothing can be said of nothing"
        );
    }

    #[test]
    fn processes_that_differ_are_named() {
        let Stability::Noisy(why) = judged(vec![steady(6), steady(8), steady(10)]) else {
            panic!("not noisy")
        };
        assert!(
            matches!(why[..], [Disturbance { cause: Cause::Processes, share }] if share > 0.2),
            "{why:?}"
        );
    }

    #[test]
    fn each_disturbance_is_named_with_what_to_try() {
        let spread: Vec<u64> = [6, 9, 7, 12, 6, 10].map(|sample| sample * MILLISECOND).to_vec();
        let mut disturbed = process(&spread);
        disturbed.cpu_ns[3] = Nanos(5 * MILLISECOND);
        disturbed.stolen_ns = Some(Nanos(10 * MILLISECOND));
        disturbed.collections = vec![1, 1, 1, 1, 2, 1];
        let stability = judged(vec![disturbed; 2]);
        let Stability::Noisy(why) = &stability else {
            panic!("not noisy")
        };
        assert_eq!(why.len(), 4, "{why:?}");
        let text = stability.to_string();
        for words in [
            "other programs",
            "hypervisor",
            "collections",
            "samples within",
            "try",
        ] {
            assert!(text.contains(words), "{text}");
        }
        assert!(why.is_sorted_by(|one, other| one.share >= other.share));
    }
}
