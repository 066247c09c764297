//! What the lines pass yields.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use heapbook_model::Bytes;

/// What each source line of a Python variant did in one traced call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lines {
    /// The lines that ran, by number.
    pub lines: Vec<LineFigures>,
    /// The first events in their order: a line, and the bytes live above entry after it.
    pub events: Vec<(u32, Bytes)>,
    /// How many events there were in all.
    pub total_events: u64,
    /// Bytes live at return, above entry.
    pub net_bytes: Bytes,
    /// Whether two successive calls agreed before it was reported. Older records do not say.
    #[serde(default = "settled")]
    pub settled: bool,
}

fn settled() -> bool {
    true
}

/// What one source line did, over all the times it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LineFigures {
    /// Its number in the file, from 1.
    pub line: u32,
    /// How often it ran.
    pub hits: u64,
    /// Bytes made while it ran.
    pub allocated_bytes: Bytes,
    /// Bytes given back while it ran.
    pub freed_bytes: Bytes,
    /// Bytes live above entry after it ran the last time.
    pub live_bytes: Bytes,
}
