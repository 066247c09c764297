//! The turns that a sample is made in.
//!
//! The speed of a processor changes within milliseconds: its clock rate does, and so does the business of whoever shares its
//! core or its caches. What falls between two whole samples moves their ratio; what falls between two turns moves one ratio
//! of many. So the workers of a round take turns, each a fraction of a sample, and the times of the turns are kept.

use heapbook_protocol::TimeAnswer;

use crate::record::TimeProcess;
use heapbook_model::Nanos;

/// The turns of a round. Shorter ones would find the caches colder than a program that runs on; eight leave 0.6 ms to each.
pub(super) const TURNS: u32 = 8;

/// How many turns a sample of so many calls is made in: one for each call, where these are few.
fn turns_of(iterations: u64) -> u64 {
    iterations.clamp(1, TURNS.into())
}

/// The next number of calls that all turns can share alike.
pub(super) fn shared_alike(iterations: u64) -> u64 {
    iterations.next_multiple_of(turns_of(iterations))
}

/// The calls that belong to a turn; none where the sample has fewer turns.
pub(super) fn calls_in(turn: u32, iterations: u64) -> u64 {
    let turns = turns_of(iterations);
    if u64::from(turn) < turns {
        iterations / turns
    } else {
        0
    }
}

/// What the turns of one process came to.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// The sum over the turns of this round so far.
    sample: TimeAnswer,
    /// The processor time of every turn, or all its time where that was less.
    times: Vec<Nanos>,
    /// Turns that a garbage collection fell into.
    with_collection: usize,
}

impl Turns {
    /// Adds a turn.
    pub(super) fn add(&mut self, answer: TimeAnswer) {
        self.sample.total_ns.0 += answer.total_ns.0;
        self.sample.cpu_ns.0 += answer.cpu_ns.0;
        if let Some(collections) = answer.collections {
            *self.sample.collections.get_or_insert(0) += collections;
        }
        self.times.push(answer.cpu_ns.min(answer.total_ns));
        self.with_collection += usize::from(answer.collections.is_some_and(|collections| collections > 0));
    }

    /// The sample that the turns of a round make, and begins the next.
    pub(super) fn take_sample(&mut self) -> TimeAnswer {
        std::mem::take(&mut self.sample)
    }

    /// Hands the times over, if they can stand for the samples: one time a sample tells nothing more, and where a collection fell into
    /// some turns and not into others, no single turn shows what collecting costs.
    pub(super) fn hand_over(self, samples: &mut TimeProcess) {
        let several = self.times.len() > samples.samples();
        let alike = self.with_collection == 0 || self.with_collection == self.times.len();
        if several && alike {
            samples.slice_ns = self.times;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(nanoseconds: u64, collections: u64) -> TimeAnswer {
        TimeAnswer {
            total_ns: Nanos(nanoseconds + 1),
            cpu_ns: Nanos(nanoseconds),
            collections: Some(collections),
        }
    }

    #[test]
    fn every_call_belongs_to_one_turn() {
        for iterations in 1..100 {
            let shared = shared_alike(iterations);
            assert!(shared >= iterations && shared < iterations + u64::from(TURNS));
            let calls: Vec<u64> = (0..TURNS).map(|turn| calls_in(turn, shared)).collect();
            assert_eq!(calls.iter().sum::<u64>(), shared);
            assert!(
                calls
                    .iter()
                    .all(|&calls| calls == 0 || calls == calls_in(0, shared))
            );
        }
        assert_eq!((shared_alike(3), shared_alike(9)), (3, 16));
    }

    #[test]
    fn a_sample_is_the_sum_of_its_turns() {
        let mut turns = Turns::default();
        turns.add(answer(10, 1));
        turns.add(answer(20, 2));
        let sample = turns.take_sample();
        assert_eq!(
            (sample.cpu_ns, sample.total_ns, sample.collections),
            (Nanos(30), Nanos(32), Some(3))
        );
        assert_eq!(turns.take_sample(), TimeAnswer::default());
    }

    #[test]
    fn turns_stand_for_samples_only_where_they_are_alike() {
        let kept = |rounds: usize, answers: &[TimeAnswer]| {
            let mut turns = Turns::default();
            answers.iter().for_each(|answer| turns.add(*answer));
            let mut samples = TimeProcess {
                total_ns: vec![Nanos(0); rounds],
                ..TimeProcess::default()
            };
            turns.hand_over(&mut samples);
            samples.slice_ns.len()
        };
        assert_eq!(kept(1, &[answer(10, 0), answer(20, 0)]), 2);
        assert_eq!(kept(1, &[answer(10, 1), answer(20, 3)]), 2);
        assert_eq!(kept(1, &[answer(10, 0), answer(20, 1)]), 0);
        assert_eq!(kept(2, &[answer(10, 0), answer(20, 0)]), 0);
    }
}
