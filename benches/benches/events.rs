//! `cargo bench --features method --bench events`: what an event costs, in the ledger and in Rust's allocator.
//!
//! First a ledger is fed from a thousand to a thousand million events: the cost of one must not grow, and neither must
//! the ledger's own memory. Then an allocation-bound workload runs on the plain system allocator and on the counting
//! one, counting and not counting, in alternating rounds of one process.
#![allow(clippy::print_stdout, reason = "a bench reports to the terminal")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::hint::black_box;
use std::time::Instant;

use heapbook_engine::record::{Time, TimeProcess};
use heapbook_engine::statistics::{median, ratio_of_times};
use heapbook_engine::units::Nanos;
use heapbook_ledger::domain::{Native, Obj, Origin};
use heapbook_ledger::{CountingAllocator, Ledger};

/// Blocks alive at once, a cache line each, at addresses that nothing else uses: the ledger never follows them.
const BLOCKS: usize = 4096;
const FIRST_ADDRESS: usize = 0x1000_0000_0000;
const STRIDE: usize = 64;

/// The largest number of events, as a power of ten; the smallest is a thousand.
const DECADES: std::ops::RangeInclusive<u32> = 3..=9;

/// Small numbers of events are fed repeatedly, up to so many in all or so often, and the median counts.
const ENOUGH_EVENTS: u64 = 20_000_000;
const MOST_REPEATS: u64 = 1_000;

/// Rounds of the allocators' comparison, and repeats of the workload in a sample: about a millisecond.
const ROUNDS: u32 = 1_000;
const REPEATS: u64 = 8;

static LEDGER: Ledger = Ledger::new();

fn main() {
    println!("An event of the ledger, of a timeline as well; at most {BLOCKS} blocks alive");
    println!(
        "  {:>13}  {:>12}  {:>12}  {:>14}",
        "events", "obj, ns", "native, ns", "memory, KiB"
    );
    let before = resident_kibibytes();
    for decade in DECADES {
        let events = 10_u64.pow(decade);
        let (own, shared) = (cost::<Obj>(events), cost::<Native>(events));
        let memory = resident_kibibytes().zip(before).map(|(now, before)| now - before);
        let memory = memory.map_or_else(|| "not told".to_owned(), |memory| memory.to_string());
        println!("  {events:>13}  {own:>12.2}  {shared:>12.2}  {memory:>14}");
    }
    compare_allocators("boxes, vectors and strings that are filled", variants::<true>());
    compare_allocators("the same blocks with a byte written", variants::<false>());
}

/// Nanoseconds an event, of so many fed at once.
fn cost<O: Origin>(events: u64) -> f64 {
    let repeats = (ENOUGH_EVENTS / events).clamp(1, MOST_REPEATS);
    let samples: Vec<f64> = (0..repeats)
        .map(|_| {
            LEDGER.enter(true);
            let start = Instant::now();
            feed::<O>(events);
            let elapsed = start.elapsed();
            assert_eq!(LEDGER.figures().live_bytes, 0);
            elapsed.as_nanos() as f64 / events as f64
        })
        .collect();
    median(&samples).unwrap_or_default()
}

/// Blocks of changing sizes are made and given back, half of them at once and half when their place is needed again.
#[inline(never)]
fn feed<O: Origin>(events: u64) {
    let pairs = (events / 2) as usize;
    let kept = pairs.min(BLOCKS / 2);
    let address = |block: usize| FIRST_ADDRESS + block % BLOCKS * STRIDE;
    for block in 0..pairs {
        if block >= kept {
            assert!(LEDGER.gone::<O>(address(block - kept)));
        }
        LEDGER.made::<O>(address(block), size_of_block(block));
    }
    for block in pairs - kept..pairs {
        assert!(LEDGER.gone::<O>(address(block)));
    }
}

fn size_of_block(block: usize) -> u64 {
    (block as u64).wrapping_mul(0x9E37_79B9) >> 7 & 511
}

/// The resident memory of this process, where Linux tells it.
fn resident_kibibytes() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// What the workload runs on.
type Variant = (&'static str, fn() -> u64);

/// The first is what the others are compared with; the second does the same in code of its own, and shows how
/// much of a ratio is the placing of code.
const fn variants<const FILLED: bool>() -> [Variant; 4] {
    [
        ("system", sample_of_system::<FILLED>),
        ("forwarding", sample_forwarding::<FILLED>),
        ("not counting", sample_not_counting::<FILLED>),
        ("counting", sample_counting::<FILLED>),
    ]
}

fn compare_allocators(workload: &str, variants: [Variant; 4]) {
    let mut samples = [const { Vec::new() }; 4];
    for round in 0..ROUNDS as usize {
        for place in 0..variants.len() {
            let variant = (place + round) % variants.len();
            samples[variant].push(Nanos(variants[variant].1()));
        }
    }
    println!("Rust's allocator over the system's, {workload}, {ROUNDS} rounds");
    let times: Vec<Time> = samples.into_iter().map(as_time).collect();
    for ((name, _), time) in variants.iter().zip(&times).skip(1) {
        if let Some(ratio) = ratio_of_times(time, &times[0]) {
            println!(
                "  {name:14} x{:.4} ({:.4} to {:.4})",
                ratio.median, ratio.low, ratio.high
            );
        }
    }
}

fn as_time(samples: Vec<Nanos>) -> Time {
    let process = TimeProcess {
        round: (0..).take(samples.len()).collect(),
        iterations: vec![REPEATS; samples.len()],
        total_ns: samples.clone(),
        cpu_ns: samples,
        ..TimeProcess::default()
    };
    Time {
        processes: vec![process],
        stopped: None,
    }
}

fn sample_of_system<const FILLED: bool>() -> u64 {
    sample::<_, FILLED>(&System)
}

/// The system's allocator behind a wrapper that does nothing: code of its own, placed elsewhere.
struct Forwarding;

// SAFETY: every method hands its arguments to `System` and returns what it returned.
unsafe impl GlobalAlloc for Forwarding {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is System's.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as for `alloc`.
        unsafe { System.realloc(block, layout, new_size) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as for `alloc`.
        unsafe { System.dealloc(block, layout) };
    }
}

fn sample_forwarding<const FILLED: bool>() -> u64 {
    sample::<_, FILLED>(&Forwarding)
}

fn sample_not_counting<const FILLED: bool>() -> u64 {
    sample::<_, FILLED>(&CountingAllocator)
}

fn sample_counting<const FILLED: bool>() -> u64 {
    CountingAllocator::enter(false);
    let nanos = sample::<_, FILLED>(&CountingAllocator);
    let figures = CountingAllocator::figures();
    CountingAllocator::stop();
    assert!(figures.allocations > 0 && figures.live_bytes == 0);
    nanos
}

/// The time of one sample.
#[inline(never)]
fn sample<A: GlobalAlloc, const FILLED: bool>(allocator: &A) -> u64 {
    let start = Instant::now();
    for _ in 0..REPEATS {
        boxes::<A, FILLED>(allocator);
        vectors::<A, FILLED>(allocator);
        strings::<A, FILLED>(allocator);
    }
    start.elapsed().as_nanos() as u64
}

/// A block with a word in it that is written and read.
struct Block {
    pointer: *mut u8,
    layout: Layout,
}

impl Block {
    #[inline]
    fn new<A: GlobalAlloc, const FILLED: bool>(allocator: &A, size: usize, align: usize) -> Self {
        let layout = Layout::from_size_align(size, align).expect("a small power of two");
        // SAFETY: no size here is 0.
        let pointer = black_box(unsafe { allocator.alloc(layout) });
        assert!(!pointer.is_null());
        Block { pointer, layout }.written::<FILLED>(0)
    }

    /// Writes what is new in the block: all of it, or a byte.
    #[inline]
    fn written<const FILLED: bool>(self, from: usize) -> Self {
        let size = self.layout.size();
        let start = if FILLED { from } else { size - 1 };
        // SAFETY: the block is as large as its layout says, and `from` lies in it.
        unsafe { self.pointer.add(start).write_bytes(1, size - start) };
        self
    }

    #[inline]
    fn grown<A: GlobalAlloc, const FILLED: bool>(self, allocator: &A, size: usize) -> Self {
        // SAFETY: the block came from this allocator with this layout; the new size is neither 0 nor near the end.
        let pointer = black_box(unsafe { allocator.realloc(self.pointer, self.layout, size) });
        assert!(!pointer.is_null());
        let layout = Layout::from_size_align(size, self.layout.align()).expect("a small power of two");
        Block { pointer, layout }.written::<FILLED>(self.layout.size())
    }

    #[inline]
    fn free<A: GlobalAlloc>(self, allocator: &A) {
        // SAFETY: the block came from this allocator with this layout, and goes with this value.
        unsafe { allocator.dealloc(self.pointer, self.layout) };
    }
}

/// Small blocks kept, then given back in the order they were made.
#[inline(never)]
fn boxes<A: GlobalAlloc, const FILLED: bool>(allocator: &A) {
    let kept: [Block; 1000] =
        std::array::from_fn(|number| Block::new::<A, FILLED>(allocator, 16 + number % 4 * 16, 8));
    for block in kept {
        block.free(allocator);
    }
}

/// Vectors of words, grown by doubling.
#[inline(never)]
fn vectors<A: GlobalAlloc, const FILLED: bool>(allocator: &A) {
    for _ in 0..50 {
        let mut vector = Block::new::<A, FILLED>(allocator, 32, 8);
        for power in 6..14 {
            vector = vector.grown::<A, FILLED>(allocator, 1 << power);
        }
        vector.free(allocator);
    }
}

/// Short texts of many lengths, made and dropped at once.
#[inline(never)]
fn strings<A: GlobalAlloc, const FILLED: bool>(allocator: &A) {
    for number in 0..1000 {
        Block::new::<A, FILLED>(allocator, 5 + number % 91, 1).free(allocator);
    }
}
