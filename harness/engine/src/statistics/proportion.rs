//! How sure a rate is.

use super::Confidence;
use super::student;

/// Degrees of freedom at which Student's distribution is the normal one to three digits.
const NORMAL: usize = 10_000;

/// The interval of a rate, when something was found so many times in so many trials: Wilson, "Probable Inference, the
/// Law of Succession, and Statistical Inference", Journal of the American Statistical Association 22 (1927).
///
/// It keeps its promise near 0 and 1, where `rate +- error` would shrink to a point. Nothing without trials, or where more
/// was found than tried.
pub fn wilson(found: u64, trials: u64, confidence: Confidence) -> Option<(f64, f64)> {
    if trials == 0 || found > trials {
        return None;
    }
    let z = student::two_sided(confidence.share(), NORMAL);
    let (trials, rate) = (trials as f64, found as f64 / trials as f64);
    let denominator = 1.0 + z * z / trials;
    let middle = rate + z * z / (2.0 * trials);
    let margin = z * (rate * (1.0 - rate) / trials + z * z / (4.0 * trials * trials)).sqrt();
    Some((
        ((middle - margin) / denominator).max(0.0),
        ((middle + margin) / denominator).min(1.0),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_vectors() {
        let near = |found: Option<(f64, f64)>, low: f64, high: f64| {
            let (found_low, found_high) = found.unwrap();
            assert!(
                (found_low - low).abs() < 5e-4 && (found_high - high).abs() < 5e-4,
                "{found_low} {found_high}"
            );
        };
        // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I.
        near(wilson(81, 263, Confidence::QUOTED), 0.2553, 0.3662);
        near(wilson(15, 148, Confidence::QUOTED), 0.0624, 0.1605);
        near(wilson(0, 20, Confidence::QUOTED), 0.0, 0.1611);
        near(wilson(1, 29, Confidence::QUOTED), 0.0061, 0.1718);
        assert_eq!(wilson(0, 0, Confidence::QUOTED), None);
        assert_eq!(wilson(3, 2, Confidence::QUOTED), None);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_rate_and_mirrors(trials in 1u64..1_000, share in 0.0..=1.0f64) {
            let found = (trials as f64 * share) as u64;
            let (low, high) = wilson(found, trials, Confidence::QUOTED).unwrap();
            let rate = found as f64 / trials as f64;
            prop_assert!(low <= rate + 1e-12 && rate <= high + 1e-12);
            let (mirrored_low, mirrored_high) = wilson(trials - found, trials, Confidence::QUOTED).unwrap();
            prop_assert!((mirrored_low - (1.0 - high)).abs() < 1e-9 && (mirrored_high - (1.0 - low)).abs() < 1e-9);
        }
    }
}
