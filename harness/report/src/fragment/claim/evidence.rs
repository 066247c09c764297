//! The figures that decided a claim.

use heapbook_engine::claim::{Decision, Evidence};
use heapbook_engine::figures::{Metric, factor};
use heapbook_engine::record::Cell;
use heapbook_engine::scenario::{Claim, Reference, Relation, Test};
use heapbook_engine::statistics::{Candidate, GrowthJudgement, Interval};
use heapbook_model::{Growth, Unit};

use super::super::parts::{code, data, explained, listed};
use crate::display;

/// The figures that decided, in a clause. `cells` are those of the evidence, in its order.
pub(super) fn of(claim: &Claim, decision: &Decision, cells: &[&Cell]) -> String {
    let figures = decision.evidence.as_slice();
    let unit = claim.metric.unit();
    match &claim.test {
        Test::Growth(_) => {
            let fits = decision.growth.as_ref().map(|growth| fits(unit, figures, growth));
            format!("{}{}", over_sizes(unit, figures), fits.unwrap_or_default())
        }
        Test::Bound(_, Reference::Absolute(_)) => match figures {
            [figure] => unrounded(unit, figure),
            several => over_sizes(unit, several),
        },
        Test::Bound(relation, Reference::Relative { times, .. }) => {
            let pairs: Vec<_> = figures.chunks(2).zip(cells.chunks(2)).collect();
            let compared = |(figures, cells): &(&[Evidence], &[&Cell])| {
                let ratio = decision.ratios.iter().find(|ratio| ratio.n == figures[0].n);
                let interval = ratio.map(|ratio| ratio.interval);
                compared(claim.metric, *relation, *times, (figures, cells), interval)
            };
            let at = |pair| format!("{} at {}", compared(pair), display::size(pair.0[0].n));
            match pairs.as_slice() {
                [only] => compared(only),
                [first, middle @ .., last] if !middle.is_empty() => {
                    let between: Vec<String> =
                        middle.iter().map(|(figures, _)| plain(unit, figures)).collect();
                    format!(
                        "{} {} {}",
                        at(first),
                        explained("…", &between.join("; ")),
                        at(last)
                    )
                }
                few => listed(&few.iter().map(at).collect::<Vec<_>>()),
            }
        }
    }
}

/// Two figures at one size as text without marks.
fn plain(unit: Unit, figures: &[Evidence]) -> String {
    let each = figures.iter().map(|figure| {
        let value = display::exact(unit, figure.measured);
        format!("{value} for {}", figure.variant)
    });
    let n = figures.first().map_or(0, |figure| figure.n);
    format!("{} at {}", listed(&each.collect::<Vec<_>>()), display::size(n))
}

fn rounded(unit: Unit, figure: &Evidence) -> String {
    data(unit, figure.measured, &display::measured(unit, figure.measured))
}

fn unrounded(unit: Unit, figure: &Evidence) -> String {
    data(unit, figure.measured, &display::unrounded(unit, figure.measured))
}

/// Two figures with the ratio in front. They are exact where three digits could not show what
/// decided: for equality, and where the ratio reads as the claim's own factor. A ratio of times
/// comes with the interval that decided.
fn compared(
    metric: Metric,
    relation: Relation,
    times: f64,
    (figures, cells): (&[Evidence], &[&Cell]),
    interval: Option<Interval>,
) -> String {
    let ratio = match (figures, cells, interval) {
        (_, _, Some(interval)) => Some(interval.median),
        ([_, _], [one, other], None) => factor(metric, one, other),
        _ => None,
    };
    let words = ratio.and_then(display::comparison);
    let is_close = words.is_some() && words == display::comparison(times);
    let shown = match relation == Relation::Equals || is_close {
        true => unrounded,
        false => rounded,
    };
    let each = figures.iter().map(|figure| {
        let variant = code(&figure.variant.to_string());
        format!("{} for {variant}", shown(metric.unit(), figure))
    });
    let each: Vec<String> = each.collect();
    let between = interval.map(|interval| {
        format!(
            "; the ratio lies between {} and {}",
            display::factor(interval.low),
            display::factor(interval.high)
        )
    });
    match words {
        Some(words) => format!("{words} ({}{})", listed(&each), between.unwrap_or_default()),
        None => listed(&each),
    }
}

/// How each class of growth fits, on demand; empty if the figures are all the same.
fn fits(unit: Unit, figures: &[Evidence], judgement: &GrowthJudgement) -> String {
    if are_alike(figures) {
        return String::new();
    }
    let all = judgement.candidates.iter().map(|candidate| fit(unit, candidate));
    let all: Vec<String> = all.collect();
    let class = judgement.class.map_or("no growth alone fits", Growth::word);
    format!("; {}", explained(class, &all.join("; ")))
}

fn are_alike(figures: &[Evidence]) -> bool {
    figures
        .iter()
        .all(|figure| figure.measured == figures[0].measured)
}

/// How one class fits: its curve, and by how much it misses.
fn fit(unit: Unit, candidate: &Candidate) -> String {
    let function = match candidate.growth {
        Growth::Constant => String::new(),
        Growth::Logarithmic => " + %·ln n".to_owned(),
        Growth::Linear => " + %·n".to_owned(),
        Growth::Quadratic => " + %·n²".to_owned(),
    };
    let shown = |value: f64| match unit {
        Unit::Bytes => display::bytes_estimate(value),
        _ => display::quantity(unit, value),
    };
    format!(
        "{} misses by up to {}: {}{}",
        candidate.growth.word(),
        display::percent(candidate.miss),
        shown(candidate.constant),
        function.replace('%', &shown(candidate.factor))
    )
}

/// The figures over all sizes: one where they are the same, the first and the last where nothing
/// between them stands out, with the others on demand; else all of them.
fn over_sizes(unit: Unit, figures: &[Evidence]) -> String {
    let at = |figure: &Evidence| format!("{} at {}", rounded(unit, figure), display::size(figure.n));
    let exact = |figure: &Evidence| {
        let value = display::exact(unit, figure.measured);
        format!("{value} at {}", display::size(figure.n))
    };
    let rises = |pair: &[Evidence]| pair[0].measured.typical() <= pair[1].measured.typical();
    let falls = |pair: &[Evidence]| pair[0].measured.typical() >= pair[1].measured.typical();
    match figures {
        [first, ..] if are_alike(figures) => format!("{} at every n", rounded(unit, first)),
        [first, _, .., last] if figures.windows(2).all(rises) || figures.windows(2).all(falls) => {
            let all: Vec<String> = figures.iter().map(exact).collect();
            format!("{} {} {}", at(first), explained("…", &all.join("; ")), at(last))
        }
        _ => listed(&figures.iter().map(at).collect::<Vec<_>>()),
    }
}
