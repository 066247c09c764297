//! The two ways in which an event reaches the counters.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI64, AtomicU64};

use crate::counters::{Counters, plain};

/// The countdown to the next point of the timeline where none is drawn: it starts so high that it
/// never reaches 0.
pub(crate) const TIMELINE_OFF: i64 = i64::MAX;
/// A countdown below this belongs to a timeline.
pub(crate) const TIMELINE_ON: i64 = i64::MAX / 2;

/// Extremes of a point in which no event has happened.
const NO_LOW: i64 = i64::MAX;
const NO_HIGH: i64 = i64::MIN;

/// All that events change: one set of counters for each way of access, and what both touch.
pub(crate) struct State {
    pub(crate) hot: Hot,
    pub(crate) exclusive: Counters,
    pub(crate) shared: Counters,
}

impl State {
    pub(crate) const fn new() -> Self {
        Self {
            hot: Hot {
                exclusive: LiveRange::new(),
                shared: LiveRange::new(),
                frees: AtomicU64::new(0),
                left: AtomicI64::new(TIMELINE_OFF),
            },
            exclusive: Counters::new(),
            shared: Counters::new(),
        }
    }
}

/// What every event touches, on one cache line.
///
/// Threads that count without a common lock pass it to and fro, but then each of their events reads
/// the other's live bytes anyway; and where there is one thread, an event of it finds all in one
/// place.
#[repr(C, align(64))]
pub(crate) struct Hot {
    pub(crate) exclusive: LiveRange,
    pub(crate) shared: LiveRange,
    /// Exclusive events that gave a block back.
    pub(crate) frees: AtomicU64,
    /// Events left in the point of the timeline; less than 0 at the first event of the next.
    /// Nothing but the length of points depends on it, so the plain way of access may undo what
    /// another thread has just taken from it.
    pub(crate) left: AtomicI64,
}

/// Live bytes above entry, and the extremes of the point being drawn.
pub(crate) struct LiveRange {
    /// As far as this way of access has counted them.
    pub(crate) live_bytes: AtomicI64,
    /// The highest total at which one of its events made live bytes fall.
    pub(crate) high: AtomicI64,
    /// The lowest one to which they fell.
    pub(crate) low: AtomicI64,
}

impl LiveRange {
    pub(crate) const fn new() -> Self {
        Self {
            live_bytes: AtomicI64::new(0),
            high: AtomicI64::new(0),
            low: AtomicI64::new(0),
        }
    }

    pub(crate) fn reset(&self) {
        for counter in [&self.live_bytes, &self.high, &self.low] {
            counter.store(0, Relaxed);
        }
    }

    /// The lowest and the highest value; they start anew from nothing. Where nothing has happened,
    /// nothing is exchanged: that costs more than all the rest of an event.
    pub(crate) fn take_extremes(&self) -> (i64, i64) {
        let take = |extreme: &AtomicI64, nothing: i64| match extreme.load(Relaxed) {
            value if value == nothing => nothing,
            _ => extreme.swap(nothing, Relaxed),
        };
        (take(&self.low, NO_LOW), take(&self.high, NO_HIGH))
    }
}

pub(crate) mod sealed {
    use std::sync::atomic::{AtomicI64, AtomicU64};

    use super::{LiveRange, State};
    use crate::counters::Counters;

    /// How the counters may be changed. Sealed: the two ways belong together.
    pub trait Sealed {
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "callable by this crate alone")]
        fn counters(state: &State) -> &Counters;
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "callable by this crate alone")]
        fn range(state: &State) -> &LiveRange;
        #[doc(hidden)]
        fn add(counter: &AtomicU64, amount: u64);
        /// Adds, and returns what there was before.
        #[doc(hidden)]
        fn add_signed(counter: &AtomicI64, amount: i64) -> i64;
        /// Notes one event; true if it is the first of a new point of the timeline.
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "callable by this crate alone")]
        fn event(state: &State, free: bool) -> bool;
        #[doc(hidden)]
        fn raise(counter: &AtomicI64, value: i64);
        #[doc(hidden)]
        fn lower(counter: &AtomicI64, value: i64);
        /// The live bytes that the other way of access has counted.
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "callable by this crate alone")]
        fn live_elsewhere(state: &State) -> i64;
    }
}

/// How an event reaches the counters: [`Exclusive`] or [`Shared`].
pub trait Access: sealed::Sealed {}

/// The caller holds a lock that every other caller of exclusive events holds as well, or there is
/// only one thread.
///
/// Breaking this loses counts; it is not undefined behaviour.
#[derive(Clone, Copy, Debug)]
pub enum Exclusive {}

/// Any thread, any time.
#[derive(Clone, Copy, Debug)]
pub enum Shared {}

impl Access for Exclusive {}
impl Access for Shared {}

#[expect(private_interfaces, reason = "callable by this crate alone")]
impl sealed::Sealed for Exclusive {
    #[inline(always)]
    fn counters(state: &State) -> &Counters {
        &state.exclusive
    }
    #[inline(always)]
    fn range(state: &State) -> &LiveRange {
        &state.hot.exclusive
    }
    #[inline(always)]
    fn add(counter: &AtomicU64, amount: u64) {
        plain::add(counter, amount);
    }
    #[inline(always)]
    fn add_signed(counter: &AtomicI64, amount: i64) -> i64 {
        plain::add_signed(counter, amount)
    }
    #[inline(always)]
    fn event(state: &State, free: bool) -> bool {
        if free {
            plain::add(&state.hot.frees, 1);
        }
        // Written as what is left after it: the processor subtracts and compares with 0 at once.
        plain::add_signed(&state.hot.left, -1) - 1 < 0
    }
    // By a branch: few values of a point are its new extremes, but for those of a steady fall, and
    // so it is predicted. Without one, each event would store.
    #[inline(always)]
    fn raise(counter: &AtomicI64, value: i64) {
        if value > counter.load(Relaxed) {
            counter.store(value, Relaxed);
        }
    }
    #[inline(always)]
    fn lower(counter: &AtomicI64, value: i64) {
        if value < counter.load(Relaxed) {
            counter.store(value, Relaxed);
        }
    }
    #[inline(always)]
    fn live_elsewhere(state: &State) -> i64 {
        state.hot.shared.live_bytes.load(Relaxed)
    }
}

#[expect(private_interfaces, reason = "callable by this crate alone")]
impl sealed::Sealed for Shared {
    #[inline(always)]
    fn counters(state: &State) -> &Counters {
        &state.shared
    }
    #[inline(always)]
    fn range(state: &State) -> &LiveRange {
        &state.hot.shared
    }
    #[inline(always)]
    fn add(counter: &AtomicU64, amount: u64) {
        counter.fetch_add(amount, Relaxed);
    }
    #[inline(always)]
    fn add_signed(counter: &AtomicI64, amount: i64) -> i64 {
        counter.fetch_add(amount, Relaxed)
    }
    #[inline(always)]
    fn event(state: &State, free: bool) -> bool {
        if free {
            state.shared.frees.fetch_add(1, Relaxed);
        }
        state.hot.left.load(Relaxed) < TIMELINE_ON && state.hot.left.fetch_sub(1, Relaxed) <= 0
    }
    #[inline(always)]
    fn raise(counter: &AtomicI64, value: i64) {
        if value > counter.load(Relaxed) {
            counter.fetch_max(value, Relaxed);
        }
    }
    #[inline(always)]
    fn lower(counter: &AtomicI64, value: i64) {
        if value < counter.load(Relaxed) {
            counter.fetch_min(value, Relaxed);
        }
    }
    #[inline(always)]
    fn live_elsewhere(state: &State) -> i64 {
        state.hot.exclusive.live_bytes.load(Relaxed)
    }
}
