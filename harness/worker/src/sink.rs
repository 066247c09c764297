//! What is done with a result, and the readings around a call.

use std::hint::black_box;

use heapbook_ledger::system::{AtReturn, Entry};
use heapbook_ledger::{CountingAllocator, Figures};
use heapbook_protocol::{Account, Timeline};
use rustix::time::{ClockId, clock_gettime};

use crate::readings;

/// Takes a variant's result, does with it what the call wants, and drops it.
pub struct Sink {
    pub(crate) wanted: Wanted,
}

/// What a call wants, and what it has got.
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, on the stack; a box would allocate within the account"
)]
pub(crate) enum Wanted {
    Time {
        total: u64,
        cpu: u64,
    },
    Memory {
        timeline: bool,
        at_return: Option<Figures>,
        after: Option<(Account, Option<Timeline>)>,
    },
    Digest {
        found: Option<u64>,
        /// The result as the language shows it, cut short; of a user's program alone.
        shown: Option<String>,
    },
    Resident {
        entry: Entry,
        at_return: Option<std::io::Result<AtReturn>>,
    },
}

impl Sink {
    pub(crate) fn new(wanted: Wanted) -> Self {
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

    /// Keeps what the result of a user's program looks like.
    pub(crate) fn show(&mut self, text: String) {
        if let Wanted::Digest { shown, .. } = &mut self.wanted {
            *shown = Some(text);
        }
    }

    /// Whether the call is timed, and nothing is wanted of its result.
    pub(crate) fn times(&self) -> bool {
        matches!(self.wanted, Wanted::Time { .. })
    }

    /// Runs the measured part, between two readings.
    pub(crate) fn span(&mut self, work: impl FnOnce(&mut Self)) {
        match self.wanted {
            Wanted::Time { .. } => {
                let (wall, cpu) = clocks();
                work(self);
                let (wall_end, cpu_end) = clocks();
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
                if let Wanted::Memory {
                    at_return: Some(at_return),
                    after,
                    ..
                } = &mut self.wanted
                {
                    let account = readings::account(at_return, at_return, &dropped, &dropped);
                    let points = timeline.then(|| readings::timeline(&CountingAllocator::timeline()));
                    *after = Some((account, points));
                }
            }
            Wanted::Digest { .. } | Wanted::Resident { .. } => work(self),
        }
    }
}

/// Nanoseconds that have passed, and that this thread had a processor for.
fn clocks() -> (u64, u64) {
    let nanoseconds = |clock| {
        let now = clock_gettime(clock);
        u64::try_from(now.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0)
    };
    (
        nanoseconds(ClockId::Monotonic),
        nanoseconds(ClockId::ThreadCPUTime),
    )
}
