//! Exercises, the table of other tools, and what held while records were made.

use std::fs;

use heapbook_engine::record::{Checkout, Conditions};
use heapbook_engine::scenario::Corpus;
use heapbook_report::{Expansion, Library};

use crate::fixture::Fixture;

const SCENARIO: &str = r#"
title = "T"
question = "Q"
sizes = [10]
headline = 10

[python.count]

[exercise.python]
task = "Sum `data` <b>without</b> a list."
metric = "peak"
at_most = 2_048
n = 5_000
hints = ["First.", "Second."]
why = "Less is kept."
"#;

#[test]
fn an_exercise_shows_its_task_budget_starter_and_hints_one_within_the_other() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("scenarios/counting");
    fs::create_dir_all(&directory).unwrap();
    for (name, text) in [
        ("scenario.toml", SCENARIO),
        ("workload.py", "def count(n):\n    return n\n"),
        (
            "exercise.py",
            "def solve(data):\n    return sum([x < 3 for x in data])\n",
        ),
        (
            "solution.py",
            "def solve(data):\n    return sum(x < 3 for x in data)\n",
        ),
        ("data.py", "def data(n):\n    return range(n)\n"),
    ] {
        fs::write(directory.join(name), text).unwrap();
    }
    let corpus = Corpus::read(root.path()).unwrap();
    assert!(corpus.diagnostics.is_empty(), "{:?}", corpus.diagnostics);
    let fixture = Fixture::without_records();
    let library = Library::new(&corpus.scenarios, &fixture.reference);
    let expand = |text: &str| Expansion::of(&library).expand("page.md", text);
    let shown = expand("{{#exercise counting}}").unwrap();
    for words in [
        "Sum <code>data</code> &#60;b&#62;without",
        "at most 2.00 KiB at its peak, at n = 5,000",
        "workbook/counting/exercise.py",
        "cargo heapbook exercise check counting/python",
        "x &#60; 3",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let (first, second) = (shown.find("First.").unwrap(), shown.find("Second.").unwrap());
    assert!(
        first < second && shown.ends_with("</details></details></section>"),
        "{shown}"
    );
    assert!(!shown.contains("sum(x"), "the solution is not shown");
    let refused = expand("{{#exercise counting language=rust}}").unwrap_err();
    assert!(refused.message.contains("[exercise.rust]"), "{refused}");
}

#[test]
fn load_and_commit_stand_with_the_machine() {
    let mut fixture = Fixture::complete();
    assert!(!fixture.expand("{{#machine}}").contains("Meanwhile"));
    let mut loads = [20, 105].into_iter().cycle();
    for cell in fixture.reference.cells_mut() {
        cell.conditions = Some(Conditions {
            checkout: Some(Checkout {
                revision: "0123456789ab".to_owned(),
                dirty: false,
            }),
            governor: Some("performance".to_owned()),
            load_hundredths: loads.next(),
        });
    }
    let sentence = fixture.expand("{{#machine}}");
    for words in [
        "load averages from 0.20 to 1.05",
        "the clock governor performance",
        "sources at commit 0123456789ab",
    ] {
        assert!(sentence.contains(words), "{words}: {sentence}");
    }
    assert!(!sentence.contains("with changes"), "{sentence}");
}
