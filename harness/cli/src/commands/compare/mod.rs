//! `heapbook compare`: what changed between two files of records.

mod json;
mod markdown;
mod rows;
mod text;

use std::io::ErrorKind;
use std::path::Path;

use anyhow::anyhow;
use heapbook_engine::comparison::{self, Comparison};
use heapbook_engine::record::{Records, RecordsError};

use crate::arguments::CompareOptions;
use crate::output;
use crate::output::{complain, say};
use crate::status::Status;

/// What every form of the output is made from.
pub(crate) struct View<'a> {
    comparison: &'a Comparison,
    old: &'a Records,
    new: &'a Records,
    threshold: f64,
    /// Whether figures that did not change are shown too.
    all: bool,
}

/// Compares, shows, and says by the status whether something got worse.
pub(crate) fn run(options: &CompareOptions) -> anyhow::Result<Status> {
    let (old, new) = (read(&options.old)?, read(&options.new)?);
    let comparison = comparison::compare(&old, &new);
    let view = View {
        comparison: &comparison,
        old: &old,
        new: &new,
        threshold: options.threshold,
        all: options.all,
    };
    if options.json {
        say!("{}", json::render(&view)?);
    } else if options.markdown {
        output::answer(format_args!("{}", markdown::render(&view)));
    } else {
        output::answer(format_args!("{}", text::render(&view)));
    }
    // A gate that compared nothing must not pass for one that found nothing.
    if comparison.cells.is_empty() {
        complain!(
            "heapbook: no cell was compared: name two files with records of the same machine, version and method"
        );
        return Ok(Status::Unusable);
    }
    Ok(match comparison.regressions(options.threshold) {
        0 => Status::Fine,
        _ => Status::Finding,
    })
}

fn read(path: &Path) -> anyhow::Result<Records> {
    Records::read(path).map_err(|error| match error {
        RecordsError::Read { path, source } if source.kind() == ErrorKind::NotFound => anyhow!(
            "there is no file {}: name two files of records, such as book/records/reference.json and book/records/local.json",
            path.display()
        ),
        other => other.into(),
    })
}

/// A threshold: a number of percent, 0 or more.
pub(crate) fn parse_threshold(text: &str) -> Result<f64, String> {
    let percent: Option<f64> = text.trim_end_matches('%').trim_end().parse().ok();
    percent
        .filter(|percent| percent.is_finite() && *percent >= 0.0)
        .ok_or_else(|| "a threshold is a number of percent from 0 up, such as 5 or 2.5".to_owned())
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
