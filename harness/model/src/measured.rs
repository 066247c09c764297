//! A figure with what is known of its spread.

/// A figure: exact, or with its spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measured {
    /// Every process said the same, exactly.
    Exact(i64),
    /// Processes differed, or the figure never settled: the lowest and the highest.
    Range {
        /// The lowest.
        low: i64,
        /// The highest.
        high: i64,
    },
    /// An estimate from samples.
    Estimate {
        /// The median over processes of the median sample.
        median: f64,
        /// The interval's lower end.
        low: f64,
        /// The interval's upper end.
        high: f64,
    },
}

impl Measured {
    /// The figure to quote: exact, middle of the range, or median.
    pub fn typical(self) -> f64 {
        match self {
            Measured::Exact(value) => value as f64,
            Measured::Range { low, high } => (low as f64 + high as f64) / 2.0,
            Measured::Estimate { median, .. } => median,
        }
    }

    /// The lowest that the figure may be.
    pub fn low(self) -> f64 {
        match self {
            Measured::Exact(value) => value as f64,
            Measured::Range { low, .. } => low as f64,
            Measured::Estimate { low, .. } => low,
        }
    }

    /// The highest that the figure may be.
    pub fn high(self) -> f64 {
        match self {
            Measured::Exact(value) => value as f64,
            Measured::Range { high, .. } => high as f64,
            Measured::Estimate { high, .. } => high,
        }
    }
}
