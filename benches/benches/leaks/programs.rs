//! Programs whose truth is known: what a call leaves follows from what it keeps.
//!
//! - `innocent`: those that leave nothing in the long run
//! - `guilty`: those whose calls leave something for good

mod guilty;
mod innocent;

use fastrand::Rng;

/// A kind of program.
pub(crate) struct Family {
    /// As the tables name it.
    pub(crate) name: &'static str,
    /// Whether its programs leave something for good.
    pub(crate) is_leak: bool,
    make: fn(&mut Rng, usize) -> Made,
}

/// What calls of a program leave in the long run, in bytes a call: by its arithmetic, not measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Truth {
    /// Nothing.
    Nothing,
    /// So much, from least to most where a container's room is divided among its entries.
    Leaves(f64, f64),
    /// So much on average, where it is drawn at random.
    OnAverage(f64),
    /// So few calls cannot show which of the two: what is kept was not full after them, or nothing
    /// was left in them.
    NotShown,
}

/// A program.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    /// What calls leave.
    pub(crate) truth: Truth,
    /// The text of a Python module, whose function `call` is called.
    pub(crate) text: String,
}

/// All kinds.
pub(crate) fn families() -> Vec<Family> {
    innocent::families()
        .into_iter()
        .chain(guilty::families())
        .collect()
}

impl Family {
    /// A program for so many calls.
    pub(crate) fn make(&self, random: &mut Rng, calls: usize) -> Made {
        (self.make)(random, calls)
    }
}

/// A program of what is made once, and of what each call does with its number `i`, from 0.
fn program(truth: Truth, once: &str, each: &str) -> Made {
    let each = each.trim().replace('\n', "\n    ");
    let once = once.trim();
    Made {
        truth,
        text: format!(
            "import itertools\n\nNUMBER = itertools.count()\n{once}\n\n\ndef call():\n    i = next(NUMBER)\n    {each}\n"
        ),
    }
}

/// A whole number whose logarithm is uniform.
fn magnitude(random: &mut Rng, least: usize, most: usize) -> usize {
    let (low, high) = ((least as f64).ln(), (most as f64 + 1.0).ln());
    let drawn = (low + random.f64() * (high - low)).exp() as usize;
    drawn.clamp(least, most)
}

/// Python's list of so many numbers that are drawn.
fn numbers(count: usize, mut draw: impl FnMut() -> usize) -> String {
    let numbers: Vec<String> = (0..count).map(|_| draw().to_string()).collect();
    format!("[{}]", numbers.join(", "))
}
