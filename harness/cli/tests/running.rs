//! Generators and coroutines are run to their end, which call is shown, and whose text.

mod common;

use std::path::Path;

use common::{Project, allocated, pythons, said, told};
use serde_json::Value;

const APP: &str = "\
import asyncio

KEPT = []


def rows(n):
    for i in range(n):
        KEPT.append(bytearray(1000))
        yield i


async def fetch(n):
    KEPT.append(bytearray(1000))
    await asyncio.sleep(0)
    return [0] * n


async def stream(n):
    for i in range(n):
        KEPT.append(bytearray(1000))
        yield i


class Waiting:
    def __init__(self, n):
        self.n = n

    def __await__(self):
        KEPT.append(bytearray(1000 * self.n))
        return iter(())


def waiting(n):
    return Waiting(n)


def mapped(n):
    return map(lambda i: KEPT.append(bytearray(1000)), range(n))


def fails(n):
    yield n
    raise ValueError('in the middle')
";

fn project() -> Project {
    let project = Project::new();
    project.write("app.py", APP);
    project
}

/// What a call leaves, on average.
fn left(project: &Project, python: &Path, program: &[&str]) -> (f64, Value) {
    let leaks = told(
        project,
        python,
        &[&["leaks", "-n", "100", "--calls", "40"], program].concat(),
    );
    let mean = leaks["bytes_per_call"][0]
        .as_f64()
        .unwrap_or_else(|| panic!("{leaks}"));
    (mean, leaks)
}

/// A bytearray with its block, and room in the list; 3.15 has an object around the block.
const ROW: std::ops::Range<f64> = 1_057.0..1_110.0;

#[test]
fn generators_are_run_to_their_end() {
    let project = project();
    for python in pythons() {
        let setup = "from app import KEPT";
        let snippet = "(KEPT.append(bytearray(1000)) for i in range(n))";
        let programs: [&[&str]; 4] = [
            &["app.py:rows"],
            &["app.py:stream"],
            &["app.py:mapped"],
            &["--path", ".", "--setup", setup, snippet],
        ];
        for program in programs {
            let (mean, leaks) = left(&project, &python, program);
            assert!(ROW.contains(&(mean / 100.0)), "{program:?}: {leaks}");
        }
        let lines = told(&project, &python, &["lines", "app.py:rows", "-n", "100"]);
        // The list grows by an eighth at once, which this call may have to do for others, too.
        let row = allocated(&lines, 8) as f64 / 100.0;
        assert!((ROW.start..ROW.end + 30.0).contains(&row), "{lines}");
        let sum = |key: &str| -> i64 {
            let lines = lines["lines"].as_array().unwrap();
            lines.iter().map(|line| line[key].as_i64().unwrap()).sum()
        };
        assert_eq!(lines["net_bytes"], sum("allocated_bytes") - sum("freed_bytes"));
        assert_eq!(
            lines["remarks"][0],
            "rows is a generator function: each call is run to its end."
        );
    }
    let text = said(&project, &["try", "app.py:rows", "-n", "100"]);
    assert!(text.contains("[1] rows is a generator function"), "{text}");
    let text = said(&project, &["try", "(i for i in range(n))", "-n", "100"]);
    assert!(
        text.contains("[1] The value of the snippet is a generator"),
        "{text}"
    );
}

#[test]
fn coroutines_are_run_to_their_end() {
    let project = project();
    for python in pythons() {
        let setup = "from app import fetch";
        let programs: [&[&str]; 3] = [
            &["app.py:fetch"],
            &["--path", ".", "--setup", setup, "fetch(n)"],
            &["--path", ".", "--setup", setup, "await fetch(n)"],
        ];
        for program in programs {
            // The event loop leaves a little now and then: names in caches.
            let (mean, leaks) = left(&project, &python, program);
            assert!((1_057.0..1_300.0).contains(&mean), "{program:?}: {leaks}");
        }
        let (mean, leaks) = left(&project, &python, &["app.py:waiting"]);
        assert!((100_000.0..100_500.0).contains(&mean), "{leaks}");
        let lines = told(&project, &python, &["lines", "app.py:fetch"]);
        assert!(
            lines["remarks"][0].as_str().unwrap().contains("by asyncio.run"),
            "{lines}"
        );
        assert!(allocated(&lines, 15) > 8_000, "{lines}");
        let peaks = peaks(&project, &python, "app.py:fetch");
        let an_element = (peaks[1] - peaks[0]) as f64 / 90_000.0;
        assert!((7.9..8.1).contains(&an_element), "{peaks:?}");
    }
}

/// The peaks at 10,000 and 100,000.
fn peaks(project: &Project, python: &Path, program: &str) -> Vec<i64> {
    let python = python.to_str().unwrap();
    let text = said(
        project,
        &["try", program, "-n", "1e4,1e5", "--json", "--python", python],
    );
    let cells = text
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str(line).unwrap());
    cells
        .map(|cell: Value| cell["memory"]["processes"][0]["peak_bytes"].as_i64().unwrap())
        .collect()
}

#[test]
fn an_exception_in_the_middle_is_the_programs_failure() {
    let project = project();
    for command in ["try", "lines", "leaks"] {
        let mut run = project.heapbook(&[command, "app.py:fails"]);
        let run = run.assert().code(1);
        let output = run.get_output();
        let text = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned();
        assert!(text.contains("ValueError: in the middle"), "{text}");
    }
}

const FIRST: &str = "\
import functools

TABLE = {}


def lookup(n):
    if not TABLE:
        TABLE.update((i, str(i)) for i in range(n))
    return TABLE[5]


@functools.lru_cache(maxsize=None)
def squares(n):
    return [i * i for i in range(n)]


def logged(n):
    with open('calls.log', 'a') as log:
        log.write('call\\n')
    TABLE[len(TABLE)] = bytearray(n)
";

#[test]
fn the_first_call_is_told_and_can_be_shown() {
    let project = Project::new();
    project.write("first.py", FIRST);
    for python in pythons() {
        let warm = told(&project, &python, &["lines", "first.py:lookup", "-n", "10000"]);
        assert_eq!(warm["net_bytes"], 0, "{warm}");
        let table = warm["first"]["net_bytes"].as_i64().unwrap();
        assert!((1_000_000..1_200_000).contains(&table), "{warm}");
        let cold = told(
            &project,
            &python,
            &["lines", "first.py:lookup", "-n", "10000", "--cold"],
        );
        assert!(allocated(&cold, 8) > table, "{cold}");
        let net = cold["net_bytes"].as_i64().unwrap();
        assert!((net - table).abs() < 1_000, "the trace makes little: {cold}");
        assert_eq!((&cold["calls"], &cold["first"]), (&Value::from(1), &Value::Null));
        let squares = told(
            &project,
            &python,
            &["lines", "first.py:squares", "-n", "10000", "--cold"],
        );
        let net = squares["net_bytes"].as_i64().unwrap();
        // Numbers of 28 bytes, on 3.11 of 32, and a list that has grown.
        assert!((365_000..420_000).contains(&net), "{squares}");
        assert!(allocated(&squares, 14) > net - 1_000, "{squares}");
    }
    let text = said(&project, &["lines", "first.py:lookup", "-n", "10000"]);
    assert!(text.contains("This is a warm call"), "{text}");
    assert!(
        text.contains("of which 1.08 MiB were live at its return (--cold shows it)"),
        "{text}"
    );
    let text = said(&project, &["lines", "first.py:squares"]);
    assert!(text.contains("None of these lines ran in this call."), "{text}");
}

#[test]
fn try_tells_of_first_calls_and_measures_them() {
    let project = Project::new();
    project.write("first.py", FIRST);
    for python in pythons() {
        let python = python.to_str().unwrap();
        let text = said(
            &project,
            &["try", "first.py:lookup", "-n", "1e4", "--python", python],
        );
        assert!(text.contains("Calls are warm: "), "{text}");
        assert!(
            text.contains("[1] The first call at n = 10,000 had a peak of ") && text.contains(" MiB, and "),
            "{text}"
        );
        let arguments = [
            "try",
            "first.py:lookup",
            "-n",
            "1e3,1e4",
            "--cold",
            "--json",
            "--python",
            python,
        ];
        let text = said(&project, &arguments);
        let cells: Vec<Value> = text
            .lines()
            .skip(1)
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        for cell in &cells {
            let processes = cell["memory"]["processes"].as_array().unwrap();
            assert_eq!(processes.len(), 3);
            let n = cell["n"].as_i64().unwrap();
            for process in processes {
                assert_eq!(process["warm_ups"], 0);
                let kept = process["retained_after_collection_bytes"].as_i64().unwrap();
                assert!(
                    (80 * n..120 * n).contains(&kept),
                    "each size has its own first call: {cell}"
                );
            }
            assert!(cell["time"].is_null(), "{cell}");
        }
    }
    let text = said(&project, &["try", "import decimal", "-n", "1", "--cold"]);
    assert!(text.contains("Calls are cold"), "{text}");
    let peak = text
        .lines()
        .find(|line| line.split_whitespace().take(2).eq(["[1]", "1"]))
        .unwrap_or_else(|| panic!("{text}"));
    assert!(peak.contains("KiB"), "{text}");
}

#[test]
fn the_calls_that_lines_tells_are_the_calls_that_it_made() {
    for python in pythons() {
        let project = Project::new();
        project.write("first.py", FIRST);
        let lines = told(&project, &python, &["lines", "first.py:logged"]);
        let made = project.read("calls.log").lines().count();
        assert_eq!(lines["calls"], made, "{lines}");
    }
}

const ELSEWHERE: &str = "\
def load(n):
    numbers = [i for i in range(n)]
    return [number * 2 for number in numbers]


class App:
    def handle(self, n):
        kept = [0] * n
        return len(kept)

    def __call__(self, n):
        return [0] * n
";

const HERE: &str = "\
'''Three lines
that are not
the function's.'''
import functools

from elsewhere import App, load

handle = App().handle
called = App()
part = functools.partial(load)
short = lambda n: [0] * n


def decorated(function):
    @functools.wraps(function)
    def inner(n):
        return function(n)

    return inner


def twice(n):
    return 1


@decorated
def twice(n):
    kept = [0] * n
    return [
        len(kept),
    ]


cached = functools.lru_cache(maxsize=None)(twice)
";

#[test]
fn the_text_is_that_of_the_code_that_ran() {
    let project = Project::new();
    project.write("here.py", HERE);
    project.write("elsewhere.py", ELSEWHERE);
    // The name, the file, the line that makes the most and what it makes. Numbers are of 24 to 32
    // bytes, and 3.15 has those up to 1,024 ready.
    let cases = [
        ("load", "elsewhere.py", 3, 24_000..38_000),
        ("part", "elsewhere.py", 3, 24_000..38_000),
        ("handle", "elsewhere.py", 8, 8_050..8_200),
        ("called", "elsewhere.py", 12, 8_050..8_200),
        ("short", "here.py", 11, 8_050..8_200),
        ("twice", "here.py", 28, 8_050..8_200),
    ];
    for python in pythons() {
        for (name, file, line, bytes) in &cases {
            let lines = told(&project, &python, &["lines", &format!("here.py:{name}")]);
            assert_eq!(lines["file"], *file, "{name}");
            assert!(bytes.contains(&allocated(&lines, *line)), "{name}: {lines}");
        }
        let cached = told(&project, &python, &["lines", "here.py:cached", "--cold"]);
        assert!((8_050..8_200).contains(&allocated(&cached, 28)), "{cached}");
    }
    let text = said(&project, &["lines", "here.py:load"]);
    assert!(text.contains("The lines are those of elsewhere.py."), "{text}");
    assert!(
        text.lines()
            .any(|line| line.starts_with("    2  ") && line.ends_with("numbers = [i for i in range(n)]")),
        "{text}"
    );
    assert!(!text.contains("not\n"), "{text}");
    let text = said(&project, &["lines", "here.py:twice"]);
    assert!(
        text.lines()
            .any(|line| line.starts_with("   26 ") && line.ends_with("@decorated"))
            && text.contains("    ]\n"),
        "{text}"
    );
    assert!(!text.contains("return 1") && !text.contains("those of"), "{text}");
    let text = said(&project, &["lines", "kept = [0] * n\nlen(kept)"]);
    assert!(
        text.lines()
            .any(|line| line.contains("7.") && line.ends_with("kept = [0] * n")),
        "{text}"
    );
}
