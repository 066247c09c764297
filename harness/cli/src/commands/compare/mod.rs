//! `heapbook compare`: what changed between two files of records.

mod json;
mod rows;

use std::io::ErrorKind;
use std::path::Path;

use anyhow::anyhow;
use heapbook_engine::comparison::{self, Comparison};
use heapbook_engine::record::{Records, RecordsError};

use crate::arguments::CompareOptions;
use crate::output;
use crate::output::{complain, say};
use crate::status::Status;
use crate::table::markdown;

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
        output::answer(format_args!("{}", as_markdown(&view)));
    } else {
        output::answer(format_args!("{}", as_text(&view)));
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

/// The table, what else there is to say, and the summary.
fn as_text(view: &View<'_>) -> String {
    let mut text = String::new();
    let table = rows::table(view);
    if !table.is_empty() {
        text.push_str(&format!("{table}\n"));
    }
    for section in rows::sections(view) {
        text.push_str(&format!("{}:\n", section.heading));
        for item in section.items {
            text.push_str(&format!("  {item}\n"));
        }
        text.push('\n');
    }
    text + &rows::summary(view) + "\n"
}

/// The summary first, then the table, then what else there is to say.
fn as_markdown(view: &View<'_>) -> String {
    let mut text = format!("{}\n", markdown(&rows::summary(view)));
    let table = rows::table(view);
    if !table.is_empty() {
        text.push_str(&format!("\n{}", table.markdown()));
    }
    for section in rows::sections(view) {
        text.push_str(&format!("\n**{}**\n\n", markdown(&section.heading)));
        for item in section.items {
            text.push_str(&format!("- {}\n", markdown(&item)));
        }
    }
    text
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
