//! `{{#layers}}`: from what a program asked for to what the system saw, so that a reader sees why
//! `del` frees objects while the process stays large.

use heapbook_engine::figures::{Metric, of_processes, resident};
use heapbook_engine::record::{Arenas, Cell};
use heapbook_engine::scenario::Variant;
use heapbook_model::{Bytes, Language, Measured, Unit};

use super::parts::{data, variant_label};
use super::plot::figure_or_words;
use super::query::{Query, header};
use super::{Page, account};
use crate::display;
use crate::library::{Side, reading};
use crate::palette::Swatch;
use crate::plot::strips::{self, Bar, Group, Strips};
use crate::words::{Mistake, Words};

/// A group of bars for each variant.
pub(crate) fn layers<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read(page, words)?;
    let layers = describe(&query);
    let drawing = layers.has_figures().then(|| {
        let title = format!(
            "Layers of memory at n = {}: {}",
            display::size(query.n()),
            query.scenario.title
        );
        let header = header(page, title, layers.in_words());
        strips::draw(&layers, &header)
    });
    Ok(query.figure(
        drawing,
        &caption(&query),
        "Outlines are your machine’s.",
        |cell| reading(cell, Metric::Peak),
    ))
}

fn caption(query: &Query<'_>) -> String {
    format!(
        "<strong>Layers</strong> at n = {}, all on one linear scale. <em>Peak requested</em>: the most bytes that the program had asked for at once. <em>Arenas</em>: what Python’s allocator of small objects took from the system, and gave back, until the result was dropped. <em>Resident</em>: what the system saw in processes of their own, the peak, and what was left after the result was dropped and a full collection; never exact, and a range where processes differed.{}",
        display::size(query.n()),
        faults(query)
    )
}

fn describe(query: &Query<'_>) -> Strips {
    let groups = query.variants.iter().map(|variant| Group {
        name: Some(variant.name.to_string()),
        swatch: Swatch::of(query.scenario, &variant.name),
        bars: Layer::of(variant.name.language)
            .iter()
            .map(|layer| bar(query, variant, *layer))
            .collect(),
    });
    Strips {
        title: "bytes, above those at the call’s beginning".to_owned(),
        unit: Unit::Bytes,
        is_log: false,
        groups: groups.collect(),
    }
}

/// A layer between the program and the system, and when it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    /// Bytes asked for at the peak: the ledger's, exact.
    Requested,
    /// Arenas that Python's small-object allocator took from the system.
    ArenasTaken,
    /// Arenas that it gave back.
    ArenasGivenBack,
    /// The peak of the resident size.
    ResidentPeak,
    /// The resident size when the result is gone.
    ResidentAfter,
}

impl Layer {
    /// The layers that a language has.
    fn of(language: Language) -> &'static [Layer] {
        match language {
            Language::Python => &[
                Layer::Requested,
                Layer::ArenasTaken,
                Layer::ArenasGivenBack,
                Layer::ResidentPeak,
                Layer::ResidentAfter,
            ],
            Language::Rust => &[Layer::Requested, Layer::ResidentPeak, Layer::ResidentAfter],
        }
    }

    /// The bar's name, and its opacity: the further from the program, the paler.
    fn look(self) -> (&'static str, f64) {
        match self {
            Layer::Requested => ("peak requested", 1.0),
            Layer::ArenasTaken => ("arenas taken", 0.7),
            Layer::ArenasGivenBack => ("arenas given back", 0.7),
            Layer::ResidentPeak => ("resident peak (never exact)", 0.45),
            Layer::ResidentAfter => ("resident after (never exact)", 0.45),
        }
    }
}

fn bar(query: &Query<'_>, variant: &Variant, layer: Layer) -> Bar {
    let reading = |side: &Side<'_>| match side.cell(query.scenario, variant, query.n()) {
        Some(cell) if !cell.errors.is_empty() => Err("failed"),
        Some(cell) => figure(cell, layer).ok_or("not measured"),
        None => Err("not measured"),
    };
    let (name, opacity) = layer.look();
    let reference = reading(&query.reference);
    Bar {
        name: name.to_owned(),
        is_marked: false,
        opacity,
        shown: figure_or_words(Unit::Bytes, reference),
        reference: reference.ok(),
        local: query.local.and_then(|side| reading(&side).ok()),
    }
}

/// The page faults of each variant's call, in a sentence; empty where none were counted.
fn faults(query: &Query<'_>) -> String {
    let each = query.variants.iter().filter_map(|variant| {
        let cell = query.reference.cell(query.scenario, variant, query.n())?;
        let faults = resident(cell, |process| {
            account::whole(process.minor_faults + process.major_faults)
        })?;
        let faults = data(Unit::Count, faults, &display::measured(Unit::Count, faults));
        Some(format!(
            "{} {faults}",
            variant_label(query.scenario, &variant.name)
        ))
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() {
        return String::new();
    }
    format!(
        " <em>Page faults</em>, pages that the system had to find for addresses touched in the call: {}.",
        each.join(", ")
    )
}

fn figure(cell: &Cell, layer: Layer) -> Option<Measured> {
    let arenas =
        |of: fn(&Arenas) -> Bytes| of_processes(cell, |process| Some(of(process.account.arenas.as_ref()?).0));
    match layer {
        Layer::Requested => Metric::Peak.of(cell),
        Layer::ArenasTaken => arenas(|arenas| arenas.taken_bytes),
        Layer::ArenasGivenBack => arenas(|arenas| arenas.given_back_bytes),
        Layer::ResidentPeak => resident(cell, |process| process.peak_bytes.0),
        Layer::ResidentAfter => resident(cell, |process| process.after_bytes.0),
    }
}
