//! A metric against `n`: a line for each variant, both axes logarithmic.

use std::ops::Range;

use heapbook_model::{Measured, Unit};
use plotters_backend::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Gridlines, Ink, drawing};
use super::labels::{self, spread};
use super::{Header, WIDTH};
use crate::display;
use crate::palette::Swatch;

/// A metric against `n`, a line for each variant.
#[derive(Debug)]
pub(crate) struct Growth {
    /// What the vertical axis shows.
    pub(crate) title: &'static str,
    /// Its unit.
    pub(crate) unit: Unit,
    /// All sizes, rising.
    pub(crate) sizes: Vec<u64>,
    /// The variants.
    pub(crate) series: Vec<Series>,
}

/// A variant's line.
#[derive(Debug)]
pub(crate) struct Series {
    /// The variant's name.
    pub(crate) name: String,
    /// How it looks.
    pub(crate) swatch: Swatch,
    /// Its figures.
    pub(crate) points: Vec<Point>,
}

/// A figure at a size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    /// The size.
    pub(crate) n: u64,
    /// The figure.
    pub(crate) figure: Measured,
}

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
/// How far apart marks stand that would hide each other.
const APART: i32 = 11;
/// Marks whose places differ by no more hide each other.
const HIDES: i32 = 3;

impl Growth {
    /// All figures that are drawn, the ends of their spread among them.
    pub(crate) fn values(&self) -> impl Iterator<Item = f64> {
        self.points().flat_map(|point| point.figure.drawn())
    }

    fn points(&self) -> impl Iterator<Item = &Point> {
        let series = self.series.iter();
        series.flat_map(|series| &series.points)
    }

    /// The figures in words.
    pub(crate) fn in_words(&self) -> String {
        let each = self.series.iter().map(|series| {
            let figures = series.points.iter().map(|point| {
                let figure = display::measured(self.unit, point.figure);
                format!("{figure} at {}", display::size(point.n))
            });
            format!("{}: {}.", series.name, figures.collect::<Vec<_>>().join(", "))
        });
        each.collect::<Vec<_>>().join(" ")
    }

    /// Whether any error bar is long enough to be drawn.
    pub(crate) fn spread_is_seen(&self) -> bool {
        let y = vertical(self);
        self.points().any(|point| spread_of(point, &y).is_some())
    }
}

/// Draws the plot.
pub(crate) fn draw(growth: &Growth, header: &Header) -> String {
    let has_legend = growth.series.len() > MOST_END_LABELS;
    let names = growth.series.iter().map(|series| series.name.as_str());
    let (rows, beside) = match has_legend {
        true => (growth.series.len().div_ceil(2) as i32, 0),
        false => (0, labels::widest(names)),
    };
    let right = WIDTH - 16 - beside;
    let y = vertical(growth);
    let marks = marks(growth, &y);
    let widest = marks.iter().map(|mark| mark.aside).max().unwrap_or(0);
    let inset = f64::from(INSET.max(widest)) / f64::from(right - LEFT);
    let x = Axis::of_sizes(&growth.sizes, inset);
    let place = |point: &Point| {
        (
            x.place(point.n as f64, (LEFT, right)),
            height(&y, point.figure.typical()),
        )
    };
    drawing(LEGEND_TOP - 12 + rows * LEGEND_ROW, header, |canvas| {
        axes(canvas, growth.title, (&x, LEFT..right), &y);
        for series in &growth.series {
            line(canvas, growth, series, &place);
        }
        for mark in &marks {
            draw_mark(canvas, mark, &y, place(mark.point).0 + mark.aside);
        }
        match has_legend {
            true => legend(canvas, growth),
            false => end_labels(canvas, growth, widest + RADIUS + 3, right, &place),
        }
    })
}

/// The axes, with a break between the level of 0 and the rest of the vertical one.
fn axes(canvas: &Canvas<'_>, title: &str, x: (&Axis, Range<i32>), y: &Axis) {
    canvas.axes(x, (y, TOP..BOTTOM), Gridlines::Horizontal, "n (log scale)");
    canvas.text((LEFT - 76, TOP - 26), HPos::Left, format!("{title} (log scale)"));
    let Some(middle) = y.break_at((BOTTOM, TOP)) else {
        return;
    };
    canvas.filled(Ink::Paper, 1.0, [(LEFT - 2, middle - 4), (LEFT + 1, middle + 4)]);
    for edge in [middle - 4, middle + 4] {
        canvas.line(Ink::Axis, 1, vec![(LEFT - 6, edge + 3), (LEFT + 6, edge - 3)]);
    }
}

/// A line through the points, interrupted where a size between two points has no figure.
fn line(canvas: &Canvas<'_>, growth: &Growth, series: &Series, place: &impl Fn(&Point) -> (i32, i32)) {
    let figure = |n: &u64| series.points.iter().find(|point| point.n == *n);
    let places: Vec<Option<(i32, i32)>> = growth.sizes.iter().map(|n| figure(n).map(place)).collect();
    for run in places.split(Option::is_none).filter(|run| run.len() > 1) {
        canvas.line(
            Ink::Line(series.swatch),
            2,
            run.iter().flatten().copied().collect(),
        );
    }
}

/// A figure's mark.
struct Mark<'a> {
    series: &'a Series,
    point: &'a Point,
    /// How far it stands to the right of its size.
    aside: i32,
}

/// All marks. Those that would hide each other stand side by side, around their size.
fn marks<'a>(growth: &'a Growth, y: &Axis) -> Vec<Mark<'a>> {
    let all = || {
        let series = growth.series.iter();
        series.flat_map(|series| series.points.iter().map(move |point| (series, point)))
    };
    let mark = |(series, point)| {
        let (before, together) = neighbours(all(), (series, point), y);
        Mark {
            series,
            point,
            aside: before * APART - (together - 1) * APART / 2,
        }
    };
    all().map(mark).collect()
}

/// How many of the marks stand in the place of this one, itself among them, and how many of those
/// come before it.
fn neighbours<'a>(
    marks: impl Iterator<Item = (&'a Series, &'a Point)>,
    (series, point): (&Series, &Point),
    y: &Axis,
) -> (i32, i32) {
    let height = |point: &Point| height(y, point.figure.typical());
    let (mut before, mut all, mut is_before) = (0, 0, true);
    for (other_series, other) in marks.filter(|(_, other)| other.n == point.n) {
        if std::ptr::eq(other_series, series) {
            is_before = false;
            all += 1;
        } else if (height(other) - height(point)).abs() <= HIDES {
            before += i32::from(is_before);
            all += 1;
        }
    }
    (before, all)
}

fn draw_mark(canvas: &Canvas<'_>, mark: &Mark<'_>, y: &Axis, x: i32) {
    if let Some(ends) = spread_of(mark.point, y) {
        let ends = [(x, ends.0), (x, ends.1)];
        canvas.error_bar(Ink::Series(mark.series.swatch), ends);
    }
    let place = (x, height(y, mark.point.figure.typical()));
    canvas.mark(mark.series.swatch, place, RADIUS);
}

fn vertical(growth: &Growth) -> Axis {
    Axis::logarithmic(growth.unit, growth.values())
}

fn height(y: &Axis, value: f64) -> i32 {
    y.place(value, (BOTTOM, TOP))
}

/// The ends of an error bar, where it reaches beyond its mark.
fn spread_of(point: &Point, y: &Axis) -> Option<(i32, i32)> {
    let [low, middle, high] = point.figure.drawn().map(|value| height(y, value));
    (low - middle > RADIUS || middle - high > RADIUS).then_some((low, high))
}

/// The names where the lines end, with a thin line to those that had to move.
fn end_labels(
    canvas: &Canvas<'_>,
    growth: &Growth,
    beside: i32,
    right: i32,
    place: &impl Fn(&Point) -> (i32, i32),
) {
    let ends: Vec<(&Series, (i32, i32))> = growth
        .series
        .iter()
        .filter_map(|series| Some((series, place(series.points.last()?))))
        .collect();
    let wanted: Vec<i32> = ends.iter().map(|(_, (_, y))| *y).collect();
    for ((series, (x, y)), label) in ends.iter().zip(spread(&wanted, TOP, BOTTOM)) {
        canvas.line(
            Ink::Grid,
            1,
            vec![(x + beside, *y), (right - 2, label), (right + 2, label)],
        );
        canvas.text((right + 6, label), HPos::Left, &series.name);
    }
}

/// Line, mark and name of each variant, in two columns.
fn legend(canvas: &Canvas<'_>, growth: &Growth) {
    let rows = growth.series.len().div_ceil(2);
    for (index, series) in growth.series.iter().enumerate() {
        let x = LEFT + (index / rows) as i32 * (WIDTH - LEFT) / 2;
        let y = LEGEND_TOP + (index % rows) as i32 * LEGEND_ROW;
        canvas.line(Ink::Line(series.swatch), 2, vec![(x, y), (x + 44, y)]);
        canvas.mark(series.swatch, (x + 22, y), RADIUS);
        canvas.text((x + 54, y), HPos::Left, &series.name);
    }
}
