//! `heapbook merge`: joins records files.

use std::path::PathBuf;

use clap::Args;
use heapbook_engine::merge::merge;
use heapbook_engine::record::Records;

use crate::output::{complain, say};
use crate::project::Root;
use crate::status::Status;

#[derive(Debug, Args)]
#[command(
    after_help = "Records of one cell, made from the same code, must have the same exact figures and result; \
                        otherwise nothing is written.\n\n\
                        Example:\n  heapbook merge part-1.json part-2.json --output records.json"
)]
pub(crate) struct MergeOptions {
    /// The records files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Where the joined records go
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

/// Reads all files, joins them, and writes the result whole, or not at all.
pub(crate) fn run(_root: &Root, options: &MergeOptions) -> anyhow::Result<Status> {
    let mut files = Vec::new();
    for path in &options.files {
        files.push((path.clone(), Records::read(path)?));
    }
    let merged = match merge(files) {
        Ok(merged) => merged,
        Err(contradiction) => {
            complain!("heapbook: {contradiction}");
            return Ok(Status::Finding);
        }
    };
    merged.write(&options.output)?;
    say!(
        "{} cells of {} machines written to {}.",
        merged.cells.len(),
        merged.machines.len(),
        options.output.display()
    );
    Ok(Status::Fine)
}
