//! The slices that a sample is made in.
//!
//! The speed of a processor changes within milliseconds: its clock rate does, and so does the
//! business of whoever shares its core or its caches. What falls between two whole samples moves
//! their ratio; what falls between two slices moves one ratio of many. So the workers of a round
//! alternate, each for a slice of its sample, and the times of the slices are kept.

use heapbook_protocol::TimeAnswer;

use crate::record::TimeProcess;
use heapbook_model::Nanos;

/// The slices of a round. Shorter ones would find the caches colder than a program that runs on;
/// eight leave 0.6 ms to each.
pub(super) const SLICES: u32 = 8;

/// How many slices a sample of so many calls is made in: one for each call if these are few.
fn slices_of(iterations: u64) -> u64 {
    iterations.clamp(1, SLICES.into())
}

/// The next number of calls that all slices can share alike.
pub(super) fn shared_alike(iterations: u64) -> u64 {
    iterations.next_multiple_of(slices_of(iterations))
}

/// The calls that belong to a slice; 0 if the sample has fewer slices.
pub(super) fn calls_in(slice: u32, iterations: u64) -> u64 {
    let slices = slices_of(iterations);
    if u64::from(slice) < slices {
        iterations / slices
    } else {
        0
    }
}

/// The slices of one process so far.
#[derive(Debug, Default)]
pub(super) struct Slices {
    /// The sum over the slices of this round so far.
    sample: TimeAnswer,
    /// The processor time of every slice, or its wall-clock time if that was less.
    times: Vec<Nanos>,
    /// Slices that a garbage collection fell into.
    with_collection: usize,
}

impl Slices {
    /// Adds a slice.
    pub(super) fn add(&mut self, answer: TimeAnswer) {
        self.sample.total_ns.0 += answer.total_ns.0;
        self.sample.cpu_ns.0 += answer.cpu_ns.0;
        if let Some(queued) = answer.queued_ns {
            self.sample.queued_ns.get_or_insert_default().0 += queued.0;
        }
        if let Some(collections) = answer.collections {
            *self.sample.collections.get_or_insert(0) += collections;
        }
        self.times.push(answer.cpu_ns.min(answer.total_ns));
        self.with_collection += usize::from(answer.collections.is_some_and(|collections| collections > 0));
    }

    /// The sample that the slices of a round make, and begins the next.
    pub(super) fn take_sample(&mut self) -> TimeAnswer {
        std::mem::take(&mut self.sample)
    }

    /// Hands the times over, if they can stand for the samples: one time a sample tells nothing
    /// more, and if a collection fell into some slices and not into others, no single slice shows
    /// what collecting costs.
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
            queued_ns: Some(Nanos(nanoseconds)),
            collections: Some(collections),
        }
    }

    #[test]
    fn every_call_belongs_to_one_slice() {
        for iterations in 1..100 {
            let shared = shared_alike(iterations);
            assert!(shared >= iterations && shared < iterations + u64::from(SLICES));
            let calls: Vec<u64> = (0..SLICES).map(|slice| calls_in(slice, shared)).collect();
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
    fn a_sample_is_the_sum_of_its_slices() {
        let mut slices = Slices::default();
        slices.add(answer(10, 1));
        slices.add(answer(20, 2));
        let sample = slices.take_sample();
        assert_eq!(
            (sample.cpu_ns, sample.total_ns, sample.collections),
            (Nanos(30), Nanos(32), Some(3))
        );
        assert_eq!(slices.take_sample(), TimeAnswer::default());
    }

    #[test]
    fn slices_stand_for_samples_only_if_they_are_alike() {
        let kept = |rounds: usize, answers: &[TimeAnswer]| {
            let mut slices = Slices::default();
            answers.iter().for_each(|answer| slices.add(*answer));
            let mut samples = TimeProcess {
                total_ns: vec![Nanos(0); rounds],
                ..TimeProcess::default()
            };
            slices.hand_over(&mut samples);
            samples.slice_ns.len()
        };
        assert_eq!(kept(1, &[answer(10, 0), answer(20, 0)]), 2);
        assert_eq!(kept(1, &[answer(10, 1), answer(20, 3)]), 2);
        assert_eq!(kept(1, &[answer(10, 0), answer(20, 1)]), 0);
        assert_eq!(kept(2, &[answer(10, 0), answer(20, 0)]), 0);
    }
}
