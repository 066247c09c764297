//! What is done with a result, and the readings around a call.

use std::collections::BTreeMap;
use std::hint::black_box;

use heapbook_ledger::CountingAllocator;
use heapbook_ledger::system::{AtReturn, Entry};

use crate::record::{Timeline, TimelinePoint};
use crate::worker::protocol::Figures;
use heapbook_model::Bytes;

/// Takes a variant's result, does with it what the pass wants, and drops it.
pub struct Sink {
    pub(super) wanted: Wanted,
}

/// What a pass wants of a call, and what it has got.
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, on the stack; a box would allocate within the account"
)]
pub(super) enum Wanted {
    Time {
        total: u64,
        cpu: u64,
    },
    Memory {
        timeline: bool,
        at_return: Option<heapbook_ledger::Figures>,
        after: Option<(Figures, Option<Timeline>)>,
    },
    Digest {
        found: Option<u64>,
        /// The result as the language shows it, cut short; a foreign program's alone.
        shown: Option<String>,
    },
    Resident {
        entry: Entry,
        at_return: Option<std::io::Result<AtReturn>>,
    },
}

impl Sink {
    pub(super) fn new(wanted: Wanted) -> Self {
        Sink { wanted }
    }

    /// Accepts the result of one call.
    #[inline]
    pub fn accept<R>(&mut self, result: R, digest: impl FnOnce(&R) -> u64) {
        let result = black_box(result);
        match &mut self.wanted {
            Wanted::Time { .. } => {}
            Wanted::Memory { at_return, .. } => {
                *at_return = Some(CountingAllocator::figures());
                CountingAllocator::end_timeline();
            }
            Wanted::Digest { found, .. } => *found = Some(digest(&result)),
            Wanted::Resident { entry, at_return } => *at_return = Some(entry.at_return()),
        }
        drop(result);
    }

    /// Keeps what a foreign program's result looks like.
    pub(super) fn show(&mut self, text: String) {
        if let Wanted::Digest { shown, .. } = &mut self.wanted {
            *shown = Some(text);
        }
    }

    /// Whether the pass takes the time, and wants nothing of the result.
    pub(super) fn times(&self) -> bool {
        matches!(self.wanted, Wanted::Time { .. })
    }

    /// Runs the measured part, between two readings.
    pub(super) fn span(&mut self, work: impl FnOnce(&mut Self)) {
        match self.wanted {
            Wanted::Time { .. } => {
                let (wall, cpu) = (clock(libc::CLOCK_MONOTONIC), clock(libc::CLOCK_THREAD_CPUTIME_ID));
                work(self);
                let (wall_end, cpu_end) =
                    (clock(libc::CLOCK_MONOTONIC), clock(libc::CLOCK_THREAD_CPUTIME_ID));
                if let Wanted::Time { total, cpu: spent } = &mut self.wanted {
                    *total += wall_end - wall;
                    *spent += cpu_end - cpu;
                }
            }
            Wanted::Memory { timeline, .. } => {
                CountingAllocator::enter(timeline);
                work(self);
                let dropped = CountingAllocator::figures();
                CountingAllocator::stop();
                let points = timeline.then(CountingAllocator::timeline);
                if let Wanted::Memory {
                    at_return: Some(at_return),
                    after,
                    ..
                } = &mut self.wanted
                {
                    *after = Some((account(at_return, &dropped), points.map(Timeline::from)));
                }
            }
            Wanted::Digest { .. } | Wanted::Resident { .. } => work(self),
        }
    }
}

/// Nanoseconds of a clock.
fn clock(id: libc::clockid_t) -> u64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to a timespec of our own; both clocks exist on every system this builds for.
    unsafe { libc::clock_gettime(id, &mut now) };
    u64::try_from(now.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0)
}

/// The account of one call, from the reading at its return and the reading after its result was dropped.
fn account(at_return: &heapbook_ledger::Figures, dropped: &heapbook_ledger::Figures) -> Figures {
    Figures {
        allocations: at_return.allocations,
        reallocations: at_return.reallocations,
        grown: at_return.grown,
        shrunk: at_return.shrunk,
        frees: at_return.frees,
        allocated_bytes: Bytes(at_return.allocated_bytes.try_into().unwrap_or(i64::MAX)),
        peak_bytes: Bytes(at_return.peak_bytes),
        result_bytes: Bytes(at_return.live_bytes),
        retained_bytes: Bytes(dropped.live_bytes),
        // There is no collector that could give back more.
        retained_after_collection_bytes: Bytes(dropped.live_bytes),
        unknown_frees: at_return.unknown_frees,
        domains: BTreeMap::new(),
        arenas: None,
        ledger_bytes: None,
    }
}

impl From<heapbook_ledger::Timeline> for Timeline {
    fn from(timeline: heapbook_ledger::Timeline) -> Self {
        let point = |point: &heapbook_ledger::Point| TimelinePoint {
            low: Bytes(point.low),
            high: Bytes(point.high),
            end: Bytes(point.end),
        };
        Timeline {
            events: timeline.events,
            events_per_point: timeline.events_per_point,
            points: timeline.points.iter().map(point).collect(),
        }
    }
}
