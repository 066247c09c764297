//! How a figure grows with `n`: the class, where one alone is possible, and the evidence.

use super::curve::{Between, Candidate, fit};
use super::line::{by_size, fit_line};
use heapbook_model::{Growth, Measured};

/// A class fits where its curve misses no figure by more than this share. A list that grows has up
/// to an eighth more slots than elements
/// ([`list_resize`](https://github.com/python/cpython/blob/3.13/Objects/listobject.c)), which is 6
/// % to either side of a line.
const FITS_WITHIN: f64 = 0.08;

/// Constant stays possible up to this share where nothing more is known: noise of a tenth is easily
/// taken for a logarithm, which no more than doubles from a thousand to a million.
const MAY_BE_CONSTANT_WITHIN: f64 = 0.16;

/// Figures within this share of one value are constant, whatever else would fit them.
const CONSTANT_WITHIN: f64 = 0.02;

/// Exact figures that differ by no more than this over all sizes may be constant: a few small
/// objects, of which CPython's free lists keep some more or fewer from size to size. The ints of a
/// loop are such (up to a hundred are kept, but a loop needs no more than three or four at a time).
const FEW_BYTES: f64 = 256.0;

/// What one element adds at the least to anything that grows with their number is a bit. Half of
/// that is no growth.
const PER_ELEMENT_AT_MOST: f64 = 1.0 / 16.0;

/// The least factor between the smallest and the largest size over which so little growth says
/// anything.
const WIDE: u64 = 10;

/// A class that misses by more than this share is out of the question, even for tables that double
/// when they are full: those lie up to a third to either side of a line.
const RULED_OUT_BEYOND: f64 = 0.5;

/// Elements between two sizes, of which a difference in bytes is a multiple by chance once in as
/// many cases.
const LEAST_BETWEEN: i128 = 50;

/// How figures grow: the class, and how far each class misses.
#[derive(Debug, Clone, PartialEq)]
pub struct GrowthJudgement {
    /// The class. `None` if the figures fit two classes alike, or none.
    pub class: Option<Growth>,
    /// Every class's best curve, in the order of [`Growth::ALL`].
    pub candidates: [Candidate; Growth::ALL.len()],
}

impl GrowthJudgement {
    /// The curve of a class that misses the figures least.
    pub fn candidate(&self, growth: Growth) -> &Candidate {
        &self.candidates[growth as usize]
    }

    /// Whether the figures rule a class out: the class is another; or some class fits, and this one
    /// misses by more than twice what a class may; or none fits, and this one misses by far.
    pub fn speaks_against(&self, growth: Growth) -> bool {
        let missed = self.candidate(growth).miss;
        match self.class {
            Some(class) => class != growth,
            None if self.candidates.iter().any(|other| other.miss <= FITS_WITHIN) => {
                missed > 2.0 * FITS_WITHIN
            }
            None => missed > RULED_OUT_BEYOND,
        }
    }
}

/// Judges how figures at sizes `n` grow; in any order. `None` for fewer than two different sizes,
/// or for negative figures that are not all the same.
///
/// For each class the curve `constant + factor * f(n)` is found that misses the figures' intervals
/// least, relative to the figures; a constant part, such as an object's header, is no miss. Then,
/// in this order:
///
/// 1. exact figures are *constant* where they differ by 256 bytes at the most, and by no more than
///    half a bit for each element between the smallest and the largest size, which is ten times as
///    large at the least; unless a logarithm alone fits them;
/// 2. exact figures that lie on one rising line are *linear*, however flat the line, at three sizes
///    or more; at two sizes where a whole number of bytes is added for each element, which chance
///    gives one pair of figures in fifty at most;
/// 3. figures that may lie within 2 % of one value, and whose whole intervals lie within 8 %, are
///    *constant*;
/// 4. the class is the one that misses no figure by more than 8 %, if there is exactly one; at two
///    sizes it is quadratic only where a line misses by half.
///
/// Step 4 cannot name a wrong class for figures that lie within 8 % of a curve: their own class
/// then is among those that fit, and a second that fits as well leaves the question open. Constant
/// counts as fitting up to 16 %. Of figures that are noise and nothing else, four sizes are given a
/// class in up to 3 of 100 cases.
///
/// The same step takes up to twice as long once the data has outgrown the processor's caches, so a
/// time that spans many sizes often fits no class: it is then left open.
pub fn judge_growth(figures: &[(u64, Measured)]) -> Option<GrowthJudgement> {
    let figures = by_size(figures);
    let (first, last) = (figures.first()?, figures.last()?);
    let is_estimate = matches!(first.1, Measured::Estimate { .. });
    let are_alike = !is_estimate && figures.iter().all(|(_, figure)| *figure == first.1);
    let has_negative = figures.iter().any(|(_, figure)| figure.low() < 0.0);
    // Of what a lower bound leaves out, anything may be.
    if figures.iter().any(|(_, figure)| figure.is_incomplete()) {
        return None;
    }
    if first.0 == last.0 || (has_negative && !are_alike) {
        return None;
    }
    let between: Vec<Between> = figures
        .iter()
        .map(|(n, figure)| Between::of(*n, *figure))
        .collect();
    let candidates = Growth::ALL.map(|growth| fit(growth, &between));
    let only = only_one_that_fits(&candidates);
    let grows_by_little = only != Some(Growth::Logarithmic) && grows_by_little(&figures);
    let class = match are_alike || grows_by_little {
        true => Some(Growth::Constant),
        false => on_a_line(&figures)
            .or_else(|| constant(&figures, &candidates))
            .or(only)
            .filter(|class| figures.len() > 2 || !may_be_linear(*class, &candidates)),
    };
    Some(GrowthJudgement { class, candidates })
}

/// Linear, where exact figures lie on a rising line, and not because any two do.
fn on_a_line(figures: &[(u64, Measured)]) -> Option<Growth> {
    let line = fit_line(figures)?;
    let enough = match figures {
        [(small, Measured::Exact(low)), (large, Measured::Exact(high))] => {
            let (elements, bytes) = (i128::from(*large) - i128::from(*small), i128::from(high - low));
            let at_zero = i128::from(*low) - i128::from(*small) * bytes / elements.max(1);
            elements >= LEAST_BETWEEN && bytes % elements == 0 && at_zero >= 0
        }
        _ => line.is_exact && figures.len() >= 3,
    };
    (enough && line.per_element > 0.0).then_some(Growth::Linear)
}

/// Whether a class that two figures gave is quadratic, and a line no worse than a table that
/// doubles when it is full would make it.
fn may_be_linear(class: Growth, candidates: &[Candidate]) -> bool {
    class == Growth::Quadratic && candidates[Growth::Linear as usize].miss <= RULED_OUT_BEYOND
}

/// Constant, where all figures may lie within 2 % of one value, and must lie within 8 %: wide
/// intervals are no evidence.
fn constant(figures: &[(u64, Measured)], candidates: &[Candidate]) -> Option<Growth> {
    let low = figures.iter().map(|(_, figure)| figure.low());
    let high = figures.iter().map(|(_, figure)| figure.high());
    let (low, high) = (low.fold(f64::INFINITY, f64::min), high.fold(0.0, f64::max));
    let may = candidates[Growth::Constant as usize].miss <= CONSTANT_WITHIN;
    (may && high - low <= FITS_WITHIN * (high + low)).then_some(Growth::Constant)
}

/// Whether what is added over the whole range is a few objects, and too little for even a bit an
/// element.
fn grows_by_little(figures: &[(u64, Measured)]) -> bool {
    let is_estimate = |figure: &Measured| matches!(figure, Measured::Estimate { .. });
    let ([(first, _), .., (last, _)], false) =
        (figures, figures.iter().any(|(_, figure)| is_estimate(figure)))
    else {
        return false;
    };
    if last / WIDE < *first {
        return false;
    }
    let low = figures.iter().map(|(_, figure)| figure.low());
    let high = figures.iter().map(|(_, figure)| figure.high());
    let differ = high.fold(f64::NEG_INFINITY, f64::max) - low.fold(f64::INFINITY, f64::min);
    let most = FEW_BYTES.min(PER_ELEMENT_AT_MOST * (last - first) as f64);
    differ <= most
}

/// The only class that fits; `None` if it is constant, of which [`constant`] asks more.
fn only_one_that_fits(candidates: &[Candidate]) -> Option<Growth> {
    let mut fitting = candidates.iter().filter(|candidate| match candidate.growth {
        Growth::Constant => candidate.miss <= MAY_BE_CONSTANT_WITHIN,
        _ => candidate.miss <= FITS_WITHIN,
    });
    let only = fitting.next()?.growth;
    (fitting.next().is_none() && only != Growth::Constant).then_some(only)
}

#[cfg(test)]
mod tests;
