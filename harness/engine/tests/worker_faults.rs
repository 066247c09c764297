//! Real workers with workloads that misbehave: each becomes a record with its reason, and the
//! others are measured.

mod common;

use std::time::Duration;

use common::{asking_toml, corpus, measure, project, scenario_toml};
use heapbook_engine::record::{Cell, CellError, ErrorKind};

/// Measures `well` beside the variant `bad`, whose body is given, and gives the error of `bad` at
/// its first size.
fn error_of(body: &str) -> CellError {
    let workload = format!("import os, sys, time\n\ndef well(n):\n    return n\n\ndef bad(n):\n{body}\n");
    let root = project(&asking_toml(&["well", "bad"]), &workload);
    let cells = measure(&corpus(root.path()), Duration::from_secs(2));
    assert_eq!(cells.len(), 4, "every cell has a record");
    for cell in cells.iter().filter(|cell| cell.key.variant.function == "well") {
        assert_eq!(cell.errors, [], "the others go on");
        assert_eq!(
            cell.time.is_some(),
            cell.key.n == 20,
            "a quick run times the headline"
        );
    }
    let bad: Vec<&Cell> = cells
        .iter()
        .filter(|cell| cell.key.variant.function == "bad")
        .collect();
    // What is wrong with a result shows at the smallest size, where a quick run compares them.
    let shows = |cell: &&Cell| cell.errors.len() == 1 || (cell.key.n == 20 && cell.digest.is_none());
    assert!(bad.iter().all(shows), "{bad:?}");
    assert_eq!(bad[0].errors.len(), 1, "{bad:?}");
    bad[0].errors[0].clone()
}

#[test]
fn an_exception_is_recorded_with_its_traceback() {
    let error = error_of("    return 1 // (n - n)");
    assert_eq!(error.kind, ErrorKind::Exception);
    assert!(error.message.contains("ZeroDivisionError"), "{}", error.message);
    assert!(
        error.message.contains("workload.py\", line 7, in bad"),
        "{}",
        error.message
    );
}

#[test]
fn a_system_exit_is_an_exception() {
    let error = error_of("    sys.exit(3)");
    assert_eq!(error.kind, ErrorKind::Exception);
    assert!(error.message.contains("SystemExit: 3"), "{}", error.message);
}

#[test]
fn an_exit_past_the_interpreter_is_a_crash_with_its_status() {
    let error = error_of("    os._exit(7)");
    assert_eq!(error.kind, ErrorKind::Crash);
    assert!(error.message.contains("status 7"), "{}", error.message);
}

#[test]
fn a_signal_is_a_crash_with_its_name_and_the_last_words() {
    let error = error_of("    os.write(2, b'last words')\n    os.kill(os.getpid(), 11)");
    assert_eq!(error.kind, ErrorKind::Crash);
    assert!(error.message.contains("SIGSEGV"), "{}", error.message);
    assert!(error.message.contains("last words"), "{}", error.message);
}

#[test]
fn a_hang_ends_at_the_deadline() {
    let error = error_of("    time.sleep(3600)");
    assert_eq!(error.kind, ErrorKind::Hang);
    assert!(error.message.contains("--deadline"), "{}", error.message);
}

#[test]
fn a_result_that_is_no_number_is_said() {
    let error = error_of("    return 'ten'");
    assert_eq!(error.kind, ErrorKind::NoDigest);
    assert!(error.message.contains("digest"), "{}", error.message);
}

#[test]
fn an_unequal_digest_fails_the_odd_one_out() {
    let workload =
        "def one(n):\n    return n\n\ndef two(n):\n    return n\n\ndef odd(n):\n    return n + 1\n";
    let root = project(&asking_toml(&["odd", "one", "two"]), workload);
    let cells = measure(&corpus(root.path()), Duration::from_secs(10));
    for cell in cells {
        let kinds: Vec<ErrorKind> = cell.errors.iter().map(|error| error.kind).collect();
        // A quick run compares results at the smallest size.
        let expected: &[ErrorKind] = if cell.key.variant.function == "odd" && cell.key.n == 10 {
            &[ErrorKind::UnequalDigest]
        } else {
            &[]
        };
        assert_eq!(kinds, expected, "{}", cell.key.variant);
    }
}

#[test]
fn garbage_on_the_pipe_is_recognised() {
    // The private descriptor is found by trying, as hostile code would.
    let error = error_of(
        "    for descriptor in range(3, 20):\n        try:\n            os.write(descriptor, b'garbage\\n')\n        except OSError:\n            pass\n    return n",
    );
    assert_eq!(error.kind, ErrorKind::Garbage, "{}", error.message);
}

#[test]
fn printing_forking_and_closing_streams_harm_nothing() {
    let workload = "import os, sys\n\ndef noisy(n):\n    print('print')\n    os.write(1, b'write')\n    os.system('echo system')\n    sys.stdout = None\n    return n\n\ndef forking(n):\n    if os.fork() == 0:\n        return n\n    os.wait()\n    return n\n";
    let root = project(&asking_toml(&["noisy", "forking"]), workload);
    let cells = measure(&corpus(root.path()), Duration::from_secs(20));
    assert!(cells.iter().all(|cell| cell.errors.is_empty()), "{cells:?}");
    assert!(
        cells
            .iter()
            .all(|cell| cell.memory.is_some() && cell.time.is_some() == (cell.key.n == 20))
    );
}

#[test]
fn a_syntax_error_fails_its_own_scenario_only() {
    let root = project(&scenario_toml(&["broken"]), "def broken(n):\n    return (\n");
    common::add_scenario(
        root.path(),
        "other",
        &scenario_toml(&["well"]),
        "def well(n):\n    return n\n",
    );
    let cells = measure(&corpus(root.path()), Duration::from_secs(10));
    for cell in cells {
        if cell.key.scenario == "other" {
            assert_eq!(cell.errors, []);
        } else {
            assert!(
                cell.errors[0].message.contains("SyntaxError"),
                "{}",
                cell.errors[0].message
            );
        }
    }
}
