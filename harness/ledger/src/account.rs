//! The counters of an account, and the figures read from them.
//!
//! An account keeps each counter twice. Events whose caller holds a lock that excludes every other such caller (in
//! CPython: the global interpreter lock) use plain loads and stores ([`Exclusive`]); events from any thread at any time
//! use atomic additions ([`Shared`]). Most events of a Python program are of the first kind, and an uncontended atomic
//! addition costs several times as much as a load and a store. What is read is always the sum of both.
//!
//! What an event costs was brought down by letting it keep what cannot be derived and nothing else. Allocations and
//! their bytes follow from the histogram; frees are the events less the rest; the peak is the highest of the
//! timeline's points, so that one comparison serves both, and without a timeline there is one endless point.
//!
//! A point of the timeline begins *at* its first event, not before: from then on, a block made can only be a new
//! highest value, and a block given back a new lowest one, so that each event compares once.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI64, AtomicU64};

use crate::counters::{Counters, plain};
use crate::domain::{DOMAINS, Domain, Origin};
use crate::sizes::{self, CLASSES};
use crate::timeline::{Point, Recorder, Timeline};

/// What an account says about the time since [`Account::enter`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Blocks made.
    pub allocations: u64,
    /// Blocks whose size was changed, moved or not.
    pub reallocations: u64,
    /// Reallocations that made a block larger.
    pub grown: u64,
    /// Reallocations that made a block smaller.
    pub shrunk: u64,
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
    /// By domain, in the order of [`Domain::ALL`]; these add up to the figures above.
    pub domains: [DomainFigures; DOMAINS],
}

/// What an account says about one domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DomainFigures {
    /// Blocks made.
    pub allocations: u64,
    /// Bytes of the blocks made, and growth by reallocations.
    pub allocated_bytes: u64,
    /// Bytes live above those at entry.
    pub live_bytes: i64,
}

/// Blocks made of one class of sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SizeClass {
    /// The largest size in the class.
    pub upper: u64,
    /// Blocks made.
    pub allocations: u64,
    /// Their bytes, as first requested.
    pub bytes: u64,
}

mod access {
    use super::{Account, Extent};
    use crate::counters::Counters;
    use crate::domain::Domain;
    use std::sync::atomic::{AtomicI64, AtomicU64};

    /// How the counters may be changed. Sealed: the two ways belong together.
    pub trait Sealed {
        /// The domain whose live bytes are those of the whole set less the other domains': its frees need no counter.
        #[doc(hidden)]
        const DERIVED: Domain;
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "callable by this module alone")]
        fn counters(account: &Account) -> &Counters;
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "callable by this module alone")]
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

#[expect(private_interfaces, reason = "callable by this module alone")]
impl access::Sealed for Shared {
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

/// No point begins any more.
const NEVER: i64 = i64::MAX;
/// Where a border stands that was [`NEVER`] when other threads read it, and that they have brought nearer since.
const NEVER_IS_NEAR: i64 = i64::MAX / 2;

/// What every event touches, on one cache line.
///
/// Threads that count without a common lock pass it to and fro, but then each of their events reads the other's live
/// bytes anyway; and where there is one thread, an event of it finds all in one place.
#[repr(C, align(64))]
struct Pulse {
    exclusive: Extent,
    shared: Extent,
    /// Exclusive events.
    events: AtomicU64,
    /// The number of exclusive events at which the next point of the timeline begins.
    next_point: AtomicI64,
}

/// Live bytes above entry, and the extremes of the point being drawn.
struct Extent {
    /// As far as this way of access has counted them.
    live_bytes: AtomicI64,
    /// The highest total after one of its events.
    high: AtomicI64,
    /// The lowest one.
    low: AtomicI64,
}

impl Extent {
    const fn new() -> Self {
        Self {
            live_bytes: AtomicI64::new(0),
            high: AtomicI64::new(0),
            low: AtomicI64::new(0),
        }
    }

    fn reset(&self) {
        for counter in [&self.live_bytes, &self.high, &self.low] {
            counter.store(0, Relaxed);
        }
    }

    /// The extremes; they start anew from the value `next`.
    fn turn(&self, next: i64) -> (i64, i64) {
        (self.low.swap(next, Relaxed), self.high.swap(next, Relaxed))
    }
}

/// An event that is the first of a new point of the timeline, which is yet to be begun.
#[derive(Clone, Copy, Debug)]
#[must_use = "the event is in no point of the timeline until it is drawn"]
#[repr(C)]
pub struct Undrawn {
    /// Live bytes after the event.
    after: i64,
    /// By how much they have changed.
    change: i64,
}

/// Counters of allocations, and a timeline that can be asked for.
pub struct Account {
    pulse: Pulse,
    exclusive: Counters,
    shared: Counters,
    /// The highest total of live bytes in the points that are finished.
    peak_bytes: AtomicI64,
    recorder: Recorder,
}

impl Account {
    /// An account in which nothing has happened.
    pub const fn new() -> Self {
        Self {
            pulse: Pulse {
                exclusive: Extent::new(),
                shared: Extent::new(),
                events: AtomicU64::new(0),
                next_point: AtomicI64::new(NEVER),
            },
            exclusive: Counters::new(),
            shared: Counters::new(),
            peak_bytes: AtomicI64::new(0),
            recorder: Recorder::new(),
        }
    }

    /// Sets the entry mark: every figure counts from here, and so does the timeline, if one is wanted.
    ///
    /// The caller holds what [`Exclusive`] asks for. Events of other threads at this very moment fall on either side.
    pub fn enter(&self, timeline: bool) {
        self.recorder.hold(|recorder| {
            self.pulse.next_point.store(NEVER, Relaxed);
            recorder.clear();
            // Live bytes start from 0 as well: that makes them "above entry" without a mark to subtract on each event.
            self.pulse.events.store(0, Relaxed);
            self.pulse.exclusive.reset();
            self.pulse.shared.reset();
            self.exclusive.reset();
            self.shared.reset();
            self.peak_bytes.store(0, Relaxed);
            if timeline {
                self.pulse.next_point.store(1, Relaxed);
            }
        });
    }

    /// What has happened since entry. Allocates nothing and changes nothing.
    pub fn figures(&self) -> Figures {
        let (exclusive, shared) = (&self.exclusive, &self.shared);
        let both = |counter: fn(&Counters) -> u64| counter(exclusive).wrapping_add(counter(shared));
        let mut figures = Figures {
            reallocations: both(Counters::reallocations),
            grown: both(|counters| counters.grown.load(Relaxed)),
            shrunk: both(|counters| counters.shrunk.load(Relaxed)),
            peak_bytes: self.peak(),
            live_bytes: self.live(),
            unknown_frees: both(|counters| counters.unknown_frees.load(Relaxed)),
            unplaced: both(|counters| counters.unplaced.load(Relaxed)),
            domains: self.domains(),
            ..Figures::default()
        };
        for domain in &figures.domains {
            figures.allocations = figures.allocations.wrapping_add(domain.allocations);
            figures.allocated_bytes = figures.allocated_bytes.wrapping_add(domain.allocated_bytes);
        }
        let made = exclusive.domains.iter().map(|domain| domain.allocations());
        let others = made.sum::<u64>() + exclusive.reallocations();
        let exclusive_frees = self.pulse.events.load(Relaxed).wrapping_sub(others);
        figures.frees = exclusive_frees.wrapping_add(shared.frees.load(Relaxed));
        figures
    }

    fn domains(&self) -> [DomainFigures; DOMAINS] {
        let mut figures = [DomainFigures::default(); DOMAINS];
        for (extent, counters, derived) in [
            (
                &self.pulse.exclusive,
                &self.exclusive,
                <Exclusive as access::Sealed>::DERIVED,
            ),
            (
                &self.pulse.shared,
                &self.shared,
                <Shared as access::Sealed>::DERIVED,
            ),
        ] {
            let mut rest = extent.live_bytes.load(Relaxed);
            for (figures, domain) in figures.iter_mut().zip(Domain::ALL) {
                let counted = counters.domain(domain);
                figures.allocations += counted.allocations();
                figures.allocated_bytes = figures.allocated_bytes.wrapping_add(counted.allocated_bytes());
                if domain != derived {
                    let live = counted.live_bytes();
                    figures.live_bytes = figures.live_bytes.wrapping_add(live);
                    rest = rest.wrapping_sub(live);
                }
            }
            let derived = &mut figures[derived as usize].live_bytes;
            *derived = derived.wrapping_add(rest);
        }
        figures
    }

    /// Blocks made since entry by class of their size, all domains together; empty classes have no blocks.
    pub fn sizes(&self) -> [SizeClass; CLASSES] {
        let mut classes = [SizeClass::default(); CLASSES];
        for (number, class) in classes.iter_mut().enumerate() {
            class.upper = sizes::upper(number);
        }
        for counters in [&self.exclusive, &self.shared] {
            for domain in &counters.domains {
                domain.add_to(&mut classes);
            }
        }
        classes
    }

    /// Ends the timeline; what happens from here on is counted but not drawn. Allocates nothing.
    pub fn end_timeline(&self) {
        if self.pulse.next_point.load(Relaxed) >= NEVER_IS_NEAR {
            return;
        }
        let figures = self.figures();
        self.recorder.hold(|recorder| {
            let end = self.live();
            recorder.close(self.turn_point(end, end));
            recorder.end(figures.allocations + figures.reallocations + figures.frees);
            self.pulse.next_point.store(NEVER, Relaxed);
        });
    }

    /// Ends the timeline, and returns it. It allocates.
    pub fn timeline(&self) -> Timeline {
        self.end_timeline();
        self.recorder.read()
    }

    /// Drops the timeline and whatever hold another thread had on it.
    ///
    /// For the child after a fork, where that other thread does not exist and would never let go.
    pub fn abandon_timeline(&self) {
        self.pulse.next_point.store(NEVER, Relaxed);
        self.recorder.release();
    }

    /// A block of `size` bytes was made.
    #[inline(always)]
    pub fn made<O: Origin>(&self, size: u64) -> Result<(), Undrawn> {
        let domain = counters::<O>(self).domain(O::DOMAIN);
        domain.made(size, <O::Access as access::Sealed>::add);
        self.rise::<O::Access>(size)
    }

    /// A block was made whose size nobody will know when it goes.
    #[cold]
    pub fn made_unplaced<O: Origin>(&self, size: u64) -> Result<(), Undrawn> {
        let counters = counters::<O>(self);
        let domain = counters.domain(O::DOMAIN);
        domain.made(size, <O::Access as access::Sealed>::add);
        <O::Access as access::Sealed>::add(&domain.gone_bytes, size);
        <O::Access as access::Sealed>::add(&counters.unplaced, 1);
        self.rise::<O::Access>(0)
    }

    /// A block changed its size. An unknown old size makes the new one count as growth from 0, and as an unknown free.
    #[inline]
    pub fn changed<O: Origin>(&self, old: Option<u64>, new: u64) -> Result<(), Undrawn> {
        let counters = counters::<O>(self);
        let old = old.unwrap_or_else(|| {
            <O::Access as access::Sealed>::add(&counters.unknown_frees, 1);
            0
        });
        <O::Access as access::Sealed>::add(counters.reallocation(old, new), 1);
        if new > old {
            let grown_bytes = &counters.domain(O::DOMAIN).grown_bytes;
            <O::Access as access::Sealed>::add(grown_bytes, new - old);
            self.rise::<O::Access>(new - old)
        } else {
            self.fall::<O>(old - new, false)
        }
    }

    /// A block changed its size, and nobody will know the new one when it goes.
    #[cold]
    pub fn changed_unplaced<O: Origin>(&self, old: Option<u64>, new: u64) -> Result<(), Undrawn> {
        let counters = counters::<O>(self);
        <O::Access as access::Sealed>::add(&counters.unplaced, 1);
        if old.is_none() {
            <O::Access as access::Sealed>::add(&counters.unknown_frees, 1);
        }
        let old = old.unwrap_or(0);
        <O::Access as access::Sealed>::add(counters.reallocation(old, new), 1);
        // What is live no more: the old block, and its growth, which counts as allocated all the same.
        let growth = new.saturating_sub(old);
        let domain = counters.domain(O::DOMAIN);
        <O::Access as access::Sealed>::add(&domain.grown_bytes, growth);
        <O::Access as access::Sealed>::add(&domain.gone_bytes, growth);
        self.fall::<O>(old, false)
    }

    /// A block was given back.
    #[inline(always)]
    pub fn gone<O: Origin>(&self, size: u64) -> Result<(), Undrawn> {
        self.fall::<O>(size, true)
    }

    /// A block was given back whose size is not known.
    #[cold]
    pub fn gone_unknown<O: Origin>(&self) -> Result<(), Undrawn> {
        <O::Access as access::Sealed>::add(&counters::<O>(self).unknown_frees, 1);
        self.fall::<O>(0, true)
    }

    #[inline(always)]
    fn rise<A: Access>(&self, by: u64) -> Result<(), Undrawn> {
        let extent = A::extent(self);
        let first_of_point = A::event(self, false);
        let live = A::add_signed(&extent.live_bytes, by as i64);
        let after = live.wrapping_add(A::live_elsewhere(self));
        if first_of_point {
            let change = by as i64;
            return Err(Undrawn { after, change });
        }
        A::raise(&extent.high, after);
        Ok(())
    }

    #[inline(always)]
    fn fall<O: Origin>(&self, by: u64, free: bool) -> Result<(), Undrawn> {
        let extent = <O::Access as access::Sealed>::extent(self);
        if O::DOMAIN as usize != <O::Access as access::Sealed>::DERIVED as usize {
            let gone_bytes = &counters::<O>(self).domain(O::DOMAIN).gone_bytes;
            <O::Access as access::Sealed>::add(gone_bytes, by);
        }
        let first_of_point = <O::Access as access::Sealed>::event(self, free);
        let live = <O::Access as access::Sealed>::add_signed(&extent.live_bytes, (by as i64).wrapping_neg());
        let after = live.wrapping_add(<O::Access as access::Sealed>::live_elsewhere(self));
        if first_of_point {
            let change = (by as i64).wrapping_neg();
            return Err(Undrawn { after, change });
        }
        <O::Access as access::Sealed>::lower(&extent.low, after);
        Ok(())
    }

    /// Ends the point being drawn with the value before an event, and begins one with the value after it.
    ///
    /// If another thread is at it, the event belongs to the point being drawn. That one may be this thread's no more, so
    /// the extremes are those of the threads without a common lock.
    #[cold]
    #[inline(never)]
    pub fn draw(&self, event: Undrawn) {
        let begun = self.recorder.try_hold(|recorder| {
            let due = self.pulse.events.load(Relaxed) as i64 >= self.pulse.next_point.load(Relaxed);
            if due {
                let before = event.after.wrapping_sub(event.change);
                recorder.close(self.turn_point(before, event.after));
                let events = recorder.open();
                self.pulse.next_point.fetch_add(events as i64, Relaxed);
            }
            due
        });
        if begun != Some(true) {
            <Shared as access::Sealed>::raise(&self.pulse.shared.high, event.after);
            <Shared as access::Sealed>::lower(&self.pulse.shared.low, event.after);
        }
    }

    /// The point being drawn; the next one starts with the value `next`.
    fn turn_point(&self, end: i64, next: i64) -> Point {
        let (low, high) = self.pulse.exclusive.turn(next);
        let (shared_low, shared_high) = self.pulse.shared.turn(next);
        let (low, high) = (low.min(shared_low), high.max(shared_high));
        self.peak_bytes.fetch_max(high, Relaxed);
        Point { low, high, end }
    }

    fn peak(&self) -> i64 {
        let highest = |extent: &Extent| extent.high.load(Relaxed);
        let open = highest(&self.pulse.exclusive).max(highest(&self.pulse.shared));
        self.peak_bytes.load(Relaxed).max(open)
    }

    fn live(&self) -> i64 {
        let exclusive = self.pulse.exclusive.live_bytes.load(Relaxed);
        exclusive.wrapping_add(self.pulse.shared.live_bytes.load(Relaxed))
    }
}

#[inline(always)]
fn counters<O: Origin>(account: &Account) -> &Counters {
    <O::Access as access::Sealed>::counters(account)
}

impl Default for Account {
    fn default() -> Self {
        Self::new()
    }
}
