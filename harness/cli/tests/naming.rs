//! How a program is named and what it is called with: `heapbook lines`, `leaks` and `try` take the
//! same names.

mod common;

use common::{Project, allocated, pythons, said, told};
use predicates::prelude::*;
use predicates::str::contains;

const APP: &str = "\
import argparse

KEPT = []


class App:
    def handle(self):
        KEPT.append(bytearray(1000))

    @staticmethod
    def still(n):
        return [0] * n

    @classmethod
    def of_class(cls, n):
        return [cls] * n

    class Inner:
        def deep(self, n):
            return [0] * n


class Needy:
    def __init__(self, path):
        self.path = path

    def load(self, n):
        return [0] * n


APPLICATION = App()


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument('--k', type=int, default=3)
    return [parser.parse_args(argv).k] * 1000


def test_sum(numbers):
    assert sum(numbers) == 499500


def two(n, path):
    return [path] * n


def named(path, *, n=5):
    return [path] * n


def only(*, n):
    return [0] * n


def usual(n=7):
    return [0] * n


def later(path='here', n=7):
    return [path] * n


def self(n):
    return [0] * n
";

/// The peak of a list of a thousand: its header with the collector's two words, and a pointer each.
const LIST: i64 = 8_056;

fn project() -> Project {
    let project = Project::new();
    project.write("app.py", APP);
    project.write("1_app.py", APP);
    project.write("shop/__init__.py", "");
    project.write("shop/rates.py", "RATE = 3\n");
    let total = "\n\n\ndef total(n):\n    return [RATE] * n\n";
    project.write("shop/cart.py", &format!("from shop.rates import RATE{total}"));
    project.write("shop/relative.py", &format!("from .rates import RATE{total}"));
    project
}

/// Whether a list of so many bytes is what the lines made. What else a line makes, such as the list
/// of one that it multiplies, is within a hundred bytes.
fn makes_the_list(project: &Project, arguments: &[&str]) {
    for python in pythons() {
        let lines = told(project, &python, &[&["lines"], arguments].concat());
        let made: i64 = (1..100).map(|line| allocated(&lines, line)).sum();
        assert!((LIST..LIST + 100).contains(&made), "{arguments:?}: {lines}");
    }
}

#[test]
fn methods_are_named_with_their_class() {
    let project = project();
    for name in [
        "app.py:App.still",
        "app.py:App.of_class",
        "app.py:App.Inner.deep",
        "app.py:APPLICATION.still",
        "app:App.still",
        "app.py:self",
    ] {
        makes_the_list(&project, &[name]);
    }
    for python in pythons() {
        let leaks = told(
            &project,
            &python,
            &["leaks", "app.py:App.handle", "--calls", "100"],
        );
        // A bytearray with its block, and room in the list; 3.15 has an object around the block.
        let mean = leaks["bytes_per_call"][0].as_f64().unwrap();
        assert!((1_057.0..1_110.0).contains(&mean), "{leaks}");
    }
    let text = said(&project, &["leaks", "app.py:App.handle", "--calls", "20"]);
    assert!(
        text.contains("called on one App(), made before all calls"),
        "{text}"
    );
    let text = said(&project, &["try", "app.py:App.still", "-n", "1000"]);
    assert!(text.contains("7.93 KiB"), "{text}");
}

#[test]
fn modules_of_packages_are_imported_as_such() {
    let project = project();
    for name in [
        "shop/cart.py:total",
        "shop/relative.py:total",
        "shop.cart:total",
        "shop.relative:total",
    ] {
        makes_the_list(&project, &[name]);
    }
    makes_the_list(
        &project,
        &["--path", ".", "--setup", "from shop import cart", "cart.total(n)"],
    );
    let outside = project.heapbook(&["lines", "--setup", "from shop import cart", "cart.total(n)"]);
    let mut outside = outside;
    outside
        .assert()
        .code(1)
        .stderr(contains("--path . the current one"));
    // Without an __init__.py there is no package, and both ways out are told.
    project.write("loose/rates.py", "RATE = 3\n");
    project.write(
        "loose/cart.py",
        "from .rates import RATE\n\n\ndef total(n):\n    return [RATE] * n\n",
    );
    project
        .heapbook(&["lines", "loose/cart.py:total"])
        .assert()
        .code(1)
        .stderr(contains("package.module:NAME"));
    makes_the_list(&project, &["loose.cart:total"]);
}

#[test]
fn a_package_that_has_the_name_of_another_is_told() {
    let project = project();
    project.write("encodings/__init__.py", "");
    project.write("encodings/own.py", "def total(n):\n    return [0] * n\n");
    project.write("encodings/utf_8.py", "def total(n):\n    return [0] * n\n");
    project
        .heapbook(&["lines", "encodings/utf_8.py:total"])
        .assert()
        .code(1)
        .stderr(contains("give its package another name"));
}

#[test]
fn what_lies_beside_a_program_is_not_taken_for_pythons_own() {
    let project = project();
    for name in ["types", "json", "hashlib", "tracemalloc", "traceback"] {
        project.write(&format!("{name}.py"), "raise RuntimeError('not this one')\n");
    }
    makes_the_list(&project, &["app.py:self"]);
    said(&project, &["try", "app.py:self", "-n", "10"]);
    said(&project, &["leaks", "app.py:App.handle", "--calls", "20"]);
}

#[test]
fn a_function_is_called_with_what_it_takes() {
    let project = project();
    for name in ["only", "usual", "later"] {
        makes_the_list(&project, &[&format!("app.py:{name}")]);
    }
    let text = said(&project, &["lines", "app.py:usual"]);
    assert!(
        text.contains("usual is called with n: its default, 7, is not used."),
        "{text}"
    );
    for python in pythons() {
        let lines = told(&project, &python, &["lines", "app.py:main"]);
        let listed = APP.lines().position(|line| line.contains("* 1000")).unwrap() as u64 + 1;
        assert!(allocated(&lines, listed) > 8_000, "{lines}");
        let remark = lines["remarks"][0].as_str().unwrap();
        assert_eq!(
            remark,
            "main is called without n, whatever n is: argv keeps its default."
        );
    }
}

#[test]
fn what_needs_more_than_n_is_told_how_to_write_it() {
    let project = project();
    for (name, setup, call) in [
        ("app.py:two", "from app import two; path = ...", "two(n, path)"),
        ("app.py:named", "from app import named; path = ...", "named(path)"),
        (
            "app.py:test_sum",
            "from app import test_sum; numbers = ...",
            "test_sum(numbers)",
        ),
        (
            "app.py:Needy.load",
            "from app import Needy; made = Needy(...)",
            "made.load(n)",
        ),
        ("shop.cart:total.missing", "", ""),
        (
            "1_app.py:two",
            "import importlib; two = importlib.import_module(\"1_app\").two; path = ...",
            "two(n, path)",
        ),
    ] {
        for command in ["lines", "leaks", "try"] {
            let mut run = project.heapbook(&[command, name]);
            let run = run.assert().code(1);
            let out = run.get_output();
            let text = String::from_utf8_lossy(&[&out.stdout[..], &out.stderr].concat()).into_owned();
            match setup {
                "" => assert!(text.contains("has no function 'missing'"), "{text}"),
                _ => assert!(
                    text.contains(&format!("--path . --setup '{setup}' '{call}'")),
                    "{text}"
                ),
            }
            assert!(!text.contains("Traceback"), "{text}");
        }
    }
    // What is told works, once its dots are filled in.
    let setup = "from app import two; path = 3";
    makes_the_list(&project, &["--path", ".", "--setup", setup, "two(n, path)"]);
    let setup = "import importlib; two = importlib.import_module(\"1_app\").two; path = 3";
    makes_the_list(&project, &["--path", ".", "--setup", setup, "two(n, path)"]);
}

#[test]
fn what_has_no_lines_or_is_no_program_is_told_in_a_sentence() {
    let project = project();
    let told = |status, arguments: &[&str], says: &str| {
        let mut run = project.heapbook(arguments);
        run.assert()
            .code(status)
            .stderr(contains(says).and(contains("Traceback").not()));
    };
    told(1, &["lines", "math:sqrt"], "has no lines of its own");
    told(1, &["lines", "app.py:KEPT"], "is of type list");
    told(
        2,
        &["leaks", "app.py"],
        "app.py is a script: name a function in it",
    );
    told(
        2,
        &["lines", "app.py:two", "--", "3"],
        "takes no arguments: they are for a script",
    );
    told(2, &["lines", "gone.py:two"], "cannot read gone.py");
    told(2, &["try", "--rust", "app.rs:self"], "expected app.rs:NAME");
    for python in pythons() {
        let python = python.to_str().unwrap();
        said(
            &project,
            &["leaks", "math:sqrt", "--calls", "20", "--python", python],
        );
    }
}

#[test]
fn a_script_is_run_whole_with_its_arguments() {
    let project = project();
    project.write(
        "tools/script.py",
        "import sys\nfrom beside import SIZE\n\nTAKEN = [0] * (SIZE * int(sys.argv[1]))\n\
         if __name__ == '__main__':\n    sys.exit(0)\n",
    );
    project.write("tools/beside.py", "SIZE = 10\n");
    for python in pythons() {
        let lines = told(&project, &python, &["lines", "tools/script.py", "--", "100"]);
        // The list's header may come from a free list, since others went before.
        assert!((8_000..LIST + 100).contains(&allocated(&lines, 4)), "{lines}");
        assert_eq!(lines["file"], "tools/script.py");
        assert_eq!(lines["calls"], 1);
    }
    project
        .heapbook(&["lines", "tools/script.py"])
        .assert()
        .code(1)
        .stderr(contains("IndexError"));
}
