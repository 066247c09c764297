use std::hint::black_box;
use std::sync::Mutex;

// What outlives a call, until the next one. No thread-local: on its first use that asks `malloc` for a few bytes,
// which would lie at the end of the heap.
static KEPT: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

const SIZE: usize = 2_000;

fn documents(n: usize, size: usize) -> Vec<Vec<u8>> {
    (0..n).map(|_| black_box(vec![b'x'; size])).collect()
}

fn total_of(texts: &[Vec<u8>]) -> u64 {
    texts.iter().map(|text| text.len() as u64).sum()
}

fn keep(texts: Vec<Vec<u8>>) {
    *KEPT.lock().unwrap() = texts;
}

pub fn keep_first(n: usize) -> u64 {
    let texts = documents(n, SIZE);
    let total = total_of(&texts);
    let mut kept = Vec::with_capacity(1);
    kept.extend(texts.into_iter().next());
    keep(kept);
    total
}

pub fn keep_first_with_room(n: usize) -> u64 {
    let mut kept = Vec::with_capacity(1);
    let texts = documents(n, SIZE);
    let total = total_of(&texts);
    kept.extend(texts.into_iter().next());
    keep(kept);
    total
}

pub fn keep_last(n: usize) -> u64 {
    let mut texts = documents(n, SIZE);
    let total = total_of(&texts);
    keep(texts.pop().into_iter().collect());
    total
}

pub fn large_blocks(n: usize) -> u64 {
    let mut blocks = documents(n / 500, 500 * SIZE);
    let total = total_of(&blocks);
    keep(blocks.pop().into_iter().collect());
    total
}

pub fn large_after_larger(n: usize) -> u64 {
    drop(documents(1, 8_000_000));
    large_blocks(n)
}
