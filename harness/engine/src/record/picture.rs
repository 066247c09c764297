//! What names refer to in a small call, line by line: the record of the objects pass.

use heapbook_model::Bytes;
use heapbook_protocol::Seen;
use serde::{Deserialize, Serialize};

/// The steps of one call at a small size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// The size of the call.
    pub n: u64,
    /// Its first steps, in their order.
    pub steps: Vec<Step>,
    /// How many there were in all.
    pub total_steps: u64,
    /// Of the bytes live at the end, those that the interpreter keeps spare for its next objects.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub spare_bytes: Bytes,
}

/// One step: what a line made and gave back, and what was there after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Bytes that were made, by another call of the same, in which nobody looked at objects.
    pub made_bytes: Bytes,
    /// Bytes that were given back in that call.
    pub freed_bytes: Bytes,
    /// Bytes live above entry afterwards, in that call.
    pub live_bytes: Bytes,
    /// The names and the objects.
    #[serde(flatten)]
    pub seen: Seen,
}

fn is_nothing(bytes: &Bytes) -> bool {
    bytes.0 == 0
}
