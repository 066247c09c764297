//! `{{#machine}}`: where all records of the book come from.

use heapbook_engine::record::{Cell, Machine, Records};

use super::parts::{listed, missing_because};
use super::{Page, provenance};
use crate::directive::{Mistake, Words};
use crate::display;
use crate::escape;

/// A sentence on the reference records, and one on the reader's own where there are any.
pub(crate) fn machine<'a>(page: &mut Page<'a>, words: Words<'a>) -> Result<String, Mistake> {
    words.end()?;
    let mut text = match sentence("The reference records hold", page.library.reference) {
        Some(sentence) => sentence,
        None => missing_because(
            "There are no reference records yet.",
            "`cargo heapbook run` makes records",
        ),
    };
    if let Some(sentence) = page
        .library
        .local
        .and_then(|local| sentence("Your own records hold", local))
    {
        text.push(' ');
        text.push_str(&sentence);
    }
    Ok(format!("<span class=\"hb-machine\">{text}</span>"))
}

/// What a file of records holds, or nothing where it is empty.
fn sentence(lead: &str, records: &Records) -> Option<String> {
    if records.cells.is_empty() {
        return None;
    }
    let cells: Vec<&Cell> = records.cells.iter().collect();
    let failed = cells.iter().filter(|cell| !cell.errors.is_empty()).count();
    let failures = match failed {
        0 => String::new(),
        failed => format!(" ({} of them failed)", display::size(failed as u64)),
    };
    let used = records
        .machines
        .iter()
        .filter(|(id, _)| cells.iter().any(|cell| &cell.machine == *id));
    let machines: Vec<String> = used.map(|(_, machine)| describe(machine)).collect();
    let text = format!(
        "{lead} {} cells{failures}, measured on {}, with {}, {}.",
        display::size(cells.len() as u64),
        listed(&machines),
        listed(&provenance::runtimes(&cells)),
        provenance::days(&cells)
    );
    Some(escape::html(&text))
}

/// A machine with its memory and the allocator that serves both languages.
fn describe(machine: &Machine) -> String {
    let memory = display::bytes(machine.memory_bytes.try_into().unwrap_or(i64::MAX));
    format!(
        "{} with {memory} of memory and {}",
        provenance::machine(machine),
        machine.allocator
    )
}
