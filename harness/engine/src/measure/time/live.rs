//! A worker that is being timed: started, calibrated, sampled.

use heapbook_protocol::call::Time;
use heapbook_protocol::{Collect, Failure, TimeAnswer};

use super::super::{UnderWay, hash_seed_of};
use super::order::Place;
use super::slices::{self, Slices};
use crate::plan::PlannedCell;
use crate::record::TimeProcess;
use crate::supervisor::Worker;
use heapbook_model::{Language, Nanos};

/// How much longer a sample is meant to be than the least that was planned.
const MARGIN: f64 = 1.2;

/// The share of its time that a worker must once have had a processor for, or have been ready for
/// one, to be taken for one that only computes.
const COMPUTES: f64 = 0.97;

/// Counts of calls that differ by less are made equal.
const ALIKE: f64 = 1.25;

/// A cell with its worker, during one process of the pass.
pub(super) struct Live {
    /// The cell's place in its group.
    pub(super) cell: usize,
    /// Where it belongs in the order of a round.
    pub(super) place: Place,
    pub(super) worker: Box<dyn Worker>,
    pub(super) iterations: u64,
    pub(super) samples: TimeProcess,
    slices: Slices,
    /// The least that a sample takes.
    least: Nanos,
    /// Whether it was once seen to do nothing but compute.
    pub(super) computes: bool,
}

impl Live {
    /// Finds out how many calls fill a sample, in a process of a repetition of the pass. That also
    /// warms it up.
    pub(super) fn start(
        worker: Box<dyn Worker>,
        cells: &[UnderWay<'_>],
        index: usize,
        which: [u32; 2],
        least: Nanos,
    ) -> Result<Live, Failure> {
        let cell = &cells[index];
        let planned: &PlannedCell<'_> = cell.planned;
        let runtime = planned.runtime.runtime();
        let same = |other: &UnderWay<'_>| other.planned.runtime.runtime() == runtime;
        let hash_seed = hash_seed(planned, which);
        let python = planned.subject.name().language == Language::Python;
        let mut live = Live {
            cell: index,
            place: Place {
                runtime: cells.iter().position(same).unwrap_or(index),
                slice_ns: 0,
            },
            worker,
            iterations: 1,
            samples: TimeProcess {
                hash_seed: python.then_some(hash_seed),
                ..TimeProcess::default()
            },
            slices: Slices::default(),
            least,
            computes: false,
        };
        // One process calibrates and the others follow, so that all samples of a cell are of one
        // kind.
        let earlier = cell.record.time.as_ref();
        match earlier.and_then(|time| Some((time.calls, time.processes.first()?))) {
            Some((calls, first)) => {
                live.iterations = calls;
                live.computes = first.processor.is_some();
                live.call(1, Collect::All)?;
            }
            None if planned.subject.warms_up() => live.calibrate()?,
            // A second call would find the first one's traces. What loading left behind is young.
            None => {}
        }
        Ok(live)
    }

    /// Finds the number of calls that fill a sample at the pace of the fastest calls so far,
    /// seen twice in succession: the first calls of a process are slow, and a number found by them
    /// would be too small for the others.
    fn calibrate(&mut self) -> Result<(), Failure> {
        let mut fastest = f64::INFINITY;
        let mut seen = 0;
        loop {
            let took = self.call(self.iterations, Collect::All)?.total_ns;
            fastest = fastest.min(took.0.max(1) as f64 / self.iterations as f64);
            if fastest * self.iterations as f64 >= self.least.0 as f64 {
                seen += 1;
                if seen == 2 {
                    self.iterations = slices::shared_alike(self.iterations);
                    return Ok(());
                }
                continue;
            }
            seen = 0;
            // Aim a little above, so that a faster spell does not end below; at most a hundredfold
            // at a time, since a clock may say 0.
            let aim = (self.least.0 as f64 * MARGIN / fastest) as u64;
            let most = self.iterations.saturating_mul(100);
            self.iterations = aim.clamp(self.iterations + 1, most);
        }
    }

    /// Makes the calls of one slice. Those of all slices are a sample, which begins without
    /// garbage.
    pub(super) fn take_slice(&mut self, slice: u32) -> Result<(), Failure> {
        let calls = slices::calls_in(slice, self.iterations);
        if calls == 0 {
            return Ok(());
        }
        let collect = if slice == 0 { Collect::Young } else { Collect::None };
        let answer = self.call(calls, collect)?;
        self.slices.add(answer);
        Ok(())
    }

    /// Keeps what the slices of a round came to.
    pub(super) fn keep_sample(&mut self) {
        let sample = self.slices.take_sample();
        self.samples.total_ns.push(sample.total_ns);
        self.samples.cpu_ns.push(sample.cpu_ns);
        self.samples.queued_ns.extend(sample.queued_ns);
        self.samples.collections.extend(sample.collections);
    }

    /// All samples of the process, and its worker, which has nothing left to do.
    pub(super) fn into_samples(mut self) -> (TimeProcess, Box<dyn Worker>) {
        self.slices.hand_over(&mut self.samples);
        (self.samples, self.worker)
    }

    fn call(&mut self, iterations: u64, collect: Collect) -> Result<TimeAnswer, Failure> {
        let answer = self.worker.ask(Time { iterations, collect })?;
        let ready = answer.cpu_ns.0 + answer.queued_ns.unwrap_or_default().0;
        self.computes |= ready as f64 >= answer.total_ns.0 as f64 * COMPUTES;
        let of_call = answer.total_ns.0 / iterations.max(1);
        self.place.slice_ns = of_call.saturating_mul(slices::calls_in(0, self.iterations));
        Ok(answer)
    }
}

/// Gives workers of nearly the same count of calls the same one: what a sample costs once, such as
/// caches that the collection before it emptied, then weighs alike in both.
pub(super) fn make_alike(live: &mut [Live]) {
    let mut by_count: Vec<&mut Live> = live.iter_mut().collect();
    by_count.sort_by_key(|one| std::cmp::Reverse(one.iterations));
    let mut largest = 0;
    for one in by_count {
        // A single call may be all that the variant allows.
        if one.iterations == 1 || (one.iterations as f64) * ALIKE < largest as f64 {
            largest = one.iterations;
        }
        largest = largest.max(one.iterations);
        one.iterations = largest;
    }
}

/// The seed of Python's string hashes in one process: the same for all variants, so that it is no
/// difference between them.
pub(super) fn hash_seed(planned: &PlannedCell<'_>, [repetition, process]: [u32; 2]) -> u32 {
    hash_seed_of(&[
        planned.subject.scenario(),
        "time",
        &repetition.to_string(),
        &process.to_string(),
    ])
}
