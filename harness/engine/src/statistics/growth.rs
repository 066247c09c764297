//! How a figure grows with `n`.

/// The exponent `e` of `figure ~ n^e`: the least-squares slope of the logarithms. About 0 is constant, about 1 linear.
///
/// Figures below 1 count as 1, so that a figure of 0 at every size is constant. Nothing for fewer than two sizes.
pub fn exponent(points: &[(u64, f64)]) -> Option<f64> {
    let logarithms: Vec<(f64, f64)> = points
        .iter()
        .map(|&(n, figure)| ((n.max(1) as f64).ln(), figure.max(1.0).ln()))
        .collect();
    let count = logarithms.len() as f64;
    let mean_x = logarithms.iter().map(|point| point.0).sum::<f64>() / count;
    let mean_y = logarithms.iter().map(|point| point.1).sum::<f64>() / count;
    let spread: f64 = logarithms.iter().map(|point| (point.0 - mean_x).powi(2)).sum();
    let shared: f64 = logarithms
        .iter()
        .map(|point| (point.0 - mean_x) * (point.1 - mean_y))
        .sum();
    (spread > 0.0).then(|| shared / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_give_their_exponent() {
        let sizes = [1_000u64, 10_000, 100_000, 1_000_000];
        for power in 0..3 {
            let points: Vec<_> = sizes
                .iter()
                .map(|&n| (n, 40.0 * (n as f64).powi(power)))
                .collect();
            assert!((exponent(&points).unwrap() - f64::from(power)).abs() < 1e-9);
        }
    }

    #[test]
    fn zero_everywhere_is_constant_and_one_size_says_nothing() {
        assert_eq!(exponent(&[(10, 0.0), (100, 0.0)]), Some(0.0));
        assert_eq!(exponent(&[(10, 5.0)]), None);
        assert_eq!(exponent(&[]), None);
    }
}
