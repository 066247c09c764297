//! The shadow map and the account together, told of events by address.
//!
//! An address must never be marked while another thread could be given it: call [`Ledger::gone`] *before* the block is
//! freed, and for a reallocation [`Ledger::lift`] before, then [`Ledger::changed`] or, when it failed,
//! [`Ledger::put_back`].

use crate::account::{Access, Account, Figures};
use crate::shadow::ShadowMap;
use crate::timeline::Timeline;

/// An account of blocks that are known by their address.
pub struct Ledger {
    shadow: ShadowMap,
    account: Account,
}

/// A block that is about to change its size: its entry is out of the map until the outcome is known.
#[derive(Clone, Copy, Debug)]
#[must_use = "the block stays unknown until `changed` or `put_back` is told of it"]
pub struct Lifted {
    address: usize,
    size: Option<u64>,
}

impl Ledger {
    /// A ledger that knows no block. 128 KiB of zeros, so fit for a `static`.
    pub const fn new() -> Self {
        Self {
            shadow: ShadowMap::new(),
            account: Account::new(),
        }
    }

    /// A block of `size` bytes was made at `address`.
    #[inline]
    pub fn made<A: Access>(&self, address: usize, size: u64) {
        if self.shadow.place(address, size) {
            self.account.made::<A>(size);
        } else {
            self.account.made_unplaced::<A>(size);
        }
    }

    /// The block at `address` is about to be given back.
    #[inline]
    pub fn gone<A: Access>(&self, address: usize) {
        self.account.gone::<A>(self.shadow.take(address));
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
    pub fn changed<A: Access>(&self, block: Lifted, address: usize, size: u64) {
        if self.shadow.place(address, size) {
            self.account.changed::<A>(block.size, size);
        } else {
            self.account.changed_unplaced::<A>(block.size, size);
        }
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

    /// Ends the timeline; see [`Account::end_timeline`].
    pub fn end_timeline(&self) {
        self.account.end_timeline();
    }

    /// The timeline since entry; see [`Account::timeline`].
    pub fn timeline(&self) -> Timeline {
        self.account.timeline()
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
