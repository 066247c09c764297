//! `heapbook new`, and the book's page that walks through adding a scenario, tried as it is
//! written.

mod common;

use std::path::Path;

use common::{Project, said};
use predicates::prelude::*;
use predicates::str::contains;

#[test]
fn a_new_scenario_passes_check_runs_and_appears_in_list_and_book() {
    let project = Project::new();
    project.measure_reference();
    project
        .heapbook(&["new", "my-scenario"])
        .assert()
        .code(0)
        .stdout(contains("cargo heapbook check"));
    project
        .heapbook(&["check"])
        .assert()
        .code(0)
        .stdout(contains("my-scenario: it has no reference records yet").and(contains("with 1 warning")));
    project.heapbook(&["check", "--complete"]).assert().code(1);
    assert!(said(&project, &["list"]).contains("python.one_by_one"));
    // The binary of this test holds no Rust variant of it; cargo builds that in when it is next
    // run.
    project
        .heapbook(&["run", "my-scenario/python", "--quick"])
        .assert()
        .code(0);
    project.heapbook(&["book"]).assert().code(0);
    let page = project.read("target/book/techniques/my-scenario.html");
    assert!(page.contains("one_by_one") && page.contains("<svg"));
    assert!(project.read("target/book/toc.html").contains("My scenario"));
}

#[test]
fn a_name_that_cannot_be_one_is_refused_and_nothing_is_written() {
    let project = Project::new();
    for (name, words) in [
        ("My_Scenario", "lower-case words of letters, joined by hyphens"),
        ("match", "a keyword of Rust"),
        ("word2-counts", "lower-case words of letters, joined by hyphens"),
        ("sums", "is there already"),
    ] {
        project
            .heapbook(&["new", name])
            .assert()
            .code(2)
            .stderr(contains(words));
    }
    assert_eq!(project.names("scenarios"), ["sums"]);
}

/// A step of the page: a file to write, or a command to run.
#[derive(Debug, PartialEq)]
enum Step {
    File(String, String),
    Command(Vec<String>),
}

/// The steps of a page: a block of code below a line that names a file, and the lines of a
/// console.
fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut file = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("In `") {
            file = rest.split('`').next().map(str::to_owned);
        }
        let Some(language) = line.strip_prefix("```") else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if language == "console" {
            let commands = block
                .iter()
                .filter_map(|line| line.strip_prefix("$ cargo heapbook "));
            steps.extend(commands.map(|line| Step::Command(line.split(' ').map(str::to_owned).collect())));
        } else if let Some(file) = file.take() {
            // mdBook takes the backslash away that keeps a directive from being expanded on this
            // page.
            steps.push(Step::File(
                file,
                format!("{}\n", block.join("\n").replace("\\{{", "{{")),
            ));
        }
    }
    steps
}

#[test]
fn the_page_about_adding_a_scenario_works_as_it_is_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("book/src/adding-a-scenario.md")).unwrap();
    let steps = steps(&page);
    let files = steps.iter().filter(|step| matches!(step, Step::File(..)));
    assert_eq!(files.count(), 4, "{steps:?}");
    assert_eq!(
        steps.last(),
        Some(&Step::Command(vec!["check".to_owned()])),
        "its last step shows that all is well"
    );
    let project = Project::new();
    project.measure_reference();
    for step in steps {
        match step {
            Step::File(path, text) => project.write(&path, &without_rust(&path, &text)),
            // Nobody looks at a browser here.
            Step::Command(words) => {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let words: Vec<&str> = words.into_iter().filter(|word| *word != "--open").collect();
                project.heapbook(&words).assert().code(0);
            }
        }
    }
    project
        .heapbook(&["check"])
        .assert()
        .code(0)
        .stdout(contains("All is well."));
    project.heapbook(&["book"]).assert().code(0);
    let html = project.read("target/book/techniques/joining.html");
    assert!(html.contains("holds"), "the claim is decided by the records");
    assert!(!html.contains("{{#"), "every directive is expanded");
    assert!(!html.contains("hb-stale"), "its records are valid");
    let published = project.cells("book/records/joining.jsonl");
    assert_eq!(published.len(), 2 * 3);
}

/// A file without its Rust variants: this test's binary holds none, where cargo would build them
/// in.
fn without_rust(path: &str, text: &str) -> String {
    if !path.ends_with("scenario.toml") {
        return text.to_owned();
    }
    let tables = text.split("\n[").filter(|table| !table.starts_with("rust."));
    tables.collect::<Vec<_>>().join("\n[")
}
