//! From the address of a block to the size requested for it: one `u16` for every 16 bytes of
//! addresses.
//!
//! Two table loads find the entry: a top table by address bits 34 to 47, a middle table by bits 20
//! to 33, a leaf of 65,536 entries (one mebibyte of addresses). Middle tables and leaves are mapped
//! when first needed and stay until the map is dropped. A flat reservation would save a load, but
//! fails under `RLIMIT_AS` and the sanitizers.
//!
//! In front of the tables stand 4,096 shortcuts to leaves, found by address bits 20 to 31. They
//! save a load, and all the tests that a walk needs for missing tables and addresses out of reach,
//! a third of what the walk costs. Whoever needs a shortcut first has it for good, so that no
//! thread sees one change; a leaf that finds it taken is walked to.
//!
//! An entry is 0 for "no block known here", `size + 1` for most blocks, and 0xFFFF for a large one.
//! A large block is at least 4,095 granules long, and nothing else can start inside it: its size
//! stands in the entries of its second to fifth granule. So there is no side table, and no lock.

use std::hint;
use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicPtr, AtomicU16, AtomicU64, AtomicUsize};

use crate::pages;

const GRANULE: usize = 16;
const TABLE: usize = 1 << 14;
const LEAF: usize = 1 << 16;

const UNKNOWN: u16 = 0;
const LARGE: u16 = u16::MAX;
/// The first size that does not fit into an entry of its own.
const LARGE_FROM: u64 = LARGE as u64 - 1;

type Leaf = [AtomicU16; LEAF];
type Middle = [AtomicPtr<Leaf>; TABLE];

/// How many shortcuts there are.
const SHORTCUTS: usize = 1 << 12;

/// A way past the tables.
struct Shortcut {
    /// The first granule of the leaf. The highest number, which is no leaf's, while the shortcut is
    /// free.
    first: AtomicUsize,
    leaf: AtomicPtr<Leaf>,
}

/// The sizes of the blocks alive, by address.
///
/// In this order, so that a shortcut is found without an offset.
#[repr(C)]
pub struct ShadowMap {
    shortcuts: [Shortcut; SHORTCUTS],
    top: [AtomicPtr<Middle>; TABLE],
    /// Bytes of the tables that were made.
    mapped: AtomicU64,
}

impl ShadowMap {
    /// An empty map. It has 192 KiB of its own: in a `static` most of that is never touched.
    pub const fn new() -> Self {
        Self {
            shortcuts: [const {
                Shortcut {
                    first: AtomicUsize::new(usize::MAX),
                    leaf: AtomicPtr::new(ptr::null_mut()),
                }
            }; SHORTCUTS],
            top: [const { AtomicPtr::new(ptr::null_mut()) }; TABLE],
            mapped: AtomicU64::new(0),
        }
    }

    /// Bytes of the tables that were made so far: 128 KiB for each mebibyte of addresses in which a
    /// block was placed, 2 for every 16, and as much again for each 16 GiB. The system backs those
    /// of their pages that are written to.
    pub fn mapped_bytes(&self) -> u64 {
        self.mapped.load(Relaxed)
    }

    /// Notes that a block of `size` bytes lives at `address`.
    ///
    /// False if it cannot be noted: the address is not a multiple of 16, has more than 48 bits, or
    /// there is no memory for a table. The block is then unknown.
    #[inline]
    pub fn place(&self, address: usize, size: u64) -> bool {
        self.try_place(address, size) || self.place_otherwise(address, size)
    }

    /// Notes a block that is not large, if there is a shortcut to its place; else false, and
    /// nothing has happened. Calls no function.
    #[inline(always)]
    pub fn try_place(&self, address: usize, size: u64) -> bool {
        if size < LARGE_FROM
            && let Some(entry) = self.near_entry(address)
        {
            entry.store(size as u16 + 1, Relaxed);
            return true;
        }
        false
    }

    /// Forgets the block at `address` and returns its size, or `None` if none is known there.
    #[inline]
    pub fn take(&self, address: usize) -> Option<u64> {
        self.try_take(address).or_else(|| self.take_otherwise(address))
    }

    /// Forgets a block that is not large, if there is a shortcut to its place; else `None`, and
    /// nothing has happened. Calls no function.
    #[inline(always)]
    pub fn try_take(&self, address: usize) -> Option<u64> {
        take_from(self.near_entry(address)?)
    }

    #[cold]
    #[inline(never)]
    fn take_otherwise(&self, address: usize) -> Option<u64> {
        let entry = self.entry(address)?;
        take_from(entry).or_else(|| self.take_large(address, entry))
    }

    /// Whether a block is known at `address`.
    #[inline]
    pub fn holds(&self, address: usize) -> bool {
        self.entry(address)
            .is_some_and(|entry| entry.load(Relaxed) != UNKNOWN)
    }

    /// The size of the block at `address`, or `None` if none is known there.
    ///
    /// The address must be one at which a block may begin: the granules behind a large one's first
    /// hold parts of its size.
    pub fn size_at(&self, address: usize) -> Option<u64> {
        match self.entry(address)?.load(Relaxed) {
            UNKNOWN => None,
            LARGE => (0..4).try_fold(0, |size, part| {
                let entry = self.entry(address + GRANULE * (part + 1))?;
                Some(size | u64::from(entry.load(Relaxed)) << (16 * part))
            }),
            size => Some(u64::from(size) - 1),
        }
    }

    /// The entry of an address, if there is a shortcut to it.
    #[inline(always)]
    fn near_entry(&self, address: usize) -> Option<&AtomicU16> {
        // Turned, so that bits below the alignment become the highest ones: an address with too
        // many bits at either end is then in no leaf.
        let granule = address.rotate_right(GRANULE.trailing_zeros());
        let shortcut = &self.shortcuts[granule / LEAF % SHORTCUTS];
        // The first granule has no bits where the others of its leaf differ from it.
        let within = granule ^ shortcut.first.load(Acquire);
        if within >= LEAF {
            return None;
        }
        // SAFETY: whoever took the shortcut had stored the leaf before, and neither is changed any
        // more. It is a mapping that lives as long as the map, published zeroed.
        let leaf = unsafe {
            let leaf = shortcut.leaf.load(Relaxed);
            hint::assert_unchecked(!leaf.is_null());
            &*leaf
        };
        Some(&leaf[within])
    }

    /// The entry of an address, if its tables exist.
    fn entry(&self, address: usize) -> Option<&AtomicU16> {
        let granule = address.rotate_right(GRANULE.trailing_zeros());
        let middle = self.top.get(granule >> 30)?.load(Acquire);
        // SAFETY: a pointer in a table is null or a mapping that lives as long as the map,
        // published zeroed.
        let middle = unsafe { middle.as_ref() }?;
        let leaf = middle[(granule >> 16) % TABLE].load(Acquire);
        // SAFETY: as above.
        let leaf = unsafe { leaf.as_ref() }?;
        Some(&leaf[granule % LEAF])
    }

    /// The entry of an address, with tables made where they are missing.
    fn new_entry(&self, address: usize) -> Option<&AtomicU16> {
        let granule = address.rotate_right(GRANULE.trailing_zeros());
        let middle = self.table(self.top.get(granule >> 30)?)?;
        let leaf = self.table(&middle[(granule >> 16) % TABLE])?;
        let shortcut = &self.shortcuts[granule / LEAF % SHORTCUTS];
        let place = ptr::from_ref(leaf).cast_mut();
        let taken = shortcut
            .leaf
            .compare_exchange(ptr::null_mut(), place, Relaxed, Relaxed);
        if taken.is_ok() {
            shortcut.first.store(granule - granule % LEAF, Release);
        }
        Some(&leaf[granule % LEAF])
    }

    /// What a slot points to, after making it if the slot was empty. When two threads make it, the
    /// second gives its own back.
    fn table<'slot, T>(&self, slot: &'slot AtomicPtr<T>) -> Option<&'slot T> {
        let mut found = slot.load(Acquire);
        if found.is_null() {
            let fresh = pages::map::<T>();
            if fresh.is_null() {
                return None;
            }
            found = match slot.compare_exchange(ptr::null_mut(), fresh, AcqRel, Acquire) {
                Ok(_) => {
                    self.mapped.fetch_add(size_of::<T>() as u64, Relaxed);
                    fresh
                }
                Err(winner) => {
                    // SAFETY: `fresh` was never published.
                    unsafe { pages::unmap(fresh) };
                    winner
                }
            };
        }
        // SAFETY: not null, so a zeroed mapping (all zeros is a valid table) that lives as long as
        // the map.
        Some(unsafe { &*found })
    }

    /// A block that is large, or the first one in its leaf.
    #[cold]
    #[inline(never)]
    fn place_otherwise(&self, address: usize, size: u64) -> bool {
        let Some(entry) = self.new_entry(address) else {
            return false;
        };
        if size < LARGE_FROM {
            entry.store(size as u16 + 1, Relaxed);
            return true;
        }
        for part in 0..4 {
            let address = address + GRANULE * (part + 1);
            let Some(entry) = self.new_entry(address) else {
                return false;
            };
            entry.store((size >> (16 * part)) as u16, Relaxed);
        }
        entry.store(LARGE, Relaxed);
        true
    }

    fn take_large(&self, address: usize, entry: &AtomicU16) -> Option<u64> {
        if entry.load(Relaxed) != LARGE {
            return None;
        }
        entry.store(UNKNOWN, Relaxed);
        let mut size = 0;
        for part in 0..4 {
            // Cleared like the first: small blocks may start here once this one is gone.
            let entry = self.entry(address + GRANULE * (part + 1))?;
            size |= u64::from(entry.swap(UNKNOWN, Relaxed)) << (16 * part);
        }
        Some(size)
    }
}

impl Default for ShadowMap {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for ShadowMap {
    fn drop(&mut self) {
        for middle in &mut self.top {
            let middle = *middle.get_mut();
            // SAFETY: null, or a mapping that only this map refers to; `&mut self` rules out
            // readers.
            let Some(leaves) = (unsafe { middle.as_mut() }) else {
                continue;
            };
            for leaf in leaves {
                let leaf = *leaf.get_mut();
                if !leaf.is_null() {
                    // SAFETY: as above, and the table that holds the pointer goes next.
                    unsafe { pages::unmap(leaf) };
                }
            }
            // SAFETY: as above.
            unsafe { pages::unmap(middle) };
        }
    }
}

/// Forgets the block of an entry if it is not large.
#[inline(always)]
fn take_from(entry: &AtomicU16) -> Option<u64> {
    // One comparison for the two values that are not a size: unknown wraps around to the largest.
    let size = entry.load(Relaxed).wrapping_sub(1);
    if u64::from(size) >= LARGE_FROM {
        return None;
    }
    entry.store(UNKNOWN, Relaxed);
    Some(u64::from(size))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BORDER: usize = 0x7fff_ff10_0000;

    #[test]
    fn every_size_comes_back_once() {
        let map = Box::new(ShadowMap::new());
        let sizes = [0, 1, 15, 16, 17, 512, 65_533, 65_534, 65_535, 65_536];
        for size in sizes.into_iter().chain([1 << 32, 5 << 32, u64::MAX]) {
            for address in [16, BORDER, BORDER - 16, BORDER - 48, (1 << 48) - 128] {
                assert_eq!(map.take(address), None);
                assert_eq!(map.size_at(address), None);
                assert!(map.place(address, size));
                assert_eq!(map.size_at(address), Some(size), "at {address:#x}");
                assert_eq!(map.take(address), Some(size), "at {address:#x}");
                assert_eq!(map.take(address), None);
            }
        }
    }

    #[test]
    fn a_large_block_leaves_no_trace_inside_itself() {
        let map = Box::new(ShadowMap::new());
        map.place(BORDER - 32, u64::MAX);
        map.take(BORDER - 32);
        for granule in 0..6 {
            assert_eq!(map.take(BORDER - 32 + 16 * granule), None);
        }
    }

    #[test]
    fn neighbours_do_not_disturb_each_other() {
        let map = Box::new(ShadowMap::new());
        for granule in 0..4 {
            map.place(BORDER - 32 + 16 * granule, granule as u64);
        }
        for granule in 0..4 {
            let address = BORDER - 32 + 16 * granule;
            assert_eq!(map.take(address), Some(granule as u64));
        }
    }

    #[test]
    fn addresses_out_of_reach_are_refused() {
        let map = Box::new(ShadowMap::new());
        for address in [8, BORDER + 1, 1 << 48, usize::MAX - 15] {
            assert!(!map.place(address, 10));
            assert_eq!(map.take(address), None);
        }
        // The first granule is in reach, the size would not be.
        assert!(!map.place((1 << 48) - 32, 1 << 20));
        assert_eq!(map.take((1 << 48) - 32), None);
    }

    #[test]
    fn tables_take_two_bytes_for_every_sixteen_of_the_addresses_in_use() {
        const MIB: u64 = 1 << 20;
        let map = Box::new(ShadowMap::new());
        assert_eq!(map.mapped_bytes(), 0);
        for mebibytes in 1..=100 {
            // A mebibyte with a few blocks costs as much as a full one, and a block placed again
            // nothing.
            let last = BORDER - mebibytes * MIB as usize;
            assert!(map.place(last, 10) && map.place(last, 10) && map.place(last + 4096, 70_000));
            let tables = mebibytes as u64 * MIB * 2 / 16;
            assert_eq!(map.mapped_bytes(), tables + 8 * TABLE as u64);
        }
        assert!(!map.place(8, 10));
        assert_eq!(map.mapped_bytes(), 101 * MIB * 2 / 16);
    }

    #[test]
    fn threads_may_make_the_same_tables_at_once() {
        let map = Box::new(ShadowMap::new());
        let barrier = std::sync::Barrier::new(8);
        let place = |thread: usize| {
            for round in 1..64_usize {
                barrier.wait();
                let address = (round << 34) + 16 * thread;
                assert!(map.place(address, thread as u64));
                assert_eq!(map.take(address), Some(thread as u64));
            }
        };
        std::thread::scope(|scope| {
            // Joined by hand, since ThreadSanitizer does not see how a scope waits.
            let threads = [0, 1, 2, 3, 4, 5, 6, 7].map(|thread| scope.spawn(move || place(thread)));
            for thread in threads {
                thread.join().unwrap();
            }
        });
    }
}
