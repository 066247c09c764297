//! From a record's raw samples to times of one call, and to ratios of the samples of one round.

use std::iter::repeat;

use super::summary::median;
use crate::record::{Time, TimeProcess};
use heapbook_model::Nanos;

/// How much longer than its processor time a sample may take and still be said not to have waited.
const WITHOUT_WAITING: f64 = 1.02;

/// Which of a sample's two times is the variant's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// All the time that passed: the variant sleeps, waits for a file, or has other threads work.
    Wall,
    /// The processor time of the thread: the variant does nothing but compute.
    Processor,
}

impl Clock {
    /// The clock for these cells' samples, one for all that are compared.
    ///
    /// A variant that waits by itself does so in most samples. So where a quarter of each cell's
    /// samples took as long as their processor time, what others took beyond theirs was taken by
    /// other programs, and is no part of the variant's time.
    pub(crate) fn of(times: &[&Time]) -> Clock {
        if times.iter().all(|time| only_computes(time)) {
            Clock::Processor
        } else {
            Clock::Wall
        }
    }
}

/// Whether at least a quarter of the samples was spent on the processor, or in the queue for one
/// that other programs had, from end to end. Published samples have one time left, which says it.
fn only_computes(time: &Time) -> bool {
    let processes = time.processes.iter();
    if processes
        .clone()
        .any(|process| process.total_ns.is_empty() && !process.cpu_ns.is_empty())
    {
        return true;
    }
    let samples = processes.flat_map(|process| {
        let queued = process.queued_ns.iter().copied().chain(repeat(Nanos(0)));
        process.total_ns.iter().zip(&process.cpu_ns).zip(queued)
    });
    let timed = samples.filter(|((total, cpu), _)| total.0 > 0 && cpu.0 > 0);
    let (mut all, mut without_waiting) = (0, 0);
    for ((total, cpu), queued) in timed {
        all += 1;
        // A thread that waits for a processor waits for nothing else.
        let own = total.0.saturating_sub(queued.0);
        without_waiting += usize::from(own as f64 <= cpu.0 as f64 * WITHOUT_WAITING);
    }
    without_waiting > 0 && 4 * without_waiting >= all
}

/// The time of each sample of a process by this clock, or by the other one if that is all that was
/// published.
pub(crate) fn spent(process: &TimeProcess, clock: Clock) -> Vec<Nanos> {
    let (total, cpu) = (&process.total_ns, &process.cpu_ns);
    match clock {
        // The processor's clock is read around the other: where calls are timed one by one it says
        // more than passed.
        Clock::Processor if total.len() == cpu.len() => cpu
            .iter()
            .zip(total)
            .map(|(cpu, total)| *cpu.min(total))
            .collect(),
        Clock::Processor if total.is_empty() => cpu.clone(),
        Clock::Wall if total.is_empty() => cpu.clone(),
        _ => total.clone(),
    }
}

/// The nanoseconds of one call in each sample of a process.
pub(crate) fn per_call(process: &TimeProcess, calls: u64, clock: Clock) -> Vec<f64> {
    let samples = spent(process, clock).into_iter();
    samples
        .map(|spent| spent.0 as f64 / calls.max(1) as f64)
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
    times.map(|time| {
        let of_process = |process| {
            let times = per_call(process, time.calls, clock).into_iter();
            times.filter(|time| *time > 0.0).map(f64::ln).collect()
        };
        time.processes.iter().map(of_process).collect()
    })
}

/// The logarithms of the ratios of two variants' times, by process: of the samples of each round,
/// or of its slices where both variants did nothing but compute, in as many slices.
///
/// The slices of a round are neighbours in time and not quite independent. So where there is a
/// single process, whose values are all that the spread is reckoned from, each round gives the
/// median of its slices; where there are several, each process gives all its slices, of which only
/// the median counts, and the median of all is nearer to the truth than a median of medians.
pub(super) fn paired_logarithms(numerator: &Time, denominator: &Time) -> Vec<Vec<f64>> {
    let clock = Clock::of(&[numerator, denominator]);
    let pairs: Vec<_> = numerator.processes.iter().zip(&denominator.processes).collect();
    let mut slices: Vec<usize> = pairs
        .iter()
        .flat_map(|(above, below)| [above.slices(), below.slices()])
        .collect();
    slices.dedup();
    let by_slices = clock == Clock::Processor && slices.len() == 1 && slices[0] > 1;
    let of_rounds = |process, time: &Time| match by_slices {
        true => slices_of_rounds(process, time.calls),
        false => per_call(process, time.calls, clock)
            .into_iter()
            .map(|time| vec![time])
            .collect(),
    };
    let sampled = pairs
        .iter()
        .filter(|(above, below)| above.samples().min(below.samples()) > 0);
    let is_single = sampled.count() == 1;
    let of_process = |(above, below)| {
        let rounds = ratios(&of_rounds(above, numerator), &of_rounds(below, denominator));
        if is_single {
            rounds.iter().filter_map(|ratios| median(ratios)).collect()
        } else {
            rounds.concat()
        }
    };
    pairs.into_iter().map(of_process).collect()
}

/// The times of a call in each slice of each round.
fn slices_of_rounds(process: &TimeProcess, calls: u64) -> Vec<Vec<f64>> {
    let slices = process.slices().max(1);
    let calls = calls.max(1) as f64 / slices as f64;
    let of_round = |times: &[Nanos]| times.iter().map(|time| time.0 as f64 / calls).collect();
    process.slice_ns.chunks(slices).map(of_round).collect()
}

/// The logarithms of the ratios of times, round by round.
fn ratios(above: &[Vec<f64>], below: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let of_round = |(above, below): (&Vec<f64>, &Vec<f64>)| {
        let pairs = above
            .iter()
            .zip(below)
            .filter(|(above, below)| **above > 0.0 && **below > 0.0);
        pairs.map(|(above, below)| (above / below).ln()).collect()
    };
    above.iter().zip(below).map(of_round).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(samples: &[(u64, u64)]) -> Time {
        let process = TimeProcess {
            total_ns: samples.iter().map(|sample| Nanos(sample.0)).collect(),
            cpu_ns: samples.iter().map(|sample| Nanos(sample.1)).collect(),
            ..TimeProcess::default()
        };
        Time {
            calls: 10,
            processes: vec![process],
            ..Time::default()
        }
    }

    #[test]
    fn what_other_programs_took_is_no_time_of_a_variant_that_only_computes() {
        let disturbed = time(&[(1_000, 1_000), (5_000, 1_000)]);
        assert_eq!(
            per_call(&disturbed.processes[0], 10, Clock::of(&[&disturbed])),
            [100.0, 100.0]
        );
    }

    #[test]
    fn to_wait_for_a_processor_is_not_to_wait() {
        // Every sample was disturbed, and each is three times its processor time.
        let mut disturbed = time(&[(3_000, 1_000), (3_100, 1_000)]);
        assert_eq!(Clock::of(&[&disturbed]), Clock::Wall);
        disturbed.processes[0].queued_ns = vec![Nanos(2_000), Nanos(2_095)];
        assert_eq!(Clock::of(&[&disturbed]), Clock::Processor);
        assert!(disturbed.was_under_load());
        // One that sleeps besides does wait.
        let mut sleeps = time(&[(9_000, 1_000), (9_100, 1_000)]);
        sleeps.processes[0].queued_ns = vec![Nanos(2_000), Nanos(2_000)];
        assert_eq!(Clock::of(&[&sleeps]), Clock::Wall);
        let mut quiet = time(&[(1_010, 1_000), (1_010, 1_000)]);
        quiet.processes[0].queued_ns = vec![Nanos(10), Nanos(0)];
        assert!(!quiet.was_under_load());
    }

    #[test]
    fn a_variant_that_waits_is_timed_by_the_wall() {
        let sleeps = time(&[(5_000, 1_000), (5_100, 1_000)]);
        assert_eq!(
            per_call(&sleeps.processes[0], 10, Clock::of(&[&sleeps])),
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
        fast.processes[0].total_ns.truncate(1);
        fast.processes[0].cpu_ns.truncate(1);
        assert_eq!(
            paired_logarithms(&slow, &fast),
            [vec![2f64.ln()]],
            "a round of one alone has no pair"
        );
    }

    #[test]
    fn a_change_of_speed_within_a_round_moves_few_of_its_slices() {
        // Both do the same; the processor is half as fast for one slice of each sample, another one
        // each.
        let of_slices = |slices: [u64; 4]| {
            let total = slices.iter().sum();
            let mut time = time(&[(total, total)]);
            time.processes[0].slice_ns = slices.map(Nanos).to_vec();
            time.calls = 4;
            time
        };
        let (one, other) = (of_slices([10, 10, 20, 10]), of_slices([10, 10, 10, 10]));
        assert_eq!(paired_logarithms(&one, &other), [vec![0.0]]);
        // Twice the calls in a slice are no longer time of a call.
        let mut twice = of_slices([20, 20, 20, 20]);
        twice.calls = 8;
        assert_eq!(paired_logarithms(&twice, &other), [vec![0.0]]);
        // Of several processes, each gives all its slices.
        let twofold = |time: &Time| Time {
            calls: time.calls,
            processes: vec![time.processes[0].clone(); 2],
            ..Time::default()
        };
        let ratios = paired_logarithms(&twofold(&one), &twofold(&other));
        assert_eq!(ratios, vec![vec![0.0, 0.0, 2f64.ln(), 0.0]; 2]);
        // Where one has no slices, whole samples are compared.
        let whole = time(&[(100, 100)]);
        assert_eq!(paired_logarithms(&one, &whole), [vec![(12.5f64 / 10.0).ln()]]);
    }
}
