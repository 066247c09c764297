//! The shadow map and the account together, told of events by address.
//!
//! An address must never be marked while another thread could be given it: call [`Ledger::gone`]
//! *before* the block is freed, and for a reallocation [`Ledger::lift`] before, then
//! [`Ledger::changed`] or, when it failed, [`Ledger::put_back`].

use crate::account::{Account, Undrawn};
use crate::figures::{Figures, SizeClass};
use crate::origin::Origin;
use crate::shadow::ShadowMap;
use crate::sizes::{CLASSES, FINE};
use crate::timeline::Timeline;

/// An account of blocks that are known by their address.
#[repr(C)]
pub struct Ledger {
    shadow: ShadowMap,
    account: Account,
}

/// A block that is about to change its size: its entry is out of the map until the outcome is
/// known.
#[derive(Clone, Copy, Debug)]
#[must_use = "the block stays unknown until `changed` or `put_back` is told of it"]
pub struct Lifted {
    address: usize,
    size: Option<u64>,
}

/// What the common part of an event has left to do.
#[derive(Clone, Copy, Debug)]
pub enum Rest {
    /// Everything: a large block, the first one in its part of the map, or one that is not known.
    All,
    /// The event is counted, and begins a new point of the timeline.
    Draw(Undrawn),
}

impl Lifted {
    /// A block lifted before, from its parts.
    pub const fn again(address: usize, size: Option<u64>) -> Self {
        Self { address, size }
    }

    /// The size requested for it, if it is known.
    pub const fn size(&self) -> Option<u64> {
        self.size
    }
}

impl Ledger {
    /// A ledger that knows no block. Large, so fit for a `static` rather than the stack.
    pub const fn new() -> Self {
        Self {
            shadow: ShadowMap::new(),
            account: Account::new(),
        }
    }

    /// A block of `size` bytes was made at `address`.
    #[inline(always)]
    pub fn made<O: Origin>(&self, address: usize, size: u64) {
        match self.try_made::<O>(address, size) {
            Ok(()) => {}
            Err(Rest::All) => self.made_otherwise::<O>(address, size),
            Err(Rest::Draw(event)) => self.draw(event),
        }
    }

    /// The common part of [`made`](Ledger::made), which calls no function.
    ///
    /// # Errors
    /// What is left to do: [`made_otherwise`](Ledger::made_otherwise) or [`draw`](Ledger::draw).
    #[inline(always)]
    pub fn try_made<O: Origin>(&self, address: usize, size: u64) -> Result<(), Rest> {
        // A larger block costs its allocator so much that a call more does not show.
        if size > FINE || !self.shadow.try_place(address, size) {
            return Err(Rest::All);
        }
        self.account.made::<O>(size).map_err(Rest::Draw)
    }

    /// All of [`made`](Ledger::made), where its common part has done nothing.
    #[cold]
    #[inline(never)]
    pub fn made_otherwise<O: Origin>(&self, address: usize, size: u64) {
        self.draw_if(if self.shadow.place(address, size) {
            self.account.made::<O>(size)
        } else {
            self.account.made_unplaced::<O>(size)
        });
    }

    /// The block at `address` is about to be given back. False, and no event, if no block is known
    /// there: then the caller decides whether that is [an unknown block](Ledger::gone_unknown), or
    /// one that it does not count.
    #[inline(always)]
    #[must_use = "a block that is not known may be an event all the same"]
    pub fn gone<O: Origin>(&self, address: usize) -> bool {
        match self.try_gone::<O>(address) {
            Ok(()) => true,
            Err(Rest::All) => self.gone_otherwise::<O>(address),
            Err(Rest::Draw(event)) => {
                self.draw(event);
                true
            }
        }
    }

    /// The common part of [`gone`](Ledger::gone), which calls no function.
    ///
    /// # Errors
    /// What is left to do: [`gone_otherwise`](Ledger::gone_otherwise) or [`draw`](Ledger::draw).
    #[inline(always)]
    pub fn try_gone<O: Origin>(&self, address: usize) -> Result<(), Rest> {
        let size = self.shadow.try_take(address).ok_or(Rest::All)?;
        self.account.gone::<O>(size).map_err(Rest::Draw)
    }

    /// All of [`gone`](Ledger::gone), where its common part has done nothing.
    #[cold]
    #[inline(never)]
    #[must_use = "a block that is not known may be an event all the same"]
    pub fn gone_otherwise<O: Origin>(&self, address: usize) -> bool {
        match self.shadow.take(address) {
            Some(size) => {
                self.draw_if(self.account.gone::<O>(size));
                true
            }
            None => false,
        }
    }

    /// Begins a point of the timeline with an event that was counted.
    #[cold]
    #[inline(never)]
    pub fn draw(&self, event: Undrawn) {
        self.account.draw(event);
    }

    #[inline(always)]
    fn draw_if(&self, counted: Result<(), Undrawn>) {
        if let Err(event) = counted {
            self.account.draw(event);
        }
    }

    /// Whether a block is known to live at `address`.
    pub fn knows(&self, address: usize) -> bool {
        self.shadow.holds(address)
    }

    /// The bytes that were asked for the block that lives at `address`, if one is known to.
    pub fn size_at(&self, address: usize) -> Option<u64> {
        self.shadow.size_at(address)
    }

    /// A block is about to be given back that was never seen.
    #[cold]
    pub fn gone_unknown<O: Origin>(&self) {
        self.draw_if(self.account.gone_unknown::<O>());
    }

    /// The block at `address` is about to change its size.
    #[inline]
    pub fn lift(&self, address: usize) -> Lifted {
        Lifted {
            address,
            size: self.shadow.take(address),
        }
    }

    /// The lifted block has `size` bytes now, and lives at `address`.
    #[inline]
    pub fn changed<O: Origin>(&self, block: Lifted, address: usize, size: u64) {
        self.draw_if(if self.shadow.place(address, size) {
            self.account.changed::<O>(block.size, size)
        } else {
            self.account.changed_unplaced::<O>(block.size, size)
        });
    }

    /// The lifted block could not change its size, and lives on where it was.
    #[cold]
    pub fn put_back(&self, block: Lifted) {
        if let Some(size) = block.size {
            // It was in the map a moment ago, so its tables exist and this cannot fail.
            self.shadow.place(block.address, size);
        }
    }

    /// Sets the entry mark; see [`Account::enter`].
    pub fn enter(&self, timeline: bool) {
        self.account.enter(timeline);
    }

    /// What has happened since entry; see [`Account::figures`].
    pub fn figures(&self) -> Figures {
        self.account.figures()
    }

    /// Bytes made since entry and bytes live above those at entry, cheaply; see [`Account::flow`].
    pub fn flow(&self) -> (u64, i64) {
        self.account.flow()
    }

    /// Blocks made since entry by class of their size; see [`Account::sizes`].
    pub fn sizes(&self) -> [SizeClass; CLASSES] {
        self.account.sizes()
    }

    /// Ends the timeline; see [`Account::end_timeline`].
    pub fn end_timeline(&self) {
        self.account.end_timeline();
    }

    /// Ends the timeline, and returns it; see [`Account::timeline`].
    pub fn timeline(&self) -> Timeline {
        self.account.timeline()
    }

    /// The memory that this ledger takes: itself, a constant, and what [its
    /// map](ShadowMap::mapped_bytes) has mapped.
    pub fn own_bytes(&self) -> u64 {
        size_of::<Self>() as u64 + self.shadow.mapped_bytes()
    }

    /// For the child after a fork; see [`Account::abandon_timeline`].
    pub fn abandon_timeline(&self) {
        self.account.abandon_timeline();
    }
}

impl Default for Ledger {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Obj;

    #[test]
    fn a_block_that_grows_may_be_held_twice_for_a_moment() {
        static LEDGER: Ledger = Ledger::new();
        const BLOCK: usize = 0x1000;
        let resize = |size| LEDGER.changed::<Obj>(LEDGER.lift(BLOCK), BLOCK, size);
        let peaks = || {
            let figures = LEDGER.figures();
            (figures.peak_bytes, figures.peak_if_moved_bytes)
        };
        LEDGER.enter(true);
        LEDGER.made::<Obj>(0x8000, 50);
        LEDGER.made::<Obj>(BLOCK, 100);
        assert_eq!(peaks(), (150, 150));
        resize(300);
        assert_eq!(peaks(), (350, 50 + 100 + 300));
        // What becomes smaller stays where it is.
        resize(10);
        assert_eq!(peaks(), (350, 450));
        resize(100);
        assert_eq!(peaks(), (350, 450));
        LEDGER.made::<Obj>(0x9000, 400);
        assert_eq!(peaks(), (550, 550));
        LEDGER.enter(false);
        assert_eq!(peaks(), (0, 0));
    }

    #[test]
    fn a_ledger_takes_a_constant_and_an_eighth_of_the_addresses_in_use() {
        const ADDRESSES: u64 = 1 << 30;
        static LEDGER: Ledger = Ledger::new();
        for step in 0..ADDRESSES / 4096 {
            LEDGER.made::<Obj>(0x7f00_0000_0000 + 4096 * step as usize, 100);
        }
        let constant = LEDGER.own_bytes() - ADDRESSES / 16 * 2;
        assert!(constant < 4 << 20, "{constant}");
        assert_eq!(LEDGER.figures().live_bytes as u64, ADDRESSES / 4096 * 100);
    }
}
