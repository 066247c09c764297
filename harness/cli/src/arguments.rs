//! The command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand};
use heapbook_engine::shard::Shard;

use crate::commands::compare::parse_threshold;
use crate::commands::exercise::ExerciseOptions;
use crate::commands::export::ExportOptions;
use crate::commands::leaks::LeaksOptions;
use crate::commands::lines::LinesOptions;
use crate::commands::new::NewOptions;
use crate::commands::shell::CompletionsOptions;
use crate::commands::try_programs::TryOptions;
use crate::output;

/// Measures what Python programs do with memory, and renders the book.
///
/// Without a command: a quick pass over every scenario, and the book with its results.
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

const STATUSES: &str = "Exit status: 0 fine, 1 a finding (a failed cell, a stale record), 2 usage or environment, \
                        130 interrupted.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compare programs of your own: peak, allocations, growth, time
    Try(TryOptions),
    /// Show what each line of a function does with memory
    Lines(LinesOptions),
    /// Tell what each call of a function leaves behind, and which lines made it
    Leaks(LeaksOptions),
    /// Mend programs that need too much memory
    Exercise(ExerciseOptions),
    /// Write a new scenario and its page, to begin with
    New(NewOptions),
    /// List scenarios, variants, and how fresh their records are
    List(ListOptions),
    /// Measure what is not measured yet
    Run(RunOptions),
    /// Join records files that several machines or shards made
    Merge(MergeOptions),
    /// Check files, digests, claims and the freshness of the reference records
    Check(CheckOptions),
    /// Compare two files of records, cell by cell
    Compare(CompareOptions),
    /// Print figures in the forms that dashboards read
    Export(ExportOptions),
    /// Print the JSON Schema of a records file
    Schema,
    /// Build the book into target/book
    Book(BookOptions),
    /// Print completions for a shell
    Completions(CompletionsOptions),
    /// Print the man page
    Man,
    /// Serve mdBook as its preprocessor
    #[command(hide = true)]
    Preprocess(PreprocessOptions),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  heapbook list\n  heapbook list --json")]
pub(crate) struct ListOptions {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  heapbook run generators\n  heapbook run slices/python --quick\n  \
                        heapbook run --python python3.9 --python .venv/bin/python\n  \
                        heapbook run --shard 2/4 --output shard-2.json"
)]
pub(crate) struct RunOptions {
    /// Measure only cells whose `scenario/language.variant` contains one of these words
    #[arg(value_name = "FILTER")]
    pub(crate) filters: Vec<String>,
    /// Measure less: one memory and three time processes a cell, and resident sizes at the headline size alone
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
    /// How much memory a worker and its children may hold, like 512M or 4G [default: half of the machine's, divided
    /// by the jobs]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) memory_cap: Option<u64>,
    /// How many memory passes run side by side; time passes always run alone
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) jobs: NonZeroUsize,
    /// Measure one part of the work, like 2/4; all parts together are the whole
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Records of one cell, made from the same code, must have the same exact figures and result; \
                        otherwise nothing is written.\n\n\
                        Example:\n  heapbook merge part-1.json part-2.json --output records.json"
)]
pub(crate) struct MergeOptions {
    /// The records files
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Where the joined records go
    #[arg(long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// Reads a size in bytes, with a unit of 1024 or none.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let factor: u64 = match &text[digits.len()..] {
        "" | "B" => 1,
        "K" | "KiB" => 1 << 10,
        "M" | "MiB" => 1 << 20,
        "G" | "GiB" => 1 << 30,
        "T" | "TiB" => 1 << 40,
        unit => return Err(format!("`{unit}` is no unit: write 512M or 4G")),
    };
    let number: u64 = digits
        .parse()
        .map_err(|error| format!("{error}: write 512M or 4G"))?;
    match number.checked_mul(factor) {
        Some(bytes @ 1..) => Ok(bytes),
        _ => Err("it must lie between a byte and 16 EiB: write 512M or 4G".to_owned()),
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 fine or warnings alone, 1 a finding, 2 usage or environment.\n\n\
                        Examples:\n  heapbook check\n  heapbook check --complete --json"
)]
pub(crate) struct CheckOptions {
    /// Call it an error, too, if a scenario has no reference records at all, no page, or nothing in one of the languages
    #[arg(long)]
    pub(crate) complete: bool,
    /// An interpreter to measure the exercises with; may be given several times
    #[arg(long, value_name = "PATH", default_value = "python3")]
    pub(crate) python: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = COMPARE_HELP)]
pub(crate) struct CompareOptions {
    /// The records before
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The records after
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// How many percent more of a figure is a regression
    #[arg(
        long,
        value_name = "PERCENT",
        default_value = "5",
        value_parser = parse_threshold,
        allow_negative_numbers = true
    )]
    pub(crate) threshold: f64,
    /// Show figures that did not change, too
    #[arg(long)]
    pub(crate) all: bool,
    /// Print JSON, with every figure
    #[arg(long, conflicts_with = "markdown")]
    pub(crate) json: bool,
    /// Print Markdown, for a comment on a change
    #[arg(long)]
    pub(crate) markdown: bool,
}

// A paragraph is one line, for clap to wrap.
const COMPARE_HELP: &str = "\
    Exact figures differ by a single byte, times where the 95 % interval of their ratio leaves out 1 and reaches beyond \
    2 % of it, resident sizes where they lie more than 256 KiB apart. A figure is a regression where it is surely more \
    than the threshold above the old one: an exact figure by itself, a time by its whole interval. From 0, every growth \
    is one; so is a cell that failed in NEW alone.\n\n\
    Records of different machines or methods are not compared, and listed; so are cells that one file lacks.\n\n\
    Exit status: 0 no regression, 1 a regression, 2 a file that cannot be read, or no cell that both files hold \
    alike.\n\n\
    Examples:\n  heapbook compare book/records/reference.json book/records/local.json\n  \
    heapbook compare before.json after.json --threshold 2 --markdown";

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  heapbook book --open")]
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
