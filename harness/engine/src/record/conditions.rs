//! What held when a cell was measured, and is no part of what the cell is.

use serde::{Deserialize, Serialize};

/// What held when a cell was measured. It may explain a figure, and never makes two cells different
/// ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// The state of the sources; absent outside a git checkout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout: Option<Checkout>,
    /// How the system chooses the processors' clock rate, `performance`; absent where it does not
    /// say, as in most virtual machines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub governor: Option<String>,
    /// The system's load average over the minute before, in hundredths of a process: 100 is one
    /// process that always wants to run. A run's own work is part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_hundredths: Option<u32>,
}

/// The state of the sources that were measured and that measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkout {
    /// The commit, its first 12 hexadecimal digits.
    pub revision: String,
    /// Whether the harness, the scenarios or cargo's settings differed from it. Records do not
    /// count, since a run writes them.
    pub dirty: bool,
}
