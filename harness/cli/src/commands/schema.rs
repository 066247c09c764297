//! `heapbook schema`: the form of a records file.

use crate::output;
use crate::project::Root;
use crate::status::Status;

/// Prints the JSON Schema.
pub(crate) fn run(_root: &Root) -> anyhow::Result<Status> {
    output::answer(format_args!("{}", heapbook_engine::record::schema()));
    Ok(Status::Fine)
}
