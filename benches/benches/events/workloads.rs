//! Ordinary Rust, the counterparts of the workloads in `overhead.py`, run on whatever allocator the
//! program has.
//!
//! The same source makes three programs, which differ in the global allocator alone, since that is
//! how a scenario's Rust variant meets it. `events` starts them:
//!
//! ```text
//! PROGRAM COPY CALLS [WORKLOAD]
//! ```
//!
//! Each prints a line for each workload: the processor time of every call in nanoseconds.

use std::collections::HashMap;
use std::hint::black_box;

use crate::clock::processor_time;

/// How often the code of the workloads stands in the program, each time at another place in its
/// cache lines.
const COPIES: usize = 4;

type Workload = fn() -> usize;

/// Runs the workloads that the command line asks for. `measured` makes one call and says how long
/// it took.
#[allow(clippy::print_stdout, reason = "its output is its answer")]
pub(crate) fn run(measured: impl Fn(Workload) -> u64) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| {
        arguments
            .get(place)
            .and_then(|number| number.parse::<usize>().ok())
    };
    let (Some(copy), Some(calls)) = (number(0), number(1)) else {
        panic!("started by the bench `events`, with: COPY CALLS [WORKLOAD]");
    };
    let workloads = match copy % COPIES {
        0 => copied::<0>(),
        1 => copied::<1>(),
        2 => copied::<2>(),
        _ => copied::<3>(),
    };
    let wanted: Vec<_> = workloads
        .into_iter()
        .filter(|(name, _)| arguments.get(2).is_none_or(|wanted| wanted == name))
        .collect();
    let mut times: Vec<Vec<u64>> = wanted.iter().map(|_| Vec::with_capacity(calls)).collect();
    // The workloads take turns, so that a disturbance falls on a few calls of each.
    for call in 0..=calls {
        for ((_, workload), times) in wanted.iter().zip(&mut times) {
            let time = measured(*workload);
            // The first call finds the heap as no later one does.
            if call > 0 {
                times.push(time);
            }
        }
    }
    for ((name, _), times) in wanted.iter().zip(times) {
        let times: Vec<String> = times.iter().map(u64::to_string).collect();
        println!("{name}: {}", times.join(" "));
    }
}

/// The processor time of one call.
pub(crate) fn timed(workload: Workload) -> u64 {
    let start = processor_time();
    black_box(workload());
    processor_time() - start
}

/// Idle instructions of 16 bytes more in each copy: loops are placed at multiples of 16, cache
/// lines at multiples of 64.
#[inline(always)]
fn shift<const COPY: usize>() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: it does nothing.
    unsafe {
        std::arch::asm!(".rept 16 * {}", "nop", ".endr", const COPY, options(nomem, nostack, preserves_flags));
    }
}

fn copied<const COPY: usize>() -> [(&'static str, Workload); 8] {
    [
        ("vector of ints", vector_of_ints::<COPY>),
        ("iterator", iterator::<COPY>),
        ("small maps and tuples dropped", small_maps_dropped::<COPY>),
        ("instances kept", instances_kept::<COPY>),
        ("strings and join", strings_and_join::<COPY>),
        ("tuples kept", tuples_kept::<COPY>),
        ("slices", slices::<COPY>),
        ("buffers and copies", buffers_and_copies::<COPY>),
    ]
}

#[inline(never)]
fn vector_of_ints<const COPY: usize>() -> usize {
    shift::<COPY>();
    let squares: Vec<usize> = (0..black_box(400_000)).map(|i| i * i).collect();
    black_box(squares).iter().sum()
}

#[inline(never)]
fn iterator<const COPY: usize>() -> usize {
    shift::<COPY>();
    (0..black_box(2_000_000)).map(|i| black_box(i) * i).sum()
}

#[inline(never)]
fn small_maps_dropped<const COPY: usize>() -> usize {
    shift::<COPY>();
    let mut total = 0;
    for i in 0..black_box(30_000) {
        let mut row = HashMap::new();
        row.insert("number", Box::new((i, 0)));
        row.insert("pair", Box::new((i, total)));
        total += black_box(row).len();
    }
    total
}

struct Point {
    x: i64,
    y: i64,
}

#[inline(never)]
fn instances_kept<const COPY: usize>() -> usize {
    shift::<COPY>();
    let points: Vec<Box<Point>> = (0..black_box(100_000))
        .map(|i| Box::new(Point { x: i, y: -i }))
        .collect();
    black_box(points)
        .iter()
        .filter(|point| point.x >= point.y)
        .count()
}

#[inline(never)]
fn strings_and_join<const COPY: usize>() -> usize {
    shift::<COPY>();
    let numbers: Vec<String> = (0..black_box(80_000_usize)).map(|i| i.to_string()).collect();
    black_box(numbers).join(",").len()
}

#[inline(never)]
fn tuples_kept<const COPY: usize>() -> usize {
    shift::<COPY>();
    let mut pairs = Vec::new();
    for i in 0..black_box(400_000_usize) {
        pairs.push((i, i + 1));
    }
    black_box(pairs)
        .iter()
        .map(|(first, second)| second - first)
        .sum()
}

#[inline(never)]
fn slices<const COPY: usize>() -> usize {
    shift::<COPY>();
    let buffer = black_box(vec![0_u8; 100_000]);
    let mut total = 0;
    for i in 0..black_box(200_000) {
        let start = i % 1_000;
        total += black_box(buffer[start..start + 64].to_vec()).len();
    }
    total
}

#[inline(never)]
fn buffers_and_copies<const COPY: usize>() -> usize {
    shift::<COPY>();
    let mut values: Vec<f64> = (0..1_000).map(f64::from).collect();
    for _ in 0..black_box(8_000) {
        let changed: Vec<f64> = values.iter().map(|value| value * 0.5 + 1.0).collect();
        values = black_box(changed).iter().rev().copied().collect();
    }
    black_box(values).len()
}
