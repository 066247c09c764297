//! What a run does not do again, by counts: workers started and cells measured. And what does not
//! depend on how a run is done: side by side, in parts.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::{Project, SCENARIO, WORKLOAD, said, workers_started};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;

#[test]
fn with_nothing_changed_no_worker_is_started() {
    let project = Project::new();
    let first = said(&project, &["run", "--quick"]);
    assert!(workers_started(&first) > 0, "{first}");
    let second = said(&project, &["run", "--quick"]);
    assert!(
        second.contains("0 of 0 cells measured, 0 failed. Workers started: 0."),
        "{second}"
    );
}

#[test]
fn after_an_edit_only_that_scenarios_cells_of_that_language_are_measured() {
    let project = Project::new();
    // A scenario of the real corpus: this binary has its Rust variants.
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/generators");
    let text = |name: &str| fs::read_to_string(real.join(name)).unwrap();
    let toml = text("scenario.toml");
    // Claims on growth need more sizes, and the rule rests on a claim.
    let (toml, _) = toml.split_once("[rule]").unwrap();
    let toml = toml
        .lines()
        .map(|line| match line.split_once('=').map(|(key, _)| key.trim()) {
            Some("sizes") => "sizes = [10, 100]".to_owned(),
            Some("headline") => "headline = 100".to_owned(),
            _ => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    project.scenario("generators", &toml, &text("workload.py"));
    project.write("scenarios/generators/workload.rs", &text("workload.rs"));
    let variants = |language: &str| toml.matches(&format!("\n[{language}.")).count();
    let (python, rust) = (variants("python"), variants("rust"));
    assert!(python > 0 && rust > 0);

    let first = said(&project, &["run", "--quick"]);
    let all = 2 * (python + rust) + 4;
    assert!(
        first.contains(&format!("{all} of {all} cells measured")),
        "{first}"
    );

    project.write(
        "scenarios/generators/workload.py",
        &format!("{}\n\nEDITED = 1\n", text("workload.py")),
    );
    let edited = said(&project, &["run", "--quick"]);
    assert!(
        edited.contains(&format!("{} of {} cells measured", 2 * python, 2 * python)),
        "{edited}"
    );
    // Another result than that of the other language, whose records still stand, is a failure, and
    // stays one. A quick run compares results at the smallest size.
    let wrong = text("workload.py")
        .replace("return sum(", "return 1 + sum(")
        .replace("return (sum(", "return 1 + (sum(");
    assert_eq!(wrong.matches("return 1 + ").count(), python, "{wrong}");
    project.write("scenarios/generators/workload.py", &wrong);
    for _ in 0..2 {
        let failed = project.heapbook(&["run", "--quick"]).assert().code(1);
        let said = String::from_utf8_lossy(&failed.get_output().stdout).into_owned();
        assert!(said.contains(&format!("{python} failed")), "{said}");
    }
    project.write("scenarios/generators/workload.py", &text("workload.py"));
    said(&project, &["run", "--quick"]);

    // Words are not measured, and neither is a claim.
    project.scenario(
        "sums",
        &SCENARIO
            .replace("Which one?", "Which of them?")
            .replace("The list needs", "A list needs"),
        WORKLOAD,
    );
    assert_eq!(workers_started(&said(&project, &["run", "--quick"])), 0);
}

/// The cells of a folder of records.
fn cells(project: &Project, folder: &str) -> Vec<Value> {
    let files = project.names(folder).into_iter();
    files
        .flat_map(|name| project.cells(&format!("{folder}/{name}")))
        .collect()
}

/// A folder's files as they are.
fn texts(project: &Project, folder: &str) -> Vec<String> {
    let files = project.names(folder).into_iter();
    files
        .map(|name| project.read(&format!("{folder}/{name}")))
        .collect()
}

/// The accounts of a cell's processes, without the memory that the ledger itself took: that
/// depends on where the system placed things.
fn accounts(cell: &Value) -> Vec<Value> {
    let mut accounts = cell["memory"]["processes"].as_array().unwrap().clone();
    for account in &mut accounts {
        account.as_object_mut().unwrap().remove("ledger_bytes");
    }
    accounts
}

/// Which cell of the corpus a record is of.
fn place(cell: &Value) -> String {
    format!("{}/{} n={}", cell["scenario"], cell["variant"], cell["n"])
}

#[test]
fn side_by_side_the_exact_figures_are_the_same() {
    let project = Project::new();
    project
        .heapbook(&["run", "--quick", "--output", "alone"])
        .assert()
        .code(0);
    project
        .heapbook(&[
            "run",
            "--quick",
            "--remeasure",
            "--jobs",
            "4",
            "--output",
            "beside",
        ])
        .assert()
        .code(0);
    let (alone, beside) = (cells(&project, "alone"), cells(&project, "beside"));
    assert_eq!(alone.len(), 4);
    for (one, other) in alone.iter().zip(&beside) {
        assert_eq!(place(one), place(other));
        let figures = accounts(one);
        assert!(figures[0]["allocations"].as_u64().unwrap() > 0);
        assert_eq!(figures, accounts(other));
        assert_eq!(one["lines"], other["lines"]);
    }
}

#[test]
fn shards_are_the_whole_together_and_merge_joins_them() {
    let project = Project::new();
    for slug in ["one", "two", "three"] {
        project.scenario(slug, SCENARIO, WORKLOAD);
    }
    let mut parts = Vec::new();
    for part in 1..=3 {
        let file = format!("shard-{part}");
        project
            .heapbook(&[
                "run",
                "--quick",
                "--shard",
                &format!("{part}/3"),
                "--output",
                &file,
            ])
            .assert()
            .code(0);
        parts.push(file);
    }
    let places: Vec<BTreeSet<String>> = parts
        .iter()
        .map(|file| cells(&project, file).iter().map(place).collect())
        .collect();
    assert!(places.iter().all(|part| !part.is_empty()), "{places:?}");
    let union: BTreeSet<&String> = places.iter().flatten().collect();
    assert_eq!(union.len(), 16, "all cells");
    assert_eq!(places.iter().map(BTreeSet::len).sum::<usize>(), 16, "each once");

    let merge = |files: &[&str]| {
        let mut arguments = vec!["merge"];
        arguments.extend(files);
        arguments.extend(["--output", "joined"]);
        project.heapbook(&arguments).assert()
    };
    merge(&["shard-1", "shard-2", "shard-3"])
        .code(0)
        .stdout(contains("16 cells of 1 machine written"));
    let joined = texts(&project, "joined");
    merge(&["shard-3", "shard-1", "shard-2", "shard-1"]).code(0);
    assert_eq!(texts(&project, "joined"), joined, "the order makes no difference");

    let file = format!("shard-1/{}", project.names("shard-1")[0]);
    let other = project
        .read(&file)
        .replacen("\"allocations\":", "\"allocations\":1", 1);
    project.write("contradictory.jsonl", &other);
    merge(&["shard-1", "contradictory.jsonl"])
        .code(1)
        .stderr(contains("shard-1 and contradictory.jsonl contradict").and(contains("allocations = ")));
    assert_eq!(texts(&project, "joined"), joined, "nothing was written");

    let machine = project.cells(&file)[0]["machine"].as_str().unwrap().to_owned();
    project.write("elsewhere.jsonl", &other.replace(&machine, "another-machine"));
    merge(&[&file, "elsewhere.jsonl"])
        .code(0)
        .stdout(contains("of 2 machines"));
    let both = file.replace("shard-1", "joined");
    assert_eq!(project.cells(&both).len(), 2 * project.cells(&file).len());
}

#[test]
fn a_part_without_work_is_no_failure() {
    let project = Project::new();
    project
        .heapbook(&["run", "--quick", "--shard", "2/2", "--output", "empty"])
        .assert()
        .code(0)
        .stdout(contains("There is nothing to measure here.").and(contains("Workers started: 0.")));
    assert_eq!(
        cells(&project, "empty").len(),
        0,
        "the folder is there to be merged"
    );
    for (shard, reason) in [
        ("0/2", "invalid shard `0/2`"),
        ("3/2", "invalid shard `3/2`"),
        ("half", "expected INDEX/COUNT, such as 2/4"),
    ] {
        project
            .heapbook(&["run", "--shard", shard])
            .assert()
            .code(2)
            .stderr(contains(reason));
    }
}

#[test]
fn merge_names_a_file_that_is_no_records_file() {
    let project = Project::new();
    project.write("text.jsonl", "{\"schema\":1}");
    for file in ["text.jsonl", "missing"] {
        project
            .heapbook(&["merge", file, "--output", "joined"])
            .assert()
            .code(2)
            .stderr(contains(file));
    }
    assert!(!project.path("joined").exists());
}
