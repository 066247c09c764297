//! Live bytes through a call: a panel for each variant, all on one linear scale from zero.

use heapbook_engine::record::Timeline;
use heapbook_model::Unit;

use plotters_backend::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Gridlines, Ink, drawing};
use super::{Header, WIDTH};
use crate::display;
use crate::palette::Swatch;

/// Live bytes through a call, a panel for each variant.
#[derive(Debug)]
pub(crate) struct Panels<'a> {
    /// The variants.
    pub(crate) panels: Vec<Panel<'a>>,
}

/// A variant's panel.
#[derive(Debug)]
pub(crate) struct Panel<'a> {
    /// The variant's name.
    pub(crate) name: String,
    /// How it looks.
    pub(crate) swatch: Swatch,
    /// The reference's timeline, or the reader's own where the reference has none.
    pub(crate) timeline: &'a Timeline,
    /// The reader's own beside it.
    pub(crate) local: Option<&'a Timeline>,
}

impl Panel<'_> {
    /// Whether the reader's own timeline is there and the same.
    pub(crate) fn is_the_same(&self) -> bool {
        self.local == Some(self.timeline)
    }
}

const LEFT: i32 = 84;
const RIGHT: i32 = WIDTH - 24;
const HEAD: i32 = 26;
const PANEL: i32 = 84;
const GAP: i32 = 14;

impl Panels<'_> {
    /// The highest and the lowest number of live bytes in any panel; 0 is among them.
    pub(crate) fn extremes(&self) -> (f64, f64) {
        let timelines = self
            .panels
            .iter()
            .flat_map(|panel| [Some(panel.timeline), panel.local]);
        let points = timelines.flatten().flat_map(|timeline| &timeline.points);
        let (low, high) = points.fold((0, 0), |(low, high), point| {
            (point.low.0.min(low), point.high.0.max(high))
        });
        (low as f64, high as f64)
    }

    /// The figures in words.
    pub(crate) fn in_words(&self) -> String {
        let each = self.panels.iter().map(|panel| {
            let events = display::size(panel.timeline.events);
            format!(
                "{}: peak {} in {events} events.",
                panel.name,
                display::bytes(peak(panel.timeline))
            )
        });
        each.collect::<Vec<_>>().join(" ")
    }
}

/// The most live bytes of a timeline, never below those at entry.
fn peak(timeline: &Timeline) -> i64 {
    let highs = timeline.points.iter().map(|point| point.high.0);
    highs.fold(0, i64::max)
}

/// Draws the plot.
pub(crate) fn draw(panels: &Panels<'_>, header: &Header) -> String {
    let count = panels.panels.len() as i32;
    let (low, high) = panels.extremes();
    let y = Axis::linear(Unit::Bytes, [low, high].into_iter(), 3);
    drawing(count * (HEAD + PANEL + GAP) + 40, header, |canvas| {
        for (index, panel) in (1..).zip(&panels.panels) {
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
            let scale = Scale { y: &y, top };
            figures(canvas, panel, &scale);
            head(canvas, panel, top - HEAD / 2);
        }
    })
}

/// Where the bytes of a panel stand.
struct Scale<'a> {
    y: &'a Axis,
    top: i32,
}

impl Scale<'_> {
    fn place(&self, bytes: i64) -> i32 {
        self.y.place(bytes as f64, (self.top + PANEL, self.top))
    }
}

fn head(canvas: &Canvas<'_>, panel: &Panel<'_>, y: i32) {
    canvas.mark(panel.swatch, (LEFT + 6, y), 5, false);
    let words = match panel.timeline.events {
        0 => "no allocation at all".to_owned(),
        _ => format!("peak {}", display::bytes(peak(panel.timeline))),
    };
    canvas.text((LEFT + 18, y), HPos::Left, format!("{}: {words}", panel.name));
}

/// The band between low and high, the line of live bytes, and a mark at the peak.
fn figures(canvas: &Canvas<'_>, panel: &Panel<'_>, scale: &Scale<'_>) {
    let zero = scale.place(0);
    if zero < scale.top + PANEL {
        canvas.line(Ink::Axis, 1, vec![(LEFT, zero), (RIGHT, zero)]);
    }
    canvas.area(Ink::Series(panel.swatch), 0.3, band(panel.timeline, scale));
    let own = panel.local.filter(|_| !panel.is_the_same());
    // A thin line of dots leaves the reference's colour to be seen on both sides and in its gaps.
    let width = if own.is_some() { 4 } else { 2 };
    canvas.line(Ink::Series(panel.swatch), width, steps(panel.timeline, scale));
    if let Some(own) = own {
        canvas.line(Ink::Dotted, 1, steps(own, scale));
    }
    // The first of equal peaks: it is when the program first needed so much.
    let backwards = panel.timeline.points.iter().enumerate().rev();
    if let Some((index, point)) = backwards.max_by_key(|(_, point)| point.high) {
        let place = (end_of(panel.timeline, index), scale.place(point.high.0));
        canvas.mark(panel.swatch, place, 5, false);
    }
}

/// The line: from each run of events to the next, the bytes live at its end.
fn steps(timeline: &Timeline, scale: &Scale<'_>) -> Vec<(i32, i32)> {
    let mut level = scale.place(0);
    let mut places = vec![(LEFT, level)];
    for (index, point) in timeline.points.iter().enumerate() {
        let x = end_of(timeline, index);
        places.push((x, level));
        level = scale.place(point.end.0);
        places.push((x, level));
    }
    places.push((RIGHT, level));
    simplified(places)
}

/// The shape between the lowest and the highest of each run.
fn band(timeline: &Timeline, scale: &Scale<'_>) -> Vec<(i32, i32)> {
    let edge = |bytes: fn(&heapbook_engine::record::TimelinePoint) -> i64| {
        let mut places = Vec::new();
        for (index, point) in timeline.points.iter().enumerate() {
            let y = scale.place(bytes(point));
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
