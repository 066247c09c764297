//! Digests of what was measured.

use serde::{Deserialize, Serialize};

/// A digest of the code and the keys that were measured: while it stays equal, a record is still
/// of today's code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceDigest(pub String);

/// The first `digits` hexadecimal digits of a digest.
pub fn hex(bytes: &[u8], digits: usize) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .take(digits)
        .map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0'))
        .collect()
}
