//! `heapbook lines` and `heapbook leaks`: one function looked at closely, through the real binary.

mod common;

use common::{Project, pythons, said};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

const APP: &str = "\
import functools

KEPT = []
CALLS = []


def load(n):
    text = bytes(n)
    copy = bytearray(text)
    return len(copy)


def leak(n):
    KEPT.append(bytes(967))


@functools.lru_cache(maxsize=16)
def page(number):
    return bytes(1000 + number)


def cached(n):
    CALLS[:] = [len(CALLS) and CALLS[0] + 1]
    return page(CALLS[0] % 16)


def clean(n):
    return sum(range(n))


def fails(n):
    raise ValueError(n)
";

fn project() -> Project {
    let project = Project::new();
    project.write("app.py", APP);
    project
}

#[test]
fn lines_have_their_bytes_and_a_total_that_adds_up() {
    let project = project();
    let text = said(&project, &["lines", "app.py:load", "-n", "10000"]);
    let line = |code: &str| {
        text.lines()
            .find(|line| line.ends_with(code))
            .unwrap_or_else(|| panic!("{text}"))
            .to_owned()
    };
    assert!(line("text = bytes(n)").contains("9.80 KiB"), "{text}");
    assert!(line("def load(n):").trim_start().starts_with("7 "), "{text}");
    let json: Value = serde_json::from_str(&said(
        &project,
        &["lines", "app.py:load", "-n", "10000", "--json"],
    ))
    .unwrap();
    let sum = |key: &str| -> i64 {
        json["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line[key].as_i64().unwrap())
            .sum()
    };
    assert_eq!(
        sum("allocated_bytes") - sum("freed_bytes"),
        json["net_bytes"].as_i64().unwrap()
    );
    assert_eq!(json["lines"][0]["allocated_bytes"], 10_033);
}

#[test]
fn a_leak_is_told_with_the_line_that_made_it() {
    let project = project();
    let text = said(&project, &["leaks", "app.py:leak", "--calls", "200"]);
    assert!(text.contains("Each call leaves 0.98"), "{text}");
    assert!(text.contains("app.py:14  KEPT.append(bytes(967))"), "{text}");
    let json: Value = serde_json::from_str(&said(
        &project,
        &["leaks", "app.py:leak", "--calls", "200", "--json"],
    ))
    .unwrap();
    assert_eq!(json["verdict"], "leaks");
    // The object, and now and then room in the list.
    let mean = json["bytes_per_call"][0].as_f64().unwrap();
    assert!((1_000.0..1_040.0).contains(&mean), "{mean}");
    assert_eq!(json["live_after_calls"].as_array().unwrap().len(), 200);
}

#[test]
fn a_cache_that_fills_is_no_leak() {
    let text = said(&project(), &["leaks", "app.py:cached", "--calls", "640"]);
    assert!(
        text.contains("later calls nothing: a cache that filled"),
        "{text}"
    );
    assert!(text.contains("return bytes(1000 + number)"), "{text}");
}

#[test]
fn nothing_stays_of_what_keeps_nothing() {
    let text = said(
        &project(),
        &["leaks", "app.py:clean", "--calls", "40", "--at-most", "0"],
    );
    assert!(text.contains("Nothing stays."), "{text}");
}

#[test]
fn more_than_allowed_is_a_finding() {
    project()
        .heapbook(&["leaks", "app.py:leak", "--calls", "40", "--at-most", "100"])
        .assert()
        .code(1)
        .stderr(contains("above the 100 bytes of --at-most"));
    project()
        .heapbook(&["leaks", "app.py:leak", "--calls", "40", "--at-most", "2000"])
        .assert()
        .code(0);
}

#[test]
fn a_function_that_fails_or_is_not_there_is_told() {
    let project = project();
    for command in ["lines", "leaks"] {
        project
            .heapbook(&[command, "app.py:fails"])
            .assert()
            .code(1)
            .stderr(contains("ValueError: 1000").and(contains("raise ValueError(n)")));
        project
            .heapbook(&[command, "app.py:missing"])
            .assert()
            .code(1)
            .stderr(contains("has no function 'missing'"));
        project
            .heapbook(&[command, "load"])
            .assert()
            .code(1)
            .stderr(contains("NameError").and(contains("as in app.py:load")));
        project
            .heapbook(&[command, "app.py:load(n)"])
            .assert()
            .code(2)
            .stderr(contains("expected app.py:NAME"));
    }
}

const ODD: &str = "\
import mmap, os, time

KEPT = []


def anonymous(n):
    pages = mmap.mmap(-1, 8 * n)
    pages.write(b'x' * (8 * n))
    KEPT.append(pages)


def child(n):
    KEPT.append(bytearray(1000))
    number = os.fork()
    if not number:
        os._exit(0)
    os.waitpid(number, 0)


def slow(n):
    time.sleep(0.05)
    KEPT.append(bytearray(1000))


def refuses_to_be_traced(n):
    import tracemalloc

    if tracemalloc.is_tracing():
        raise RuntimeError('not under a profiler')
    KEPT.append(bytearray(1000))
";

#[test]
fn what_bytes_do_not_hold_is_told_and_kept_within_the_budget() {
    let project = project();
    project.write("odd.py", ODD);
    for python in pythons() {
        let python = python.to_str().unwrap();
        let leaks = |function: &str| {
            let program = format!("odd.py:{function}");
            let arguments = [
                "leaks", &program, "-n", "50000", "--calls", "60", "--python", python,
            ];
            project
                .heapbook(&[&arguments[..], &["--at-most", "2000"]].concat())
                .assert()
        };
        // 8 bytes an element, in whole pages.
        leaks("anonymous").code(1).stdout(contains(
            "Not in these bytes: memory mapped past malloc; each call leaves 392 KiB",
        ));
        let child = leaks("child").code(0);
        child.stdout(contains("Not in these bytes: what 60 child processes took."));
    }
}

#[test]
fn what_a_late_call_left_is_no_verdict_and_says_which_call_it_was() {
    let project = project();
    project.write(
        "late.py",
        "KEPT = []\nCALLS = []\n\n\ndef late():\n    CALLS[:] = [len(CALLS) and CALLS[0] + 1]\n    \
         if CALLS[0] == 29:\n        KEPT.append(bytearray(5_000))\n",
    );
    let text = said(
        &project,
        &["leaks", "late.py:late", "--calls", "40", "--at-most", "0"],
    );
    assert!(
        text.contains("Call 30 was the last that left something"),
        "{text}"
    );
}

#[test]
fn a_deadline_is_for_one_call_and_a_verdict_is_not_lost_with_its_lines() {
    let project = project();
    project.write("odd.py", ODD);
    let slow = ["leaks", "odd.py:slow", "--calls", "60", "--deadline", "1"];
    let text = said(&project, &slow);
    assert!(text.contains("Each call leaves 1.0"), "{text}");
    assert!(text.contains("KEPT.append(bytearray(1000))"), "{text}");
    let text = said(
        &project,
        &["leaks", "odd.py:refuses_to_be_traced", "--calls", "60"],
    );
    assert!(text.contains("Each call leaves 1.0"), "{text}");
    let reason = "The lines that made it are not known: RuntimeError: not under a profiler.";
    assert!(text.contains(reason), "{text}");
}

#[test]
fn a_leak_is_found_whatever_the_first_call_gave_back_and_however_it_grows() {
    let project = project();
    project.write(
        "grows.py",
        "START_UP = [bytearray(1_000_000)]\nKEPT = []\nNEXT = iter([object() for _ in range(9_000)])\nSEEN = set()\n\n\n\
        def handle():\n    START_UP.clear()\n    KEPT.append(bytearray(100))\n\n\n\
        def seen():\n    SEEN.add(next(NEXT))\n",
    );
    for python in pythons() {
        for function in ["handle", "seen"] {
            let program = format!("grows.py:{function}");
            let arguments = ["leaks", &program, "--calls", "1000", "--at-most", "0", "--python"];
            let arguments = [&arguments[..], &[python.to_str().unwrap()]].concat();
            project
                .heapbook(&arguments)
                .assert()
                .code(1)
                .stdout(contains("ach call leaves"));
        }
    }
}
