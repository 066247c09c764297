//! What repeated calls of one program leave behind, and which lines made it.

use std::time::{Duration, Instant};

use heapbook_protocol::call::{self, Origins};
use heapbook_protocol::{Failure, Instrument, Origin};

use super::{Runner, hash_seed};
use crate::plan::PlannedCell;
use crate::statistics::{Leak, judge_leak};
use heapbook_model::Bytes;

/// Calls of the first batch; each batch is as long as all before it.
const FIRST_BATCH: u32 = 20;

/// Calls that are made to find the lines that made what each call leaves.
const TRACED: u32 = 20;

/// Calls that are made, at most, to find the lines that made what the first calls left.
const MOST_TRACED: u32 = 1_000;

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
    /// Bytes live after each call, its result dropped and a collection made, above those before
    /// the first.
    pub live_after_calls: Vec<Bytes>,
    /// Whether they grow.
    pub leak: Leak,
    /// The lines that made what stays, the largest first; empty if nothing stays.
    pub origins: Vec<Origin>,
    /// How many calls their figures are of.
    pub traced: u32,
    /// What a reader should know of the calls, in sentences.
    pub remarks: Vec<String>,
}

impl Runner<'_> {
    /// What repeated calls of a function leave behind, and which lines made it.
    ///
    /// A cache that fills looks like a leak until it is full: so calls are repeated as long as
    /// there is time.
    ///
    /// # Errors
    /// When the program fails.
    pub fn leaks(&self, planned: &PlannedCell<'_>, calls: LeakCalls) -> Result<Leaks, Failure> {
        let seed = hash_seed(planned, "memory", 0);
        let mut worker = self.launcher.launch(planned, Instrument::Ledger, seed)?;
        let began = Instant::now();
        let mut live_after_calls: Vec<Bytes> = Vec::new();
        while live_after_calls.len() < calls.most as usize {
            let made = live_after_calls.len() as u32;
            if made > 0 && began.elapsed() >= calls.time {
                break;
            }
            let batch = made.max(FIRST_BATCH).min(calls.most - made);
            let answer = worker.ask(call::Leaks { calls: batch })?;
            let before = live_after_calls.last().copied().unwrap_or_default();
            live_after_calls.extend(answer.live_bytes.into_iter().map(|live| Bytes(before.0 + live.0)));
        }
        let remarks = worker.ask(call::Remarks {})?.remarks;
        worker.finish()?;
        // With fewer than four calls there is nothing to tell.
        let leak = judge_leak(&live_after_calls).unwrap_or(Leak::Nothing);
        let traced = match leak {
            Leak::Filled { after, .. } => {
                let calls = u32::try_from(after).unwrap_or(MOST_TRACED);
                calls.clamp(TRACED, MOST_TRACED)
            }
            _ => TRACED,
        };
        let origins = if leak == Leak::Nothing {
            Vec::new()
        } else {
            let call = Origins {
                calls: traced,
                warm_up: !matches!(leak, Leak::Filled { .. }),
            };
            let answer = self.ask_one(planned, Instrument::Tracemalloc, "memory", call)?;
            answer.origins
        };
        Ok(Leaks {
            live_after_calls,
            leak,
            origins,
            traced,
            remarks,
        })
    }
}
