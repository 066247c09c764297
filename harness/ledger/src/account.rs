//! The counters of an account, and the figures read from them.
//!
//! An account keeps each counter twice. Events whose caller holds a lock that excludes every other such caller (in
//! CPython: the global interpreter lock) use plain loads and stores ([`Exclusive`]); events from any thread at any time
//! use atomic additions ([`Shared`]). Most events of a Python program are of the first kind, and an uncontended atomic
//! addition costs several times as much as a load and a store. What is read is always the sum of both.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64};

use crate::timeline::{Recorder, Timeline};

/// What an account says about the time since [`Account::enter`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Blocks made.
    pub allocations: u64,
    /// Blocks whose size was changed, moved or not.
    pub reallocations: u64,
    /// Blocks given back, unknown ones included.
    pub frees: u64,
    /// Bytes of the blocks made, and growth by reallocations.
    pub allocated_bytes: u64,
    /// The most bytes live at once above those at entry; never below 0.
    pub peak_bytes: i64,
    /// Bytes live above those at entry, of blocks whose size is known. Negative when more was given back than made.
    pub live_bytes: i64,
    /// Blocks given back or changed whose size was not known: the other figures are not exact if there are any.
    pub unknown_frees: u64,
    /// Blocks made at an address that the shadow map cannot hold. They count as allocations, but never as live.
    pub unplaced: u64,
}

/// One set of counters, on cache lines of its own.
#[derive(Default)]
#[repr(align(64))]
struct Counters {
    allocations: AtomicU64,
    allocated_bytes: AtomicU64,
    live_bytes: AtomicI64,
    peak_bytes: AtomicI64,
    frees: AtomicU64,
    reallocations: AtomicU64,
    unknown_frees: AtomicU64,
    unplaced: AtomicU64,
}

impl Counters {
    const fn new() -> Self {
        Self {
            allocations: AtomicU64::new(0),
            allocated_bytes: AtomicU64::new(0),
            live_bytes: AtomicI64::new(0),
            peak_bytes: AtomicI64::new(0),
            frees: AtomicU64::new(0),
            reallocations: AtomicU64::new(0),
            unknown_frees: AtomicU64::new(0),
            unplaced: AtomicU64::new(0),
        }
    }

    fn reset(&self) {
        for counter in [
            &self.allocations,
            &self.allocated_bytes,
            &self.frees,
            &self.reallocations,
            &self.unknown_frees,
            &self.unplaced,
        ] {
            counter.store(0, Relaxed);
        }
        self.live_bytes.store(0, Relaxed);
        self.peak_bytes.store(0, Relaxed);
    }
}

mod access {
    use super::{Account, AtomicI64, AtomicU64, Counters};

    /// How the counters may be changed. Sealed: the two ways belong together.
    pub trait Sealed {
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "callable by this module alone")]
        fn counters(account: &Account) -> &Counters;
        #[doc(hidden)]
        fn add(counter: &AtomicU64, amount: u64);
        /// Returns the sum.
        #[doc(hidden)]
        fn add_signed(counter: &AtomicI64, amount: i64) -> i64;
        #[doc(hidden)]
        fn raise(counter: &AtomicI64, value: i64);
        /// The live bytes that the other way of access has counted.
        #[doc(hidden)]
        fn live_elsewhere(account: &Account) -> i64;
    }
}

/// How an event reaches the counters: [`Exclusive`] or [`Shared`].
pub trait Access: access::Sealed {}

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

#[expect(private_interfaces, reason = "callable by this module alone")]
impl access::Sealed for Exclusive {
    #[inline(always)]
    fn counters(account: &Account) -> &Counters {
        &account.exclusive
    }
    #[inline(always)]
    fn add(counter: &AtomicU64, amount: u64) {
        counter.store(counter.load(Relaxed).wrapping_add(amount), Relaxed);
    }
    #[inline(always)]
    fn add_signed(counter: &AtomicI64, amount: i64) -> i64 {
        let sum = counter.load(Relaxed).wrapping_add(amount);
        counter.store(sum, Relaxed);
        sum
    }
    #[inline(always)]
    fn raise(counter: &AtomicI64, value: i64) {
        if value > counter.load(Relaxed) {
            counter.store(value, Relaxed);
        }
    }
    #[inline(always)]
    fn live_elsewhere(account: &Account) -> i64 {
        account.shared.live_bytes.load(Relaxed)
    }
}

#[expect(private_interfaces, reason = "callable by this module alone")]
impl access::Sealed for Shared {
    #[inline(always)]
    fn counters(account: &Account) -> &Counters {
        &account.shared
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
    fn raise(counter: &AtomicI64, value: i64) {
        if value > counter.load(Relaxed) {
            counter.fetch_max(value, Relaxed);
        }
    }
    #[inline(always)]
    fn live_elsewhere(account: &Account) -> i64 {
        account.exclusive.live_bytes.load(Relaxed)
    }
}

/// Counters of allocations, and a timeline that can be asked for.
pub struct Account {
    exclusive: Counters,
    shared: Counters,
    recording: AtomicBool,
    recorder: Recorder,
}

impl Account {
    /// An account in which nothing has happened.
    pub const fn new() -> Self {
        Self {
            exclusive: Counters::new(),
            shared: Counters::new(),
            recording: AtomicBool::new(false),
            recorder: Recorder::new(),
        }
    }

    /// Sets the entry mark: every figure counts from here, and so does the timeline, if one is wanted.
    ///
    /// The caller holds what [`Exclusive`] asks for. Events of other threads at this very moment fall on either side.
    pub fn enter(&self, timeline: bool) {
        self.recording.store(false, Relaxed);
        // Live bytes start from 0 as well: that makes them "above entry" without a mark to subtract on each event.
        self.exclusive.reset();
        self.shared.reset();
        if timeline {
            self.recorder.clear();
            self.recording.store(true, Relaxed);
        }
    }

    /// What has happened since entry. Allocates nothing and changes nothing.
    pub fn figures(&self) -> Figures {
        let both = |counter: fn(&Counters) -> &AtomicU64| {
            let exclusive = counter(&self.exclusive).load(Relaxed);
            exclusive.wrapping_add(counter(&self.shared).load(Relaxed))
        };
        let peak = |counters: &Counters| counters.peak_bytes.load(Relaxed);
        Figures {
            allocations: both(|counters| &counters.allocations),
            reallocations: both(|counters| &counters.reallocations),
            frees: both(|counters| &counters.frees),
            allocated_bytes: both(|counters| &counters.allocated_bytes),
            // Each event compares the total with the peak of its own kind, so the larger one has seen every rise.
            peak_bytes: peak(&self.exclusive).max(peak(&self.shared)),
            live_bytes: self.live(),
            unknown_frees: both(|counters| &counters.unknown_frees),
            unplaced: both(|counters| &counters.unplaced),
        }
    }

    /// Ends the timeline; what happens from here on is counted but not drawn. Allocates nothing.
    pub fn end_timeline(&self) {
        self.recording.store(false, Relaxed);
    }

    /// The timeline since the last entry that asked for one.
    pub fn timeline(&self) -> Timeline {
        self.recorder.read()
    }

    /// Drops the timeline and whatever lock another thread held on it.
    ///
    /// For the child after a fork, where that other thread does not exist and would never let go.
    pub fn abandon_timeline(&self) {
        self.recording.store(false, Relaxed);
        self.recorder.unlock_after_fork();
    }

    /// A block of `size` bytes was made.
    #[inline]
    pub fn made<A: Access>(&self, size: u64) {
        let counters = A::counters(self);
        A::add(&counters.allocations, 1);
        self.grow::<A>(size);
        self.record();
    }

    /// A block was made whose size nobody will know when it goes.
    #[cold]
    pub fn made_unplaced<A: Access>(&self, size: u64) {
        let counters = A::counters(self);
        A::add(&counters.allocations, 1);
        A::add(&counters.allocated_bytes, size);
        A::add(&counters.unplaced, 1);
        self.record();
    }

    /// A block changed its size. An unknown old size makes the new one count as growth from 0, and as an unknown free.
    #[inline]
    pub fn changed<A: Access>(&self, old: Option<u64>, new: u64) {
        let counters = A::counters(self);
        A::add(&counters.reallocations, 1);
        let old = old.unwrap_or_else(|| {
            A::add(&counters.unknown_frees, 1);
            0
        });
        if new > old {
            self.grow::<A>(new - old);
        } else {
            A::add_signed(&counters.live_bytes, new.wrapping_sub(old) as i64);
        }
        self.record();
    }

    /// A block changed its size, and nobody will know the new one when it goes.
    #[cold]
    pub fn changed_unplaced<A: Access>(&self, old: Option<u64>, new: u64) {
        let counters = A::counters(self);
        A::add(&counters.unplaced, 1);
        A::add(&counters.reallocations, 1);
        A::add(&counters.allocated_bytes, new.saturating_sub(old.unwrap_or(0)));
        match old {
            Some(old) => {
                A::add_signed(&counters.live_bytes, (old as i64).wrapping_neg());
            }
            None => A::add(&counters.unknown_frees, 1),
        }
        self.record();
    }

    /// A block was given back, of a size known or not.
    #[inline]
    pub fn gone<A: Access>(&self, size: Option<u64>) {
        let counters = A::counters(self);
        A::add(&counters.frees, 1);
        match size {
            Some(size) => {
                A::add_signed(&counters.live_bytes, (size as i64).wrapping_neg());
            }
            None => A::add(&counters.unknown_frees, 1),
        }
        self.record();
    }

    #[inline(always)]
    fn grow<A: Access>(&self, by: u64) {
        let counters = A::counters(self);
        A::add(&counters.allocated_bytes, by);
        let live = A::add_signed(&counters.live_bytes, by as i64);
        let total = live.wrapping_add(A::live_elsewhere(self));
        A::raise(&counters.peak_bytes, total);
    }

    #[inline(always)]
    fn record(&self) {
        if self.recording.load(Relaxed) {
            self.record_now();
        }
    }

    #[cold]
    #[inline(never)]
    fn record_now(&self) {
        self.recorder.record(|| self.live());
    }

    fn live(&self) -> i64 {
        let exclusive = self.exclusive.live_bytes.load(Relaxed);
        exclusive.wrapping_add(self.shared.live_bytes.load(Relaxed))
    }
}

impl Default for Account {
    fn default() -> Self {
        Self::new()
    }
}
