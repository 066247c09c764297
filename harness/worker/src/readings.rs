//! From the ledger's readings to what goes over the wire.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::time::Instant;

use heapbook_ledger::system::{AtReturn, Entry};
use heapbook_ledger::{self as ledger, Figures};
use heapbook_model::{Bytes, Nanos};
use heapbook_protocol::{
    Account, Domain, DomainFigures, ResidentProcess, SizeClass, Timeline, TimelinePoint,
};
use rustix::fs::{Mode, OFlags};

/// The account of one call: from the reading at its return, the bytes live after its result was
/// dropped, and the reading after a collection, which comes last and therefore speaks for all of
/// them where a size was unknown. By no domain: Rust has one.
pub fn account(at_return: &Figures, retained_bytes: i64, collected: &Figures) -> Account {
    Account {
        allocations: at_return.allocations,
        reallocations: at_return.reallocations,
        grown: at_return.grown,
        shrunk: at_return.shrunk,
        frees: at_return.frees,
        allocated_bytes: bytes(at_return.allocated_bytes),
        peak_bytes: Bytes(at_return.peak_bytes),
        result_bytes: Bytes(at_return.live_bytes),
        retained_bytes: Bytes(retained_bytes),
        retained_after_collection_bytes: Bytes(collected.live_bytes),
        // A block that could not be placed is as unknown.
        unknown_frees: collected.unknown_frees + collected.unplaced,
        domains: BTreeMap::new(),
        arenas: None,
        ledger_bytes: None,
        unseen: None,
    }
}

/// A reading by domain.
pub fn domains(figures: &Figures) -> BTreeMap<Domain, DomainFigures> {
    let domains = ledger::Domain::ALL.into_iter().zip(&figures.domains);
    let entry = |(domain, figures): (_, &ledger::DomainFigures)| {
        let domain = match domain {
            ledger::Domain::Raw => Domain::Raw,
            ledger::Domain::Mem => Domain::Mem,
            ledger::Domain::Obj => Domain::Obj,
            ledger::Domain::Native => Domain::Native,
        };
        let figures = DomainFigures {
            allocations: figures.allocations,
            allocated_bytes: bytes(figures.allocated_bytes),
            live_bytes: Bytes(figures.live_bytes),
        };
        (domain, figures)
    };
    domains.map(entry).collect()
}

/// The classes that are not empty. Size 0 is shown in the class of the smallest.
pub fn sizes(classes: &[ledger::SizeClass]) -> Vec<SizeClass> {
    let mut sizes: Vec<SizeClass> = Vec::new();
    for class in classes.iter().filter(|class| class.allocations > 0) {
        let up_to_bytes = bytes(class.upper.max(16));
        match sizes.last_mut() {
            Some(last) if last.up_to_bytes == up_to_bytes => {
                last.allocations += class.allocations;
                last.bytes.0 += bytes(class.bytes).0;
            }
            _ => sizes.push(SizeClass {
                up_to_bytes,
                allocations: class.allocations,
                bytes: bytes(class.bytes),
            }),
        }
    }
    sizes
}

/// A timeline that has ended.
pub fn timeline(timeline: &ledger::Timeline) -> Timeline {
    let point = |point: &ledger::Point| TimelinePoint {
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

/// What the system saw of a call, once its result is dropped.
///
/// # Errors
/// Where the system does not tell.
pub fn resident(entry: &Entry, at_return: AtReturn) -> std::io::Result<ResidentProcess> {
    Ok(ResidentProcess {
        peak_bytes: Bytes(at_return.peak_bytes),
        after_bytes: Bytes(entry.still_resident()?),
        minor_faults: at_return.minor_faults,
        major_faults: at_return.major_faults,
    })
}

fn bytes(bytes: u64) -> Bytes {
    Bytes(bytes.try_into().unwrap_or(i64::MAX))
}

/// The queue for a processor that this thread stands in while other programs have them, read
/// around a sample.
pub struct Queue {
    file: OwnedFd,
    began: Instant,
    before: u64,
}

impl Queue {
    /// Reads it before a sample begins; `None` where the system does not tell (schedstat, in
    /// proc(5)). Allocates nothing.
    pub fn begin() -> Option<Queue> {
        let file = rustix::fs::open(
            c"/proc/thread-self/schedstat",
            OFlags::RDONLY | OFlags::CLOEXEC,
            Mode::empty(),
        );
        let file = file.ok()?;
        let began = Instant::now();
        let before = stood_so_far(&file)?;
        Some(Queue { file, began, before })
    }

    /// How long the thread stood in it since, within the part that was `timed`. Allocates nothing.
    pub fn within(self, timed: Nanos) -> Option<Nanos> {
        let stood = stood_so_far(&self.file)?.saturating_sub(self.before);
        let elapsed = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        Some(Nanos(surely_within(stood, elapsed, timed.0)))
    }
}

/// What of the nanoseconds in the queue surely lies within those that were timed. The readings
/// stand around the sample's own clocks, and what passed between the two may have been spent in the
/// queue: taken for the sample's, it would hide that the sample waited for something else.
fn surely_within(stood: u64, elapsed: u64, timed: u64) -> u64 {
    stood.saturating_sub(elapsed.saturating_sub(timed)).min(timed)
}

/// How long the file's thread has been ready to run and had no processor, in nanoseconds since it
/// began.
fn stood_so_far(file: &OwnedFd) -> Option<u64> {
    let mut text = [0; 64];
    let length = rustix::io::pread(file, &mut text, 0).ok()?;
    let mut fields = std::str::from_utf8(&text[..length])
        .ok()?
        .split_ascii_whitespace();
    fields.nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_passed_outside_of_a_sample_is_not_counted() {
        // All of the queue fell between a reading and the sample's clocks.
        assert_eq!(surely_within(4_000, 9_000, 5_000), 0);
        // None of it did.
        assert_eq!(surely_within(4_000, 9_000, 9_000), 4_000);
        assert_eq!(surely_within(4_000, 9_010, 9_000), 3_990);
        // Clocks that were read one after another may be a little apart.
        assert_eq!(surely_within(4_000, 8_990, 9_000), 4_000);
        assert_eq!(surely_within(4_000, 3_000, 3_000), 3_000);
    }
}
