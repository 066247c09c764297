//! The reference records, made from full local ones: exact figures once, and of times what figures,
//! ratios and verdicts are made from.

use std::collections::BTreeMap;

use crate::plan::is_wanted;
use crate::record::{Cell, Effort, Memory, MemoryProcess, Records, Time, TimeProcess};
use crate::scenario::{Scenario, Variant};
use crate::statistics::{Clock, spent};
use crate::validity::Validity;
use heapbook_model::{CellKey, VariantName};

/// What became of a scenario's local records.
#[derive(Debug)]
pub struct Published {
    /// How many cells were published.
    pub cells: usize,
    /// How many published cells went because they are of other code or another method than today's;
    /// those that a record published now replaces do not count.
    pub removed: usize,
    /// The cells that must not be published, and why.
    pub left_out: Vec<(CellKey, Validity)>,
}

/// Publishes the local records of a scenario's wanted variants: valid records of full runs.
///
/// A cell takes the place of those of the same variant, size and version in the reference, whatever
/// machine these are of: times are compared within a scenario, so it should come from one machine.
/// Of two local records that differ in the machine alone the later one is published. What is left
/// in the reference of other code or methods goes.
pub fn publish(
    scenario: &Scenario,
    filters: &[String],
    local: &Records,
    reference: &mut Records,
) -> Published {
    let mut latest: BTreeMap<_, &Cell> = BTreeMap::new();
    let mut left_out = Vec::new();
    for cell in local.of(&scenario.slug) {
        let variant = scenario.variant(&cell.key.variant);
        let is_asked = |variant: &&Variant| is_wanted(filters, scenario, variant);
        if variant.filter(is_asked).is_none() || !scenario.sizes.contains(&cell.key.n) {
            continue;
        }
        match validity(scenario, cell) {
            Validity::Valid => {
                let published = latest.entry(place(&cell.key)).or_insert(cell);
                if published.measured_at < cell.measured_at {
                    *published = cell;
                }
            }
            other => left_out.push((cell.key.clone(), other)),
        }
    }
    reference.machines.extend(local.machines.clone());
    let is_replaced = |old: &Cell| latest.contains_key(&place(&old.key));
    let is_valid = |old: &Cell| validity(scenario, old) == Validity::Valid;
    let published = reference.of(&scenario.slug).iter();
    let removed = published
        .filter(|old| !is_replaced(old) && !is_valid(old))
        .count();
    reference.retain(|old| old.key.scenario != scenario.slug || (is_valid(old) && !is_replaced(old)));
    left_out.retain(|(key, _)| !latest.contains_key(&place(key)));
    let cells = latest.len();
    for cell in latest.into_values() {
        reference.put(published_cell(cell));
    }
    Published {
        cells,
        removed,
        left_out,
    }
}

/// What one cell of the reference is of: whatever machine or build it was measured with.
fn place(key: &CellKey) -> (u64, &VariantName, &str, &str) {
    let CellKey {
        n, variant, runtime, ..
    } = key;
    (*n, variant, &runtime.implementation, &runtime.version)
}

fn validity(scenario: &Scenario, cell: &Cell) -> Validity {
    let is_known = scenario.sizes.contains(&cell.key.n);
    match scenario.variant(&cell.key.variant).filter(|_| is_known) {
        Some(variant) => Validity::of(Some(cell), scenario, variant, Effort::Full),
        None => Validity::OtherCode,
    }
}

/// A cell as it is published.
fn published_cell(cell: &Cell) -> Cell {
    Cell {
        memory: cell.memory.as_ref().map(memory),
        time: cell.time.as_ref().map(time),
        ..cell.clone()
    }
}

/// Each account once, with the number of processes that agreed on it.
fn memory(memory: &Memory) -> Memory {
    let mut processes: Vec<MemoryProcess> = Vec::new();
    for process in &memory.processes {
        // What the ledger itself took depends on where the system placed blocks: of it, the most is
        // kept.
        let took = process.account.ledger_bytes;
        let is_same = |other: &&mut MemoryProcess| {
            let mut process = process.clone();
            (process.hash_seed, process.count) = (None, other.count);
            process.account.ledger_bytes = other.account.ledger_bytes;
            process == **other
        };
        match processes.iter_mut().find(is_same) {
            Some(same) => {
                same.count += process.count;
                same.account.ledger_bytes = same.account.ledger_bytes.max(took);
            }
            None => processes.push(MemoryProcess {
                hash_seed: None,
                ..process.clone()
            }),
        }
    }
    // Where processes differ, which of them came first says nothing.
    processes.sort_by_cached_key(|process| serde_json::to_string(&process.account).unwrap_or_default());
    Memory {
        processes,
        ..memory.clone()
    }
}

/// The one time of each sample that counts: the processor's where the variant does nothing but
/// compute, else the wall's.
fn time(time: &Time) -> Time {
    let clock = Clock::of(&[time]);
    // Even collections disturb no comparison.
    let is_uneven = |process: &TimeProcess| process.collections.windows(2).any(|pair| pair[0] != pair[1]);
    let with_collections = time.processes.iter().any(is_uneven);
    let of_process = |process: &TimeProcess| {
        let (mut total_ns, mut cpu_ns) = (spent(process, clock), Vec::new());
        if clock == Clock::Processor {
            std::mem::swap(&mut total_ns, &mut cpu_ns);
        }
        TimeProcess {
            total_ns,
            cpu_ns,
            collections: match with_collections {
                true => process.collections.clone(),
                false => Vec::new(),
            },
            queued_ns: match time.was_under_load() {
                true => process.queued_ns.clone(),
                false => Vec::new(),
            },
            stolen_ns: process.stolen_ns.filter(|stolen| stolen.0 > 0),
            others_thousandths: process.others_thousandths.filter(|_| time.was_under_load()),
            ..TimeProcess::default()
        }
    };
    Time {
        sampling: time.sampling,
        stopped: None,
        calls: time.calls,
        processes: time.processes.iter().map(of_process).collect(),
    }
}
