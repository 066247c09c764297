//! `{{#bench}}`: the tables that a bench of the method measured.

use heapbook_engine::record::{BenchCell, BenchRow, BenchTable, BenchValue};
use heapbook_engine::statistics::median;
use heapbook_model::Nanos;

use super::parts::{code, missing_because, scrolling};
use super::{Page, provenance};
use crate::display;
use crate::escape;
use crate::words::{Mistake, Words};

/// A bench's tables, or words in their place.
pub(crate) fn bench<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let name = words.next("the bench's name")?;
    Ok(match page.library.benches.get(name) {
        Some(tables) => tables.iter().map(|of| table(name, of)).collect(),
        None => {
            let title = format!("`cargo bench --features method --bench {name}` measures it");
            format!("<p>{}</p>", missing_because("not measured", &title))
        }
    })
}

fn table(bench: &str, of: &BenchTable) -> String {
    let is_number = |column: usize| {
        let first = of.rows.first().and_then(|row| row.cells.get(column));
        first.is_some_and(|cell| !matches!(cell.value, BenchValue::Text(_) | BenchValue::Code(_)))
    };
    let class = |column: usize| {
        if is_number(column) {
            " class=\"hb-number\""
        } else {
            ""
        }
    };
    let heads = of.columns.iter().enumerate().map(|(index, head)| {
        let class = index.checked_sub(1).map_or("", class);
        format!("<th scope=\"col\"{class}>{}</th>", shown(head))
    });
    let row = |name: &str, cells: Vec<String>| {
        let cells = cells
            .iter()
            .enumerate()
            .map(|(index, cell)| format!("<td{}>{cell}</td>", class(index)));
        format!(
            "<tr><th scope=\"row\">{name}</th>{}</tr>",
            cells.collect::<String>()
        )
    };
    let mut rows: String = of
        .rows
        .iter()
        .map(|of| row(&name(of), of.cells.iter().map(cell).collect()))
        .collect();
    if of.means {
        let means = (1..of.columns.len()).map(|column| mean(&of.rows, column - 1));
        rows.push_str(&row("geometric mean", means.collect()));
    }
    let caption = format!(
        "{} Measured on {}, with CPython {}, on {}, by cargo bench --features method --bench {bench}.",
        of.caption,
        provenance::machine(&of.machine),
        of.python,
        of.measured_at.split('T').next().unwrap_or_default()
    );
    let table = format!(
        "<table class=\"hb-table\"><thead><tr>{}</tr></thead><tbody>{rows}</tbody></table>",
        heads.collect::<String>()
    );
    format!(
        "<figure class=\"hb-figure\">{}<figcaption><small class=\"hb-provenance\">{}</small></figcaption></figure>",
        scrolling(&of.title, &table),
        escape::html(&caption)
    )
}

fn name(row: &BenchRow) -> String {
    let name = escape::html(&row.name);
    match &row.version {
        Some(version) => format!("{name} <small>{}</small>", escape::html(version)),
        None => name,
    }
}

fn cell(cell: &BenchCell) -> String {
    let shown = shown(&cell.value);
    match &cell.note {
        Some(note) => format!("{shown}<br><small>{}</small>", escape::html(note)),
        None => shown,
    }
}

fn shown(value: &BenchValue) -> String {
    match value {
        BenchValue::Text(text) => escape::html(text),
        BenchValue::Code(word) => code(word),
        BenchValue::Count(count) => display::size(*count),
        BenchValue::Objects(count) => format!("{} objects", display::size(*count)),
        BenchValue::Bytes(bytes) => display::bytes(bytes.0),
        BenchValue::TimesNs(times) => middle(times).map_or_else(String::new, display::time),
        BenchValue::RatioNs(..) => times(ratio(value)),
    }
}

fn times(ratio: Option<f64>) -> String {
    ratio.map_or_else(String::new, |ratio| format!("×{ratio:.2}"))
}

fn ratio(value: &BenchValue) -> Option<f64> {
    match value {
        BenchValue::RatioNs(one, other) => Some(middle(one)? / middle(other)?),
        _ => None,
    }
}

fn middle(times: &[Nanos]) -> Option<f64> {
    let times: Vec<f64> = times.iter().map(|time| time.0 as f64).collect();
    median(&times)
}

/// The geometric mean of a column's ratios.
fn mean(rows: &[BenchRow], column: usize) -> String {
    let cells = rows.iter().filter_map(|row| row.cells.get(column));
    let logarithms: Vec<f64> = cells.filter_map(|cell| Some(ratio(&cell.value)?.ln())).collect();
    let mean = logarithms.iter().sum::<f64>() / logarithms.len() as f64;
    times((!logarithms.is_empty()).then(|| mean.exp()))
}
