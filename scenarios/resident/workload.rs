use std::cell::RefCell;
use std::hint::black_box;

thread_local! {
    // What outlives a call, until the next one.
    static KEPT: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

const SIZE: usize = 2_000;

fn documents(n: usize, size: usize) -> Vec<Vec<u8>> {
    (0..n).map(|_| black_box(vec![b'x'; size])).collect()
}

fn total_of(texts: &[Vec<u8>]) -> u64 {
    texts.iter().map(|text| text.len() as u64).sum()
}

pub fn keep_first(n: usize) -> u64 {
    let mut texts = documents(n, SIZE);
    let total = total_of(&texts);
    KEPT.set(vec![texts.swap_remove(0)]);
    total
}

pub fn keep_last(n: usize) -> u64 {
    let mut texts = documents(n, SIZE);
    let total = total_of(&texts);
    KEPT.set(texts.pop().into_iter().collect());
    total
}

pub fn large_blocks(n: usize) -> u64 {
    let mut blocks = documents(n / 500, 500 * SIZE);
    let total = total_of(&blocks);
    KEPT.set(blocks.pop().into_iter().collect());
    total
}

pub fn large_after_larger(n: usize) -> u64 {
    drop(documents(1, 8_000_000));
    large_blocks(n)
}
