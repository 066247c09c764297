//! How many blocks of each size: a bar for each class of sizes.

use heapbook_model::Unit;

use super::canvas::{Anchor, Canvas, Ink};
use super::scale::{LinearScale, LogScale, Tick, label};
use super::strip::{self, BAR};
use super::{WIDTH, Words};
use crate::display;
use crate::palette::Swatch;

/// Blocks by size.
#[derive(Debug)]
pub(crate) struct Histogram {
    /// The variant's look.
    pub(crate) swatch: Swatch,
    /// The classes that are not empty, rising.
    pub(crate) classes: Vec<Class>,
}

/// The blocks of one class.
#[derive(Debug)]
pub(crate) struct Class {
    /// The largest size of the class.
    pub(crate) up_to: i64,
    /// The reference's.
    pub(crate) reference: Option<Blocks>,
    /// The reader's own.
    pub(crate) local: Option<Blocks>,
}

/// A number of blocks and their bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Blocks {
    /// How many.
    pub(crate) count: u64,
    /// Their bytes.
    pub(crate) bytes: i64,
}

impl Class {
    /// The sizes of the class, `17 to 32 bytes`: 16 bytes wide up to 512, above that to twice as much.
    fn title(&self) -> String {
        let low = match self.up_to {
            ..=16 => 0,
            17..=512 => self.up_to - 15,
            _ => self.up_to / 2,
        };
        let high = label(Unit::Bytes, self.up_to as f64);
        match low {
            0 => format!("0 to {high}"),
            1..=511 => format!("{low} to {high}"),
            _ => format!("over {}", display::range(&label(Unit::Bytes, low as f64), &high)),
        }
    }

    /// The figures beside the bar.
    fn figure(&self) -> String {
        match (self.reference, self.local) {
            (Some(blocks), _) => blocks.in_words(),
            (None, Some(blocks)) => format!("{} (your machine)", blocks.in_words()),
            (None, None) => String::new(),
        }
    }
}

impl Blocks {
    fn in_words(self) -> String {
        let blocks = if self.count == 1 { "block" } else { "blocks" };
        let count = display::size(self.count);
        format!("{count} {blocks}, {}", display::bytes(self.bytes))
    }
}

impl Histogram {
    /// Whether counts lie so far apart that a linear scale would hide the small ones.
    pub(crate) fn is_log(&self) -> bool {
        let low = self.counts().fold(f64::INFINITY, f64::min);
        let high = self.counts().fold(0.0, f64::max);
        high > 100.0 * low
    }

    /// The figures in words.
    pub(crate) fn in_words(&self) -> String {
        let each = self.classes.iter().map(|class| {
            let title = class.title();
            format!("{title}: {}.", class.figure())
        });
        each.collect::<Vec<_>>().join(" ")
    }

    fn counts(&self) -> impl Iterator<Item = f64> {
        let blocks = self
            .classes
            .iter()
            .flat_map(|class| class.reference.iter().chain(&class.local));
        blocks.map(|blocks| blocks.count as f64)
    }
}

/// The horizontal axis.
enum Axis {
    Linear(LinearScale),
    Log(LogScale),
}

impl Axis {
    fn new(histogram: &Histogram, left: i32, right: i32) -> Self {
        if histogram.is_log() {
            // The axis begins below 1, so that one block has a bar too.
            let values = histogram.counts().chain([0.5]);
            Axis::Log(LogScale::new(Unit::Count, values, left, right))
        } else {
            let counts = histogram.counts();
            Axis::Linear(LinearScale::new(Unit::Count, counts, (left, right), 4))
        }
    }

    fn place(&self, count: u64) -> i32 {
        match self {
            Axis::Linear(scale) => scale.place(count as f64),
            Axis::Log(scale) => scale.place(count as f64),
        }
    }

    fn ticks(&self) -> Vec<Tick> {
        match self {
            Axis::Linear(scale) => scale.ticks(),
            Axis::Log(scale) => scale.ticks(),
        }
    }
}

const TOP: i32 = 6;

/// Draws the plot.
pub(crate) fn draw(histogram: &Histogram, words: &Words) -> String {
    let classes = &histogram.classes;
    let row = strip::row_height(classes.iter().any(|class| class.local.is_some()));
    let bottom = TOP + row * classes.len() as i32;
    let mut canvas = Canvas::new(bottom + 52);
    let titles: Vec<String> = classes.iter().map(Class::title).collect();
    let figures: Vec<String> = classes.iter().map(Class::figure).collect();
    let left = 20 + strip::widest(titles.iter().map(String::as_str));
    let right = WIDTH - 16 - strip::widest(figures.iter().map(String::as_str));
    let axis = Axis::new(histogram, left, right);
    for tick in axis.ticks() {
        canvas.line(Ink::Grid, 1, vec![(tick.at, TOP), (tick.at, bottom + 5)]);
        canvas.text((tick.at, bottom + 17), Anchor::Middle, &tick.label);
    }
    for (index, class) in classes.iter().enumerate() {
        let top = TOP + 4 + row * index as i32;
        canvas.text((left - 10, top + BAR / 2), Anchor::Right, &titles[index]);
        let mut figure_at = left;
        if let Some(blocks) = class.reference {
            figure_at = axis.place(blocks.count);
            strip::filled(&mut canvas, histogram.swatch, 1.0, (left, figure_at), top);
        }
        canvas.text((figure_at + 8, top + BAR / 2), Anchor::Left, &figures[index]);
        if let Some(blocks) = class.local {
            let end = axis.place(blocks.count);
            strip::outlined(&mut canvas, histogram.swatch, (left, end), top);
        }
    }
    canvas.line(Ink::Axis, 1, vec![(left, TOP), (left, bottom)]);
    let scale = if histogram.is_log() { " (log scale)" } else { "" };
    canvas.text((left, bottom + 38), Anchor::Left, format!("blocks made{scale}"));
    canvas.finish(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_named_by_their_sizes() {
        for (up_to, title) in [
            (16, "0 to 16 bytes"),
            (32, "17 to 32 bytes"),
            (512, "497 to 512 bytes"),
            (1_024, "over 512 bytes to 1 KiB"),
            (4_096, "over 2 to 4 KiB"),
            (1 << 20, "over 512 KiB to 1 MiB"),
        ] {
            let class = Class {
                up_to,
                reference: None,
                local: None,
            };
            assert_eq!(class.title(), title);
        }
    }
}
