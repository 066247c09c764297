//! What makes two records those of the same cell.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{MachineId, Runtime, VariantName};

/// A cell's identity: scenario x size x variant x runtime x machine. Its order is the order of a
/// records file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CellKey {
    /// The scenario's slug.
    pub scenario: String,
    /// The size.
    pub n: u64,
    /// The variant, `python.build_list`.
    pub variant: VariantName,
    /// The interpreter or compiler.
    pub runtime: Runtime,
    /// The machine, a key of the file's `machines`.
    pub machine: MachineId,
}

/// The way to print a cell in messages: `generators/python.build_list n=1000 on CPython 3.13.0`.
impl fmt::Display for CellKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}/{} n={} on {}",
            self.scenario, self.variant, self.n, self.runtime
        )
    }
}
