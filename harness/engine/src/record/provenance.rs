//! Where a record comes from: the machine and the runtime, and nothing that identifies a person.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::scenario::Language;

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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Runtime {
    /// Python or Rust.
    pub language: Language,
    /// `CPython`, `rustc`.
    pub implementation: String,
    /// The full version, `3.13.0`.
    pub version: String,
    /// What else tells one build from another.
    pub build: String,
    /// Versions of the packages that the scenario requires.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub packages: BTreeMap<String, String>,
}

impl Machine {
    /// The machine's key in a records file.
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
}

impl fmt::Display for Runtime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.implementation, self.version)
    }
}

/// The first `digits` hexadecimal digits of a digest.
pub(crate) fn hex(bytes: &[u8], digits: usize) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .take(digits)
        .map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0'))
        .collect()
}
