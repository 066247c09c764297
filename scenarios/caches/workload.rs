use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::hint::black_box;

thread_local! {
    // Each call asks for keys that no call before has asked for.
    static NEXT: Cell<u64> = const { Cell::new(0) };
    static UNBOUNDED: RefCell<HashMap<u64, Vec<u8>>> = RefCell::new(HashMap::new());
    static BOUNDED: RefCell<VecDeque<(u64, Vec<u8>)>> = const { RefCell::new(VecDeque::new()) };
}

const MOST: usize = 128;

fn make_page() -> Vec<u8> {
    black_box(vec![0; 1_000])
}

fn next_key() -> u64 {
    NEXT.with(|next| next.replace(next.get() + 1))
}

pub fn no_cache(n: usize) -> u64 {
    (0..n).map(|_| make_page().len() as u64).sum()
}

pub fn unbounded(n: usize) -> u64 {
    UNBOUNDED.with_borrow_mut(|cache| {
        let mut total = 0;
        for _ in 0..n {
            total += cache.entry(next_key()).or_insert_with(make_page).len() as u64;
        }
        total
    })
}

pub fn bounded(n: usize) -> u64 {
    BOUNDED.with_borrow_mut(|cache| {
        let mut total = 0;
        for _ in 0..n {
            if cache.len() == MOST {
                cache.pop_front();
            }
            let page = make_page();
            total += page.len() as u64;
            cache.push_back((next_key(), page));
        }
        total
    })
}
