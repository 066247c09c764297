//! Compiled code whose time looks too good, since the compiler may have folded the work away.
//!
//! A question, never a verdict: folding is the compiler's right, and the time is then not of the
//! work that the source shows. An author who means it claims that the time is constant, and is not
//! asked again. Elided allocations need no such question: a test compares the allocations of each
//! variant with those of an unoptimised build.

use crate::figures::Metric;
use crate::record::{Cell, View};
use crate::scenario::{Claim, Expectation, Scenario, Test, Variant};
use crate::statistics::{Clock, GrowthJudgement, judge_growth, median, per_call};
use heapbook_model::{Growth, Language, Measured, VariantName};

/// A Rust variant whose time stays constant while the same work of another variant takes longer, or
/// what it allocates grows: the compiler may have reduced the work to a constant.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldedAway {
    /// The variant whose time looks too good.
    pub variant: VariantName,
    /// Its times of a call in nanoseconds, by size.
    pub evidence: Vec<(u64, Measured)>,
    /// Another variant, whose time grows. `None` if only the variant's own allocations grow.
    pub beside: Option<VariantName>,
}

impl FoldedAway {
    /// The label that tables and `check` show.
    pub const QUESTION: &str = "folded away by the compiler?";

    /// What to do about it.
    pub const HELP: &str = "pass the owner or the input through std::hint::black_box; where it is meant, claim \
                            growth = \"constant\" for its time";

    /// What raises the question, in a sentence without its full stop.
    pub fn reason(&self) -> String {
        let grows = match &self.beside {
            Some(beside) => format!("the time of {beside} grows"),
            None => "what it allocates grows".to_owned(),
        };
        format!("its time stays the same at every n, and {grows}")
    }
}

/// The scenario's Rust variants that may have been folded away, by the records in view.
pub fn folded_away(scenario: &Scenario, view: &View<'_>) -> Vec<FoldedAway> {
    let variants = scenario.variants.iter();
    let rust = variants.filter(|variant| variant.name.language == Language::Rust);
    rust.filter_map(|variant| diagnose(scenario, variant, view))
        .collect()
}

fn diagnose(scenario: &Scenario, variant: &Variant, view: &View<'_>) -> Option<FoldedAway> {
    let times = over_sizes(scenario, variant, view, time)?;
    if judged(&times)?.class != Some(Growth::Constant) || is_claimed(scenario, variant) {
        return None;
    }
    let grows = |judgement: GrowthJudgement| judgement.speaks_against(Growth::Constant);
    let takes_longer = |other: &&Variant| {
        let times = over_sizes(scenario, other, view, time);
        times.and_then(|times| judged(&times)).is_some_and(grows)
    };
    let mut others = scenario
        .variants
        .iter()
        .filter(|other| other.name != variant.name);
    let beside = others.find(takes_longer).map(|other| other.name.clone());
    let allocated = over_sizes(scenario, variant, view, |cell| Metric::Allocated.of(cell));
    let allocates_more = allocated.and_then(|bytes| judged(&bytes)).is_some_and(grows);
    (beside.is_some() || allocates_more).then(|| FoldedAway {
        variant: variant.name.clone(),
        evidence: times,
        beside,
    })
}

/// Whether the author claims, and expects, that the variant's time is constant.
fn is_claimed(scenario: &Scenario, variant: &Variant) -> bool {
    scenario.claims.iter().any(|claim: &Claim| {
        claim.of == variant.name
            && claim.metric == Metric::Time
            && claim.test == Test::Growth(Growth::Constant)
            && claim.expect == Expectation::Holds
    })
}

/// The figures at all sizes; `None` if one is missing.
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

/// How figures grow. `None` for sizes less than a factor of 10 apart, over which little can be
/// expected to.
fn judged(figures: &[(u64, Measured)]) -> Option<GrowthJudgement> {
    let (first, last) = (figures.first()?, figures.last()?);
    (last.0 >= 10 * first.0).then(|| judge_growth(figures))?
}

/// The time of a call with the range of its processes' medians: cheaper than an interval, and a
/// question needs none.
fn time(cell: &Cell) -> Option<Measured> {
    if !cell.errors.is_empty() {
        return None;
    }
    let time = cell.time.as_ref()?;
    let medians: Vec<f64> = time
        .processes
        .iter()
        .filter_map(|process| median(&per_call(process, time.calls, Clock::Wall)))
        .collect();
    Some(Measured::Estimate {
        median: median(&medians)?,
        low: medians.iter().copied().fold(f64::INFINITY, f64::min),
        high: medians.iter().copied().fold(0.0, f64::max),
    })
}

#[cfg(test)]
mod tests;
