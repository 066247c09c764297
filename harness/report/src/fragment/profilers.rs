//! `{{#profilers}}`: what five tools say of a function that keeps nothing, a cache that fills, and one that grows.

use heapbook_engine::record::{Profiler, Profilers, Told};
use heapbook_engine::statistics::median;

use super::parts::{bench_table, missing_because};
use super::{Page, provenance};
use crate::directive::{Mistake, Words};
use crate::display;
use crate::escape;

/// The program by itself, which the tools' times are compared with.
const ALONE: &str = "nothing";

/// A table with a row for each tool, or words in its place.
pub(crate) fn profilers<'a>(page: &mut Page<'a>, words: Words<'a>) -> Result<String, Mistake> {
    words.end()?;
    Ok(match page.library.profilers {
        Some(profilers) => table(profilers),
        None => format!(
            "<p>{}</p>",
            missing_because(
                "What profilers say is not measured.",
                "cargo bench --features method --bench profilers measures it"
            )
        ),
    })
}

fn table(profilers: &Profilers) -> String {
    let alone = profilers
        .profilers
        .iter()
        .find(|one| one.tool == ALONE)
        .and_then(time);
    let tools = || profilers.profilers.iter().filter(|one| one.tool != ALONE);
    let rows: String = tools().map(|one| row(one, alone)).collect();
    let functions = tools().next().map_or(&[][..], |one| &one.told);
    let heads: String = functions
        .iter()
        .map(|told| {
            format!(
                "<th scope=\"col\" class=\"hb-number\"><code>{}</code></th>",
                escape::html(&told.function)
            )
        })
        .collect();
    let day = profilers.measured_at.split('T').next().unwrap_or_default();
    let place = format!(
        "What each tool says that {} calls at n = {} have left, and what it names for the last function. Times are medians over {} runs of all \
         functions, each a process, as multiples of the program by itself. Measured on {}, with CPython {}, on {day}, by cargo bench --features method --bench profilers.",
        profilers.calls,
        display::size(profilers.n),
        tools().map(|one| one.took_ns.len()).max().unwrap_or_default(),
        provenance::machine(&profilers.machine),
        profilers.python
    );
    let heads = format!(
        "<th scope=\"col\">Tool</th>{heads}<th scope=\"col\">Names</th><th scope=\"col\" class=\"hb-number\">Time</th>"
    );
    bench_table("What profilers say", &heads, &rows, &place)
}

fn row(profiler: &Profiler, alone: Option<f64>) -> String {
    let name = match &profiler.version {
        Some(version) => format!(
            "{} <small>{}</small>",
            escape::html(&profiler.tool),
            escape::html(version)
        ),
        None if profiler.tool == "heapbook" => "heapbook leaks".to_owned(),
        None => escape::html(&profiler.tool),
    };
    let told: String = profiler
        .told
        .iter()
        .map(|told| format!("<td class=\"hb-number\">{}</td>", said(told)))
        .collect();
    let names = profiler.told.last().and_then(|told| told.names.as_deref());
    let names = names.map_or_else(
        || "nothing".to_owned(),
        |names| format!("<code>{}</code>", escape::html(names)),
    );
    let times = alone.and_then(|alone| Some(display::times(time(profiler)? / alone)));
    format!(
        "<tr><th scope=\"row\">{name}</th>{told}<td>{names}</td><td class=\"hb-number\">{}</td></tr>",
        times.unwrap_or_default()
    )
}

fn time(profiler: &Profiler) -> Option<f64> {
    let took: Vec<f64> = profiler.took_ns.iter().map(|took| took.0 as f64).collect();
    median(&took)
}

/// What a tool says of one function, its judgement below.
fn said(told: &Told) -> String {
    let amount = match (told.bytes, told.objects) {
        (Some(bytes), _) => display::bytes(bytes.0),
        (None, Some(objects)) => format!("{} objects", display::size(objects.unsigned_abs())),
        (None, None) => "nothing".to_owned(),
    };
    match told.verdict.as_deref() {
        Some(verdict @ ("leaks" | "filled")) => format!("{amount}<br><small>{verdict}</small>"),
        _ => amount,
    }
}
