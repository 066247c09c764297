//! `heapbook try`: programs of the user's own, through the real binary.

mod common;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use common::Project;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

/// What a try said on standard output, with its status.
fn run_try(project: &Project, status: i32, arguments: &[&str]) -> String {
    let run = project
        .heapbook(&["try"])
        .args(arguments)
        .env("XDG_CACHE_HOME", project.path("cache"))
        .assert()
        .code(status);
    String::from_utf8_lossy(&run.get_output().stdout).into_owned()
}

#[test]
fn two_snippets_are_compared_by_exact_figures() {
    let project = Project::new();
    let said = run_try(&project, 0, &["-n", "1000,2000,4000", "[1] * n", "bytes(n)"]);
    assert!(said.contains("[1] [1] * n\n[2] bytes(n)\n"), "{said}");
    // A list's header, the collector's two words before it, and a pointer for each element.
    assert!(said.contains("[1]  peak: linear, 8 bytes an element"), "{said}");
    assert!(said.contains("[2]  peak: linear, 1 byte an element"), "{said}");
    let rows: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("[2]  ") && line.contains("less, "))
        .collect();
    assert_eq!(rows.len(), 3, "{said}");
    assert!(rows.iter().all(|row| row.contains("less, ×0.1")), "{said}");
    assert!(said.contains("The results differ at n = 1,000"), "{said}");
}

#[test]
fn a_size_is_shown_while_the_next_is_measured() {
    let project = Project::new();
    let slow = "__import__('time').sleep(0.2)";
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("heapbook"));
    let mut run = command
        .current_dir(project.root())
        .args(["try", slow, "-n", "1,2"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(run.stdout.take().unwrap()).lines();
    let mut rows = lines.map(Result::unwrap).filter(|line| line.starts_with("[1]  "));
    let first = rows.next().unwrap();
    assert!(first.starts_with("[1]        1  "), "{first}");
    assert!(run.try_wait().unwrap().is_none(), "the next one takes as long");
    assert!(rows.next().unwrap().starts_with("[1]        2  "));
    assert!(run.wait().unwrap().success());
}

#[test]
fn a_quick_answer_says_what_it_does_not_say() {
    let project = Project::new();
    let said = run_try(&project, 0, &["-n", "1000,2000", "--quick", "[1] * n"]);
    assert!(said.contains("A quick answer: "), "{said}");
    assert!(!said.contains("resident"), "{said}");
    let said = run_try(&project, 0, &["-n", "1000", "--quick", "--json", "[1] * n"]);
    let cell: Value = serde_json::from_str(said.lines().nth(1).unwrap()).unwrap();
    let processes = |pass: &str| cell[pass]["processes"].as_array().map(Vec::len);
    assert_eq!(
        (processes("memory"), processes("time")),
        (Some(1), Some(3)),
        "{cell}"
    );
}

#[test]
fn a_program_that_fails_is_shown_once_and_the_other_is_measured() {
    let project = Project::new();
    let said = run_try(&project, 1, &["-n", "10,20", "bytes(n)", "missing(n)"]);
    assert_eq!(said.matches("NameError").count(), 1, "{said}");
    let rows = said
        .lines()
        .filter(|line| line.starts_with("[1]  ") && line.contains(" ns"))
        .count();
    assert_eq!(rows, 2, "{said}");
}

#[test]
fn a_function_of_a_file_finds_what_lies_beside_it() {
    let project = Project::new();
    project.write("mine/numbers.py", "FACTOR = 3\n");
    project.write(
        "mine/app.py",
        "from numbers import FACTOR\n\n\ndef load(n):\n    return FACTOR * n\n",
    );
    let said = run_try(&project, 0, &["-n", "10", "mine/app.py:load"]);
    assert!(said.contains("mine/app.py:load"), "{said}");
}

#[test]
fn python_and_rust_come_to_the_same_result() {
    let project = Project::new();
    project.write(
        "own.rs",
        "fn squares(n: u64) -> Vec<u64> {\n    (0..n).map(|i| i * i).collect()\n}\n",
    );
    let both = [
        "-n",
        "100,1000",
        "--same",
        "[i * i for i in range(n)]",
        "--rust",
        "(0..n).map(|i| i * i).collect::<Vec<_>>()",
        "--rust",
        "own.rs:squares",
    ];
    let said = run_try(&project, 0, &both);
    assert!(said.contains("rustc"), "{said}");
    assert!(!said.contains("differ"), "{said}");
    // One block of eight bytes a number, as `Vec` of a known length makes it.
    let rows = said
        .lines()
        .filter(|line| line.contains(" 1,000 ") && line.contains("7.81 KiB"))
        .count();
    assert_eq!(rows, 2, "{said}");
    // Compiled once.
    let made = || project.names("cache/heapbook/rust").len();
    assert_eq!(made(), 2);
    run_try(&project, 0, &both);
    assert_eq!(made(), 2);
    project.write(
        "own.rs",
        "fn squares(n: u64) -> Vec<u64> {\n    (0..n).collect()\n}\n",
    );
    let said = run_try(&project, 1, &both);
    assert!(said.contains("The results differ"), "{said}");
}

#[test]
fn each_rust_snippet_has_a_library_of_its_own() {
    let project = Project::new();
    let row = |status, snippet| run_try(&project, status, &["-n", "1000", "--csv", "--rust", snippet]);
    let columns = |csv: &str| -> Vec<String> {
        let row = csv.lines().nth(1).unwrap_or_else(|| panic!("{csv}"));
        row.rsplit_once("rustc ")
            .unwrap()
            .1
            .split(',')
            .skip(2)
            .take(2)
            .map(str::to_owned)
            .collect()
    };
    // Peak and blocks.
    assert_eq!(columns(&row(0, "1u8")), ["0", "0"]);
    assert_eq!(columns(&row(0, "vec![1u64; n]")), ["8000", "1"]);
    let nothing = row(2, "this does not compile");
    assert_eq!(nothing, "");
    assert_eq!(columns(&row(0, "1u8")), ["0", "0"], "kept under its own text");
}

#[test]
fn records_are_printed_as_a_run_writes_them() {
    let project = Project::new();
    let said = run_try(
        &project,
        0,
        &["-n", "10,20", "--json", "bytes(n)", "bytearray(n)"],
    );
    let lines: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((&lines[0]["form"], lines.len()), (&Value::from(2), 1 + 4));
    assert_eq!(lines[1]["program"]["code"], "bytes(n)");
}

#[test]
fn other_forms_hold_the_same_figures() {
    let project = Project::new();
    let csv = run_try(&project, 0, &["-n", "1000", "--csv", "bytes(n)", "b'\"' * n"]);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 3, "{csv}");
    // A bytes object's header is 33 bytes.
    assert!(
        lines[1].starts_with("1,bytes(n),CPython ") && lines[1].contains(",1000,1033,"),
        "{csv}"
    );
    assert!(lines[2].contains("\"b'\"\"' * n\""), "{csv}");
    let markdown = run_try(&project, 0, &["-n", "1000", "--markdown", "bytes(n)"]);
    assert!(markdown.contains("| \\[1\\] | 1,000 | 1.01 KiB |"), "{markdown}");
    project
        .heapbook(&["try", "--csv", "--json", "n"])
        .assert()
        .code(2)
        .stderr(contains("cannot be used with"));
}

#[test]
fn a_plot_needs_nothing_around_it() {
    let project = Project::new();
    let programs = ["'<' * n", "bytes(n)"];
    run_try(
        &project,
        0,
        &[&["-n", "10,1000", "--svg", "plot.svg"][..], &programs].concat(),
    );
    let plot = project.read("plot.svg");
    assert!(plot.starts_with("<svg") && plot.contains("</svg>"));
    assert!(!plot.contains("'<' * n"), "the snippet is no markup");
    for outside in ["<script", "<link", "src=\"http", "@import"] {
        assert!(!plot.contains(outside), "{outside}");
    }
}

#[test]
fn a_closed_output_is_no_error() {
    let project = Project::new();
    let binary = assert_cmd::cargo::cargo_bin!("heapbook");
    let run = std::process::Command::new("sh")
        .args([
            "-c",
            "\"$1\" try -n 10 n --json | true; \"$1\" man > /dev/full; echo $?",
        ])
        .arg("sh")
        .arg(binary)
        .current_dir(project.root())
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    assert_eq!(out, "2\n", "{err}");
    assert!(
        !err.contains("panicked") && err.contains("No space left"),
        "{err}"
    );
}

#[test]
fn quiet_leaves_the_answer_alone() {
    let project = Project::new();
    let said = run_try(&project, 0, &["-n", "10", "n", "--quiet"]);
    assert!(said.starts_with("[1] n\n"), "{said}");
}

#[test]
fn colours_come_when_they_are_asked_for() {
    let project = Project::new();
    let arguments = ["try", "-n", "10", "bytes(n)", "bytes(2 * n)"];
    let escape = contains("\u{1b}[");
    project.heapbook(&arguments).assert().stdout(escape.clone().not());
    project
        .heapbook(&arguments)
        .args(["--color", "always"])
        .assert()
        .stdout(escape);
}
