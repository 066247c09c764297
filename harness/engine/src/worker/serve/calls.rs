//! What each request makes of the variant.

use std::panic::{self, AssertUnwindSafe};

use heapbook_ledger::CountingAllocator;
use heapbook_ledger::system::Entry;
use serde_json::{Value, json};

use super::pipe::{Pipe, Received, Request};
use super::sink::{Sink, Wanted};
use crate::record::{ErrorKind, Pass, ResidentProcess, Timeline};
use crate::worker::protocol::{Digest, Figures, LeaksAnswer, MemoryAnswer, TimeAnswer};
use heapbook_model::{Bytes, Nanos};

/// Calls before the measured one, at most.
const MOST_WARM_UPS: u32 = 8;

/// What only the program itself can answer.
pub(super) enum Asked {
    /// To go on with another size.
    Size {
        /// The request's id.
        id: u64,
        /// The size.
        n: usize,
    },
    /// Nothing more: that was the last request.
    Nothing,
}

/// Answers requests until the last, or until the size is to change.
pub(super) fn answer_all(
    pipe: &mut Pipe,
    pass: Pass,
    calls: &mut impl FnMut(u64, &mut Sink),
) -> std::io::Result<Asked> {
    while let Some(Request { id, call }) = pipe.read()? {
        let result = match (call, pass) {
            (Received::Time { iterations }, Pass::Time) => guarded(|| time(iterations, calls)),
            (
                Received::Memory {
                    warm_up,
                    timeline,
                    histogram,
                },
                Pass::Memory,
            ) => guarded(|| memory(warm_up, timeline, histogram, calls)),
            (Received::Resident, Pass::Resident) => match guarded(|| resident(calls)) {
                Ok(Err(error)) => {
                    pipe.refuse(id, ErrorKind::Unsupported, &error.to_string())?;
                    continue;
                }
                Ok(Ok(seen)) => Ok(json!(seen)),
                Err(message) => Err(message),
            },
            (Received::Leaks { calls: count }, Pass::Memory) => guarded(|| leaks(count, calls)),
            (Received::Digest, _) => guarded(|| digest(calls)),
            (Received::Size { n }, _) => return Ok(Asked::Size { id, n }),
            (Received::Quit, _) => {
                pipe.answer(id, Ok(json!({})))?;
                return Ok(Asked::Nothing);
            }
            _ => {
                pipe.refuse(
                    id,
                    ErrorKind::Garbage,
                    "this call does not belong to the process's pass",
                )?;
                continue;
            }
        };
        pipe.answer(id, result)?;
    }
    Ok(Asked::Nothing)
}

/// Runs the workload's code; a panic is an answer, not the worker's end.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        format!("the variant panicked: {}", text.unwrap_or("no message"))
    })
}

fn time(iterations: u64, calls: &mut impl FnMut(u64, &mut Sink)) -> Value {
    let mut sink = Sink::new(Wanted::Time { total: 0, cpu: 0 });
    calls(iterations, &mut sink);
    let Wanted::Time { total, cpu } = sink.wanted else {
        unreachable!("a sink keeps its kind")
    };
    json!(TimeAnswer {
        total_ns: Nanos(total),
        cpu_ns: Nanos(cpu),
        collections: None,
    })
}

/// Calls until two successive calls agree, and reports the last.
fn memory(warm_up: bool, timeline: bool, histogram: bool, calls: &mut impl FnMut(u64, &mut Sink)) -> Value {
    let mut last = accounted(timeline, calls);
    let mut warm_ups = 0;
    let mut settled = !warm_up;
    while !settled && warm_ups < MOST_WARM_UPS {
        let next = accounted(timeline, calls);
        warm_ups += 1;
        settled = next.0.agrees_with(&last.0);
        last = next;
    }
    let (figures, timeline) = last;
    json!(MemoryAnswer {
        warm_ups,
        settled,
        figures,
        timeline,
        sizes: if histogram { sizes() } else { Vec::new() },
    })
}

/// The blocks of the last accounted call by size, empty classes left out.
fn sizes() -> Vec<(Bytes, u64, Bytes)> {
    let bytes = |bytes: u64| Bytes(bytes.try_into().unwrap_or(i64::MAX));
    let classes = CountingAllocator::sizes();
    let made = classes.iter().filter(|class| class.allocations > 0);
    made.map(|class| (bytes(class.upper), class.allocations, bytes(class.bytes)))
        .collect()
}

/// What the system sees of one call.
fn resident(calls: &mut impl FnMut(u64, &mut Sink)) -> std::io::Result<ResidentProcess> {
    let entry = Entry::begin()?;
    let mut sink = Sink::new(Wanted::Resident {
        entry,
        at_return: None,
    });
    calls(1, &mut sink);
    let Wanted::Resident {
        at_return: Some(at_return),
        ..
    } = sink.wanted
    else {
        unreachable!("every variant hands its result to the sink")
    };
    let at_return = at_return?;
    Ok(ResidentProcess {
        peak_bytes: Bytes(at_return.peak_bytes),
        after_bytes: Bytes(entry.still_resident()?),
        minor_faults: at_return.minor_faults,
        major_faults: at_return.major_faults,
    })
}

/// What each of several calls leaves, added up.
fn leaks(count: u32, calls: &mut impl FnMut(u64, &mut Sink)) -> Value {
    let mut live = 0;
    let after_each = (0..count).map(|_| {
        live += accounted(false, calls).0.retained_bytes.0;
        Bytes(live)
    });
    json!(LeaksAnswer {
        live_bytes: after_each.collect(),
    })
}

/// One call under the account.
fn accounted(timeline: bool, calls: &mut impl FnMut(u64, &mut Sink)) -> (Figures, Option<Timeline>) {
    let mut sink = Sink::new(Wanted::Memory {
        timeline,
        at_return: None,
        after: None,
    });
    calls(1, &mut sink);
    let Wanted::Memory {
        after: Some(after), ..
    } = sink.wanted
    else {
        unreachable!("the span of every call is closed")
    };
    after
}

fn digest(calls: &mut impl FnMut(u64, &mut Sink)) -> Value {
    let mut sink = Sink::new(Wanted::Digest {
        found: None,
        shown: None,
    });
    calls(1, &mut sink);
    let Wanted::Digest {
        found: Some(digest),
        shown,
    } = sink.wanted
    else {
        unreachable!("every variant hands its result to the sink")
    };
    json!(Digest {
        digest: Some(digest.to_string()),
        shown,
    })
}

impl Figures {
    /// Whether two successive calls agree, so that nothing is left to warm up.
    fn agrees_with(&self, other: &Figures) -> bool {
        (self.allocations, self.allocated_bytes, self.peak_bytes)
            == (other.allocations, other.allocated_bytes, other.peak_bytes)
    }
}
