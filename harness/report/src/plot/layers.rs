//! What a program asked for and what the system gave: a group of bars for each variant, all from zero on one scale.

use heapbook_model::{Measured, Unit};

use super::canvas::{Anchor, Canvas, Ink};
use super::scale::LinearScale;
use super::strip::{self, BAR, OWN_BAR};
use super::{WIDTH, Words, bars};
use crate::display;
use crate::palette::Swatch;

/// The layers of all variants.
#[derive(Debug)]
pub(crate) struct Layers {
    /// The variants.
    pub(crate) groups: Vec<Group>,
}

/// A variant's layers.
#[derive(Debug)]
pub(crate) struct Group {
    /// The variant's name.
    pub(crate) name: String,
    /// How it looks.
    pub(crate) swatch: Swatch,
    /// Its bars, from the program down to the system.
    pub(crate) bars: Vec<LayerBar>,
}

/// One figure.
#[derive(Debug)]
pub(crate) struct LayerBar {
    /// Which.
    pub(crate) layer: Layer,
    /// The reference's, or what is said in its place.
    pub(crate) reference: Result<Measured, &'static str>,
    /// The reader's own.
    pub(crate) local: Option<Measured>,
}

/// A layer between the program and the system, and when it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    /// Bytes asked for at the peak: the ledger's, exact.
    Requested,
    /// Arenas that Python's small-object allocator took from the system.
    ArenasTaken,
    /// Arenas that it gave back.
    ArenasGivenBack,
    /// The peak of the resident size.
    ResidentPeak,
    /// The resident size when the result is gone.
    ResidentAfter,
}

impl Layer {
    /// The bar's name.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Layer::Requested => "peak requested",
            Layer::ArenasTaken => "arenas taken",
            Layer::ArenasGivenBack => "arenas given back",
            Layer::ResidentPeak => "resident peak (never exact)",
            Layer::ResidentAfter => "resident after (never exact)",
        }
    }

    /// The further from the program, the paler.
    fn opacity(self) -> f64 {
        match self {
            Layer::Requested => 1.0,
            Layer::ArenasTaken | Layer::ArenasGivenBack => 0.7,
            Layer::ResidentPeak | Layer::ResidentAfter => 0.45,
        }
    }
}

impl Layers {
    /// All figures that are drawn, the ends of their spread among them.
    pub(crate) fn values(&self) -> impl Iterator<Item = f64> {
        let figures = self.bars().flat_map(|bar| bar.reference.iter().chain(&bar.local));
        figures.flat_map(|figure| [figure.low(), figure.high()])
    }

    /// The figures in words.
    pub(crate) fn in_words(&self) -> String {
        let each = self.groups.iter().map(|group| {
            let figures = group
                .bars
                .iter()
                .map(|bar| format!("{} {}", bar.layer.title(), figure(bar)));
            format!("{}: {}.", group.name, figures.collect::<Vec<_>>().join(", "))
        });
        each.collect::<Vec<_>>().join(" ")
    }

    fn bars(&self) -> impl Iterator<Item = &LayerBar> {
        self.groups.iter().flat_map(|group| &group.bars)
    }
}

const TOP: i32 = 6;
const HEAD: i32 = 24;
const GAP: i32 = 10;

/// Draws the plot.
pub(crate) fn draw(layers: &Layers, words: &Words) -> String {
    let row = strip::row_height(layers.bars().any(|bar| bar.local.is_some()));
    let heights = layers
        .groups
        .iter()
        .map(|group| HEAD + GAP + row * group.bars.len() as i32);
    let bottom = TOP + heights.sum::<i32>();
    let mut canvas = Canvas::new(bottom + 52);
    let left = 24 + strip::widest(layers.bars().map(|bar| bar.layer.title()));
    let figures: Vec<String> = layers.bars().map(figure).collect();
    let right = WIDTH - 16 - strip::widest(figures.iter().map(String::as_str));
    let scale = LinearScale::new(Unit::Bytes, layers.values(), (left, right), 4);
    axis(&mut canvas, &scale, bottom);
    let mut top = TOP;
    for group in &layers.groups {
        canvas.mark(group.swatch, (8, top + HEAD / 2), 5);
        canvas.text((20, top + HEAD / 2), Anchor::Left, &group.name);
        top += HEAD;
        for bar in &group.bars {
            strip_of(&mut canvas, group.swatch, bar, &scale, top);
            top += row;
        }
        top += GAP;
    }
    let zero = scale.place(0.0);
    canvas.line(Ink::Axis, 1, vec![(zero, TOP), (zero, bottom)]);
    canvas.finish(words)
}

fn axis(canvas: &mut Canvas, scale: &LinearScale, bottom: i32) {
    for tick in scale.ticks() {
        canvas.line(Ink::Grid, 1, vec![(tick.at, TOP), (tick.at, bottom + 5)]);
        canvas.text((tick.at, bottom + 17), Anchor::Middle, &tick.label);
    }
    let words = "bytes, above those at the call’s beginning";
    canvas.text((scale.place(0.0), bottom + 38), Anchor::Left, words);
}

/// The figure beside a bar.
fn figure(bar: &LayerBar) -> String {
    match bar.reference {
        Ok(figure) => display::measured(Unit::Bytes, figure),
        Err(words) => words.to_owned(),
    }
}

/// One bar with its name and figure, and the reader's own below it.
fn strip_of(canvas: &mut Canvas, swatch: Swatch, bar: &LayerBar, scale: &LinearScale, top: i32) {
    let zero = scale.place(0.0);
    let middle = top + BAR / 2;
    let names_end = scale.place(scale.low().min(0.0)) - 10;
    canvas.text((names_end, middle), Anchor::Right, bar.layer.title());
    let mut figure_at = 0.0;
    if let Ok(figure) = bar.reference {
        let end = scale.place(figure.typical());
        strip::filled(canvas, swatch, bar.layer.opacity(), (zero, end), top);
        bars::error_bar(canvas, figure, scale, middle);
        figure_at = figure.high().max(0.0);
    }
    canvas.text((scale.place(figure_at) + 8, middle), Anchor::Left, figure(bar));
    if let Some(local) = bar.local {
        let end = scale.place(local.typical());
        strip::outlined(canvas, swatch, (zero, end), top);
        bars::error_bar(canvas, local, scale, top + BAR + 3 + OWN_BAR / 2);
    }
}
