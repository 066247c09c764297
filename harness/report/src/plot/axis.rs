//! Axes: from figures to places, and which places are labelled.

use std::ops::Range;

use heapbook_model::Unit;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::display;

/// More labels than this on a logarithmic axis stand too close, and every third is kept.
const MOST_LOG_TICKS: i32 = 8;

/// As many sizes as have room for their labels.
const MOST_SIZES: usize = 8;

/// An axis of a chart.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    range: Range<f64>,
    is_log: bool,
    /// Where a logarithmic axis has the level of 0, below a break: the figure whose place it takes.
    zero: Option<f64>,
    ticks: Vec<f64>,
    label: Label,
}

/// How an axis labels its figures.
#[derive(Debug, Clone, Copy)]
enum Label {
    Quantity(Unit),
    Size,
    Percent,
    None,
}

impl Axis {
    /// The shares of a logarithmic axis that the break at 0 takes, and that lie below the level of
    /// 0.
    const BROKEN: (f64, f64) = (0.13, 0.04);

    /// A logarithmic axis for these figures. Figures of 0 and below stand on a level of their own,
    /// below a break.
    pub(super) fn logarithmic(unit: Unit, values: impl Iterator<Item = f64>) -> Self {
        let (above, at_zero): (Vec<f64>, Vec<f64>) = values.partition(|value| *value > 0.0);
        let (low, high) = match above.is_empty() {
            true => (1.0, base(unit)),
            false => (
                above.iter().copied().fold(f64::INFINITY, f64::min),
                above.iter().copied().fold(0.0, f64::max),
            ),
        };
        let (low, high) = ends(exponent(unit, low), exponent(unit, high));
        let value = |exponent: f64| base(unit).powf(exponent);
        let (first, last) = (low.ceil() as i32, high.floor() as i32);
        let step = if last - first > MOST_LOG_TICKS { 3 } else { 1 };
        let powers = (first..=last)
            .step_by(step)
            .map(|exponent| value(exponent.into()));
        let below = |share: f64| value(low - share / (1.0 - Self::BROKEN.0) * (high - low));
        let zero = (!at_zero.is_empty()).then(|| below(Self::BROKEN.0 - Self::BROKEN.1));
        Axis {
            range: zero.map_or(value(low), |_| below(Self::BROKEN.0))..value(high),
            is_log: true,
            zero,
            ticks: zero.into_iter().chain(powers).collect(),
            label: Label::Quantity(unit),
        }
    }

    /// A linear axis that holds 0 and all figures, with about so many labels, 0 among them.
    pub(super) fn linear(unit: Unit, values: impl Iterator<Item = f64>, labels: u32) -> Self {
        let (low, high) = values.fold((0.0, 0.0), |(low, high): (f64, f64), value| {
            (low.min(value), high.max(value))
        });
        let high = if low == high { base(unit) } else { high };
        let step = step(unit, (high - low) / f64::from(labels));
        let steps = (low / step).ceil() as i64..=(high / step).floor() as i64;
        Axis {
            range: low..high,
            is_log: false,
            zero: None,
            ticks: steps.map(|index| index as f64 * step).collect(),
            label: Label::Quantity(unit),
        }
    }

    /// A logarithmic axis of rising sizes, each of which is labelled where there is room. `inset`
    /// is the share of the axis that stays free at each end.
    pub(super) fn of_sizes(sizes: &[u64], inset: f64) -> Self {
        let (first, last) = match sizes {
            [first, .., last] => ((*first).max(1) as f64, *last as f64),
            [only] => ((*only).max(1) as f64 / 2.0, *only as f64 * 2.0),
            [] => (1.0, 2.0),
        };
        let margin = (last / first).powf(inset / (1.0 - 2.0 * inset));
        let every = sizes.len().div_ceil(MOST_SIZES).max(1);
        Axis {
            range: first / margin..last * margin,
            is_log: true,
            zero: None,
            ticks: sizes.iter().step_by(every).map(|&n| n as f64).collect(),
            label: Label::Size,
        }
    }

    /// A linear axis from 0 to 100 %, with labels or without.
    pub(super) fn of_percent(is_labelled: bool) -> Self {
        Axis {
            range: 0.0..100.0,
            is_log: false,
            zero: None,
            ticks: vec![0.0, 25.0, 50.0, 75.0, 100.0],
            label: if is_labelled { Label::Percent } else { Label::None },
        }
    }

    /// The place of a figure on an axis from one place to another.
    pub(super) fn place(&self, value: f64, (from, to): (i32, i32)) -> i32 {
        let level = |value: f64| if self.is_log { value.ln() } else { value };
        let value = match value {
            ..=0.0 if self.is_log => self.zero.unwrap_or(self.range.start),
            _ => value,
        };
        let share =
            (level(value) - level(self.range.start)) / (level(self.range.end) - level(self.range.start));
        from + (share * f64::from(to - from)).round() as i32
    }

    /// The middle of the break between the level of 0 and the rest, where there is one.
    pub(super) fn break_at(&self, (from, to): (i32, i32)) -> Option<i32> {
        self.zero?;
        let (broken, below) = Self::BROKEN;
        Some(from + ((broken + below) / 2.0 * f64::from(to - from)).round() as i32)
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.place(*value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        match hint.weight().allow_light_points() {
            true => Vec::new(),
            false => self.ticks.clone(),
        }
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        match self.label {
            _ if self.zero == Some(*value) => "0".to_owned(),
            Label::Quantity(unit) => display::short(unit, *value),
            Label::Size => display::size(*value as u64),
            Label::Percent => format!("{value} %"),
            Label::None => String::new(),
        }
    }
}

/// What a labelled figure is multiplied by to get the next one.
fn base(unit: Unit) -> f64 {
    match unit {
        Unit::Bytes => 32.0,
        Unit::Count | Unit::Nanos => 10.0,
    }
}

/// How often a figure's base is multiplied to give the figure.
fn exponent(unit: Unit, value: f64) -> f64 {
    value.ln() / base(unit).ln()
}

/// Where an axis begins and ends, as exponents: a fifth of a step around the figures, and so far
/// that two labelled places are on it.
fn ends(low: f64, high: f64) -> (f64, f64) {
    // The small shift keeps a figure that is a power of the base from being rounded off to its
    // neighbour.
    let fifths = |exponent: f64| exponent * 5.0;
    let (mut from, mut to) = (
        (fifths(low) + 1e-6).floor() / 5.0,
        (fifths(high) - 1e-6).ceil() / 5.0,
    );
    if to.floor() - from.ceil() < 1.0 {
        from = from.floor();
        to = to.ceil().max(from + 1.0);
    }
    (from, to)
}

/// The smallest round step that is not below the given one: powers of 2 for bytes, else 1, 2 or 5
/// times a power of 10.
fn step(unit: Unit, at_least: f64) -> f64 {
    let at_least = at_least.max(1.0);
    match unit {
        Unit::Bytes => 2f64.powf(at_least.log2().ceil()),
        Unit::Count | Unit::Nanos => {
            let power = 10f64.powf(at_least.log10().floor());
            let round = [1.0, 2.0, 5.0].map(|factor| factor * power);
            round
                .into_iter()
                .find(|step| *step >= at_least)
                .unwrap_or(10.0 * power)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks.iter().map(|tick| axis.format_ext(tick)).collect()
    }

    #[test]
    fn bytes_are_labelled_at_powers_of_32() {
        let axis = Axis::logarithmic(Unit::Bytes, [456.0, 38_600_123.0].into_iter());
        assert_eq!(labels(&axis), ["1 KiB", "32 KiB", "1 MiB", "32 MiB"]);
        assert_eq!(axis.break_at((300, 0)), None);
        let ends = [256.0, 67_108_864.0].map(|value| axis.place(value, (300, 0)));
        assert_eq!(ends, [300, 0]);
        let narrow = Axis::logarithmic(Unit::Bytes, [456.0].into_iter());
        assert_eq!(labels(&narrow), ["32 bytes", "1 KiB"]);
    }

    #[test]
    fn times_are_labelled_at_powers_of_10() {
        let axis = Axis::logarithmic(Unit::Nanos, [1_000.0, 2_000_000.0].into_iter());
        assert_eq!(labels(&axis), ["1 µs", "10 µs", "100 µs", "1 ms"]);
        let wide = Axis::logarithmic(Unit::Nanos, [1.0, 5e9].into_iter());
        assert_eq!(labels(&wide), ["1 ns", "1 µs", "1 ms", "1 s"]);
    }

    #[test]
    fn zero_has_a_level_of_its_own_below_the_scale() {
        let axis = Axis::logarithmic(Unit::Count, [0.0, 1.0, 50.0].into_iter());
        assert_eq!(labels(&axis), ["0", "1", "10"]);
        let [zero, below, one] = [0.0, -5.0, 1.0].map(|value| axis.place(value, (300, 0)));
        let middle = axis.break_at((300, 0)).expect("a break");
        assert_eq!(zero, below);
        assert!(
            one < middle && middle < zero && zero < 300,
            "{one} {middle} {zero}"
        );
    }

    #[test]
    fn an_axis_of_zeros_only_still_has_labels() {
        let axis = Axis::logarithmic(Unit::Bytes, [0.0].into_iter());
        assert_eq!(labels(&axis), ["0", "1 byte", "32 bytes"]);
    }

    #[test]
    fn sizes_stand_at_equal_distances_where_they_are_geometric() {
        let axis = Axis::of_sizes(&[1_000, 10_000, 100_000], 0.0);
        let places = [1e3, 1e4, 1e5].map(|n| axis.place(n, (0, 200)));
        assert_eq!(places, [0, 100, 200]);
        let inset = Axis::of_sizes(&[1_000, 10_000, 100_000], 0.1);
        let places = [1e3, 1e4, 1e5].map(|n| inset.place(n, (0, 200)));
        assert_eq!(places, [20, 100, 180]);
        assert_eq!(Axis::of_sizes(&[7], 0.1).place(7.0, (0, 200)), 100);
        let crowded: Vec<u64> = (0..30).map(|power| 1 << power).collect();
        assert!(labels(&Axis::of_sizes(&crowded, 0.0)).len() < 10);
    }

    #[test]
    fn linear_axes_begin_at_zero_and_step_roundly() {
        let axis = Axis::linear(Unit::Bytes, [38_600_123.0].into_iter(), 4);
        assert_eq!(labels(&axis), ["0", "16 MiB", "32 MiB"]);
        let ends = [0.0, 38_600_123.0].map(|value| axis.place(value, (0, 400)));
        assert_eq!(ends, [0, 400]);
        let times = Axis::linear(Unit::Nanos, [1.7e6].into_iter(), 4);
        assert_eq!(labels(&times), ["0", "500 µs", "1 ms", "1.5 ms"]);
        let negative = Axis::linear(Unit::Bytes, [-64.0, 64.0].into_iter(), 4);
        assert_eq!(
            labels(&negative),
            ["−64 bytes", "−32 bytes", "0", "32 bytes", "64 bytes"]
        );
        let nothing = Axis::linear(Unit::Count, [0.0].into_iter(), 4);
        assert_eq!(nothing.place(0.0, (0, 400)), 0);
    }
}
