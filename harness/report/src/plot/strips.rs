//! Horizontal bars from zero on one scale, in rows: their names on the left, their figures on the
//! right.

use heapbook_model::{Measured, Unit};
use plotters_backend::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Gridlines, Ink, drawing};
use super::labels::widest;
use super::{Header, WIDTH};
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
    /// What stands to the left of it.
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
        let scale = Scale::of(self);
        self.figures().any(|figure| scale.spread(figure).is_some())
    }

    /// The figures in words.
    pub(crate) fn in_words(&self) -> String {
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
}

/// The axis, and where it begins and ends.
struct Scale {
    axis: Axis,
    ends: (i32, i32),
}

impl Scale {
    /// To the right of all names, and so that the longest figure fits beside the longest bar.
    fn of(strips: &Strips) -> Self {
        let has_marks = strips.bars().any(|bar| bar.is_marked);
        let marks = if has_marks { 18 } else { 0 };
        let left = 16 + marks + widest(strips.bars().map(|bar| bar.name.as_str()));
        let right = WIDTH - 16 - widest(strips.bars().map(|bar| bar.shown.as_str()));
        let values = strips.figures().flat_map(|figure| figure.drawn());
        let axis = match strips.is_log {
            // The axis begins below 1, so that a figure of 1 has a bar too.
            true => Axis::logarithmic(strips.unit, values.chain([0.5])),
            false => Axis::linear(strips.unit, values, 4),
        };
        Scale {
            axis,
            ends: (left, right),
        }
    }

    fn place(&self, value: f64) -> i32 {
        self.axis.place(value, self.ends)
    }

    /// Where bars begin.
    fn zero(&self) -> i32 {
        self.place(0.0)
    }

    /// The ends of an error bar, where they are two places.
    fn spread(&self, figure: Measured) -> Option<(i32, i32)> {
        let [low, _, high] = figure.drawn();
        let ends = (self.place(low), self.place(high));
        (ends.0 != ends.1).then_some(ends)
    }
}

/// Draws the plot.
pub(crate) fn draw(strips: &Strips, header: &Header) -> String {
    let scale = Scale::of(strips);
    let row = BAR + GAP;
    let head = |group: &Group| if group.name.is_some() { HEAD } else { 0 };
    let heights = strips
        .groups
        .iter()
        .map(|group| head(group) + row * group.bars.len() as i32);
    let bottom = TOP + heights.sum::<i32>();
    drawing(bottom + 48, header, |canvas| {
        let (left, right) = scale.ends;
        canvas.axes(
            (&scale.axis, left..right),
            (&scale.axis, TOP..bottom),
            Gridlines::Vertical,
            &strips.title,
        );
        let mut top = TOP;
        for group in &strips.groups {
            if let Some(name) = &group.name {
                let middle = top + HEAD - 12;
                canvas.mark(group.swatch, (8, middle), 5);
                canvas.text((20, middle), HPos::Left, name);
            }
            top += head(group);
            for bar in &group.bars {
                strip(canvas, group.swatch, bar, &scale, top + GAP / 2);
                top += row;
            }
        }
        canvas.line(Ink::Axis, 1, vec![(scale.zero(), TOP), (scale.zero(), bottom)]);
    })
}

/// One bar with its name and figure.
fn strip(canvas: &Canvas<'_>, swatch: Swatch, bar: &Bar, scale: &Scale, top: i32) {
    let middle = top + BAR / 2;
    let mut names_end = scale.ends.0 - 10;
    if bar.is_marked {
        canvas.mark(swatch, (names_end - 4, middle), 5);
        names_end -= 16;
    }
    canvas.text((names_end, middle), HPos::Right, &bar.name);
    let figure_at = bar.figure.map_or(0.0, |figure| figure.high().max(0.0));
    if let Some(figure) = bar.figure {
        let corners = corners(scale, figure, (top, top + BAR));
        if bar.opacity < 1.0 {
            // A pale bar hides the grid as well.
            canvas.filled(Ink::Paper, 1.0, corners);
        }
        canvas.filled(Ink::Series(swatch), bar.opacity, corners);
        error_bar(canvas, figure, scale, middle);
    }
    canvas.text((scale.place(figure_at) + 8, middle), HPos::Left, &bar.shown);
}

fn corners(scale: &Scale, figure: Measured, (top, bottom): (i32, i32)) -> [(i32, i32); 2] {
    let (zero, end) = (scale.zero(), scale.place(figure.typical()));
    [(zero.min(end), top), (zero.max(end), bottom)]
}

fn error_bar(canvas: &Canvas<'_>, figure: Measured, scale: &Scale, y: i32) {
    if let Some((low, high)) = scale.spread(figure) {
        canvas.error_bar(Ink::Text, [(low, y), (high, y)]);
    }
}
