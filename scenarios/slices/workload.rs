use std::hint::black_box;

pub fn make_bytes(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i % 251) as u8).collect()
}

pub fn to_vec(buffer: &[u8]) -> Vec<u8> {
    black_box(buffer[..buffer.len() / 2].to_vec())
}

pub fn borrow(buffer: &[u8]) -> &[u8] {
    &buffer[..buffer.len() / 2]
}

pub fn checksum(half: &[u8]) -> u64 {
    (1..)
        .zip(half)
        .map(|(place, &value)| place * (u64::from(value) + 1))
        .sum()
}
