//! `heapbook schema`: the form of a records file.

use crate::output;
use crate::status::Status;

/// Prints the JSON Schema.
pub(crate) fn run() -> Status {
    output::answer(format_args!("{}", heapbook_engine::record::schema()));
    Status::Fine
}
