use std::hint::black_box;
use std::rc::Rc;

fn make(n: usize) -> Vec<u8> {
    black_box(vec![0; n])
}

fn first_hundred(data: &[u8]) -> u64 {
    data.iter().take(100).map(|&byte| u64::from(byte)).sum()
}

fn use_and_drop(data: Vec<u8>) -> u64 {
    let n = data.len();
    let total = n as u64 + first_hundred(&data);
    drop(data);
    total + make(n).len() as u64
}

fn use_borrowed(data: &[u8]) -> u64 {
    let n = data.len();
    let total = n as u64 + first_hundred(data);
    total + make(n).len() as u64
}

pub fn moved(n: usize) -> u64 {
    let data = make(n);
    use_and_drop(data)
}

pub fn borrowed(n: usize) -> u64 {
    let data = make(n);
    use_borrowed(&data)
}

pub fn counted(n: usize) -> u64 {
    let first = Rc::new(make(n));
    let second = Rc::clone(&first);
    let total = second.len() as u64 + first_hundred(&second);
    drop(second);
    total + make(n).len() as u64
}
