//! From the address of a block to the size requested for it: one `u16` for every 16 bytes of addresses.
//!
//! Two table loads find the entry: a top table by address bits 34 to 47, a middle table by bits 20 to 33, a leaf of
//! 65,536 entries (one mebibyte of addresses). Middle tables and leaves are mapped when first needed and stay until
//! the map is dropped. A flat reservation would save a load, but fails under `RLIMIT_AS` and the sanitizers.
//!
//! An entry is 0 for "no block known here", `size + 1` for most blocks, and 0xFFFF for a large one. A large block is
//! at least 4,095 granules long, and nothing else can start inside it: its size stands in the entries of its second to
//! fifth granule. So there is no side table, and no lock.

use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use std::sync::atomic::{AtomicPtr, AtomicU16};

use crate::pages;

const GRANULE: usize = 16;
const TABLE: usize = 1 << 14;
const LEAF: usize = 1 << 16;
/// Bits that no placeable address has: above 48 bits, or below 16-byte alignment.
const MISPLACED: usize = !((1 << 48) - GRANULE);

const UNKNOWN: u16 = 0;
const LARGE: u16 = u16::MAX;
/// The first size that does not fit into an entry of its own.
const LARGE_FROM: u64 = LARGE as u64 - 1;

type Leaf = [AtomicU16; LEAF];
type Middle = [AtomicPtr<Leaf>; TABLE];

/// The sizes of the blocks alive, by address.
pub struct ShadowMap {
    top: [AtomicPtr<Middle>; TABLE],
}

impl ShadowMap {
    /// An empty map. It is 128 KiB of zeros: in a `static` it costs nothing until used.
    pub const fn new() -> Self {
        Self {
            top: [const { AtomicPtr::new(ptr::null_mut()) }; TABLE],
        }
    }

    /// Notes that a block of `size` bytes lives at `address`.
    ///
    /// False if it cannot be noted: the address is not a multiple of 16, has more than 48 bits, or there is no memory
    /// for a table. The block is then unknown.
    #[inline]
    pub fn place(&self, address: usize, size: u64) -> bool {
        let Some(entry) = self.entry(address).or_else(|| self.new_entry(address)) else {
            return false;
        };
        if size < LARGE_FROM {
            entry.store(size as u16 + 1, Relaxed);
            true
        } else {
            self.place_large(address, size)
        }
    }

    /// Forgets the block at `address` and returns its size, or `None` if none is known there.
    #[inline]
    pub fn take(&self, address: usize) -> Option<u64> {
        let entry = self.entry(address)?;
        let value = entry.load(Relaxed);
        if value == UNKNOWN {
            return None;
        }
        if value == LARGE {
            return self.take_large(address);
        }
        entry.store(UNKNOWN, Relaxed);
        Some(u64::from(value) - 1)
    }

    /// The entry of an address, if its tables exist.
    #[inline]
    fn entry(&self, address: usize) -> Option<&AtomicU16> {
        if address & MISPLACED != 0 {
            return None;
        }
        let middle = self.top[address >> 34].load(Acquire);
        // SAFETY: a pointer in a table is null or a mapping that lives as long as the map, published zeroed.
        let middle = unsafe { middle.as_ref() }?;
        let leaf = middle[(address >> 20) % TABLE].load(Acquire);
        // SAFETY: as above.
        let leaf = unsafe { leaf.as_ref() }?;
        Some(&leaf[address / GRANULE % LEAF])
    }

    /// The entry of an address, with tables made where they are missing.
    #[cold]
    #[inline(never)]
    fn new_entry(&self, address: usize) -> Option<&AtomicU16> {
        if address & MISPLACED != 0 {
            return None;
        }
        let middle = table(&self.top[address >> 34])?;
        let leaf = table(&middle[(address >> 20) % TABLE])?;
        Some(&leaf[address / GRANULE % LEAF])
    }

    #[cold]
    #[inline(never)]
    fn place_large(&self, address: usize, size: u64) -> bool {
        for part in 0..4 {
            let address = address + GRANULE * (part + 1);
            let Some(entry) = self.entry(address).or_else(|| self.new_entry(address)) else {
                return false;
            };
            entry.store((size >> (16 * part)) as u16, Relaxed);
        }
        match self.entry(address) {
            Some(entry) => entry.store(LARGE, Relaxed),
            None => return false,
        }
        true
    }

    #[cold]
    #[inline(never)]
    fn take_large(&self, address: usize) -> Option<u64> {
        self.entry(address)?.store(UNKNOWN, Relaxed);
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
            // SAFETY: null, or a mapping that only this map refers to; `&mut self` rules out readers.
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

/// What a slot points to, after making it if the slot was empty. When two threads make it, the second gives its own back.
fn table<T>(slot: &AtomicPtr<T>) -> Option<&T> {
    let mut found = slot.load(Acquire);
    if found.is_null() {
        let fresh = pages::map::<T>();
        if fresh.is_null() {
            return None;
        }
        found = match slot.compare_exchange(ptr::null_mut(), fresh, AcqRel, Acquire) {
            Ok(_) => fresh,
            Err(winner) => {
                // SAFETY: `fresh` was never published.
                unsafe { pages::unmap(fresh) };
                winner
            }
        };
    }
    // SAFETY: not null, so a zeroed mapping (all zeros is a valid table) that lives as long as the map.
    Some(unsafe { &*found })
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
                assert!(map.place(address, size));
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
    fn threads_may_make_the_same_tables_at_once() {
        let map = Box::new(ShadowMap::new());
        let barrier = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for thread in 0..8_usize {
                let (map, barrier) = (&map, &barrier);
                scope.spawn(move || {
                    for round in 1..64_usize {
                        barrier.wait();
                        let address = (round << 34) + 16 * thread;
                        assert!(map.place(address, thread as u64));
                        assert_eq!(map.take(address), Some(thread as u64));
                    }
                });
            }
        });
    }
}
