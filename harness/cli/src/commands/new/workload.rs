use std::hint::black_box;

pub fn all_at_once(n: usize) -> u64 {
    // The compiler must believe that somebody looks at the vector.
    let numbers: Vec<u64> = black_box((0..n as u64).map(|i| i % 1000).collect());
    numbers.iter().sum()
}

pub fn one_by_one(n: usize) -> u64 {
    (0..n as u64).map(|i| black_box(i % 1000)).sum()
}
