//! Live bytes in the course of a call, in at most 256 points.
//!
//! Each point stands for the same number of events and keeps the lowest, the highest and the last
//! value after any of them. When the buffer is full, neighbours are merged and each point stands
//! for twice as many. Merging keeps extremes, so the highest point is the exact peak and the last
//! one ends at the exact end, however long the call was.
//!
//! An event does not come here. The account keeps the extremes of the point that is being drawn
//! beside its counters, where an event costs a comparison, and calls once a point.

use std::hint;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize};

/// The most points a timeline has.
pub const POINTS: usize = 256;

/// Live bytes above entry over the events that one point stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// The lowest after any of the events.
    pub low: i64,
    /// The highest after any of the events.
    pub high: i64,
    /// After the last of the events.
    pub end: i64,
}

/// Live bytes above entry, event by event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Allocations, reallocations and frees together.
    pub events: u64,
    /// How many events each point stands for; the last point may stand for fewer. Where threads
    /// count without a common lock, a point may have a few more or fewer.
    pub events_per_point: u64,
    /// At most [`POINTS`] of them.
    pub points: Vec<Point>,
}

struct Place {
    low: AtomicI64,
    high: AtomicI64,
    end: AtomicI64,
}

impl Place {
    fn get(&self) -> Point {
        Point {
            low: self.low.load(Relaxed),
            high: self.high.load(Relaxed),
            end: self.end.load(Relaxed),
        }
    }

    fn set(&self, point: Point) {
        self.low.store(point.low, Relaxed);
        self.high.store(point.high, Relaxed);
        self.end.store(point.end, Relaxed);
    }
}

/// The points that are finished, usable from inside an allocator.
///
/// All of it is atomic, though one thread at a time works on it: whoever must go on without the
/// thread that holds it, as the child after a fork must, finds odd numbers at worst.
pub(crate) struct Recorder {
    busy: AtomicBool,
    /// Whether a point is being drawn.
    open: AtomicBool,
    /// The value after the first event of that point.
    start: AtomicI64,
    used: AtomicUsize,
    /// Each point stands for two to this power events.
    doublings: AtomicU64,
    /// Set when the timeline ends.
    events: AtomicU64,
    points: [Place; POINTS],
}

impl Recorder {
    pub(crate) const fn new() -> Self {
        Self {
            busy: AtomicBool::new(false),
            open: AtomicBool::new(false),
            start: AtomicI64::new(0),
            used: AtomicUsize::new(0),
            doublings: AtomicU64::new(0),
            events: AtomicU64::new(0),
            points: [const {
                Place {
                    low: AtomicI64::new(0),
                    high: AtomicI64::new(0),
                    end: AtomicI64::new(0),
                }
            }; POINTS],
        }
    }

    /// Works on the recorder if nobody else does.
    pub(crate) fn try_hold<R>(&self, work: impl FnOnce(&Self) -> R) -> Option<R> {
        if self.busy.swap(true, Acquire) {
            return None;
        }
        let result = work(self);
        self.busy.store(false, Release);
        Some(result)
    }

    /// Works on the recorder once it is free, or after so long that whoever has it must be dead.
    pub(crate) fn hold<R>(&self, work: impl FnOnce(&Self) -> R) -> R {
        const MOST_SPINS: u32 = 100_000_000;
        for _ in 0..MOST_SPINS {
            if !self.busy.swap(true, Acquire) {
                break;
            }
            hint::spin_loop();
        }
        let result = work(self);
        self.busy.store(false, Release);
        result
    }

    pub(crate) fn release(&self) {
        self.busy.store(false, Release);
    }

    pub(crate) fn clear(&self) {
        self.open.store(false, Relaxed);
        self.used.store(0, Relaxed);
        self.doublings.store(0, Relaxed);
        self.events.store(0, Relaxed);
    }

    /// Ends the point that is being drawn, if there is one, with the extremes after its further
    /// events and its last value.
    pub(crate) fn close(&self, low: i64, high: i64, end: i64) {
        if self.open.load(Relaxed) {
            self.open.store(false, Relaxed);
            let used = self.used.load(Relaxed);
            // A bound that always holds, but for the child of a fork.
            if let Some(place) = self.points.get(used) {
                let start = self.start.load(Relaxed);
                place.set(Point {
                    low: low.min(start),
                    high: high.max(start),
                    end,
                });
                self.used.store(used + 1, Relaxed);
            }
        }
    }

    /// Begins a point with the value after its first event, and returns how many events it stands
    /// for.
    pub(crate) fn open(&self, start: i64) -> u64 {
        if self.used.load(Relaxed) >= POINTS {
            self.merge_neighbours();
        }
        self.open.store(true, Relaxed);
        self.start.store(start, Relaxed);
        1 << self.doublings.load(Relaxed)
    }

    pub(crate) fn end(&self, events: u64) {
        self.events.store(events, Relaxed);
    }

    fn merge_neighbours(&self) {
        for index in 0..POINTS / 2 {
            let (first, second) = (self.points[2 * index].get(), self.points[2 * index + 1].get());
            self.points[index].set(Point {
                low: first.low.min(second.low),
                high: first.high.max(second.high),
                end: second.end,
            });
        }
        self.used.store(POINTS / 2, Relaxed);
        self.doublings.fetch_add(1, Relaxed);
    }

    /// The timeline that has ended.
    pub(crate) fn read(&self) -> Timeline {
        let used = self.used.load(Relaxed).min(POINTS);
        Timeline {
            events: self.events.load(Relaxed),
            events_per_point: 1 << self.doublings.load(Relaxed),
            points: self.points[..used].iter().map(Place::get).collect(),
        }
    }
}
