//! `{{#collections}}`: what the garbage collector did during one call.

use heapbook_engine::record::{Cell, Collections};
use heapbook_engine::scenario::Scenario;
use heapbook_model::{Measured, Unit};

use super::grid::{Column, Grid, number, python_query};
use super::{Page, account};
use crate::display;
use crate::words::{Mistake, Words};

const COLUMNS: [Column; 7] = [
    Column::Numbers("Gen. 0", "collections of the youngest objects"),
    Column::Numbers("Gen. 1", "collections of objects that survived one"),
    Column::Numbers("Gen. 2", "full collections"),
    Column::Numbers("Objects collected", "objects in cycles that were found and freed"),
    Column::Numbers("Not collectable", "objects in cycles that could not be freed"),
    Column::Numbers("Paused in all", "time that all collections took together"),
    Column::Numbers("Longest pause", "time of the longest collection"),
];

/// A row for each of Python's variants.
pub(crate) fn collections<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = python_query(page, words, "garbage collector")?;
    let caption = format!(
        "<strong>Garbage collections</strong> that fell into one call at n = {}, by generation. The counts are of that call; its pauses were timed once and are no estimate.",
        display::size(query.n())
    );
    let grid = Grid {
        class: "",
        spoken: "Garbage collections",
        columns: &COLUMNS,
        caption: &caption,
    };
    Ok(grid.of_variants(&query, |_, cell| {
        Some(vec![row(query.scenario, collections_of(cell)?)])
    }))
}

fn collections_of(cell: &Cell) -> Option<&Collections> {
    account::memory(cell)?.collections.as_ref()
}

fn row(scenario: &Scenario, collections: &Collections) -> String {
    let figure = |unit, value: Option<u64>| {
        let figure = value.map(|value| Measured::Exact(account::whole(value)));
        number(scenario, unit, figure)
    };
    let longest = collections.pauses_ns.iter().max().map_or(0, |pause| pause.0);
    let generation = |index: usize| figure(Unit::Count, collections.generations.get(index).copied());
    [
        generation(0),
        generation(1),
        generation(2),
        figure(Unit::Count, Some(collections.collected)),
        figure(Unit::Count, Some(collections.uncollectable)),
        figure(Unit::Nanos, Some(collections.total_pause_ns.0)),
        figure(Unit::Nanos, Some(longest)),
    ]
    .concat()
}
