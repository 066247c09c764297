//! What `heapbook try` says of results: whether they are the same, what they hold, what the system
//! saw.

mod common;

use std::path::Path;

use common::{Project, pythons};
use serde_json::Value;

/// What a try of these programs said, on both outputs, with its status.
fn tried(project: &Project, python: &Path, arguments: &[&str], status: i32) -> String {
    let run = project
        .heapbook(&["try", "--python", python.to_str().unwrap()])
        .args(arguments)
        .env("XDG_CACHE_HOME", project.path("cache"))
        .assert()
        .code(status);
    let output = run.get_output();
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// The cells that a try came to.
fn cells(project: &Project, python: &Path, arguments: &[&str]) -> Vec<Value> {
    let said = tried(project, python, &[&["--json", "--quiet"], arguments].concat(), 0);
    let lines = said
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

/// Pairs of results, and whether they are the same, differ, or cannot be compared.
const PAIRS: &str = r#"[
    ("2**64", "0", "differ"), ("10**5000", "10**5000 + 1", "differ"), ("-1", "2**64 - 1", "differ"),
    ("10**5000", "10**5000", "same"), ("1", "True", "differ"), ("1", "1.0", "differ"),
    ("float('nan')", "float('nan')", "same"), ("0.0", "-0.0", "differ"),
    ("[1, 2]", "(1, 2)", "differ"), ("[0, 1]", "range(2)", "differ"), ("[0, 0]", "bytes(2)", "differ"),
    ("bytes(2)", "bytearray(2)", "same"), ("bytes(2)", "memoryview(bytes(2))", "same"),
    ("{1: 2, 3: 4}", "{3: 4, 1: 2}", "same"), ("{'a', 'b', 'c'}", "{'c', 'b', 'a'}", "same"),
    ("range(10**15)", "range(10**15)", "same"), ("range(0, 3, 2)", "range(0, 4, 2)", "same"),
    ("OrderedDict(a=1, b=2)", "OrderedDict(b=2, a=1)", "differ"), ("Counter('aab')", "{'a': 2, 'b': 1}", "same"),
    ("defaultdict(int, {1: 2})", "{1: 2}", "same"), ("MappingProxyType({1: 2})", "{1: 2}", "same"),
    ("deque([1, 2])", "deque([1, 2])", "same"), ("deque([1, 2])", "[1, 2]", "differ"),
    ("Decimal('1.0')", "Decimal('1.00')", "same"), ("Decimal('1.01')", "Decimal('1')", "differ"),
    ("Fraction(1, 3)", "Fraction(2, 6)", "same"), ("array('q', [1])", "memoryview(array('q', [1]))", "same"),
    ("array('q', [1])", "[1]", "differ"), ("date(2020, 1, 1)", "datetime(2020, 1, 1)", "differ"),
    ("datetime(2020, 1, 1, tzinfo=timezone.utc)", "datetime(2020, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))", "same"),
    ("Path('a')", "Path('a')", "same"), ("Path('a')", "'a'", "differ"),
    ("Colour.RED", "Colour.RED", "same"), ("Colour.RED", "Colour.BLUE", "differ"),
    ("Point(1, [2])", "Point(1, [2])", "same"), ("Point(1, [2])", "Point(1, [3])", "differ"),
    ("Place(1, 2)", "Place(1, 2)", "same"), ("Place(1, 2)", "Place(2, 1)", "differ"),
    ("Own(1)", "Own(1)", "same"), ("Own(1)", "Own(2)", "Own decides by itself what it equals"),
    ("Plain()", "Plain()", "Plain"), ("Shown(1)", "Shown(2)", "Shown"), ("[Plain()]", "[Plain()]", "Plain"),
    ("len", "len", "builtin_function_or_method"), ("Plain", "Plain", "type"), ("map(str, [1])", "0", "map"),
    ("iter([1])", "0", "list_iterator"), ("ValueError('x')", "ValueError('x')", "ValueError"),
    ("itself()", "itself()", "list that contains itself"), ("deep()", "deep()", "nested too deeply"),
    ("'\\ud800'", "'\\ud801'", "differ"), ("'a\\nb'", "'a\\\\nb'", "differ"),
]"#;

/// Compares them with the module that workers compare by.
const COMPARE: &str = r#"
import importlib.util, sys
from array import array
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

Colour = Enum("Colour", "RED BLUE")
Place = namedtuple("Place", "x y")

@dataclass
class Point:
    x: int
    y: list

class Plain: pass

class Shown:
    def __init__(self, x): self.x = x
    def __repr__(self): return "Shown"

class Own(Shown):
    def __eq__(self, other): return self.x == other.x

def itself():
    kept = []
    kept.append(kept)
    return kept

def deep():
    kept = []
    for _ in range(5000):
        kept = [kept]
    return kept

results = {}
exec(open(sys.argv[1]).read(), results)
digest_of = results["digest_of"]
for package, name in [("numpy", "np"), ("pandas", "pd")]:
    if importlib.util.find_spec(package):
        globals()[name] = importlib.import_module(package)
for one, other, expected in eval(open(sys.argv[2]).read()):
    left, right = digest_of(eval(one)), digest_of(eval(other))
    unsure = left.get("incomparable") or right.get("incomparable")
    if None not in (left["digest"], right["digest"]) and left["digest"] == right["digest"]:
        found = "same"
    else:
        found = unsure or "differ"
    if found != expected:
        print(f"{one} and {other}: {found}, not {expected}")
"#;

/// The same of arrays and tables, whose packages a Python may lack.
const NUMPY_PAIRS: &str = r#"[
    ("np.int64(3)", "3", "same"), ("np.int64(3)", "np.uint8(3)", "same"),
    ("np.float64(0.1)", "0.1", "same"), ("np.float32(0.1)", "0.1", "differ"),
    ("np.bool_(True)", "True", "same"), ("np.str_('a')", "'a'", "same"),
    ("np.arange(9)", "np.arange(9).copy()", "same"), ("np.arange(18)[::2] // 2", "np.arange(9)", "same"),
    ("np.arange(9)", "list(range(9))", "same"), ("np.arange(9)", "np.arange(9.0)", "differ"),
    ("np.arange(6).reshape(2, 3)", "np.arange(6).reshape(3, 2)", "differ"),
    ("np.arange(6).reshape(2, 3).T", "np.arange(6).reshape(2, 3).T.copy()", "same"),
    ("np.full(3, np.nan)", "np.full(3, np.nan)", "same"), ("np.zeros(0)", "np.zeros((0, 3))", "differ"),
    ("np.arange(9).astype('M8[D]')", "np.array([str(x) for x in np.arange(9).astype('M8[D]')], 'M8[D]')", "same"),
    ("np.arange(9).astype('M8[D]')", "np.arange(9).astype('M8[h]')", "differ"),
    ("np.datetime64('2026-01-01')", "np.datetime64('2026-01-02')", "differ"),
    ("np.zeros(2, 'i4,f8')", "np.zeros(2, 'i4,f8')", "same"),
    ("np.array([1, 'a'], object)", "np.array([1, 'a'], object)", "same"),
    ("pd.Series(range(3))", "pd.Series(np.arange(3))", "same"),
    ("pd.Series([1.5, None])", "pd.Series([1.5, float('nan')])", "same"),
    ("pd.Series(range(3))", "pd.Series(range(3), index=[1, 2, 3])", "differ"),
    ("pd.DataFrame({'a': [1], 'b': ['x']})", "pd.DataFrame({'a': np.ones(1, int), 'b': ['x']})", "same"),
    ("pd.DataFrame({'a': [1], 'b': [2]})", "pd.DataFrame({'b': [2], 'a': [1]})", "differ"),
    ("pd.Timestamp('2026-01-01')", "pd.Timestamp('2026-01-01')", "same"),
    ("pd.NaT", "pd.NaT", "same"), ("pd.NA", "pd.NaT", "differ"), ("pd.Period('2026')", "pd.Period('2026')", "same"),
    ("pd.Categorical(['a', 'b'])", "pd.Categorical(['a', 'b'])", "same"),
    ("pd.MultiIndex.from_product([[1, 2], ['a', 'b']])", "pd.MultiIndex.from_product([[1, 2], ['a', 'b']])", "same"),
]"#;

#[test]
fn results_are_the_same_where_python_says_so() {
    for python in pythons() {
        compare(&python, PAIRS);
    }
}

#[test]
fn numpy_and_pandas_results_are_the_same_where_they_say_so() {
    for python in pythons() {
        let find = "import numpy, pandas";
        let found = std::process::Command::new(&python).args(["-c", find]).output();
        // CI runs this with a Python that has both.
        if found.unwrap().status.success() {
            compare(&python, NUMPY_PAIRS);
        }
    }
}

/// Holds each pair of results to what it should come to.
fn compare(python: &Path, pairs: &str) {
    let project = Project::new();
    project.write("compare.py", COMPARE);
    project.write("pairs.txt", pairs);
    let results = concat!(env!("CARGO_MANIFEST_DIR"), "/../probe/src/results.py");
    let run = std::process::Command::new(python)
        .args(["compare.py", results, "pairs.txt"])
        .current_dir(project.root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success() && said.is_empty(),
        "{}: {said}{run:?}",
        python.display()
    );
}

#[test]
fn what_differs_or_cannot_be_compared_is_said_on_one_line_and_fails_same() {
    let project = Project::new();
    for python in pythons() {
        let same = |programs: &[&str], status| {
            tried(
                &project,
                &python,
                &[&["--same", "-n", "10"], programs].concat(),
                status,
            )
        };
        let said = same(&["2**64", "0", "2**64"], 1);
        let line = "The results differ at n = 10, so the programs do not do the same: \
                    [2] gives 0, but [1] gives 18446744073709551616.\n";
        assert!(said.contains(line), "{said}");
        let said = same(&["open('/dev/null')", "[0]", "[0]"], 1);
        assert!(
            said.contains("The results of [1] cannot be compared: TextIOWrapper.\n"),
            "{said}"
        );
        assert!(!said.contains("differ"), "{said}");
        let said = same(&["(i for i in range(n))", "[i for i in range(n)]"], 1);
        assert!(
            said.contains("The results of [1] cannot be compared: generator.\n"),
            "{said}"
        );
        let said = same(&["object()", "object()"], 1);
        assert!(
            said.contains("The results of [1] and [2] cannot be compared: object.\n"),
            "{said}"
        );
        let said = same(&["'a\\nb\\x1b[2J'", "'a'", "[1] and 'a\\u2028'"], 1);
        let line = said
            .lines()
            .find(|line| line.starts_with("The results differ"))
            .unwrap();
        assert!(
            line.contains("[2] gives 'a'") && line.contains("but [1] gives"),
            "{said}"
        );
        assert!(!said.contains('\u{1b}') && !said.contains('\u{2028}'), "{said}");
        same(&["[i * i for i in range(n)]", "[i ** 2 for i in range(n)]"], 0);
        let said = same(&["__import__('random').random()", "1"], 1);
        assert!(
            said.contains("The results of [1] cannot be compared: it depends on chance"),
            "{said}"
        );
        let said = same(&["list({'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'})", "1"], 1);
        assert!(said.contains("differs from process to process"), "{said}");
        let said = tried(&project, &python, &["-n", "10", "--same", "--csv", "1", "2"], 1);
        assert!(said.contains("[2] gives 2, but [1] gives 1"), "{said}");
    }
}

#[test]
fn results_are_compared_across_languages_as_both_write_them() {
    let project = Project::new();
    let python = &pythons()[0];
    let same = |one: &str, rust: &str, status| {
        tried(
            &project,
            python,
            &["--same", "-n", "10", one, "--rust", rust],
            status,
        );
    };
    same("2**64", "1u128 << 64", 0);
    same("0", "1u128 << 64", 1);
    same("0 - 2**100", "0 - (1i128 << 100)", 0);
    same(
        "[1e16, 1e-5, 0.1, -0.0, float('nan'), float('inf')]",
        "vec![1e16, 1e-5, 0.1, -0.0, f64::NAN, f64::INFINITY]",
        0,
    );
    same("bytes(n)", "vec![0u8; n]", 0);
    same("[0] * n", "vec![0u8; n]", 0);
    same(
        "['a\\r\\0é\\u0301\\x7f\"']",
        "vec![\"a\\r\\0é\\u{301}\\u{7f}\\\"\"]",
        0,
    );
    same("{3, 10}", "std::collections::BTreeSet::from([10, 3])", 0);
}

#[test]
fn a_large_result_is_compared_by_its_buffer() {
    let project = Project::new();
    for python in pythons() {
        let arguments = ["--same", "-n", "1", "--deadline", "20"];
        let large = ["bytes(50_000_000)", "bytearray(50_000_000)"];
        tried(&project, &python, &[&arguments[..], &large].concat(), 0);
    }
}

#[test]
fn what_a_result_holds_is_shown_and_what_the_system_saw() {
    let project = Project::new();
    project.write(
        "app.py",
        "def emptied(n):\n    d = {i: None for i in range(n)}\n    for key in list(d):\n        del d[key]\n    return d\n\n\n\
         def cleared(n):\n    d = {i: None for i in range(n)}\n    d.clear()\n    return d\n",
    );
    for python in pythons() {
        let programs = ["-n", "100000", "app.py:emptied", "app.py:cleared"];
        let cells = cells(&project, &python, &programs);
        let holds = |code: &str| {
            let cell = cells.iter().find(|cell| cell["program"]["code"] == code).unwrap();
            cell["memory"]["processes"][0]["result_bytes"].as_i64().unwrap()
        };
        // From 3.14 on up to a hundred whole numbers stay in a free list until the next collection.
        let cleared = holds("app.py:cleared");
        assert!(cleared == 64 || cleared == 64 + 3_288, "{cleared}");
        assert!(holds("app.py:emptied") > 5_000_000, "{cells:?}");
        let said = tried(&project, &python, &programs, 0);
        for number in ["[1]", "[2]"] {
            let row = said
                .lines()
                .find(|line| line.starts_with(&format!("{number}  100,000")))
                .unwrap();
            let words: Vec<&str> = row.split_whitespace().collect();
            let shown = if number == "[1]" {
                "5.00 MiB 0 bytes"
            } else {
                " 0 bytes"
            };
            assert!(words.join(" ").contains(shown), "{said}");
            assert!(said.contains(&format!("{number}  resident: ")), "{said}");
        }
        assert!(said.contains("MiB at n = 100,000, in a first call"), "{said}");
    }
}

#[test]
fn figures_that_lack_memory_are_lower_bounds_in_every_form() {
    let project = Project::new();
    project.write(
        "app.py",
        "import mmap, subprocess, sys, threading\n\nKEPT = []\n\n\n\
         def mapped(n):\n    pages = mmap.mmap(-1, 8 * n)\n    pages.write(b'x' * (8 * n))\n    return len(pages)\n\n\n\
         def child(n):\n    subprocess.run([sys.executable, '-c', f'bytes({n} * 1000)'], check=True)\n\n\n\
         def beside(n):\n    if not KEPT:\n        KEPT.append(threading.Event())\n        \
         threading.Thread(target=KEPT[0].wait, name='helper', daemon=True).start()\n    return [0] * n\n",
    );
    for python in pythons() {
        let said = tried(
            &project,
            &python,
            &["-n", "100000", "app.py:mapped", "app.py:child", "app.py:beside"],
            0,
        );
        assert!(
            said.contains("[1] not in the figures: what it uses of 784 KiB mapped past malloc"),
            "{said}"
        );
        assert!(
            said.contains("[2] not in the figures: what a child process took"),
            "{said}"
        );
        assert!(
            said.contains("[3] threads lived beside the call") && said.contains("helper"),
            "{said}"
        );
        for number in ["[1]", "[2]"] {
            let row = said
                .lines()
                .find(|line| line.starts_with(&format!("{number}  100,000")))
                .unwrap();
            assert!(row.contains('≥') && !row.contains("equal"), "{said}");
            assert!(!said.contains(&format!("{number}  peak:")), "{said}");
        }
    }
}
