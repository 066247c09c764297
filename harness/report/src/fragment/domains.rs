//! `{{#domains}}`: the account by the layer of CPython's allocators that served the request.

use heapbook_engine::figures::of_processes;
use heapbook_engine::record::{Cell, Domain, DomainFigures};
use heapbook_model::Unit;

use super::grid::{Column, Grid, number, python_query};
use super::parts::{code, missing_because};
use super::query::Query;
use super::{Page, account};
use crate::display;
use crate::words::{Mistake, Words};

/// The layers, and what each serves.
const DOMAINS: [(Domain, &str, &str); 4] = [
    (
        Domain::Raw,
        "raw",
        "the interpreter’s own needs that must not wait for its lock, straight from the C library",
    ),
    (
        Domain::Mem,
        "mem",
        "buffers such as the room for a list’s elements",
    ),
    (Domain::Obj, "obj", "the objects themselves"),
    (
        Domain::Native,
        "native",
        "what C libraries and extensions take from the C library without asking Python",
    ),
];

const COLUMNS: [Column; 4] = [
    Column::Words("Domain", "the part of Python’s allocators that the program asked"),
    Column::Numbers("Blocks", "blocks of memory made during the call"),
    Column::Numbers(
        "Bytes allocated",
        "bytes of all blocks made during the call, and what resizing added",
    ),
    Column::Numbers(
        "Live at return",
        "bytes live while the result is held, above those at the call’s beginning",
    ),
];

/// A row for each layer of each of Python's variants.
pub(crate) fn domains<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = python_query(page, words, "layers of allocators")?;
    let grid = Grid {
        class: " hb-domains",
        spoken: "Domains of Python’s allocators",
        columns: &COLUMNS,
        caption: &[caption(query.n()), own_memory(&query)].concat(),
    };
    Ok(grid.of_variants(&query, |_, cell| rows(&query, cell)))
}

fn caption(n: u64) -> String {
    let layers = DOMAINS.map(|(_, word, meaning)| format!("{}: {meaning}", code(word)));
    format!(
        "<strong>Blocks by domain</strong> at n = {}; a block counts for the domain that was asked for it. {}.",
        display::size(n),
        layers.join("; ")
    )
}

/// What the account itself took in the runs that are shown, if they tell.
fn own_memory(query: &Query<'_>) -> String {
    let processes = query
        .cells()
        .into_iter()
        .filter_map(account::memory)
        .flat_map(|memory| &memory.processes);
    let largest = processes.filter_map(|process| process.account.ledger_bytes).max();
    largest.map_or_else(String::new, |largest| {
        let took = display::bytes(largest.0);
        format!(" The ledger itself took {took} at most; none of it is counted.")
    })
}

fn rows(query: &Query<'_>, cell: &Cell) -> Option<Vec<String>> {
    let processes = &account::memory(cell)?.processes;
    let is_known = |domain| {
        processes
            .iter()
            .any(|process| process.account.domains.contains_key(&domain))
    };
    DOMAINS.into_iter().find(|(domain, ..)| is_known(*domain))?;
    let row = |(domain, word, meaning)| {
        let name = format!("<td title=\"{meaning}\">{}</td>", code(word));
        if !is_known(domain) {
            let reason = "this run could not see the blocks of this domain";
            return format!(
                "{name}<td colspan=\"3\">{}</td>",
                missing_because("not seen", reason)
            );
        }
        let figure = |unit, of: fn(&DomainFigures) -> i64| {
            let figure = of_processes(cell, |process| process.account.domains.get(&domain).map(of));
            number(query.scenario, unit, figure)
        };
        [
            name,
            figure(Unit::Count, |figures| account::whole(figures.allocations)),
            figure(Unit::Bytes, |figures| figures.allocated_bytes.0),
            figure(Unit::Bytes, |figures| figures.live_bytes.0),
        ]
        .concat()
    };
    Some(DOMAINS.map(row).into())
}
