//! What a command says: its answer, remarks beside it, and complaints.
//!
//! Whatever is printed goes through here, and nothing in it acts on a terminal: control characters
//! and marks that turn text are shown as escapes, whether they come from a worker, a record, a
//! scenario or the command line. Styles of ours pass, since they are told by a mark that nobody
//! else knows: see [`paint`].
//!
//! A reader that went away (`heapbook list | head -1`) is no error: the work goes on, and what it
//! would have said is left out. Any other failure to write is remembered, and is the program's at
//! its end: see [`finish`]. Colours are left out where nobody would see them, or where `NO_COLOR`
//! or `--color` forbids them.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, OnceLock};

use anstyle::Style;
use heapbook_report::{display, visible, visible_json};
use serde::Serialize;

/// Whether remarks are left out.
static QUIET: AtomicBool = AtomicBool::new(false);

/// The first failure to write an answer, other than a reader that went away.
static FAILURE: OnceLock<io::Error> = OnceLock::new();

/// Stands before and after each style of ours. No text from elsewhere can hold it: it is made by
/// chance, and never printed.
static MARK: LazyLock<String> =
    LazyLock::new(|| format!("\0{:016x}\0", RandomState::new().hash_one(std::process::id())));

/// Leaves out remarks from here on.
pub(crate) fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// Whether remarks are left out.
pub(crate) fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// A text in a style.
pub(crate) fn paint(style: Style, text: &str) -> String {
    match style.is_plain() {
        true => text.to_owned(),
        false => format!("{mark}{style}{mark}{text}{mark}{style:#}{mark}", mark = *MARK),
    }
}

/// A text that a library has styled: its colours pass as ours do. What it was made from must hold
/// none: see [`shown`].
pub(crate) fn painted(text: &str) -> String {
    let mut marked = String::new();
    let mut parts = text.split("\x1b[");
    marked.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let length = part
            .bytes()
            .take_while(|byte| b"0123456789;".contains(byte))
            .count();
        match part[length..].strip_prefix('m') {
            Some(rest) => {
                let style = &part[..length];
                marked.push_str(&format!("{mark}\x1b[{style}m{mark}{rest}", mark = *MARK));
            }
            None => marked.push_str(&format!("\x1b[{part}")),
        }
    }
    marked
}

/// A text as it is printed: what would act on a terminal is shown, styles of ours are kept.
pub(crate) fn shown(text: &str) -> String {
    let parts = text.split(MARK.as_str()).enumerate();
    let parts = parts.map(|(index, part)| match index % 2 {
        0 => visible(part),
        _ => part.into(),
    });
    parts.collect()
}

/// Writes a part of the answer to standard output.
pub(crate) fn answer(text: fmt::Arguments<'_>) {
    write(&shown(&text.to_string()));
}

/// Writes an answer that is a JSON document, or one in each line.
pub(crate) fn answer_json(text: &str) {
    write(&visible_json(text));
}

/// Writes a value as a JSON document for programs and people.
///
/// # Errors
/// When it has no form in JSON.
pub(crate) fn say_json(value: &impl Serialize) -> anyhow::Result<()> {
    answer_json(&format!("{}\n", serde_json::to_string_pretty(value)?));
    Ok(())
}

/// Writes what only accompanies the answer, unless it is not wanted.
pub(crate) fn write_remark(text: fmt::Arguments<'_>) {
    if !is_quiet() {
        answer(text);
    }
}

/// Writes to standard error. Where that is closed, there is nobody left to tell.
pub(crate) fn write_complaint(text: fmt::Arguments<'_>) {
    let _ = anstream::stderr()
        .lock()
        .write_all(shown(&text.to_string()).as_bytes());
}

fn write(text: &str) {
    note(anstream::stdout().lock().write_all(text.as_bytes()));
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

#[cfg(test)]
mod tests {
    use anstyle::AnsiColor;

    use super::*;

    #[test]
    fn styles_of_ours_pass_and_nothing_else_acts() {
        let red = AnsiColor::Red.on_default();
        let text = format!("{} and \x1b[31mtheirs\x1b[0m", paint(red, "ours\x07"));
        assert_eq!(
            shown(&text),
            "\x1b[31mours\\x07\x1b[0m and \\x1b[31mtheirs\\x1b[0m"
        );
        assert_eq!(paint(Style::new(), "plain"), "plain");
    }

    #[test]
    fn of_what_a_library_styled_only_colours_pass() {
        let text = "\x1b[1m\x1b[31merror\x1b[0m: \x1b]52;c;eA==\x07 \x1b[2J \x1b[";
        assert_eq!(
            shown(&painted(text)),
            "\x1b[1m\x1b[31merror\x1b[0m: \\x1b]52;c;eA==\\x07 \\x1b[2J \\x1b["
        );
    }
}
