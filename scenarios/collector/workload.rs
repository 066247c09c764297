use std::hint::black_box;

pub fn keep_vectors(n: usize) -> u64 {
    let mut kept = Vec::new();
    for i in 0..n as u64 {
        kept.push(black_box(vec![i * 3]));
    }
    kept.iter().map(|one| one[0]).sum()
}

pub fn drop_vectors(n: usize) -> u64 {
    let mut total = 0;
    for i in 0..n as u64 {
        total += black_box(vec![i * 3])[0];
    }
    total
}
