//! The order in which a function's lines ran: a list, which a script of the page lets readers step
//! through.

use heapbook_engine::record::Lines;
use heapbook_model::{Measured, Unit};

use super::parts::data;
use crate::display;

/// As many steps as the list without the script holds; the script has them all.
const LISTED: usize = 12;

/// The steps of a traced call, folded. They belong into the table whose rows carry the lines'
/// numbers. `None` if no step was kept.
pub(super) fn steps(lines: &Lines) -> Option<String> {
    if lines.events.is_empty() {
        return None;
    }
    let all: Vec<String> = lines
        .events
        .iter()
        .map(|(line, live)| format!("{line}:{}", live.0))
        .collect();
    Some(format!(
        "<details class=\"hb-steps\" data-steps=\"{}\"><summary>Step through the run</summary><ol>{}</ol><p>{}</p></details>",
        all.join(" "),
        listed(lines),
        counted(lines)
    ))
}

fn listed(lines: &Lines) -> String {
    let steps = lines.events.iter().take(LISTED).map(|(line, live)| {
        let live = Measured::Exact(live.0);
        let live = data(Unit::Bytes, live, &display::exact(Unit::Bytes, live));
        format!("<li>line {line}: {live} live</li>")
    });
    steps.collect()
}

/// How many steps there were, and how many of them were kept.
fn counted(lines: &Lines) -> String {
    let kept = lines.events.len() as u64;
    let total = display::size(lines.total_events);
    let steps = if lines.total_events == 1 { "step" } else { "steps" };
    if kept < lines.total_events {
        format!("The first {} of {total} {steps}.", display::size(kept))
    } else {
        format!("{total} {steps} in all.")
    }
}
