//! The command line. The options of each command stand beside it.

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand};

use crate::commands::book::BookOptions;
use crate::commands::check::CheckOptions;
use crate::commands::compare::CompareOptions;
use crate::commands::exercise::ExerciseOptions;
use crate::commands::export::ExportOptions;
use crate::commands::leaks::LeaksOptions;
use crate::commands::lines::LinesOptions;
use crate::commands::list::ListOptions;
use crate::commands::merge::MergeOptions;
use crate::commands::new::NewOptions;
use crate::commands::preprocess::PreprocessOptions;
use crate::commands::publish::PublishOptions;
use crate::commands::run::RunOptions;
use crate::commands::shell::CompletionsOptions;
use crate::commands::try_programs::TryOptions;
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
    Try(TryOptions),
    /// Show what each line of a function does with memory
    Lines(LinesOptions),
    /// Find what each call of a function leaves behind, and which lines made it
    Leaks(LeaksOptions),
    /// Practise on programs that need too much memory
    Exercise(ExerciseOptions),
    /// Create a scenario and its page
    New(NewOptions),
    /// List scenarios, variants, and whether their records are valid
    List(ListOptions),
    /// Measure the cells that have no valid record
    Run(RunOptions),
    /// Merge the records of several machines or shards
    Merge(MergeOptions),
    /// Write the reference records from your own full ones
    Publish(PublishOptions),
    /// Check scenarios, records, claims, pages and exercises
    Check(CheckOptions),
    /// Compare two sets of records, cell by cell
    Compare(CompareOptions),
    /// Print the figures of a records file as CSV or JSON
    Export(ExportOptions),
    /// Build the book into target/book
    Book(BookOptions),
    /// Print completions for a shell
    Completions(CompletionsOptions),
    /// Print the man page
    Man,
    /// Run as mdBook's preprocessor
    #[command(hide = true)]
    Preprocess(PreprocessOptions),
}
