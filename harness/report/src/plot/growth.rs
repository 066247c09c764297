//! A metric against `n`: a line for each variant, both axes logarithmic.

use super::canvas::{Anchor, Canvas, Ink};
use super::description::{Growth, Point, Series};
use super::labels::{self, spread};
use super::scale::{LogScale, SizeScale};
use super::{WIDTH, Words};

/// Up to so many lines are labelled where they end.
const MOST_END_LABELS: usize = 4;

const TOP: i32 = 44;
const BOTTOM: i32 = 350;
const LEFT: i32 = 84;
/// The least room between an axis's end and the first and last point.
const INSET: i32 = 28;
const LEGEND_TOP: i32 = BOTTOM + 64;
const LEGEND_ROW: i32 = 22;
const RADIUS: i32 = 5;
/// How far to the right of the reference's mark the reader's own stands.
const BESIDE: i32 = 12;
/// How far apart marks stand that would hide each other.
const APART: i32 = 11;
/// Marks whose places differ by no more hide each other.
const HIDES: i32 = 3;

/// Draws the plot.
pub(crate) fn draw(growth: &Growth, words: &Words) -> String {
    let has_legend = growth.series.len() > MOST_END_LABELS;
    let rows = if has_legend {
        growth.series.len().div_ceil(2) as i32
    } else {
        0
    };
    let mut canvas = Canvas::new(LEGEND_TOP - 12 + rows * LEGEND_ROW);
    let right = right_end(growth, has_legend);
    let vertical = vertical(growth);
    let marks = marks(growth, &vertical);
    let widest = marks.iter().map(|mark| mark.aside).max().unwrap_or(0);
    let inset = INSET.max(widest + BESIDE);
    let horizontal = SizeScale::new(&growth.sizes, LEFT + INSET, right - inset);
    vertical_axis(&mut canvas, growth, &vertical, right);
    horizontal_axis(&mut canvas, &horizontal, right);
    let place = |point: &Point| (horizontal.place(point.n), vertical.place(point.figure.typical()));
    for series in &growth.series {
        line(&mut canvas, growth, series, &place);
    }
    for mark in &marks {
        let x = horizontal.place(mark.point.n) + mark.aside;
        draw_mark(&mut canvas, mark, &vertical, x);
    }
    if has_legend {
        legend(&mut canvas, growth);
    } else {
        end_labels(&mut canvas, growth, (right - inset + widest, right), &place);
    }
    canvas.finish(words)
}

/// Where the axes end: at the margin, or so far from it that the longest label fits beside them.
fn right_end(growth: &Growth, has_legend: bool) -> i32 {
    let longest = growth
        .series
        .iter()
        .map(|series| labels::width(&series.name))
        .max();
    if has_legend {
        WIDTH - 16
    } else {
        WIDTH - 16 - longest.unwrap_or(0)
    }
}

fn vertical_axis(canvas: &mut Canvas, growth: &Growth, scale: &LogScale, right: i32) {
    for tick in scale.ticks() {
        canvas.line(Ink::Grid, 1, vec![(LEFT, tick.at), (right, tick.at)]);
        canvas.text((LEFT - 8, tick.at), Anchor::Right, &tick.label);
    }
    canvas.text(
        (LEFT - 76, TOP - 26),
        Anchor::Left,
        format!("{} (log scale)", growth.title),
    );
    let Some(zero) = scale.zero() else {
        canvas.line(Ink::Axis, 1, vec![(LEFT, TOP), (LEFT, BOTTOM)]);
        return;
    };
    let middle = (scale.bottom() + zero) / 2;
    canvas.line(Ink::Axis, 1, vec![(LEFT, TOP), (LEFT, middle - 4)]);
    canvas.line(Ink::Axis, 1, vec![(LEFT, middle + 4), (LEFT, BOTTOM)]);
    for edge in [middle - 4, middle + 4] {
        canvas.line(Ink::Axis, 1, vec![(LEFT - 6, edge + 3), (LEFT + 6, edge - 3)]);
    }
}

fn horizontal_axis(canvas: &mut Canvas, scale: &SizeScale<'_>, right: i32) {
    canvas.line(Ink::Axis, 1, vec![(LEFT, BOTTOM), (right, BOTTOM)]);
    for tick in scale.ticks() {
        canvas.line(Ink::Axis, 1, vec![(tick.at, BOTTOM), (tick.at, BOTTOM + 5)]);
        canvas.text((tick.at, BOTTOM + 17), Anchor::Middle, &tick.label);
    }
    canvas.text(((LEFT + right) / 2, BOTTOM + 38), Anchor::Middle, "n (log scale)");
}

/// A line through the points, interrupted where a size between two points has no figure.
fn line(canvas: &mut Canvas, growth: &Growth, series: &Series, place: &impl Fn(&Point) -> (i32, i32)) {
    let mut run: Vec<(i32, i32)> = Vec::new();
    let mut runs: Vec<Vec<(i32, i32)>> = Vec::new();
    for n in &growth.sizes {
        match series.reference.iter().find(|point| point.n == *n) {
            Some(point) => run.push(place(point)),
            None => runs.push(std::mem::take(&mut run)),
        }
    }
    runs.push(run);
    for run in runs.into_iter().filter(|run| run.len() > 1) {
        canvas.line(Ink::Line(series.swatch), 2, run);
    }
}

/// A figure's mark.
struct Mark<'a> {
    series: &'a Series,
    point: &'a Point,
    /// How far it stands to the right of its size.
    aside: i32,
    is_local: bool,
}

/// All marks. Those that would hide each other stand side by side, around their size; the reader's own stand to the
/// right of the reference's.
fn marks<'a>(growth: &'a Growth, scale: &LogScale) -> Vec<Mark<'a>> {
    let of = |is_local: bool| {
        growth.series.iter().flat_map(move |series| {
            let points = if is_local {
                &series.local
            } else {
                &series.reference
            };
            points.iter().map(move |point| (series, point))
        })
    };
    let mut marks: Vec<Mark<'a>> = Vec::new();
    for is_local in [false, true] {
        for (series, point) in of(is_local) {
            let (before, all) = neighbours(of(is_local), (series, point), scale);
            let width = (all - 1) * APART;
            let references = neighbours(of(false), (series, point), scale).1.max(1);
            let start = match is_local {
                false => -width / 2,
                true => (references - 1) * APART / 2 + BESIDE,
            };
            marks.push(Mark {
                series,
                point,
                aside: start + before * APART,
                is_local,
            });
        }
    }
    marks
}

/// How many of the marks stand in the place of this one, itself among them, and how many of those come before it.
fn neighbours<'a>(
    marks: impl Iterator<Item = (&'a Series, &'a Point)>,
    (series, point): (&Series, &Point),
    scale: &LogScale,
) -> (i32, i32) {
    let y = |point: &Point| scale.place(point.figure.typical());
    let (mut before, mut all, mut is_before) = (0, 0, true);
    for (other_series, other) in marks.filter(|(_, other)| other.n == point.n) {
        if std::ptr::eq(other_series, series) {
            is_before = false;
            all += 1;
        } else if (y(other) - y(point)).abs() <= HIDES {
            before += i32::from(is_before);
            all += 1;
        }
    }
    (before, all)
}

fn draw_mark(canvas: &mut Canvas, mark: &Mark<'_>, scale: &LogScale, x: i32) {
    if let Some(ends) = spread_of(mark.point, scale) {
        error_bar(canvas, mark.series, ends, x);
    }
    let place = (x, scale.place(mark.point.figure.typical()));
    if mark.is_local {
        canvas.hollow_mark(mark.series.swatch, place, RADIUS - 1);
    } else {
        canvas.mark(mark.series.swatch, place, RADIUS);
    }
}

/// Whether any error bar is long enough to be drawn.
pub(crate) fn spread_is_seen(growth: &Growth) -> bool {
    let scale = vertical(growth);
    let mut series = growth.series.iter();
    series.any(|series| {
        let mut points = series.reference.iter().chain(&series.local);
        points.any(|point| spread_of(point, &scale).is_some())
    })
}

fn vertical(growth: &Growth) -> LogScale {
    LogScale::new(growth.unit, growth.values(), BOTTOM, TOP)
}

/// The ends of an error bar, where it reaches beyond its mark.
fn spread_of(point: &Point, scale: &LogScale) -> Option<(i32, i32)> {
    let middle = scale.place(point.figure.typical());
    let (low, high) = (scale.place(point.figure.low()), scale.place(point.figure.high()));
    (low - middle > RADIUS || middle - high > RADIUS).then_some((low, high))
}

/// A bar from the lowest to the highest that a figure may be.
fn error_bar(canvas: &mut Canvas, series: &Series, (low, high): (i32, i32), x: i32) {
    let ink = Ink::Series(series.swatch);
    canvas.line(ink, 1, vec![(x, low), (x, high)]);
    for end in [low, high] {
        canvas.line(ink, 1, vec![(x - 4, end), (x + 4, end)]);
    }
}

/// The names where the lines end, with a thin line to those that had to move.
fn end_labels(
    canvas: &mut Canvas,
    growth: &Growth,
    (from, right): (i32, i32),
    place: &impl Fn(&Point) -> (i32, i32),
) {
    let ends: Vec<(&Series, (i32, i32))> = growth
        .series
        .iter()
        .filter_map(|series| Some((series, place(series.reference.last().or(series.local.last())?))))
        .collect();
    let wanted: Vec<i32> = ends.iter().map(|(_, (_, y))| *y).collect();
    for ((series, (_, y)), label) in ends.iter().zip(spread(&wanted, TOP, BOTTOM)) {
        canvas.line(
            Ink::Grid,
            1,
            vec![(from + RADIUS + 3, *y), (right - 2, label), (right + 2, label)],
        );
        canvas.text((right + 6, label), Anchor::Left, &series.name);
    }
}

/// Line, mark and name of each variant, in two columns.
fn legend(canvas: &mut Canvas, growth: &Growth) {
    let rows = growth.series.len().div_ceil(2);
    for (index, series) in growth.series.iter().enumerate() {
        let x = LEFT + (index / rows) as i32 * (WIDTH - LEFT) / 2;
        let y = LEGEND_TOP + (index % rows) as i32 * LEGEND_ROW;
        canvas.line(Ink::Line(series.swatch), 2, vec![(x, y), (x + 44, y)]);
        canvas.mark(series.swatch, (x + 22, y), RADIUS);
        canvas.text((x + 54, y), Anchor::Left, &series.name);
    }
}
