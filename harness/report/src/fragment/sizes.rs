//! `{{#sizes}}`: how many blocks of each size one variant made.

use heapbook_engine::record::{Cell, SizeClass};
use heapbook_engine::scenario::Scenario;
use heapbook_model::{Measured, Unit};

use super::parts::code;
use super::query::Query;
use super::{Page, account};
use crate::display;
use crate::palette::Swatch;
use crate::plot::strips::{Bar, Group, Strips};
use crate::words::{Mistake, Words};

/// A bar for each class of sizes.
pub(crate) fn sizes<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read_variant(page, words)?;
    let (scenario, variant) = (query.scenario, query.variants[0]);
    let histogram = describe(&query);
    let name = variant.name.to_string();
    let drawing = if !histogram.has_figures() {
        let is_empty = query.cell(variant).is_some_and(made_nothing);
        is_empty.then(|| "<p>No block was made at all.</p>".to_owned())
    } else {
        let what = format!("Blocks by size, {name}");
        Some(query.drawing(page, &what, &histogram))
    };
    let caption = caption(scenario, &name, histogram.is_log);
    Ok(query.figure(drawing, &caption, |cell| {
        !classes_of(cell).is_empty() || made_nothing(cell)
    }))
}

fn caption(scenario: &Scenario, name: &str, is_log: bool) -> String {
    let scale = if is_log {
        " The scale is logarithmic and has no zero: compare the figures, not the lengths."
    } else {
        ""
    };
    format!(
        "<strong>Blocks by size</strong> that {} made in one call at n = {}: how many of each class of requested sizes, and their bytes. Classes are 16 bytes wide up to 512 bytes, and then reach to the next power of two; empty ones are left out.{scale}",
        code(name),
        display::size(scenario.headline)
    )
}

fn describe(query: &Query<'_>) -> Strips {
    let variant = query.variants[0];
    let classes = query.cell(variant).map_or(&[][..], classes_of);
    let counts = classes.iter().map(|class| class.allocations);
    // On a linear scale such counts would hide the small ones.
    let is_log = counts.clone().max() > counts.min().map(|least| 100 * least);
    let scale = if is_log { " (log scale)" } else { "" };
    Strips {
        title: format!("blocks made{scale}"),
        unit: Unit::Count,
        is_log,
        groups: vec![Group {
            name: None,
            swatch: Swatch::of(query.scenario, &variant.name),
            bars: classes.iter().map(bar).collect(),
        }],
    }
}

fn bar(class: &SizeClass) -> Bar {
    Bar {
        name: title(class.up_to_bytes.0),
        is_marked: false,
        opacity: 1.0,
        shown: in_words(class),
        figure: Some(Measured::Exact(account::whole(class.allocations))),
    }
}

/// The sizes of a class, `17 to 32 bytes`: 16 bytes wide up to 512, above that to twice as much.
fn title(up_to: i64) -> String {
    let short = |bytes: i64| display::short(Unit::Bytes, bytes as f64);
    match up_to {
        ..=16 => format!("0 to {}", short(up_to)),
        17..=512 => format!("{} to {}", up_to - 15, short(up_to)),
        _ => format!("over {}", display::range(&short(up_to / 2), &short(up_to))),
    }
}

fn in_words(class: &SizeClass) -> String {
    let blocks = if class.allocations == 1 { "block" } else { "blocks" };
    let count = display::size(class.allocations);
    format!("{count} {blocks}, {}", display::bytes(class.bytes.0))
}

/// The classes of a cell that did not fail.
fn classes_of(cell: &Cell) -> &[SizeClass] {
    account::memory(cell).map_or(&[], |memory| &memory.sizes)
}

/// A call without a block has no classes, as has a record from before there were any.
fn made_nothing(cell: &Cell) -> bool {
    let memory = account::memory(cell).filter(|memory| !memory.processes.is_empty());
    memory.is_some_and(|memory| {
        memory
            .processes
            .iter()
            .all(|process| process.account.allocations == 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_named_by_their_sizes() {
        for (up_to, name) in [
            (16, "0 to 16 bytes"),
            (32, "17 to 32 bytes"),
            (512, "497 to 512 bytes"),
            (1_024, "over 512 bytes to 1 KiB"),
            (4_096, "over 2 to 4 KiB"),
            (1 << 20, "over 512 KiB to 1 MiB"),
        ] {
            assert_eq!(title(up_to), name);
        }
    }
}
