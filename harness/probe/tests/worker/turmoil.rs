//! Forks, threads that end and threads that do not, while others are inside of an allocator:
//! nothing hangs or crashes.

use serde_json::{Value, json};

use crate::client::Worker;

/// What a function of `turmoil_workload.py` returned, and whether it could be measured before.
fn outcome(variant: &str, n: u64) -> Value {
    let mut worker = Worker::start();
    let file = format!("{}/tests/worker/turmoil_workload.py", env!("CARGO_MANIFEST_DIR"));
    worker.load(json!({"instrument": "ledger", "file": file, "function": variant, "n": n}));
    let measured = worker.memory(false);
    assert!(
        measured["account"]["allocations"].as_u64().unwrap() > 0,
        "{variant}: {measured}"
    );
    let digest = worker.digest()["ok"]["digest"].take();
    worker.quit();
    digest
}

#[test]
fn a_fork_amid_allocations_locks_nobody_out() {
    assert_eq!(outcome("forks", 40), "0");
    assert_eq!(outcome("returning_forks", 10), "0");
}

#[test]
fn threads_may_end_while_others_allocate() {
    assert_eq!(outcome("passing_threads", 100), "0");
}

#[test]
fn an_interpreter_ends_well_though_threads_still_allocate() {
    assert_eq!(outcome("leaves_threads", 3), "0");
}
