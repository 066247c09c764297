//! What changed, as a table, as sections and in a sentence: the terminal and Markdown show the
//! same.

use std::collections::BTreeMap;

use heapbook_engine::comparison::{Change, ComparedCell, Doubt, FailedSide, Note, Reason};
use heapbook_engine::figures::{Metric, Outcome};
use heapbook_engine::record::Records;
use heapbook_engine::statistics::FEWEST_PROCESSES;
use heapbook_model::{CellKey, Machine, MachineId, Measured, Unit};
use heapbook_report::display;
use heapbook_report::document::{Column, Document, Field, Table, Tone};

use super::View;
use crate::output::counted;

/// The table, what else there is to say, and the summary.
pub(super) fn document(view: &View<'_>) -> Document {
    let comparison = view.comparison;
    let names = |keys: &[CellKey]| keys.iter().map(CellKey::to_string).collect();
    let mut document = Document::from(table(view));
    for (heading, items) in [
        ("Failed cells".to_owned(), failures(&comparison.cells)),
        ("What else differs, and may be the reason".to_owned(), notes(view)),
        (
            "Only in the old records".to_owned(),
            names(&comparison.only_in_old),
        ),
        (
            "Only in the new records".to_owned(),
            names(&comparison.only_in_new),
        ),
    ]
    .into_iter()
    .chain(not_compared(view))
    {
        document.list(&heading, items);
    }
    document.summary(summary(view));
    document
}

/// The figures that changed, or all: a row for each figure of each cell.
fn table(view: &View<'_>) -> Table {
    let mut table = Table::new([
        Column::words("cell", "cell"),
        Column::words("figure", "figure"),
        Column::numbers("old", "old"),
        Column::numbers("new", "new"),
        Column::numbers("change", "percent"),
        Column::words("outcome", "outcome"),
    ]);
    for cell in &view.comparison.cells {
        for change in shown(view, cell) {
            let [old, new] = figures(change);
            table.push([
                cell.key.to_string().into(),
                change.metric.word().into(),
                old,
                new,
                Field::data(change.percent()).shown(amount(change)),
                outcome(view, change),
            ]);
        }
    }
    table
}

fn shown<'a>(view: &View<'_>, cell: &'a ComparedCell) -> impl Iterator<Item = &'a Change> {
    let all = view.options.all;
    cell.changes.iter().filter(move |change| all || change.differs())
}

/// Both figures; unrounded where they would read alike though they differ.
fn figures(change: &Change) -> [Field; 2] {
    let unit = change.metric.unit();
    let both = [change.old, change.new];
    let read = |form: fn(Unit, Measured) -> String| {
        both.map(|figure| figure.map_or_else(|| "—".to_owned(), |figure| form(unit, figure)))
    };
    let [old, new] = read(display::measured);
    let [old, new] = match old == new && change.differs() {
        true => read(display::exact),
        false => [old, new],
    };
    [
        Field::figure(unit, change.old).shown(old),
        Field::figure(unit, change.new).shown(new),
    ]
}

/// By how much a figure changed: in percent, or in its unit where a percentage would read 0 or
/// there is none.
fn amount(change: &Change) -> String {
    let (Some(old), Some(new)) = (change.old, change.new) else {
        return String::new();
    };
    if change.metric == Metric::Time {
        return change.ratio.map_or_else(String::new, |ratio| {
            let percent = |ratio: f64| signed((ratio - 1.0) * 100.0, 1);
            format!(
                "{} % ({} to {} %)",
                percent(ratio.median),
                percent(ratio.low),
                percent(ratio.high)
            )
        });
    }
    match change.percent() {
        _ if old == new || old.is_incomplete() || new.is_incomplete() => String::new(),
        Some(percent) if percent.abs() >= 0.05 => format!("{} %", signed(percent, 1)),
        _ => {
            let difference = new.typical() - old.typical();
            let sign = if difference > 0.0 { "+" } else { "" };
            format!("{sign}{}", display::quantity(change.metric.unit(), difference))
        }
    }
}

/// A number with its sign; a zero has none.
fn signed(value: f64, decimals: usize) -> String {
    let text = format!("{value:+.decimals$}");
    let is_zero = text.bytes().all(|byte| matches!(byte, b'+' | b'-' | b'0' | b'.'));
    match is_zero {
        true => text[1..].to_owned(),
        false => text.replace('-', "−"),
    }
}

fn outcome(view: &View<'_>, change: &Change) -> Field {
    let is_regression = change.is_regression(view.options.threshold);
    let word = match change.outcome {
        _ if change.old.is_none() => "only in the new",
        _ if change.new.is_none() => "only in the old",
        Outcome::More if is_regression => "more: regression",
        _ if change.doubt == Some(Doubt::Processes) => "cannot tell: too few processes",
        _ if change.doubt == Some(Doubt::Load) => "cannot tell: load",
        outcome => outcome.word(),
    };
    Field::from(word).toned(if is_regression { Tone::Strong } else { Tone::Plain })
}

fn failures(cells: &[ComparedCell]) -> Vec<String> {
    let failed = cells.iter().filter_map(|cell| Some((cell, cell.failure?)));
    failed
        .map(|(cell, side)| {
            let words = match side {
                FailedSide::Old => "failed before, and is measured now",
                FailedSide::New => "was measured before, and fails now: regression",
                FailedSide::Both => "failed before, and fails now",
            };
            format!("{}: {words}", cell.key)
        })
        .collect()
}

/// Of the cells that the table shows.
fn notes(view: &View<'_>) -> Vec<String> {
    let noted = view.comparison.cells.iter().filter(|cell| {
        !cell.notes.is_empty() && (cell.failure.is_some() || shown(view, cell).next().is_some())
    });
    noted
        .map(|cell| {
            let words: Vec<&str> = cell.notes.iter().map(|&one| note(one)).collect();
            format!("{}: {}", cell.key, words.join(", "))
        })
        .collect()
}

fn note(note: Note) -> &'static str {
    match note {
        Note::Source => "the code",
        Note::Digest => "the program's result",
        Note::Build => "the build of the runtime",
        Note::Packages => "versions of packages",
        Note::Effort => "one is a quick run",
    }
}

/// A section for each reason.
fn not_compared(view: &View<'_>) -> impl Iterator<Item = (String, Vec<String>)> {
    let mut by_reason: BTreeMap<&Reason, Vec<String>> = BTreeMap::new();
    for cell in &view.comparison.not_compared {
        by_reason
            .entry(&cell.reason)
            .or_default()
            .push(cell.key.to_string());
    }
    let reasons = by_reason.into_iter();
    reasons.map(|(why, items)| (reason(view, why), items))
}

fn reason(view: &View<'_>, reason: &Reason) -> String {
    match reason {
        Reason::Machines { old, new } => format!(
            "Times and resident sizes, and figures of another build, are not compared, since the machines differ: {} in the old records, {} in the new",
            machines(view.old, old),
            machines(view.new, new)
        ),
        Reason::Methods { old, new } => format!(
            "Not compared, since the figures have another meaning: method {old} in the old records, {new} in the new"
        ),
    }
}

fn machines(records: &Records, ids: &[MachineId]) -> String {
    let named = |id: &MachineId| {
        let machine = records.machines.get(id).map(describe);
        format!("{}[{}]", machine.unwrap_or_default(), id.0)
    };
    ids.iter().map(named).collect::<Vec<_>>().join("; ")
}

fn describe(machine: &Machine) -> String {
    let cores = counted(machine.cores as usize, "core");
    format!(
        "{}, {cores}, {} {}, {} ",
        machine.cpu, machine.os, machine.kernel, machine.allocator
    )
}

/// One sentence on everything that was compared, one on regressions, and advice where times could
/// not tell.
fn summary(view: &View<'_>) -> String {
    let cells = &view.comparison.cells;
    let changes = || cells.iter().flat_map(|cell| &cell.changes);
    let count = |outcome: Outcome| changes().filter(|change| change.outcome == outcome).count();
    let regressions = view.comparison.regressions(view.options.threshold);
    let mut text = format!(
        "{} compared, {}: {} more, {} less, {} equal, {} cannot tell. {} beyond {} %.",
        counted(cells.len(), "cell"),
        counted(changes().count(), "figure"),
        count(Outcome::More),
        count(Outcome::Less),
        count(Outcome::Equal),
        count(Outcome::CannotTell),
        counted(regressions, "regression"),
        view.options.threshold,
    );
    let is_thin = |change: &&Change| {
        change.metric == Metric::Time
            && change.ratio.is_none()
            && change.old.is_some()
            && change.new.is_some()
    };
    if changes().any(|change| is_thin(&change)) {
        text.push_str(&format!(
            " Times need {FEWEST_PROCESSES} processes in both records: measure without --quick."
        ));
    }
    text
}
