//! A scenario in a temporary directory, and records of it made by hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use heapbook_engine::record::{
    Account, Benches, Cell, CellError, Effort, ErrorKind, METHOD, Memory, MemoryProcess, Pass, Records, Time,
    TimeProcess, Timeline, TimelinePoint,
};
use heapbook_engine::scenario::{Corpus, Scenario};
use heapbook_model::{Bytes, CellKey, Language, Machine, Nanos, Runtime, SourceDigest, VariantName};
use heapbook_report::{DirectiveError, Expansion, Lesson, Library};

const SCENARIO: &str = r#"
title = "Sums of squares"
question = "Does a generator save memory?"
sizes = [1_000, 10_000, 100_000]
headline = 100_000

[python.build_list]
says = "builds the whole list, then sums it"
[python.generate]
says = "sums while producing"
[rust.iterate]

[[claim]]
id = "generator-is-constant"
says = "A generator's peak does not grow."
metric = "peak"
of = "python.generate"
growth = "constant"

[[claim]]
id = "generator-saves-memory"
says = "The generator needs under a hundredth."
metric = "peak"
of = "python.generate"
at_most = { times = 0.01, of = "python.build_list" }

[[claim]]
id = "list-is-small"
says = "A list needs less than a thousand bytes."
metric = "peak"
of = "python.build_list"
at_most = 1_000
expect = "fails"
"#;

const PYTHON: &str = r#"from math import *


# Above the function.
def build_list(n):
    squares = [i * i for i in range(n)]

    return sum(squares)


def generate(n):
    return sum(i * i for i in range(n))


def make_numbers(n):
    return list(range(n))
"#;

const RUST: &str = "pub fn iterate(n: usize) -> u64 {\n    (0..n as u64).map(|i| i * i).sum()\n}\n";

/// A project with one scenario, `sums`.
pub(crate) struct Fixture {
    pub(crate) corpus: Corpus,
    pub(crate) reference: Records,
    pub(crate) local: Option<Records>,
    pub(crate) benches: Benches,
    pub(crate) lessons: Vec<Lesson>,
}

fn write_scenario(root: &Path, slug: &str, scenario: &str, python: &str, rust: &str) {
    let directory = root.join("scenarios").join(slug);
    fs::create_dir_all(&directory).expect("a directory in it");
    for (name, text) in [
        ("scenario.toml", scenario),
        ("workload.py", python),
        ("workload.rs", rust),
    ] {
        fs::write(directory.join(name), text).expect("a file in it");
    }
}

impl Fixture {
    /// The scenario, with a complete set of reference records.
    pub(crate) fn complete() -> Self {
        let mut fixture = Fixture::without_records();
        fixture.reference = complete_records(fixture.scenario(), &machine("AMD EPYC"));
        fixture
    }

    /// The scenario, never measured.
    pub(crate) fn without_records() -> Self {
        Fixture::of(SCENARIO, PYTHON, RUST)
    }

    /// Another scenario of the same name.
    pub(crate) fn of(scenario: &str, python: &str, rust: &str) -> Self {
        let root = tempfile::tempdir().expect("a temporary directory");
        write_scenario(root.path(), "sums", scenario, python, rust);
        Fixture::read(root.path())
    }

    /// The same, and a scenario beside it with the same Python.
    pub(crate) fn with_another(scenario: &str, python: &str, rust: &str, other: (&str, &str)) -> Self {
        let root = tempfile::tempdir().expect("a temporary directory");
        write_scenario(root.path(), "sums", scenario, python, rust);
        write_scenario(root.path(), other.0, other.1, python, rust);
        Fixture::read(root.path())
    }

    fn read(root: &Path) -> Self {
        let corpus = Corpus::read(root).expect("a directory that was just written");
        assert!(corpus.diagnostics.is_empty(), "{:?}", corpus.diagnostics);
        Fixture {
            corpus,
            reference: Records::default(),
            local: None,
            benches: Benches::new(),
            lessons: Vec::new(),
        }
    }

    pub(crate) fn scenario(&self) -> &Scenario {
        &self.corpus.scenarios[0]
    }

    /// The reference's cell of a variant at a size.
    pub(crate) fn cell(&mut self, variant: &str, n: u64) -> &mut Cell {
        let name: VariantName = variant.parse().expect("a variant's name");
        let cells = self.reference.cells_mut();
        cells
            .into_iter()
            .find(|cell| cell.key.variant == name && cell.key.n == n)
            .expect("a cell of the fixture")
    }

    /// Takes the reference's cells of a variant away.
    pub(crate) fn forget(&mut self, variant: &str) {
        let name: VariantName = variant.parse().expect("a variant's name");
        self.reference.retain(|cell| cell.key.variant != name);
    }

    /// A chapter expanded, or the mistake in it.
    pub(crate) fn try_expand(&self, text: &str) -> Result<String, DirectiveError> {
        let library = Library {
            local: self.local.as_ref(),
            benches: &self.benches,
            headline_python: Some("3.13"),
            lessons: &self.lessons,
            ..Library::new(&self.corpus.scenarios, &self.reference)
        };
        Expansion::of(&library).expand("src/techniques/sums.md", text)
    }

    /// A chapter expanded.
    pub(crate) fn page(&self, text: &str) -> String {
        self.try_expand(text)
            .unwrap_or_else(|mistake| panic!("{mistake}"))
    }

    /// The same without the line on where its figures come from.
    pub(crate) fn expand(&self, text: &str) -> String {
        let page = self.page(text);
        match page.split_once("<section class=\"hb-whose\"") {
            Some((_, rest)) => rest.split_once("</section>\n").expect("its end").1.to_owned(),
            None => page,
        }
    }

    /// What is wrong with a chapter.
    pub(crate) fn refuse(&self, text: &str) -> String {
        match self.try_expand(text) {
            Ok(expanded) => panic!("accepted: {expanded}"),
            Err(mistake) => mistake.to_string(),
        }
    }
}

pub(crate) fn machine(cpu: &str) -> Machine {
    Machine {
        os: "linux".to_owned(),
        architecture: "x86_64".to_owned(),
        kernel: "6.1.0".to_owned(),
        cpu: cpu.to_owned(),
        cores: 2,
        memory_bytes: 8 << 30,
        allocator: "glibc 2.36".to_owned(),
    }
}

/// Records of every variant at every size: a list of 40 bytes an element, a generator of 456 bytes,
/// nothing in Rust.
pub(crate) fn complete_records(scenario: &Scenario, machine: &Machine) -> Records {
    let mut records = Records::default();
    for &n in &scenario.sizes {
        for (variant, peak, allocations, nanoseconds) in [
            ("python.build_list", 40 * n as i64 + 184, n + 2, 40 * n),
            ("python.generate", 456, n + 3, 50 * n),
            ("rust.iterate", 0, 0, n),
        ] {
            let mut cell = cell(scenario, variant, n, machine);
            cell.memory = Some(memory(peak, allocations));
            cell.time = Some(time(nanoseconds));
            if n == scenario.headline {
                cell.memory.as_mut().expect("just set").timeline = Some(timeline(peak));
            }
            records.insert(machine, cell);
        }
    }
    records
}

/// A cell without figures.
pub(crate) fn cell(scenario: &Scenario, variant: &str, n: u64, machine: &Machine) -> Cell {
    let variant: VariantName = variant.parse().expect("a variant's name");
    let (implementation, version) = match variant.language {
        Language::Python => ("CPython", "3.13.0"),
        Language::Rust => ("rustc", "1.95.0"),
    };
    let source = scenario.variant(&variant).map(|variant| variant.source.clone());
    Cell {
        key: CellKey {
            scenario: scenario.slug.clone(),
            n,
            machine: machine.id(),
            runtime: Runtime {
                language: variant.language,
                implementation: implementation.to_owned(),
                version: version.to_owned(),
                build: String::new(),
                flags: String::new(),
                packages: BTreeMap::new(),
            },
            variant,
        },
        measured_at: "2026-11-22T10:00:00Z".to_owned(),
        harness: "0.1.0".to_owned(),
        source: source.unwrap_or(SourceDigest("none".to_owned())),
        method: METHOD,
        effort: Effort::Full,
        conditions: None,
        program: None,
        digest: None,
        memory: None,
        time: None,
        lines: None,
        picture: None,
        resident: None,
        took_ns: None,
        errors: Vec::new(),
    }
}

/// Three processes that agree.
pub(crate) fn memory(peak: i64, allocations: u64) -> Memory {
    let process = MemoryProcess {
        first: None,
        count: 1,
        hash_seed: None,
        warm_ups: 1,
        settled: true,
        account: Account {
            allocations,
            frees: allocations,
            allocated_bytes: Bytes(peak),
            peak_bytes: Bytes(peak),
            result_bytes: Bytes(32),
            ..Account::default()
        },
    };
    Memory {
        processes: vec![process; 3],
        timeline: None,
        sizes: Vec::new(),
        collections: None,
        live_after_calls: Vec::new(),
    }
}

/// Two processes of three rounds, the samples within 1 % of each other, each of at least 5 ms.
pub(crate) fn time(nanoseconds: u64) -> Time {
    let calls = 5_000_000 / nanoseconds.max(1) + 1;
    let samples = [100, 101, 99].map(|percent| Nanos(nanoseconds * calls * percent / 100));
    let process = TimeProcess {
        total_ns: samples.to_vec(),
        cpu_ns: samples.to_vec(),
        ..TimeProcess::default()
    };
    Time {
        calls,
        processes: vec![process; 2],
        ..Time::default()
    }
}

/// Up to the peak in a straight line, and down at once.
pub(crate) fn timeline(peak: i64) -> Timeline {
    let share = |part: i64| Bytes(peak * part / 8);
    let mut points: Vec<TimelinePoint> = (1..=8)
        .map(|part| TimelinePoint {
            low: share(part - 1),
            high: share(part),
            end: share(part),
        })
        .collect();
    points.push(TimelinePoint {
        low: Bytes(0),
        high: Bytes(peak),
        end: Bytes(0),
    });
    Timeline {
        events: 90,
        events_per_point: 10,
        points,
    }
}

pub(crate) fn error(kind: ErrorKind, message: &str) -> CellError {
    CellError {
        pass: Pass::Memory,
        process: 1,
        kind,
        message: message.to_owned(),
    }
}
