//! What is decided, and the figures that decided it.

use crate::scenario::{Claim, Expectation};
use crate::statistics::{GrowthJudgement, Interval};
use heapbook_model::{Measured, VariantName};

/// What the records say of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is so.
    Holds,
    /// It is not so.
    Fails,
    /// The figures allow both.
    CannotTell,
    /// A figure that it needs is not there.
    NotMeasured,
}

impl Verdict {
    /// The verdict in words.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Fails => "fails",
            Verdict::CannotTell => "cannot tell",
            Verdict::NotMeasured => "not measured",
        }
    }

    /// The verdict on a statement about each of several things: one that is not so decides, then one that is missing,
    /// then one that is open.
    pub(super) fn of_all(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        let rank = |verdict: &Verdict| match verdict {
            Verdict::Holds => 0,
            Verdict::CannotTell => 1,
            Verdict::NotMeasured => 2,
            Verdict::Fails => 3,
        };
        verdicts
            .into_iter()
            .max_by_key(rank)
            .unwrap_or(Verdict::NotMeasured)
    }
}

/// A verdict with the figures that decided it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What the records say.
    pub verdict: Verdict,
    /// The figures that decided: of a claim about all sizes that fails, those of the sizes where it fails.
    pub evidence: Vec<Evidence>,
    /// The ratios of times that decided in place of the figures themselves, for a claim that compares two times.
    pub ratios: Vec<Ratio>,
    /// How each class of growth fits, for a claim of growth.
    pub growth: Option<GrowthJudgement>,
}

/// One figure that a verdict rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The variant.
    pub variant: VariantName,
    /// The size.
    pub n: u64,
    /// The figure.
    pub measured: Measured,
}

/// One ratio that a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The size.
    pub n: u64,
    /// The ratio's interval, at the level that many claims at once ask for.
    pub interval: Interval,
}

impl Decision {
    pub(super) fn not_measured() -> Self {
        Decision {
            verdict: Verdict::NotMeasured,
            evidence: Vec::new(),
            ratios: Vec::new(),
            growth: None,
        }
    }

    /// Whether the verdict contradicts what the author expects. A claim that cannot be decided contradicts nothing.
    pub fn surprises(&self, claim: &Claim) -> bool {
        match claim.expect {
            Expectation::Holds => self.verdict == Verdict::Fails,
            Expectation::Fails => self.verdict == Verdict::Holds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_decides_and_one_gap_leaves_open() {
        use Verdict::{CannotTell, Fails, Holds, NotMeasured};
        for (verdicts, together) in [
            (vec![Holds, Holds], Holds),
            (vec![Holds, CannotTell], CannotTell),
            (vec![CannotTell, NotMeasured, Holds], NotMeasured),
            (vec![NotMeasured, Fails, Holds], Fails),
            (vec![], NotMeasured),
        ] {
            assert_eq!(Verdict::of_all(verdicts), together);
        }
    }
}
