//! Workloads that misbehave in every known way, in one run of the real binary: each becomes a
//! record with its reason, the others are measured, the list at the end names them, and neither a
//! process nor a temporary file is left.

mod common;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use common::{Project, asking_for_all, processes_of};
use serde_json::Value;

/// A function that misbehaves: its scenario, its body, the kind of its failure, and words of the
/// reason.
type Fault = (&'static str, &'static str, &'static str, &'static str);

/// What a worker does to itself, and what it starts in plain sight.
const FAULTS: [Fault; 20] = [
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

/// What a worker hides, and what it does to its parent and its limits.
const BEYOND: [Fault; 7] = [
    (
        "without-an-environment",
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)', __file__], env={}, start_new_session=True)",
        "left_behind",
        "processes running, which were killed",
    ),
    (
        "without-a-parent",
        "away('import time; time.sleep(3600)')",
        "left_behind",
        "processes running, which were killed",
    ),
    (
        "memory-of-what-went-away",
        "away('import time; kept = bytes([1]) * (400 << 20); time.sleep(3600)')\n    time.sleep(3600)",
        "memory_cap",
        "314572800 are allowed",
    ),
    (
        "kills-its-parent",
        "away('import time; time.sleep(3600)')\n    os.kill(os.getppid(), signal.SIGKILL)\n    time.sleep(3600)",
        "crash",
        "SIGKILL",
    ),
    (
        "stops",
        "os.kill(os.getpid(), signal.SIGSTOP)",
        "hang",
        "no answer within 5 s",
    ),
    (
        "closes-everything",
        "os.closerange(0, 4096)",
        "crash",
        "the worker gave no answer",
    ),
    (
        "without-memory",
        "import resource\n    resource.setrlimit(resource.RLIMIT_AS, (1, 1))\n    return bytes(1 << 26)",
        "exception",
        "MemoryError",
    ),
];

/// Functions that do harm around them, and return what they should: by scenario, with their body.
/// No cell of theirs fails, nor of others.
const HARMLESS: [(&str, &str); 5] = [
    (
        "signals-its-parent",
        "for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGSTOP):\n        os.kill(os.getppid(), one)",
    ),
    (
        "removes-the-probe",
        "import heapbook_probe, shutil\n    shutil.rmtree(os.path.dirname(heapbook_probe.__file__), True)",
    ),
    (
        "replaces-the-probe",
        "import heapbook_probe\n    place = heapbook_probe.__file__\n    os.path.lexists(place) and os.remove(place)\n    open(place, 'w').close()",
    ),
    (
        "changes-its-process",
        "os.chdir('/')\n    os.umask(0o777)\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n    import resource\n    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))",
    ),
    (
        "signals-its-group",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    os.killpg(0, signal.SIGTERM)",
    ),
];

/// What every workload file begins with. `well` is the neighbour that must be measured.
const PRELUDE: &str = "import os, signal, subprocess, sys, time\n\nKEPT = []\n\n\n\
    def to_the_pipe(data):\n    # The private descriptor is found by trying, as hostile code would.\n    \
    for descriptor in range(3, 20):\n        try:\n            os.write(descriptor, data)\n        \
    except OSError:\n            pass\n\n\ndef away(code):\n    if os.fork() == 0:\n        os.setsid()\n        \
    if os.fork() == 0:\n            os.execve(sys.executable, [sys.executable, '-c', code, __file__], {})\n        os._exit(0)\n    \
    os.wait()\n\n\ndef well(n):\n    return n\n\n\n";

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

/// Runs everything that the project has, and expects each fault to be a record with its reason.
/// Gives the cells.
fn run(project: &Project, faults: &[Fault]) -> BTreeMap<(String, String), Value> {
    for (slug, body, _, _) in faults.iter().filter(|(_, body, _, _)| !body.is_empty()) {
        project.scenario(slug, &asking_for_all(SCENARIO), &workload(body));
    }
    let arguments = ["run", "--quick", "--deadline", "5", "--memory-cap", "300M"];
    let run = project.heapbook(&arguments).assert().code(1);
    let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    let cells = cells(project);
    for (slug, _, kind, words) in faults {
        let cell = |variant: &str| &cells[&((*slug).to_owned(), format!("python.{variant}"))];
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
        assert_eq!(errors[0]["kind"], *kind, "{slug}: {errors:?}");
        assert!(
            errors[0]["message"].as_str().unwrap().contains(words),
            "{slug}: {errors:?}"
        );
        assert!(
            said.contains(&format!("{slug}/python.bad n=10")),
            "{slug}: {said}"
        );
    }
    assert!(said.contains(&format!("{} cells failed", faults.len())), "{said}");
    let sums = &cells[&("sums".to_owned(), "python.build".to_owned())];
    assert!(sums["errors"].is_null());
    nothing_is_left(project);
    cells
}

#[test]
fn every_fault_is_a_record_and_the_rest_is_measured() {
    let project = Project::new();
    // Its child is a program of its own, and is started in the background.
    let grandchild = "subprocess.Popen([sys.executable, '-c', 'import os, time\\nif os.fork() == 0: time.sleep(3600)', __file__]).wait()";
    project.scenario("unequal", &asking_for_all(SCENARIO), &workload("n = n + 1"));
    let others = [
        ("grandchild", grandchild, "left_behind", "wait for every process"),
        ("unequal", "", "unequal_digest", "the same result"),
    ];
    run(&project, &[FAULTS.as_slice(), &others].concat());
}

#[test]
fn what_reaches_beyond_its_worker_costs_its_own_cell_at_most() {
    let project = Project::new();
    for (slug, body) in HARMLESS {
        project.scenario(slug, &asking_for_all(SCENARIO), &workload(body));
    }
    let cells = run(&project, &BEYOND);
    for (slug, _) in HARMLESS {
        for variant in ["python.well", "python.bad"] {
            let cell = &cells[&(slug.to_owned(), variant.to_owned())];
            assert!(
                cell["errors"].is_null() && cell["time"].is_object(),
                "{slug}: {cell}"
            );
        }
    }
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
