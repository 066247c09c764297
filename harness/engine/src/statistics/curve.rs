//! The curve of one class of growth that misses figures least.

use heapbook_model::{Growth, Measured};

/// One class of growth held against figures: `constant + factor * f(n)`, neither of them negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The class, which decides `f`.
    pub growth: Growth,
    /// What does not grow, in the figure's unit.
    pub constant: f64,
    /// What `f(n)` is multiplied by.
    pub factor: f64,
    /// How far the curve misses: the least share by which some figure, at the end of its interval
    /// that is nearest, must be changed for all to lie on one such curve. 0 where a curve passes
    /// through all intervals; near 1 where figures differ by orders of magnitude from any such
    /// curve.
    pub miss: f64,
}

/// What a figure may be: its interval at a size.
#[derive(Debug, Clone, Copy)]
pub(super) struct Between {
    n: u64,
    low: f64,
    high: f64,
}

impl Between {
    /// Whole figures stand for what rounds to them, so that a curve through whole numbers need not
    /// be hit exactly.
    pub(super) fn of(n: u64, figure: Measured) -> Self {
        let rounding = match figure {
            Measured::Estimate { .. } => 0.0,
            _ => 0.5,
        };
        Between {
            n,
            low: (figure.low() - rounding).max(0.0),
            high: figure.high() + rounding,
        }
    }
}

/// The curve of a class that misses the figures least, by the largest relative miss. The figures
/// are sorted by size.
///
/// A curve is given but for its scale by the share `w` of its value at the largest size that grows.
/// For a given `w` a figure `i` and a larger-sized figure `j` contradict each other by
/// `low_i * y_j / (high_j * y_i)` where the curve grows more than they do, which rises with `w`,
/// and by `low_j * y_i / (high_i * y_j)` where it grows less, which falls. The best `w` is where
/// the largest of the one meets the largest of the other (the minimax criterion of Chebyshev, on
/// ratios).
pub(super) fn fit(growth: Growth, figures: &[Between]) -> Candidate {
    let largest = figures
        .iter()
        .map(|figure| growth.of(figure.n))
        .fold(0.0, f64::max);
    let places: Vec<f64> = figures
        .iter()
        .map(|figure| growth.of(figure.n) / largest.max(1.0))
        .collect();
    let curve = |share: f64| -> Vec<f64> { places.iter().map(|place| 1.0 - share + share * place).collect() };
    let share = match growth {
        Growth::Constant => 0.0,
        _ => best_share(|share| contradictions(figures, &curve(share))),
    };
    let shape = curve(share);
    let (steeper, flatter) = contradictions(figures, &shape);
    let least = |figure: (&Between, &f64)| figure.0.low / figure.1;
    let most = |figure: (&Between, &f64)| figure.0.high / figure.1;
    let miss = missed(steeper.max(flatter));
    let scale = (figures.iter().zip(&shape).map(least).fold(0.0, f64::max)
        * figures.iter().zip(&shape).map(most).fold(f64::INFINITY, f64::min))
    .sqrt();
    Candidate {
        growth,
        constant: scale * (1.0 - share),
        factor: scale * share / largest.max(1.0),
        miss,
    }
}

/// How much the curve is steeper than the figures, and how much flatter: the largest factor between
/// two of them.
fn contradictions(figures: &[Between], curve: &[f64]) -> (f64, f64) {
    let (mut steeper, mut flatter) = (0.0_f64, 0.0_f64);
    for (index, (smaller, at_smaller)) in figures.iter().zip(curve).enumerate() {
        for (larger, at_larger) in figures.iter().zip(curve).skip(index + 1) {
            steeper = steeper.max(smaller.low * at_larger / (larger.high * at_smaller));
            flatter = flatter.max(larger.low * at_smaller / (smaller.high * at_larger));
        }
    }
    (steeper, flatter)
}

/// The share at which the contradictions meet, by bisection: the first of them rises with the
/// share, the second falls.
fn best_share(contradictions: impl Fn(f64) -> (f64, f64)) -> f64 {
    let is_too_steep = |share| {
        let (steeper, flatter) = contradictions(share);
        steeper >= flatter
    };
    if is_too_steep(0.0) {
        return 0.0;
    }
    if !is_too_steep(1.0) {
        return 1.0;
    }
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    // A share is a number between 0 and 1: 60 halvings leave nothing of it.
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if is_too_steep(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The share `t` with `(1 + t) / (1 - t)` equal to the factor: both figures are then moved by it,
/// towards each other.
fn missed(factor: f64) -> f64 {
    match factor {
        ..=1.0 => 0.0,
        _ if factor.is_finite() => (factor - 1.0) / (factor + 1.0),
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(growth: Growth, figures: &[(u64, i64)]) -> Candidate {
        let figures: Vec<Between> = figures
            .iter()
            .map(|&(n, value)| Between::of(n, Measured::Exact(value)))
            .collect();
        fit(growth, &figures)
    }

    #[test]
    fn a_line_with_a_constant_is_fitted_and_missed_by_nothing() {
        let line = candidate(
            Growth::Linear,
            &[(100, 5_024), (1_000, 41_024), (10_000, 401_024)],
        );
        assert_eq!(line.miss, 0.0);
        assert!(
            (line.factor - 40.0).abs() < 0.01 && (line.constant - 1_024.0).abs() < 2.0,
            "{line:?}"
        );
    }

    #[test]
    fn a_miss_is_the_share_by_which_figures_would_have_to_move() {
        // 90 and 110 both become 99 when moved by a tenth of themselves.
        let flat = candidate(Growth::Constant, &[(10, 90_000), (100, 110_000)]);
        assert!((flat.miss - 0.1).abs() < 1e-4, "{flat:?}");
        assert!((flat.constant - 99_499.0).abs() < 1.0, "{flat:?}");
    }

    #[test]
    fn figures_that_fall_are_fitted_by_a_constant() {
        for growth in Growth::ALL {
            let fallen = candidate(growth, &[(10, 2_000), (100, 1_000), (1_000, 500)]);
            assert_eq!(fallen.factor, 0.0, "{fallen:?}");
        }
    }
}
