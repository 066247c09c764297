//! `heapbook export`, `completions` and `man`, through the real binary.

mod common;

use common::{Project, said};
use predicates::str::contains;
use serde_json::Value;

fn measured() -> Project {
    let project = Project::new();
    project.heapbook(&["run", "--quick"]).assert().code(0);
    project
}

#[test]
fn figures_are_exported_in_every_form() {
    let project = measured();
    let form = |form: &str| said(&project, &["export", "--format", form]);
    let peak = |value: &Value| value.as_f64().unwrap();

    let json: Value = serde_json::from_str(&form("json")).unwrap();
    let found = json.as_array().unwrap().iter().find(|figure| {
        figure["variant"] == "python.build" && figure["n"] == 1_000 && figure["metric"] == "peak"
    });
    let found = found.unwrap();
    assert_eq!(found["unit"], "bytes");
    assert!(found["low"].is_null(), "an exact figure has no interval: {found}");

    let csv = form("csv");
    let line = csv
        .lines()
        .find(|line| line.starts_with("sums,python.build,1000,") && line.contains(",peak,bytes,"));
    let value = line.unwrap().split(',').nth(8).unwrap();
    assert_eq!(value.parse::<f64>().unwrap(), peak(&found["value"]));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    Project::new()
        .heapbook(&["export", "--format", "csv", "missing"])
        .assert()
        .code(2)
        .stderr(contains("missing"));
}

#[test]
fn shells_and_man_know_every_command() {
    let project = Project::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            said(&project, &["completions", shell]).contains("leaks"),
            "{shell}"
        );
    }
    let page = said(&project, &["man"]);
    assert!(
        page.contains(".TH heapbook 1") && page.contains("heapbook\\-try"),
        "{page}"
    );
}
