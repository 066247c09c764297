use std::hint::black_box;
use std::rc::{Rc, Weak};

pub struct Page {
    number: u64,
    text: Vec<u8>,
}

impl Page {
    fn new(number: usize) -> Page {
        Page {
            number: number as u64,
            text: black_box(vec![0; 10_000]),
        }
    }

    fn number(&self) -> u64 {
        self.number + u64::from(self.text[0])
    }
}

pub enum Failed {
    WithPage(Page),
    WithNumber(u64),
}

fn check(page: Page) -> Result<(), Failed> {
    Err(Failed::WithPage(page))
}

fn check_by_number(page: &Page) -> Result<(), Failed> {
    Err(Failed::WithNumber(page.number()))
}

pub fn errors_with_pages(n: usize) -> Vec<Failed> {
    (0..n).filter_map(|i| check(Page::new(i)).err()).collect()
}

pub fn errors(n: usize) -> Vec<Failed> {
    (0..n)
        .filter_map(|i| check_by_number(&Page::new(i)).err())
        .collect()
}

pub fn closures(n: usize) -> Vec<Box<dyn Fn() -> u64>> {
    let closure = |page: Page| -> Box<dyn Fn() -> u64> { Box::new(move || page.number()) };
    (0..n).map(|i| closure(Page::new(i))).collect()
}

pub fn closures_of_numbers(n: usize) -> Vec<Box<dyn Fn() -> u64>> {
    let closure = |page: Page| -> Box<dyn Fn() -> u64> { Box::new(move || page.number) };
    (0..n).map(|i| closure(Page::new(i))).collect()
}

pub fn weak_listeners(n: usize) -> Vec<(u64, Weak<Page>)> {
    (0..n)
        .map(|i| (i as u64, Rc::downgrade(&Rc::new(Page::new(i)))))
        .collect()
}

pub fn sum_of_errors(errors: &[Failed]) -> u64 {
    let number = |error: &Failed| match error {
        Failed::WithPage(page) => page.number(),
        Failed::WithNumber(number) => *number,
    };
    errors.iter().map(number).sum()
}

pub fn sum_of_calls(functions: &[Box<dyn Fn() -> u64>]) -> u64 {
    functions.iter().map(|function| function()).sum()
}

pub fn sum_of_names(listeners: &[(u64, Weak<Page>)]) -> u64 {
    let gone = listeners
        .iter()
        .filter(|(_, listener)| listener.upgrade().is_none());
    gone.map(|(number, _)| number).sum()
}
