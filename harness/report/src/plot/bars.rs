//! A metric at one size: a bar for each variant, from zero.

use heapbook_model::Measured;

use super::canvas::{Anchor, Canvas, Ink};
use super::description::{Bar, Bars};
use super::labels;
use super::scale::LinearScale;
use super::{WIDTH, Words};
use crate::display;

const TOP: i32 = 10;
const BAR: i32 = 20;
const OWN_BAR: i32 = 10;
const GAP: i32 = 14;

/// Draws the plot.
pub(crate) fn draw(bars: &Bars, words: &Words) -> String {
    let has_local = bars.bars.iter().any(|bar| bar.local.is_some());
    let row = BAR + GAP + if has_local { OWN_BAR + 4 } else { 0 };
    let bottom = TOP + row * bars.bars.len() as i32;
    let mut canvas = Canvas::new(bottom + 52);
    let figures: Vec<String> = bars.bars.iter().map(|bar| figure(bars, bar)).collect();
    let left = left(bars);
    let scale = scale(bars, &figures);
    axis(&mut canvas, bars, &scale, bottom);
    for (index, (bar, figure)) in bars.bars.iter().zip(&figures).enumerate() {
        let top = TOP + GAP / 2 + row * index as i32;
        canvas.mark(bar.swatch, (left - 14, top + BAR / 2), 5);
        canvas.text((left - 26, top + BAR / 2), Anchor::Right, &bar.name);
        reference_bar(&mut canvas, bar, &scale, top);
        canvas.text((label_place(bar, &scale), top + BAR / 2), Anchor::Left, figure);
        if let Some(local) = bar.local {
            own_bar(&mut canvas, bar, local, &scale, top + BAR + 4);
        }
    }
    let zero = scale.place(0.0);
    canvas.line(Ink::Axis, 1, vec![(zero, TOP), (zero, bottom)]);
    canvas.finish(words)
}

/// Whether any error bar is long enough to be drawn.
pub(crate) fn spread_is_seen(bars: &Bars) -> bool {
    let figures: Vec<String> = bars.bars.iter().map(|bar| figure(bars, bar)).collect();
    let scale = scale(bars, &figures);
    let measured = bars
        .bars
        .iter()
        .flat_map(|bar| bar.reference.ok().into_iter().chain(bar.local));
    measured
        .into_iter()
        .any(|figure| spread(figure, &scale).is_some())
}

/// Where bars begin: to the right of all names.
fn left(bars: &Bars) -> i32 {
    30 + widest(bars.bars.iter().map(|bar| bar.name.as_str()))
}

/// From there to where the longest figure still fits.
fn scale(bars: &Bars, figures: &[String]) -> LinearScale {
    let right = WIDTH - 16 - widest(figures.iter().map(String::as_str));
    LinearScale::new(bars.unit, bars.values(), (left(bars), right), 4)
}

/// The width of the widest text.
fn widest<'t>(texts: impl Iterator<Item = &'t str>) -> i32 {
    texts.map(labels::width).max().unwrap_or(0)
}

/// The figure beside a bar.
fn figure(bars: &Bars, bar: &Bar) -> String {
    match bar.reference {
        Ok(figure) => display::measured(bars.unit, figure),
        Err(words) => words.to_owned(),
    }
}

fn axis(canvas: &mut Canvas, bars: &Bars, scale: &LinearScale, bottom: i32) {
    for tick in scale.ticks() {
        canvas.line(Ink::Grid, 1, vec![(tick.at, TOP), (tick.at, bottom + 5)]);
        canvas.text((tick.at, bottom + 17), Anchor::Middle, &tick.label);
    }
    let left = scale.place(0.0);
    canvas.text((left, bottom + 38), Anchor::Left, bars.title);
}

fn reference_bar(canvas: &mut Canvas, bar: &Bar, scale: &LinearScale, top: i32) {
    let Ok(figure) = bar.reference else {
        return;
    };
    let (zero, end) = (scale.place(0.0), scale.place(figure.typical()));
    canvas.rectangle(
        Ink::Series(bar.swatch),
        (zero.min(end), top),
        (zero.max(end), top + BAR),
    );
    error_bar(canvas, figure, scale, top + BAR / 2);
}

/// The reader's own figure, as an outline.
fn own_bar(canvas: &mut Canvas, bar: &Bar, figure: Measured, scale: &LinearScale, top: i32) {
    let (zero, end) = (scale.place(0.0), scale.place(figure.typical()));
    let outline = vec![
        (zero, top),
        (end, top),
        (end, top + OWN_BAR),
        (zero, top + OWN_BAR),
        (zero, top),
    ];
    canvas.line(Ink::Series(bar.swatch), 2, outline);
    error_bar(canvas, figure, scale, top + OWN_BAR / 2);
}

/// A line from the lowest to the highest that a figure may be.
pub(super) fn error_bar(canvas: &mut Canvas, figure: Measured, scale: &LinearScale, y: i32) {
    let Some((low, high)) = spread(figure, scale) else {
        return;
    };
    canvas.line(Ink::Text, 1, vec![(low, y), (high, y)]);
    for end in [low, high] {
        canvas.line(Ink::Text, 1, vec![(end, y - 4), (end, y + 4)]);
    }
}

/// The ends of an error bar, where they are two places.
fn spread(figure: Measured, scale: &LinearScale) -> Option<(i32, i32)> {
    let ends = (scale.place(figure.low()), scale.place(figure.high()));
    (ends.0 != ends.1).then_some(ends)
}

/// To the right of the bar and its spread, and of the axis for a bar to the left of it.
fn label_place(bar: &Bar, scale: &LinearScale) -> i32 {
    let end = bar.reference.map_or(0.0, Measured::high);
    scale.place(end.max(0.0)) + 8
}
