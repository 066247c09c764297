//! From figures to places, and where an axis is labelled.

use heapbook_model::Unit;

use crate::display;

/// A place on an axis with its label.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// The place.
    pub(super) at: i32,
    /// The label.
    pub(super) label: String,
}

/// More labels than this on an axis stand too close, and every third is kept.
const MOST_LOG_TICKS: i32 = 8;

/// A logarithmic scale, with a place of its own for 0 below a broken axis where a figure asks for it.
#[derive(Debug)]
pub(super) struct LogScale {
    unit: Unit,
    low: f64,
    high: f64,
    bottom: i32,
    top: i32,
    zero: Option<i32>,
}

impl LogScale {
    /// The height that the level of 0 and the break take away from the scale.
    const BROKEN: i32 = 40;

    /// A scale for these figures between two vertical places; the larger place is the bottom.
    pub(super) fn new(unit: Unit, values: impl Iterator<Item = f64>, bottom: i32, top: i32) -> Self {
        let (mut low, mut high, mut has_zero) = (f64::INFINITY, 0.0, false);
        for value in values {
            if value > 0.0 {
                low = f64::min(low, value);
                high = f64::max(high, value);
            } else {
                has_zero = true;
            }
        }
        if high == 0.0 {
            (low, high) = (1.0, base(unit));
        }
        let (low, high) = ends(exponent(unit, low), exponent(unit, high));
        LogScale {
            unit,
            low,
            high,
            bottom: if has_zero { bottom - Self::BROKEN } else { bottom },
            top,
            zero: has_zero.then_some(bottom - 12),
        }
    }

    /// The place of a figure; figures of 0 and below stand on the level of 0.
    pub(super) fn place(&self, value: f64) -> i32 {
        if value <= 0.0 {
            return self.zero.unwrap_or(self.bottom);
        }
        let share = (exponent(self.unit, value) - self.low) / (self.high - self.low);
        self.bottom - (share * f64::from(self.bottom - self.top)).round() as i32
    }

    /// The level of 0, where it is shown.
    pub(super) fn zero(&self) -> Option<i32> {
        self.zero
    }

    /// Where the broken part of the axis begins, above the level of 0.
    pub(super) fn bottom(&self) -> i32 {
        self.bottom
    }

    /// The labelled places, from below, the level of 0 included.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let zero = self.zero.map(|at| Tick {
            at,
            label: "0".to_owned(),
        });
        let (first, last) = (self.low.ceil() as i32, self.high.floor() as i32);
        let step = if last - first > MOST_LOG_TICKS { 3 } else { 1 };
        let exponents = (first..=last).step_by(step);
        let powers = exponents.map(|exponent| {
            let value = base(self.unit).powi(exponent);
            Tick {
                at: self.place(value),
                label: label(self.unit, value),
            }
        });
        zero.into_iter().chain(powers).collect()
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

/// Where an axis begins and ends, as exponents: a fifth of a step around the figures, and so far that two labelled
/// places are on it.
fn ends(low: f64, high: f64) -> (f64, f64) {
    // The small shift keeps a figure that is a power of the base from being rounded off to its neighbour.
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

/// Sizes along a logarithmic axis: each size is labelled, so that points stand above their labels.
#[derive(Debug)]
pub(super) struct SizeScale<'a> {
    sizes: &'a [u64],
    left: i32,
    right: i32,
}

impl<'a> SizeScale<'a> {
    /// A scale for these rising sizes between two horizontal places.
    pub(super) fn new(sizes: &'a [u64], left: i32, right: i32) -> Self {
        SizeScale { sizes, left, right }
    }

    /// The place of a size; the middle where there is only one.
    pub(super) fn place(&self, n: u64) -> i32 {
        let logarithm = |n: u64| (n.max(1) as f64).ln();
        let (first, last) = match self.sizes {
            [first, .., last] => (logarithm(*first), logarithm(*last)),
            _ => return (self.left + self.right) / 2,
        };
        let share = (logarithm(n) - first) / (last - first);
        self.left + (share * f64::from(self.right - self.left)).round() as i32
    }

    /// The labelled sizes: those whose labels do not touch the one before.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let mut ticks: Vec<Tick> = Vec::new();
        let mut free_from = i32::MIN;
        for &n in self.sizes {
            let (at, label) = (self.place(n), display::size(n));
            let half = super::labels::width(&label) / 2;
            if at - half >= free_from {
                free_from = at + half + 8;
                ticks.push(Tick { at, label });
            }
        }
        ticks
    }
}

/// A linear scale that begins at 0, or below it where a figure is negative.
#[derive(Debug)]
pub(super) struct LinearScale {
    unit: Unit,
    low: f64,
    high: f64,
    step: f64,
    from: i32,
    to: i32,
}

impl LinearScale {
    /// A scale that holds 0 and all figures, from one place to another, with about so many labels.
    pub(super) fn new(
        unit: Unit,
        values: impl Iterator<Item = f64>,
        (from, to): (i32, i32),
        labels: u32,
    ) -> Self {
        let (low, high) = values.fold((0.0, 0.0), |(low, high): (f64, f64), value| {
            (low.min(value), high.max(value))
        });
        let high = if low == high { base(unit) } else { high };
        LinearScale {
            unit,
            low,
            high,
            step: step(unit, (high - low) / f64::from(labels)),
            from,
            to,
        }
    }

    /// The place of a figure.
    pub(super) fn place(&self, value: f64) -> i32 {
        let share = (value - self.low) / (self.high - self.low);
        self.from + (share * f64::from(self.to - self.from)).round() as i32
    }

    /// The lowest figure: 0, or the lowest negative one.
    pub(super) fn low(&self) -> f64 {
        self.low
    }

    /// The labelled places, 0 among them.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let first = (self.low / self.step).ceil() as i64;
        let last = (self.high / self.step).floor() as i64;
        (first..=last)
            .map(|index| {
                let value = index as f64 * self.step;
                Tick {
                    at: self.place(value),
                    label: label(self.unit, value),
                }
            })
            .collect()
    }
}

/// The smallest round step that is not below the given one: powers of 2 for bytes, else 1, 2 or 5 times a power of 10.
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

/// An axis's label: as short as it can be said, `1 KiB` rather than `1.00 KiB`.
pub(super) fn label(unit: Unit, value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let text = display::quantity(unit, value);
    let (number, rest) = text.split_once(' ').unwrap_or((&text, ""));
    let number = if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    };
    format!("{number} {rest}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: Vec<Tick>) -> Vec<String> {
        ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn bytes_are_labelled_at_powers_of_32() {
        let scale = LogScale::new(Unit::Bytes, [456.0, 38_600_123.0].into_iter(), 300, 0);
        assert_eq!(labels(scale.ticks()), ["1 KiB", "32 KiB", "1 MiB", "32 MiB"]);
        assert_eq!(scale.zero(), None);
        assert_eq!((scale.place(256.0), scale.place(67_108_864.0)), (300, 0));
        let narrow = LogScale::new(Unit::Bytes, [456.0].into_iter(), 300, 0);
        assert_eq!(labels(narrow.ticks()), ["32 bytes", "1 KiB"]);
    }

    #[test]
    fn times_are_labelled_at_powers_of_10() {
        let scale = LogScale::new(Unit::Nanos, [1_000.0, 2_000_000.0].into_iter(), 300, 0);
        assert_eq!(labels(scale.ticks()), ["1 µs", "10 µs", "100 µs", "1 ms"]);
        let wide = LogScale::new(Unit::Nanos, [1.0, 5e9].into_iter(), 300, 0);
        assert_eq!(labels(wide.ticks()), ["1 ns", "1 µs", "1 ms", "1 s"]);
    }

    #[test]
    fn zero_has_a_level_of_its_own_below_the_scale() {
        let scale = LogScale::new(Unit::Count, [0.0, 1.0, 50.0].into_iter(), 300, 0);
        assert_eq!(labels(scale.ticks()), ["0", "1", "10"]);
        let zero = scale.zero().unwrap();
        assert_eq!((scale.place(0.0), scale.place(-5.0)), (zero, zero));
        assert!(scale.place(1.0) < zero && scale.place(1.0) == scale.bottom());
    }

    #[test]
    fn a_scale_of_zeros_only_still_has_labels() {
        let scale = LogScale::new(Unit::Bytes, [0.0].into_iter(), 300, 0);
        assert_eq!(labels(scale.ticks()), ["0", "1 byte", "32 bytes"]);
    }

    #[test]
    fn sizes_stand_at_equal_distances_where_they_are_geometric() {
        let scale = SizeScale::new(&[1_000, 10_000, 100_000], 0, 200);
        assert_eq!([1_000, 10_000, 100_000].map(|n| scale.place(n)), [0, 100, 200]);
        assert_eq!(SizeScale::new(&[7], 0, 200).place(7), 100);
        let crowded: Vec<u64> = (0..30).map(|power| 1 << power).collect();
        assert!(SizeScale::new(&crowded, 0, 300).ticks().len() < 10);
    }

    #[test]
    fn linear_scales_begin_at_zero_and_step_roundly() {
        let scale = LinearScale::new(Unit::Bytes, [38_600_123.0].into_iter(), (0, 400), 4);
        assert_eq!(labels(scale.ticks()), ["0", "16 MiB", "32 MiB"]);
        assert_eq!((scale.place(0.0), scale.place(38_600_123.0)), (0, 400));
        let times = LinearScale::new(Unit::Nanos, [1.7e6].into_iter(), (0, 400), 4);
        assert_eq!(labels(times.ticks()), ["0", "500 µs", "1 ms", "1.5 ms"]);
        let negative = LinearScale::new(Unit::Bytes, [-64.0, 64.0].into_iter(), (0, 400), 4);
        assert_eq!(
            labels(negative.ticks()),
            ["−64 bytes", "−32 bytes", "0", "32 bytes", "64 bytes"]
        );
        let nothing = LinearScale::new(Unit::Count, [0.0].into_iter(), (0, 400), 4);
        assert_eq!(nothing.place(0.0), 0);
    }
}
