//! Exercises, the table of other tools, and what held while records were made.

use std::fs;

use heapbook_engine::record::{Checkout, Conditions, Peer, Peers, Profiler, Profilers, Told};
use heapbook_engine::scenario::Corpus;
use heapbook_model::{Bytes, Nanos};
use heapbook_report::Library;

use crate::fixture::{Fixture, machine};

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
    let library = Library {
        scenarios: &corpus.scenarios,
        reference: &fixture.reference,
        local: None,
        overhead: &[],
        peers: None,
        profilers: None,
        headline_python: None,
    };
    let expand = |text: &str| heapbook_report::expand("page.md", text, &library);
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
fn other_tools_stand_beside_this_one() {
    let mut fixture = Fixture::complete();
    assert!(fixture.expand("{{#peers}}").contains("not measured"));
    let peer = |tool: &str, version: Option<&str>, seconds: &[u64], peaks: [i64; 2]| Peer {
        tool: tool.to_owned(),
        version: version.map(str::to_owned),
        took_ns: seconds
            .iter()
            .map(|second| Nanos(second * 1_000_000_000))
            .collect(),
        peaks: [("generator".to_owned(), peaks.map(Bytes).to_vec())].into(),
    };
    fixture.peers = Some(Peers {
        python: "3.13.0".to_owned(),
        machine: machine("A processor"),
        measured_at: "2026-11-22T10:00:00Z".to_owned(),
        peers: vec![
            peer("heapbook", None, &[1, 3, 2], [472, 480]),
            peer("memray", Some("1.20"), &[5], [0, 4_096]),
        ],
    });
    let table = fixture.expand("{{#peers}}");
    for words in [
        "heapbook try",
        "2.00 s",
        "472 bytes",
        "480 bytes",
        "memray 1.20",
        "5.00 s",
        "4.00 KiB",
        "A processor",
    ] {
        assert!(table.contains(words), "{words}: {table}");
    }
}

#[test]
fn profilers_are_shown_with_what_they_say_and_what_they_cost() {
    let mut fixture = Fixture::complete();
    assert!(
        fixture
            .expand("{{#profilers}}")
            .contains("What profilers say is not measured")
    );
    let told = |bytes: Option<i64>, objects: Option<i64>, verdict: Option<&str>, names: Option<&str>| Told {
        function: "unbounded".to_owned(),
        bytes: bytes.map(Bytes),
        objects,
        verdict: verdict.map(str::to_owned),
        names: names.map(str::to_owned),
    };
    let profiler = |tool: &str, seconds: [u64; 3], told: Told| Profiler {
        tool: tool.to_owned(),
        version: None,
        took_ns: seconds.map(|second| Nanos(second * 1_000_000_000)).to_vec(),
        told: vec![told],
    };
    fixture.profilers = Some(Profilers {
        python: "3.13.0".to_owned(),
        machine: machine("A processor"),
        measured_at: "2026-11-26T10:00:00Z".to_owned(),
        calls: 10,
        n: 1_000,
        profilers: vec![
            profiler("nothing", [1, 3, 2], told(None, None, None, None)),
            profiler(
                "heapbook",
                [8, 9, 7],
                told(Some(2_048), None, Some("leaks"), Some("a.py:3")),
            ),
            profiler(
                "objgraph",
                [5, 5, 5],
                told(None, Some(10_000), None, Some("module > dict")),
            ),
        ],
    });
    let table = fixture.expand("{{#profilers}}");
    for words in [
        "<code>unbounded</code>",
        "2.00 KiB<br><small>leaks</small>",
        "<code>a.py:3</code>",
        "4.00 times",
        "10,000 objects",
        "<code>module &#62; dict</code>",
        "2.50 times",
        "A processor",
    ] {
        assert!(table.contains(words), "{words}: {table}");
    }
    assert!(!table.contains("scope=\"row\">nothing"), "{table}");
}

#[test]
fn load_and_commit_stand_with_the_machine() {
    let mut fixture = Fixture::complete();
    assert!(!fixture.expand("{{#machine}}").contains("Meanwhile"));
    let mut loads = [20, 105].into_iter().cycle();
    for cell in &mut fixture.reference.cells {
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
