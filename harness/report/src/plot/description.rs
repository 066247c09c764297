//! What a plot shows, before anything is said of pixels.

use heapbook_engine::record::Timeline;
use heapbook_model::{Measured, Unit};

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
    /// The reference's figures.
    pub(crate) reference: Vec<Point>,
    /// The reader's own.
    pub(crate) local: Vec<Point>,
}

/// A figure at a size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    /// The size.
    pub(crate) n: u64,
    /// The figure.
    pub(crate) figure: Measured,
}

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

impl Growth {
    /// All figures that are drawn, the ends of their spread among them.
    pub(crate) fn values(&self) -> impl Iterator<Item = f64> {
        let points = self
            .series
            .iter()
            .flat_map(|series| series.reference.iter().chain(&series.local));
        points.flat_map(|point| [point.figure.low(), point.figure.typical(), point.figure.high()])
    }

    /// The figures in words.
    pub(crate) fn in_words(&self) -> String {
        let series = self.series.iter().filter(|series| !series.reference.is_empty());
        let each = series.map(|series| {
            let figures = series.reference.iter().map(|point| {
                let figure = display::measured(self.unit, point.figure);
                format!("{figure} at {}", display::size(point.n))
            });
            format!("{}: {}.", series.name, figures.collect::<Vec<_>>().join(", "))
        });
        each.collect::<Vec<_>>().join(" ")
    }
}

impl Panels<'_> {
    /// The highest and the lowest number of live bytes in any panel; 0 is among them.
    pub(crate) fn extremes(&self) -> (f64, f64) {
        let timelines = self
            .panels
            .iter()
            .flat_map(|panel| [Some(panel.timeline), panel.local]);
        let points = timelines.flatten().flat_map(|timeline| &timeline.points);
        points.fold((0.0, 0.0), |(low, high), point| {
            (
                f64::min(low, point.low.0 as f64),
                f64::max(high, point.high.0 as f64),
            )
        })
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
pub(crate) fn peak(timeline: &Timeline) -> i64 {
    timeline
        .points
        .iter()
        .map(|point| point.high.0)
        .max()
        .unwrap_or(0)
        .max(0)
}
