//! What `heapbook try` makes of input that is bad: one clear error, the documented status, no
//! process and no file left.

mod common;

use std::fs;

use common::Project;

/// What `heapbook try` printed, and its status.
struct Outcome {
    status: i32,
    out: String,
    err: String,
}

/// Runs a try whose processes can be told from all others, with a folder of its own for temporary
/// files; nothing may be left of either.
fn run_try(project: &Project, arguments: &[&str]) -> Outcome {
    fs::create_dir_all(project.path("tmp")).unwrap();
    let mark = format!("{}-{}", std::process::id(), project.root().display());
    let run = project
        .heapbook(&["try"])
        .args(arguments)
        .env("TMPDIR", project.path("tmp"))
        .env("XDG_CACHE_HOME", project.path("cache"))
        .env("BAD_INPUT_TEST", &mark)
        .output()
        .unwrap();
    assert_eq!(processes_with(&mark), Vec::<String>::new(), "{arguments:?}");
    assert_eq!(project.names("tmp"), Vec::<String>::new(), "{arguments:?}");
    if project.path("cache").exists() {
        let made = project.names("cache/heapbook/rust");
        assert!(made.iter().all(|name| !name.starts_with('.')), "{made:?}");
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Outcome {
        status: run.status.code().expect("no signal ends it"),
        out: text(&run.stdout),
        err: text(&run.stderr),
    }
}

/// The command lines of living processes that carry the mark in their environment.
fn processes_with(mark: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let carries = |path: &std::path::Path| {
        let environment = fs::read(path.join("environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(mark)
    };
    entries
        .filter(|entry| carries(&entry.path()))
        .map(|entry| fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default())
        .collect()
}

/// The try fails with status 1, and says each of the words once, on standard output.
#[track_caller]
fn fails(arguments: &[&str], words: &[&str]) {
    let outcome = run_try(&Project::new(), arguments);
    assert_eq!(outcome.status, 1, "{}{}", outcome.out, outcome.err);
    for word in words {
        assert_eq!(outcome.out.matches(word).count(), 1, "{word}: {}", outcome.out);
    }
    assert_eq!(outcome.err, "");
}

/// The try is refused with status 2 before anything is measured, and says why on standard error.
#[track_caller]
fn is_refused(arguments: &[&str], words: &[&str]) {
    let outcome = run_try(&Project::new(), arguments);
    assert_eq!(outcome.status, 2, "{}{}", outcome.out, outcome.err);
    for word in words {
        assert!(outcome.err.contains(word), "{word}: {}", outcome.err);
    }
    assert!(!outcome.out.contains("peak"), "{}", outcome.out);
}

#[test]
fn a_snippet_that_never_ends_is_stopped_once() {
    fails(
        &["--deadline", "1", "while True: pass"],
        &["no answer within 1 s", "--deadline"],
    );
}

#[test]
fn a_snippet_that_prints_megabytes_is_measured() {
    let outcome = run_try(&Project::new(), &["-n", "100", "print('x' * 5_000_000)"]);
    assert_eq!(outcome.status, 0, "{}", outcome.err);
    assert!(outcome.out.len() < 2_000, "{}", outcome.out.len());
}

#[test]
fn a_snippet_that_forks_and_leaves_its_child_is_told() {
    fails(
        &[
            "-n",
            "10,20",
            "import os, time\nif not os.fork(): time.sleep(600)",
        ],
        &["processes running"],
    );
}

#[test]
fn a_snippet_that_exits_is_told() {
    fails(
        &["-n", "10,20", "import os; os._exit(3)"],
        &["it ended with status 3"],
    );
    fails(&["-n", "10,20", "raise SystemExit(3)"], &["SystemExit: 3"]);
    fails(&["-n", "10,20", "exit(3)"], &["SystemExit: 3"]);
}

#[test]
fn a_snippet_that_eats_memory_is_stopped_at_the_cap() {
    let hungry = "kept = []\nwhile True: kept.append(bytearray(1_000_000))";
    fails(&["--memory-cap", "300M", hungry], &["--memory-cap"]);
}

#[test]
fn an_unknown_name_is_told_with_the_snippet() {
    fails(
        &["missing(n)"],
        &["NameError: name 'missing' is not defined", "    missing(n)"],
    );
}

#[test]
fn what_is_no_python_is_told_with_its_place() {
    fails(&["sum(i for i in"], &["SyntaxError", "    sum(i for i in"]);
}

#[test]
fn what_is_no_rust_is_told_in_the_compilers_words() {
    is_refused(&["--rust", "n +"], &["`n +` does not compile", "snippet.rs"]);
    is_refused(&["--rust", "missing(n)"], &["cannot find function `missing`"]);
}

#[test]
fn a_panic_in_rust_is_told() {
    fails(
        &["-n", "10,20", "--rust", "[1, 2][n % 7 + 3]"],
        &["index out of bounds"],
    );
}

#[test]
fn a_file_or_a_function_that_is_not_there_is_named() {
    is_refused(&["missing.py:load"], &["cannot read missing.py", "FILE:NAME"]);
    is_refused(
        &["--rust", "missing.rs:load"],
        &["cannot read missing.rs", "FILE:NAME"],
    );
    let project = Project::new();
    project.write("app.py", "def load(n):\n    return n\n");
    let outcome = run_try(&project, &["-n", "10,20", "app.py:store"]);
    assert_eq!(outcome.status, 1, "{}", outcome.err);
    assert_eq!(
        outcome.out.matches("has no function 'store'").count(),
        1,
        "{}",
        outcome.out
    );
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_anything_is_measured() {
    is_refused(
        &["--svg", "nowhere/plot.svg", "n"],
        &["cannot write nowhere/plot.svg"],
    );
}

#[test]
fn sizes_that_are_none_say_what_to_write() {
    for (sizes, word) in [
        ("-5", "invalid size `-5`"),
        ("1e99", "invalid size `1e99`"),
        ("abc", "invalid size `abc`"),
    ] {
        is_refused(&["-n", sizes, "n"], &[word, "such as 1000"]);
    }
}

#[test]
fn a_size_that_would_not_fit_is_left_out() {
    let outcome = run_try(
        &Project::new(),
        &["--memory-cap", "200M", "-n", "1e4,1e9", "bytes(n)"],
    );
    assert_eq!(outcome.status, 0, "{}{}", outcome.out, outcome.err);
    assert!(
        outcome.out.contains("n = 1,000,000,000 is left out"),
        "{}",
        outcome.out
    );
}
