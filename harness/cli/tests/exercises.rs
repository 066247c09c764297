//! `heapbook exercise`: the reader's folder, through the real binary.

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use common::{Project, SCENARIO, WORKLOAD, said};
use predicates::prelude::*;
use predicates::str::contains;

const STARTER: &str = "def solve(data):\n    return sum([i * i for i in data])\n";
const SOLUTION: &str = "def solve(data):\n    return sum(i * i for i in data)\n";
const RUST_STARTER: &str = "pub fn solve(data: &Data) -> u64 {\n    data.clone().iter().sum()\n}\n";
const RUST_SOLUTION: &str = "pub fn solve(data: &Data) -> u64 {\n    data.iter().sum()\n}\n";

fn table(language: &str, at_most: i64) -> String {
    format!(
        "\n[exercise.{language}]\ntask = \"Sum without a list.\"\nmetric = \"peak\"\nat_most = {at_most}\nn = 10_000\n\
         hints = [\"One.\", \"Two.\"]\nwhy = \"Nothing is kept.\"\n"
    )
}

fn project_with(python_budget: i64) -> Project {
    let project = Project::new();
    let scenario = format!("{SCENARIO}{}{}", table("python", python_budget), table("rust", 0));
    project.scenario("sums", &scenario, WORKLOAD);
    for (file, text) in [
        ("exercise.py", STARTER),
        ("solution.py", SOLUTION),
        ("data.py", "def data(n):\n    return range(n)\n"),
        ("exercise.rs", RUST_STARTER),
        ("solution.rs", RUST_SOLUTION),
        (
            "data.rs",
            "pub type Data = Vec<u64>;\n\npub fn data(n: usize) -> Data {\n    (0..n as u64).collect()\n}\n",
        ),
    ] {
        project.write(&format!("scenarios/sums/{file}"), text);
    }
    project
}

fn project() -> Project {
    project_with(1_000)
}

#[test]
fn an_exercise_is_passed_by_the_right_result_within_the_budget() {
    let project = project();
    let started = said(&project, &["exercise", "start"]);
    assert!(started.contains("workbook/sums/exercise.py"), "{started}");
    let check = |code: i32| {
        let run = project
            .heapbook(&["exercise", "check", "sums/python"])
            .assert()
            .code(code);
        String::from_utf8_lossy(&run.get_output().stdout).into_owned()
    };
    let text = check(1);
    assert!(
        text.contains("not yet") && text.contains("The results are right."),
        "{text}"
    );
    project.write("workbook/sums/exercise.py", "def solve(data):\n    return 7\n");
    assert!(check(1).contains("is 7, and should be"), "{}", check(1));
    project.write(
        "workbook/sums/exercise.py",
        "def solve(data):\n    return missing\n",
    );
    assert!(check(1).contains("NameError"), "{}", check(1));
    project.write("workbook/sums/exercise.py", SOLUTION);
    let text = check(0);
    assert!(
        text.contains("sums/python: passed") && text.contains("before,"),
        "{text}"
    );
    for told in [
        "The best answer known needs ",
        "Nothing is kept.",
        "Next: workbook/sums/exercise.rs. Sum without a list.",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(said(&project, &["exercise", "list"]).contains("sums/python  passed"));
    // A second start keeps the answer, and what was achieved.
    said(&project, &["exercise", "start"]);
    assert_eq!(project.read("workbook/sums/exercise.py"), SOLUTION);
    assert!(said(&project, &["exercise", "list"]).contains("sums/python  passed"));
}

#[test]
fn the_book_says_which_exercises_are_begun_and_solved() {
    let project = project();
    project.write(
        "book/src/SUMMARY.md",
        "# Summary\n\n- [Sums](deep/sums.md)\n- [Progress](deep/progress.md)\n",
    );
    project.write("book/src/deep/sums.md", "# Sums\n");
    project.write("book/src/deep/progress.md", "# Progress\n\n{{#progress}}\n");
    let progress = || {
        said(&project, &["book"]);
        project.read("target/book/deep/progress.html")
    };
    let open = progress();
    assert!(
        open.contains("exercise open") && !open.contains("data-state"),
        "{open}"
    );
    assert!(
        open.contains("href=\"../deep/sums.html\""),
        "a link from below the first folder"
    );
    said(&project, &["exercise", "start"]);
    let begun = progress();
    assert!(
        begun.contains("data-state=\"begun\"") && begun.contains("exercise begun"),
        "{begun}"
    );
    project.write("workbook/sums/exercise.py", SOLUTION);
    said(&project, &["exercise", "check", "sums/python"]);
    let solved = progress();
    assert!(
        solved.contains("data-state=\"solved\"") && solved.contains("exercise solved"),
        "{solved}"
    );
    project.write("workbook/progress.json", "{");
    project
        .heapbook(&["book"])
        .assert()
        .code(0)
        .stderr(contains("progress.json is damaged"));
}

#[test]
fn an_exercise_in_rust_is_compiled_and_judged() {
    let project = project();
    said(&project, &["exercise", "start"]);
    project
        .heapbook(&["exercise", "check", "sums/rust"])
        .assert()
        .code(1)
        .stdout(contains("The results are right."));
    project.write(
        "workbook/sums/exercise.rs",
        "pub fn solve(data: &Data) -> u64 {\n    data\n}\n",
    );
    project
        .heapbook(&["exercise", "check", "sums/rust"])
        .assert()
        .code(1)
        .stdout(contains("mismatched types"));
    project.write("workbook/sums/exercise.rs", RUST_SOLUTION);
    project
        .heapbook(&["exercise", "check", "sums/rust"])
        .assert()
        .code(0)
        .stdout(contains("0 bytes now"));
}

#[test]
fn hints_come_one_by_one_and_a_reset_keeps_the_answer() {
    let project = project();
    said(&project, &["exercise", "start", "mine"]);
    assert!(said(&project, &["exercise", "hint"]).contains("Hint 1 of 2: One."));
    assert!(said(&project, &["exercise", "hint", "sums"]).contains("Hint 2 of 2: Two."));
    assert!(said(&project, &["exercise", "hint", "sums"]).contains("Hint 2 of 2: Two."));
    assert!(said(&project, &["exercise", "solution", "sums"]).contains(SOLUTION.trim_end()));
    project.write("mine/sums/exercise.py", "mine\n");
    said(&project, &["exercise", "reset", "sums"]);
    assert_eq!(project.read("mine/sums/exercise.py"), STARTER);
    assert_eq!(project.read("mine/sums/exercise.py.kept"), "mine\n");
    assert_eq!(project.read("scenarios/sums/exercise.py"), STARTER);
}

#[test]
fn what_is_not_there_is_named() {
    let project = project();
    project
        .heapbook(&["exercise", "check"])
        .assert()
        .code(2)
        .stderr(contains("cargo heapbook exercise start"));
    project
        .heapbook(&["exercise", "hint", "nothing"])
        .assert()
        .code(2)
        .stderr(contains("expected one of sums/python, sums/rust"));
}

#[test]
fn check_proves_that_starters_fail_and_solutions_pass() {
    let project = project();
    project
        .heapbook(&["check", "--python", "python3", "--python", "python3"])
        .assert()
        .code(0)
        .stdout(contains("exercise").not());
    // A budget that the starter keeps, one that the solution does not, and results that differ.
    let loose = project_with(10_000_000);
    loose
        .heapbook(&["check"])
        .assert()
        .code(1)
        .stdout(contains("within the budget already"));
    let tight = project_with(10);
    tight
        .heapbook(&["check"])
        .assert()
        .code(1)
        .stdout(contains("not within its budget"));
    project.write("scenarios/sums/solution.py", "def solve(data):\n    return 3\n");
    project
        .heapbook(&["check"])
        .assert()
        .code(1)
        .stdout(contains("the solution's 3"));
    project.write("scenarios/sums/data.py", "def dates(n):\n    return n\n");
    project.heapbook(&["check"]).assert().code(1).stderr(
        contains("data.py has no function `data`").and(contains("write `def data(n):` into data.py")),
    );
}

/// A child that is ended with the test.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn watching_judges_at_each_save() {
    let project = project();
    said(&project, &["exercise", "start"]);
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("heapbook"))
        .args(["exercise", "watch"])
        .current_dir(project.root())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let _watching = Watching(child);
    let mut lines = lines.map(Result::unwrap);
    assert!(lines.next().unwrap().starts_with("Watching 2 files"));
    project.write("workbook/sums/exercise.py", SOLUTION);
    assert!(lines.any(|line| line == "sums/python: passed"));
}
