//! The command line. The options of each command stand beside it.

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand};

use crate::commands::{
    book, check, compare, exercise, export, leaks, lines, list, merge, new, preprocess, publish, pythons,
    run, shell, try_programs,
};
use crate::output;

/// Measures what Python programs do with memory, and renders the book.
///
/// Without a command: a quick run of every scenario, and the book with its results.
#[derive(Debug, Parser)]
#[command(version, after_help = STATUSES)]
pub(crate) struct Arguments {
    /// The project's folder; found from the current folder upwards unless given
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) root: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What is printed besides the answer, and in which colours.
#[derive(Debug, Args)]
pub(crate) struct OutputOptions {
    /// Print only the answer and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// When to use color
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

impl OutputOptions {
    /// Sets verbosity and color for the whole process.
    pub(crate) fn apply(&self) {
        match self.color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        }
        .write_global();
        if self.quiet {
            output::be_quiet();
        }
    }
}

const STATUSES: &str = "Exit status: 0 fine, 1 a finding (such as a failed cell), 2 usage or environment, \
                        130 interrupted.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compare programs of your own: peak, allocations, growth, time
    Try(try_programs::TryOptions),
    /// Show what each line of a function does with memory
    Lines(lines::LinesOptions),
    /// Find what each call of a function leaves behind, and which lines made it
    Leaks(leaks::LeaksOptions),
    /// Practise on programs that need too much memory
    Exercise(exercise::ExerciseOptions),
    /// Create a scenario and its page
    New(new::NewOptions),
    /// List scenarios, variants, and whether their records are valid
    List(list::ListOptions),
    /// List the Pythons of this machine, and which of them can be measured
    Pythons(pythons::PythonsOptions),
    /// Measure the cells that have no valid record
    Run(run::RunOptions),
    /// Merge the records of several machines or shards
    Merge(merge::MergeOptions),
    /// Write the reference records from your own full ones
    Publish(publish::PublishOptions),
    /// Check scenarios, records, claims, pages and exercises
    Check(check::CheckOptions),
    /// Compare two sets of records, cell by cell
    Compare(compare::CompareOptions),
    /// Print the figures of a records file as CSV or JSON
    Export(export::ExportOptions),
    /// Build the book into target/book
    Book(book::BookOptions),
    /// Print completions for a shell
    Completions(shell::CompletionsOptions),
    /// Print the man page
    Man,
    /// Run as mdBook's preprocessor
    #[command(hide = true)]
    Preprocess(preprocess::PreprocessOptions),
}
