//! Whether the times of programs can be told apart, and if not, why and what to try.

use std::fmt;

use heapbook_model::Nanos;

use super::Confidence;
use super::samples::{Clock, logarithms, paired_logarithms, spent};
use super::spread::{NORMAL_DEVIATION, filled, half_width, interval_of_processes, sum_of_squares};
use super::summary::{median, median_absolute_deviation};
use crate::record::Time;

/// Half of the width of a ratio's interval, as a share of the ratio, from which on two programs
/// that are not known to differ are noisy.
const NOISY: f64 = 0.05;

/// The least share of a disturbance that is named.
const NAMED: f64 = 0.02;

/// The least nanoseconds of a typical sample. To read the clocks costs up to a microsecond, which
/// is then a hundredth.
const SHORTEST: f64 = 100_000.0;

/// How far the time of a cell can be relied on, beside others that were sampled together with it.
#[derive(Debug, Clone, PartialEq)]
pub enum Stability {
    /// It is told apart from each of the others, or known to be as close to it as makes no matter.
    Stable,
    /// It may be as long as that of another, or differ from it by more than 5 %.
    Noisy {
        /// The programs that it cannot be told from; none where it stands alone, and its own
        /// interval is wide.
        from: Vec<String>,
        /// The reasons that were found, the largest share first.
        because: Vec<Disturbance>,
    },
    /// A sample takes under 100 µs, because the variant has to be timed by a single call.
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
    /// Judges the time of each program, given by name. Two are compared where they were sampled
    /// together: what the machine did to both alike is no noise. `None` for one with too few
    /// samples for an interval.
    pub fn of_all(programs: &[(String, &Time)]) -> Vec<Option<Stability>> {
        let places = 0..programs.len();
        places.map(|place| Stability::of(place, programs)).collect()
    }

    fn of(place: usize, programs: &[(String, &Time)]) -> Option<Stability> {
        let time = programs[place].1;
        let own = logarithms(time);
        let alone = half_width(&filled(&own), Confidence::QUOTED)?;
        if typical_sample(time)? < SHORTEST {
            return Some(Stability::TooShort);
        }
        let others = programs.iter().enumerate().filter(|(other, (_, beside))| {
            *other != place && beside.sampling == time.sampling && !logarithms(beside).concat().is_empty()
        });
        let ratios: Vec<_> = others
            .map(|(_, (name, beside))| (name, paired_logarithms(time, beside)))
            .collect();
        let doubtful: Vec<_> = ratios.iter().filter(|(_, ratios)| is_doubtful(ratios)).collect();
        Some(match doubtful.first() {
            None if !ratios.is_empty() || alone <= NOISY => Stability::Stable,
            None => Stability::Noisy {
                from: Vec::new(),
                because: disturbances(time, &own),
            },
            Some((_, first)) => Stability::Noisy {
                from: doubtful.iter().map(|(name, _)| (*name).clone()).collect(),
                because: disturbances(time, first),
            },
        })
    }
}

/// Whether two times, given by their ratios, may be equal, and may as well differ by more than
/// [`NOISY`].
fn is_doubtful(ratios: &[Vec<f64>]) -> bool {
    let half = half_width(&filled(ratios), Confidence::QUOTED);
    let interval = interval_of_processes(ratios, Confidence::QUOTED);
    interval
        .zip(half)
        .is_none_or(|(interval, half)| half > NOISY && interval.low <= 0.0 && interval.high >= 0.0)
}

/// The median of the samples, in nanoseconds.
fn typical_sample(time: &Time) -> Option<f64> {
    let processes = time.processes.iter();
    let samples = processes.flat_map(|process| spent(process, Clock::Wall));
    median(&samples.map(|sample| sample.0 as f64).collect::<Vec<f64>>())
}

impl fmt::Display for Stability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stability::Stable => formatter.write_str("stable"),
            Stability::TooShort => formatter.write_str(
                "too short: a sample takes under 100 µs, and reading the clock weighs in it; try a larger n",
            ),
            Stability::Noisy { from, because } => {
                let apart = match from.is_empty() {
                    true => String::new(),
                    false => format!("cannot be told from {}; ", from.join(", ")),
                };
                let causes: Vec<String> = because.iter().map(Disturbance::to_string).collect();
                write!(formatter, "noisy: {apart}{}", causes.join("; "))
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
/// largest first. The spreads are those of the times' or ratios' `logarithms`.
fn disturbances(time: &Time, logarithms: &[Vec<f64>]) -> Vec<Disturbance> {
    let (processes, samples) = spreads(logarithms);
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
fn spreads(processes: &[Vec<f64>]) -> (f64, f64) {
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

    const MILLISECOND: u64 = 1_000_000;

    fn process(samples: &[u64]) -> TimeProcess {
        TimeProcess {
            total_ns: samples.iter().copied().map(Nanos).collect(),
            cpu_ns: samples.iter().copied().map(Nanos).collect(),
            ..TimeProcess::default()
        }
    }

    fn time(processes: Vec<TimeProcess>) -> Time {
        Time {
            processes,
            ..Time::default()
        }
    }

    fn judged<const PROGRAMS: usize>(programs: [Vec<TimeProcess>; PROGRAMS]) -> [Stability; PROGRAMS] {
        let times = programs.map(time);
        let named: Vec<(String, &Time)> = (1..).map(|n| format!("python.{n}")).zip(&times).collect();
        let judged = Stability::of_all(&named).into_iter();
        let judged: Vec<Stability> = judged.map(Option::unwrap).collect();
        judged.try_into().unwrap()
    }

    fn steady(milliseconds: u64) -> TimeProcess {
        process(&[milliseconds * MILLISECOND; 4])
    }

    #[test]
    fn even_samples_are_stable_if_the_clock_can_tell() {
        assert_eq!(judged([vec![steady(6); 3]]), [Stability::Stable]);
        assert_eq!(judged([vec![steady(1); 3]]), [Stability::Stable]);
        assert_eq!(judged([vec![process(&[90_000; 4]); 3]]), [Stability::TooShort]);
        assert_eq!(
            Stability::of_all(&[("python.none".to_owned(), &Time::default())]),
            [None],
            "nothing can be said of nothing"
        );
    }

    #[test]
    fn what_slows_both_programs_makes_neither_noisy() {
        let uneven = |scale: u64| [6, 9, 6, 10].map(|sample| steady(sample * scale)).to_vec();
        assert_eq!(
            judged([uneven(1), uneven(1)]),
            [Stability::Stable, Stability::Stable]
        );
        let [alone] = judged([uneven(1)]);
        assert!(
            matches!(&alone, Stability::Noisy { from, .. } if from.is_empty()),
            "{alone}"
        );
    }

    #[test]
    fn programs_that_cannot_be_told_apart_are_noisy_and_name_each_other() {
        let even = vec![steady(8); 4];
        let uneven = [6, 9, 7, 10].map(steady).to_vec();
        let [one, other, far] = judged([even, uneven, vec![steady(40); 4]]);
        assert!(one.to_string().contains("cannot be told from python.2;"), "{one}");
        let Stability::Noisy { from, because } = &other else {
            panic!("not noisy")
        };
        assert_eq!(from, &["python.1"]);
        assert!(
            matches!(because[..], [Disturbance { cause: Cause::Processes, share }] if share > 0.2),
            "{because:?}"
        );
        assert_eq!(
            far,
            Stability::Stable,
            "five times as long is told, though not by how much"
        );
    }

    #[test]
    fn each_disturbance_is_named_with_what_to_try() {
        let spread: Vec<u64> = [6, 9, 7, 12, 6, 10].map(|sample| sample * MILLISECOND).to_vec();
        let mut disturbed = process(&spread);
        disturbed.cpu_ns[3] = Nanos(5 * MILLISECOND);
        disturbed.stolen_ns = Some(Nanos(10 * MILLISECOND));
        disturbed.collections = vec![1, 1, 1, 1, 2, 1];
        let [stability] = judged([vec![disturbed; 2]]);
        let Stability::Noisy { because, .. } = &stability else {
            panic!("not noisy")
        };
        assert_eq!(because.len(), 4, "{because:?}");
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
        assert!(because.is_sorted_by(|one, other| one.share >= other.share));
    }
}
