//! How a figure grows with `n`: the class, where one alone is possible, and the evidence.

use super::curve::{Between, Candidate, fit};
use super::line::fit_line;
use heapbook_model::{Growth, Measured};

/// A class fits where its curve misses no figure by more than this share. A list that grows has up to an eighth more
/// slots than elements ([`list_resize`](https://github.com/python/cpython/blob/3.13/Objects/listobject.c)), which is
/// 6 % to either side of a line.
const FITS_WITHIN: f64 = 0.08;

/// Constant stays possible up to this share where nothing more is known: noise of a tenth is easily taken for a
/// logarithm, which no more than doubles from a thousand to a million.
const MAY_BE_CONSTANT_WITHIN: f64 = 0.16;

/// Figures within this share of one value are constant, whatever else would fit them.
const CONSTANT_WITHIN: f64 = 0.02;

/// A class that misses by more than this share is out of the question, even for tables that double when they are
/// full: those lie up to a third to either side of a line.
const RULED_OUT_BEYOND: f64 = 0.5;

/// A time may rise to this multiple of its curve as `n` grows: the same step takes longer once the data has outgrown
/// the processor's caches. The reference records show up to 1.8 where a list is built and summed.
const CACHES_COST: f64 = 2.0;

/// Fewer sizes than this do not name a curve, however well it fits: two parameters pass close to three figures by
/// chance.
const SIZES_TO_NAME_A_CURVE: usize = 4;

/// Where figures differ by less than this, half a unit of rounding is no small part of the difference.
const GROWTH_BEYOND_ROUNDING: f64 = 16.0;

/// The class of growth, and how each class was missed.
#[derive(Debug, Clone, PartialEq)]
pub struct GrowthJudgement {
    /// The class, where one alone is possible; nothing where two fit alike, or none does.
    pub class: Option<Growth>,
    /// Every class's best curve, in the order of [`Growth::ALL`].
    pub candidates: [Candidate; 5],
}

impl GrowthJudgement {
    /// The best curve of a class.
    pub fn candidate(&self, growth: Growth) -> &Candidate {
        &self.candidates[growth as usize]
    }

    /// Whether the figures speak against a class: another is the only possible one; or others fit, be they several, and this one
    /// does not by twice what they may miss; or it misses by far.
    pub fn speaks_against(&self, growth: Growth) -> bool {
        let missed = self.candidate(growth).miss_beside_caches;
        match self.class {
            Some(class) => class != growth,
            None if self.candidates.iter().any(|other| other.miss <= FITS_WITHIN) => {
                missed > 2.0 * FITS_WITHIN
            }
            None => missed > RULED_OUT_BEYOND,
        }
    }
}

/// Judges how figures at sizes `n` grow; in any order. Nothing for fewer than two different sizes, or negative figures
/// that are not all the same.
///
/// For each class the curve `constant + factor * f(n)` is found that misses the figures' intervals least, relative to
/// the figures; a constant part, such as an object's header, is no miss. Then, in this order:
///
/// 1. exact figures at three sizes or more that lie on one rising line are *linear*, however flat the line;
/// 2. exact figures at four sizes or more that a single class meets to the unit are of that class;
/// 3. figures that may lie within 2 % of one value, and whose whole intervals lie within 8 %, are *constant*;
/// 4. the class is the one that misses no figure by more than 8 %, if there is exactly one.
///
/// Step 4 cannot name a wrong class for figures that lie within 8 % of a curve: their own class then is among those that
/// fit, and a second that fits as well leaves the question open. Constant counts as fitting up to 16 %. Of figures that
/// are noise and nothing else, four sizes are given a class in up to 3 of 100 cases.
///
/// Times have two more rules, since the same step takes longer once the data has outgrown the processor's caches. A class
/// is not named where a slower one would fit with its times rising to twice its curve: so *n log n* is told from
/// *linear* only where the sizes span more than a doubling of the logarithm. And where no class fits as it is, one
/// that alone fits with such a rise is named.
pub fn judge_growth(figures: &[(u64, Measured)]) -> Option<GrowthJudgement> {
    let mut figures = figures.to_vec();
    figures.sort_by(|one, other| {
        let order = one.0.cmp(&other.0);
        order.then(one.1.typical().total_cmp(&other.1.typical()))
    });
    let (first, last) = (figures.first()?, figures.last()?);
    let is_time = figures
        .iter()
        .any(|(_, figure)| matches!(figure, Measured::Estimate { .. }));
    let are_alike = !is_time && figures.iter().all(|(_, figure)| *figure == first.1);
    let has_negative = figures.iter().any(|(_, figure)| figure.low() < 0.0);
    if first.0 == last.0 || (has_negative && !are_alike) {
        return None;
    }
    let slowing = if is_time { CACHES_COST } else { 1.0 };
    let between: Vec<Between> = figures
        .iter()
        .map(|(n, figure)| Between::of(*n, *figure))
        .collect();
    let candidates = Growth::ALL.map(|growth| Candidate {
        miss_beside_caches: fit(growth, &between, slowing).miss,
        ..fit(growth, &between, 1.0)
    });
    let class = match are_alike {
        true => Some(Growth::Constant),
        false => on_a_line(&figures)
            .or_else(|| to_the_unit(&figures, &candidates))
            .or_else(|| constant(&figures, &between))
            .or_else(|| only_one_that_fits(&candidates)),
    };
    Some(GrowthJudgement { class, candidates })
}

/// Linear, where exact figures at three sizes or more lie on a rising line.
fn on_a_line(figures: &[(u64, Measured)]) -> Option<Growth> {
    let line = fit_line(figures)?;
    (line.is_exact && line.per_element > 0.0 && figures.len() >= 3).then_some(Growth::Linear)
}

/// The class that meets exact figures to the unit, if there is one and no other does.
fn to_the_unit(figures: &[(u64, Measured)], candidates: &[Candidate]) -> Option<Growth> {
    let are_exact = figures
        .iter()
        .all(|(_, figure)| matches!(figure, Measured::Exact(_)));
    let values = figures.iter().map(|(_, figure)| figure.typical());
    let growth = values.clone().fold(f64::NEG_INFINITY, f64::max) - values.fold(f64::INFINITY, f64::min);
    if !are_exact || figures.len() < SIZES_TO_NAME_A_CURVE || growth < GROWTH_BEYOND_ROUNDING {
        return None;
    }
    let mut meeting = candidates.iter().filter(|candidate| candidate.miss == 0.0);
    let first = meeting.next()?;
    meeting.next().is_none().then_some(first.growth)
}

/// Constant, where all figures may lie within 2 % of one value, and must lie within 8 %: wide intervals are no evidence.
/// What caches cost is no excuse here.
fn constant(figures: &[(u64, Measured)], between: &[Between]) -> Option<Growth> {
    let may = fit(Growth::Constant, between, 1.0).miss;
    let low = figures
        .iter()
        .map(|(_, figure)| figure.low())
        .fold(f64::INFINITY, f64::min);
    let high = figures
        .iter()
        .map(|(_, figure)| figure.high())
        .fold(0.0, f64::max);
    (may <= CONSTANT_WITHIN && high - low <= FITS_WITHIN * (high + low)).then_some(Growth::Constant)
}

/// The only class that fits as it is, or else the only one that fits with what caches may cost; none where a slower one
/// fits with that.
fn only_one_that_fits(candidates: &[Candidate]) -> Option<Growth> {
    let fitting = |miss: fn(&Candidate) -> f64| -> Vec<Growth> {
        let within = |growth| match growth {
            Growth::Constant => MAY_BE_CONSTANT_WITHIN,
            _ => FITS_WITHIN,
        };
        let fitting = candidates
            .iter()
            .filter(|candidate| miss(candidate) <= within(candidate.growth));
        fitting.map(|candidate| candidate.growth).collect()
    };
    let beside_caches = fitting(|candidate| candidate.miss_beside_caches);
    let growth = match (
        fitting(|candidate| candidate.miss).as_slice(),
        beside_caches.as_slice(),
    ) {
        ([Growth::Constant], _) | ([], [Growth::Constant]) => return None,
        ([only], _) | ([], [only]) => *only,
        _ => return None,
    };
    (beside_caches.first() == Some(&growth)).then_some(growth)
}

#[cfg(test)]
mod tests;
