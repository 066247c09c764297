//! What the time passes yield: raw samples.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::Nanos;

/// What the time passes of a cell yielded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Time {
    /// One entry a process.
    pub processes: Vec<TimeProcess>,
}

/// The raw samples of one process, in the order they were taken: entry `i` of each list belongs to sample `i`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TimeProcess {
    /// The seed of Python's string hashes; absent for Rust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash_seed: Option<u32>,
    /// The round of each sample; samples of one round stand side by side for all variants of the scenario.
    pub round: Vec<u32>,
    /// Calls in each sample.
    pub iterations: Vec<u64>,
    /// Wall-clock time of each sample, from a monotonic clock.
    pub total_ns: Vec<Nanos>,
    /// Processor time of the measuring thread in each sample.
    pub cpu_ns: Vec<Nanos>,
}
