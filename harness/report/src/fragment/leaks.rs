//! `{{#leaks}}`: what repeated calls leave behind.

use heapbook_engine::scenario::Scenario;
use heapbook_engine::statistics::{Leak, judge_leak};
use heapbook_model::{Bytes, Measured, Unit};

use super::grid::{Column, Grid};
use super::parts::data;
use super::query::Query;
use super::{Page, account};
use crate::display;
use crate::escape;
use crate::palette::Swatch;
use crate::words::{Mistake, Words};

const COLUMNS: [Column; 4] = [
    Column::Words("Left behind", "the verdict on the second half of the calls"),
    Column::Words(
        "Live after each call",
        "from 0 to the row’s highest, from the first call to the last",
    ),
    Column::Numbers("After the first", "bytes live after the first call"),
    Column::Numbers("After the last", "bytes live after the last call"),
];

/// A row for each variant.
pub(crate) fn leaks<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let query = Query::read(page, words)?;
    let is_cold = query.variants.iter().all(|variant| !variant.warm_up);
    let cold = match is_cold {
        true => " The first call is the first of its process.",
        false => "",
    };
    let caption = format!(
        "<strong>What calls leave behind</strong> at n = {}: bytes live above those before the first call, after each call’s result was dropped and, in Python, a full collection. What later calls go on adding is a leak; what only the first ones add is a cache, or made once.{cold} Each line has a scale of its own.",
        display::size(query.n())
    );
    let grid = Grid {
        class: " hb-leaks",
        spoken: "What calls leave behind",
        columns: &COLUMNS,
        caption: &caption,
    };
    Ok(grid.of_variants(&query, |variant, cell| {
        let swatch = Swatch::of(query.scenario, &variant.name);
        Some(vec![row(
            query.scenario,
            swatch,
            &account::memory(cell)?.live_after_calls,
        )?])
    }))
}

/// The verdict, the line, and the numbers at its ends; `None` for too few calls.
fn row(scenario: &Scenario, swatch: Swatch, live: &[Bytes]) -> Option<String> {
    let verdict = verdict(judge_leak(live)?);
    let number = |bytes: &Bytes| super::grid::number(scenario, Unit::Bytes, Some(Measured::Exact(bytes.0)));
    Some(format!(
        "<td>{verdict}</td><td>{}</td>{}{}",
        spark(swatch, live),
        number(live.first()?),
        number(live.last()?)
    ))
}

fn verdict(leak: Leak) -> String {
    let shown = |bytes: Bytes| data(Unit::Bytes, Measured::Exact(bytes.0), &display::bytes(bytes.0));
    match leak {
        Leak::Nothing => "nothing".to_owned(),
        Leak::Filled { bytes, .. } => format!("{} once: a cache, or what is made once", shown(bytes)),
        Leak::PerCall { usual, .. } => format!("<strong>{} a call</strong>", shown(usual)),
        Leak::InSteps { mean } => format!(
            "<strong>about {} a call, in steps</strong>",
            display::bytes_estimate(mean.median)
        ),
        Leak::CannotTell { .. } => "too uneven to tell a leak from nothing".to_owned(),
    }
}

/// A small line of live bytes, with the numbers in words.
fn spark(swatch: Swatch, live: &[Bytes]) -> String {
    const WIDTH: f64 = 120.0;
    const HEIGHT: f64 = 20.0;
    let low = live.iter().map(|bytes| bytes.0).min().unwrap_or(0).min(0) as f64;
    let high = live.iter().map(|bytes| bytes.0).max().unwrap_or(0).max(0) as f64;
    let range = if low == high { 1.0 } else { high - low };
    let step = WIDTH / (live.len() as f64 - 1.0).max(1.0);
    let y = |value: f64| HEIGHT - (value - low) / range * HEIGHT;
    let points = live.iter().enumerate().map(|(index, bytes)| {
        let (x, y) = (index as f64 * step, y(bytes.0 as f64));
        format!("{x:.1},{y:.1}")
    });
    let numbers: Vec<String> = live.iter().map(|bytes| display::count(bytes.0)).collect();
    let words = escape::html(&format!("bytes live after each call: {}", numbers.join("; ")));
    format!(
        "<svg class=\"hb-spark\" role=\"img\" viewBox=\"-2 -2 124 24\"><title>{words}</title><polyline points=\"0,{zero:.1} 120,{zero:.1}\" fill=\"none\" stroke=\"var(--hb-grid, #d0d0d0)\"/><polyline points=\"{}\" fill=\"none\" stroke-width=\"2\" stroke=\"{}\"/></svg>",
        points.collect::<Vec<_>>().join(" "),
        swatch.colour(),
        zero = y(0.0)
    )
}
