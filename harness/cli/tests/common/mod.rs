//! What the binary's tests share: a small project of its own for each test.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A scenario with two variants that agree.
pub(crate) const SCENARIO: &str = "title = \"Sums\"\nquestion = \"Which one?\"\nsizes = [100, 1_000]\nheadline = 1_000\n\n\
    [python.build]\nsays = \"builds a list\"\n\n[python.produce]\nsays = \"produces\"\n\n\
    [[claim]]\nid = \"list-is-larger\"\nsays = \"The list needs more.\"\nmetric = \"peak\"\nof = \"python.produce\"\n\
    less_than = { of = \"python.build\" }\n";

/// Its functions.
pub(crate) const WORKLOAD: &str = "def build(n):\n    return sum([i * i for i in range(n)])\n\n\n\
    def produce(n):\n    return sum(i * i for i in range(n))\n";

/// The book's settings: the preprocessor stands where it stands in the real book, before mdBook's
/// own `links`.
const BOOK: &str = "[book]\ntitle = \"Test\"\n[build]\nbuild-dir = \"../target/book\"\n\
    [preprocessor.heapbook]\nbefore = [\"links\"]\n[output.html]\n";

/// The reference records of the scenario `sums`.
pub(crate) const REFERENCE: &str = "book/records/sums.jsonl";

/// The reader's own.
pub(crate) const LOCAL: &str = "book/records/local/sums.jsonl";

/// A project in a temporary folder.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    /// A project with the scenario `sums` and a page about it.
    pub(crate) fn new() -> Self {
        let project = Project {
            folder: tempfile::tempdir().unwrap(),
        };
        project.scenario("sums", SCENARIO, WORKLOAD);
        project.write("book/book.toml", BOOK);
        project.write("book/src/SUMMARY.md", "# Summary\n\n- [Sums](sums.md)\n");
        project.page("# Sums\n\n{{#table sums}}\n\nThe peak is {{#value sums python.build peak}}.\n");
        project
    }

    pub(crate) fn scenario(&self, slug: &str, toml: &str, workload: &str) {
        self.write(&format!("scenarios/{slug}/scenario.toml"), toml);
        self.write(&format!("scenarios/{slug}/workload.py"), workload);
    }

    pub(crate) fn page(&self, text: &str) {
        self.write("book/src/sums.md", text);
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.path(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The lines of a records file: the head, and the cells.
    pub(crate) fn lines(&self, path: &str) -> Vec<Value> {
        let text = self.read(path);
        text.lines()
            .map(|line| serde_json::from_str(line).expect("each line is whole"))
            .collect()
    }

    /// The cells of a records file.
    pub(crate) fn cells(&self, path: &str) -> Vec<Value> {
        self.lines(path).split_off(1)
    }

    pub(crate) fn write_lines(&self, path: &str, lines: &[Value]) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        self.write(path, &text);
    }

    /// Measures everything quickly, and has it for the reference as if the runs had been full ones,
    /// which take long.
    pub(crate) fn measure_reference(&self) {
        let files: Vec<String> = self
            .names("scenarios")
            .iter()
            .map(|slug| format!("scenarios/{slug}/scenario.toml"))
            .collect();
        let written: Vec<String> = files.iter().map(|file| self.read(file)).collect();
        for (file, toml) in files.iter().zip(&written) {
            self.write(file, &asking_for_all(toml));
        }
        self.heapbook(&["run", "--quick", "--output", "book/records"])
            .assert()
            .code(0);
        for (file, toml) in files.iter().zip(&written) {
            self.write(file, toml);
        }
        for name in self.names("book/records") {
            if name.ends_with(".jsonl") {
                let path = format!("book/records/{name}");
                let text = self
                    .read(&path)
                    .replace("\"effort\":\"quick\"", "\"effort\":\"full\"");
                self.write(&path, &text);
            }
        }
    }

    /// The names of what a folder of the project holds, in order.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The binary, started in the project.
    pub(crate) fn heapbook(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("heapbook"));
        command.current_dir(self.root()).args(arguments);
        command
    }
}

/// A scenario's file with claims on all that a quick run takes only where it is asked for.
pub(crate) fn asking_for_all(toml: &str) -> String {
    let variant = toml
        .split("[python.")
        .nth(1)
        .and_then(|rest| rest.split(']').next());
    let variant = variant.expect("the scenario has a variant in Python");
    let claims = ["time", "leaked_per_call", "collections", "resident"].map(|metric| {
        let id = metric.replace('_', "-");
        format!(
            "\n[[claim]]\nid = \"asks-for-{id}\"\nsays = \"S.\"\nmetric = \"{metric}\"\nof = \"python.{variant}\"\nat_most = 1\n"
        )
    });
    format!("{toml}{}", claims.concat())
}

/// The interpreters to test with: those that `HEAPBOOK_TEST_PYTHONS` names, with colons between
/// them, or else `python3`.
pub(crate) fn pythons() -> Vec<PathBuf> {
    let named = std::env::var_os("HEAPBOOK_TEST_PYTHONS").unwrap_or_else(|| "python3".into());
    std::env::split_paths(&named).collect()
}

/// The command lines of living processes that name a path below a project: its workers and what
/// these started. Each worker of Python's carries the probe's directory, which lies there.
pub(crate) fn processes_of(root: &Path) -> Vec<String> {
    let root = root.to_str().unwrap();
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(root))
        .collect()
}

/// What the binary says on standard output when all is fine.
pub(crate) fn said(project: &Project, arguments: &[&str]) -> String {
    let run = project.heapbook(arguments).assert().code(0);
    String::from_utf8_lossy(&run.get_output().stdout).into_owned()
}

/// How many workers a run says it started.
pub(crate) fn workers_started(said: &str) -> u64 {
    let (_, rest) = said.split_once("Workers started: ").expect(said);
    rest.trim_end().trim_end_matches('.').parse().expect(said)
}

/// What a command answers in JSON when all is fine, measuring with that interpreter.
pub(crate) fn told(project: &Project, python: &Path, arguments: &[&str]) -> Value {
    let python = python.to_str().unwrap();
    let command = [&arguments[..1], &["--json", "--python", python], &arguments[1..]].concat();
    serde_json::from_str(&said(project, &command)).unwrap()
}

/// Bytes that a line made, in the answer of `heapbook lines --json`; 0 for one that did not run.
pub(crate) fn allocated(lines: &Value, number: u64) -> i64 {
    let lines = lines["lines"].as_array().unwrap();
    let line = lines.iter().find(|line| line["line"] == number);
    line.map_or(0, |line| line["allocated_bytes"].as_i64().unwrap())
}
