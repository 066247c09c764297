//! The straight line through figures over sizes: so many bytes an element, and so many beside.

use heapbook_model::Measured;

/// A figure as `per_element * n + constant`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// What each element adds, in the figure's unit.
    pub per_element: f64,
    /// What there is without any element, in the figure's unit.
    pub constant: f64,
    /// Whether every figure is exact and lies on the line, with nothing rounded; true for two exact
    /// figures.
    pub is_exact: bool,
    /// The largest share of its figure by which the line misses one; 0 where it is exact.
    pub miss: f64,
    /// Whether the constant is larger than what the line may miss at the smallest size. Where it is
    /// not, the figures do not tell it from 0.
    pub constant_is_seen: bool,
}

/// The line through figures at sizes `n`, in any order. `None` for fewer than two different sizes.
///
/// Where all figures are exact and lie on one line, which whole numbers decide without rounding, it
/// is that line. Else it is the line with the least squared *relative* misses, since sizes are
/// geometric and plain least squares would see the largest figure alone (Tofallis, "Least Squares
/// Percentage Regression", Journal of Modern Applied Statistical Methods 7, 2008: each miss is
/// weighted by one over the figure squared). Of a range the middle is taken.
pub fn fit_line(figures: &[(u64, Measured)]) -> Option<Line> {
    let figures = by_size(figures);
    if figures.iter().any(|(_, figure)| figure.is_incomplete()) {
        return None;
    }
    let weighted: Vec<(f64, f64, f64)> = figures
        .iter()
        .map(|(n, figure)| {
            let value = figure.typical();
            (*n as f64, value, 1.0 / value.abs().max(1.0).powi(2))
        })
        .collect();
    exact_line(&figures).or_else(|| relative_line(&weighted))
}

/// Figures in the order of their sizes, those of one size in the order of their values.
pub(super) fn by_size(figures: &[(u64, Measured)]) -> Vec<(u64, Measured)> {
    let mut figures = figures.to_vec();
    figures
        .sort_by(|(n, one), (other_n, other)| n.cmp(other_n).then(one.typical().total_cmp(&other.typical())));
    figures
}

/// The line that all figures lie on, where they are exact and there is one.
fn exact_line(figures: &[(u64, Measured)]) -> Option<Line> {
    let points: Option<Vec<(i128, i128)>> = figures
        .iter()
        .map(|(n, figure)| match figure {
            Measured::Exact(value) => Some((i128::from(*n), i128::from(*value))),
            _ => None,
        })
        .collect();
    let points = points?;
    let (first, last) = (points.first()?, points.last()?);
    let (run, rise) = (last.0 - first.0, last.1 - first.1);
    let lies_on_it = |point: &(i128, i128)| (point.1 - first.1) * run == rise * (point.0 - first.0);
    (run > 0 && points.iter().all(lies_on_it)).then(|| Line {
        per_element: rise as f64 / run as f64,
        constant: (first.1 * run - rise * first.0) as f64 / run as f64,
        is_exact: true,
        miss: 0.0,
        constant_is_seen: first.1 * run != rise * first.0,
    })
}

/// The line of the least squared relative misses through (n, figure, weight), sorted by n.
fn relative_line(points: &[(f64, f64, f64)]) -> Option<Line> {
    let (per_element, constant) = weighted_least_squares(points)?;
    let smallest = points.first()?.1.abs().max(1.0);
    let misses = points
        .iter()
        .map(|(n, figure, _)| (per_element * n + constant - figure).abs() / figure.abs().max(1.0));
    let miss = misses.fold(0.0, f64::max);
    Some(Line {
        per_element,
        constant,
        is_exact: false,
        miss,
        constant_is_seen: constant.abs() > miss * smallest,
    })
}

/// Slope and intercept of the line with the least weighted squared misses through (x, y, weight):
/// the formulas of simple linear regression with weighted means, as in Draper and Smith, "Applied
/// Regression Analysis" (3rd edition, 1998), sections 1.2 and 9.2. With equal weights it is
/// Python's `statistics.linear_regression`. `None` if all x are equal.
pub fn weighted_least_squares(points: &[(f64, f64, f64)]) -> Option<(f64, f64)> {
    let total: f64 = points.iter().map(|(_, _, weight)| weight).sum();
    let mean = |value: fn(&(f64, f64, f64)) -> f64| {
        let weighted: f64 = points.iter().map(|point| point.2 * value(point)).sum();
        weighted / total
    };
    let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points
        .iter()
        .map(|(x, _, weight)| weight * (x - mean_x).powi(2))
        .sum();
    let shared: f64 = points
        .iter()
        .map(|(x, y, weight)| weight * (x - mean_x) * (y - mean_y))
        .sum();
    let slope = shared / spread;
    (spread > 0.0).then_some((slope, mean_y - slope * mean_x))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exact(points: &[(u64, i64)]) -> Vec<(u64, Measured)> {
        points
            .iter()
            .map(|&(n, value)| (n, Measured::Exact(value)))
            .collect()
    }

    fn fitted(points: &[(u64, i64)]) -> Line {
        fit_line(&exact(points)).unwrap()
    }

    #[test]
    fn figures_of_the_reference_records() {
        // Half of a `bytes` object, sliced; CPython 3.13.
        let slice = fitted(&[
            (1_000, 565),
            (10_000, 5_065),
            (100_000, 50_065),
            (1_000_000, 500_065),
        ]);
        assert_eq!(
            (slice.per_element, slice.constant, slice.is_exact),
            (0.5, 65.0, true)
        );
        // A list of squares, which grows in steps: no line holds all four figures, and none shows a
        // constant.
        let list = fitted(&[
            (1_000, 40_384),
            (10_000, 404_704),
            (100_000, 4_000_512),
            (1_000_000, 40_448_256),
        ]);
        assert!((list.per_element - 40.3).abs() < 0.1, "{list:?}");
        assert!(
            !list.is_exact && !list.constant_is_seen && list.miss < 0.01,
            "{list:?}"
        );
    }

    #[test]
    fn fewer_than_two_sizes_have_no_line() {
        assert_eq!(fit_line(&exact(&[])), None);
        assert_eq!(fit_line(&exact(&[(10, 400)])), None);
        assert_eq!(fit_line(&exact(&[(10, 400), (10, 500)])), None);
    }

    #[test]
    fn nothing_everywhere_is_an_exact_line_too() {
        let line = fitted(&[(10, 0), (100, 0), (1_000, 0)]);
        assert_eq!((line.per_element, line.constant), (0.0, 0.0));
        assert!(line.is_exact && !line.constant_is_seen);
    }

    #[test]
    fn what_is_not_exact_makes_no_exact_line() {
        let range = Measured::Range { low: 40, high: 40 };
        let line = fit_line(&[(1, range), (2, Measured::Exact(80))]).unwrap();
        assert!(!line.is_exact);
    }

    #[test]
    fn large_figures_are_decided_without_rounding() {
        let huge = 1_i64 << 60;
        assert!(fitted(&[(1, huge + 1), (2, huge + 2), (3, huge + 3)]).is_exact);
        assert!(!fitted(&[(1, huge + 1), (2, huge + 2), (3, huge + 4)]).is_exact);
    }

    fn sizes() -> impl Strategy<Value = Vec<u64>> {
        prop::collection::btree_set(1u64..10_000_000, 2..8).prop_map(|sizes| sizes.into_iter().collect())
    }

    proptest! {
        #[test]
        fn a_line_is_found_again(sizes in sizes(), slope in -500i64..500, constant in -100_000i64..100_000) {
            let points: Vec<_> = sizes.iter().map(|&n| (n, slope * n as i64 + constant)).collect();
            let line = fitted(&points);
            prop_assert_eq!((line.per_element, line.constant), (slope as f64, constant as f64));
            prop_assert!(line.is_exact && line.constant_is_seen == (constant != 0));
        }

        #[test]
        fn one_figure_beside_the_line_is_noticed(
            sizes in prop::collection::btree_set(1u64..1_000_000, 3..8),
            slope in 1i64..500,
            which: prop::sample::Index,
        ) {
            let mut points: Vec<_> = sizes.iter().map(|&n| (n, slope * n as i64)).collect();
            let which = which.index(points.len());
            points[which].1 += 1;
            let line = fitted(&points);
            prop_assert!(!line.is_exact && line.miss > 0.0, "{line:?}");
        }

        #[test]
        fn order_does_not_matter(
            mut points in prop::collection::vec((1u64..1_000_000, 0i64..1_000_000_000), 2..8),
            seed: u64,
        ) {
            let before = fit_line(&exact(&points));
            fastrand::Rng::with_seed(seed).shuffle(&mut points);
            prop_assert_eq!(before, fit_line(&exact(&points)));
        }

        #[test]
        fn scaling_the_figures_scales_the_line(
            points in prop::collection::vec((1u64..1_000_000, 1i64..1_000_000), 2..8),
            scale in 1i64..1_000,
        ) {
            prop_assume!(points.iter().any(|(n, _)| *n != points[0].0));
            let scaled: Vec<_> = points.iter().map(|&(n, value)| (n, value * scale)).collect();
            let (plain, scaled) = (fitted(&points), fitted(&scaled));
            prop_assert_eq!(plain.is_exact, scaled.is_exact);
            let reach = plain.constant.abs() + plain.per_element.abs() * 1e6;
            for (one, other) in [(plain.per_element, scaled.per_element), (plain.constant, scaled.constant)] {
                prop_assert!((one * scale as f64 - other).abs() <= 1e-7 * reach * scale as f64, "{one} {other}");
            }
            prop_assert!((plain.miss - scaled.miss).abs() <= 1e-6 * (1.0 + plain.miss));
        }

        #[test]
        fn least_squares_shift_and_scale_with_their_points(
            points in prop::collection::vec((-1000i32..1000, -1000i32..1000, 1i32..10), 2..20),
            (scale, shift) in (1i32..50, -1000i32..1000),
        ) {
            prop_assume!(points.iter().any(|point| point.0 != points[0].0));
            let plain: Vec<_> = points
                .iter()
                .map(|&(x, y, weight)| (f64::from(x), f64::from(y), f64::from(weight)))
                .collect();
            let moved: Vec<_> = plain
                .iter()
                .map(|(x, y, weight)| (*x, y * f64::from(scale) + f64::from(shift), weight * 3.0))
                .collect();
            let (slope, intercept) = weighted_least_squares(&plain).unwrap();
            let (moved_slope, moved_intercept) = weighted_least_squares(&moved).unwrap();
            let reach = f64::from(scale) * 1e-6 * (1.0 + slope.abs() + intercept.abs());
            prop_assert!((slope * f64::from(scale) - moved_slope).abs() <= reach);
            let expected = intercept * f64::from(scale) + f64::from(shift);
            prop_assert!((expected - moved_intercept).abs() <= reach + 1e-6, "{expected} {moved_intercept}");
        }
    }
}
