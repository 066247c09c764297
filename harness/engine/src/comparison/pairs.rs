//! Which record of one file belongs to which of the other.

use std::collections::BTreeMap;

use super::{ComparedCell, Comparison, NotCompared, Place, Reason};
use crate::record::{Cell, Records};
use heapbook_model::MachineId;

/// The latest record of each machine.
type ByMachine<'a> = BTreeMap<&'a MachineId, &'a Cell>;

/// Compares two files of records, cell by cell, in the order of their places.
pub fn compare(old: &Records, new: &Records) -> Comparison {
    let mut comparison = Comparison::default();
    let mut newer = by_place(new);
    for (place, before) in by_place(old) {
        match newer.remove(&place) {
            None => comparison.only_in_old.push(place),
            Some(after) => pair_place(place, before, after, &mut comparison),
        }
    }
    comparison.only_in_new.extend(newer.into_keys());
    comparison.only_in_new.sort();
    comparison
}

fn by_place(records: &Records) -> BTreeMap<Place, ByMachine<'_>> {
    let mut index: BTreeMap<Place, ByMachine<'_>> = BTreeMap::new();
    for cell in records.cells() {
        let latest = index
            .entry(Place::of(cell))
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
fn pair_place(place: Place, before: ByMachine<'_>, mut after: ByMachine<'_>, comparison: &mut Comparison) {
    let mut left_over = Vec::new();
    for (machine, old) in before {
        match after.remove(machine) {
            None => left_over.push(machine.clone()),
            Some(new) if old.method == new.method => {
                comparison.cells.push(ComparedCell::new(place.clone(), old, new))
            }
            Some(new) => comparison.not_compared.push(NotCompared {
                place: place.clone(),
                reason: Reason::Methods {
                    old: old.method,
                    new: new.method,
                },
            }),
        }
    }
    match (left_over.is_empty(), after.is_empty()) {
        (true, true) => {}
        (false, true) => comparison.only_in_old.push(place),
        (true, false) => comparison.only_in_new.push(place),
        (false, false) => comparison.not_compared.push(NotCompared {
            place,
            reason: Reason::Machines {
                old: left_over,
                new: after.into_keys().cloned().collect(),
            },
        }),
    }
}
