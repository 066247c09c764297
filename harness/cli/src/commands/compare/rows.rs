//! What changed, as a table, as sections and in a sentence: the terminal and Markdown show the
//! same.

use std::collections::BTreeMap;

use anstyle::Style;
use heapbook_engine::comparison::{Change, ComparedCell, Doubt, FailedSide, Note, Reason};
use heapbook_engine::figures::{Metric, Outcome};
use heapbook_engine::record::Records;
use heapbook_engine::statistics::FEWEST_PROCESSES;
use heapbook_model::{CellKey, Machine, MachineId, Measured, Unit};
use heapbook_report::display;

use super::View;
use crate::output::counted;
use crate::table::{Align, Field, Table};

/// A heading, and what stands below it.
type Section = (String, Vec<String>);

/// The figures that changed, or all: a row for each figure of each cell.
pub(super) fn table(view: &View<'_>) -> Table<6> {
    let mut table = Table::new([
        ("cell", Align::Left),
        ("figure", Align::Left),
        ("old", Align::Right),
        ("new", Align::Right),
        ("change", Align::Right),
        ("outcome", Align::Left),
    ]);
    for cell in &view.comparison.cells {
        for change in shown(view, cell) {
            let (old, new) = figures(change);
            table.push([
                name(&cell.key).into(),
                change.metric.word().into(),
                old.into(),
                new.into(),
                amount(change).into(),
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

/// A cell in words.
fn name(key: &CellKey) -> String {
    plain(&key.to_string())
}

/// Both figures; unrounded where they would read alike though they differ.
fn figures(change: &Change) -> (String, String) {
    let unit = change.metric.unit();
    let show = |figure: Option<Measured>, form: fn(Unit, Measured) -> String| {
        figure.map_or_else(|| "—".to_owned(), |figure| form(unit, figure))
    };
    let both = |form| (show(change.old, form), show(change.new, form));
    let (old, new) = both(display::measured);
    if old == new && change.differs() {
        both(display::exact)
    } else {
        (old, new)
    }
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
    Field {
        text: word.to_owned(),
        style: if is_regression {
            Style::new().bold()
        } else {
            Style::new()
        },
    }
}

/// What there is to say besides figures.
pub(super) fn sections(view: &View<'_>) -> Vec<Section> {
    let comparison = view.comparison;
    let names = |keys: &[CellKey]| keys.iter().map(name).collect();
    let mut sections = vec![
        section("Failed cells", failures(&comparison.cells)),
        section("What else differs, and may be the reason", notes(view)),
        section("Only in the old records", names(&comparison.only_in_old)),
        section("Only in the new records", names(&comparison.only_in_new)),
    ];
    sections.extend(not_compared(view));
    sections.retain(|(_, items)| !items.is_empty());
    sections
}

fn section(heading: &str, items: Vec<String>) -> Section {
    (format!("{heading} ({})", items.len()), items)
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
            format!("{}: {words}", name(&cell.key))
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
            format!("{}: {}", name(&cell.key), words.join(", "))
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
fn not_compared(view: &View<'_>) -> Vec<Section> {
    let mut by_reason: BTreeMap<&Reason, Vec<String>> = BTreeMap::new();
    for cell in &view.comparison.not_compared {
        by_reason.entry(&cell.reason).or_default().push(name(&cell.key));
    }
    let of_reason = |(why, items): (&Reason, Vec<String>)| section(&reason(view, why), items);
    by_reason.into_iter().map(of_reason).collect()
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
    plain(&ids.iter().map(named).collect::<Vec<_>>().join("; "))
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
pub(super) fn summary(view: &View<'_>) -> String {
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

/// Text of a records file, which is untrusted: nothing in it may steer the terminal or break a
/// line.
fn plain(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}
