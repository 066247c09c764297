//! Student's t, for intervals from few values.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

/// Halvings until two neighbouring numbers are left.
const HALVINGS: usize = 80;

/// The number that a variable of Student's distribution exceeds, to either side, in a share
/// `1 - confidence` of cases.
///
/// Without a degree of freedom nothing can be said: infinity.
pub(super) fn two_sided(confidence: f64, degrees_of_freedom: usize) -> f64 {
    if degrees_of_freedom == 0 {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (0.0, FRAC_PI_2);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if within(middle, degrees_of_freedom) < confidence {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high).tan() * (degrees_of_freedom as f64).sqrt()
}

/// The share of cases within `+-t`, for `t = tan(angle) * sqrt(degrees of freedom)`: Abramowitz and
/// Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4, the finite sums for whole
/// degrees of freedom.
fn within(angle: f64, degrees_of_freedom: usize) -> f64 {
    let (sine, cosine) = angle.sin_cos();
    let odd = degrees_of_freedom % 2 == 1;
    let (mut term, first) = if odd { (cosine, 2) } else { (1.0, 1) };
    let mut sum = if degrees_of_freedom == 1 { 0.0 } else { term };
    let mut above = first;
    while above + 2 < degrees_of_freedom + usize::from(!odd) {
        term *= above as f64 / (above + 1) as f64 * cosine * cosine;
        sum += term;
        above += 2;
    }
    if odd {
        FRAC_2_PI * (angle + sine * sum)
    } else {
        sine * sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_quantiles() {
        // Abramowitz and Stegun, table 26.10.
        for (confidence, degrees_of_freedom, expected) in [
            (0.95, 1, 12.706),
            (0.95, 2, 4.303),
            (0.95, 3, 3.182),
            (0.95, 4, 2.776),
            (0.95, 9, 2.262),
            (0.95, 10, 2.228),
            (0.98, 7, 2.998),
            (0.99, 4, 4.604),
            (0.99, 30, 2.750),
            (0.95, 2_000, 1.961),
        ] {
            let found = two_sided(confidence, degrees_of_freedom);
            assert!(
                (found - expected).abs() < 6e-4,
                "{confidence} {degrees_of_freedom}: {found}"
            );
        }
        assert!(two_sided(0.95, 0).is_infinite());
    }
}
