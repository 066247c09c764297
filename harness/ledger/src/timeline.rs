//! Live bytes in the course of a call, in at most 256 points.
//!
//! Each point stands for the same number of events and keeps the lowest, the highest and the last value after any of
//! them. When the buffer is full, neighbours are merged and each point stands for twice as many. Merging keeps extremes,
//! so the highest point is the exact peak and the last one ends at the exact end, however long the call was.

use std::cell::UnsafeCell;
use std::hint;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

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
    /// How many events each point stands for; the last point may stand for fewer.
    pub events_per_point: u64,
    /// At most [`POINTS`] of them.
    pub points: Vec<Point>,
}

#[derive(Clone, Copy)]
struct Buffer {
    events: u64,
    /// Each point stands for two to this power events.
    doublings: u32,
    points: [Point; POINTS],
}

impl Buffer {
    const fn new() -> Self {
        Self {
            events: 0,
            doublings: 0,
            points: [Point {
                low: 0,
                high: 0,
                end: 0,
            }; POINTS],
        }
    }

    fn push(&mut self, live: i64) {
        let mut index = (self.events >> self.doublings) as usize;
        if index == POINTS {
            self.merge_neighbours();
            index /= 2;
        }
        let first_of_point = self.events & ((1 << self.doublings) - 1) == 0;
        let point = &mut self.points[index];
        *point = Point {
            low: if first_of_point { live } else { point.low.min(live) },
            high: if first_of_point {
                live
            } else {
                point.high.max(live)
            },
            end: live,
        };
        self.events += 1;
    }

    fn merge_neighbours(&mut self) {
        for index in 0..POINTS / 2 {
            let (first, second) = (self.points[2 * index], self.points[2 * index + 1]);
            self.points[index] = Point {
                low: first.low.min(second.low),
                high: first.high.max(second.high),
                end: second.end,
            };
        }
        self.doublings += 1;
    }
}

/// The buffer of a timeline being drawn, usable from inside an allocator.
pub(crate) struct Recorder {
    busy: AtomicBool,
    buffer: UnsafeCell<Buffer>,
}

// SAFETY: the buffer is only touched in `locked`, by the one thread that has set `busy`.
unsafe impl Sync for Recorder {}

impl Recorder {
    pub(crate) const fn new() -> Self {
        Self {
            busy: AtomicBool::new(false),
            buffer: UnsafeCell::new(Buffer::new()),
        }
    }

    pub(crate) fn clear(&self) {
        self.locked(|buffer| {
            buffer.events = 0;
            buffer.doublings = 0;
        });
    }

    /// Adds one event. `live` is asked under the lock, so that points stand in the order of the values they show.
    pub(crate) fn record(&self, live: impl FnOnce() -> i64) {
        self.locked(|buffer| buffer.push(live()));
    }

    pub(crate) fn read(&self) -> Timeline {
        // Copied first: the vector's own allocation may be an event that comes back here.
        let buffer = self.locked(|buffer| *buffer);
        let used = buffer.events.div_ceil(1 << buffer.doublings) as usize;
        Timeline {
            events: buffer.events,
            events_per_point: 1 << buffer.doublings,
            points: buffer.points[..used].to_vec(),
        }
    }

    pub(crate) fn unlock_after_fork(&self) {
        self.busy.store(false, Release);
    }

    /// Spins for the buffer. Nobody holds it for longer than it takes to merge 256 points: `action` neither allocates
    /// nor waits, so there is nothing to deadlock with.
    fn locked<R>(&self, action: impl FnOnce(&mut Buffer) -> R) -> R {
        while self.busy.swap(true, Acquire) {
            while self.busy.load(Relaxed) {
                hint::spin_loop();
            }
        }
        // SAFETY: this thread alone has turned `busy` from false to true.
        let result = action(unsafe { &mut *self.buffer.get() });
        self.busy.store(false, Release);
        result
    }
}
