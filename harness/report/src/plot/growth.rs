//! A metric against `n`: a line for each variant, both axes logarithmic.

use heapbook_model::{Measured, Unit};
use plotters_backend::text_anchor::HPos;

use super::Plot;
use super::axis::Axis;
use super::canvas::{Canvas, Drawing, Ink, Sheet};
use super::labels::{self, DISTANCE, spread};
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

/// From the upper end of the drawing, or from the key, to that of the axis.
const TOP: i32 = 44;
/// From the end of the axis to the names beside the lines.
const NAME: i32 = 20;
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

    /// Whether any error bar is long enough to be drawn.
    pub(crate) fn spread_is_seen(&self) -> bool {
        let y = self.vertical(0, Sheet::WIDE);
        self.points()
            .any(|point| y.spread(point.figure, Canvas::RADIUS).is_some())
    }

    /// The vertical axis below that place, long enough for a name beside each line.
    fn vertical(&self, top: i32, width: i32) -> Axis {
        let names = self.series.len() as i32 * DISTANCE;
        let length = match width {
            Sheet::WIDE => names.max(306),
            _ => 240,
        };
        Axis::logarithmic(self.unit, self.values(), (top + length, top))
    }
}

impl Plot for Growth {
    fn in_words(&self) -> String {
        let each = self.series.iter().map(|series| {
            let figures = series.points.iter().map(|point| {
                let figure = display::measured(self.unit, point.figure);
                format!("{figure} at {}", display::size(point.n))
            });
            format!("{}: {}.", series.name, figures.collect::<Vec<_>>().join(", "))
        });
        each.collect::<Vec<_>>().join(" ")
    }

    /// Wide, the names stand where the lines end; narrow, in a key above them.
    fn draw(&self, sheet: Sheet) -> Drawing {
        let names = self.series.iter().map(|series| series.name.as_str());
        // `inset` is the least room between the axis's ends and the first and the last point.
        let (key, beside, inset) = match sheet.is_narrow() {
            true => (self.series.len() as i32 * DISTANCE, 0, 18),
            false => (0, NAME + labels::widest(names), 28),
        };
        let y = self.vertical(key + TOP, sheet.width);
        let across = (y.labels_width() + 10, sheet.width - 16 - beside);
        let marks = self.marks(&y, (across.1 - across.0) / self.sizes.len().max(1) as i32);
        let widest = marks.iter().map(|mark| mark.aside).max().unwrap_or(0);
        let x = Axis::of_sizes(&self.sizes, inset.max(widest + 2 * Canvas::RADIUS), across);
        let place = |point: &Point| (x.place(point.n as f64), height(&y, point));
        sheet.drawing(y.ends().0 + Canvas::BELOW, |canvas| {
            axes(canvas, self.title, &x, &y);
            for series in &self.series {
                self.line(canvas, series, &place);
            }
            for mark in &marks {
                mark.draw(canvas, &y, place(&mark.point).0 + mark.aside);
            }
            match sheet.is_narrow() {
                true => self.key(canvas, &y),
                false => self.end_labels(canvas, widest + Canvas::RADIUS + 3, (across.1, &y), &place),
            }
        })
    }
}

/// The axes, with a break between the level of 0 and the rest of the vertical one.
fn axes(canvas: &Canvas<'_>, title: &str, x: &Axis, y: &Axis) {
    canvas.axes(x, y, "n (log scale)");
    let (left, top) = (x.ends().0, y.ends().1);
    canvas.text((8, top - 26), HPos::Left, &format!("{title} (log scale)"));
    let Some(middle) = y.break_at() else {
        return;
    };
    canvas.filled(Ink::PAPER, 1.0, [(left - 2, middle - 4), (left + 1, middle + 4)]);
    for edge in [middle - 4, middle + 4] {
        canvas.line(Ink::AXIS, 1, vec![(left - 6, edge + 3), (left + 6, edge - 3)]);
    }
}

impl Growth {
    /// A line through the points, interrupted where a size between two points has no figure.
    fn line(&self, canvas: &Canvas<'_>, series: &Series, place: &impl Fn(&Point) -> (i32, i32)) {
        let figure = |n: &u64| series.points.iter().find(|point| point.n == *n);
        let places: Vec<Option<(i32, i32)>> = self.sizes.iter().map(|n| figure(n).map(place)).collect();
        for run in places.split(Option::is_none).filter(|run| run.len() > 1) {
            let run = run.iter().flatten().copied().collect();
            canvas.line(Ink::line(series.swatch), 2, run);
        }
    }

    /// All marks. Those that would hide each other stand side by side, around their size, in the
    /// `room` of a size.
    fn marks(&self, y: &Axis, room: i32) -> Vec<Mark> {
        let mut marks: Vec<Mark> = self.series.iter().flat_map(Series::marks).collect();
        marks.sort_by_key(|mark| (mark.point.n, height(y, &mark.point)));
        let hide = |one: &Mark, two: &Mark| {
            one.point.n == two.point.n && height(y, &two.point) - height(y, &one.point) <= HIDES
        };
        for run in marks.chunk_by_mut(hide) {
            run.sort_by_key(|mark| mark.swatch.0);
            let count = run.len() as i32;
            let apart = APART.min(room / count);
            for (nth, mark) in (0..).zip(run) {
                mark.aside = nth * apart - (count - 1) * apart / 2;
            }
        }
        marks
    }

    /// The lines, from the one that ends highest, and their last figures.
    fn ends(&self, y: &Axis) -> Vec<(&Series, &Point)> {
        let ends = self.series.iter();
        let ends = ends.filter_map(|series| Some((series, series.points.last()?)));
        let mut ends: Vec<_> = ends.collect();
        ends.sort_by_key(|(_, point)| height(y, point));
        ends
    }

    /// Mark and name of each line beside its end, with a thin line to those that had to move.
    fn end_labels(
        &self,
        canvas: &Canvas<'_>,
        beside: i32,
        (right, y): (i32, &Axis),
        place: &impl Fn(&Point) -> (i32, i32),
    ) {
        let ends = self.ends(y);
        let wanted: Vec<i32> = ends.iter().map(|(_, point)| height(y, point)).collect();
        let (bottom, top) = y.ends();
        for ((series, point), label) in ends.iter().zip(spread(&wanted, top, bottom)) {
            let (x, y) = place(point);
            let leader = vec![(x + beside, y), (right - 2, label), (right + 2, label)];
            canvas.line(Ink::GRID, 1, leader);
            canvas.mark(series.swatch, (right + 10, label));
            canvas.text((right + NAME, label), HPos::Left, &series.name);
        }
    }

    /// Line, mark and name of each variant, one below the other.
    fn key(&self, canvas: &Canvas<'_>, y: &Axis) {
        for (row, (series, _)) in (0..).zip(self.ends(y)) {
            let y = 10 + row * DISTANCE;
            canvas.line(Ink::line(series.swatch), 2, vec![(0, y), (40, y)]);
            canvas.mark(series.swatch, (20, y));
            canvas.text((48, y), HPos::Left, &series.name);
        }
    }
}

impl Series {
    fn marks(&self) -> impl Iterator<Item = Mark> {
        let (swatch, aside) = (self.swatch, 0);
        let points = self.points.iter();
        points.map(move |&point| Mark { swatch, point, aside })
    }
}

/// A figure's mark.
struct Mark {
    swatch: Swatch,
    point: Point,
    /// How far it stands to the right of its size.
    aside: i32,
}

impl Mark {
    fn draw(&self, canvas: &Canvas<'_>, y: &Axis, x: i32) {
        if let Some((low, high)) = y.spread(self.point.figure, Canvas::RADIUS) {
            canvas.error_bar(Ink::of(self.swatch), [(x, low), (x, high)]);
        }
        canvas.mark(self.swatch, (x, height(y, &self.point)));
    }
}

fn height(y: &Axis, point: &Point) -> i32 {
    y.place(point.figure.typical())
}
