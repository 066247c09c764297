use std::cell::RefCell;
use std::hint::black_box;

thread_local! {
    // What outlives a call, until the next one. Each number lies in a block of its own, as Python has it: what clippy
    // would advise against.
    #[allow(clippy::vec_box)]
    static KEPT: RefCell<Vec<Box<u64>>> = const { RefCell::new(Vec::new()) };
    static NUMBERS: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

const STEP: usize = 10_000;

#[allow(clippy::vec_box)]
fn boxed(n: usize) -> Vec<Box<u64>> {
    (0..n as u64).map(|i| black_box(Box::new(2_000 + i))).collect()
}

pub fn drop_all(n: usize) -> u64 {
    boxed(n).iter().map(|number| **number).sum()
}

pub fn keep_scattered(n: usize) -> u64 {
    let numbers = boxed(n);
    let total = numbers.iter().map(|number| **number).sum();
    KEPT.set(numbers.into_iter().step_by(STEP).collect::<Vec<_>>());
    total
}

pub fn in_a_row(n: usize) -> u64 {
    let numbers: Vec<u64> = black_box((0..n as u64).map(|i| 2_000 + i).collect());
    NUMBERS.set(numbers.iter().copied().step_by(STEP).collect());
    numbers.iter().sum()
}
