//! What the resident pass yields.

use serde::{Deserialize, Serialize};

use heapbook_protocol::ResidentProcess;

/// What the system saw of a call in processes of its own, with nothing installed. Never exact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resident {
    /// One entry a process.
    pub processes: Vec<ResidentProcess>,
}
