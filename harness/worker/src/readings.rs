//! From the ledger's readings to what goes over the wire.

use std::collections::BTreeMap;

use heapbook_ledger::system::{AtReturn, Entry};
use heapbook_ledger::{self as ledger, Figures};
use heapbook_model::{Bytes, Nanos};
use heapbook_protocol::{
    Account, Domain, DomainFigures, ResidentProcess, SizeClass, Timeline, TimelinePoint,
};

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

/// How long this thread has been ready to run and had no processor, in nanoseconds since it began;
/// `None` where the system does not tell (schedstat, in proc(5)). Allocates nothing.
pub fn queued() -> Option<u64> {
    use rustix::fs::{Mode, OFlags};

    let file = rustix::fs::open(
        c"/proc/thread-self/schedstat",
        OFlags::RDONLY | OFlags::CLOEXEC,
        Mode::empty(),
    );
    let mut text = [0; 64];
    let length = rustix::io::read(file.ok()?, &mut text).ok()?;
    let mut fields = std::str::from_utf8(&text[..length])
        .ok()?
        .split_ascii_whitespace();
    fields.nth(1)?.parse().ok()
}

/// How much longer it has been so since it was asked first.
pub fn queued_since(before: Option<u64>) -> Option<Nanos> {
    let (before, now) = (before?, queued()?);
    Some(Nanos(now.saturating_sub(before)))
}
