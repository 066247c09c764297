//! Quantities with their unit in the type, so that bytes are never added to nanoseconds.

use serde::{Deserialize, Serialize};

/// A number of bytes; negative where more was freed than made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bytes(pub i64);

/// A span of time in whole nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nanos(pub u64);

/// What a figure counts, which decides how it is displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes requested from an allocator.
    Bytes,
    /// A plain count.
    Count,
    /// Nanoseconds.
    Nanos,
}
