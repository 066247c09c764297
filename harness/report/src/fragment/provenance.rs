//! Where figures come from: machine, runtimes, days and effort, in a small line below them.

use heapbook_engine::record::{Cell, Effort, View};
use heapbook_model::{Machine, version_numbers};

use super::parts::{badge, listed};
use crate::escape;

/// Machines, runtimes and days.
fn source(side: &View<'_>, cells: &[&Cell]) -> String {
    let machines = cells.iter().filter_map(|cell| side.machine(cell)).map(machine);
    format!(
        "on {}, with {}, {}",
        listed(&distinct(machines)),
        listed(&runtimes(cells)),
        days(cells)
    )
}

/// A sentence about where the cells come from, behind a lead; empty where there are none.
pub(super) fn sentence(side: &View<'_>, cells: &[&Cell], lead: &str) -> String {
    if cells.is_empty() {
        return String::new();
    }
    let quick = match effort(cells) {
        Effort::Quick => format!(
            " {}",
            badge(
                "hb-quick",
                "quick",
                "one memory process and three time processes a cell: a first look, not a full run"
            )
        ),
        Effort::Full => String::new(),
    };
    format!(
        "<small class=\"hb-provenance\">{lead} {}.{quick}</small>",
        escape::html(&source(side, cells)),
    )
}

/// The same in few words, for a title: `CPython 3.13.0, AMD EPYC, 2026-11-22`.
pub(super) fn short(side: &View<'_>, cell: &Cell) -> String {
    let processor = side
        .machine(cell)
        .map_or("unknown machine", |machine| machine.cpu.as_str());
    let quick = match cell.effort {
        Effort::Quick => ", quick run",
        Effort::Full => "",
    };
    format!("{}, {processor}, {}{quick}", cell.key.runtime, day(cell))
}

/// A machine in words.
pub(super) fn machine(machine: &Machine) -> String {
    format!("{} ({})", machine.cpu, hardware_and_system(machine))
}

/// A machine's cores and its system.
pub(super) fn hardware_and_system(machine: &Machine) -> String {
    let cores = match machine.cores {
        1 => "1 core".to_owned(),
        cores => format!("{cores} cores"),
    };
    format!("{cores}, {} {}", system(&machine.os), machine.kernel)
}

/// The runtimes of the cells, each once, in order.
pub(super) fn runtimes(cells: &[&Cell]) -> Vec<String> {
    let mut runtimes: Vec<_> = cells.iter().map(|cell| &cell.key.runtime).collect();
    runtimes.sort_by_key(|runtime| (runtime.language, version_numbers(&runtime.version)));
    distinct(runtimes.into_iter().map(ToString::to_string))
}

/// The day, or the first and the last day, of the cells: `on 2026-11-22`.
pub(super) fn days(cells: &[&Cell]) -> String {
    let first = cells.iter().map(|cell| day(cell)).min().unwrap_or_default();
    let last = cells.iter().map(|cell| day(cell)).max().unwrap_or_default();
    if first == last {
        format!("on {first}")
    } else {
        format!("from {first} to {last}")
    }
}

/// What held meanwhile, as a sentence with a space before it: load, clock and the state of the
/// sources; empty where none is recorded.
pub(super) fn conditions(cells: &[&Cell]) -> String {
    let known = || cells.iter().filter_map(|cell| cell.conditions.as_ref());
    let loads = known().filter_map(|conditions| conditions.load_hundredths);
    let load = loads.clone().min().zip(loads.max()).map(|(least, most)| {
        let (least, most) = (hundredths(least), hundredths(most));
        match least == most {
            true => format!("a load average of {least}"),
            false => format!("load averages from {least} to {most}"),
        }
    });
    let governors = distinct(known().filter_map(|conditions| conditions.governor.clone()));
    let governor = (!governors.is_empty()).then(|| format!("the clock governor {}", listed(&governors)));
    let checkouts = || known().filter_map(|conditions| conditions.checkout.as_ref());
    let revisions = distinct(checkouts().map(|checkout| checkout.revision.clone()));
    let changed = if checkouts().any(|checkout| checkout.dirty) {
        ", in part with changes"
    } else {
        ""
    };
    let checkout =
        (!revisions.is_empty()).then(|| format!("sources at commit {}{changed}", listed(&revisions)));
    let parts: Vec<String> = [load, governor, checkout].into_iter().flatten().collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!(" Meanwhile: {}.", listed(&parts)),
    }
}

/// A number of hundredths, with two decimals.
fn hundredths(number: u32) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

/// Quick where any cell is.
fn effort(cells: &[&Cell]) -> Effort {
    cells.iter().map(|cell| cell.effort).min().unwrap_or(Effort::Full)
}

/// The date in front of a time in RFC 3339.
fn day(cell: &Cell) -> &str {
    cell.measured_at.split('T').next().unwrap_or_default()
}

fn system(os: &str) -> &str {
    match os {
        "linux" => "Linux",
        "macos" => "macOS",
        other => other,
    }
}

/// Each text once, where it first stood.
pub(super) fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts {
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}
