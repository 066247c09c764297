//! What measuring costs: the file that `cargo bench --features method --bench overhead` writes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::RecordsError;
use heapbook_model::{Machine, Nanos};

/// What one Python yielded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overhead {
    /// The Python's full version.
    pub python: String,
    /// The machine.
    pub machine: Machine,
    /// When, in UTC, to the second.
    pub measured_at: String,
    /// For each workload, the median processor time under each tool: `bare_ns`, `heapbook_ns`, `tracemalloc_ns`, and
    /// memray's where it was installed.
    pub workloads: BTreeMap<String, BTreeMap<String, Nanos>>,
}

impl Overhead {
    /// Reads the file, or gives nothing where there is none.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or is not what the bench writes.
    pub fn read_if_present(path: &Path) -> Result<Vec<Overhead>, RecordsError> {
        Ok(read_json_if_present(path)?.unwrap_or_default())
    }

    /// The time of a workload under a tool, over its bare time.
    pub fn ratio(&self, workload: &str, tool: &str) -> Option<f64> {
        let times = self.workloads.get(workload)?;
        let bare = times.get("bare_ns").filter(|bare| bare.0 > 0)?;
        Some(times.get(&format!("{tool}_ns"))?.0 as f64 / bare.0 as f64)
    }

    /// The geometric mean of a tool's ratios over all workloads that it ran.
    pub fn mean(&self, tool: &str) -> Option<f64> {
        let ratios = self
            .workloads
            .keys()
            .filter_map(|workload| self.ratio(workload, tool));
        let logarithms: Vec<f64> = ratios.map(f64::ln).collect();
        (!logarithms.is_empty()).then(|| (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp())
    }
}

/// Reads a file of JSON that a bench wrote, or gives nothing where there is none.
pub(super) fn read_json_if_present<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, RecordsError> {
    match std::fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| RecordsError::Damaged {
                path: path.to_owned(),
                reason: error.to_string(),
            }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(RecordsError::Read {
            path: path.to_owned(),
            source,
        }),
    }
}
