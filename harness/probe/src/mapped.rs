//! Memory that the program maps past every allocator: by `mmap` itself, or by an allocator of its
//! own.
//!
//! It is no part of the account. Such an allocator maps much at once, keeps it, and hands out from
//! it what nobody sees: so what is mapped says that the account is not all, and not by how much.
//! Counted are mappings that take memory of their own: anonymous ones, copies of a file's pages,
//! and files that lie in memory (`/dev/shm`); not those that show a file of a disk.
//!
//! A mapping of an earlier call may serve a later one. One made before, while modules were loaded
//! or a set-up ran, is a buffer of theirs as long as no call uses more of it: that is told by the
//! pages in it that are resident.

use std::cell::UnsafeCell;
use std::ffi::c_int;
use std::hint;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI64};

use heapbook_model::Bytes;
use heapbook_protocol::Unseen;

use crate::hooks;

const PAGE: usize = 4096;
/// Linux lets a process have fewer mappings than this (`vm.max_map_count`).
const MOST_REGIONS: usize = 1 << 16;
/// Pages that the system is asked about at once.
const PAGES_AT_ONCE: usize = 1 << 14;
/// The kinds of file systems whose files lie in memory.
const IN_MEMORY: [i64; 2] = [0x0102_1994, 0x9584_58f6];

/// What [`lifted`](unmapped) is said to be: nothing that is counted, or of one origin.
const NOT_COUNTED: u32 = 0;
const BEFORE_CALLS: u32 = 1;
const IN_A_CALL: u32 = 2;

/// Addresses that are mapped.
#[derive(Clone, Copy)]
struct Region {
    start: usize,
    end: usize,
    origin: u32,
}

/// The regions that are counted. Neighbours of one origin are one region.
struct Regions {
    used: usize,
    all: [Region; MOST_REGIONS],
}

/// Regions behind a lock that is held for moments, without a call to anything that could wait.
struct Locked {
    taken: AtomicBool,
    regions: UnsafeCell<Regions>,
}

// SAFETY: the regions are reached by `with` alone, by one thread at a time.
unsafe impl Sync for Locked {}

static REGIONS: Locked = Locked {
    taken: AtomicBool::new(false),
    regions: UnsafeCell::new(Regions {
        used: 0,
        all: [Region {
            start: 0,
            end: 0,
            origin: NOT_COUNTED,
        }; MOST_REGIONS],
    }),
};

/// Whether a measured call runs.
static CALLING: AtomicBool = AtomicBool::new(false);
/// Bytes of the regions that calls have mapped, and the most of them since a call began.
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);
/// By how much calls have touched more of what was mapped before them.
static TOUCHED: AtomicI64 = AtomicI64::new(0);

impl Locked {
    fn with<R>(&self, action: impl FnOnce(&mut Regions) -> R) -> R {
        while self
            .taken
            .compare_exchange_weak(false, true, Acquire, Relaxed)
            .is_err()
        {
            hint::spin_loop();
        }
        // SAFETY: whoever finds it taken waits.
        let answer = action(unsafe { &mut *self.regions.get() });
        self.taken.store(false, Release);
        answer
    }
}

impl Regions {
    /// Adds a region, to a neighbour where there is one.
    fn add(&mut self, new: Region) {
        let fits =
            |old: &&mut Region| old.origin == new.origin && (old.end == new.start || old.start == new.end);
        if let Some(neighbour) = self.all[..self.used].iter_mut().find(fits) {
            neighbour.start = neighbour.start.min(new.start);
            neighbour.end = neighbour.end.max(new.end);
        } else if self.used < MOST_REGIONS {
            self.all[self.used] = new;
            self.used += 1;
        } else {
            return;
        }
        note(new.origin, (new.end - new.start) as i64);
    }

    /// Takes these addresses out of all regions; returns the origin of the last that had some.
    fn remove(&mut self, start: usize, end: usize) -> u32 {
        let mut found = NOT_COUNTED;
        let mut index = 0;
        while index < self.used {
            let region = self.all[index];
            let (from, to) = (region.start.max(start), region.end.min(end));
            if from >= to {
                index += 1;
                continue;
            }
            found = region.origin;
            note(found, -((to - from) as i64));
            let before = Region { end: from, ..region };
            let after = Region { start: to, ..region };
            let mut left = [before, after].into_iter().filter(|part| part.start < part.end);
            match left.next() {
                Some(part) => {
                    self.all[index] = part;
                    index += 1;
                }
                None => {
                    self.used -= 1;
                    self.all[index] = self.all[self.used];
                }
            }
            // What lies behind it meets no other address that is being taken out.
            if let Some(part) = left.next()
                && self.used < MOST_REGIONS
            {
                self.all[self.used] = part;
                self.used += 1;
            }
        }
        found
    }

    fn origin_at(&self, address: usize) -> u32 {
        self.all[..self.used]
            .iter()
            .find(|region| (region.start..region.end).contains(&address))
            .map_or(NOT_COUNTED, |region| region.origin)
    }
}

fn note(origin: u32, change: i64) {
    if origin == IN_A_CALL {
        let live = LIVE.fetch_add(change, Relaxed) + change;
        PEAK.fetch_max(live, Relaxed);
    }
}

/// `heapbook_preload::Mapping`.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Mapping {
    protection: c_int,
    flags: c_int,
    descriptor: c_int,
}

impl Mapping {
    /// Whether it takes memory of its own.
    fn takes_memory(self) -> bool {
        if self.flags & libc::MAP_ANONYMOUS != 0 {
            return true;
        }
        if self.flags & libc::MAP_TYPE == libc::MAP_PRIVATE {
            return self.protection & libc::PROT_WRITE != 0;
        }
        // SAFETY: zeros are a valid structure of numbers, which the system fills in.
        let mut system: libc::statfs = unsafe { std::mem::zeroed() };
        // SAFETY: the structure is ours; a descriptor that is none is an error.
        let told = unsafe { libc::fstatfs(self.descriptor, &mut system) } == 0;
        told && IN_MEMORY.contains(&(system.f_type as i64))
    }
}

/// The addresses from the first page's start to the last one's end.
fn pages(address: usize, length: usize) -> (usize, usize) {
    (address, address + length.next_multiple_of(PAGE))
}

/// For the observer: something was mapped. Not counted is what the interpreter's arenas and the
/// ledger map.
pub(crate) unsafe extern "C" fn mapped(address: usize, length: usize, how: Mapping) {
    let (start, end) = pages(address, length);
    let counts = !hooks::comes_from_a_hook() && !heapbook_ledger::is_mapping() && how.takes_memory();
    let origin = if CALLING.load(Relaxed) {
        IN_A_CALL
    } else {
        BEFORE_CALLS
    };
    REGIONS.with(|regions| {
        // Where the place was named by the program, something else may have been there.
        regions.remove(start, end);
        if counts {
            regions.add(Region { start, end, origin });
        }
    });
}

/// For the observer: what is mapped there goes, or moves.
pub(crate) unsafe extern "C" fn unmapped(address: usize, length: usize) -> u32 {
    let (start, end) = pages(address, length);
    REGIONS.with(|regions| {
        if start == end {
            // By `mremap`, a second view of what stays.
            regions.origin_at(address)
        } else {
            regions.remove(start, end)
        }
    })
}

/// For the observer: what was mapped elsewhere, or was about to go, is there.
pub(crate) unsafe extern "C" fn remapped(unmapped: u32, address: usize, length: usize) {
    let (start, end) = pages(address, length);
    // Grown in a call, it is the call's.
    let origin = if CALLING.load(Relaxed) {
        IN_A_CALL
    } else {
        unmapped
    };
    REGIONS.with(|regions| {
        regions.remove(start, end);
        if unmapped != NOT_COUNTED && start < end {
            regions.add(Region { start, end, origin });
        }
    });
}

/// For the child after a fork: a thread that does not exist here may have held the lock.
pub(crate) fn after_fork() {
    REGIONS.taken.store(false, Relaxed);
}

/// Bytes of the pages that are resident in what is mapped, of one origin or of all.
pub(crate) fn resident(origin: Option<u32>) -> i64 {
    let mut bytes = 0;
    let mut index = 0;
    while let Some(region) = REGIONS.with(|regions| regions.all[..regions.used].get(index).copied()) {
        if origin.is_none_or(|origin| region.origin == origin) {
            bytes += resident_pages(region) * PAGE as i64;
        }
        index += 1;
    }
    bytes
}

/// How many pages of a region are resident; 0 for those that the system does not tell of, since
/// they went meanwhile.
fn resident_pages(region: Region) -> i64 {
    let mut told = [0_u8; PAGES_AT_ONCE];
    let starts = (region.start..region.end).step_by(PAGES_AT_ONCE * PAGE);
    let count = |start: usize| {
        let length = (region.end - start).min(PAGES_AT_ONCE * PAGE);
        // SAFETY: there is room for a byte of each page; addresses that are not mapped are an
        // error.
        let answer = unsafe {
            let start = std::ptr::with_exposed_provenance_mut(start);
            libc::mincore(start, length, told.as_mut_ptr().cast())
        };
        let told = &told[..if answer == 0 { length / PAGE } else { 0 }];
        told.iter().filter(|page| **page & 1 != 0).count() as i64
    };
    starts.map(count).sum()
}

/// What was mapped when a call began.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    live: i64,
    resident_before_calls: i64,
}

impl Entry {
    /// A call begins.
    pub(crate) fn begin() -> Entry {
        let live = LIVE.load(Relaxed);
        PEAK.store(live, Relaxed);
        let resident_before_calls = resident(Some(BEFORE_CALLS));
        CALLING.store(true, Relaxed);
        Entry {
            live,
            resident_before_calls,
        }
    }

    /// The call has ended: notes what it mapped and what it was served from.
    pub(crate) fn end(self, unseen: &mut Unseen) {
        CALLING.store(false, Relaxed);
        let touched = resident(Some(BEFORE_CALLS)) - self.resident_before_calls;
        TOUCHED.fetch_max(touched, Relaxed);
        unseen.mapped_bytes = Bytes(PEAK.load(Relaxed) - self.live);
        unseen.held_bytes = Bytes(self.live + TOUCHED.load(Relaxed));
    }
}
