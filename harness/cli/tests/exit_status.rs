//! The binary's exit statuses, and what it says: 0 fine, 1 a finding, 2 usage or environment.

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use common::{LOCAL, Project, SCENARIO, WORKLOAD};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

#[test]
fn a_run_measures_once_and_then_finds_everything_fresh() {
    let project = Project::new();
    project
        .heapbook(&["run", "--quick"])
        .assert()
        .code(0)
        .stdout(contains("4 of 4 cells measured, 0 failed."));
    let saved = project.read(LOCAL);
    project
        .heapbook(&["run", "--quick"])
        .assert()
        .code(0)
        .stdout(contains("All 4 cells have a valid record"));
    assert_eq!(project.read(LOCAL), saved);
    project
        .heapbook(&["run", "--quick", "--remeasure", "python.build"])
        .assert()
        .code(0)
        .stdout(contains("2 of 2 cells"));
}

#[test]
fn a_failed_cell_is_a_finding_and_the_others_are_measured() {
    let project = Project::new();
    project.scenario(
        "broken",
        &SCENARIO.replace("Sums", "Broken"),
        &WORKLOAD.replace("sum([", "sums(["),
    );
    project
        .heapbook(&["run", "--quick"])
        .assert()
        .code(1)
        .stdout(contains("6 of 8 cells measured, 2 failed."))
        .stderr(contains("NameError").and(contains("broken/python.build n=100")));
    assert!(
        project
            .read("book/records/local/broken.jsonl")
            .contains("NameError")
    );
}

#[test]
fn a_syntax_error_in_a_workload_fails_its_cells_only() {
    let project = Project::new();
    project.scenario("broken", SCENARIO, &format!("{WORKLOAD}\n\ndef (:\n"));
    project
        .heapbook(&["run", "--quick"])
        .assert()
        .code(1)
        .stderr(contains("SyntaxError"));
    assert_eq!(project.cells(LOCAL).len(), 4);
}

#[test]
fn check_wants_records_and_then_is_content() {
    let project = Project::new();
    project
        .heapbook(&["check", "--complete"])
        .assert()
        .code(1)
        .stdout(contains("sums: it has no reference records yet"));
    project
        .heapbook(&["check"])
        .assert()
        .code(0)
        .stdout(contains("warning: sums: it has no reference records yet"));
    project.measure_reference();
    project
        .heapbook(&["check"])
        .assert()
        .code(0)
        .stdout(contains("All is well."));
    project.scenario("sums", SCENARIO, &WORKLOAD.replace("i * i", "i * i * 1"));
    project
        .heapbook(&["check"])
        .assert()
        .code(1)
        .stdout(contains("its records are of other code"));
}

#[test]
fn check_finds_a_claim_that_the_records_contradict() {
    let project = Project::new();
    project.measure_reference();
    let contradicted = SCENARIO.replace(
        "of = \"python.produce\"\nless_than = { of = \"python.build\" }",
        "of = \"python.build\"\nless_than = { of = \"python.produce\" }",
    );
    project.scenario("sums", &contradicted, WORKLOAD);
    project
        .heapbook(&["check"])
        .assert()
        .code(1)
        .stdout(contains("was expected to hold, and it fails"));
    project.scenario("sums", &format!("{contradicted}expect = \"fails\"\n"), WORKLOAD);
    project.heapbook(&["check"]).assert().code(0);
}

#[test]
fn check_shows_a_bad_file_with_its_line() {
    let project = Project::new();
    project.scenario(
        "sums",
        &SCENARIO.replace("headline = 1_000", "headline = 7"),
        WORKLOAD,
    );
    project
        .heapbook(&["check"])
        .assert()
        .code(1)
        .stderr(contains("scenarios/sums/scenario.toml:4"));
    project
        .heapbook(&["check", "--json"])
        .assert()
        .code(1)
        .stdout(contains("\"line\": 4"));
}

#[test]
fn check_finds_a_directive_about_nothing() {
    let project = Project::new();
    project.page("# Sums\n\n{{#table sum}}\n");
    project
        .heapbook(&["check"])
        .assert()
        .code(1)
        .stdout(contains("book/src/sums.md:3"));
}

#[test]
fn list_names_every_variant() {
    let project = Project::new();
    project
        .heapbook(&["list"])
        .assert()
        .code(0)
        .stdout(contains("python.build").and(contains("missing")));
    let output = project
        .heapbook(&["list", "--json"])
        .assert()
        .code(0)
        .get_output()
        .stdout
        .clone();
    let listed: serde_json::Value = serde_json::from_slice(&output).unwrap();
    assert_eq!(listed[0]["variants"][1]["name"], "python.produce");
}

#[test]
fn a_filter_that_matches_nothing_is_usage() {
    Project::new()
        .heapbook(&["run", "nonsense"])
        .assert()
        .code(2)
        .stderr(contains("no cell matches `nonsense`"));
}

#[test]
fn an_unknown_command_is_usage() {
    Project::new().heapbook(&["walk"]).assert().code(2);
}

#[test]
fn outside_a_project_it_says_where_it_looked() {
    let elsewhere = tempfile::tempdir().unwrap();
    let project = Project::new();
    project
        .heapbook(&["list", "--root", elsewhere.path().to_str().unwrap()])
        .assert()
        .code(2)
        .stderr(contains("pass --root PATH"));
}

#[test]
fn an_interpreter_that_is_none_is_refused_in_a_sentence() {
    let project = Project::new();
    let refused = |python: &str, reason: &str| {
        project
            .heapbook(&["run", "--python", python])
            .assert()
            .code(2)
            .stderr(contains(reason.to_owned()));
        assert!(
            !project.path("book/records/local").exists(),
            "nothing is half-written"
        );
        assert!(
            !project.path("target/heapbook/journal.jsonl").exists(),
            "nothing is half-written"
        );
    };
    refused(
        "no-such-python",
        "`no-such-python` cannot be started (No such file",
    );
    refused("/", "`/` cannot be started (Permission denied");
    refused(
        "true",
        "`true` does not answer as a Python interpreter does (exit status: 0)",
    );
    for (implementation, minor, free_threaded, what) in [
        ("CPython", 10, false, "is CPython 3.10.0, which is too old"),
        (
            "PyPy",
            11,
            false,
            "is PyPy 3.11.0, and heapbook measures CPython's allocators only",
        ),
        (
            "GraalVM",
            12,
            false,
            "is GraalVM 3.12.0, and heapbook measures CPython's allocators only",
        ),
        (
            "CPython",
            14,
            true,
            "is a free-threaded build of CPython 3.14.0, which heapbook cannot measure",
        ),
    ] {
        let advice = ": install an ordinary CPython, 3.11 or newer, or pass one with --python PATH";
        let path = interpreter(&project, implementation, 3, minor, free_threaded);
        refused(&path, &format!("heapbook: `{path}` {what}{advice}\n"));
    }
}

/// A program that answers as an interpreter of this kind does.
fn interpreter(
    project: &Project,
    implementation: &str,
    major: u32,
    minor: u32,
    free_threaded: bool,
) -> String {
    let answer = serde_json::json!({
        "executable": b"/nowhere", "language": "python", "implementation": implementation,
        "version": format!("{major}.{minor}.0"), "major": major, "minor": minor, "build": "",
        "free_threaded": free_threaded, "packages": {}
    });
    let name = format!("python-{implementation}-{minor}");
    project.write(&name, &format!("#!/bin/sh\necho '{answer}'\n"));
    let path = project.path(&name);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn without_python3_on_the_path_it_says_what_to_install() {
    let project = Project::new();
    project
        .heapbook(&["run"])
        .env("PATH", "")
        .assert()
        .code(2)
        .stderr(contains("install an ordinary CPython, 3.11 or newer"));
    project
        .heapbook(&[])
        .env("PATH", "")
        .assert()
        .code(2)
        .stderr(contains("--python PATH"));
}

#[test]
fn a_damaged_or_newer_records_file_is_refused_by_name_and_kept() {
    for text in [
        "{\"form\":2,\"machines\":{",
        "{\"form\":99,\"machines\":{}}\n",
        "",
    ] {
        let project = Project::new();
        project.write(LOCAL, text);
        for command in [&["run", "--quick"][..], &["list"], &["book"]] {
            project
                .heapbook(command)
                .assert()
                .code(2)
                .stderr(contains("sums.jsonl"));
        }
        assert_eq!(project.read(LOCAL), text);
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    // A file where a folder must be: refused whoever runs the test, the superuser too.
    let project = Project::new();
    project.write("target", "in the way");
    project
        .heapbook(&["run", "--quick"])
        .assert()
        .code(2)
        .stderr(contains("cannot write below").and(contains("target/heapbook")));
}

#[test]
fn the_tour_measures_and_builds_the_book() {
    let project = Project::new();
    project
        .heapbook(&[])
        .assert()
        .code(0)
        .stdout(contains("index.html").and(contains("mdbook serve book")));
    assert!(project.read("target/book/index.html").contains("<table"));
}

#[test]
fn the_preprocessor_answers_mdbook() {
    let project = Project::new();
    project
        .heapbook(&["preprocess", "supports", "html"])
        .assert()
        .code(0);
    project
        .heapbook(&["preprocess", "supports", "epub"])
        .assert()
        .code(1);
    project
        .heapbook(&["preprocess"])
        .write_stdin("no book")
        .assert()
        .code(2)
        .stderr(contains("mdBook calls this command"));
}
