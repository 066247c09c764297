//! Live bytes through a call: a panel for each variant, all on one linear scale from zero.

use heapbook_engine::record::{Timeline, TimelinePoint};
use heapbook_model::Unit;
use plotters_backend::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Gridlines, Ink, drawing};
use super::{Header, WIDTH};
use crate::display;
use crate::palette::Swatch;

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

const LEFT: i32 = 84;
const RIGHT: i32 = WIDTH - 24;
const HEAD: i32 = 26;
const PANEL: i32 = 84;
const GAP: i32 = 14;

/// The highest and the lowest number of live bytes in any panel; 0 is among them.
pub(crate) fn extremes(panels: &[Panel<'_>]) -> (f64, f64) {
    let points = panels.iter().flat_map(|panel| &panel.timeline.points);
    let (low, high) = points.fold((0, 0), |(low, high), point| {
        (point.low.0.min(low), point.high.0.max(high))
    });
    (low as f64, high as f64)
}

/// The figures in words.
pub(crate) fn in_words(panels: &[Panel<'_>]) -> String {
    let each = panels.iter().map(|panel| {
        let (peak, events) = (peak(panel.timeline), display::size(panel.timeline.events));
        format!(
            "{}: peak {} in {events} events.",
            panel.name,
            display::bytes(peak)
        )
    });
    each.collect::<Vec<_>>().join(" ")
}

/// The most live bytes of a timeline, never below those at entry.
fn peak(timeline: &Timeline) -> i64 {
    let highs = timeline.points.iter().map(|point| point.high.0);
    highs.fold(0, i64::max)
}

/// Draws the plot.
pub(crate) fn draw(panels: &[Panel<'_>], header: &Header) -> String {
    let count = panels.len() as i32;
    let (low, high) = extremes(panels);
    let y = Axis::linear(Unit::Bytes, [low, high].into_iter(), 3);
    drawing(count * (HEAD + PANEL + GAP) + 40, header, |canvas| {
        for (index, panel) in (1..).zip(panels) {
            let top = index * (HEAD + PANEL + GAP) - PANEL - GAP;
            let (x, title) = match index == count {
                true => (
                    Axis::of_percent(true),
                    "allocation events, as a share of the call",
                ),
                false => (Axis::of_percent(false), ""),
            };
            canvas.axes(
                (&x, LEFT..RIGHT),
                (&y, top..top + PANEL),
                Gridlines::Horizontal,
                title,
            );
            let bottom = top + PANEL;
            figures(canvas, panel, bottom, &|bytes| {
                y.place(bytes as f64, (bottom, top))
            });
            head(canvas, panel, top - HEAD / 2);
        }
    })
}

fn head(canvas: &Canvas<'_>, panel: &Panel<'_>, y: i32) {
    canvas.mark(panel.swatch, (LEFT + 6, y), 5);
    let words = match panel.timeline.events {
        0 => "no allocation at all".to_owned(),
        _ => format!("peak {}", display::bytes(peak(panel.timeline))),
    };
    canvas.text((LEFT + 18, y), HPos::Left, format!("{}: {words}", panel.name));
}

/// The band between low and high, the line of live bytes, and a mark at the peak.
fn figures(canvas: &Canvas<'_>, panel: &Panel<'_>, bottom: i32, place: &impl Fn(i64) -> i32) {
    let zero = place(0);
    if zero < bottom {
        canvas.line(Ink::Axis, 1, vec![(LEFT, zero), (RIGHT, zero)]);
    }
    canvas.area(Ink::Series(panel.swatch), 0.3, band(panel.timeline, place));
    canvas.line(Ink::Series(panel.swatch), 2, steps(panel.timeline, place));
    // The first of equal peaks: it is when the program first needed so much.
    let backwards = panel.timeline.points.iter().enumerate().rev();
    if let Some((index, point)) = backwards.max_by_key(|(_, point)| point.high) {
        let peak = (end_of(panel.timeline, index), place(point.high.0));
        canvas.mark(panel.swatch, peak, 5);
    }
}

/// The line: from each run of events to the next, the bytes live at its end.
fn steps(timeline: &Timeline, place: &impl Fn(i64) -> i32) -> Vec<(i32, i32)> {
    let mut level = place(0);
    let mut places = vec![(LEFT, level)];
    for (index, point) in timeline.points.iter().enumerate() {
        let x = end_of(timeline, index);
        places.push((x, level));
        level = place(point.end.0);
        places.push((x, level));
    }
    places.push((RIGHT, level));
    simplified(places)
}

/// The shape between the lowest and the highest of each run.
fn band(timeline: &Timeline, place: &impl Fn(i64) -> i32) -> Vec<(i32, i32)> {
    let edge = |bytes: fn(&TimelinePoint) -> i64| {
        let mut places = Vec::new();
        for (index, point) in timeline.points.iter().enumerate() {
            let y = place(bytes(point));
            places.push((start_of(timeline, index), y));
            places.push((end_of(timeline, index), y));
        }
        simplified(places)
    };
    let mut places = edge(|point| point.high.0);
    let below = edge(|point| point.low.0);
    places.extend(below.into_iter().rev());
    places
}

fn start_of(timeline: &Timeline, index: usize) -> i32 {
    at_event(timeline, timeline.events_per_point * index as u64)
}

fn end_of(timeline: &Timeline, index: usize) -> i32 {
    at_event(timeline, timeline.events_per_point * (index as u64 + 1))
}

/// The place of an event as a share of the call.
fn at_event(timeline: &Timeline, event: u64) -> i32 {
    let share = event.min(timeline.events) as f64 / timeline.events.max(1) as f64;
    LEFT + (share * f64::from(RIGHT - LEFT)).round() as i32
}

/// The same line with fewer places: those in the middle of a straight stretch are left out.
fn simplified(places: Vec<(i32, i32)>) -> Vec<(i32, i32)> {
    let mut kept: Vec<(i32, i32)> = Vec::new();
    for place in places {
        if let [.., one, two] = kept[..]
            && ((one.0 == two.0
                && two.0 == place.0
                && (two.1 - one.1).signum() == (place.1 - two.1).signum())
                || (one.1 == two.1 && two.1 == place.1))
        {
            kept.pop();
        }
        if kept.last() != Some(&place) {
            kept.push(place);
        }
    }
    kept
}
