//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Measures what Python programs do with memory, and renders the book.
///
/// Without a command: a quick pass over every scenario, and the book with its results.
#[derive(Debug, Parser)]
#[command(version, after_help = STATUSES)]
pub(crate) struct Arguments {
    /// The project's folder; found from the current folder upwards unless given
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) root: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

const STATUSES: &str = "Exit status: 0 fine, 1 a finding (a failed cell, a stale record), 2 usage or environment, \
                        130 interrupted.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List scenarios, variants, and how fresh their records are
    List(ListOptions),
    /// Measure what is not measured yet
    Run(RunOptions),
    /// Check files, digests, claims and the freshness of the reference records
    Check(CheckOptions),
    /// Build the book into target/book
    Book(BookOptions),
    /// Serve mdBook as its preprocessor
    #[command(hide = true)]
    Preprocess(PreprocessOptions),
}

#[derive(Debug, Args)]
pub(crate) struct ListOptions {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  heapbook run generators\n  heapbook run slices/python --quick\n  \
                        heapbook run --python python3.9 --python .venv/bin/python"
)]
pub(crate) struct RunOptions {
    /// Measure only cells whose `scenario/language.variant` contains one of these words
    #[arg(value_name = "FILTER")]
    pub(crate) filters: Vec<String>,
    /// Measure less: one memory and three time processes a cell
    #[arg(long)]
    pub(crate) quick: bool,
    /// Measure again what is fresh, too
    #[arg(long)]
    pub(crate) fresh: bool,
    /// An interpreter to measure with; may be given several times [default: python3]
    #[arg(long = "python", value_name = "PATH")]
    pub(crate) pythons: Vec<PathBuf>,
    /// Publish to this file in place of book/records/local.json
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// How many seconds one answer of a worker may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) deadline: u64,
}

#[derive(Debug, Args)]
pub(crate) struct CheckOptions {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BookOptions {
    /// Open the book in a browser
    #[arg(long)]
    pub(crate) open: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PreprocessOptions {
    #[command(subcommand)]
    pub(crate) question: Option<PreprocessQuestion>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PreprocessQuestion {
    /// Whether a renderer is supported: exit status 0 if so
    Supports {
        /// The renderer's name
        renderer: String,
    },
}
