//! `{{#layers}}`: from what a program asked for to what the system saw, so that a reader sees why
//! `del` frees objects while the process stays large.

use heapbook_engine::figures::{Metric, of_processes, resident};
use heapbook_engine::record::{Arenas, Cell};
use heapbook_model::{Bytes, Language, Measured, Unit};

use super::parts::{data, variant_label};
use super::plot::bar;
use super::query::Query;
use super::{Page, account};
use crate::display;
use crate::palette::Swatch;
use crate::plot::strips::{Group, Strips};
use crate::words::{Mistake, Words};

/// A group of bars for each variant.
pub(crate) fn layers<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read(page, words)?;
    let layers = describe(&query);
    let drawing = layers.has_figures().then(|| {
        let what = format!("Layers of memory at n = {}", display::size(query.n()));
        query.drawing(page, &what, &layers)
    });
    Ok(query.figure(drawing, &caption(&query), |cell| Metric::Peak.of(cell).is_some()))
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
        bars: layers_of(variant.name.language)
            .into_iter()
            .map(|(name, opacity, figure)| bar(query, variant, (name, opacity), Unit::Bytes, figure))
            .collect(),
    });
    Strips {
        title: "bytes above the call’s beginning".to_owned(),
        unit: Unit::Bytes,
        is_log: false,
        groups: groups.collect(),
    }
}

/// A layer between the program and the system: the bar's name, its opacity (the further from the
/// program, the paler), and its figure.
type Layer = (&'static str, f64, fn(&Cell) -> Option<Measured>);

/// The ledger's account, exact.
const REQUESTED: Layer = ("peak requested", 1.0, |cell| Metric::Peak.of(cell));

/// What Python's small-object allocator took from the system and gave back.
const ARENAS: [Layer; 2] = [
    ("arenas taken", 0.7, |cell| {
        arenas(cell, |arenas| arenas.taken_bytes)
    }),
    ("arenas given back", 0.7, |cell| {
        arenas(cell, |arenas| arenas.given_back_bytes)
    }),
];

/// What the system saw: at the peak, and when the result is gone.
const RESIDENT: [Layer; 2] = [
    ("resident peak (never exact)", 0.45, |cell| {
        resident(cell, |process| process.peak_bytes.0)
    }),
    ("resident after (never exact)", 0.45, |cell| {
        resident(cell, |process| process.after_bytes.0)
    }),
];

fn arenas(cell: &Cell, of: fn(&Arenas) -> Bytes) -> Option<Measured> {
    of_processes(cell, |process| Some(of(process.account.arenas.as_ref()?).0))
}

/// The layers that a language has.
fn layers_of(language: Language) -> Vec<Layer> {
    match language {
        Language::Python => [&[REQUESTED][..], &ARENAS, &RESIDENT].concat(),
        Language::Rust => [&[REQUESTED][..], &RESIDENT].concat(),
    }
}

/// The page faults of each variant's call, in a sentence; empty where none were counted.
fn faults(query: &Query<'_>) -> String {
    let each = query.variants.iter().filter_map(|variant| {
        let cell = query.cell(variant)?;
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
