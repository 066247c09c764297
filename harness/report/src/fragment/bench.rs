//! `{{#bench}}`: the tables that a bench of the method measured.

use heapbook_engine::record::{BenchCell, BenchRow, BenchTable, BenchValue};
use heapbook_engine::statistics::median;
use heapbook_model::Nanos;

use super::parts::{code, scrolling};
use super::{Page, provenance};
use crate::display;
use crate::escape;
use crate::words::{Mistake, Words, unknown};

/// A bench's tables.
pub(crate) fn bench<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let name = words.next("the bench's name")?;
    let benches = page.library.benches;
    let tables = benches.get(name);
    let tables = tables.ok_or_else(|| unknown("bench", name, "", benches.keys()))?;
    Ok(tables.iter().map(|of| table(name, of)).collect())
}

fn table(bench: &str, of: &BenchTable) -> String {
    let first = of.rows.first().map_or(&[][..], |row| &row.cells);
    let heads = of.columns.iter().enumerate().map(|(index, head)| {
        let below = index.checked_sub(1).and_then(|column| first.get(column));
        let class = below.map_or("", |cell| class(&cell.value));
        format!("<th scope=\"col\"{class}>{}</th>", shown(head))
    });
    let rows = of.rows.iter().map(|row| {
        let cells = row.cells.iter().map(cell).collect::<String>();
        format!("<tr><th scope=\"row\">{}</th>{cells}</tr>", name(row))
    });
    let table = format!(
        "<table class=\"hb-table\"><thead><tr>{}</tr></thead><tbody>{}{}</tbody></table>",
        heads.collect::<String>(),
        rows.collect::<String>(),
        if of.means { means(of) } else { String::new() }
    );
    let usual = || format!("cargo bench --features method --bench {bench}");
    let caption = format!(
        "{} Measured on {}, with CPython {}, on {}, by {}.",
        of.caption,
        provenance::machine(&of.machine),
        of.python,
        of.measured_at.split('T').next().unwrap_or_default(),
        of.command.clone().unwrap_or_else(usual)
    );
    format!(
        "<figure class=\"hb-figure\">{}<figcaption><small class=\"hb-provenance\">{}</small></figcaption></figure>",
        scrolling(&of.title, &table),
        escape::html(&caption)
    )
}

fn class(value: &BenchValue) -> &'static str {
    match value {
        BenchValue::Text(_) | BenchValue::Code(_) => "",
        _ => " class=\"hb-number\"",
    }
}

fn name(row: &BenchRow) -> String {
    let name = escape::html(&row.name);
    match &row.version {
        Some(version) => format!("{name} <small>{}</small>", escape::html(version)),
        None => name,
    }
}

fn cell(cell: &BenchCell) -> String {
    let note = cell.note.as_ref().map_or_else(String::new, |note| {
        format!("<br><small>{}</small>", escape::html(note))
    });
    format!("<td{}>{}{note}</td>", class(&cell.value), shown(&cell.value))
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

/// A row with the geometric mean of each column's ratios.
fn means(of: &BenchTable) -> String {
    let mean = |column: usize| {
        let cells = of.rows.iter().filter_map(|row| row.cells.get(column));
        let logarithms: Vec<f64> = cells.filter_map(|cell| Some(ratio(&cell.value)?.ln())).collect();
        let mean = logarithms.iter().sum::<f64>() / logarithms.len() as f64;
        let shown = times((!logarithms.is_empty()).then(|| mean.exp()));
        format!("<td class=\"hb-number\">{shown}</td>")
    };
    let cells: String = (0..of.columns.len() - 1).map(mean).collect();
    format!("<tr><th scope=\"row\">geometric mean</th>{cells}</tr>")
}
