//! What each request makes of the variant.

use std::panic::{self, AssertUnwindSafe};

use heapbook_ledger::CountingAllocator;
use heapbook_ledger::system::Entry;
use heapbook_model::{Bytes, Nanos};
use heapbook_protocol::call::{Digest, Leaks, Memory, Quit, Resident, Size, Time};
use heapbook_protocol::{
    Account, Asked, DigestAnswer, Done, ErrorKind, Failure, Instrument, LeaksAnswer, MemoryAnswer, Request,
    ResidentProcess, TimeAnswer, Timeline,
};

use crate::pipe::Pipe;
use crate::readings;
use crate::sink::{Sink, Wanted};

/// Calls before the measured one, at most.
const MOST_WARM_UPS: u32 = 8;

/// A request to go on with another size, which only the program itself can answer.
pub(crate) struct Resize {
    /// The request's id.
    pub(crate) id: u64,
    /// The size.
    pub(crate) n: u64,
}

/// Answers requests until the last, or until the size is to change.
pub(crate) fn answer_all(
    pipe: &mut Pipe,
    instrument: Instrument,
    calls: &mut impl FnMut(u64, &mut Sink),
) -> std::io::Result<Option<Resize>> {
    while let Some(Asked { id, request }) = pipe.read()? {
        match (request, instrument) {
            (Request::Time(Time { iterations, .. }), Instrument::Clock) => {
                pipe.answer::<Time>(id, guarded(|| time(iterations, calls)))?;
            }
            (Request::Memory(wanted), Instrument::Ledger) => {
                pipe.answer::<Memory>(id, guarded(|| memory(&wanted, calls)))?;
            }
            (Request::Leaks(Leaks { calls: count }), Instrument::Ledger) => {
                pipe.answer::<Leaks>(id, guarded(|| leaks(count, calls)))?;
            }
            (Request::Resident(_), Instrument::System) => {
                let unsupported =
                    |error: std::io::Error| Failure::new(ErrorKind::Unsupported, error.to_string());
                let seen = guarded(|| resident(calls)).and_then(|seen| seen.map_err(unsupported));
                pipe.answer::<Resident>(id, seen)?;
            }
            (Request::Digest(_), _) => pipe.answer::<Digest>(id, guarded(|| digest(calls)))?,
            (Request::Size(Size { n }), _) => return Ok(Some(Resize { id, n })),
            (Request::Quit(_), _) => {
                pipe.answer::<Quit>(id, Ok(Done {}))?;
                return Ok(None);
            }
            _ => {
                let message = "this worker does not measure with the call's instrument: start another";
                pipe.refuse(id, ErrorKind::Garbage, message)?;
            }
        }
    }
    Ok(None)
}

/// Runs the workload's code; a panic is an answer, not the worker's end.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Failure> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        let message = format!("the variant panicked: {}", text.unwrap_or("no message"));
        Failure::new(ErrorKind::Exception, message)
    })
}

fn time(iterations: u64, calls: &mut impl FnMut(u64, &mut Sink)) -> TimeAnswer {
    let mut sink = Sink::new(Wanted::Time { total: 0, cpu: 0 });
    let queue = readings::Queue::begin();
    calls(iterations, &mut sink);
    let Wanted::Time { total, cpu } = sink.wanted else {
        unreachable!("a sink keeps its kind")
    };
    let queued_ns = queue.and_then(|queue| queue.within(Nanos(total)));
    TimeAnswer {
        total_ns: Nanos(total),
        cpu_ns: Nanos(cpu),
        queued_ns,
        collections: None,
    }
}

/// Calls until two successive calls agree, and reports the last.
fn memory(wanted: &Memory, calls: &mut impl FnMut(u64, &mut Sink)) -> MemoryAnswer {
    let mut last = accounted(wanted.timeline, calls);
    let mut warm_ups = 0;
    let mut settled = !wanted.warm_up;
    while !settled && warm_ups < MOST_WARM_UPS {
        let next = accounted(wanted.timeline, calls);
        warm_ups += 1;
        settled = last.0.agrees_with(&next.0);
        last = next;
    }
    let (account, timeline) = last;
    let sizes = if wanted.histogram {
        readings::sizes(&CountingAllocator::sizes())
    } else {
        Vec::new()
    };
    MemoryAnswer {
        warm_ups,
        settled,
        account,
        first: None,
        timeline,
        sizes,
    }
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
    readings::resident(&entry, at_return?)
}

/// What each of several calls leaves, added up.
fn leaks(count: u32, calls: &mut impl FnMut(u64, &mut Sink)) -> LeaksAnswer {
    let mut live = 0;
    let after_each = (0..count).map(|_| {
        live += accounted(false, calls).0.retained_bytes.0;
        Bytes(live)
    });
    LeaksAnswer {
        live_bytes: after_each.collect(),
        mapped_bytes: Vec::new(),
        collected_bytes: Bytes(0),
        resident_bytes: None,
        children: 0,
    }
}

/// One call under the account.
fn accounted(timeline: bool, calls: &mut impl FnMut(u64, &mut Sink)) -> (Account, Option<Timeline>) {
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

fn digest(calls: &mut impl FnMut(u64, &mut Sink)) -> DigestAnswer {
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
    DigestAnswer {
        digest: Some(digest.to_string()),
        across: None,
        incomparable: None,
        shown,
    }
}
