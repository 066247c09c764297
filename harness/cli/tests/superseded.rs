//! Records of an older method or of another machine beside those of the same cells: `check` reports
//! the former, and publishing leaves them out.

mod common;

use common::{LOCAL, Project, REFERENCE, said};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

/// A project whose reference has each cell a second time, of another machine.
fn with_others(change: fn(&mut Value)) -> Project {
    let project = Project::new();
    project.measure_reference();
    // The reader's own, of a full run as far as anything tells.
    project.write(LOCAL, &project.read(REFERENCE));
    let mut lines = project.lines(REFERENCE);
    let machines = lines[0]["machines"].as_object_mut().unwrap();
    let machine = machines.values().next().unwrap().clone();
    machines.insert("000000000000".to_owned(), machine);
    let mut others = lines[1..].to_vec();
    for cell in &mut others {
        cell["machine"] = "000000000000".into();
        cell["measured_at"] = "2026-01-01T00:00:00Z".into();
        change(cell);
    }
    lines.append(&mut others);
    project.write_lines(REFERENCE, &lines);
    project
}

/// How many machines and cells the reference has.
fn counted(project: &Project) -> (usize, usize) {
    let lines = project.lines(REFERENCE);
    (lines[0]["machines"].as_object().unwrap().len(), lines.len() - 1)
}

#[test]
fn an_older_methods_records_are_reported_and_left_out_when_publishing() {
    let project = with_others(|cell| cell["method"] = 1.into());
    assert_eq!(counted(&project), (2, 8));
    project
        .heapbook(&["check"])
        .assert()
        .code(1)
        .stdout(contains("4 records are of an older method").and(contains("cargo heapbook publish sums")));
    said(&project, &["publish"]);
    assert_eq!(counted(&project), (1, 4));
    project
        .heapbook(&["check"])
        .assert()
        .code(0)
        .stdout(contains("All is well."));
}

#[test]
fn what_publishing_removes_is_said() {
    let project = with_others(|cell| cell["method"] = 1.into());
    let filter = "sums/python.build";
    project
        .heapbook(&["publish", filter])
        .assert()
        .code(0)
        .stderr(contains(
            "2 published cells removed from it: of other code or an older method",
        ));
    project
        .heapbook(&["publish", filter])
        .assert()
        .code(0)
        .stderr(contains("removed").not());
}

#[test]
fn another_machines_records_are_no_warning_until_ones_own_replace_them() {
    let project = with_others(|_| {});
    project
        .heapbook(&["check"])
        .assert()
        .code(0)
        .stdout(contains("All is well."));
    said(&project, &["publish", "sums/python.build"]);
    assert_eq!(counted(&project), (2, 6), "the other variant's stay");
    said(&project, &["publish"]);
    assert_eq!(counted(&project), (1, 4));
}

#[test]
fn records_that_were_published_change_no_exact_figure_when_published_again() {
    let project = Project::new();
    project.measure_reference();
    project.write(LOCAL, &project.read(REFERENCE));
    said(&project, &["publish"]);
    let before = project.read(REFERENCE);
    said(&project, &["publish"]);
    assert_eq!(project.read(REFERENCE), before);
    let cell = &project.cells(REFERENCE)[0];
    let time = &cell["time"]["processes"][0];
    assert!(
        time.get("slice_ns").is_none() && time.get("order_seed").is_none(),
        "{time}"
    );
}

#[test]
fn quick_and_failed_records_are_left_out_by_name() {
    let project = Project::new();
    project.heapbook(&["run", "--quick"]).assert().code(0);
    project.heapbook(&["publish"]).assert().code(1).stderr(
        contains("left out: sums/python.build n=100 on CPython")
            .and(contains("its record is quick"))
            .and(contains("in a full run: cargo heapbook run")),
    );
    assert!(!project.path(REFERENCE).exists());
    project
        .heapbook(&["publish", "nothing"])
        .assert()
        .code(2)
        .stderr(contains("no cell matches `nothing`"));
}
