//! What figures do not hold, in a sentence for a reader.

use heapbook_engine::record::{Cell, Lines, Unseen};

use crate::display;

/// What the memory pass of a cell does not hold; `None` where it holds all.
///
/// The process with most of it speaks for all, and an upper bound is said to be one.
pub fn unseen(cell: &Cell) -> Option<String> {
    let processes = &cell.memory.as_ref()?.processes;
    let unseen = processes
        .iter()
        .filter_map(|process| process.account.unseen.as_ref())
        .filter(|unseen| unseen.is_memory())
        .max_by_key(|unseen| (unseen.mapped_bytes.0 + unseen.held_bytes.0, unseen.children))?;
    let parts: Vec<String> = [mapped(unseen), children(unseen)].into_iter().flatten().collect();
    Some(format!("not in the figures: {}", parts.join("; ")))
}

fn mapped(unseen: &Unseen) -> Option<String> {
    let bytes = unseen.mapped_bytes.0 + unseen.held_bytes.0;
    let earlier = match unseen.mapped_bytes.0 {
        0 => " by earlier calls or before them",
        _ => "",
    };
    (bytes > 0).then(|| {
        format!(
            "what it uses of {} mapped past malloc{earlier}",
            display::bytes(bytes)
        )
    })
}

fn children(unseen: &Unseen) -> Option<String> {
    let who = match unseen.children {
        0 => return None,
        1 => "a child process".to_owned(),
        many => format!("{} child processes", display::size(many)),
    };
    Some(match unseen.child_bytes.0 {
        0 => format!("what {who} took"),
        bytes => format!("what {who} took, up to {} in one", display::bytes(bytes)),
    })
}

/// What a peak may have been for a moment, where a block grew; `None` where that is not worth a
/// word. With what the system saw, which says whether it was.
pub fn moved(cell: &Cell) -> Option<String> {
    const WORTH_A_WORD: f64 = 1.05;
    let processes = &cell.memory.as_ref()?.processes;
    let accounts = processes.iter().map(|process| &process.account);
    let (peak, moved) = accounts
        .filter_map(|account| Some((account.peak_bytes.0, account.peak_if_moved_bytes?.0)))
        .max_by_key(|(_, moved)| *moved)?;
    let resident = cell.resident.as_ref();
    let seen = resident.and_then(|resident| resident.processes.iter().map(|seen| seen.peak_bytes.0).max());
    let seen = seen.map_or_else(String::new, |seen| {
        format!("; the system saw {} in a first call", display::bytes(seen))
    });
    (moved as f64 > WORTH_A_WORD * peak as f64).then(|| {
        format!(
            "up to {} for a moment, if a block that grows has to move{seen}",
            display::bytes(moved)
        )
    })
}

/// The threads that lived beside a measured call, by name; `None` where there were none.
pub fn threads(cell: &Cell) -> Option<String> {
    let processes = &cell.memory.as_ref()?.processes;
    let unseen = processes
        .iter()
        .filter_map(|process| process.account.unseen.as_ref());
    let names = unseen
        .max_by_key(|unseen| unseen.threads.len())?
        .threads
        .join(", ");
    (!names.is_empty())
        .then(|| format!("threads lived beside the call, and what they allocated is counted: {names}"))
}

/// That lines do not add up to what the same call makes untraced; `None` where they do.
pub fn beyond(lines: &Lines) -> Option<String> {
    let beyond = lines.beyond_bytes?.0;
    let than = if beyond > 0 { "more" } else { "less" };
    Some(format!(
        "The lines made {} {than} than the same call does untraced: that much is the tracing's doing.",
        display::bytes(beyond.abs())
    ))
}
