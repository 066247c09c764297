//! The same work twice, and with one, two and five percent more of it.

use std::hint::black_box;

/// Compiled once for each number, which keeps the compiler from making one function of two that are
/// alike.
#[inline(never)]
fn work<const COPY: u64>(n: usize) -> u64 {
    let mut state = black_box(COPY);
    for i in 0..n as u64 {
        state ^= black_box(vec![i; 8])[7];
    }
    state
}

// Ten times what Python does in the same time.
pub fn base(n: usize) -> u64 {
    work::<1>(10 * n)
}

pub fn copy(n: usize) -> u64 {
    work::<2>(10 * n)
}

pub fn one_percent(n: usize) -> u64 {
    work::<1>(10 * n + n / 10)
}

pub fn two_percent(n: usize) -> u64 {
    work::<1>(10 * n + n / 5)
}

pub fn five_percent(n: usize) -> u64 {
    work::<1>(10 * n + n / 2)
}
