//! Whether programs came to the same results.

use std::collections::BTreeMap;

use heapbook_engine::record::Cell;
use heapbook_report::display;

/// A program's number, and its cells that did not fail, of rising size.
pub(super) type Numbered<'a> = (usize, Vec<&'a Cell>);

/// How one result stands to another.
enum Comparison {
    Same,
    Differs,
    /// Neither can be told, for this reason.
    Unknown(String),
}

/// What is to be said where results are not the same for all that is known, at the first size where
/// they are not.
pub(super) fn unequal(programs: &[Numbered<'_>], sizes: &[u64]) -> Vec<String> {
    let said = sizes.iter().map(|&n| at(programs, n));
    said.into_iter().find(|said| !said.is_empty()).unwrap_or_default()
}

/// The same at one size: each program is compared with the first whose result can be compared.
fn at(programs: &[Numbered<'_>], n: u64) -> Vec<String> {
    let cells: Vec<(usize, &Cell)> = programs
        .iter()
        .filter_map(|(number, cells)| Some((*number, *cells.iter().find(|cell| cell.key.n == n)?)))
        .collect();
    if cells.len() < 2 {
        return Vec::new();
    }
    let first = cells.iter().find(|(_, cell)| cell.digest.is_some());
    let (mut differing, mut unknown) = (Vec::new(), BTreeMap::<String, Vec<usize>>::new());
    for &(number, cell) in &cells {
        match first.map_or_else(|| of_none(cell), |(_, first)| compared(cell, first)) {
            Comparison::Same => {}
            Comparison::Differs => differing.push((number, cell)),
            Comparison::Unknown(reason) => unknown.entry(reason).or_default().push(number),
        }
    }
    let differ = first.filter(|_| !differing.is_empty()).map(|&(number, first)| {
        let others = differing.iter().map(|(number, cell)| gives(*number, cell));
        let others: Vec<String> = others.collect();
        format!(
            "The results differ at n = {}, so the programs do not do the same: {}, but {}.",
            display::size(n),
            others.join(", "),
            gives(number, first)
        )
    });
    let unknown = unknown.iter().map(|(reason, numbers)| {
        let numbers: Vec<String> = numbers.iter().map(|number| format!("[{number}]")).collect();
        format!(
            "The results of {} cannot be compared: {}.",
            numbers.join(" and "),
            reason
        )
    });
    differ.into_iter().chain(unknown).collect()
}

fn compared(one: &Cell, other: &Cell) -> Comparison {
    let across = one.key.runtime.language != other.key.runtime.language;
    let digest = |cell: &Cell| {
        let own = cell.program.as_ref().filter(|_| across);
        own.and_then(|program| program.across.clone())
            .or_else(|| cell.digest.clone())
    };
    match (digest(one), digest(other)) {
        (Some(one), Some(other)) if one == other => Comparison::Same,
        (Some(_), Some(_)) => match reason(one).or_else(|| reason(other)) {
            Some(reason) => Comparison::Unknown(reason),
            None => Comparison::Differs,
        },
        _ => of_none(one),
    }
}

/// How a result stands that has no digest.
fn of_none(cell: &Cell) -> Comparison {
    Comparison::Unknown(reason(cell).unwrap_or_else(|| "there is nothing to compare them by".to_owned()))
}

fn reason(cell: &Cell) -> Option<String> {
    cell.program.as_ref()?.incomparable.clone()
}

fn gives(number: usize, cell: &Cell) -> String {
    let result = cell
        .program
        .as_ref()
        .and_then(|program| program.result.as_deref());
    format!("[{number}] gives {}", result.unwrap_or("something else"))
}
