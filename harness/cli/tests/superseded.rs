//! Records of an older method beside newer ones of the same cells: `check` reports them, and a run
//! leaves them out.

mod common;

use common::{Project, said};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

const REFERENCE: &str = "book/records/reference.json";

/// A project whose reference has each cell a second time, of another machine.
fn with_others(change: fn(&mut Value)) -> Project {
    let project = Project::new();
    said(&project, &["run", "--quick", "--output", REFERENCE]);
    let mut records: Value = serde_json::from_str(&project.read(REFERENCE)).unwrap();
    let machines = records["machines"].as_object_mut().unwrap();
    let (_, machine) = machines.iter().next().unwrap();
    let other = machine.clone();
    machines.insert("000000000000".to_owned(), other);
    let cells = records["cells"].as_array_mut().unwrap();
    let mut others = cells.clone();
    for cell in &mut others {
        cell["machine"] = "000000000000".into();
        cell["measured_at"] = "2026-01-01T00:00:00Z".into();
        change(cell);
    }
    cells.append(&mut others);
    project.write(REFERENCE, &records.to_string());
    project
}

fn counted(project: &Project) -> (usize, usize) {
    let records: Value = serde_json::from_str(&project.read(REFERENCE)).unwrap();
    (
        records["machines"].as_object().unwrap().len(),
        records["cells"].as_array().unwrap().len(),
    )
}

#[test]
fn an_older_methods_records_are_reported_and_left_out_by_the_next_run() {
    let project = with_others(|cell| cell["method"] = 1.into());
    assert_eq!(counted(&project), (2, 8));
    project.heapbook(&["check"]).assert().code(1).stdout(
        contains("4 records are of an older method")
            .and(contains("heapbook run --output book/records/reference.json")),
    );
    said(&project, &["run", "--quick", "--output", REFERENCE]);
    assert_eq!(counted(&project), (1, 4));
    project
        .heapbook(&["check"])
        .assert()
        .code(0)
        .stdout(contains("All is well."));
}

#[test]
fn another_machines_records_stay_and_are_a_warning() {
    let project = with_others(|_| {});
    project
        .heapbook(&["check"])
        .assert()
        .code(0)
        .stdout(contains("its records are of 2 machines").and(contains("with 1 warning")));
    said(&project, &["run", "--quick", "--output", REFERENCE]);
    assert_eq!(counted(&project), (2, 8));
}
