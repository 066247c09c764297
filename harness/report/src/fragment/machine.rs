//! `{{#machine}}`: where all records of the book come from.

use heapbook_engine::record::{Cell, Records};
use heapbook_model::Machine;

use super::parts::{listed, missing_because};
use super::{Page, provenance};
use crate::display;
use crate::escape;
use crate::library::Library;
use crate::words::{Mistake, Words};

/// A sentence on the reference records, and one on the reader's own where there are any.
pub(crate) fn machine<'a>(page: &mut Page<'a>, _words: &mut Words<'a>) -> Result<String, Mistake> {
    let Library { reference, local, .. } = *page.library;
    let mut text = match sentence("The reference records hold", reference) {
        Some(sentence) => sentence,
        None => missing_because(
            "There are no reference records yet.",
            "`cargo heapbook run` makes records",
        ),
    };
    if let Some(sentence) = local.and_then(|local| sentence_of_ones_own(local, reference)) {
        text.push(' ');
        text.push_str(&sentence);
    }
    Ok(format!("<span class=\"hb-machine\">{text}</span>"))
}

/// What a file of records holds, or `None` if it is empty.
fn sentence(lead: &str, records: &Records) -> Option<String> {
    let cells: Vec<&Cell> = records.cells().collect();
    let text = format!(
        "{lead} {}, measured on {}, with {}, {}.{}",
        count(&cells)?,
        listed(&machines(records)),
        listed(&provenance::runtimes(&cells)),
        provenance::days(&cells),
        provenance::conditions(&cells)
    );
    Some(escape::html(&text))
}

/// The same of the reader's own, which does not repeat what the sentence on the reference has said.
fn sentence_of_ones_own(local: &Records, reference: &Records) -> Option<String> {
    if machines(local) != machines(reference) {
        return sentence("Your own records hold", local);
    }
    let cells: Vec<&Cell> = local.cells().collect();
    let runtimes = provenance::runtimes(&cells);
    let is_known = runtimes == provenance::runtimes(&reference.cells().collect::<Vec<_>>());
    let runtimes = match is_known {
        true => String::new(),
        false => format!(" with {},", listed(&runtimes)),
    };
    let text = format!(
        "Yours: the same machine, {},{runtimes} {}.",
        count(&cells)?,
        provenance::days(&cells)
    );
    Some(escape::html(&text))
}

/// How many cells there are, and how many of them failed; `None` without cells.
fn count(cells: &[&Cell]) -> Option<String> {
    let failed = cells.iter().filter(|cell| !cell.errors.is_empty()).count();
    let failures = match failed {
        0 => String::new(),
        failed => format!(" ({} of them failed)", display::size(failed as u64)),
    };
    let word = match cells.len() {
        0 => return None,
        1 => "cell",
        _ => "cells",
    };
    Some(format!("{} {word}{failures}", display::size(cells.len() as u64)))
}

/// The machines that the cells were measured on, in words.
fn machines(records: &Records) -> Vec<String> {
    let used = records
        .machines
        .iter()
        .filter(|(id, _)| records.cells().any(|cell| &cell.key.machine == *id));
    used.map(|(_, machine)| describe(machine)).collect()
}

/// A machine with its memory and the allocator that serves both languages.
fn describe(machine: &Machine) -> String {
    let memory = display::bytes(machine.memory_bytes.try_into().unwrap_or(i64::MAX));
    format!(
        "{} ({}, {memory} of memory, {})",
        machine.cpu,
        provenance::hardware_and_system(machine),
        machine.allocator
    )
}
