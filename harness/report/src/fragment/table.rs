//! `{{#table}}`: the figures of the variants at one size.

use heapbook_engine::diagnosis::{FoldedAway, folded_away};
use heapbook_engine::figures::{Metric, Outcome, compare_at};
use heapbook_engine::record::{Cell, Time};
use heapbook_engine::scenario::{Scenario, Variant};
use heapbook_engine::statistics::{Confidence, Stability, times_beside};
use heapbook_model::{Measured, Unit};

use super::Page;
use super::grid::{Column, Grid};
use super::parts::{badge, data, explained, is_outdated, missing, number_cell};
use super::query::Query;
use crate::caveat;
use crate::display;
use crate::escape;
use crate::words::{Mistake, Words, unknown};

/// The table. Times are shown where they are asked for: they say the least for certain, and what
/// they teach is seldom the point.
pub(crate) fn table<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read(page, words)?;
    let with_time = match words.option("with") {
        None => false,
        Some("time") => true,
        Some(other) => return Err(unknown("with", other, "", ["time"])),
    };
    let column = |metric: Metric| Column::Numbers(metric.row().title, metric.row().meaning);
    let mut columns = vec![
        column(Metric::Peak),
        Column::Numbers("Peak / n", "the peak divided by n: bytes an element"),
        column(Metric::Allocations),
        column(Metric::Result),
        column(Metric::Retained),
    ];
    if with_time {
        let time = "median time of one call, and below it the 95 % interval of that median, at the pace that the \
                    machine usually had";
        columns.push(Column::Numbers(Metric::Time.row().title, time));
    }
    let title = escape::html(&query.scenario.title);
    let grid = Grid {
        class: "",
        spoken: "Figures",
        columns: &columns,
        caption: &format!("{title}, n = {}.", display::size(query.n())),
    };
    Ok(grid.of_rows(&query, Grid::VARIANT, &rows(&grid, &query, with_time)))
}

/// What a row's figures have to do with those of the other rows.
struct Rows<'a> {
    /// The cells with the lowest figure of a metric.
    best: Vec<(Metric, Vec<&'a Cell>)>,
    /// The time of each cell beside those of the others; empty where times are not shown.
    times: Vec<(&'a Cell, Option<Measured>, Option<Stability>)>,
}

impl<'a> Rows<'a> {
    fn of(query: &Query<'a>, with_time: bool) -> Self {
        let measured = query.variants.iter();
        let cells: Vec<&Cell> = measured.filter_map(|variant| query.cell(variant)).collect();
        let best = [Metric::Peak, Metric::Allocations, Metric::Time]
            .map(|metric| (metric, certainly_best(query.scenario, metric, &cells)));
        Rows {
            best: best.to_vec(),
            times: if with_time { beside(&cells) } else { Vec::new() },
        }
    }

    fn is_best(&self, metric: Metric, cell: &Cell) -> bool {
        let mut winners = self.best.iter().filter(|(of, _)| *of == metric);
        winners.any(|(_, winners)| winners.iter().any(|winner| std::ptr::eq(*winner, cell)))
    }
}

/// Each cell's time, and whether it can be told from those of the others.
fn beside<'a>(cells: &[&'a Cell]) -> Vec<(&'a Cell, Option<Measured>, Option<Stability>)> {
    let has_time = |cell: &&&'a Cell| cell.errors.is_empty() && cell.time.is_some();
    let cells: Vec<&'a Cell> = cells.iter().filter(has_time).copied().collect();
    let times: Vec<&Time> = cells.iter().filter_map(|cell| cell.time.as_ref()).collect();
    let names = cells.iter().map(|cell| cell.key.variant.to_string());
    let named: Vec<(String, &Time)> = names.zip(times.iter().copied()).collect();
    let figures = times_beside(&times, Confidence::QUOTED).into_iter();
    let judged = figures.zip(Stability::of_all(&named));
    let together = cells.into_iter().zip(judged);
    together
        .map(|(cell, (figure, stability))| (cell, figure, stability))
        .collect()
}

fn rows(grid: &Grid<'_>, query: &Query<'_>, with_time: bool) -> String {
    let beside = Rows::of(query, with_time);
    let doubts = folded_away(query.scenario, &query.view);
    let variants = query.variants.iter();
    let rows = variants.map(|variant| {
        let label = doubted(variant, &doubts);
        grid.row(query, variant, &label, |cell| {
            let time = with_time.then(|| time_cell(query.scenario, cell, &beside));
            Some(vec![figures(query, cell, &beside) + &time.unwrap_or_default()])
        })
    });
    rows.collect()
}

/// A label for each doubt about a variant.
fn doubted(variant: &Variant, doubts: &[FoldedAway]) -> String {
    let about_it = doubts.iter().filter(|doubt| doubt.variant == variant.name);
    let labels = about_it.map(|doubt| {
        let title = format!("{}; {}", doubt.reason(), FoldedAway::HELP);
        format!(" {}", badge("hb-doubt", FoldedAway::QUESTION, &title))
    });
    labels.collect()
}

fn figures(query: &Query<'_>, cell: &Cell, beside: &Rows<'_>) -> String {
    let figure = |metric: Metric| {
        let is_best = beside.is_best(metric, cell);
        let note = match metric {
            Metric::Peak => caveat::moved(cell).map(|words| moved(&words)),
            _ => None,
        };
        metric_cell(
            query.scenario,
            metric.of(cell),
            metric,
            is_best,
            &note.unwrap_or_default(),
        )
    };
    [
        figure(Metric::Peak),
        share_cell(query, Metric::Peak.of(cell)),
        figure(Metric::Allocations),
        figure(Metric::Result),
        figure(Metric::Retained),
    ]
    .concat()
}

/// That a peak may have been higher for a moment: the words are too long for a column.
fn moved(words: &str) -> String {
    format!(
        "<small class=\"hb-interval\">{}</small>",
        explained("more for a moment", words)
    )
}

/// The time, and what to know before it is relied on.
fn time_cell(scenario: &Scenario, cell: &Cell, beside: &Rows<'_>) -> String {
    let mut times = beside.times.iter();
    let found = times.find(|(of, ..)| std::ptr::eq(*of, cell));
    let (figure, note) = match found {
        Some((_, figure, stability)) => (*figure, stability.as_ref().map(unsteady).unwrap_or_default()),
        None => (None, String::new()),
    };
    let is_best = beside.is_best(Metric::Time, cell);
    metric_cell(scenario, figure, Metric::Time, is_best, &note)
}

/// Noisy or too short, and why. Empty if it is stable.
fn unsteady(stability: &Stability) -> String {
    let word = match stability {
        Stability::Noisy { .. } => "noisy",
        Stability::TooShort => "too short",
        Stability::Stable => return String::new(),
    };
    let why = explained(word, &stability.to_string());
    format!("<small class=\"hb-interval\">{why}</small>")
}

/// A figure with its interval, and a note below.
fn metric_cell(
    scenario: &Scenario,
    figure: Option<Measured>,
    metric: Metric,
    is_best: bool,
    note: &str,
) -> String {
    let Some(figure) = figure else {
        return number_cell(&missing(scenario));
    };
    let unit = metric.unit();
    let mut shown = data(unit, figure, &display::measured(unit, figure));
    if is_best {
        shown = format!(
            "<strong class=\"hb-best\"><span aria-hidden=\"true\">★ </span>{shown}<span class=\"hb-spoken\">, best</span></strong>"
        );
    }
    if let Some(interval) = display::interval(unit, figure) {
        shown.push_str(&format!(
            "<small class=\"hb-interval\">{}</small>",
            escape::html(&interval)
        ));
    }
    number_cell(&(shown + note))
}

/// The peak of one element.
fn share_cell(query: &Query<'_>, peak: Option<Measured>) -> String {
    let Some(peak) = peak else {
        return number_cell(&missing(query.scenario));
    };
    let range = |shown: fn(f64) -> String| {
        let share = |bytes: f64| shown(bytes / query.n() as f64);
        display::range(&share(peak.low()), &share(peak.high()))
    };
    let shown = range(display::share_of_bytes);
    let title = format!(
        "{}: {} over n = {}",
        range(display::bytes_estimate),
        display::exact(Unit::Bytes, peak),
        display::size(query.n())
    );
    let (title, shown) = (escape::html(&title), escape::html(&shown));
    number_cell(&format!("<span title=\"{title}\">{shown}</span>"))
}

/// The cells that hold the lowest figure for certain: the one that is less than each other, and
/// those equal to it. None where all are equal, where an outcome is open, or where a figure is of
/// other code or another machine.
fn certainly_best<'a>(scenario: &Scenario, metric: Metric, cells: &[&'a Cell]) -> Vec<&'a Cell> {
    let measured: Vec<(&Cell, f64)> = cells
        .iter()
        .filter_map(|cell| Some((*cell, metric.of(cell)?.typical())))
        .collect();
    let lowest = measured.iter().min_by(|one, other| one.1.total_cmp(&other.1));
    let Some((lowest, _)) = lowest else {
        return Vec::new();
    };
    let is_comparable =
        |(cell, _): &(&Cell, f64)| !is_outdated(scenario, cell) && cell.key.machine == lowest.key.machine;
    if !measured.iter().all(is_comparable) {
        return Vec::new();
    }
    // The star rests on as many comparisons as there are others, all of which must be right.
    let confidence = Confidence::VERDICT.shared_by(measured.len() - 1);
    let mut winners = vec![*lowest];
    let others = measured.iter().map(|(cell, _)| *cell);
    for cell in others.filter(|cell| !std::ptr::eq(*cell, *lowest)) {
        match compare_at(metric, lowest, cell, confidence) {
            Some(Outcome::Less) => {}
            Some(Outcome::Equal) => winners.push(cell),
            _ => return Vec::new(),
        }
    }
    if winners.len() == measured.len() {
        winners.clear();
    }
    winners
}
