//! Figures as text. Figures stay whole numbers up to here.
//!
//! Three significant digits, IEC units for bytes, separators in thousands; the exact figure is for
//! titles and `data` elements ([`exact`]).

use heapbook_model::{Measured, Unit};

/// U+2212: a hyphen would be broken at and read as a dash.
const MINUS: &str = "−";

const BYTE_UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
const TIME_UNITS: [&str; 4] = ["ns", "µs", "ms", "s"];

/// A whole number of bytes: exact below a KiB (`456 bytes`), three significant digits above
/// (`38.6 MiB`).
pub fn bytes(value: i64) -> String {
    match value.unsigned_abs() {
        1 => format!("{} byte", count(value)),
        magnitude if magnitude < 1024 => format!("{} bytes", count(value)),
        _ => bytes_estimate(value as f64),
    }
}

/// A number of bytes that need not be whole, to three significant digits: `40.1 bytes`.
pub fn bytes_estimate(value: f64) -> String {
    match value.abs() < 1000.0 {
        true => format!("{} bytes", significant(value)),
        false => scaled(value / 1024.0, 1024.0, &BYTE_UNITS),
    }
}

/// A whole number with separators in thousands: `1,000,000`.
pub fn count(value: i64) -> String {
    format!("{}{}", sign(value < 0), size(value.unsigned_abs()))
}

/// A size `n`: `1,000,000`.
pub fn size(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time in nanoseconds, to three significant digits: `1.24 ms`.
pub fn time(nanoseconds: f64) -> String {
    scaled(nanoseconds, 1000.0, &TIME_UNITS)
}

/// A number in its unit, which need not be whole: `36.8 MiB`, `1.24 ms`, `2.5`.
pub fn quantity(unit: Unit, value: f64) -> String {
    let is_whole = value.fract() == 0.0 && value.abs() < 9e15;
    match unit {
        Unit::Nanos => time(value),
        Unit::Bytes if is_whole => bytes(value as i64),
        Unit::Bytes => bytes_estimate(value),
        Unit::Count if is_whole => count(value as i64),
        Unit::Count => significant(value),
    }
}

/// What was measured, as a table shows it: one figure, `4.00 to 8.00 KiB` where processes differed,
/// `≈ 4.00 KiB` where they agreed on a figure that never settled, or `≥ 4.00 KiB` where memory was
/// taken that is not in it.
pub fn measured(unit: Unit, figure: Measured) -> String {
    match figure {
        Measured::Exact(value) => quantity(unit, value as f64),
        Measured::AtLeast(value) => format!("≥ {}", quantity(unit, value as f64)),
        Measured::Estimate { median, .. } => quantity(unit, median),
        Measured::Range { low, high } => {
            let (low, high) = (quantity(unit, low as f64), quantity(unit, high as f64));
            if low == high {
                format!("≈ {low}")
            } else {
                joined(&low, &high, " to ", " to ")
            }
        }
    }
}

/// The interval of an estimate, `1.20–1.29 ms`, or `None` for a figure of the ledger.
pub fn interval(unit: Unit, figure: Measured) -> Option<String> {
    let Measured::Estimate { low, high, .. } = figure else {
        return None;
    };
    let (low, high) = (quantity(unit, low), quantity(unit, high));
    Some(joined(&low, &high, "–", " – "))
}

/// Two figures as a range, `40.0 to 80.0 bytes`; one where they read alike.
pub(crate) fn range(low: &str, high: &str) -> String {
    match low == high {
        true => low.to_owned(),
        false => joined(low, high, " to ", " to "),
    }
}

/// Two figures with what stands between them: `dense` where they share a unit, which is then said
/// once.
fn joined(low: &str, high: &str, dense: &str, wide: &str) -> String {
    match (low.split_once(' '), high.split_once(' ')) {
        (Some((number, low_unit)), Some((_, high_unit))) if low_unit == high_unit => {
            format!("{number}{dense}{high}")
        }
        _ => format!("{low}{wide}{high}"),
    }
}

/// Why a figure is a lower bound.
const NOT_ALL: &str = "what it mapped past malloc, or its child processes took, is not in it";

/// The figure with nothing rounded away, for titles: `38,600,123 bytes`.
pub fn exact(unit: Unit, figure: Measured) -> String {
    let whole = |value: i64| match (unit, value) {
        (Unit::Bytes, 1) => "1 byte".to_owned(),
        (Unit::Bytes, _) => format!("{} bytes", count(value)),
        (Unit::Nanos, _) => format!("{} ns", count(value)),
        (Unit::Count, _) => count(value),
    };
    match figure {
        Measured::Exact(value) => whole(value),
        Measured::AtLeast(value) => format!("at least {}: {NOT_ALL}", whole(value)),
        Measured::Range { low, high } if low == high => format!("{}, not exact", whole(low)),
        Measured::Range { low, high } => format!("{} to {}", count(low), whole(high)),
        Measured::Estimate { median, .. } => {
            let interval = interval(unit, figure).unwrap_or_default();
            format!("median {}, 95 % interval {interval}", quantity(unit, median))
        }
    }
}

/// The figure with nothing rounded away, for a sentence: `1,000,000 bytes`. An estimate has no such
/// form, and keeps its interval instead: `1.24 ms (1.20–1.29 ms)`.
pub fn unrounded(unit: Unit, figure: Measured) -> String {
    match figure {
        Measured::Range { low, high } if low == high => format!("≈ {}", exact(unit, Measured::Exact(low))),
        Measured::AtLeast(value) => format!("at least {}", exact(unit, Measured::Exact(value))),
        Measured::Exact(_) | Measured::Range { .. } => exact(unit, figure),
        Measured::Estimate { .. } => {
            let interval = interval(unit, figure).unwrap_or_default();
            format!("{} ({interval})", measured(unit, figure))
        }
    }
}

/// A share of a byte for a table: `< 0.01` where three digits would say more than a reader can use.
pub fn share_of_bytes(value: f64) -> String {
    if value > 0.0 && value < 0.01 {
        "< 0.01".to_owned()
    } else {
        bytes_estimate(value)
    }
}

/// How a figure compares with another, in words: `2.95 times`, and `87,000 times less` below a
/// tenth. `None` for a figure of 0, which has no multiple, and for negative ones.
pub fn comparison(factor: f64) -> Option<String> {
    if !factor.is_finite() || factor <= 0.0 {
        return None;
    }
    Some(match factor < 0.1 {
        true => format!("{} less", times(1.0 / factor)),
        false => times(factor),
    })
}

/// A factor as a plain number: `2.95`, `0.0251`, `86,000`.
pub fn factor(factor: f64) -> String {
    if factor < 1000.0 {
        return significant(factor);
    }
    let step = 10f64.powi(factor.log10().floor() as i32 - 1);
    size(((factor / step).round() * step) as u64)
}

/// A share in percent, to two significant digits: `0.73 %`, `12 %`, `0 %`.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        ..=0.0 => "0 %".to_owned(),
        ..0.01 => "< 0.01 %".to_owned(),
        ..0.1 => format!("{percent:.3} %"),
        ..1.0 => format!("{percent:.2} %"),
        ..10.0 => format!("{percent:.1} %"),
        _ => format!("{percent:.0} %"),
    }
}

/// A factor in words: `2.95 times`, `86,000 times`.
pub fn times(factor: f64) -> String {
    format!("{} times", self::factor(factor))
}

/// A number to three significant digits, `0` where it is 0.
fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = |value: f64| (2 - value.log10().floor() as i32).max(0) as usize;
    let magnitude = value.abs();
    let text = format!("{magnitude:.*}", decimals(magnitude));
    // 9.999 rounds up to 10.00: one digit too many.
    let rounded: f64 = text.parse().unwrap_or(magnitude);
    let text = match rounded >= 1000.0 {
        true => size(rounded as u64),
        false => format!("{rounded:.*}", decimals(rounded)),
    };
    format!("{}{text}", sign(value < 0.0))
}

/// The number in the unit in which it stays below 1,000.
fn scaled(mut value: f64, base: f64, units: &[&str]) -> String {
    let mut unit = 0;
    while value.abs() >= 999.5 && unit + 1 < units.len() {
        value /= base;
        unit += 1;
    }
    format!("{} {}", significant(value), units[unit])
}

fn sign(is_negative: bool) -> &'static str {
    if is_negative { MINUS } else { "" }
}

/// A figure as short as it can be said, for an axis: `1 KiB` rather than `1.00 KiB`.
pub(crate) fn short(unit: Unit, value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let text = quantity(unit, value);
    let (number, rest) = text.split_once(' ').unwrap_or((&text, ""));
    let number = match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    };
    format!("{number} {rest}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_exact_below_a_kibibyte_and_three_digits_above() {
        for (value, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (456, "456 bytes"),
            (1_023, "1,023 bytes"),
            (1_024, "1.00 KiB"),
            (8_056, "7.87 KiB"),
            (1_022_976, "999 KiB"),
            (1_023_999, "0.977 MiB"),
            (38_600_123, "36.8 MiB"),
            (5 << 30, "5.00 GiB"),
            (-16, "−16 bytes"),
            (-2_048, "−2.00 KiB"),
        ] {
            assert_eq!(bytes(value), text, "{value}");
        }
    }

    #[test]
    fn shares_of_a_byte_keep_three_digits() {
        assert_eq!(bytes_estimate(40.0999), "40.1 bytes");
        assert_eq!(bytes_estimate(0.000_456), "0.000456 bytes");
        assert_eq!(bytes_estimate(999.9), "1,000 bytes");
        assert_eq!(bytes_estimate(0.0), "0 bytes");
    }

    #[test]
    fn times_change_their_unit_where_they_round_up_to_it() {
        for (value, text) in [
            (0.5, "0.500 ns"),
            (123.4, "123 ns"),
            (999.6, "1.00 µs"),
            (1_240_000.0, "1.24 ms"),
            (9.999e9, "10.0 s"),
            (1.234e12, "1,234 s"),
        ] {
            assert_eq!(time(value), text, "{value}");
        }
    }

    #[test]
    fn counts_are_exact() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(2_970_001), "2,970,001");
        assert_eq!(count(i64::MIN), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn ranges_and_intervals_show_both_ends() {
        let range = Measured::Range {
            low: 4_096,
            high: 8_192,
        };
        assert_eq!(measured(Unit::Bytes, range), "4.00 to 8.00 KiB");
        assert_eq!(exact(Unit::Bytes, range), "4,096 to 8,192 bytes");
        let unsettled = Measured::Range { low: 5, high: 5 };
        assert_eq!(measured(Unit::Count, unsettled), "≈ 5");
        let estimate = Measured::Estimate {
            median: 1_240_000.0,
            low: 1_200_000.0,
            high: 1_290_000.0,
        };
        assert_eq!(measured(Unit::Nanos, estimate), "1.24 ms");
        assert_eq!(interval(Unit::Nanos, estimate).unwrap(), "1.20–1.29 ms");
        let wide = Measured::Estimate {
            median: 1e6,
            low: 9e5,
            high: 2e6,
        };
        assert_eq!(interval(Unit::Nanos, wide).unwrap(), "900 µs – 2.00 ms");
        assert_eq!(interval(Unit::Bytes, range), None);
    }

    #[test]
    fn nothing_is_rounded_away_in_a_sentence() {
        for (figure, text) in [
            (Measured::Exact(1_000_000), "1,000,000 bytes"),
            (Measured::Exact(1), "1 byte"),
            (
                Measured::Range {
                    low: 4_096,
                    high: 8_192,
                },
                "4,096 to 8,192 bytes",
            ),
            (
                Measured::Range {
                    low: 4_096,
                    high: 4_096,
                },
                "≈ 4,096 bytes",
            ),
        ] {
            assert_eq!(unrounded(Unit::Bytes, figure), text);
        }
        let estimate = Measured::Estimate {
            median: 1_240_000.0,
            low: 1_200_000.0,
            high: 1_290_000.0,
        };
        assert_eq!(unrounded(Unit::Nanos, estimate), "1.24 ms (1.20–1.29 ms)");
    }

    #[test]
    fn small_shares_are_not_spelled_out() {
        for (value, text) in [
            (0.0, "0 bytes"),
            (0.000_576, "< 0.01"),
            (0.009_99, "< 0.01"),
            (0.01, "0.0100 bytes"),
            (-0.001, "−0.00100 bytes"),
            (40.1, "40.1 bytes"),
        ] {
            assert_eq!(share_of_bytes(value), text, "{value}");
        }
    }

    #[test]
    fn comparisons_turn_small_factors_round() {
        for (factor, text) in [
            (0.000_011_5, Some("87,000 times less")),
            (0.0999, Some("10.0 times less")),
            (0.1, Some("0.100 times")),
            (0.504, Some("0.504 times")),
            (8.0, Some("8.00 times")),
            (0.0, None),
            (-2.0, None),
            (f64::INFINITY, None),
            (f64::NAN, None),
        ] {
            assert_eq!(comparison(factor).as_deref(), text, "{factor}");
        }
    }

    #[test]
    fn percents_keep_two_digits() {
        for (share, text) in [
            (0.0, "0 %"),
            (0.000_05, "< 0.01 %"),
            (0.000_52, "0.052 %"),
            (0.007_33, "0.73 %"),
            (0.0733, "7.3 %"),
            (0.25, "25 %"),
            (0.999_8, "100 %"),
        ] {
            assert_eq!(percent(share), text, "{share}");
        }
        assert_eq!(
            (factor(0.0251), factor(2.0)),
            ("0.0251".to_owned(), "2.00".to_owned())
        );
    }

    #[test]
    fn factors_say_no_more_than_they_know() {
        for (factor, text) in [
            (0.3571, "0.357 times"),
            (2.0, "2.00 times"),
            (123.4, "123 times"),
            (86_432.0, "86,000 times"),
            (999.7, "1,000 times"),
            (0.0, "0 times"),
        ] {
            assert_eq!(times(factor), text, "{factor}");
        }
    }
}
