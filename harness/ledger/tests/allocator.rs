//! The counting allocator as the real global allocator: distinctive sizes, and nothing where
//! nothing is allocated.
//!
//! One thread runs all of it in sequence, since the account is the whole process's.

use std::alloc::{GlobalAlloc, Layout, alloc_zeroed, dealloc, realloc};
use std::hint::black_box;

use heapbook_ledger::{CountingAllocator, Domain, DomainFigures, Figures, Timeline};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const DISTINCTIVE: usize = 123 * 8;

fn main() {
    nothing_is_counted_before_entry();
    an_empty_call_counts_nothing();
    a_box_is_counted_exactly();
    growth_is_a_reallocation();
    zeroed_memory_counts();
    a_block_from_before_makes_live_negative();
    a_failed_request_is_no_event();
    counting_stops();
    a_timeline_ends_where_the_account_does();
    every_thread_counts();
}

fn measured<R>(call: impl FnOnce() -> R) -> (R, Figures) {
    CountingAllocator::enter(false);
    let result = black_box(call());
    let figures = CountingAllocator::figures();
    CountingAllocator::stop();
    (result, figures)
}

/// The figures with what all domains share: everything is native.
fn native(mut figures: Figures) -> Figures {
    figures.domains[Domain::Native as usize] = DomainFigures {
        allocations: figures.allocations,
        allocated_bytes: figures.allocated_bytes,
        live_bytes: figures.live_bytes,
    };
    figures
}

fn nothing_is_counted_before_entry() {
    drop(black_box(vec![1_u8; DISTINCTIVE]));
    assert_eq!(CountingAllocator::figures(), Figures::default());
}

fn an_empty_call_counts_nothing() {
    let ((), figures) = measured(|| ());
    assert_eq!(figures, Figures::default());
    // Reading and marking count nothing either.
    CountingAllocator::enter(true);
    CountingAllocator::enter(true);
    CountingAllocator::end_timeline();
    let figures = CountingAllocator::figures();
    CountingAllocator::stop();
    assert_eq!(figures, Figures::default());
    assert_eq!(
        CountingAllocator::timeline(),
        Timeline {
            events: 0,
            events_per_point: 1,
            points: Vec::new()
        }
    );
}

fn a_box_is_counted_exactly() {
    CountingAllocator::enter(false);
    let block = black_box(Box::new([0_u8; DISTINCTIVE]));
    let held = CountingAllocator::figures();
    drop(block);
    let dropped = CountingAllocator::figures();
    CountingAllocator::stop();
    let expected = Figures {
        allocations: 1,
        allocated_bytes: DISTINCTIVE as u64,
        peak_bytes: DISTINCTIVE as i64,
        peak_if_moved_bytes: DISTINCTIVE as i64,
        live_bytes: DISTINCTIVE as i64,
        ..Figures::default()
    };
    assert_eq!(held, native(expected));
    let after = Figures {
        frees: 1,
        live_bytes: 0,
        ..expected
    };
    assert_eq!(dropped, native(after));
}

fn growth_is_a_reallocation() {
    let layout = Layout::new::<[u64; 123]>();
    let (block, figures) = measured(|| {
        // SAFETY: the layout is not of size zero, and each block goes back with the layout that it
        // has.
        unsafe {
            let block = alloc_zeroed(layout);
            let larger = realloc(black_box(block), layout, 3 * DISTINCTIVE);
            realloc(black_box(larger), Layout::new::<[u64; 369]>(), 2 * DISTINCTIVE)
        }
    });
    let expected = Figures {
        allocations: 1,
        reallocations: 2,
        grown: 1,
        shrunk: 1,
        allocated_bytes: 3 * DISTINCTIVE as u64,
        peak_bytes: 3 * DISTINCTIVE as i64,
        peak_if_moved_bytes: 4 * DISTINCTIVE as i64,
        live_bytes: 2 * DISTINCTIVE as i64,
        ..Figures::default()
    };
    assert_eq!(figures, native(expected));
    // SAFETY: this is the layout that the last reallocation left.
    unsafe { dealloc(block, Layout::new::<[u64; 246]>()) };
}

fn zeroed_memory_counts() {
    let (block, figures) = measured(|| vec![0_u64; 123]);
    assert_eq!((figures.allocations, figures.live_bytes), (1, DISTINCTIVE as i64));
    drop(block);
}

fn a_block_from_before_makes_live_negative() {
    let block = black_box(vec![7_u8; DISTINCTIVE]);
    let ((), figures) = measured(|| drop(block));
    let expected = Figures {
        frees: 1,
        live_bytes: -(DISTINCTIVE as i64),
        ..Figures::default()
    };
    assert_eq!(figures, native(expected));
}

fn a_failed_request_is_no_event() {
    let impossible = Layout::from_size_align(isize::MAX as usize - 4096, 16).unwrap();
    let block = black_box(vec![7_u8; DISTINCTIVE]);
    let (results, figures) = measured(|| {
        // SAFETY: the layouts are not of size zero; the failed reallocation leaves the block as it
        // is.
        unsafe {
            [
                ALLOCATOR.alloc(impossible),
                ALLOCATOR.alloc_zeroed(impossible),
                ALLOCATOR.realloc(
                    block.as_ptr().cast_mut(),
                    Layout::array::<u8>(block.len()).unwrap(),
                    impossible.size(),
                ),
            ]
        }
    });
    assert!(results.iter().all(|block| block.is_null()));
    assert_eq!(figures, Figures::default());
}

fn counting_stops() {
    let ((), before) = measured(|| ());
    drop(black_box(vec![1_u8; DISTINCTIVE]));
    assert_eq!(CountingAllocator::figures(), before);
}

fn a_timeline_ends_where_the_account_does() {
    CountingAllocator::enter(true);
    let blocks: Vec<Box<[u8; 8]>> = (0..1000).map(|_| Box::new([1; 8])).collect();
    drop(black_box(vec![1_u8; 100_000]));
    CountingAllocator::end_timeline();
    let figures = CountingAllocator::figures();
    drop(black_box(blocks));
    CountingAllocator::stop();
    let timeline = CountingAllocator::timeline();
    assert_eq!(
        timeline.events,
        figures.allocations + figures.reallocations + figures.frees
    );
    let highest = timeline.points.iter().map(|point| point.high).max();
    assert_eq!(highest, Some(figures.peak_bytes));
    assert_eq!(timeline.points.last().unwrap().end, figures.live_bytes);
}

fn every_thread_counts() {
    const THREADS: u64 = 8;
    const BLOCKS: u64 = 10_000;
    CountingAllocator::enter(false);
    let kept: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..BLOCKS {
                        drop(black_box(Box::new([0_u8; DISTINCTIVE])));
                    }
                    black_box(Box::new([0_u8; DISTINCTIVE]))
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap().len() as u64)
            .sum()
    });
    let figures = CountingAllocator::figures();
    CountingAllocator::stop();
    assert_eq!(kept, THREADS * DISTINCTIVE as u64);
    // Threads themselves allocate a little, by the standard library's choice.
    assert!(figures.allocations > THREADS * BLOCKS);
    assert!(figures.allocated_bytes > THREADS * (BLOCKS + 1) * DISTINCTIVE as u64);
    assert!(figures.live_bytes.unsigned_abs() < 4096, "{figures:?}");
}
