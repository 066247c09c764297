//! What repeated calls of one program leave behind, and which lines made it.

use std::time::{Duration, Instant};

use heapbook_protocol::call::{self, Origins};
use heapbook_protocol::{ErrorKind, Failure, Instrument, LeaksAnswer, Origin};

use super::{Runner, hash_seed};
use crate::plan::PlannedCell;
use crate::statistics::{Leak, judge_leak};
use heapbook_model::Bytes;

/// How long a batch of calls should take, so that its answer comes well before a deadline, which is
/// meant for one call.
const BATCH: Duration = Duration::from_millis(500);

/// Calls that are made to find the lines that made what each call leaves.
const TRACED: u32 = 20;

/// Calls that are made, at most, to find the lines that made what the first calls left.
const MOST_TRACED: u32 = 1_000;

/// How long these should take, if they were as fast as the calls before: tracing makes them slower.
const TRACING: Duration = Duration::from_secs(4);

/// How often a program is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeakCalls {
    /// Calls, at most.
    pub most: u32,
    /// No further batch begins after this time.
    pub time: Duration,
}

/// What repeated calls left behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaks {
    /// What was live after each.
    pub series: Series,
    /// Whether it grows.
    pub leak: Leak,
    /// Whether what is resident of memory mapped past malloc grows; `None` where there is none.
    pub mapped: Option<Leak>,
    /// The lines that made what stays, the largest first, or why they are not known; empty if
    /// nothing stays.
    pub origins: Result<Vec<Origin>, Failure>,
    /// How many calls their figures are of.
    pub traced: u32,
    /// What a reader should know of the calls, in sentences.
    pub remarks: Vec<String>,
}

/// What was live after each of many calls, its result dropped and a collection made, above what
/// was live before the first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// Bytes that malloc and Python's allocators gave.
    pub live_bytes: Vec<Bytes>,
    /// Bytes that are resident of memory mapped past them, which is in no account: for each call,
    /// or empty where there was none.
    pub mapped_bytes: Vec<Bytes>,
    /// Child processes that ran meanwhile, whose memory is in neither.
    pub children: u64,
}

impl Runner<'_> {
    /// What repeated calls of a function leave behind, and which lines made it.
    ///
    /// A cache that fills looks like a leak until it is full: so calls are repeated as long as
    /// there is time. A verdict that is there is not lost where the lines cannot be found.
    ///
    /// # Errors
    /// When the program fails, or the user interrupts.
    pub fn leaks(&self, planned: &PlannedCell<'_>, calls: LeakCalls) -> Result<Leaks, Failure> {
        let seed = hash_seed(planned, "memory", 0);
        let mut worker = self.launcher.launch(planned, Instrument::Ledger, seed)?;
        let began = Instant::now();
        let mut series = Series::default();
        while series.made() < calls.most && (series.made() == 0 || began.elapsed() < calls.time) {
            let batch = series.made().min(fitting(BATCH, began.elapsed(), series.made()));
            let batch = batch.max(1).min(calls.most - series.made());
            series.add(worker.ask(call::Leaks { calls: batch })?);
        }
        let took = began.elapsed();
        let remarks = worker.ask(call::Remarks {})?.remarks;
        worker.finish()?;
        // With fewer than four calls there is nothing to tell.
        let leak = judge_leak(&series.live_bytes).unwrap_or(Leak::Nothing);
        let mapped = judge_leak(&series.mapped_bytes);
        let traced = match leak {
            Leak::Filled { last, .. } => {
                let calls = u32::try_from(last).unwrap_or(MOST_TRACED);
                calls.clamp(TRACED, MOST_TRACED)
            }
            _ => TRACED,
        };
        // What fills needs the calls that filled it; what leaks shows in two.
        let traced = traced.min(fitting(TRACING, took, series.made()).max(2));
        let origins = match leak {
            Leak::Nothing => Ok(Vec::new()),
            _ => self.origins(planned, traced, !matches!(leak, Leak::Filled { .. })),
        };
        if let Err(failure) = &origins
            && failure.kind == ErrorKind::Interrupted
        {
            return Err(failure.clone());
        }
        Ok(Leaks {
            series,
            leak,
            mapped,
            origins,
            traced,
            remarks,
        })
    }

    fn origins(&self, planned: &PlannedCell<'_>, calls: u32, warm_up: bool) -> Result<Vec<Origin>, Failure> {
        let call = Origins { calls, warm_up };
        let answer = self.ask_one(planned, Instrument::Tracemalloc, "memory", call)?;
        Ok(answer.origins)
    }
}

impl Series {
    /// How many calls were made.
    fn made(&self) -> u32 {
        u32::try_from(self.live_bytes.len()).unwrap_or(u32::MAX)
    }

    /// Adds what a batch of calls left, above what was live before its first.
    fn add(&mut self, answer: LeaksAnswer) {
        let before = self.live_bytes.len();
        let above = |earlier: &[Bytes], bytes: Vec<Bytes>| {
            let entry = earlier.last().map_or(0, |last| last.0);
            bytes.into_iter().map(move |bytes| Bytes(entry + bytes.0))
        };
        if !answer.mapped_bytes.is_empty() || !self.mapped_bytes.is_empty() {
            self.mapped_bytes.resize(before, Bytes(0));
            let mut mapped = answer.mapped_bytes;
            mapped.resize(answer.live_bytes.len(), Bytes(0));
            let mapped = above(&self.mapped_bytes, mapped);
            self.mapped_bytes.extend(mapped);
        }
        let live = above(&self.live_bytes, answer.live_bytes);
        self.live_bytes.extend(live);
        self.children += answer.children;
    }
}

/// How many calls fit into a time, where so many took that long.
fn fitting(time: Duration, took: Duration, calls: u32) -> u32 {
    let fit = time.as_secs_f64() / took.as_secs_f64().max(1e-9) * f64::from(calls);
    // Rounded down, and no more than there are numbers.
    fit as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(live: &[i64], mapped: &[i64]) -> LeaksAnswer {
        let bytes = |numbers: &[i64]| numbers.iter().copied().map(Bytes).collect();
        LeaksAnswer {
            live_bytes: bytes(live),
            mapped_bytes: bytes(mapped),
            children: 1,
        }
    }

    #[test]
    fn batches_are_one_series() {
        let mut series = Series::default();
        series.add(answer(&[5, 7], &[]));
        assert!(series.mapped_bytes.is_empty());
        series.add(answer(&[1, 2], &[100, 200]));
        series.add(answer(&[3], &[]));
        let live: Vec<i64> = series.live_bytes.iter().map(|bytes| bytes.0).collect();
        let mapped: Vec<i64> = series.mapped_bytes.iter().map(|bytes| bytes.0).collect();
        assert_eq!(live, [5, 7, 8, 9, 12]);
        assert_eq!(mapped, [0, 0, 100, 200, 200]);
        assert_eq!(series.children, 3);
    }

    #[test]
    fn as_many_calls_fit_as_were_as_fast_as_those_before() {
        let second = Duration::from_secs(1);
        assert_eq!(fitting(second, second * 2, 10), 5);
        assert_eq!(fitting(second, second * 30, 10), 0);
        assert_eq!(fitting(second, Duration::ZERO, 0), 0);
        assert_eq!(fitting(second, Duration::ZERO, 100), u32::MAX);
    }
}
