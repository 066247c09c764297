//! What looks too good: compiled code that may have been folded away, and allocations that may have been elided.
//!
//! A question, never a verdict. Both are the compiler's right, and both mean that a figure is not of the work that the
//! source shows. The author who means it says so with a claim on the figure, and is not asked again.

use crate::figures::Metric;
use crate::record::{Cell, Time, View};
use crate::scenario::{Claim, Expectation, Reference, Relation, Scenario, Test, Variant};
use crate::statistics::{GrowthJudgement, judge_growth, median};
use heapbook_model::{Growth, Language, Measured, VariantName};

/// What may have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// The time stays constant while the same work of another variant takes longer, or what this one allocates
    /// grows: the compiler may have reduced the work to a constant.
    FoldedAway,
    /// The source allocates, and no allocation was made: the compiler may have left it out.
    Elided,
}

/// A doubt about a variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// The variant.
    pub variant: VariantName,
    /// What may have happened.
    pub doubt: Doubt,
    /// The figures that raise it: times of a call in nanoseconds, or allocations, by size.
    pub evidence: Vec<(u64, Measured)>,
    /// The variant whose time grows, where that raises the doubt.
    pub beside: Option<VariantName>,
}

impl Doubt {
    /// The question in words.
    pub fn words(self) -> &'static str {
        match self {
            Doubt::FoldedAway => "folded away by the compiler?",
            Doubt::Elided => "elided?",
        }
    }
}

impl Diagnosis {
    /// What raises the doubt, in a sentence without its full stop.
    pub fn reason(&self) -> String {
        let grows = match (&self.doubt, &self.beside) {
            (Doubt::Elided, _) => return "its code allocates, and no allocation was counted".to_owned(),
            (Doubt::FoldedAway, Some(beside)) => format!("the time of {beside} grows"),
            (Doubt::FoldedAway, None) => "what it allocates grows".to_owned(),
        };
        format!("its time stays the same at every n, and {grows}")
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        let claim = match self.doubt {
            Doubt::FoldedAway => "growth = \"constant\" for its time",
            Doubt::Elided => "equals = 0 for its allocations",
        };
        format!("pass the owner or the input through std::hint::black_box; where it is meant, claim {claim}")
    }
}

/// The doubts that the records in view raise about a scenario's Rust variants.
pub fn diagnose(scenario: &Scenario, view: &View<'_>) -> Vec<Diagnosis> {
    let rust = scenario
        .variants
        .iter()
        .filter(|variant| variant.name.language == Language::Rust);
    rust.flat_map(|variant| {
        [
            folded_away(scenario, variant, view),
            elided(scenario, variant, view),
        ]
    })
    .flatten()
    .collect()
}

fn folded_away(scenario: &Scenario, variant: &Variant, view: &View<'_>) -> Option<Diagnosis> {
    let is_meant =
        |claim: &Claim| claim.metric == Metric::Time && claim.test == Test::Growth(Growth::Constant);
    let times = over_sizes(scenario, variant, view, time)?;
    if judged(&times)?.class != Some(Growth::Constant) || is_claimed(scenario, variant, is_meant) {
        return None;
    }
    let grows = |judgement: GrowthJudgement| judgement.speaks_against(Growth::Constant);
    let others = scenario
        .variants
        .iter()
        .filter(|other| other.name != variant.name);
    let beside = others
        .filter(|other| {
            over_sizes(scenario, other, view, time)
                .and_then(|times| judged(&times))
                .is_some_and(grows)
        })
        .map(|other| other.name.clone())
        .next();
    let allocated = over_sizes(scenario, variant, view, |cell| Metric::Allocated.of(cell));
    let allocates_more = allocated.and_then(|bytes| judged(&bytes)).is_some_and(grows);
    (beside.is_some() || allocates_more).then(|| Diagnosis {
        variant: variant.name.clone(),
        doubt: Doubt::FoldedAway,
        evidence: times,
        beside,
    })
}

fn elided(scenario: &Scenario, variant: &Variant, view: &View<'_>) -> Option<Diagnosis> {
    let is_none = |relation: &Relation, reference: &Reference| {
        matches!(relation, Relation::Equals | Relation::AtMost) && *reference == Reference::Absolute(0)
    };
    let is_meant = |claim: &Claim| {
        claim.metric == Metric::Allocations
            && matches!(&claim.test, Test::Bound(relation, reference) if is_none(relation, reference))
    };
    let allocations = over_sizes(scenario, variant, view, |cell| Metric::Allocations.of(cell))?;
    let is_zero = |(_, figure): &(u64, Measured)| *figure == Measured::Exact(0);
    let is_doubtful = allocations.iter().all(is_zero)
        && scenario.seems_to_allocate(&variant.name)
        && !is_claimed(scenario, variant, is_meant);
    is_doubtful.then(|| Diagnosis {
        variant: variant.name.clone(),
        doubt: Doubt::Elided,
        evidence: allocations,
        beside: None,
    })
}

/// Whether the author claims of the variant, and expects, what raises the doubt.
fn is_claimed(scenario: &Scenario, variant: &Variant, is_meant: impl Fn(&Claim) -> bool) -> bool {
    let mut claims = scenario.claims.iter();
    claims.any(|claim| claim.of == variant.name && claim.expect == Expectation::Holds && is_meant(claim))
}

/// The figures at all sizes, or nothing where one is not there.
fn over_sizes(
    scenario: &Scenario,
    variant: &Variant,
    view: &View<'_>,
    figure: impl Fn(&Cell) -> Option<Measured>,
) -> Option<Vec<(u64, Measured)>> {
    let sizes = scenario.sizes.iter();
    sizes
        .map(|&n| Some((n, figure(view.cell(&scenario.slug, &variant.name, n)?)?)))
        .collect()
}

/// How figures grow, where their sizes are at least a factor of 10 apart: else little can be expected to.
fn judged(figures: &[(u64, Measured)]) -> Option<GrowthJudgement> {
    let (first, last) = (figures.first()?, figures.last()?);
    (last.0 >= 10 * first.0).then(|| judge_growth(figures))?
}

/// The time of a call with the range of its processes' medians: cheaper than an interval, and a question needs none.
fn time(cell: &Cell) -> Option<Measured> {
    if !cell.errors.is_empty() {
        return None;
    }
    let Time { processes, .. } = cell.time.as_ref()?;
    let medians: Vec<f64> = processes
        .iter()
        .filter_map(|process| {
            let samples = process.total_ns.iter().zip(&process.iterations);
            let calls = samples.map(|(total, iterations)| total.0 as f64 / (*iterations).max(1) as f64);
            median(&calls.collect::<Vec<_>>())
        })
        .collect();
    Some(Measured::Estimate {
        median: median(&medians)?,
        low: medians.iter().copied().fold(f64::INFINITY, f64::min),
        high: medians.iter().copied().fold(0.0, f64::max),
    })
}

#[cfg(test)]
mod tests;
