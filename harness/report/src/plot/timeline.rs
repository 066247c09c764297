//! Live bytes through a call: a panel for each variant, all on one linear scale from zero.

use heapbook_engine::record::{Timeline, TimelinePoint};
use heapbook_model::Unit;
use plotters_backend::text_anchor::HPos;

use super::Plot;
use super::axis::Axis;
use super::canvas::{Canvas, Drawing, Ink, Sheet};
use crate::display;
use crate::palette::Swatch;

/// Panels, from above.
#[derive(Debug)]
pub(crate) struct Panels<'a>(pub(crate) Vec<Panel<'a>>);

/// A variant's panel.
#[derive(Debug)]
pub(crate) struct Panel<'a> {
    /// The variant's name.
    pub(crate) name: String,
    /// How it looks.
    pub(crate) swatch: Swatch,
    /// Its timeline.
    pub(crate) timeline: &'a Timeline,
}

const LEFT: i32 = 76;
const HEAD: i32 = 28;
const PANEL: i32 = 84;
const GAP: i32 = 14;

impl Panels<'_> {
    /// The highest and the lowest number of live bytes in any panel; 0 is among them.
    pub(crate) fn extremes(&self) -> (f64, f64) {
        let points = self.0.iter().flat_map(|panel| &panel.timeline.points);
        let (low, high) = points.fold((0, 0), |(low, high), point| {
            (point.low.0.min(low), point.high.0.max(high))
        });
        (low as f64, high as f64)
    }
}

impl Plot for Panels<'_> {
    fn in_words(&self) -> String {
        let each = self.0.iter().map(|panel| {
            let (peak, events) = (peak(panel.timeline), display::size(panel.timeline.events));
            format!(
                "{}: peak {} in {events} events.",
                panel.name,
                display::bytes(peak)
            )
        });
        each.collect::<Vec<_>>().join(" ")
    }

    fn draw(&self, sheet: Sheet) -> Drawing {
        let count = self.0.len() as i32;
        let (low, high) = self.extremes();
        let across = (LEFT, sheet.width - 24);
        sheet.drawing(count * (HEAD + PANEL + GAP) + 40, |canvas| {
            for (index, panel) in (1..).zip(&self.0) {
                let top = index * (HEAD + PANEL + GAP) - PANEL - GAP;
                let (x, title) = match index == count {
                    true => (Axis::of_percent(across), "share of the call’s allocation events"),
                    false => (Axis::blank(across), ""),
                };
                let y = Axis::linear(Unit::Bytes, [low, high].into_iter(), (top + PANEL, top));
                canvas.axes(&x, &y, title);
                panel.figures(canvas, across, &y);
                panel.head(canvas, top - HEAD / 2);
            }
        })
    }
}

/// The most live bytes of a timeline, never below those at entry.
fn peak(timeline: &Timeline) -> i64 {
    let highs = timeline.points.iter().map(|point| point.high.0);
    highs.fold(0, i64::max)
}

impl Panel<'_> {
    fn head(&self, canvas: &Canvas<'_>, y: i32) {
        canvas.mark(self.swatch, (8, y));
        let words = match self.timeline.events {
            0 => "no allocation at all".to_owned(),
            _ => format!("peak {}", display::bytes(peak(self.timeline))),
        };
        canvas.text((20, y), HPos::Left, &format!("{}: {words}", self.name));
    }

    /// The band between low and high, the line of live bytes, and a mark at the peak.
    fn figures(&self, canvas: &Canvas<'_>, across: (i32, i32), y: &Axis) {
        let level = |bytes: i64| y.place(bytes as f64);
        let (zero, bottom) = (level(0), y.ends().0);
        if zero < bottom {
            canvas.line(Ink::AXIS, 1, vec![(across.0, zero), (across.1, zero)]);
        }
        canvas.area(Ink::of(self.swatch), 0.3, self.band(across, &level));
        canvas.line(Ink::of(self.swatch), 2, self.steps(across, &level));
        // The first of equal peaks: it is when the program first needed so much.
        let backwards = self.timeline.points.iter().enumerate().rev();
        if let Some((index, point)) = backwards.max_by_key(|(_, point)| point.high) {
            let peak = (self.start(index + 1, across), level(point.high.0));
            canvas.mark(self.swatch, peak);
        }
    }

    /// The line: from each run of events to the next, the bytes live at its end.
    fn steps(&self, across: (i32, i32), level: &impl Fn(i64) -> i32) -> Vec<(i32, i32)> {
        let mut before = level(0);
        let mut places = vec![(across.0, before)];
        for (index, point) in (1..).zip(&self.timeline.points) {
            let x = self.start(index, across);
            places.push((x, before));
            before = level(point.end.0);
            places.push((x, before));
        }
        places.push((across.1, before));
        places
    }

    /// The shape between the lowest and the highest of each run.
    fn band(&self, across: (i32, i32), level: &impl Fn(i64) -> i32) -> Vec<(i32, i32)> {
        let edge = |bytes: fn(&TimelinePoint) -> i64| {
            let points = self.timeline.points.iter().enumerate();
            points.flat_map(move |(index, point)| {
                let ends = [index, index + 1];
                ends.map(|index| (self.start(index, across), level(bytes(point))))
            })
        };
        let below: Vec<_> = edge(|point| point.low.0).collect();
        edge(|point| point.high.0)
            .chain(below.into_iter().rev())
            .collect()
    }

    /// The place where a run of events begins, and the one before it ends.
    fn start(&self, index: usize, (left, right): (i32, i32)) -> i32 {
        let event = (self.timeline.events_per_point * index as u64).min(self.timeline.events);
        let share = event as f64 / self.timeline.events.max(1) as f64;
        left + (share * f64::from(right - left)).round() as i32
    }
}
