//! Confidence levels of intervals, and their correction for many claims at once.

/// The probability with which an interval holds the true value.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Confidence(f64);

impl Confidence {
    /// The confidence of intervals that are printed beside a figure.
    pub const QUOTED: Confidence = Confidence(0.95);

    /// The confidence of intervals that decide a comparison: of times that do not differ, one pair
    /// in fifty is called different.
    pub const VERDICT: Confidence = Confidence(0.98);

    /// The confidence as a number between 0 and 1.
    pub fn share(self) -> f64 {
        self.0
    }

    /// What each of so many claims needs for *all* of them to be right with this confidence.
    ///
    /// The risk is divided by the number of claims (Bonferroni; Dunn, "Multiple Comparisons Among
    /// Means", Journal of the American Statistical Association 56, 1961). It needs no independence,
    /// which claims on the same records do not have, and it corrects the interval itself, so that
    /// *equal* is corrected as well as *less*. Procedures that order p-values (Holm, Benjamini and
    /// Hochberg) find somewhat more, but do not give such an interval.
    ///
    /// One claim, or none, needs no correction.
    #[must_use]
    pub fn shared_by(self, claims: usize) -> Self {
        Confidence(1.0 - (1.0 - self.0) / claims.max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_claims_divide_the_risk() {
        assert_eq!(Confidence::VERDICT.shared_by(0), Confidence::VERDICT);
        assert_eq!(Confidence::VERDICT.shared_by(1).share(), 0.98);
        assert!((Confidence::VERDICT.shared_by(20).share() - 0.999).abs() < 1e-12);
    }
}
