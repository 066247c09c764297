//! `{{#timeline}}`: live bytes through the call, at the headline size.

use heapbook_engine::record::{Cell, Timeline};

use super::query::Query;
use super::{Page, account};
use crate::display;
use crate::palette::Swatch;
use crate::plot::timeline::{Panel, Panels};
use crate::words::{Mistake, Words};

/// The panels of all variants, or of the named ones, that have a timeline.
pub(crate) fn timeline<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read(page, words)?;
    let panels = describe(&query);
    let drawing = (!panels.0.is_empty()).then(|| query.drawing(page, "Live bytes through the call", &panels));
    let from_0 = match panels.extremes().0 < 0.0 {
        true => "",
        false => ", from 0",
    };
    let caption = format!(
        "<strong>Live bytes</strong> above those at the call’s beginning, after each allocation event, at n = {}. All panels share one scale{from_0}. The band runs from the lowest to the highest number within the events that a point stands for.",
        display::size(query.n())
    );
    Ok(query.figure(drawing, &caption, |cell| timeline_of(cell).is_some()))
}

/// A panel for each variant that has a timeline.
fn describe<'a>(query: &Query<'a>) -> Panels<'a> {
    let panels = query.variants.iter().filter_map(|variant| {
        Some(Panel {
            name: variant.name.to_string(),
            swatch: Swatch::of(query.scenario, &variant.name),
            timeline: timeline_of(query.cell(variant)?)?,
        })
    });
    Panels(panels.collect())
}

/// The timeline of a cell that did not fail.
fn timeline_of(cell: &Cell) -> Option<&Timeline> {
    account::memory(cell)?.timeline.as_ref()
}
