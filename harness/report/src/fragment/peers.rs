//! `{{#peers}}`: how long it takes to compare two snippets, by this project and by what a reader would use in its place.

use heapbook_engine::record::{Peer, Peers};
use heapbook_engine::statistics::median;

use super::parts::{bench_table, missing_because};
use super::{Page, provenance};
use crate::directive::{Mistake, Words};
use crate::display;
use crate::escape;

/// A table with a row for each tool, or words in its place.
pub(crate) fn peers<'a>(page: &mut Page<'a>, words: Words<'a>) -> Result<String, Mistake> {
    words.end()?;
    Ok(match page.library.peers {
        Some(peers) => table(peers),
        None => format!(
            "<p>{}</p>",
            missing_because(
                "How long a comparison takes is not measured.",
                "cargo bench --features method --bench peers measures it"
            )
        ),
    })
}

fn table(peers: &Peers) -> String {
    let rows: String = peers.peers.iter().map(row).collect();
    let day = peers.measured_at.split('T').next().unwrap_or_default();
    let place = format!(
        "Whole commands by the wall’s clock: two snippets, a list and a generator that are summed, at five sizes from 1,000 to 100,000, \
         peak and time of each. The peaks are the generator’s at the smallest and the largest size, as the tool tells them. Measured on {}, with CPython {}, on {day}, by cargo bench --features method --bench peers.",
        provenance::machine(&peers.machine),
        peers.python
    );
    let heads = "<th scope=\"col\">Tool</th><th scope=\"col\" class=\"hb-number\">Time</th><th scope=\"col\" class=\"hb-number\">Runs</th><th scope=\"col\" class=\"hb-number\">Peak, n = 1,000</th><th scope=\"col\" class=\"hb-number\">Peak, n = 100,000</th>";
    bench_table("How long a comparison takes", heads, &rows, &place)
}

fn row(peer: &Peer) -> String {
    let name = match &peer.version {
        Some(version) => format!("{} {version}", peer.tool),
        None if peer.tool == "heapbook" => "heapbook try".to_owned(),
        None => peer.tool.clone(),
    };
    let took: Vec<f64> = peer.took_ns.iter().map(|took| took.0 as f64).collect();
    let time = median(&took).map_or_else(String::new, display::time);
    let peaks = peer.peaks.get("generator");
    let peak =
        |peak: Option<&heapbook_model::Bytes>| peak.map_or_else(String::new, |peak| display::bytes(peak.0));
    let cells = [
        time,
        took.len().to_string(),
        peak(peaks.and_then(|peaks| peaks.first())),
        peak(peaks.and_then(|peaks| peaks.last())),
    ];
    let cells: String = cells
        .iter()
        .map(|cell| format!("<td class=\"hb-number\">{}</td>", escape::html(cell)))
        .collect();
    format!("<tr><th scope=\"row\">{}</th>{cells}</tr>", escape::html(&name))
}
