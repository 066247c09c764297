//! From a record's raw samples to times of one call, and to ratios of the samples of one round.

use super::summary::median;
use crate::record::{Time, TimeProcess};
use heapbook_model::Nanos;

/// How much longer than its processor time a sample may take and still be said not to have waited.
const WITHOUT_WAITING: f64 = 1.02;

/// Which of a sample's two times is the variant's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// All the time that passed: the variant sleeps, waits for a file, or has other threads work.
    Wall,
    /// The processor time of the thread: the variant does nothing but compute.
    Processor,
}

impl Clock {
    /// The clock for these cells' samples, one for all that are compared.
    ///
    /// A variant that waits by itself does so in most samples. So where a quarter of each cell's samples took as long as their
    /// processor time, what others took beyond theirs was taken by other programs, and is no part of the variant's time.
    pub(super) fn of(times: &[&Time]) -> Clock {
        if times.iter().all(|time| only_computes(time)) {
            Clock::Processor
        } else {
            Clock::Wall
        }
    }
}

/// Whether at least a quarter of the samples was spent on the processor from end to end.
fn only_computes(time: &Time) -> bool {
    let samples = time
        .processes
        .iter()
        .flat_map(|process| process.total_ns.iter().zip(&process.cpu_ns));
    let timed = samples.filter(|(total, cpu)| total.0 > 0 && cpu.0 > 0);
    let (mut all, mut without_waiting) = (0, 0);
    for (total, cpu) in timed {
        all += 1;
        without_waiting += usize::from(total.0 as f64 <= cpu.0 as f64 * WITHOUT_WAITING);
    }
    without_waiting > 0 && 4 * without_waiting >= all
}

/// The nanoseconds of one call in each sample of a process.
pub(super) fn per_call(process: &TimeProcess, clock: Clock) -> Vec<f64> {
    let samples = process.total_ns.iter().zip(&process.iterations).enumerate();
    samples
        .map(|(index, (total, iterations))| {
            let cpu = process.cpu_ns.get(index).filter(|_| clock == Clock::Processor);
            // The processor's clock is read around the other: where calls are timed one by one it says more than passed.
            let spent = cpu.map_or(*total, |cpu| (*cpu).min(*total));
            spent.0 as f64 / (*iterations).max(1) as f64
        })
        .collect()
}

/// The logarithms of the times of one call, by process.
pub(super) fn logarithms(time: &Time) -> Vec<Vec<f64>> {
    let [logarithms] = logarithms_of_all([time]);
    logarithms
}

/// The same of several cells, by the clock that suits them all.
pub(super) fn logarithms_of_all<const CELLS: usize>(times: [&Time; CELLS]) -> [Vec<Vec<f64>>; CELLS] {
    let clock = Clock::of(&times);
    let of_process = |process| {
        let times = per_call(process, clock).into_iter();
        times.filter(|time| *time > 0.0).map(f64::ln).collect()
    };
    times.map(|time| time.processes.iter().map(of_process).collect())
}

/// The logarithms of the ratios of two variants' times, by process: of the samples of each round, or of its turns where both variants
/// did nothing but compute, in as many turns.
///
/// The turns of a round are neighbours in time and not quite independent. So where there is a single process, whose values are
/// all that the spread is reckoned from, each round gives the median of its turns; where there are several, each process gives all its turns,
/// of which only the median counts, and the median of all is nearer to the truth than a median of medians.
pub(super) fn paired_logarithms(numerator: &Time, denominator: &Time) -> Vec<Vec<f64>> {
    let clock = Clock::of(&[numerator, denominator]);
    let pairs: Vec<_> = numerator.processes.iter().zip(&denominator.processes).collect();
    let turns = pairs
        .iter()
        .flat_map(|(above, below)| [turns_a_sample(above), turns_a_sample(below)]);
    let mut turns = turns.collect::<Vec<_>>();
    turns.dedup();
    let by_turns = clock == Clock::Processor && turns.len() == 1 && turns[0] > 1;
    let parts = if by_turns {
        Parts::Turns
    } else {
        Parts::Whole(clock)
    };
    let sampled = |pair: &&(&TimeProcess, &TimeProcess)| !pair.0.round.is_empty() && !pair.1.round.is_empty();
    let alone = pairs.iter().filter(sampled).count() == 1;
    let of_process = |pair| {
        let rounds = ratios_of_rounds(pair, parts);
        if alone {
            rounds.iter().filter_map(|ratios| median(ratios)).collect()
        } else {
            rounds.concat()
        }
    };
    pairs.into_iter().map(of_process).collect()
}

/// What a sample is looked at as.
#[derive(Debug, Clone, Copy)]
enum Parts {
    /// One time of a call, by that clock.
    Whole(Clock),
    /// As many as it was made in turns.
    Turns,
}

/// How many turns each sample was made in; 0 where they are not kept.
fn turns_a_sample(process: &TimeProcess) -> usize {
    process.turn_ns.len() / process.round.len().max(1)
}

/// The times of a call in each sample of a process, with the sample's round.
fn of_samples(process: &TimeProcess, parts: Parts) -> Vec<(u32, Vec<f64>)> {
    let times: Vec<Vec<f64>> = match parts {
        Parts::Whole(clock) => per_call(process, clock)
            .into_iter()
            .map(|time| vec![time])
            .collect(),
        Parts::Turns => {
            let turns = turns_a_sample(process).max(1);
            let samples = process.turn_ns.chunks(turns).zip(&process.iterations);
            let of_call = |(times, iterations): (&[Nanos], &u64)| {
                let calls = *iterations as f64 / turns as f64;
                times.iter().map(|time| time.0 as f64 / calls).collect()
            };
            samples.map(of_call).collect()
        }
    };
    process.round.iter().copied().zip(times).collect()
}

/// The logarithms of the ratios of each round that both have.
fn ratios_of_rounds((above, below): (&TimeProcess, &TimeProcess), parts: Parts) -> Vec<Vec<f64>> {
    let below = of_samples(below, parts);
    let rounds = of_samples(above, parts).into_iter();
    rounds
        .filter_map(|(round, times)| {
            let (_, others) = below.iter().find(|(other, _)| *other == round)?;
            let pairs = times.iter().zip(others);
            let ratios = pairs.filter(|(time, other)| **time > 0.0 && **other > 0.0);
            Some(ratios.map(|(time, other)| (time / other).ln()).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(samples: &[(u64, u64)]) -> Time {
        let process = TimeProcess {
            round: (0..samples.len() as u32).collect(),
            iterations: vec![10; samples.len()],
            total_ns: samples.iter().map(|sample| Nanos(sample.0)).collect(),
            cpu_ns: samples.iter().map(|sample| Nanos(sample.1)).collect(),
            ..TimeProcess::default()
        };
        Time {
            processes: vec![process],
            ..Time::default()
        }
    }

    #[test]
    fn what_other_programs_took_is_no_time_of_a_variant_that_only_computes() {
        let disturbed = time(&[(1_000, 1_000), (5_000, 1_000)]);
        assert_eq!(
            per_call(&disturbed.processes[0], Clock::of(&[&disturbed])),
            [100.0, 100.0]
        );
    }

    #[test]
    fn a_variant_that_waits_is_timed_by_the_wall() {
        let sleeps = time(&[(5_000, 1_000), (5_100, 1_000)]);
        assert_eq!(
            per_call(&sleeps.processes[0], Clock::of(&[&sleeps])),
            [500.0, 510.0]
        );
        let computes = time(&[(1_000, 1_000)]);
        assert_eq!(Clock::of(&[&sleeps, &computes]), Clock::Wall);
        assert_eq!(Clock::of(&[&computes]), Clock::Processor);
    }

    #[test]
    fn a_pair_is_of_one_process_and_round() {
        let (slow, mut fast) = (time(&[(100, 100), (1_000, 1_000)]), time(&[(50, 50), (250, 250)]));
        assert_eq!(paired_logarithms(&slow, &fast), [vec![2f64.ln(), 4f64.ln()]]);
        fast.processes[0].round = vec![1, 7];
        assert_eq!(paired_logarithms(&slow, &fast), [vec![20f64.ln()]]);
    }

    #[test]
    fn a_change_of_speed_within_a_round_moves_few_of_its_turns() {
        // Both do the same; the processor is half as fast for one turn of each sample, another one each.
        let of_turns = |turns: [u64; 4]| {
            let total = turns.iter().sum();
            let mut time = time(&[(total, total)]);
            time.processes[0].turn_ns = turns.map(Nanos).to_vec();
            time.processes[0].iterations = vec![4];
            time
        };
        let (one, other) = (of_turns([10, 10, 20, 10]), of_turns([10, 10, 10, 10]));
        assert_eq!(paired_logarithms(&one, &other), [vec![0.0]]);
        // Twice the calls in a turn are no longer time of a call.
        let mut twice = of_turns([20, 20, 20, 20]);
        twice.processes[0].iterations = vec![8];
        assert_eq!(paired_logarithms(&twice, &other), [vec![0.0]]);
        // Of several processes, each gives all its turns.
        let twofold = |time: &Time| Time {
            processes: vec![time.processes[0].clone(); 2],
            ..Time::default()
        };
        let ratios = paired_logarithms(&twofold(&one), &twofold(&other));
        assert_eq!(ratios, vec![vec![0.0, 0.0, 2f64.ln(), 0.0]; 2]);
        // Where one has no turns, whole samples are compared.
        let whole = time(&[(100, 100)]);
        assert_eq!(paired_logarithms(&one, &whole), [vec![(12.5f64 / 10.0).ln()]]);
    }
}
