//! `heapbook schema`: the form of a records file.

use crate::status::Status;

/// Prints the JSON Schema.
pub(crate) fn run() -> Status {
    print!("{}", heapbook_engine::record::schema());
    Status::Fine
}
