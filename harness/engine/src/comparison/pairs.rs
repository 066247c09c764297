//! Which record of one file belongs to which of the other.

use std::collections::BTreeMap;

use super::{ComparedCell, Comparison, NotCompared, Reason};
use crate::record::{Cell, Records};
use heapbook_model::{CellKey, Language, MachineId, VariantName};

/// What makes two records comparable, machine and method aside: scenario, variant, size, language
/// and the runtime's full version.
type Place<'a> = (&'a str, &'a VariantName, u64, Language, &'a str);

/// The latest record of each machine.
type ByMachine<'a> = BTreeMap<&'a MachineId, &'a Cell>;

/// Compares two files of records, cell by cell, in the order of their places.
pub fn compare(old: &Records, new: &Records) -> Comparison {
    let mut comparison = Comparison::default();
    let mut newer = by_place(new);
    for (place, before) in by_place(old) {
        match newer.remove(&place) {
            None => comparison.only_in_old.extend(first(&before)),
            Some(after) => pair_place(before, after, &mut comparison),
        }
    }
    comparison.only_in_new.extend(newer.values().filter_map(first));
    comparison.only_in_new.sort();
    comparison
}

/// The cell that stands for all machines of a place.
fn first(cells: &ByMachine<'_>) -> Option<CellKey> {
    cells.values().next().map(|cell| cell.key.clone())
}

/// The latest record of all machines of a place.
fn latest<'a>(cells: &ByMachine<'a>) -> Option<&'a Cell> {
    cells
        .values()
        .copied()
        .max_by(|one, other| one.measured_at.cmp(&other.measured_at))
}

fn by_place(records: &Records) -> BTreeMap<Place<'_>, ByMachine<'_>> {
    let mut index: BTreeMap<Place<'_>, ByMachine<'_>> = BTreeMap::new();
    for cell in records.cells() {
        let key = &cell.key;
        let runtime = &key.runtime;
        let place = (
            &*key.scenario,
            &key.variant,
            key.n,
            runtime.language,
            &*runtime.version,
        );
        let latest = index
            .entry(place)
            .or_default()
            .entry(&cell.key.machine)
            .or_insert(cell);
        // Two builds of one version, or other packages: times in RFC 3339 are ordered as texts
        // are.
        if cell.measured_at > latest.measured_at {
            *latest = cell;
        }
    }
    index
}

/// Pairs the records of one place, machine by machine. Where no machine is left over on one side,
/// those left on the other stand in one file only.
fn pair_place(before: ByMachine<'_>, mut after: ByMachine<'_>, comparison: &mut Comparison) {
    let mut left_over = ByMachine::new();
    for (machine, old) in before {
        match after.remove(machine) {
            None => {
                left_over.insert(machine, old);
            }
            Some(new) if old.method == new.method => comparison.cells.push(ComparedCell::new(old, new)),
            Some(new) => comparison.not_compared.push(NotCompared {
                key: new.key.clone(),
                reason: Reason::Methods {
                    old: old.method,
                    new: new.method,
                },
            }),
        }
    }
    match (left_over.is_empty(), after.is_empty()) {
        (true, true) => {}
        (false, true) => comparison.only_in_old.extend(first(&left_over)),
        (true, false) => comparison.only_in_new.extend(first(&after)),
        (false, false) => {
            let machines = |cells: &ByMachine<'_>| cells.keys().copied().cloned().collect();
            let reason = Reason::Machines {
                old: machines(&left_over),
                new: machines(&after),
            };
            let across = latest(&left_over).zip(latest(&after));
            comparison
                .cells
                .extend(across.and_then(|(old, new)| ComparedCell::across(old, new)));
            let compared = first(&after).map(|key| NotCompared { key, reason });
            comparison.not_compared.extend(compared);
        }
    }
}
