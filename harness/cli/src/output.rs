//! What a command says: its answer, remarks beside it, and complaints.
//!
//! A reader that went away (`heapbook list | head -1`) is no error: the work goes on, and what it
//! would have said is left out. Any other failure to write is remembered, and is the program's at
//! its end: see [`finish`]. Colours are left out where nobody would see them, or where `NO_COLOR`
//! or `--color` forbids them.

use std::fmt;
use std::io::{self, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use heapbook_report::display;

/// Whether remarks are left out.
static QUIET: AtomicBool = AtomicBool::new(false);

/// The first failure to write an answer, other than a reader that went away.
static FAILURE: OnceLock<io::Error> = OnceLock::new();

/// Leaves out remarks from here on.
pub(crate) fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// Whether remarks are left out.
pub(crate) fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Writes a part of the answer to standard output.
pub(crate) fn answer(text: fmt::Arguments<'_>) {
    note(anstream::stdout().lock().write_fmt(text));
}

/// Writes what only accompanies the answer, unless it is not wanted.
pub(crate) fn write_remark(text: fmt::Arguments<'_>) {
    if !is_quiet() {
        answer(text);
    }
}

/// Writes to standard error. Where that is closed, there is nobody left to tell.
pub(crate) fn write_complaint(text: fmt::Arguments<'_>) {
    let _ = anstream::stderr().lock().write_fmt(text);
}

/// A number of things: `1 cell`, `2,000 cells`.
pub(crate) fn counted(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {word}{plural}", display::size(count as u64))
}

/// Hands everything to the system.
///
/// # Errors
/// The first failure to write, unless it was a reader that went away.
pub(crate) fn finish() -> io::Result<()> {
    note(io::stdout().flush());
    match FAILURE.get() {
        Some(error) => Err(io::Error::new(error.kind(), error.to_string())),
        None => Ok(()),
    }
}

fn note(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        // Only the first is kept.
        let _ = FAILURE.set(error);
    }
}

/// A line of the answer, with [`format_args!`]'s arguments.
macro_rules! say {
    () => { $crate::output::answer(format_args!("\n")) };
    ($($argument:tt)*) => { $crate::output::answer(format_args!("{}\n", format_args!($($argument)*))) };
}

/// A line beside the answer.
macro_rules! remark {
    ($($argument:tt)*) => { $crate::output::write_remark(format_args!("{}\n", format_args!($($argument)*))) };
}

/// A line on standard error.
macro_rules! complain {
    ($($argument:tt)*) => { $crate::output::write_complaint(format_args!("{}\n", format_args!($($argument)*))) };
}

pub(crate) use {complain, remark, say};
