//! One set of counters, and the two ways to change them.

use std::cmp::Ordering;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI64, AtomicU64};

use crate::domain::{DOMAINS, Domain};
use crate::figures::SizeClass;
use crate::sizes::{self, CLASSES, COARSE_CLASSES, FINE};

/// Blocks made of one class of large sizes.
struct Class {
    blocks: AtomicU64,
    bytes: AtomicU64,
}

const SMALL_SIZES: usize = FINE as usize + 1;

/// What is counted of one domain. The histogram costs an event less than a counter of blocks and
/// one of bytes would: small sizes have a counter of blocks each, from which the bytes follow.
pub(crate) struct DomainCounters {
    small: [AtomicU64; SMALL_SIZES],
    large: [Class; COARSE_CLASSES],
    /// Bytes that reallocations added.
    pub(crate) grown_bytes: AtomicU64,
    /// Bytes that are live no more: given back, shrunk away, or nowhere to be placed.
    pub(crate) gone_bytes: AtomicU64,
}

/// One set of counters, for one way of access.
pub(crate) struct Counters {
    /// Blocks given back. The exclusive way counts them beside what else an event of it touches.
    pub(crate) frees: AtomicU64,
    /// Blocks that became larger, that became smaller, and that kept their size.
    pub(crate) grown: AtomicU64,
    pub(crate) shrunk: AtomicU64,
    pub(crate) kept: AtomicU64,
    /// The most bytes live at once if each block that grew had moved, and was held twice meanwhile.
    pub(crate) moved_high: AtomicI64,
    pub(crate) unknown_frees: AtomicU64,
    pub(crate) unplaced: AtomicU64,
    pub(crate) domains: [DomainCounters; DOMAINS],
}

impl Counters {
    pub(crate) const fn new() -> Self {
        Self {
            frees: AtomicU64::new(0),
            grown: AtomicU64::new(0),
            shrunk: AtomicU64::new(0),
            kept: AtomicU64::new(0),
            moved_high: AtomicI64::new(0),
            unknown_frees: AtomicU64::new(0),
            unplaced: AtomicU64::new(0),
            domains: [const {
                DomainCounters {
                    small: [const { AtomicU64::new(0) }; SMALL_SIZES],
                    large: [const {
                        Class {
                            blocks: AtomicU64::new(0),
                            bytes: AtomicU64::new(0),
                        }
                    }; COARSE_CLASSES],
                    grown_bytes: AtomicU64::new(0),
                    gone_bytes: AtomicU64::new(0),
                }
            }; DOMAINS],
        }
    }

    pub(crate) fn reset(&self) {
        self.moved_high.store(0, Relaxed);
        for counter in [
            &self.frees,
            &self.grown,
            &self.shrunk,
            &self.kept,
            &self.unknown_frees,
            &self.unplaced,
        ] {
            counter.store(0, Relaxed);
        }
        for domain in &self.domains {
            domain.grown_bytes.store(0, Relaxed);
            domain.gone_bytes.store(0, Relaxed);
            for blocks in &domain.small {
                blocks.store(0, Relaxed);
            }
            for class in &domain.large {
                class.blocks.store(0, Relaxed);
                class.bytes.store(0, Relaxed);
            }
        }
    }

    #[inline(always)]
    pub(crate) fn domain(&self, domain: Domain) -> &DomainCounters {
        &self.domains[domain as usize]
    }

    /// The counter of reallocations from one size to another.
    #[inline(always)]
    pub(crate) fn reallocation(&self, old: u64, new: u64) -> &AtomicU64 {
        match new.cmp(&old) {
            Ordering::Greater => &self.grown,
            Ordering::Less => &self.shrunk,
            Ordering::Equal => &self.kept,
        }
    }

    /// Blocks that changed their size.
    pub(crate) fn reallocations(&self) -> u64 {
        [&self.grown, &self.shrunk, &self.kept]
            .map(|counter| counter.load(Relaxed))
            .iter()
            .sum()
    }
}

impl DomainCounters {
    /// A block was made; `add` adds to a counter in the way of the set.
    #[inline(always)]
    pub(crate) fn made(&self, size: u64, add: impl Fn(&AtomicU64, u64)) {
        if size <= FINE {
            add(&self.small[size as usize], 1);
        } else {
            let class = &self.large[sizes::coarse_class(size)];
            add(&class.blocks, 1);
            add(&class.bytes, size);
        }
    }

    pub(crate) fn allocations(&self) -> u64 {
        let small: u64 = self.small.iter().map(|blocks| blocks.load(Relaxed)).sum();
        let large: u64 = self.large.iter().map(|class| class.blocks.load(Relaxed)).sum();
        small + large
    }

    /// Bytes of blocks made, and growth.
    pub(crate) fn allocated_bytes(&self) -> u64 {
        let small = self
            .small
            .iter()
            .zip(0..)
            .map(|(blocks, size)| blocks.load(Relaxed) * size);
        let large = self.large.iter().map(|class| class.bytes.load(Relaxed));
        small
            .chain(large)
            .fold(self.grown_bytes.load(Relaxed), u64::wrapping_add)
    }

    /// Adds the blocks made, and their bytes, to those of each class.
    pub(crate) fn add_to(&self, classes: &mut [SizeClass; CLASSES]) {
        for (blocks, size) in self.small.iter().zip(0..) {
            let (class, blocks) = (&mut classes[sizes::class(size)], blocks.load(Relaxed));
            class.allocations += blocks;
            class.bytes += blocks * size;
        }
        for (class, large) in classes[CLASSES - COARSE_CLASSES..].iter_mut().zip(&self.large) {
            class.allocations += large.blocks.load(Relaxed);
            class.bytes = class.bytes.wrapping_add(large.bytes.load(Relaxed));
        }
    }
}

/// Plain loads and stores.
pub(crate) mod plain {
    use super::{AtomicI64, AtomicU64, Relaxed};

    #[inline(always)]
    pub(crate) fn add(counter: &AtomicU64, amount: u64) {
        counter.store(counter.load(Relaxed).wrapping_add(amount), Relaxed);
    }

    #[inline(always)]
    pub(crate) fn add_signed(counter: &AtomicI64, amount: i64) -> i64 {
        let before = counter.load(Relaxed);
        counter.store(before.wrapping_add(amount), Relaxed);
        before
    }
}
