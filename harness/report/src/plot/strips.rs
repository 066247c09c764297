//! Horizontal bars from zero on one scale, in rows: their names on the left, or above them where
//! there is little room, their figures on the right.

use heapbook_model::{Measured, Unit};
use plotters_backend::text_anchor::HPos;

use super::Plot;
use super::axis::Axis;
use super::canvas::{Canvas, Drawing, Ink, Sheet};
use super::labels::{DISTANCE, widest, width};
use crate::display;
use crate::palette::Swatch;

/// Bars of one unit.
#[derive(Debug)]
pub(crate) struct Strips {
    /// What the axis shows.
    pub(crate) title: String,
    /// Its unit.
    pub(crate) unit: Unit,
    /// Whether the scale is logarithmic, and has no zero.
    pub(crate) is_log: bool,
    /// The bars, from above.
    pub(crate) groups: Vec<Group>,
}

/// Bars that belong together.
#[derive(Debug)]
pub(crate) struct Group {
    /// A variant's name above the bars; none where each bar has a name of its own.
    pub(crate) name: Option<String>,
    /// How the bars look.
    pub(crate) swatch: Swatch,
    /// The bars, from above.
    pub(crate) bars: Vec<Bar>,
}

/// A figure as a bar.
#[derive(Debug)]
pub(crate) struct Bar {
    /// What stands to the left of it, or above.
    pub(crate) name: String,
    /// Whether the variant's mark stands there too.
    pub(crate) is_marked: bool,
    /// 1, or less for a paler bar.
    pub(crate) opacity: f64,
    /// The figure in words, or what is said in its place.
    pub(crate) shown: String,
    /// The figure.
    pub(crate) figure: Option<Measured>,
}

const TOP: i32 = 8;
const HEAD: i32 = 32;
const BAR: i32 = 16;
const GAP: i32 = 10;
/// A mark, and the gap between it and a name.
const MARK: i32 = 16;

impl Strips {
    fn bars(&self) -> impl Iterator<Item = &Bar> {
        self.groups.iter().flat_map(|group| &group.bars)
    }

    fn figures(&self) -> impl Iterator<Item = Measured> {
        self.bars().filter_map(|bar| bar.figure)
    }

    /// Whether there is a figure to draw.
    pub(crate) fn has_figures(&self) -> bool {
        self.figures().next().is_some()
    }

    /// Whether any error bar is long enough to be drawn.
    pub(crate) fn spread_is_seen(&self) -> bool {
        let x = self.horizontal(Sheet::WIDE);
        self.figures().any(|figure| x.spread(figure, 0).is_some())
    }

    /// The axis: to the right of names that stand beside bars, and so that the longest figure fits
    /// beside the longest bar.
    fn horizontal(&self, sheet_width: i32) -> Axis {
        let values = || self.figures().flat_map(Measured::drawn);
        let has_marks = self.bars().any(|bar| bar.is_marked);
        let marks = if has_marks { MARK + 2 } else { 0 };
        let lowest = values().fold(0.0, f64::min);
        let left = match sheet_width {
            Sheet::WIDE => MARK + marks + widest(self.bars().map(|bar| bar.name.as_str())),
            // The label of a figure below 0 reaches to the left of it.
            _ => 8 + width(&display::short(self.unit, lowest)) / 2,
        };
        let right = sheet_width - 16 - widest(self.bars().map(|bar| bar.shown.as_str()));
        match self.is_log {
            // The axis begins below 1, so that a figure of 1 has a bar too.
            true => Axis::logarithmic(self.unit, values().chain([0.5]), (left, right)),
            false => Axis::linear(self.unit, values(), (left, right)),
        }
    }
}

impl Plot for Strips {
    fn in_words(&self) -> String {
        let bars = |group: &Group, colon| -> Vec<String> {
            let bars = group.bars.iter();
            bars.map(|bar| format!("{}{colon} {}", bar.name, bar.shown))
                .collect()
        };
        let group = |group: &Group| match &group.name {
            Some(name) => format!("{name}: {}.", bars(group, "").join(", ")),
            None => bars(group, ":").join(". ") + ".",
        };
        self.groups.iter().map(group).collect::<Vec<_>>().join(" ")
    }

    fn draw(&self, sheet: Sheet) -> Drawing {
        let x = self.horizontal(sheet.width);
        let above = if sheet.is_narrow() { DISTANCE } else { 0 };
        let row = above + BAR + GAP;
        let heads = self.groups.iter().filter(|group| group.name.is_some());
        let bottom = TOP + HEAD * heads.count() as i32 + row * self.bars().count() as i32;
        sheet.drawing(bottom + Canvas::BELOW, |canvas| {
            canvas.axes(&x, &Axis::blank((bottom, TOP)), &self.title);
            canvas.line(Ink::AXIS, 1, vec![(x.place(0.0), TOP), (x.place(0.0), bottom)]);
            let mut top = TOP;
            for group in &self.groups {
                if let Some(name) = &group.name {
                    self::name(canvas, Some(group.swatch), top + HEAD - 12, name);
                    top += HEAD;
                }
                for bar in &group.bars {
                    let middle = top + above + (GAP + BAR) / 2;
                    match sheet.is_narrow() {
                        true => {
                            let mark = bar.is_marked.then_some(group.swatch);
                            name(canvas, mark, middle - DISTANCE, &bar.name);
                        }
                        false => bar.name_beside(canvas, group.swatch, (x.ends().0 - 10, middle)),
                    }
                    bar.draw(canvas, group.swatch, &x, middle);
                    top += row;
                }
            }
        })
    }
}

/// A name at the drawing's left edge, which hides the lines of the grid.
fn name(canvas: &Canvas<'_>, mark: Option<Swatch>, middle: i32, name: &str) {
    let left = if mark.is_some() { 20 } else { 12 };
    let corners = [
        (0, middle - DISTANCE / 2),
        (left + width(name) + 2, middle + DISTANCE / 2),
    ];
    canvas.filled(Ink::PAPER, 1.0, corners);
    if let Some(swatch) = mark {
        canvas.mark(swatch, (8, middle));
    }
    canvas.text((left, middle), HPos::Left, name);
}

impl Bar {
    fn name_beside(&self, canvas: &Canvas<'_>, swatch: Swatch, (mut right, middle): (i32, i32)) {
        if self.is_marked {
            canvas.mark(swatch, (right - 4, middle));
            right -= MARK;
        }
        canvas.text((right, middle), HPos::Right, &self.name);
    }

    /// The bar with its figure, around that height.
    fn draw(&self, canvas: &Canvas<'_>, swatch: Swatch, x: &Axis, middle: i32) {
        let figure_at = self.figure.map_or(0.0, |figure| figure.high().max(0.0));
        if let Some(figure) = self.figure {
            let (zero, end) = (x.place(0.0), x.place(figure.typical()));
            let corners = [
                (zero.min(end), middle - BAR / 2),
                (zero.max(end), middle + BAR / 2),
            ];
            if self.opacity < 1.0 {
                // A pale bar hides the grid as well.
                canvas.filled(Ink::PAPER, 1.0, corners);
            }
            canvas.filled(Ink::of(swatch), self.opacity, corners);
            if let Some((low, high)) = x.spread(figure, 0) {
                canvas.error_bar(Ink::TEXT, [(low, middle), (high, middle)]);
            }
        }
        canvas.text((x.place(figure_at) + 8, middle), HPos::Left, &self.shown);
    }
}
