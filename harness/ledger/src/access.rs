//! The two ways in which an event reaches the counters.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI64, AtomicU64};

use crate::account::Account;
use crate::counters::{Counters, plain};
use crate::domain::Domain;

/// No point begins any more.
pub(crate) const NEVER: i64 = i64::MAX;
/// Where a border stands that was [`NEVER`] when other threads read it, and that they have brought nearer since.
pub(crate) const NEVER_IS_NEAR: i64 = i64::MAX / 2;

/// What every event touches, on one cache line.
///
/// Threads that count without a common lock pass it to and fro, but then each of their events reads the other's live
/// bytes anyway; and where there is one thread, an event of it finds all in one place.
#[repr(C, align(64))]
pub(crate) struct Pulse {
    pub(crate) exclusive: Extent,
    pub(crate) shared: Extent,
    /// Exclusive events.
    pub(crate) events: AtomicU64,
    /// The number of exclusive events at which the next point of the timeline begins.
    pub(crate) next_point: AtomicI64,
}

/// Live bytes above entry, and the extremes of the point being drawn.
pub(crate) struct Extent {
    /// As far as this way of access has counted them.
    pub(crate) live_bytes: AtomicI64,
    /// The highest total after one of its events.
    pub(crate) high: AtomicI64,
    /// The lowest one.
    pub(crate) low: AtomicI64,
}

impl Extent {
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

    /// The extremes; they start anew from the value `next`.
    pub(crate) fn turn(&self, next: i64) -> (i64, i64) {
        (self.low.swap(next, Relaxed), self.high.swap(next, Relaxed))
    }
}

pub(crate) mod sealed {
    use std::sync::atomic::{AtomicI64, AtomicU64};

    use super::Extent;
    use crate::account::Account;
    use crate::counters::Counters;
    use crate::domain::Domain;

    /// How the counters may be changed. Sealed: the two ways belong together.
    pub trait Sealed {
        /// The domain whose live bytes are those of the whole set less the other domains': its frees need no counter.
        #[doc(hidden)]
        const DERIVED: Domain;
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "callable by this crate alone")]
        fn counters(account: &Account) -> &Counters;
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "callable by this crate alone")]
        fn extent(account: &Account) -> &Extent;
        #[doc(hidden)]
        fn add(counter: &AtomicU64, amount: u64);
        /// Returns the sum.
        #[doc(hidden)]
        fn add_signed(counter: &AtomicI64, amount: i64) -> i64;
        /// Notes one event; true if it is the first of a new point of the timeline.
        #[doc(hidden)]
        fn event(account: &Account, free: bool) -> bool;
        #[doc(hidden)]
        fn raise(counter: &AtomicI64, value: i64);
        #[doc(hidden)]
        fn lower(counter: &AtomicI64, value: i64);
        /// The live bytes that the other way of access has counted.
        #[doc(hidden)]
        fn live_elsewhere(account: &Account) -> i64;
    }
}

/// How an event reaches the counters: [`Exclusive`] or [`Shared`].
pub trait Access: sealed::Sealed {}

/// The caller holds a lock that every other caller of exclusive events holds as well, or there is only one thread.
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
    const DERIVED: Domain = Domain::Obj;

    #[inline(always)]
    fn counters(account: &Account) -> &Counters {
        &account.exclusive
    }
    #[inline(always)]
    fn extent(account: &Account) -> &Extent {
        &account.pulse.exclusive
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
    fn event(account: &Account, _free: bool) -> bool {
        let events = account.pulse.events.load(Relaxed).wrapping_add(1);
        account.pulse.events.store(events, Relaxed);
        events as i64 >= account.pulse.next_point.load(Relaxed)
    }
    // Compared without a branch: whether a value is an extreme is not to be predicted in a mixed program.
    #[inline(always)]
    fn raise(counter: &AtomicI64, value: i64) {
        counter.store(counter.load(Relaxed).max(value), Relaxed);
    }
    #[inline(always)]
    fn lower(counter: &AtomicI64, value: i64) {
        counter.store(counter.load(Relaxed).min(value), Relaxed);
    }
    #[inline(always)]
    fn live_elsewhere(account: &Account) -> i64 {
        account.pulse.shared.live_bytes.load(Relaxed)
    }
}

#[expect(private_interfaces, reason = "callable by this crate alone")]
impl sealed::Sealed for Shared {
    const DERIVED: Domain = Domain::Native;

    #[inline(always)]
    fn counters(account: &Account) -> &Counters {
        &account.shared
    }
    #[inline(always)]
    fn extent(account: &Account) -> &Extent {
        &account.pulse.shared
    }
    #[inline(always)]
    fn add(counter: &AtomicU64, amount: u64) {
        counter.fetch_add(amount, Relaxed);
    }
    #[inline(always)]
    fn add_signed(counter: &AtomicI64, amount: i64) -> i64 {
        counter.fetch_add(amount, Relaxed).wrapping_add(amount)
    }
    #[inline(always)]
    fn event(account: &Account, free: bool) -> bool {
        if free {
            account.shared.frees.fetch_add(1, Relaxed);
        }
        // The border is counted in exclusive events: a shared one brings it nearer.
        account.pulse.next_point.load(Relaxed) < NEVER_IS_NEAR && {
            let border = account.pulse.next_point.fetch_sub(1, Relaxed) - 1;
            account.pulse.events.load(Relaxed) as i64 >= border
        }
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
    fn live_elsewhere(account: &Account) -> i64 {
        account.pulse.exclusive.live_bytes.load(Relaxed)
    }
}
