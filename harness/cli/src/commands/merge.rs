//! `heapbook merge`: joins records files.

use heapbook_engine::merge::merge;
use heapbook_engine::record::Records;

use crate::arguments::MergeOptions;
use crate::output::{complain, say};
use crate::status::Status;

/// Reads all files, joins them, and writes the result whole, or not at all.
pub(crate) fn run(options: &MergeOptions) -> anyhow::Result<Status> {
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
