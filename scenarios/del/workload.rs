use std::hint::black_box;
use std::rc::Rc;

fn make(n: usize, value: u8) -> Vec<u8> {
    black_box(vec![value; n])
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte)).sum()
}

pub fn end_of_scope(n: usize) -> u64 {
    let first = make(n, 1);
    let total = sum(&first);
    let second = make(n, 2);
    total + sum(&second)
}

pub fn drop_first(n: usize) -> u64 {
    let first = make(n, 1);
    let total = sum(&first);
    drop(first);
    let second = make(n, 2);
    total + sum(&second)
}

pub fn rc_alias(n: usize) -> u64 {
    let first = Rc::new(make(n, 1));
    let alias = Rc::clone(&first);
    drop(first); // gives up one owner; the bytes are still in use
    let total = sum(&alias);
    let second = make(n, 2);
    total + sum(&second)
}

pub fn reassign(n: usize) -> u64 {
    let mut current = make(n, 1);
    let mut total = sum(&current);
    current = make(n, 2);
    total += sum(&current);
    total
}
