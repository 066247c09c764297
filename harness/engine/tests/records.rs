//! Files of records: written whole, refused where they are damaged, never lost.

mod common;

use std::fs;
use std::io::Write;
use std::time::Duration;

use common::{corpus, everything, measure, project, python, scenario_toml};
use heapbook_engine::plan::Plan;
use heapbook_engine::project::{Project, ProjectError, Store};
use heapbook_engine::record::{Effort, Records, RecordsError};
use heapbook_engine::runtime::this_machine;
use tempfile::TempDir;

const WORKLOAD: &str = "def one(n):\n    return n\n";

/// A project with a measured scenario whose records are kept and published.
fn measured() -> (TempDir, Project) {
    let root = project(&scenario_toml(&["one"]), WORKLOAD);
    fs::create_dir(root.path().join("book")).unwrap();
    let project = Project::find(root.path()).unwrap();
    let mut store = Store::open(&project, None).unwrap();
    for cell in measure(&corpus(root.path()), Duration::from_secs(10)) {
        store.keep(&this_machine(), cell).unwrap();
    }
    store.publish().unwrap();
    (root, project)
}

#[test]
fn what_is_written_is_read_again() {
    let (_root, project) = measured();
    let records = Records::read(&project.local()).unwrap();
    assert_eq!(records.cells.len(), 2);
    assert_eq!(
        Records::parse(&records.to_json(), &project.local()).unwrap(),
        records
    );
}

#[test]
fn a_truncated_file_is_refused_by_name_and_kept() {
    let (_root, project) = measured();
    let text = fs::read_to_string(project.local()).unwrap();
    let half = &text[..text.len() / 2];
    fs::write(project.local(), half).unwrap();
    let error = Store::open(&project, None).unwrap_err();
    assert!(
        matches!(error, ProjectError::Records(RecordsError::Damaged { .. })),
        "{error}"
    );
    assert!(error.to_string().contains("local.json"), "{error}");
    assert_eq!(fs::read_to_string(project.local()).unwrap(), half);
}

#[test]
fn a_newer_schema_is_refused_by_name_and_kept() {
    let (_root, project) = measured();
    let newer = fs::read_to_string(project.local())
        .unwrap()
        .replace("\"schema\":1", "\"schema\":2");
    fs::write(project.local(), &newer).unwrap();
    let error = Store::open(&project, None).unwrap_err();
    assert!(
        matches!(error, ProjectError::Records(RecordsError::Newer { found: 2, .. })),
        "{error}"
    );
    assert_eq!(fs::read_to_string(project.local()).unwrap(), newer);
}

#[test]
fn a_journal_line_that_was_cut_off_costs_only_itself() {
    let (_root, project) = measured();
    fs::remove_file(project.local()).unwrap();
    let journal = project.scratch().join("journal.jsonl");
    fs::OpenOptions::new()
        .append(true)
        .open(&journal)
        .unwrap()
        .write_all(b"{\"machine\":{")
        .unwrap();
    let store = Store::open(&project, None).unwrap();
    assert_eq!(store.known().cells.len(), 2);
    drop(store);
    let again = Store::open(&project, None).unwrap();
    assert_eq!(again.known().cells.len(), 2, "the remains of the line are gone");
}

#[test]
fn one_run_at_a_time() {
    let (_root, project) = measured();
    let _first = Store::open(&project, None).unwrap();
    assert!(matches!(Store::open(&project, None), Err(ProjectError::Busy)));
}

#[test]
fn an_output_file_leaves_the_local_records_alone_and_gets_what_is_fresh() {
    let (root, project) = measured();
    let before = fs::read_to_string(project.local()).unwrap();
    let output = root.path().join("book/records/other.json");
    let mut store = Store::open(&project, Some(&output)).unwrap();
    let cell = store.known().cells[0].clone();
    store.show(&this_machine(), cell);
    store.publish().unwrap();
    assert_eq!(Records::read(&output).unwrap().cells.len(), 1);
    assert_eq!(fs::read_to_string(project.local()).unwrap(), before);
}

#[test]
fn nothing_is_measured_twice() {
    let (root, project) = measured();
    let records = Records::read(&project.local()).unwrap();
    let planned = |corpus: &heapbook_engine::scenario::Corpus, request, records: &Records| {
        let plan = Plan::of_corpus(corpus, &request, &[python()], &this_machine(), records);
        (plan.cells(), plan.valid.len())
    };
    let unchanged = corpus(root.path());
    assert_eq!(planned(&unchanged, everything(), &records), (0, 2));
    let again = heapbook_engine::plan::Selection {
        remeasure: true,
        ..everything()
    };
    assert_eq!(planned(&unchanged, again, &records), (2, 0));
    let full = heapbook_engine::plan::Selection {
        effort: Effort::Full,
        ..everything()
    };
    assert_eq!(
        planned(&unchanged, full, &records),
        (2, 0),
        "a quick record never satisfies a full run"
    );

    let directory = root.path().join("scenarios/sample");
    let toml = fs::read_to_string(directory.join("scenario.toml")).unwrap();
    fs::write(
        directory.join("scenario.toml"),
        toml.replace("Q?", "Another question?"),
    )
    .unwrap();
    assert_eq!(
        planned(&corpus(root.path()), everything(), &records),
        (0, 2),
        "words are not measured"
    );
    fs::write(directory.join("workload.py"), "def one(n):\n    return n + 0\n").unwrap();
    assert_eq!(
        planned(&corpus(root.path()), everything(), &records),
        (2, 0),
        "code is"
    );

    let mut failed = records.clone();
    failed.cells[0].errors.push(heapbook_engine::record::CellError {
        pass: heapbook_engine::record::Pass::Time,
        process: 0,
        kind: heapbook_engine::record::ErrorKind::Hang,
        message: String::new(),
    });
    assert_eq!(
        planned(&unchanged, everything(), &failed),
        (1, 1),
        "a failed cell is tried again"
    );
}
