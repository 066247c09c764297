//! How long the comparison of two snippets takes, by this project and by others: the file that `cargo bench --features method --bench
//! peers` writes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::RecordsError;
use heapbook_model::{Bytes, Machine, Nanos};

/// All tools, on one machine and one Python.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peers {
    /// The Python's full version.
    pub python: String,
    /// The machine.
    pub machine: Machine,
    /// When, in UTC, to the second.
    pub measured_at: String,
    /// The tools.
    pub peers: Vec<Peer>,
}

/// One tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Its name.
    pub tool: String,
    /// Its version; absent for what comes with Python or is this project's.
    pub version: Option<String>,
    /// What each run of the whole comparison took.
    pub took_ns: Vec<Nanos>,
    /// The peaks that it told, by snippet, from the smallest size to the largest.
    pub peaks: BTreeMap<String, Vec<Bytes>>,
}

impl Peers {
    /// Reads the file, or gives nothing where there is none.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or is not what the bench writes.
    pub fn read_if_present(path: &Path) -> Result<Option<Peers>, RecordsError> {
        super::overhead::read_json_if_present(path)
    }
}
