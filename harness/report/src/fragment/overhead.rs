//! `{{#overhead}}`: what measuring costs, a table for each Python that the bench was run with.

use heapbook_engine::record::Overhead;

use super::parts::{bench_table, missing_because};
use super::{Page, provenance};
use crate::directive::{Mistake, Words};
use crate::escape;

/// The tools, by their names in the record and in the table.
const TOOLS: [(&str, &str); 4] = [
    ("heapbook", "heapbook, memory pass"),
    ("tracemalloc", "tracemalloc"),
    ("memray", "memray"),
    ("memray_python_allocators", "memray, Python allocators"),
];

/// A table for each Python, or words in their place.
pub(crate) fn overhead<'a>(page: &mut Page<'a>, words: Words<'a>) -> Result<String, Mistake> {
    words.end()?;
    let tables: Vec<String> = page.library.overhead.iter().map(table).collect();
    if tables.is_empty() {
        let title = "cargo bench --features method --bench overhead measures it";
        return Ok(format!(
            "<p>{}</p>",
            missing_because("What measuring costs is not measured.", title)
        ));
    }
    Ok(tables.concat())
}

fn table(of: &Overhead) -> String {
    let tools: Vec<(&str, &str)> = TOOLS
        .into_iter()
        .filter(|(tool, _)| of.mean(tool).is_some())
        .collect();
    let heads: String = tools
        .iter()
        .map(|(_, title)| format!("<th scope=\"col\" class=\"hb-number\">{title}</th>"))
        .collect();
    let rows: String = of
        .workloads
        .keys()
        .map(|workload| row(workload, tools.iter().map(|(tool, _)| of.ratio(workload, tool))))
        .collect();
    let means = row("geometric mean", tools.iter().map(|(tool, _)| of.mean(tool)));
    let day = of.measured_at.split('T').next().unwrap_or_default();
    let place = format!(
        "Processor time over the bare run’s. Measured on {}, with CPython {}, on {day}.",
        provenance::machine(&of.machine),
        of.python
    );
    let heads = format!(
        "<th scope=\"col\">CPython {}</th>{heads}",
        escape::html(&of.python)
    );
    let spoken = format!("What measuring costs on CPython {}", of.python);
    bench_table(&spoken, &heads, &(rows + &means), &place)
}

/// A row of ratios; a tool that did not run the workload has none.
fn row(name: &str, ratios: impl Iterator<Item = Option<f64>>) -> String {
    let cells: String = ratios
        .map(|ratio| {
            let shown = ratio.map_or_else(|| "—".to_owned(), |ratio| format!("×{ratio:.2}"));
            format!("<td class=\"hb-number\">{shown}</td>")
        })
        .collect();
    format!("<tr><th scope=\"row\">{}</th>{cells}</tr>", escape::html(name))
}
