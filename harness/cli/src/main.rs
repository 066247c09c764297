//! `heapbook`: measures what Python programs do with memory, and renders the book.
//!
//! The binary is thin: it reads the command line, shows progress, and leaves the work to `heapbook-engine` and
//! `heapbook-report`. It is also the worker of the Rust variants: started as one, it serves and ends.

mod arguments;
mod book;
mod commands;
mod measuring;
mod output;
mod progress;
mod status;
mod table;

use std::process::ExitCode;

use clap::Parser;
use heapbook_ledger::CountingAllocator;

use arguments::{Arguments, Command};
use status::Status;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    heapbook_worker::serve_if_asked(|visitor| heapbook_scenarios::visit!(visitor));
    let arguments = Arguments::parse();
    arguments.output.apply();
    let status = dispatch(&arguments).unwrap_or_else(|error| {
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

fn dispatch(arguments: &Arguments) -> anyhow::Result<Status> {
    let project = || commands::project(arguments.root.as_deref());
    match &arguments.command {
        None => commands::tour::run(&project()?),
        Some(Command::Try(options)) => commands::try_programs::run(options),
        Some(Command::Lines(options)) => commands::lines::run(options),
        Some(Command::Leaks(options)) => commands::leaks::run(options),
        Some(Command::Exercise(options)) => commands::exercise::run(&project()?, options),
        Some(Command::New(options)) => commands::new::run(&project()?, options),
        Some(Command::List(options)) => commands::list::run(&project()?, options),
        Some(Command::Run(options)) => commands::run::run(&project()?, options),
        Some(Command::Merge(options)) => commands::merge::run(options),
        Some(Command::Check(options)) => commands::check::run(&project()?, options),
        Some(Command::Compare(options)) => commands::compare::run(options),
        Some(Command::Export(options)) => commands::export::run(project, options),
        Some(Command::Completions(options)) => Ok(commands::shell::completions(options)),
        Some(Command::Man) => commands::shell::man(),
        Some(Command::Schema) => Ok(commands::schema::run()),
        Some(Command::Book(options)) => commands::book::run(&project()?, options),
        Some(Command::Preprocess(options)) => commands::preprocess::run(arguments.root.as_deref(), options),
    }
}
