//! What a command says: its answer, remarks beside it, and complaints.
//!
//! Whatever is printed goes through here, and nothing in it acts on a terminal: control characters
//! and marks that turn text are shown as escapes, whether they come from a worker, a record, a
//! scenario or the command line, and what is said in a line begins no other. Of what a renderer or
//! a library has styled, colours and weights pass; see [`write()`].
//!
//! A reader that went away (`heapbook list | head -1`) is no error: the work goes on, and what it
//! would have said is left out. Any other failure to write is remembered, and is the program's at
//! its end: see [`finish`]. Colours are left out where nobody would see them, or where `NO_COLOR`
//! or `--color` forbids them.

use std::fmt;
use std::io::{self, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use heapbook_report::document::Document;
use heapbook_report::{display, render, visible, visible_but_styles, visible_json, visible_line};
use serde::Serialize;

/// Whether remarks are left out.
static QUIET: AtomicBool = AtomicBool::new(false);

/// The first failure to write an answer, other than a reader that went away.
static FAILURE: OnceLock<io::Error> = OnceLock::new();

/// The form of an answer.
#[derive(Debug, Clone, Copy, Default, Args)]
#[group(multiple = false)]
pub(crate) struct Form {
    /// Print JSON, in bytes and nanoseconds
    #[arg(long)]
    pub(crate) json: bool,
    /// Print Markdown, for a comment on a change
    #[arg(long)]
    pub(crate) markdown: bool,
    /// Print the table as CSV, in bytes and nanoseconds
    #[arg(long)]
    pub(crate) csv: bool,
}

/// Leaves out remarks from here on.
pub(crate) fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// Whether remarks are left out.
pub(crate) fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Writes an answer in its form, of which only JSON is made from anything but the document.
///
/// # Errors
/// When the data have no form in JSON.
pub(crate) fn show<T: Serialize>(
    form: Form,
    document: impl FnOnce() -> Document,
    data: impl FnOnce() -> T,
) -> anyhow::Result<()> {
    write(&match form {
        Form { json: true, .. } => render::json(&data())?,
        Form { markdown: true, .. } => render::markdown(&document()),
        Form { csv: true, .. } => render::csv(&document()),
        _ => render::terminal(&document()),
    });
    Ok(())
}

/// Writes a text whose line breaks count, such as a program, to standard output.
pub(crate) fn answer(text: &str) {
    write(&visible(text));
}

/// Writes a line of the answer to standard output.
pub(crate) fn answer_line(text: fmt::Arguments<'_>) {
    write(&format!("{}\n", visible_line(&text.to_string())));
}

/// Writes an answer that is a JSON document, or one in each line.
pub(crate) fn answer_json(text: &str) {
    write(&visible_json(text));
}

/// Writes a line that only accompanies the answer, unless it is not wanted.
pub(crate) fn remark_line(text: fmt::Arguments<'_>) {
    if !is_quiet() {
        answer_line(text);
    }
}

/// Writes a line to standard error.
pub(crate) fn complain_line(text: fmt::Arguments<'_>) {
    complain_in_styles(&format!("{}\n", visible_line(&text.to_string())));
}

/// Writes a complaint whose text is another's, such as a traceback: only the label begins a line.
pub(crate) fn complain_of(label: impl Into<String>, text: impl Into<String>) {
    let mut document = Document::default();
    document.code(label, text);
    complain_in_styles(&render::terminal(&document));
}

/// Writes to standard error what a library has styled, from texts without styles. Where that is
/// closed, there is nobody left to tell.
pub(crate) fn complain_in_styles(text: &str) {
    let _ = anstream::stderr()
        .lock()
        .write_all(visible_but_styles(text).as_bytes());
}

/// Writes to standard output what a renderer or a library has styled, from texts without styles.
pub(crate) fn write(text: &str) {
    let text = visible_but_styles(text);
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
    ($($argument:tt)*) => { $crate::output::answer_line(format_args!($($argument)*)) };
}

/// A line beside the answer.
macro_rules! remark {
    ($($argument:tt)*) => { $crate::output::remark_line(format_args!($($argument)*)) };
}

/// A line on standard error.
macro_rules! complain {
    ($($argument:tt)*) => { $crate::output::complain_line(format_args!($($argument)*)) };
}

pub(crate) use {complain, remark, say};
