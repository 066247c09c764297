//! What each request makes of the variant.

use std::panic::{self, AssertUnwindSafe};

use serde_json::{Value, json};

use super::pipe::{Pipe, Received, Request};
use super::sink::{Sink, Wanted};
use crate::record::{ErrorKind, Pass};
use crate::units::Nanos;
use crate::worker::protocol::{Digest, Figures, MemoryAnswer, TimeAnswer};

/// Calls before the measured one, at most.
const MOST_WARM_UPS: u32 = 8;

/// Answers requests until the last.
pub(super) fn answer_all(
    pipe: &mut Pipe,
    pass: Pass,
    calls: &mut impl FnMut(u64, &mut Sink),
) -> std::io::Result<()> {
    while let Some(Request { id, call }) = pipe.read()? {
        let result = match (call, pass) {
            (Received::Time { iterations }, Pass::Time) => guarded(|| time(iterations, calls)),
            (Received::Memory { warm_up, timeline }, Pass::Memory) => {
                guarded(|| memory(warm_up, timeline, calls))
            }
            (Received::Digest, _) => guarded(|| digest(calls)),
            (Received::Quit, _) => return pipe.answer(id, Ok(json!({}))),
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
    Ok(())
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
        cpu_ns: Nanos(cpu)
    })
}

/// Calls until two successive calls agree, and reports the last.
fn memory(warm_up: bool, timeline: bool, calls: &mut impl FnMut(u64, &mut Sink)) -> Value {
    let mut one_call = || {
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
    };
    let mut last = one_call();
    let mut warm_ups = 0;
    let mut settled = !warm_up;
    while !settled && warm_ups < MOST_WARM_UPS {
        let next = one_call();
        warm_ups += 1;
        settled = next.0.agrees_with(&last.0);
        last = next;
    }
    let (figures, timeline) = last;
    json!(MemoryAnswer {
        warm_ups,
        settled,
        figures,
        timeline
    })
}

fn digest(calls: &mut impl FnMut(u64, &mut Sink)) -> Value {
    let mut sink = Sink::new(Wanted::Digest(None));
    calls(1, &mut sink);
    let Wanted::Digest(Some(digest)) = sink.wanted else {
        unreachable!("every variant hands its result to the sink")
    };
    json!(Digest {
        digest: digest.to_string()
    })
}

impl Figures {
    /// Whether two successive calls agree, so that nothing is left to warm up.
    fn agrees_with(&self, other: &Figures) -> bool {
        (self.allocations, self.allocated_bytes, self.peak_bytes)
            == (other.allocations, other.allocated_bytes, other.peak_bytes)
    }
}
