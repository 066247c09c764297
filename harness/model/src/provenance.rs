//! Where a record comes from: the machine and the runtime, and nothing that identifies a person.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Language, hex};

/// A machine as records describe it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The operating system, `linux`.
    pub os: String,
    /// The instruction set, `x86_64`.
    pub architecture: String,
    /// The kernel's release.
    pub kernel: String,
    /// The processor's name.
    pub cpu: String,
    /// Processors that the process may use.
    pub cores: u32,
    /// Memory of the machine.
    pub memory_bytes: u64,
    /// The C library whose allocator serves both languages.
    pub allocator: String,
}

/// A digest of a machine's description.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MachineId(pub String);

/// An interpreter or a compiler.
///
/// Two are equal where they are the same build: the flags describe it, and are not compared, so
/// that records from before they were kept still stand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Runtime {
    /// Python or Rust.
    pub language: Language,
    /// `CPython`, `rustc`.
    pub implementation: String,
    /// The full version, `3.13.0`.
    pub version: String,
    /// What else tells one build from another: compiler and date, or target and level of
    /// optimisation.
    pub build: String,
    /// What the build was configured with: switches of Python's `configure` and of its compiler, or
    /// rustc's commit, LLVM and target features. Nothing that names a folder.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub flags: String,
    /// Versions of the packages that the scenario requires.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub packages: BTreeMap<String, String>,
}

/// The numbers of a version, for ordering `3.9` before `3.11`.
pub fn version_numbers(version: &str) -> Vec<u64> {
    version.split('.').map_while(|part| part.parse().ok()).collect()
}

impl Machine {
    /// The machine's key in a records file: of what stays the same from run to run, so never of
    /// load or governor.
    pub fn id(&self) -> MachineId {
        let text = format!(
            "{}|{}|{}|{}|{}|{}|{}",
            self.os, self.architecture, self.kernel, self.cpu, self.cores, self.memory_bytes, self.allocator
        );
        MachineId(hex(&Sha256::digest(text.as_bytes()), 12))
    }
}

impl Runtime {
    /// The version's first two numbers, `3.13`.
    pub fn minor(&self) -> String {
        self.version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".")
    }

    /// What makes two runtimes the same.
    fn identity(&self) -> (Language, &str, &str, &str, &BTreeMap<String, String>) {
        (
            self.language,
            &self.implementation,
            &self.version,
            &self.build,
            &self.packages,
        )
    }
}

impl PartialEq for Runtime {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Runtime {}

impl PartialOrd for Runtime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Runtime {
    fn cmp(&self, other: &Self) -> Ordering {
        self.identity().cmp(&other.identity())
    }
}

impl fmt::Display for Runtime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.implementation, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_is_told_by_its_build_and_packages_not_by_how_it_is_described() {
        let older: Runtime = serde_json::from_str(
            r#"{"language":"python","implementation":"CPython","version":"3.13.0","build":"GCC 12.2.0"}"#,
        )
        .unwrap();
        let described = Runtime {
            flags: "--enable-optimizations -O3".to_owned(),
            ..older.clone()
        };
        assert!(older == described && older.cmp(&described).is_eq());
        let rebuilt = Runtime {
            build: "GCC 14.1.0".to_owned(),
            ..older.clone()
        };
        assert!(older != rebuilt && older < rebuilt);
    }
}
