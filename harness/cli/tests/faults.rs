//! Workloads that misbehave in every known way, in one run of the real binary: each becomes a
//! record with its reason, the others are measured, the list at the end names them, and neither a
//! process nor a temporary file is left.

mod common;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use common::{Project, processes_of};
use serde_json::Value;

/// A function that misbehaves, by its scenario: its body, the kind of its failure, and words of
/// the reason.
const FAULTS: [(&str, &str, &str, &str); 20] = [
    (
        "segmentation-fault",
        "import ctypes\n    ctypes.string_at(0)",
        "crash",
        "SIGSEGV",
    ),
    ("exit", "os._exit(7)", "crash", "status 7"),
    ("quiet-exit", "os._exit(0)", "crash", "status 0"),
    ("kill", "os.kill(os.getpid(), signal.SIGKILL)", "crash", "SIGKILL"),
    (
        "terminated",
        "os.write(2, b'last words')\n    os.kill(os.getpid(), signal.SIGTERM)",
        "crash",
        "last words",
    ),
    ("hang", "time.sleep(3600)", "hang", "--deadline"),
    (
        "busy",
        "while True:\n        pass",
        "hang",
        "no answer within 5 s",
    ),
    (
        "endless-output",
        "while True:\n        os.write(1, b'x' * 65536)",
        "hang",
        "it printed: xxx",
    ),
    (
        "endless-answer",
        "while True:\n        to_the_pipe(b'x' * 65536)",
        "garbage",
        "xxx",
    ),
    (
        "memory",
        "kept = []\n    while True:\n        kept.append(b'x' * (1 << 20))",
        "memory_cap",
        "--memory-cap",
    ),
    (
        "memory-of-a-child",
        "pid = os.fork()\n    while pid == 0:\n        KEPT.append(b'x' * (1 << 18))\n        time.sleep(0.0005)\n    os.waitpid(pid, 0)",
        "memory_cap",
        "314572800 are allowed",
    ),
    (
        "exception",
        "return 1 // (n - n)",
        "exception",
        "ZeroDivisionError",
    ),
    ("system-exit", "sys.exit(3)", "exception", "SystemExit: 3"),
    (
        "interrupt",
        "raise KeyboardInterrupt",
        "exception",
        "KeyboardInterrupt",
    ),
    ("recursion", "return bad(n)", "exception", "RecursionError"),
    ("no-number", "return 'ten'", "no_digest", "digest"),
    ("garbage", "to_the_pipe(b'garbage\\n')", "garbage", "garbage"),
    (
        "half-a-line",
        "to_the_pipe(b'{\"id\":2,\"ok\":{')\n    os._exit(0)",
        "garbage",
        "not a line of the protocol",
    ),
    (
        "forked-child",
        "if os.fork() == 0:\n        time.sleep(3600)\n        os._exit(0)",
        "left_behind",
        "wait for every process",
    ),
    (
        "session-of-its-own",
        "subprocess.Popen([sys.executable, '-c', 'import os, time\\nos.fork(); time.sleep(3600)', __file__], start_new_session=True)",
        "left_behind",
        "wait for every process",
    ),
];

/// What every workload file begins with. `well` is the neighbour that must be measured.
const PRELUDE: &str = "import os, signal, subprocess, sys, time\n\nKEPT = []\n\n\n\
    def to_the_pipe(data):\n    # The private descriptor is found by trying, as hostile code would.\n    \
    for descriptor in range(3, 20):\n        try:\n            os.write(descriptor, data)\n        \
    except OSError:\n            pass\n\n\ndef well(n):\n    return n\n\n\n";

const SCENARIO: &str =
    "title = \"T\"\nquestion = \"Q?\"\nsizes = [10]\nheadline = 10\n\n[python.well]\n\n[python.bad]\n";

fn workload(body: &str) -> String {
    format!("{PRELUDE}def bad(n):\n    {body}\n    return n\n")
}

/// Every cell of the published records, by scenario and variant.
fn cells(project: &Project) -> BTreeMap<(String, String), Value> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let files = project.names("book/records/local").into_iter();
    let cells = files.flat_map(|name| project.cells(&format!("book/records/local/{name}")));
    cells
        .map(|cell| ((text(&cell["scenario"]), text(&cell["variant"])), cell.clone()))
        .collect()
}

#[test]
fn every_fault_is_a_record_and_the_rest_is_measured() {
    let project = Project::new();
    for (slug, body, _, _) in FAULTS {
        project.scenario(slug, SCENARIO, &workload(body));
    }
    // Its child is a program of its own, and is started in the background.
    let grandchild = "subprocess.Popen([sys.executable, '-c', 'import os, time\\nif os.fork() == 0: time.sleep(3600)', __file__]).wait()";
    project.scenario("grandchild", SCENARIO, &workload(grandchild));
    project.scenario("unequal", SCENARIO, &workload("n = n + 1"));

    let arguments = ["run", "--quick", "--deadline", "5", "--memory-cap", "300M"];
    let run = project.heapbook(&arguments).assert().code(1);
    let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    let cells = cells(&project);
    let kinds_left_behind = ("grandchild", "", "left_behind", "wait for every process");
    let unequal = ("unequal", "", "unequal_digest", "the same result");
    for (slug, _, kind, words) in FAULTS.into_iter().chain([kinds_left_behind, unequal]) {
        let cell = |variant: &str| &cells[&(slug.to_owned(), format!("python.{variant}"))];
        let well = cell("well");
        assert!(well["errors"].is_null(), "{slug}: the neighbour goes on: {well}");
        assert!(
            well["time"].is_object(),
            "{slug}: the neighbour is measured: {well}"
        );
        let errors = cell("bad")["errors"].as_array().unwrap();
        assert_eq!(
            errors.len(),
            1,
            "{slug}: one reason, and no second try: {errors:?}"
        );
        assert_eq!(errors[0]["kind"], kind, "{slug}: {errors:?}");
        assert!(
            errors[0]["message"].as_str().unwrap().contains(words),
            "{slug}: {errors:?}"
        );
        assert!(
            said.contains(&format!("{slug}/python.bad n=10")),
            "{slug}: {said}"
        );
    }
    assert!(
        said.contains(&format!("{} cells failed", FAULTS.len() + 2)),
        "{said}"
    );
    let sums = &cells[&("sums".to_owned(), "python.build".to_owned())];
    assert!(sums["errors"].is_null());
    nothing_is_left(&project);
}

#[test]
fn a_failed_cell_is_tried_again_and_alone() {
    let project = Project::new();
    project.scenario("exit", SCENARIO, &workload("os._exit(7)"));
    project.heapbook(&["run", "--quick"]).assert().code(1);
    project.scenario("exit", SCENARIO, &workload("n = n"));
    project.heapbook(&["run", "--quick"]).assert().code(0);
    project
        .heapbook(&["run", "--quick"])
        .assert()
        .code(0)
        .stdout(predicates::str::contains("Workers started: 0."));
    nothing_is_left(&project);
}

/// No process was started below the project and lives on, and no file is there that is not meant
/// to stay.
fn nothing_is_left(project: &Project) {
    let until = Instant::now() + Duration::from_secs(10);
    while !processes_of(project.root()).is_empty() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(processes_of(project.root()), Vec::<String>::new());
    assert_eq!(
        project.names("target/heapbook"),
        ["journal.jsonl", "lock"],
        "no directory of the probe's is left"
    );
    assert_eq!(project.names("book/records"), ["local"]);
    let saved = project.names("book/records/local");
    assert!(saved.iter().all(|name| name.ends_with(".jsonl")), "{saved:?}");
}

#[test]
fn a_package_that_a_scenario_does_not_name_is_said_to_be_unnamed() {
    let project = Project::new();
    project.write(
        "scenarios/sums/workload.py",
        &format!("import no_such_package\n\n\n{}", common::WORKLOAD),
    );
    let run = project.heapbook(&["run", "--quick"]).assert().code(1);
    let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(
        said.contains("no_such_package") && said.contains("`requires` in its scenario.toml names"),
        "{said}"
    );
}
