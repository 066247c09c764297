//! `heapbook`: measures what Python programs do with memory, and renders the book.
//!
//! The binary is thin: it reads the command line, shows progress, and leaves the work to `heapbook-engine` and
//! `heapbook-report`. It is also the worker of the Rust variants: started as one, it serves and ends.

mod arguments;
mod book;
mod commands;
mod function;
mod options;
mod output;
mod programs;
mod progress;
mod session;
mod sizes;
mod status;
mod table;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use heapbook_ledger::CountingAllocator;

use arguments::{Arguments, Command};
use commands::{
    Root, book as book_command, check, compare, default, exercise, export, leaks, lines, list, merge, new,
    preprocess, run, schema, shell, try_programs,
};
use status::Status;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    heapbook_worker::serve_if_asked(|visitor| heapbook_scenarios::visit!(visitor));
    let arguments = Arguments::parse();
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

fn dispatch(root: &Root, command: Option<Command>) -> anyhow::Result<Status> {
    let Some(command) = command else {
        return default::run(root);
    };
    match &command {
        Command::Try(options) => try_programs::run(root, options),
        Command::Lines(options) => lines::run(root, options),
        Command::Leaks(options) => leaks::run(root, options),
        Command::Exercise(options) => exercise::run(root, options),
        Command::New(options) => new::run(root, options),
        Command::List(options) => list::run(root, options),
        Command::Run(options) => run::run(root, options),
        Command::Merge(options) => merge::run(root, options),
        Command::Check(options) => check::run(root, options),
        Command::Compare(options) => compare::run(root, options),
        Command::Export(options) => export::run(root, options),
        Command::Schema => schema::run(root),
        Command::Book(options) => book_command::run(root, options),
        Command::Completions(options) => shell::completions(Arguments::command(), options),
        Command::Man => shell::man(Arguments::command()),
        Command::Preprocess(options) => preprocess::run(root, options),
    }
}
