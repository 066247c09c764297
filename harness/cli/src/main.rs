//! `heapbook`: measures what Python programs do with memory, and renders the book.
//!
//! The binary is thin: it reads the command line, shows progress, and leaves the work to
//! `heapbook-engine` and `heapbook-report`. It is also the worker of the Rust variants: started as
//! one, it serves and ends.

mod arguments;
mod book;
mod commands;
mod function;
mod options;
mod output;
mod programs;
mod progress;
mod project;
mod session;
mod sizes;
mod status;
mod workbook;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use heapbook_report::visible_line;

use arguments::{Arguments, Command};
use project::Root;
use status::Status;

fn main() -> ExitCode {
    heapbook_native::serve_if_asked();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(refusal) => return status::show_refusal(&as_shown(refusal)),
    };
    arguments.output.apply();
    let root = Root(arguments.root);
    let status = dispatch(&root, arguments.command).unwrap_or_else(|error| {
        status::show_error(&error);
        Status::Unusable
    });
    match output::finish() {
        Ok(()) => status.into(),
        Err(error) => {
            output::complain!("heapbook: cannot write to standard output: {error}");
            Status::Unusable.into()
        }
    }
}

/// The same refusal, with the arguments that it quotes as they are shown: clap puts them between
/// styles of its own, and only these may act on a terminal.
fn as_shown(refusal: clap::Error) -> clap::Error {
    let shown = std::env::args_os().map(|argument| visible_line(&argument.to_string_lossy()));
    Arguments::try_parse_from(shown).err().unwrap_or(refusal)
}

fn dispatch(root: &Root, command: Option<Command>) -> anyhow::Result<Status> {
    let Some(command) = command else {
        return commands::default::run(root);
    };
    match &command {
        Command::Try(options) => commands::try_programs::run(root, options),
        Command::Lines(options) => commands::lines::run(root, options),
        Command::Leaks(options) => commands::leaks::run(root, options),
        Command::Exercise(options) => commands::exercise::run(root, options),
        Command::New(options) => commands::new::run(root, options),
        Command::List(options) => commands::list::run(root, options),
        Command::Pythons(options) => commands::pythons::run(options),
        Command::Run(options) => commands::run::run(root, options),
        Command::Merge(options) => commands::merge::run(root, options),
        Command::Publish(options) => commands::publish::run(root, options),
        Command::Check(options) => commands::check::run(root, options),
        Command::Compare(options) => commands::compare::run(root, options),
        Command::Export(options) => commands::export::run(root, options),
        Command::Book(options) => commands::book::run(root, options),
        Command::Completions(options) => commands::shell::completions(Arguments::command(), options),
        Command::Man => commands::shell::man(Arguments::command()),
        Command::Preprocess(options) => commands::preprocess::run(root, options),
    }
}
