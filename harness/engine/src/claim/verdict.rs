//! Verdicts, and the figures that they rest on.

use crate::record::Cell;
use crate::scenario::{Claim, Expectation};
use crate::statistics::{GrowthJudgement, Interval};
use heapbook_model::{Measured, VariantName};

/// What the records say of a claim.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verdict {
    /// The figures meet the claim's condition.
    Holds,
    /// The figures contradict the claim's condition.
    Fails,
    /// The figures are too uncertain to decide.
    CannotTell,
    /// A figure that the claim needs is missing.
    #[default]
    NotMeasured,
}

impl Verdict {
    /// The verdict as readers see it: "holds", "cannot tell".
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Fails => "fails",
            Verdict::CannotTell => "cannot tell",
            Verdict::NotMeasured => "not measured",
        }
    }

    /// The verdict on a statement about several sizes: fails if it fails at one, else not measured
    /// if one is missing, else cannot tell if one is open.
    pub(super) fn of_all(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        let rank = |verdict: &Verdict| match verdict {
            Verdict::Holds => 0,
            Verdict::CannotTell => 1,
            Verdict::NotMeasured => 2,
            Verdict::Fails => 3,
        };
        verdicts.into_iter().max_by_key(rank).unwrap_or_default()
    }
}

/// A verdict with the figures that decided it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decision {
    /// The verdict.
    pub verdict: Verdict,
    /// The figures that decided. If a claim about all sizes fails, only those of the sizes at which
    /// it fails.
    pub evidence: Vec<Evidence>,
    /// The ratios of times that decided in place of the figures themselves, for a claim that
    /// compares two times.
    pub ratios: Vec<Ratio>,
    /// How each class of growth fits, for a claim of growth.
    pub growth: Option<GrowthJudgement>,
}

/// One figure that a verdict rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The variant that was measured.
    pub variant: VariantName,
    /// The size `n` that it was measured at.
    pub n: u64,
    /// The figure in the claim's metric, as tables quote it: a time with its 95 % interval, though
    /// the verdict on several claims rests on a wider one.
    pub measured: Measured,
}

/// One ratio that a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The size `n` that it was measured at.
    pub n: u64,
    /// The ratio's interval, at the level that many claims at once ask for.
    pub interval: Interval,
}

impl Evidence {
    /// A cell's figure for a claim. `None` if it was not measured.
    pub(super) fn of(claim: &Claim, cell: &Cell) -> Option<Evidence> {
        Some(Evidence {
            variant: cell.key.variant.clone(),
            n: cell.key.n,
            measured: claim.metric.of(cell)?,
        })
    }
}

impl Decision {
    /// Whether the verdict is the opposite of what the author expects. An undecided claim is not a
    /// surprise.
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
