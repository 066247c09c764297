//! Records with all that a cell can tell beside its metrics, made by hand.

use std::collections::BTreeMap;

use heapbook_engine::record::{
    Arenas, Cell, Collections, Domain, DomainFigures, LineFigures, Lines, Records, Resident, ResidentProcess,
    SizeClass,
};
use heapbook_engine::scenario::Scenario;
use heapbook_model::{Bytes, Language, Machine, Nanos};

use crate::fixture::{Fixture, complete_records, machine};

impl Fixture {
    /// The scenario, with reference records that tell everything at the headline size.
    pub(crate) fn detailed() -> Self {
        let mut fixture = Fixture::without_records();
        fixture.reference = detailed_records(fixture.scenario(), &machine("AMD EPYC"));
        fixture
    }
}

/// Complete records, and at the headline size the rest.
pub(crate) fn detailed_records(scenario: &Scenario, machine: &Machine) -> Records {
    let mut records = complete_records(scenario, machine);
    for cell in records.cells_mut().filter(|cell| cell.key.n == scenario.headline) {
        cell.resident = Some(resident(6_000_000, 2_000_000));
        let (leaves, base) = match cell.key.variant.function.as_str() {
            "build_list" => (1_000, 0),
            "generate" => (0, 520),
            _ => (0, 0),
        };
        let memory = cell.memory.as_mut().expect("complete records");
        memory.live_after_calls = (1..=10).map(|call| Bytes(base + leaves * call)).collect();
        if cell.key.variant.language == Language::Python {
            of_python(cell);
        }
    }
    records
}

/// What only Python has.
fn of_python(cell: &mut Cell) {
    let memory = cell.memory.as_mut().expect("complete records");
    memory.sizes = [(32, 100_000, 3_200_000), (64, 2, 112), (1 << 20, 1, 800_056)]
        .map(|(up_to, allocations, bytes)| SizeClass {
            up_to_bytes: Bytes(up_to),
            allocations,
            bytes: Bytes(bytes),
        })
        .to_vec();
    memory.collections = Some(Collections {
        generations: vec![140, 12, 1],
        collected: 77,
        uncollectable: 0,
        total_pause_ns: Nanos(5_400_000),
        pauses_ns: vec![Nanos(2_500_000), Nanos(30_000)],
    });
    for process in &mut memory.processes {
        process.account.arenas = Some(Arenas {
            taken: 4,
            given_back: 1,
            taken_bytes: Bytes(4 << 20),
            given_back_bytes: Bytes(1 << 20),
        });
        process.account.domains = domains();
    }
    if cell.key.variant.function == "build_list" {
        cell.lines = Some(lines());
    }
}

fn domains() -> BTreeMap<Domain, DomainFigures> {
    let figures = |allocations, allocated, live| DomainFigures {
        allocations,
        allocated_bytes: Bytes(allocated),
        live_bytes: Bytes(live),
    };
    BTreeMap::from([
        (Domain::Raw, figures(3, 900, 0)),
        (Domain::Mem, figures(12, 800_984, 56)),
        (Domain::Obj, figures(100_001, 3_200_056, -32)),
    ])
}

/// Of `build_list`: its comprehension stands in line 6, its return in line 8.
fn lines() -> Lines {
    let line = |line, hits, allocated, freed, live| LineFigures {
        line,
        hits,
        allocated_bytes: Bytes(allocated),
        freed_bytes: Bytes(freed),
        live_bytes: Bytes(live),
    };
    Lines {
        lines: vec![
            line(6, 100_001, 4_500_000, 499_816, 4_000_184),
            line(8, 1, 64, 32, 4_000_216),
        ],
        events: vec![(6, Bytes(4_000_184)), (8, Bytes(4_000_216))],
        total_events: 2,
        net_bytes: Bytes(32),
        spare_bytes: Bytes(0),
        settled: true,
        beyond_bytes: None,
    }
}

/// Three processes that differ a little.
fn resident(peak: i64, after: i64) -> Resident {
    let process = |more| ResidentProcess {
        peak_bytes: Bytes(peak + more),
        after_bytes: Bytes(after + more),
        minor_faults: 1_500,
        major_faults: 0,
    };
    Resident {
        processes: [0, 8_192, 200_704].map(process).to_vec(),
    }
}
