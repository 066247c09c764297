//! What the resident pass yields.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use heapbook_model::Bytes;

/// What the system saw of a call in processes of its own, with nothing installed. Never exact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Resident {
    /// One entry a process.
    pub processes: Vec<ResidentProcess>,
}

/// What the system saw of the first call in one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResidentProcess {
    /// The peak of the resident size, above the size at entry.
    pub peak_bytes: Bytes,
    /// The resident size after the result was dropped and a collection, above the size at entry.
    pub after_bytes: Bytes,
    /// Page faults that needed no disk.
    pub minor_faults: u64,
    /// Page faults that needed the disk.
    pub major_faults: u64,
}
