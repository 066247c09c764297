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
    /// A lower bound: memory that was not counted was taken as well, or may have been.
    AtLeast(i64),
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
    /// The figure to quote: exact, middle of the range, median, or the lower bound.
    pub fn typical(self) -> f64 {
        match self {
            Measured::Exact(value) | Measured::AtLeast(value) => value as f64,
            Measured::Range { low, high } => (low as f64 + high as f64) / 2.0,
            Measured::Estimate { median, .. } => median,
        }
    }

    /// The lowest that the figure may be.
    pub fn low(self) -> f64 {
        match self {
            Measured::Exact(value) | Measured::AtLeast(value) => value as f64,
            Measured::Range { low, .. } => low as f64,
            Measured::Estimate { low, .. } => low,
        }
    }

    /// The highest that the figure may be: without end where it is a lower bound.
    pub fn high(self) -> f64 {
        match self {
            Measured::Exact(value) => value as f64,
            Measured::Range { high, .. } => high as f64,
            Measured::AtLeast(_) => f64::INFINITY,
            Measured::Estimate { high, .. } => high,
        }
    }

    /// Whether it is a lower bound, of which no size is known that it does not exceed.
    pub fn is_incomplete(self) -> bool {
        matches!(self, Measured::AtLeast(_))
    }

    /// What a plot has room for: the lower end, the figure to quote, and the upper end where there
    /// is one.
    pub fn drawn(self) -> [f64; 3] {
        let end = if self.is_incomplete() {
            self.low()
        } else {
            self.high()
        };
        [self.low(), self.typical(), end]
    }
}
