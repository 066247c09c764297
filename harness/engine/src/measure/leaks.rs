//! What repeated calls of one program leave behind, and which lines made it.

use std::time::{Duration, Instant};

use heapbook_protocol::call::{self, Origins};
use heapbook_protocol::{ErrorKind, Failure, Instrument, LeaksAnswer, LineFigures, OriginsAnswer, Place};

use super::{Runner, hash_seed};
use crate::plan::PlannedCell;
use crate::statistics::{Leak, judge_leak};
use heapbook_model::{Bytes, Nanos};

/// How long a batch of calls should take, so that its answer comes well before a deadline, which is
/// meant for one call.
const BATCH: Duration = Duration::from_millis(500);

/// How long the calls may take whose lines are looked for. They are as many as the verdict is from,
/// where there is time: tracing makes calls slower, and no collection comes after each.
const TRACING: Nanos = Nanos(6_000_000_000);

/// Where more than this share of what a call leaves was made by no line, C made it.
const BY_C: f64 = 0.1;

/// How often a program is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeakCalls {
    /// Calls, at least, however long they take.
    pub least: u32,
    /// Calls, at most.
    pub most: u32,
    /// No further batch begins after this time, once there are enough.
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
    /// The lines that made what stays, or why they are not known; none if nothing stays. Where a
    /// cache filled or a container grows in steps, of the calls from the first on, else of the
    /// later half.
    pub origins: Result<OriginsAnswer, Failure>,
    /// The program's own line during which C made most of what no line made, where that is much.
    pub during: Option<Place>,
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
    /// Bytes that were live after the results were dropped, and that only collections freed: of all
    /// calls together.
    pub collected_bytes: Bytes,
    /// By how much the resident size of the process grew in each batch of calls; empty where the
    /// system does not tell.
    pub resident: Vec<Grown>,
    /// Child processes that ran meanwhile, whose memory is in neither.
    pub children: u64,
}

/// Growth over a number of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grown {
    /// By so much in all.
    pub bytes: Bytes,
    /// Over so many calls.
    pub calls: u32,
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
        while series.made() < calls.most && (series.made() < calls.least || began.elapsed() < calls.time) {
            let batch = series.made().min(fitting(BATCH, began.elapsed(), series.made()));
            let batch = batch.max(1).min(calls.most - series.made());
            series.add(worker.ask(call::Leaks { calls: batch })?);
        }
        let remarks = worker.ask(call::Remarks {})?.remarks;
        worker.finish()?;
        // With fewer than four calls there is nothing to tell.
        let leak = judge_leak(&series.live_bytes).unwrap_or(Leak::Nothing);
        let mapped = judge_leak(&series.mapped_bytes);
        let origins = self.origins(planned, leak, series.made());
        let during = match (&origins, leak) {
            (Ok(made), Leak::PerCall { mean, .. }) => self.during(planned, mean.median, made),
            _ => None,
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
            during,
            remarks,
        })
    }

    /// The lines that made what these calls leave.
    fn origins(&self, planned: &PlannedCell<'_>, leak: Leak, made: u32) -> Result<OriginsAnswer, Failure> {
        // A slope is that of the later half of the calls, and so are its lines.
        let (warm_up, calls) = match leak {
            Leak::Nothing => return Ok(OriginsAnswer::default()),
            Leak::Filled { last, .. } => (0, u32::try_from(last).unwrap_or(made)),
            Leak::InSteps { .. } => (0, made),
            Leak::PerCall { .. } | Leak::CannotTell { .. } => (made / 2, made - made / 2),
        };
        let call = Origins {
            warm_up,
            calls,
            within_ns: TRACING,
        };
        self.ask_one(planned, Instrument::Tracemalloc, "memory", call)
    }
}

impl Runner<'_> {
    /// The line during which most was made and not freed, where calls leave much more than is known
    /// of lines. A call that cannot be traced has none.
    fn during(&self, planned: &PlannedCell<'_>, a_call: f64, made: &OriginsAnswer) -> Option<Place> {
        let known = made.bytes.0 as f64 / f64::from(made.calls.max(1));
        if a_call - known < a_call * BY_C {
            return None;
        }
        let call = call::Lines {
            warm_up: true,
            steps: false,
        };
        let answer = self.ask_one(planned, Instrument::Tracer, "memory", call).ok()?;
        let left = |line: &LineFigures| line.allocated_bytes.0 - line.freed_bytes.0;
        let most = answer.lines.lines.iter().max_by_key(|line| left(line))?;
        (left(most) > 0).then_some(Place {
            file: answer.source?.file,
            line: most.line,
        })
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
        self.collected_bytes.0 += answer.collected_bytes.0;
        let calls = self.made() - u32::try_from(before).unwrap_or(u32::MAX);
        let grown = answer.resident_bytes.map(|bytes| Grown { bytes, calls });
        self.resident.extend(grown);
    }

    /// By how much the resident size of the process grew over the last calls: three quarters of
    /// all, or a little less. What is made once is in the growth of those before.
    pub fn resident_growth(&self) -> Option<Grown> {
        let mut found: Option<Grown> = None;
        let mut before = self.made();
        for batch in self.resident.iter().rev() {
            before -= batch.calls;
            if before < self.made() / 4 {
                break;
            }
            let all = found.map_or((0, 0), |all| (all.bytes.0, all.calls));
            found = Some(Grown {
                bytes: Bytes(all.0 + batch.bytes.0),
                calls: all.1 + batch.calls,
            });
        }
        found
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
            collected_bytes: Bytes(10),
            resident_bytes: Some(Bytes(1_000 * live.len() as i64)),
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
        assert_eq!(series.collected_bytes, Bytes(30));
    }

    #[test]
    fn growth_is_that_of_the_later_calls() {
        let mut series = Series::default();
        assert_eq!(series.resident_growth(), None);
        for calls in [1, 1, 2, 4, 8] {
            series.add(answer(&vec![0; calls], &[]));
        }
        let (bytes, calls) = (Bytes(12_000), 12);
        assert_eq!(series.resident_growth(), Some(Grown { bytes, calls }));
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
