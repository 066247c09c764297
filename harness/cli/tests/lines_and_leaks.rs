//! `heapbook lines` and `heapbook leaks`: one function looked at closely, through the real binary.

mod common;

use std::path::Path;

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

const MADE: &str = "\
import asyncio
import collections
import ctypes
import random
import re
import sqlite3

import deep

KEPT = []
RING = collections.deque(maxlen=100)
FULL = collections.deque((bytearray(1000) for _ in range(1000)), maxlen=1000)
CACHE = {}
CHURN = [bytes(random.randrange(1000)) for _ in range(1000)]
COUNT = iter(range(10**9))
MALLOC = ctypes.CDLL(None).malloc
MALLOC.restype = ctypes.c_void_p


def ring():
    RING.append(bytearray(5000))
    KEPT.append(bytes(60))


def full_from_the_start():
    FULL.append(bytearray(1000))
    KEPT.append(bytes(60))


def rare():
    if next(COUNT) % 100 == 0:
        KEPT.append(bytes(1000))


def churn():
    for _ in range(20):
        CHURN[random.randrange(1000)] = bytes(random.randrange(1000))
    KEPT.append(bytes(1000))


def cache():
    CACHE[next(COUNT) % 100] = bytes(2000)
    KEPT.append(bytes(60))


def by_c():
    MALLOC(1000)
    return 7


def sql():
    KEPT.append(sqlite3.connect(':memory:'))


def generator():
    for i in range(3):
        KEPT.append(bytes(100))
        yield i


async def coroutine():
    await asyncio.sleep(0)
    KEPT.append(bytes(100))


def two_deep():
    deep.first()


def library():
    KEPT.append(re.compile('a%d' % next(COUNT)))
";

/// A function that leaks, calls, about how many bytes a call, and the line that leads.
const LEADS: [(&str, u32, f64, &str); 11] = [
    ("ring", 600, 102.0, "KEPT.append(bytes(60))"),
    ("full_from_the_start", 600, 102.0, "KEPT.append(bytes(60))"),
    ("rare", 2_000, 10.4, "KEPT.append(bytes(1000))"),
    ("churn", 2_000, 1_042.0, "KEPT.append(bytes(1000))"),
    ("cache", 600, 102.0, "KEPT.append(bytes(60))"),
    ("by_c", 200, 1_000.0, "MALLOC(1000)"),
    ("sql", 100, 0.0, "KEPT.append(sqlite3.connect(':memory:'))"),
    ("generator", 200, 425.0, "KEPT.append(bytes(100))"),
    ("coroutine", 200, 141.0, "KEPT.append(bytes(100))"),
    ("two_deep", 200, 109.0, "KEPT.append(bytes(67))"),
    (
        "library",
        400,
        0.0,
        "KEPT.append(re.compile('a%d' % next(COUNT)))",
    ),
];

/// The answer of `leaks --json`.
fn leaks(project: &Project, python: &Path, program: &str, calls: u32) -> Value {
    let calls = calls.to_string();
    common::told(project, python, &["leaks", program, "--calls", &calls])
}

#[test]
fn the_lines_that_made_it_add_up_and_what_only_goes_round_does_not_lead() {
    let project = project();
    project.write("made.py", MADE);
    project.write(
        "deep.py",
        "import deeper\n\n\ndef first():\n    deeper.second()\n",
    );
    project.write(
        "deeper.py",
        "KEPT = []\n\n\ndef second():\n    KEPT.append(bytes(67))\n",
    );
    // At the same time: each takes minutes, and no figure here depends on what else runs.
    std::thread::scope(|scope| {
        for python in pythons() {
            let project = &project;
            scope.spawn(move || {
                for (function, calls, about, text) in LEADS {
                    leads(project, &python, (function, calls), about, text);
                }
            });
        }
    });
}

/// Holds the first of a function's lines to its text, and the sum of all to the slope; or the line
/// during which C made it.
fn leads(project: &Project, python: &Path, (function, calls): (&str, u32), about: f64, text: &str) {
    let json = leaks(project, python, &format!("made.py:{function}"), calls);
    assert_eq!(json["verdict"], "leaks", "{function}: {json}");
    let slope = json["bytes_per_call"][0].as_f64().unwrap();
    assert!(
        about == 0.0 || (slope - about).abs() < 0.12 * about,
        "{function}: {slope}"
    );
    if let Some(line) = json["made_by_c_during"]["line"].as_u64() {
        let says = MADE.lines().nth(line as usize - 1).unwrap().trim();
        assert_eq!(says, text, "{function}");
        return;
    }
    let origins = json["origins"].as_array().unwrap();
    assert_eq!(origins[0]["text"], text, "{function}: {origins:?}");
    let of = |origin: &Value| origin["bytes"].as_f64().unwrap() / origin["calls"].as_f64().unwrap();
    let sum: f64 = origins.iter().map(of).sum();
    assert!((sum - slope).abs() < 0.05 * slope, "{function}: {sum} of {slope}");
}

const ROUND: &str = "\
import collections
import gc

KEPT = []
RING = collections.deque(maxlen=16)


class Node:
    pass


def circle(size=0):
    node = Node()
    node.itself, node.data = node, bytes(size)
    return node


def cycles():
    circle(10_000)
    KEPT.append(bytes(67))


def ring_of_cycles():
    RING.append(circle(300))


def asks_for_all():
    for one in gc.get_objects():
        if type(one) is Node:
            one.__dict__.clear()
    KEPT.append(circle(500))


def freezes():
    gc.freeze()
    circle(10)


def fast():
    return sum(range(100))
";

#[test]
fn what_only_the_collector_frees_is_told_and_never_accused() {
    let project = project();
    project.write("round.py", ROUND);
    for python in pythons() {
        let of = |function: &str, calls| leaks(&project, &python, &format!("round.py:{function}"), calls);
        let cycles = of("cycles", 400);
        assert_eq!(cycles["verdict"], "leaks", "{cycles}");
        let slope = cycles["bytes_per_call"][0].as_f64().unwrap();
        assert!((100.0..120.0).contains(&slope), "{slope}");
        let freed = cycles["collected_bytes"].as_f64().unwrap() / 400.0;
        assert!((10_000.0..11_000.0).contains(&freed), "{freed}");
        let ring = of("ring_of_cycles", 1_000);
        assert!(
            ring["verdict"] == "filled" || ring["verdict"] == "nothing",
            "{ring}"
        );
        // Its objects of earlier calls are all there, and are emptied.
        let asks = of("asks_for_all", 100);
        let slope = asks["bytes_per_call"][0].as_f64().unwrap();
        assert!((60.0..400.0).contains(&slope), "{slope}");
        assert_ne!(of("freezes", 200)["verdict"], "leaks");
        assert_eq!(of("fast", 200)["collected_bytes"], 0);
    }
    let text = said(&project, &["leaks", "round.py:cycles", "--calls", "100"]);
    assert!(
        text.contains("Only the collector freed 9.") || text.contains("Only the collector freed 10."),
        "{text}"
    );
    assert!(text.contains("The resident size of the process "), "{text}");
}
