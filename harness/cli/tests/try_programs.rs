//! `heapbook try`: programs of the user's own, through the real binary.

mod common;

use common::Project;
use predicates::str::contains;

#[test]
fn two_snippets_are_compared_by_exact_figures() {
    let project = Project::new();
    let arguments = ["try", "-n", "1000,2000,4000", "[1] * n", "bytes(n)"];
    let run = project.heapbook(&arguments).assert().code(0);
    let said = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    assert!(said.contains("[1] [1] * n\n[2] bytes(n)\n"), "{said}");
    // A list's header, the collector's two words before it, and a pointer for each element.
    assert!(said.contains("[1] peak: linear, 8 bytes an element"), "{said}");
    assert!(said.contains("[2] peak: linear, 1 byte an element"), "{said}");
    let rows: Vec<&str> = said.lines().filter(|line| line.contains("  [2]  ")).collect();
    assert_eq!(rows.len(), 3, "{said}");
    assert!(rows.iter().all(|row| row.contains("less")), "{said}");
    assert!(said.contains("The results differ at n = 1,000"), "{said}");
}

#[test]
fn a_program_that_fails_is_shown_once_and_the_other_is_measured() {
    let project = Project::new();
    let run = project
        .heapbook(&["try", "-n", "10,20", "bytes(n)", "missing(n)"])
        .assert()
        .code(1);
    let said = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    assert_eq!(said.matches("NameError").count(), 1, "{said}");
    assert_eq!(
        said.lines().filter(|line| line.contains("  [1]  ")).count(),
        2,
        "{said}"
    );
}

#[test]
fn a_function_of_a_file_finds_what_lies_beside_it() {
    let project = Project::new();
    project.write("mine/numbers.py", "FACTOR = 3\n");
    project.write(
        "mine/app.py",
        "from numbers import FACTOR\n\n\ndef load(n):\n    return FACTOR * n\n",
    );
    let program = format!("{}:load", project.path("mine/app.py").display());
    project
        .heapbook(&["try", "-n", "10", &program])
        .assert()
        .code(0)
        .stdout(contains("app.py:load"));
}

#[test]
fn what_cannot_be_measured_is_refused_with_what_to_write() {
    let project = Project::new();
    for (arguments, words) in [
        (["try", "-n", "-5", "n"], "it must be 1 or more"),
        (["try", "-n", "1e99", "n"], "it is above 1e12"),
        (["try", "-n", "abc", "n"], "it is no number"),
        (
            ["try", "-n", "10", "missing.py:load"],
            "name a file that is there",
        ),
    ] {
        project
            .heapbook(&arguments)
            .assert()
            .code(2)
            .stderr(contains(words));
    }
}
