//! `heapbook check` decides claims on every Python's reference records, and shows what the reader's
//! own say.

mod common;

use std::sync::OnceLock;

use common::{LOCAL, Project, REFERENCE, SCENARIO, WORKLOAD};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;

/// A project with reference records, which were measured once for all tests.
fn measured() -> Project {
    static RECORDS: OnceLock<String> = OnceLock::new();
    let project = Project::new();
    let records = RECORDS.get_or_init(|| {
        project.measure_reference();
        project.read(REFERENCE)
    });
    project.write(REFERENCE, records);
    project
}

/// The reference records with another peak of some cells.
fn with_peaks(project: &Project, peak: impl Fn(&Value) -> Option<i64>) -> Vec<Value> {
    let mut records = project.lines(REFERENCE);
    for cell in &mut records[1..] {
        if let Some(peak) = peak(cell) {
            for process in cell["memory"]["processes"].as_array_mut().unwrap() {
                process["peak_bytes"] = peak.into();
            }
        }
    }
    records
}

/// The peak that contradicts the fixture's claim: more for the generator than for the list.
fn contradicting(cell: &Value) -> Option<i64> {
    (cell["variant"] == "python.produce").then_some(98_765_432)
}

/// Adds the cells of the Python 3.9.18 that contradict the claim.
fn add_an_older_python(project: &Project) {
    let mut records = project.lines(REFERENCE);
    let mut older = with_peaks(project, contradicting).split_off(1);
    for cell in &mut older {
        cell["runtime"]["version"] = "3.9.18".into();
        // Older than what was measured, so that it is not the latest record of its variant.
        cell["measured_at"] = "2026-01-01T00:00:00Z".into();
    }
    records.append(&mut older);
    project.write_lines(REFERENCE, &records);
}

#[test]
fn a_claim_is_decided_on_every_pythons_records() {
    let project = measured();
    project.heapbook(&["check"]).assert().code(0);
    add_an_older_python(&project);
    project.heapbook(&["check"]).assert().code(1).stdout(
        contains("scenarios/sums/scenario.toml:13: the claim `list-is-larger` was expected to hold, and it fails (CPython 3.9.18)")
            .and(contains("python.produce 98,765,432 bytes at n = 1,000"))
            .and(contains("1 finding.")),
    );
    let narrower = format!("{SCENARIO}python = \">=3.10\"\n");
    project.scenario("sums", &narrower, WORKLOAD);
    project
        .heapbook(&["check"])
        .assert()
        .code(0)
        .stdout(contains("All is well."));
}

#[test]
fn a_claim_expected_to_fail_is_a_finding_where_it_holds() {
    let project = measured();
    let expected = format!("{SCENARIO}expect = \"fails\"\npython = \"<3.10\"\n");
    project.scenario("sums", &expected, WORKLOAD);
    project.heapbook(&["check"]).assert().code(0);
    add_an_older_python(&project);
    project.heapbook(&["check"]).assert().code(0);
    let everywhere = format!("{SCENARIO}expect = \"fails\"\n");
    project.scenario("sums", &everywhere, WORKLOAD);
    project
        .heapbook(&["check"])
        .assert()
        .code(1)
        .stdout(contains("was expected to fail, and it holds (CPython 3.").and(contains("1 finding.")));
}

#[test]
fn a_mistake_in_a_published_scenario_is_one_finding() {
    let project = measured();
    let page = "# Sums\n\n{{#table sums}}\n";
    project.write("book/src/sums.md", page);
    project.write("book/src/SUMMARY.md", "- [Sums](sums.md)\n");
    let misspelt = SCENARIO.replace("metric = \"peak\"", "metric = \"peek\"");
    assert_ne!(misspelt, SCENARIO);
    project.scenario("sums", &misspelt, WORKLOAD);
    // Its records and its page are not judged until the file is mended.
    project
        .heapbook(&["check"])
        .assert()
        .code(1)
        .stdout(contains("1 finding.").and(contains("is not a cell").not()));
}

#[test]
fn what_fails_on_the_readers_machine_is_shown_and_no_error() {
    let project = measured();
    project.write_lines(LOCAL, &with_peaks(&project, contradicting));
    project.heapbook(&["check"]).assert().code(0).stdout(
        contains("warning: the claim `list-is-larger` was expected to hold, and it fails on your machine (CPython 3.")
            .and(contains("python.produce 98,765,432 bytes"))
            .and(contains("All is well, with 1 warning.")),
    );
    let output = project.heapbook(&["check", "--json"]).assert().code(0);
    let findings: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(findings[0]["severity"], "warning");
    assert_eq!(findings[0]["line"], 13);
}

#[test]
fn a_claim_that_cannot_be_told_is_a_warning() {
    let project = measured();
    let text = SCENARIO.replace("less_than = { of = \"python.build\" }", "growth = \"constant\"");
    project.scenario("sums", &text, WORKLOAD);
    let differ = |cell: &Value| (cell["n"] == 100).then_some(700).or(Some(900));
    project.write_lines(REFERENCE, &with_peaks(&project, differ));
    project.heapbook(&["check"]).assert().code(0).stdout(
        contains("was expected to hold, and the records cannot tell (CPython 3.").and(contains(
            "each growth misses: constant by 12 %, logarithmic by 0 %",
        )),
    );
}

#[test]
fn a_claim_at_every_size_names_the_size_that_decided() {
    let project = measured();
    let text = SCENARIO.replace(
        "less_than = { of = \"python.build\" }",
        "at_most = 500_000\nat = \"all\"",
    );
    project.scenario("sums", &text, WORKLOAD);
    project.heapbook(&["check"]).assert().code(0);
    let one = |cell: &Value| (cell["n"] == 100).then_some(500_001);
    project.write_lines(REFERENCE, &with_peaks(&project, one));
    project.heapbook(&["check"]).assert().code(1).stdout(
        contains("peak: python.produce 500,001 bytes at n = 100\n").and(contains("n = 1,000\n").not()),
    );
}

#[test]
fn records_of_every_python_must_be_valid() {
    let project = measured();
    let mut records = project.lines(REFERENCE);
    let mut older = records[1..].to_vec();
    for cell in &mut older {
        cell["runtime"]["version"] = "3.9.18".into();
        cell["source"] = "0123456789abcdef".into();
        cell["measured_at"] = "2026-01-01T00:00:00Z".into();
    }
    records.append(&mut older);
    project.write_lines(REFERENCE, &records);
    project.heapbook(&["check"]).assert().code(1).stdout(
        contains("sums/python.produce: its records are of other code on Python 3.9.18")
            .and(contains("2 findings.")),
    );
}

#[test]
fn a_complete_reference_holds_every_python_that_the_book_names() {
    let project = measured();
    let settings = project.read("book/book.toml");
    let with = |pythons: &str| {
        let key = format!("[preprocessor.heapbook]\nreference-pythons = {pythons}\n");
        project.write(
            "book/book.toml",
            &settings.replace("[preprocessor.heapbook]\n", &key),
        );
    };
    let missing = "sums: it has no reference records of CPython ";
    add_an_older_python(&project);
    with("[\"3.9\", \"3.999\"]");
    let complete = || project.heapbook(&["check", "--complete"]).assert().code(1);
    complete().stdout(contains(format!("{missing}3.999")).and(contains(format!("{missing}3.9\n")).not()));
    // A scenario that is not for that version needs none.
    let newer = SCENARIO.replace("\n[[claim]]", "python = \"<3.999\"\n\n[[claim]]");
    let newer = newer.replace("\n[python.produce]", "python = \"<3.999\"\n\n[python.produce]");
    project.scenario("sums", &newer, WORKLOAD);
    complete().stdout(contains(missing).not());
    with("3.14");
    project.heapbook(&["check"]).assert().code(2).stderr(contains(
        "`preprocessor.heapbook.reference-pythons` must be texts like [\"3.14\"]",
    ));
}

#[test]
fn a_question_that_the_records_cannot_answer_is_a_warning_with_its_line() {
    let project = measured();
    let asking = format!(
        "{SCENARIO}\n[[predict]]\nask = \"Which keeps most?\"\nmetric = \"retained\"\nmost = [\"python.build\", \"python.produce\"]\n"
    );
    project.scenario("sums", &asking, WORKLOAD);
    let line = SCENARIO.lines().count() + 3;
    project.heapbook(&["check"]).assert().code(0).stdout(contains(format!(
        "scenarios/sums/scenario.toml:{line}: warning: the question `sums:which-keeps-most` withdraws itself"
    )));
}
