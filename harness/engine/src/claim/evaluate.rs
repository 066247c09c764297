//! Deciding a claim on records.

use super::bound::at_size;
use super::confidence::{figure, time_confidence};
use super::{Decision, Evidence, Verdict};
use crate::record::{Cell, View};
use crate::scenario::{Claim, Scenario, Test};
use crate::statistics::{Confidence, judge_growth};
use heapbook_model::Growth;

/// Decides the claim on the records in view. The intervals of times are wide enough for all the
/// scenario's claims on times to be right together.
pub fn evaluate(claim: &Claim, scenario: &Scenario, view: &View<'_>) -> Decision {
    evaluate_at(claim, scenario, view, time_confidence(scenario))
}

fn evaluate_at(claim: &Claim, scenario: &Scenario, view: &View<'_>, confidence: Confidence) -> Decision {
    if !concerns(claim, scenario, view) {
        return Decision::default();
    }
    match &claim.test {
        Test::Growth(growth) => {
            evaluate_growth(claim, *growth, scenario, view, confidence).unwrap_or_default()
        }
        Test::Bound(relation, reference) => {
            let decide = |n| at_size(claim, *relation, reference, scenario, view, n, confidence);
            let decisions = claim.sizes(scenario).into_iter().map(decide);
            over_sizes(decisions.map(Option::unwrap_or_default).collect())
        }
    }
}

/// Whether the claim is about the interpreter in view.
pub fn concerns(claim: &Claim, scenario: &Scenario, view: &View<'_>) -> bool {
    claim.python.is_none() || claim.speaks_of(view.python_version(&scenario.slug))
}

fn evaluate_growth(
    claim: &Claim,
    growth: Growth,
    scenario: &Scenario,
    view: &View<'_>,
    confidence: Confidence,
) -> Option<Decision> {
    let cells = claim.sizes(scenario).into_iter();
    let cells: Vec<&Cell> = cells
        .map(|n| view.cell(&scenario.slug, &claim.of, n))
        .collect::<Option<_>>()?;
    let figure = |cell: &&Cell| Some((cell.key.n, figure(claim.metric, cell, confidence)?));
    let figures: Vec<_> = cells.iter().map(figure).collect::<Option<_>>()?;
    let judgement = judge_growth(&figures);
    let verdict = match &judgement {
        Some(judgement) if judgement.class == Some(growth) => Verdict::Holds,
        Some(judgement) if judgement.speaks_against(growth) => Verdict::Fails,
        _ => Verdict::CannotTell,
    };
    let evidence = cells.iter().map(|cell| Evidence::of(claim, cell));
    Some(Decision {
        verdict,
        evidence: evidence.collect::<Option<_>>()?,
        growth: judgement,
        ..Decision::default()
    })
}

/// The decision over all sizes, with the figures of the sizes that have its verdict: a claim that
/// fails shows where.
fn over_sizes(decisions: Vec<Decision>) -> Decision {
    let verdict = Verdict::of_all(decisions.iter().map(|decision| decision.verdict));
    let mut over_all = Decision {
        verdict,
        ..Decision::default()
    };
    let deciding = decisions
        .into_iter()
        .filter(|decision| decision.verdict == verdict);
    for decision in deciding {
        over_all.evidence.extend(decision.evidence);
        over_all.ratios.extend(decision.ratios);
    }
    over_all
}

#[cfg(test)]
mod tests;
