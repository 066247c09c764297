//! Axes: from figures to places, and which places are labelled.

use std::ops::Range;

use heapbook_model::{Measured, Unit};
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::labels::{TEXT, width};
use crate::display;

/// An axis of a chart: to the right, or up.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    /// Where it begins and ends.
    ends: (i32, i32),
    /// The levels there: figures, or their logarithms to a base.
    range: Range<f64>,
    base: Option<f64>,
    /// The level that figures of 0 have on a logarithmic axis, below a break.
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
}

impl Axis {
    /// The shares of a logarithmic axis that the break at 0 takes, and that lie below the level of
    /// 0.
    const BROKEN: (f64, f64) = (0.13, 0.04);

    /// A logarithmic axis for these figures. Figures of 0 and below stand on a level of their own,
    /// below a break.
    pub(super) fn logarithmic(unit: Unit, values: impl Iterator<Item = f64>, ends: (i32, i32)) -> Self {
        let (mut above, at_zero): (Vec<f64>, Vec<f64>) = values.partition(|value| *value > 0.0);
        if above.is_empty() {
            above.push(1.0);
        }
        let base = base(unit);
        let (low, high) = reach(above.iter().map(|value| value.log(base)));
        let below = |share: f64| low - share / (1.0 - Self::BROKEN.0) * (high - low);
        let zero = (!at_zero.is_empty()).then(|| below(Self::BROKEN.0 - Self::BROKEN.1));
        let axis = Axis {
            range: zero.map_or(low, |_| below(Self::BROKEN.0))..high,
            base: Some(base),
            zero,
            label: Label::Quantity(unit),
            ..Axis::blank(ends)
        };
        let powers = low.ceil() as i32..=high.floor() as i32;
        axis.labelled([1, 3, 6].into_iter().map(|step| {
            let powers = powers.clone().step_by(step).map(|power| base.powi(power));
            zero.map(|_| 0.0).into_iter().chain(powers).collect()
        }))
    }

    /// A linear axis that holds 0 and all figures, with a few labels, 0 among them.
    pub(super) fn linear(unit: Unit, values: impl Iterator<Item = f64>, ends: (i32, i32)) -> Self {
        let (low, high) = extremes(values.chain([0.0]));
        let high = if low == high { base(unit) } else { high };
        let axis = Axis {
            range: low..high,
            label: Label::Quantity(unit),
            ..Axis::blank(ends)
        };
        axis.labelled((1..=4).rev().map(|labels| {
            let step = step(unit, (high - low) / f64::from(labels));
            let steps = (low / step).ceil() as i64..=(high / step).floor() as i64;
            steps.map(|index| index as f64 * step).collect()
        }))
    }

    /// A logarithmic axis of rising sizes, each of which is labelled where there is room. Beside
    /// the first and the last one it leaves a gap of `inset`.
    pub(super) fn of_sizes(sizes: &[u64], inset: i32, ends: (i32, i32)) -> Self {
        let (first, last) = extremes(sizes.iter().map(|&n| (n.max(1) as f64).log10()));
        let gaps = f64::from(inset) * (last - first) / f64::from(ends.1 - ends.0 - 2 * inset);
        let gap = if first < last { gaps } else { 1.0 };
        let axis = Axis {
            range: first - gap..last + gap,
            base: Some(10.0),
            label: Label::Size,
            ..Axis::blank(ends)
        };
        // The last size is the one that the rest of a page speaks of.
        let backwards = |step| sizes.iter().rev().step_by(step);
        axis.labelled((1..=sizes.len()).map(|step| backwards(step).rev().map(|&n| n as f64).collect()))
    }

    /// A linear axis from 0 to 100 %.
    pub(super) fn of_percent(ends: (i32, i32)) -> Self {
        Axis {
            range: 0.0..100.0,
            ticks: vec![0.0, 25.0, 50.0, 75.0, 100.0],
            ..Axis::blank(ends)
        }
    }

    /// An axis without labels.
    pub(super) fn blank(ends: (i32, i32)) -> Self {
        Axis {
            ends,
            range: 0.0..1.0,
            base: None,
            zero: None,
            ticks: Vec::new(),
            label: Label::Percent,
        }
    }

    /// The axis with the first of these lists of labels that has room, or else the last.
    fn labelled(mut self, lists: impl Iterator<Item = Vec<f64>>) -> Self {
        for ticks in lists {
            self.ticks = ticks;
            if self.has_room() {
                break;
            }
        }
        self
    }

    fn has_room(&self) -> bool {
        let room = |tick: f64| match self.ends.0 < self.ends.1 {
            true => width(&self.format_ext(&tick)) + TEXT / 2,
            false => 2 * TEXT,
        };
        self.ticks.windows(2).all(|pair| {
            let distance = self.place(pair[1]) - self.place(pair[0]);
            distance.abs() >= (room(pair[0]) + room(pair[1])) / 2
        })
    }

    /// Where it begins and ends.
    pub(super) fn ends(&self) -> (i32, i32) {
        self.ends
    }

    /// Whether it has labels, and lines of the grid at them.
    pub(super) fn is_blank(&self) -> bool {
        self.ticks.is_empty()
    }

    /// The width of the widest label.
    pub(super) fn labels_width(&self) -> i32 {
        let labels = self.ticks.iter().map(|tick| width(&self.format_ext(tick)));
        labels.max().unwrap_or(0)
    }

    /// The place of a figure.
    pub(super) fn place(&self, value: f64) -> i32 {
        let level = match self.base {
            Some(base) if value > 0.0 => value.log(base),
            Some(_) => self.zero.unwrap_or(self.range.start),
            None => value,
        };
        self.at((level - self.range.start) / (self.range.end - self.range.start))
    }

    /// The places of the lowest and the highest that a figure may be, where one of them is further
    /// than `hidden` from its own.
    pub(super) fn spread(&self, figure: Measured, hidden: i32) -> Option<(i32, i32)> {
        let [low, middle, high] = figure.drawn().map(|value| self.place(value));
        let is_seen = (low - middle).abs().max((high - middle).abs()) > hidden;
        is_seen.then_some((low, high))
    }

    /// The middle of the break between the level of 0 and the rest, where there is one.
    pub(super) fn break_at(&self) -> Option<i32> {
        self.zero?;
        let (broken, below) = Self::BROKEN;
        Some(self.at((broken + below) / 2.0))
    }

    fn at(&self, share: f64) -> i32 {
        let (from, to) = self.ends;
        from + (share * f64::from(to - from)).round() as i32
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    // The limits that a chart gives are the axis's own ends.
    fn map(&self, value: &f64, _: (i32, i32)) -> i32 {
        self.place(*value)
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
            Label::Quantity(unit) => display::short(unit, *value),
            Label::Size => display::size(*value as u64),
            Label::Percent => format!("{value} %"),
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

/// The least and the greatest.
fn extremes(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    values.fold(none, |(low, high), value| (low.min(value), high.max(value)))
}

/// Where an axis of these exponents begins and ends: a fifth of a step around them, and so far that
/// two labelled places are on it.
fn reach(exponents: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = extremes(exponents);
    // The small shift keeps a figure that is a power of the base from being rounded off to its
    // neighbour.
    let from = (low * 5.0 + 1e-6).floor() / 5.0;
    let to = (high * 5.0 - 1e-6).ceil() / 5.0;
    match to.floor() - from.ceil() < 1.0 {
        true => (from.floor(), to.ceil().max(from.floor() + 1.0)),
        false => (from, to),
    }
}

/// The smallest round step that is not below the given one: powers of 2 for bytes, else 1, 2 or 5
/// times a power of 10.
fn step(unit: Unit, at_least: f64) -> f64 {
    let at_least = at_least.max(1.0);
    match unit {
        Unit::Bytes => 2f64.powf(at_least.log2().ceil()),
        Unit::Count | Unit::Nanos => {
            let power = 10f64.powf(at_least.log10().floor());
            let mut round = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power);
            round.find(|step| *step >= at_least).unwrap_or(at_least)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: (i32, i32) = (300, 0);

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks.iter().map(|tick| axis.format_ext(tick)).collect()
    }

    #[test]
    fn bytes_are_labelled_at_powers_of_32() {
        let axis = Axis::logarithmic(Unit::Bytes, [456.0, 38_600_123.0].into_iter(), UP);
        assert_eq!(labels(&axis), ["1 KiB", "32 KiB", "1 MiB", "32 MiB"]);
        assert_eq!(axis.break_at(), None);
        assert_eq!([256.0, 67_108_864.0].map(|value| axis.place(value)), [300, 0]);
        let narrow = Axis::logarithmic(Unit::Bytes, [456.0].into_iter(), UP);
        assert_eq!(labels(&narrow), ["32 bytes", "1 KiB"]);
    }

    #[test]
    fn times_are_labelled_at_powers_of_10() {
        let axis = Axis::logarithmic(Unit::Nanos, [1_000.0, 2_000_000.0].into_iter(), UP);
        assert_eq!(labels(&axis), ["1 µs", "10 µs", "100 µs", "1 ms"]);
        let wide = Axis::logarithmic(Unit::Nanos, [1.0, 5e9].into_iter(), (200, 0));
        assert_eq!(labels(&wide), ["1 ns", "1 µs", "1 ms", "1 s"]);
    }

    #[test]
    fn zero_has_a_level_of_its_own_below_the_scale() {
        let axis = Axis::logarithmic(Unit::Count, [0.0, 1.0, 50.0].into_iter(), UP);
        assert_eq!(labels(&axis), ["0", "1", "10"]);
        let [zero, below, one] = [0.0, -5.0, 1.0].map(|value| axis.place(value));
        let middle = axis.break_at().expect("a break");
        assert_eq!(zero, below);
        assert!(
            one < middle && middle < zero && zero < 300,
            "{one} {middle} {zero}"
        );
    }

    #[test]
    fn an_axis_of_zeros_only_still_has_labels() {
        let axis = Axis::logarithmic(Unit::Bytes, [0.0].into_iter(), UP);
        assert_eq!(labels(&axis), ["0", "1 byte", "32 bytes"]);
    }

    #[test]
    fn sizes_stand_at_equal_distances_where_they_are_geometric() {
        let sizes = [1_000, 10_000, 100_000];
        let places = |axis: &Axis| [1e3, 1e4, 1e5].map(|n| axis.place(n));
        assert_eq!(places(&Axis::of_sizes(&sizes, 0, (0, 200))), [0, 100, 200]);
        assert_eq!(places(&Axis::of_sizes(&sizes, 20, (0, 200))), [20, 100, 180]);
        assert_eq!(Axis::of_sizes(&[7], 20, (0, 200)).place(7.0), 100);
    }

    #[test]
    fn sizes_without_room_are_left_out_from_the_last_back() {
        let sizes = [1_000, 10_000, 100_000, 1_000_000];
        let labels = |room| labels(&Axis::of_sizes(&sizes, 28, (0, room)));
        assert_eq!(labels(400), ["1,000", "10,000", "100,000", "1,000,000"]);
        assert_eq!(labels(250), ["10,000", "1,000,000"]);
        assert_eq!(labels(60), ["1,000,000"]);
    }

    #[test]
    fn linear_axes_begin_at_zero_and_step_roundly() {
        let axis = Axis::linear(Unit::Bytes, [38_600_123.0].into_iter(), (0, 400));
        assert_eq!(labels(&axis), ["0", "16 MiB", "32 MiB"]);
        assert_eq!([0.0, 38_600_123.0].map(|value| axis.place(value)), [0, 400]);
        let narrow = Axis::linear(Unit::Bytes, [38_600_123.0].into_iter(), (0, 100));
        assert_eq!(labels(&narrow), ["0", "32 MiB"]);
        let times = Axis::linear(Unit::Nanos, [1.7e6].into_iter(), (0, 400));
        assert_eq!(labels(&times), ["0", "500 µs", "1 ms", "1.5 ms"]);
        let negative = Axis::linear(Unit::Bytes, [-64.0, 64.0].into_iter(), (0, 400));
        assert_eq!(
            labels(&negative),
            ["−64 bytes", "−32 bytes", "0", "32 bytes", "64 bytes"]
        );
        let nothing = Axis::linear(Unit::Count, [0.0].into_iter(), (0, 400));
        assert_eq!(nothing.place(0.0), 0);
    }
}
