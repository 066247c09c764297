use std::cell::RefCell;
use std::hint::black_box;
use std::rc::{Rc, Weak};

pub struct Node {
    payload: Vec<u8>,
    partner: RefCell<Option<Rc<Node>>>,
    back: RefCell<Weak<Node>>,
}

fn node() -> Rc<Node> {
    black_box(Rc::new(Node {
        payload: vec![0; 100],
        partner: RefCell::new(None),
        back: RefCell::new(Weak::new()),
    }))
}

pub fn rc_both_ways(n: usize) -> u64 {
    let mut total = 0;
    for _ in 0..n {
        let (left, right) = (node(), node());
        left.partner.replace(Some(Rc::clone(&right)));
        right.partner.replace(Some(Rc::clone(&left)));
        total += left.payload.len() as u64;
    }
    total
}

pub fn rc_weak_back(n: usize) -> u64 {
    let mut total = 0;
    for _ in 0..n {
        let (left, right) = (node(), node());
        left.partner.replace(Some(Rc::clone(&right)));
        right.back.replace(Rc::downgrade(&left));
        total += left.payload.len() as u64;
    }
    total
}
