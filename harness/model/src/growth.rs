//! Classes of growth.

use serde::{Deserialize, Serialize};

/// A class of growth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Growth {
    /// It stays the same at every `n`.
    Constant,
    /// It grows by the same amount each time that `n` doubles.
    Logarithmic,
    /// It grows as `n` does.
    Linear,
    /// It grows as the square of `n`.
    Quadratic,
}

impl Growth {
    /// All classes, the slowest first.
    pub const ALL: [Growth; 4] = [
        Growth::Constant,
        Growth::Logarithmic,
        Growth::Linear,
        Growth::Quadratic,
    ];

    /// The word that scenario files use.
    pub fn word(self) -> &'static str {
        match self {
            Growth::Constant => "constant",
            Growth::Logarithmic => "logarithmic",
            Growth::Linear => "linear",
            Growth::Quadratic => "quadratic",
        }
    }

    /// The class's function at `n`; 0 for constant, which has none.
    pub fn of(self, n: u64) -> f64 {
        let n = n.max(1) as f64;
        match self {
            Growth::Constant => 0.0,
            Growth::Logarithmic => n.ln(),
            Growth::Linear => n,
            Growth::Quadratic => n * n,
        }
    }
}
