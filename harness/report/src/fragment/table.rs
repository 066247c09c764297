//! `{{#table}}`: the figures of the variants at one size.

use heapbook_engine::diagnosis::{FoldedAway, folded_away};
use heapbook_engine::figures::{Metric, Outcome, compare_at};
use heapbook_engine::record::Cell;
use heapbook_engine::scenario::{Scenario, Variant};
use heapbook_engine::statistics::{Confidence, Stability};
use heapbook_engine::validity::Validity;
use heapbook_model::{Measured, Unit};

use super::parts::{badge, data, explained, failure, missing, staleness, variant_label_in_table};
use super::query::Query;
use super::{Page, provenance};
use crate::display;
use crate::escape;
use crate::library::Side;
use crate::words::{Mistake, Words};

/// Columns of figures, the share of an element among them.
const COLUMNS: usize = 6;

/// The reference's table, and the reader's own below it where there is one.
pub(crate) fn table<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read(page, words)?;
    let mut fragment = one_table(&query, &query.reference, "");
    if let Some(local) = &query.local {
        let lead = "<p class=\"hb-lead\">On your machine</p>";
        fragment.push_str(&one_table(&query, local, lead));
    }
    Ok(fragment)
}

fn one_table(query: &Query<'_>, side: &Side<'_>, lead: &str) -> String {
    let cells: Vec<(&Variant, Option<&Cell>)> = query
        .variants
        .iter()
        .map(|variant| (*variant, side.cell(query.scenario, variant, query.n())))
        .collect();
    let best = [Metric::Peak, Metric::Allocations, Metric::Time]
        .map(|metric| (metric, certainly_best(metric, &cells)));
    let doubts = folded_away(query.scenario, &side.view);
    let rows: String = cells
        .iter()
        .map(|(variant, cell)| row(query, variant, *cell, &best, &doubts))
        .collect();
    let measured: Vec<&Cell> = cells.iter().filter_map(|(_, cell)| *cell).collect();
    format!(
        "<figure class=\"hb-table\">{lead}<div class=\"hb-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Figures of {title}\"><table>{}<tbody>{rows}</tbody></table></div><figcaption>{title}, n = {}. {}</figcaption></figure>",
        head(),
        display::size(query.n()),
        provenance::sentence(side, &measured),
        title = escape::html(&query.scenario.title),
    )
}

fn head() -> String {
    let column = |title: &str, meaning: &str| {
        format!(
            "<th scope=\"col\" class=\"hb-number\">{}</th>",
            explained(title, meaning)
        )
    };
    let metric = |metric: Metric| column(metric.row().title, metric.row().meaning);
    format!(
        "<thead><tr><th scope=\"col\">Variant</th>{}{}{}{}{}{}</tr></thead>",
        metric(Metric::Peak),
        column("Peak / n", "the peak divided by n: bytes an element"),
        metric(Metric::Allocations),
        metric(Metric::Result),
        metric(Metric::Retained),
        column(
            Metric::Time.row().title,
            &format!(
                "{}, and below it the 95 % interval of that median",
                Metric::Time.row().meaning
            ),
        ),
    )
}

type Best<'a> = [(Metric, Vec<&'a Cell>); 3];

fn row(
    query: &Query<'_>,
    variant: &Variant,
    cell: Option<&Cell>,
    best: &Best<'_>,
    doubts: &[FoldedAway],
) -> String {
    let scenario = query.scenario;
    let stale = staleness(scenario, variant, cell);
    let figures = match cell {
        None => across(&missing(scenario)),
        Some(cell) if !cell.errors.is_empty() => across(&failure(&cell.errors[0])),
        Some(cell) => figures(query, cell, best),
    };
    format!(
        "<tr><th scope=\"row\">{}{stale}{}</th>{figures}</tr>",
        variant_label_in_table(scenario, &variant.name),
        doubted(variant, doubts)
    )
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

/// One cell across all columns, for what is said in their place.
fn across(words: &str) -> String {
    format!("<td colspan=\"{COLUMNS}\">{words}</td>")
}

fn figures(query: &Query<'_>, cell: &Cell, best: &Best<'_>) -> String {
    let figure = |metric: Metric| {
        let is_best = best
            .iter()
            .any(|(of, winners)| *of == metric && winners.iter().any(|winner| std::ptr::eq(*winner, cell)));
        let note = if metric == Metric::Time {
            unsteady(cell)
        } else {
            String::new()
        };
        metric_cell(query.scenario, metric.of(cell), metric, is_best, &note)
    };
    [
        figure(Metric::Peak),
        share_cell(query, Metric::Peak.of(cell)),
        figure(Metric::Allocations),
        figure(Metric::Result),
        figure(Metric::Retained),
        figure(Metric::Time),
    ]
    .concat()
}

/// What to know before the time is relied on: noisy or too short, and why. Nothing where it is stable.
fn unsteady(cell: &Cell) -> String {
    let stability = cell.time.as_ref().and_then(Stability::of);
    let word = match stability {
        Some(Stability::Noisy(_)) => "noisy",
        Some(Stability::TooShort) => "too short",
        Some(Stability::Stable) | None => return String::new(),
    };
    let why = stability
        .map(|stability| stability.to_string())
        .unwrap_or_default();
    format!("<small class=\"hb-interval\">{}</small>", explained(word, &why))
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
        return format!("<td class=\"hb-number\">{}</td>", missing(scenario));
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
    format!("<td class=\"hb-number\">{shown}{note}</td>")
}

/// The peak of one element.
fn share_cell(query: &Query<'_>, peak: Option<Measured>) -> String {
    let Some(peak) = peak else {
        return format!("<td class=\"hb-number\">{}</td>", missing(query.scenario));
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
    format!(
        "<td class=\"hb-number\"><span title=\"{}\">{}</span></td>",
        escape::html(&title),
        escape::html(&shown)
    )
}

/// The cells that hold the lowest figure for certain: the one that is less than each other, and those equal to it.
/// None where all are equal, where an outcome is open, or where a figure is of other code or another machine.
fn certainly_best<'a>(metric: Metric, cells: &[(&Variant, Option<&'a Cell>)]) -> Vec<&'a Cell> {
    let measured: Vec<(&Variant, &Cell, f64)> = cells
        .iter()
        .filter_map(|(variant, cell)| {
            let cell = (*cell)?;
            Some((*variant, cell, metric.of(cell)?.typical()))
        })
        .collect();
    let lowest = measured.iter().min_by(|one, other| one.2.total_cmp(&other.2));
    let Some((_, lowest, _)) = lowest else {
        return Vec::new();
    };
    let is_comparable = |(variant, cell, _): &(&Variant, &Cell, f64)| {
        Validity::outdated(cell, variant).is_none() && cell.key.machine == lowest.key.machine
    };
    if !measured.iter().all(is_comparable) {
        return Vec::new();
    }
    // The star rests on as many comparisons as there are others, all of which must be right.
    let confidence = Confidence::VERDICT.shared_by(measured.len() - 1);
    let mut winners = vec![*lowest];
    for (_, cell, _) in measured
        .iter()
        .filter(|(_, cell, _)| !std::ptr::eq(*cell, *lowest))
    {
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
