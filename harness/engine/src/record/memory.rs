//! What the memory passes yield, exact accounts, and the resident passes: every process kept,
//! nothing averaged.

use serde::{Deserialize, Serialize};

use heapbook_model::Bytes;
use heapbook_protocol::{Account, Collections, ResidentProcess, SizeClass, Timeline};

/// What the memory passes of a cell yielded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// One entry a process, or one for all processes that agreed.
    pub processes: Vec<MemoryProcess>,
    /// Live bytes through the measured call; kept at the headline size only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Timeline>,
    /// Blocks made by the measured call, by size; kept at the headline size only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sizes: Vec<SizeClass>,
    /// What the garbage collector did in a call of its own; Python, at the headline size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collections: Option<Collections>,
    /// Live bytes after each of several calls, above those before the first: what a leak shows in.
    /// Where nothing is warmed up, they are the first calls of a process of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_after_calls: Vec<Bytes>,
}

/// The account of one measured call in one process. The unit is the size requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryProcess {
    /// How many processes this is the account of: records that are published name an account once.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// The seed of Python's string hashes; absent for Rust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash_seed: Option<u32>,
    /// Calls made before the measured one.
    pub warm_ups: u32,
    /// Whether the last warm-up call and the measured call agreed; always true where none was asked
    /// for.
    pub settled: bool,
    /// The account of the first call of a user's program in this process, where another one was
    /// measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Box<Account>>,
    /// The account.
    #[serde(flatten)]
    pub account: Account,
}

/// What the system saw of a call in processes of its own, with nothing installed. Never exact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resident {
    /// One entry a process.
    pub processes: Vec<ResidentProcess>,
}

impl Memory {
    /// How many processes were measured.
    pub fn process_count(&self) -> u32 {
        self.processes.iter().map(|process| process.count).sum()
    }
}

fn one() -> u32 {
    1
}

fn is_one(count: &u32) -> bool {
    *count == 1
}
