//! Deciding a claim on records.

use super::{Claim, Expectation, Growth, Reference, Relation, Test};
use crate::record::{Cell, Measured, Metric, View};
use crate::scenario::{Scenario, VariantName};
use crate::statistics::{self, Outcome};

/// A growth exponent this close to 0 or 1 is called constant or linear: over a thousandfold `n`, a figure that
/// doubles has the exponent 0.1.
const EXPONENT_WITHIN: f64 = 0.1;

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
}

/// A verdict with the figures that decided it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What the records say.
    pub verdict: Verdict,
    /// The figures that were looked at.
    pub evidence: Vec<Evidence>,
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

impl Decision {
    fn not_measured() -> Self {
        Decision {
            verdict: Verdict::NotMeasured,
            evidence: Vec::new(),
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

/// Decides the claim on the records in view.
pub fn evaluate(claim: &Claim, scenario: &Scenario, view: &View<'_>) -> Decision {
    if !concerns(claim, view) {
        return Decision::not_measured();
    }
    let decided = match &claim.test {
        Test::Growth(growth) => evaluate_growth(claim, *growth, scenario, view),
        Test::Bound(relation, reference) => evaluate_bound(claim, *relation, reference, scenario, view),
    };
    decided.unwrap_or_else(Decision::not_measured)
}

/// Whether the claim is about the interpreter in view.
fn concerns(claim: &Claim, view: &View<'_>) -> bool {
    let Some(versions) = &claim.python else {
        return true;
    };
    let version = view.python_version().and_then(|text| text.parse().ok());
    version.is_some_and(|version: pep440_rs::Version| versions.contains(&version))
}

fn evaluate_growth(claim: &Claim, growth: Growth, scenario: &Scenario, view: &View<'_>) -> Option<Decision> {
    let evidence: Option<Vec<Evidence>> = scenario
        .sizes
        .iter()
        .map(|&n| {
            let measured = claim.metric.of(view.cell(&scenario.slug, &claim.of, n)?)?;
            Some(Evidence {
                variant: claim.of.clone(),
                n,
                measured,
            })
        })
        .collect();
    let evidence = evidence?;
    let points: Vec<(u64, f64)> = evidence
        .iter()
        .map(|figure| (figure.n, figure.measured.typical()))
        .collect();
    let expected = match growth {
        Growth::Constant => 0.0,
        Growth::Linear => 1.0,
    };
    let verdict = match statistics::exponent(&points) {
        None => Verdict::CannotTell,
        Some(exponent) if (exponent - expected).abs() <= EXPONENT_WITHIN => Verdict::Holds,
        Some(_) => Verdict::Fails,
    };
    Some(Decision { verdict, evidence })
}

fn evaluate_bound(
    claim: &Claim,
    relation: Relation,
    reference: &Reference,
    scenario: &Scenario,
    view: &View<'_>,
) -> Option<Decision> {
    let cell = view.cell(&scenario.slug, &claim.of, claim.at)?;
    let measured = claim.metric.of(cell)?;
    let mut evidence = vec![Evidence {
        variant: claim.of.clone(),
        n: claim.at,
        measured,
    }];
    let verdict = match reference {
        Reference::Absolute(number) => {
            let number = *number as f64;
            bound(relation, (measured.low(), measured.high()), (number, number))
        }
        Reference::Relative { times, of } => {
            let other = view.cell(&scenario.slug, of, claim.at)?;
            let other_measured = claim.metric.of(other)?;
            evidence.push(Evidence {
                variant: of.clone(),
                n: claim.at,
                measured: other_measured,
            });
            relative(
                claim.metric,
                relation,
                *times,
                (cell, measured),
                (other, other_measured),
            )
        }
    };
    Some(Decision { verdict, evidence })
}

/// A bound on a multiple of another figure. Times are compared by their paired ratio, which is sharper than two intervals.
fn relative(
    metric: Metric,
    relation: Relation,
    times: f64,
    (cell, measured): (&Cell, Measured),
    (other, other_measured): (&Cell, Measured),
) -> Verdict {
    if relation == Relation::Equals && times == 1.0 {
        return match statistics::compare(metric, cell, other) {
            Some(Outcome::Equal) => Verdict::Holds,
            Some(Outcome::Less | Outcome::More) => Verdict::Fails,
            Some(Outcome::CannotTell) | None => Verdict::CannotTell,
        };
    }
    let ratio = match (metric, &cell.time, &other.time) {
        (Metric::Time, Some(above), Some(below)) => statistics::ratio_of_times(above, below),
        _ => None,
    };
    match ratio {
        Some(ratio) => bound(relation, (ratio.low, ratio.high), (times, times)),
        None => bound(
            relation,
            (measured.low(), measured.high()),
            (other_measured.low() * times, other_measured.high() * times),
        ),
    }
}

/// Compares two intervals: a verdict only where every point of one stands alike to every point of the other.
fn bound(
    relation: Relation,
    (low, high): (f64, f64),
    (reference_low, reference_high): (f64, f64),
) -> Verdict {
    let (holds, fails) = match relation {
        Relation::AtMost => (high <= reference_low, low > reference_high),
        Relation::LessThan => (high < reference_low, low >= reference_high),
        Relation::AtLeast => (low >= reference_high, high < reference_low),
        Relation::Equals => (
            low == reference_high && high == reference_low,
            high < reference_low || low > reference_high,
        ),
    };
    match (holds, fails) {
        (true, _) => Verdict::Holds,
        (_, true) => Verdict::Fails,
        _ => Verdict::CannotTell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_decided_only_where_the_intervals_allow_it() {
        let decided = |relation, low, high| bound(relation, (low, high), (10.0, 10.0));
        assert_eq!(decided(Relation::AtMost, 9.0, 10.0), Verdict::Holds);
        assert_eq!(decided(Relation::AtMost, 9.0, 11.0), Verdict::CannotTell);
        assert_eq!(decided(Relation::AtMost, 11.0, 12.0), Verdict::Fails);
        assert_eq!(decided(Relation::LessThan, 10.0, 10.0), Verdict::Fails);
        assert_eq!(decided(Relation::AtLeast, 10.0, 12.0), Verdict::Holds);
        assert_eq!(decided(Relation::AtLeast, 8.0, 9.0), Verdict::Fails);
        assert_eq!(decided(Relation::Equals, 10.0, 10.0), Verdict::Holds);
        assert_eq!(decided(Relation::Equals, 9.0, 11.0), Verdict::CannotTell);
        assert_eq!(decided(Relation::Equals, 11.0, 12.0), Verdict::Fails);
    }
}
