//! The counters of an account, and the figures read from them.
//!
//! An account keeps each counter twice. Events whose caller holds a lock that excludes every other
//! such caller (in CPython: the global interpreter lock) use plain loads and stores
//! ([`Exclusive`](crate::Exclusive)); events from any thread at any time use atomic additions
//! ([`Shared`]). Most events of a Python program are of the first kind, and an uncontended atomic
//! addition costs several times as much as a load and a store. What is read is always the sum of
//! both.
//!
//! What an event costs was brought down by letting it keep what cannot be derived and nothing else.
//! Allocations and their bytes follow from the histogram; the peak is the highest of the timeline's
//! points, so that one comparison serves both, and without a timeline there is one endless point.
//! Events are counted down to the next point of the timeline, since the processor subtracts and
//! compares with 0 at once.
//!
//! While blocks are made, live bytes rise. So an event that makes them fall compares for all: what
//! it finds may be the highest value, what it leaves the lowest. A block made compares nothing, and
//! need not know what is live: whoever reads the peak, or ends a point, looks at the last value
//! too.
//!
//! A point of the timeline begins *at* its first event, not before: so what an event finds is a
//! value of the point that the event is in. In a short call most events begin a point. So its first
//! value is kept by the recorder, and the extremes, for which atomic exchanges are needed, are
//! touched only if the point has had a second event.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

use crate::access::sealed::Sealed;
use crate::access::{Access, LiveRange, Shared, State, TIMELINE_OFF, TIMELINE_ON};
use crate::counters::Counters;
use crate::domain::DOMAINS;
use crate::figures::{DomainFigures, Figures, SizeClass};
use crate::origin::Origin;
use crate::sizes::{self, CLASSES};
use crate::timeline::{Recorder, Timeline};

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
    state: State,
    /// The highest total of live bytes in the points that are finished, and at the start of the one
    /// being drawn.
    peak_bytes: AtomicI64,
    recorder: Recorder,
}

impl Account {
    /// An account in which nothing has happened.
    pub const fn new() -> Self {
        Self {
            state: State::new(),
            peak_bytes: AtomicI64::new(0),
            recorder: Recorder::new(),
        }
    }

    /// Sets the entry mark: every figure counts from here, and so does the timeline, if one is
    /// wanted.
    ///
    /// The caller holds what [`Exclusive`](crate::Exclusive) asks for. Events of other threads at
    /// this very moment fall on either side.
    pub fn enter(&self, timeline: bool) {
        self.recorder.hold(|recorder| {
            self.state.hot.left.store(TIMELINE_OFF, Relaxed);
            recorder.clear();
            // Live bytes start from 0 as well: that makes them "above entry" without a mark to
            // subtract on each event.
            self.state.hot.frees.store(0, Relaxed);
            self.state.hot.exclusive.reset();
            self.state.hot.shared.reset();
            self.state.exclusive.reset();
            self.state.shared.reset();
            self.peak_bytes.store(0, Relaxed);
            if timeline {
                self.state.hot.left.store(0, Relaxed);
            }
        });
    }

    /// What has happened since entry. Allocates nothing and changes nothing.
    pub fn figures(&self) -> Figures {
        let (exclusive, shared) = (&self.state.exclusive, &self.state.shared);
        let both = |counter: fn(&Counters) -> u64| counter(exclusive).wrapping_add(counter(shared));
        let mut figures = Figures {
            reallocations: both(Counters::reallocations),
            frees: self.state.hot.frees.load(Relaxed) + shared.frees.load(Relaxed),
            grown: both(|counters| counters.grown.load(Relaxed)),
            shrunk: both(|counters| counters.shrunk.load(Relaxed)),
            peak_bytes: self.peak(),
            peak_if_moved_bytes: [exclusive, shared]
                .map(|counters| counters.moved_high.load(Relaxed))
                .into_iter()
                .fold(self.peak(), i64::max),
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
        figures
    }

    fn domains(&self) -> [DomainFigures; DOMAINS] {
        let mut figures = [DomainFigures::default(); DOMAINS];
        for counters in [&self.state.exclusive, &self.state.shared] {
            for (figures, counted) in figures.iter_mut().zip(&counters.domains) {
                let allocated = counted.allocated_bytes();
                let live = allocated.wrapping_sub(counted.gone_bytes.load(Relaxed)) as i64;
                figures.allocations += counted.allocations();
                figures.allocated_bytes = figures.allocated_bytes.wrapping_add(allocated);
                figures.live_bytes = figures.live_bytes.wrapping_add(live);
            }
        }
        figures
    }

    /// Bytes made since entry, and bytes live above those at entry: of the [`Figures`] those that
    /// are had at the cost of a few loads. What was made is what is live and what is gone.
    pub fn flow(&self) -> (u64, i64) {
        let live = self.live();
        let domains = self
            .state
            .exclusive
            .domains
            .iter()
            .chain(&self.state.shared.domains);
        let made = domains.fold(live as u64, |made, domain| {
            made.wrapping_add(domain.gone_bytes.load(Relaxed))
        });
        (made, live)
    }

    /// Blocks made since entry by class of their size, all domains together; empty classes have no
    /// blocks.
    pub fn sizes(&self) -> [SizeClass; CLASSES] {
        let mut classes = [SizeClass::default(); CLASSES];
        for (number, class) in classes.iter_mut().enumerate() {
            class.upper = sizes::upper(number);
        }
        for counters in [&self.state.exclusive, &self.state.shared] {
            for domain in &counters.domains {
                domain.add_to(&mut classes);
            }
        }
        classes
    }

    /// Ends the timeline; what happens from here on is counted but not drawn. Allocates nothing.
    ///
    /// The caller holds what [`Exclusive`](crate::Exclusive) asks for.
    pub fn end_timeline(&self) {
        if self.state.hot.left.load(Relaxed) >= TIMELINE_ON {
            return;
        }
        let figures = self.figures();
        self.recorder.hold(|recorder| {
            let end = self.live();
            let (low, high) = self.take_extremes(end);
            self.raise_peak(high);
            recorder.close(low, high, end);
            recorder.end(figures.allocations + figures.reallocations + figures.frees);
            self.state.hot.left.store(TIMELINE_OFF, Relaxed);
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
        self.state.hot.left.store(TIMELINE_OFF, Relaxed);
        self.recorder.release();
    }

    /// A block of `size` bytes was made.
    #[inline(always)]
    pub fn made<O: Origin>(&self, size: u64) -> Result<(), Undrawn> {
        let domain = counters::<O>(self).domain(O::DOMAIN);
        domain.made(size, <O::Access as Sealed>::add);
        self.rise::<O::Access>(size)
    }

    /// A block was made whose size nobody will know when it goes.
    #[cold]
    pub fn made_unplaced<O: Origin>(&self, size: u64) -> Result<(), Undrawn> {
        let counters = counters::<O>(self);
        let domain = counters.domain(O::DOMAIN);
        domain.made(size, <O::Access as Sealed>::add);
        <O::Access as Sealed>::add(&domain.gone_bytes, size);
        <O::Access as Sealed>::add(&counters.unplaced, 1);
        self.rise::<O::Access>(0)
    }

    /// A block changed its size. An unknown old size makes the new one count as growth from 0, and
    /// as an unknown free.
    #[inline]
    pub fn changed<O: Origin>(&self, old: Option<u64>, new: u64) -> Result<(), Undrawn> {
        let counters = counters::<O>(self);
        let old = old.unwrap_or_else(|| {
            <O::Access as Sealed>::add(&counters.unknown_frees, 1);
            0
        });
        <O::Access as Sealed>::add(counters.reallocation(old, new), 1);
        if new > old {
            let grown_bytes = &counters.domain(O::DOMAIN).grown_bytes;
            <O::Access as Sealed>::add(grown_bytes, new - old);
            let range = <O::Access as Sealed>::range(&self.state);
            let before = range.live_bytes.load(Relaxed);
            let before = before.wrapping_add(<O::Access as Sealed>::live_elsewhere(&self.state));
            <O::Access as Sealed>::raise(&counters.moved_high, before.wrapping_add(new as i64));
            self.rise::<O::Access>(new - old)
        } else {
            self.fall::<O>(old - new, false)
        }
    }

    /// A block changed its size, and nobody will know the new one when it goes.
    #[cold]
    pub fn changed_unplaced<O: Origin>(&self, old: Option<u64>, new: u64) -> Result<(), Undrawn> {
        let counters = counters::<O>(self);
        <O::Access as Sealed>::add(&counters.unplaced, 1);
        if old.is_none() {
            <O::Access as Sealed>::add(&counters.unknown_frees, 1);
        }
        let old = old.unwrap_or(0);
        <O::Access as Sealed>::add(counters.reallocation(old, new), 1);
        // What is live no more: the old block, and its growth, which counts as allocated all the
        // same.
        let growth = new.saturating_sub(old);
        let domain = counters.domain(O::DOMAIN);
        <O::Access as Sealed>::add(&domain.grown_bytes, growth);
        <O::Access as Sealed>::add(&domain.gone_bytes, growth);
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
        <O::Access as Sealed>::add(&counters::<O>(self).unknown_frees, 1);
        self.fall::<O>(0, true)
    }

    #[inline(always)]
    fn rise<A: Access>(&self, by: u64) -> Result<(), Undrawn> {
        let change = by as i64;
        A::add_signed(&A::range(&self.state).live_bytes, change);
        if A::event(&self.state, false) {
            // Read anew: kept from above, the sum would cost every event a register.
            let after = self.live();
            return Err(Undrawn { after, change });
        }
        Ok(())
    }

    #[inline(always)]
    fn fall<O: Origin>(&self, by: u64, free: bool) -> Result<(), Undrawn> {
        let range = <O::Access as Sealed>::range(&self.state);
        let change = (by as i64).wrapping_neg();
        <O::Access as Sealed>::add(&counters::<O>(self).domain(O::DOMAIN).gone_bytes, by);
        let before = <O::Access as Sealed>::add_signed(&range.live_bytes, change);
        let before = before.wrapping_add(<O::Access as Sealed>::live_elsewhere(&self.state));
        let after = before.wrapping_add(change);
        if <O::Access as Sealed>::event(&self.state, free) {
            return Err(Undrawn { after, change });
        }
        <O::Access as Sealed>::raise(&range.high, before);
        <O::Access as Sealed>::lower(&range.low, after);
        Ok(())
    }

    /// Ends the point being drawn with the value before an event, and begins one with the value
    /// after it.
    ///
    /// If another thread is at it, the event belongs to the point being drawn. That one may be this
    /// thread's no more, so the extremes are those of the threads without a common lock.
    #[cold]
    #[inline(never)]
    pub fn draw(&self, event: Undrawn) {
        let begun = self.recorder.try_hold(|recorder| {
            let left = self.state.hot.left.load(Relaxed);
            if left < 0 {
                let end = event.after.wrapping_sub(event.change);
                let (low, high) = self.take_extremes(end);
                self.raise_peak(high.max(event.after));
                recorder.close(low, high, end);
                let events = recorder.open(event.after);
                self.state.hot.left.store(left + events as i64, Relaxed);
            }
            left < 0
        });
        if begun != Some(true) {
            let before = event.after.wrapping_sub(event.change);
            <Shared as Sealed>::raise(&self.state.hot.shared.high, event.after.max(before));
            <Shared as Sealed>::lower(&self.state.hot.shared.low, event.after);
        }
    }

    /// The extremes of the events since the last point began, without the first of them. No event
    /// may have noted the last value.
    fn take_extremes(&self, end: i64) -> (i64, i64) {
        let (low, high) = self.state.hot.exclusive.take_extremes();
        let (shared_low, shared_high) = self.state.hot.shared.take_extremes();
        (low.min(shared_low), high.max(shared_high).max(end))
    }

    /// Raises the peak. The caller has the recorder to itself.
    fn raise_peak(&self, value: i64) {
        if value > self.peak_bytes.load(Relaxed) {
            self.peak_bytes.store(value, Relaxed);
        }
    }

    fn peak(&self) -> i64 {
        let highest = |range: &LiveRange| range.high.load(Relaxed);
        let open = highest(&self.state.hot.exclusive).max(highest(&self.state.hot.shared));
        // What was made since live bytes last fell is in no extreme yet.
        self.peak_bytes.load(Relaxed).max(open).max(self.live())
    }

    #[inline(always)]
    fn live(&self) -> i64 {
        let exclusive = self.state.hot.exclusive.live_bytes.load(Relaxed);
        exclusive.wrapping_add(self.state.hot.shared.live_bytes.load(Relaxed))
    }
}

#[inline(always)]
fn counters<O: Origin>(account: &Account) -> &Counters {
    <O::Access as Sealed>::counters(&account.state)
}

impl Default for Account {
    fn default() -> Self {
        Self::new()
    }
}
