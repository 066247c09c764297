//! `heapbook merge`: joins the records of several runs.

use std::path::PathBuf;

use clap::Args;
use heapbook_engine::merge::merge;

use crate::output::{complain_of, counted, say};
use crate::project::{Root, read_records};
use crate::status::Status;

#[derive(Debug, Args)]
#[command(
    after_help = "Records of one cell, made from the same code, must have the same exact figures and result; \
                        otherwise nothing is written.\n\n\
                        Example:\n  heapbook merge part-1 part-2 --output records"
)]
pub(crate) struct MergeOptions {
    /// The records: folders with a file for each scenario, or such files
    #[arg(value_name = "RECORDS", required = true)]
    records: Vec<PathBuf>,
    /// The folder that the merged records go to, a file for each scenario
    #[arg(long, value_name = "FOLDER")]
    output: PathBuf,
}

/// Reads all files, joins them, and writes the result whole, or not at all.
pub(crate) fn run(_root: &Root, options: &MergeOptions) -> anyhow::Result<Status> {
    let mut files = Vec::new();
    for path in &options.records {
        files.push((path.clone(), read_records(path)?));
    }
    let merged = match merge(files) {
        Ok(merged) => merged,
        Err(contradiction) => {
            complain_of("heapbook:", contradiction.to_string());
            return Ok(Status::Finding);
        }
    };
    merged.write(&options.output)?;
    say!(
        "{} of {} written to {}.",
        counted(merged.len(), "cell"),
        counted(merged.machines.len(), "machine"),
        options.output.display()
    );
    Ok(Status::Fine)
}
