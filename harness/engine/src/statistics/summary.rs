//! Order statistics.

/// The quantile `q` (0 to 1) of the values, interpolated linearly between neighbours: the
/// definition 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American
/// Statistician 50 (1996), which Python's `statistics.quantiles(method="inclusive")` uses as well.
/// `None` without values.
pub fn quantile(values: &[f64], q: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let place = q.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    Some(sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64))
}

/// The median. `None` without values.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// The median of the absolute deviations from the median, unscaled. `None` without values.
pub fn median_absolute_deviation(values: &[f64]) -> Option<f64> {
    let centre = median(values)?;
    let deviations: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
    median(&deviations)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_vectors_of_pythons_statistics() {
        assert_eq!(median(&[5.0, 1.0, 4.0]), Some(4.0));
        assert_eq!(median(&[5.0, 1.0, 4.0, 2.0]), Some(3.0));
        // statistics.quantiles([1, 2, 4, 8, 16], n=4, method="inclusive") == [2.0, 4.0, 8.0]
        assert_eq!(quantile(&[16.0, 1.0, 8.0, 2.0, 4.0], 0.25), Some(2.0));
        assert_eq!(quantile(&[16.0, 1.0, 8.0, 2.0, 4.0], 0.75), Some(8.0));
        assert_eq!(
            median_absolute_deviation(&[1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0]),
            Some(1.0)
        );
        assert_eq!(median(&[]), None);
    }

    proptest! {
        #[test]
        fn order_does_not_matter(mut values in prop::collection::vec(-1e9..1e9f64, 1..50), seed: u64) {
            let before = (median(&values), median_absolute_deviation(&values), quantile(&values, 0.9));
            fastrand::Rng::with_seed(seed).shuffle(&mut values);
            let after = (median(&values), median_absolute_deviation(&values), quantile(&values, 0.9));
            prop_assert_eq!(before, after);
        }

        #[test]
        fn scaling_and_shifting_carry_through(
            values in prop::collection::vec(-1000i32..1000, 1..50),
            scale in 1i32..100,
            shift in -1000i32..1000,
        ) {
            let plain: Vec<f64> = values.iter().copied().map(f64::from).collect();
            let moved: Vec<f64> = plain.iter().map(|value| value * f64::from(scale) + f64::from(shift)).collect();
            let expected = median(&plain).unwrap() * f64::from(scale) + f64::from(shift);
            prop_assert!((median(&moved).unwrap() - expected).abs() < 1e-6);
            let expected = median_absolute_deviation(&plain).unwrap() * f64::from(scale);
            prop_assert!((median_absolute_deviation(&moved).unwrap() - expected).abs() < 1e-6);
        }

        #[test]
        fn quantiles_rise_and_stay_among_the_values(
            values in prop::collection::vec(-1e6..1e6f64, 1..50),
            (one, other) in (0.0..1.0f64, 0.0..1.0f64),
            scale in 0.001..1000.0f64,
            shift in -1e6..1e6f64,
        ) {
            let (lower, higher) = (one.min(other), one.max(other));
            let (low, high) = (quantile(&values, lower).unwrap(), quantile(&values, higher).unwrap());
            prop_assert!(low <= high);
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert!(least <= low && high <= most);
            prop_assert_eq!((quantile(&values, 0.0), quantile(&values, 1.0)), (Some(least), Some(most)));
            let moved: Vec<f64> = values.iter().map(|value| value * scale + shift).collect();
            let expected = low * scale + shift;
            prop_assert!((quantile(&moved, lower).unwrap() - expected).abs() <= 1e-9 * (1e6 + 1e6 * scale));
        }
    }
}
