//! `heapbook compare` through the real binary, on committed records.

mod common;

use std::path::PathBuf;

use assert_cmd::Command;
use common::Project;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::{contains, is_empty};
use serde_json::Value;

fn fixture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    path.to_str().unwrap().to_owned()
}

/// The command, started outside any project.
fn compare(old: &str, new: &str, options: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("heapbook"));
    command
        .current_dir(std::env::temp_dir())
        .args(["compare", &fixture(old), &fixture(new)])
        .args(options);
    command
}

fn shown(old: &str, new: &str, options: &[&str], status: i32) -> String {
    let assert = compare(old, new, options).assert().code(status);
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

#[test]
fn as_text() {
    insta::assert_snapshot!(shown("old.jsonl", "new.jsonl", &[], 1));
}

#[test]
fn as_text_with_everything() {
    insta::assert_snapshot!(shown("old.jsonl", "new.jsonl", &["--all"], 1));
}

#[test]
fn as_markdown() {
    insta::assert_snapshot!(shown("old.jsonl", "new.jsonl", &["--markdown"], 1));
}

#[test]
fn as_json() {
    let text = shown("old.jsonl", "new.jsonl", &["--json"], 1);
    let whole: Value = serde_json::from_str(&text).unwrap();
    let mut first = whole.clone();
    // One cell in full is enough to show the form.
    first["compared"].as_array_mut().unwrap().truncate(1);
    insta::assert_snapshot!(serde_json::to_string_pretty(&first).unwrap());
    let regressions = whole["compared"].as_array().unwrap().iter().flat_map(|cell| {
        let figures = cell["figures"].as_array().unwrap().iter();
        figures
            .filter(|figure| figure["regression"] == true)
            .map(|_| ())
            .chain((cell["failed_in"] == "new").then_some(()))
    });
    assert_eq!(whole["regressions"], regressions.count());
}

#[test]
fn records_compared_with_themselves_are_equal() {
    compare("old.jsonl", "old.jsonl", &[])
        .assert()
        .code(0)
        .stdout(contains("0 more, 0 less").and(contains("0 regressions beyond 5 %")));
}

#[test]
fn the_threshold_decides_what_is_a_regression() {
    // A cell that fails now is a regression at any threshold, so it stays out of these files.
    let project = Project::new();
    let whole = std::fs::read_to_string(fixture("new.jsonl")).unwrap();
    let kept: Vec<&str> = whole
        .lines()
        .filter(|line| !line.contains("\"errors\""))
        .collect();
    project.write("new.jsonl", &format!("{}\n", kept.join("\n")));
    let old = fixture("old.jsonl");
    for (threshold, status) in [("0", 1), ("5", 1), ("19", 1), ("35", 0)] {
        project
            .heapbook(&["compare", &old, "new.jsonl", "--threshold", threshold])
            .assert()
            .code(status);
    }
    project
        .heapbook(&["compare", "new.jsonl", &old, "--threshold", "0"])
        .assert()
        .code(1)
        .stdout(contains("2 regressions beyond 0 %"));
    project
        .heapbook(&["compare", &old, "new.jsonl", "--threshold", "-1"])
        .assert()
        .code(2)
        .stderr(contains("expected a percentage from 0 up"));
}

#[test]
fn what_depends_on_no_machine_is_compared_across_machines() {
    let said = shown("old.jsonl", "elsewhere.jsonl", &["--all"], 0);
    assert!(
        said.contains("are not compared, since the machines differ: Example CPU"),
        "{said}"
    );
    let table: Vec<&str> = said.lines().take_while(|line| !line.is_empty()).collect();
    assert!(
        table
            .iter()
            .any(|line| line.contains(" peak ") && line.ends_with("equal")),
        "{said}"
    );
    for per_machine in [" time ", " resident "] {
        assert!(!table.iter().any(|line| line.contains(per_machine)), "{said}");
    }
}

#[test]
fn files_that_are_no_records_are_named_in_a_sentence() {
    let project = Project::new();
    project.write("empty.jsonl", "");
    project.write("other.jsonl", "{\"name\": \"x\"}");
    project.write("newer.jsonl", "{\"form\":99,\"machines\":{}}\n");
    let old = fixture("old.jsonl");
    for (file, reason) in [
        ("missing", "there are no records at missing: name two folders"),
        ("empty.jsonl", "empty.jsonl is not a records file"),
        ("other.jsonl", "other.jsonl is not a records file"),
        ("newer.jsonl", "newer.jsonl has form 99"),
        ("book", "there are no records at book"),
    ] {
        for (left, right) in [(old.as_str(), file), (file, old.as_str())] {
            project
                .heapbook(&["compare", left, right])
                .assert()
                .code(2)
                .stdout(is_empty())
                .stderr(contains(reason));
        }
    }
}

#[test]
fn a_hostile_name_steers_neither_terminal_nor_page() {
    let project = Project::new();
    for file in ["old.jsonl", "new.jsonl"] {
        let hostile = std::fs::read_to_string(fixture(file))
            .unwrap()
            .replace("python.build_list", "python.\\u001b[2Jx|<b>");
        project.write(file, &hostile);
    }
    project
        .heapbook(&["compare", "old.jsonl", "new.jsonl"])
        .assert()
        .code(1)
        .stdout(contains("\u{1b}").not());
    project
        .heapbook(&["compare", "old.jsonl", "new.jsonl", "--markdown"])
        .assert()
        .code(1)
        .stdout(contains("x\\|\\<b\\>").and(contains("x|<b>").not()));
}
