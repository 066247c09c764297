//! `heapbook compare`: what changed between two sets of records.

mod json;
mod rows;

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use heapbook_engine::comparison::{self, Comparison};
use heapbook_engine::record::Records;

use crate::output::{self, Form, complain};
use crate::project::{Root, read_records_if_present};
use crate::status::Status;

#[derive(Debug, Args)]
#[command(after_help = COMPARE_HELP)]
pub(crate) struct CompareOptions {
    /// The records before: a folder with a file for each scenario, or one such file
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The records after
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// By how many percent a figure must grow to be a regression
    #[arg(
        long,
        value_name = "PERCENT",
        default_value = "5",
        value_parser = parse_threshold,
        allow_negative_numbers = true
    )]
    threshold: f64,
    /// Show figures that did not change, too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    form: Form,
}

// A paragraph is one line, for clap to wrap.
const COMPARE_HELP: &str = "\
    Exact figures differ if a single byte does, times if the 95 % interval of their ratio excludes 1 and reaches beyond 2 % of \
    it, resident sizes if they lie more than 1.25 MiB apart (one arena of Python and malloc's steps) in three processes or more \
    each. Where other programs had the processor during one of the runs, times differ only beyond a factor of 2: else it is \
    *cannot tell: load*. A figure is a regression if it certainly exceeds the old one by more \
    than the threshold: an exact figure by itself, a time by its whole interval. Any growth from 0 is a regression, and so is \
    a cell that failed in NEW alone.\n\n\
    Of records of different machines, exact figures are compared where the build of the runtime is the same; times and \
    resident sizes are not. Those of different methods are listed, not compared; so are cells that only one of them has.\n\n\
    Exit status: 0 no regression, 1 a regression, 2 records that cannot be read, or nothing to \
    compare.\n\n\
    Examples:\n  heapbook compare book/records book/records/local\n  \
    heapbook compare before after --threshold 2 --markdown";

/// What every form of the output is made from.
pub(crate) struct View<'a> {
    comparison: &'a Comparison,
    old: &'a Records,
    new: &'a Records,
    options: &'a CompareOptions,
}

/// Compares, shows, and says by the status whether something got worse.
pub(crate) fn run(_root: &Root, options: &CompareOptions) -> anyhow::Result<Status> {
    let (old, new) = (read(&options.old)?, read(&options.new)?);
    let comparison = comparison::compare(&old, &new);
    let view = View {
        comparison: &comparison,
        old: &old,
        new: &new,
        options,
    };
    output::show(options.form, || rows::document(&view), || json::data(&view))?;
    // A gate that compared nothing must not pass for one that found nothing.
    if comparison.cells.is_empty() {
        complain!(
            "heapbook: no cell was compared: name two files with records of the same machine, version and method"
        );
        return Ok(Status::Unusable);
    }
    Ok(Status::finding_if(comparison.regressions(options.threshold) > 0))
}

fn read(path: &Path) -> anyhow::Result<Records> {
    let records = read_records_if_present(path)?;
    if records.is_empty() {
        bail!(
            "there are no records at {}: name two folders of records, such as book/records and book/records/local, or two \
             files of them",
            path.display()
        );
    }
    Ok(records)
}

/// A threshold: a number of percent, 0 or more.
pub(crate) fn parse_threshold(text: &str) -> Result<f64, String> {
    let percent: Option<f64> = text.trim_end_matches('%').trim_end().parse().ok();
    percent
        .filter(|percent| percent.is_finite() && *percent >= 0.0)
        .ok_or_else(|| "expected a percentage from 0 up, such as 5 or 2.5".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_percentages_from_0_up() {
        for (text, percent) in [("5", 5.0), ("2.5 %", 2.5), ("0", 0.0), ("100%", 100.0)] {
            assert_eq!(parse_threshold(text), Ok(percent), "{text}");
        }
        for text in ["-1", "nan", "inf", "five", ""] {
            assert!(parse_threshold(text).is_err(), "{text}");
        }
    }
}
