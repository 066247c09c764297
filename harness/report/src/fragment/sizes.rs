//! `{{#sizes}}`: how many blocks of each size one variant made.

use std::collections::BTreeMap;

use heapbook_engine::figures::Metric;
use heapbook_engine::record::{Cell, SizeClass};
use heapbook_engine::scenario::Scenario;

use super::figure::{Asked, plot_words};
use super::parts::code;
use super::{Page, account};
use crate::directive::{Mistake, Words};
use crate::display;
use crate::library::{Reading, Side};
use crate::palette::Swatch;
use crate::plot::sizes::{Blocks, Class, Histogram, draw};

/// A bar for each class of sizes.
pub(crate) fn sizes<'a>(page: &mut Page<'a>, mut words: Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let variant = words.variant(scenario)?;
    let asked = Asked {
        scenario,
        variants: vec![variant],
        sizes: vec![scenario.headline],
        reference: page.library.reference_side(words.python()?),
        local: page.library.local_side(scenario),
    };
    words.end()?;
    let histogram = describe(&asked);
    let name = variant.name.to_string();
    let drawing = if histogram.classes.is_empty() {
        let cell = asked.reference.cell(scenario, variant, scenario.headline);
        let is_empty = cell.is_some_and(made_nothing);
        is_empty.then(|| "<p>No block was made at all.</p>".to_owned())
    } else {
        let title = format!("Blocks by size, {name}: {}", scenario.title);
        let words = plot_words(page, title, histogram.in_words());
        Some(draw(&histogram, &words))
    };
    let caption = caption(scenario, &name, histogram.is_log());
    Ok(asked.figure(drawing, &caption, "Outlines are your machine’s.", reading))
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

fn describe(asked: &Asked<'_>) -> Histogram {
    let variant = asked.variants[0];
    let mut classes: BTreeMap<i64, Class> = BTreeMap::new();
    let mut add = |side: &Side<'_>, put: fn(&mut Class, Blocks)| {
        let cell = side.cell(asked.scenario, variant, asked.scenario.headline);
        for class in cell.map_or(&[][..], classes_of) {
            let up_to = class.up_to_bytes.0;
            let entry = classes.entry(up_to).or_insert(Class {
                up_to,
                reference: None,
                local: None,
            });
            let blocks = Blocks {
                count: class.allocations,
                bytes: class.bytes.0,
            };
            put(entry, blocks);
        }
    };
    add(&asked.reference, |class, blocks| class.reference = Some(blocks));
    if let Some(local) = &asked.local {
        add(local, |class, blocks| class.local = Some(blocks));
    }
    Histogram {
        swatch: Swatch::of(asked.scenario, &variant.name),
        classes: classes.into_values().collect(),
    }
}

/// The classes of a cell that did not fail.
fn classes_of(cell: &Cell) -> &[SizeClass] {
    account::memory(cell).map_or(&[], |memory| &memory.sizes)
}

/// A call without a block has no classes, as has a record from before there were any.
fn made_nothing(cell: &Cell) -> bool {
    let memory = account::memory(cell).filter(|memory| !memory.processes.is_empty());
    memory.is_some_and(|memory| memory.processes.iter().all(|process| process.allocations == 0))
}

/// What a cell says of its sizes; the figure that goes with them is the number of blocks.
fn reading(cell: &Cell) -> Reading<'_> {
    match Reading::of(cell, Metric::Allocations) {
        Reading::Figure(..) if classes_of(cell).is_empty() && !made_nothing(cell) => Reading::NotMeasured,
        reading => reading,
    }
}
