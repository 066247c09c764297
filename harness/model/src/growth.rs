//! Classes of growth.

use serde::{Deserialize, Serialize};

/// A class of growth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Growth {
    /// It stays what it is.
    #[serde(rename = "constant")]
    Constant,
    /// It grows by the same amount each time that `n` doubles.
    #[serde(rename = "logarithmic")]
    Logarithmic,
    /// It grows as `n` does.
    #[serde(rename = "linear")]
    Linear,
    /// It grows as the square of `n`.
    #[serde(rename = "quadratic")]
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
