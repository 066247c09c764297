use std::hint::black_box;

pub fn collect_vec(n: usize) -> u64 {
    let squares: Vec<u64> = (0..n as u64).map(|i| i * i).collect();
    black_box(squares).iter().sum()
}

pub fn iterate(n: usize) -> u64 {
    (0..n as u64).map(|i| i * i).sum()
}
