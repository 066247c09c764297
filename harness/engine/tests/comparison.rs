//! Records against records: which cells are set side by side, and which are not.

use std::path::Path;

use heapbook_engine::comparison::{ComparedCell, Comparison, FailedSide, Note, Reason, compare};
use heapbook_engine::figures::{Metric, Outcome};
use heapbook_engine::record::{Cell, Effort, Records};
use heapbook_model::MachineId;

/// Three measured cells and one that failed, of one machine.
fn records() -> Records {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/records.jsonl");
    let records = Records::read(&path).unwrap();
    assert_eq!(records.refused, []);
    records
}

/// Records with these cells alone.
fn only(cells: &[&Cell]) -> Records {
    let machine = records().machines.into_values().next().unwrap();
    let mut only = Records::default();
    for cell in cells {
        only.insert(&machine, (*cell).clone());
    }
    only
}

/// The first cell as another machine measured it.
fn elsewhere(name: &str) -> Cell {
    let mut cell = records().cells().next().unwrap().clone();
    cell.key.machine = MachineId(name.to_owned());
    cell
}

/// How many cells were compared, how many must not be, and how many stand in one file only.
fn counts(comparison: &Comparison) -> [usize; 4] {
    [
        comparison.cells.len(),
        comparison.not_compared.len(),
        comparison.only_in_old.len(),
        comparison.only_in_new.len(),
    ]
}

#[test]
fn records_are_equal_to_themselves() {
    let comparison = compare(&records(), &records());
    assert_eq!(counts(&comparison), [4, 0, 0, 0]);
    assert_eq!(comparison.regressions(0.0), 0);
    let differing = comparison
        .cells
        .iter()
        .flat_map(|cell| &cell.changes)
        .filter(|change| change.differs());
    assert_eq!(differing.count(), 0);
    let is_whole = |cell: &ComparedCell| cell.failure.is_some() || cell.changes.len() >= 6;
    assert!(
        comparison.cells.iter().all(is_whole),
        "five figures of the ledger and a time"
    );
    let failed = comparison.cells.iter().filter_map(|cell| cell.failure);
    assert_eq!(failed.collect::<Vec<_>>(), [FailedSide::Both]);
}

#[test]
fn of_other_machines_only_what_depends_on_none_is_compared() {
    let here = records().cells().next().unwrap().clone();
    let (one, other) = (elsewhere("one"), elsewhere("other"));
    let comparison = compare(&only(&[&here]), &only(&[&one]));
    assert_eq!(counts(&comparison), [1, 1, 0, 0]);
    let metrics: Vec<Metric> = comparison.cells[0]
        .changes
        .iter()
        .map(|change| change.metric)
        .collect();
    assert!(metrics.contains(&Metric::Peak), "{metrics:?}");
    assert!(
        metrics.iter().all(|metric| !metric.row().per_machine),
        "{metrics:?}"
    );
    let mut rebuilt = one.clone();
    rebuilt.key.runtime.build = "another".to_owned();
    assert_eq!(
        counts(&compare(&only(&[&here]), &only(&[&rebuilt]))),
        [0, 1, 0, 0]
    );
    let expected = Reason::Machines {
        old: vec![here.key.machine.clone()],
        new: vec![one.key.machine.clone()],
    };
    assert_eq!(comparison.not_compared[0].reason, expected);

    let both = only(&[&one, &here]);
    let comparison = compare(&only(&[&here]), &both);
    assert_eq!(counts(&comparison), [1, 0, 0, 1], "the machine that both know");
    assert_eq!(comparison.cells[0].key.machine, here.key.machine);
    let comparison = compare(&both, &only(&[&other, &here]));
    assert_eq!(counts(&comparison), [2, 1, 0, 0]);
}

#[test]
fn methods_are_never_mixed() {
    let old = records().cells().next().unwrap().clone();
    let new = Cell {
        method: old.method + 1,
        ..old.clone()
    };
    let comparison = compare(&only(&[&old]), &only(&[&new]));
    assert_eq!(counts(&comparison), [0, 1, 0, 0]);
    let expected = Reason::Methods {
        old: old.method,
        new: old.method + 1,
    };
    assert_eq!(comparison.not_compared[0].reason, expected);
}

#[test]
fn another_version_is_another_cell_and_another_build_a_note() {
    let old = records().cells().next().unwrap().clone();
    let mut upgraded = old.clone();
    upgraded.key.runtime.version = "3.13.1".to_owned();
    let comparison = compare(&only(&[&old]), &only(&[&upgraded]));
    assert_eq!(counts(&comparison), [0, 0, 1, 1]);

    let mut rebuilt = old.clone();
    rebuilt.key.runtime.build = "another".to_owned();
    rebuilt.effort = Effort::Quick;
    rebuilt.digest = Some("7".to_owned());
    let comparison = compare(&only(&[&old]), &only(&[&rebuilt]));
    assert_eq!(
        comparison.cells[0].notes,
        [Note::Digest, Note::Build, Note::Effort]
    );
}

#[test]
fn the_latest_of_several_builds_is_compared() {
    let old = records().cells().next().unwrap().clone();
    let mut later = old.clone();
    later.key.runtime.build = "later".to_owned();
    later.measured_at = "2026-12-01T00:00:00Z".to_owned();
    for process in &mut later.memory.as_mut().unwrap().processes {
        process.account.allocations += 1;
    }
    for cells in [[&old, &later], [&later, &old]] {
        let comparison = compare(&only(&[&old]), &only(&cells));
        assert_eq!(counts(&comparison), [1, 0, 0, 0]);
        let more = comparison.cells[0]
            .changes
            .iter()
            .filter(|change| change.outcome == Outcome::More);
        assert_eq!(more.count(), 1);
    }
}

#[test]
fn a_cell_that_broke_is_a_regression_and_one_that_was_mended_is_none() {
    let failed = records()
        .cells()
        .find(|cell| !cell.errors.is_empty())
        .unwrap()
        .clone();
    let mended = Cell {
        errors: Vec::new(),
        ..failed.clone()
    };
    let broke = compare(&only(&[&mended]), &only(&[&failed]));
    assert_eq!((broke.cells[0].broke(), broke.regressions(1e9)), (true, 1));
    let cured = compare(&only(&[&failed]), &only(&[&mended]));
    assert_eq!(cured.cells[0].failure, Some(FailedSide::Old));
    assert_eq!(cured.regressions(0.0), 0);
}

#[test]
fn a_figure_that_one_record_lacks_differs_and_is_no_regression() {
    let new = records().cells().next().unwrap().clone();
    let old = Cell {
        time: None,
        ..new.clone()
    };
    let comparison = compare(&only(&[&old]), &only(&[&new]));
    let time = comparison.cells[0].changes.last().unwrap();
    assert!(time.old.is_none() && time.new.is_some() && time.differs());
    assert_eq!(comparison.regressions(0.0), 0);
}
