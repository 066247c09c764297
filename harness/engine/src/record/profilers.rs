//! What profilers say of one leak: the file that `cargo bench --features method --bench profilers` writes.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::RecordsError;
use heapbook_model::{Bytes, Machine, Nanos};

/// All tools, on one machine and one Python.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profilers {
    /// The Python's full version.
    pub python: String,
    /// The machine.
    pub machine: Machine,
    /// When, in UTC, to the second.
    pub measured_at: String,
    /// Calls of each function.
    pub calls: u32,
    /// The size that it was called with.
    pub n: u64,
    /// The tools; the first, `nothing`, is the program by itself.
    pub profilers: Vec<Profiler>,
}

/// One tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profiler {
    /// Its name.
    pub tool: String,
    /// Its version; absent for what comes with Python or is this project's.
    pub version: Option<String>,
    /// What each run over all functions took, from the start of its processes to their end.
    pub took_ns: Vec<Nanos>,
    /// What it said of each function in the last of these runs.
    pub told: Vec<Told>,
}

/// What a tool says that the calls of a function have left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The function.
    pub function: String,
    /// Bytes, where it counts them.
    pub bytes: Option<Bytes>,
    /// Objects of the type that grew most, where it counts those.
    pub objects: Option<i64>,
    /// Its judgement, where it has one.
    pub verdict: Option<String>,
    /// What it names: the line that made most of it, or who keeps it.
    pub names: Option<String>,
}

impl Profilers {
    /// Reads the file, or gives nothing where there is none.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or is not what the bench writes.
    pub fn read_if_present(path: &Path) -> Result<Option<Profilers>, RecordsError> {
        super::overhead::read_json_if_present(path)
    }
}
