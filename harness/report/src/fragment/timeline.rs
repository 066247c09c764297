//! `{{#timeline}}`: live bytes through the call, at the headline size.

use heapbook_engine::record::{Cell, Timeline, View};

use super::parts::{code, listed};
use super::query::Query;
use super::{Page, account};
use crate::display;
use crate::palette::Swatch;
use crate::plot::timeline::{self, Panel};
use crate::words::{Mistake, Words};

/// The panels of all variants, or of the named ones, that have a timeline.
pub(crate) fn timeline<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read(page, words)?;
    let panels = describe(&query);
    let drawing = (!panels.is_empty()).then(|| {
        query.drawing(
            page,
            "Live bytes through the call",
            timeline::in_words(&panels),
            |header| timeline::draw(&panels, header),
        )
    });
    let from_0 = match timeline::extremes(&panels).0 < 0.0 {
        true => "",
        false => ", from 0",
    };
    let caption = format!(
        "<strong>Live bytes</strong> above those at the call’s beginning, after each allocation event, at n = {}. All panels share one scale{from_0}. The band runs from the lowest to the highest number within the events that a point stands for.",
        display::size(query.n())
    );
    Ok(query.figure(drawing, &caption, &own_lines(&panels), |cell| {
        timeline_of(cell).is_some()
    }))
}

/// How the reader's own lines differ from the reference's, and which are left out as the same.
fn own_lines(panels: &[Panel<'_>]) -> String {
    let same: Vec<&Panel<'_>> = panels.iter().filter(|panel| panel.is_the_same()).collect();
    let dotted = panels.iter().filter(|panel| panel.local.is_some()).count() - same.len();
    let names: Vec<String> = same.iter().map(|panel| code(&panel.name)).collect();
    match (dotted, same.len()) {
        (0, 0) => String::new(),
        (0, _) if same.len() == panels.len() => "Your machine’s lines are the same.".to_owned(),
        (0, _) => format!("Your machine’s line is the same for {}.", listed(&names)),
        (_, 0) => "The dotted line is your machine’s.".to_owned(),
        (_, _) => format!(
            "The dotted line is your machine’s; it is the same for {}.",
            listed(&names)
        ),
    }
}

/// A panel for each variant that either side has a timeline of.
fn describe<'a>(query: &Query<'a>) -> Vec<Panel<'a>> {
    let of = |side: &View<'a>, variant| timeline_of(query.cell(side, variant)?);
    let panels = query.variants.iter().filter_map(|variant| {
        let reference = of(&query.reference, variant);
        let local = query.local.and_then(|side| of(&side, variant));
        let name = match reference {
            Some(_) => variant.name.to_string(),
            None => format!("{} (your machine)", variant.name),
        };
        Some(Panel {
            name,
            swatch: Swatch::of(query.scenario, &variant.name),
            timeline: reference.or(local)?,
            local: reference.and(local),
        })
    });
    panels.collect()
}

/// The timeline of a cell that did not fail.
fn timeline_of(cell: &Cell) -> Option<&Timeline> {
    account::memory(cell)?.timeline.as_ref()
}
