//! Malloc, as the preload library shows it.

use serde_json::json;

use crate::client::{SEES_NATIVE, Worker, skip};
use crate::exact::answer;

#[test]
fn blocks_of_the_c_library_are_native_and_pythons_are_not() {
    if !SEES_NATIVE {
        skip("malloc cannot be observed here");
        return;
    }
    let figures = answer(Worker::start(), "mallocs", None, 100)["account"].take();
    let expected = json!({"allocations": 100, "allocated_bytes": 98_400, "live_bytes": 0});
    assert_eq!(figures["domains"]["native"], expected);
    // Above 512 bytes pymalloc goes to malloc itself.
    let figures = answer(Worker::start(), "construct", None, 100_000)["account"].take();
    assert_eq!(figures["domains"]["obj"]["allocations"], 1);
    for domain in ["raw", "mem", "native"] {
        assert_eq!(figures["domains"][domain]["allocations"], 0, "{domain}");
    }
}

#[test]
fn without_the_library_nothing_is_native() {
    let figures = answer(Worker::start_without_native(), "mallocs", None, 100)["account"].take();
    assert_eq!(figures["domains"]["native"], json!(null));
    assert_eq!(figures["domains"].as_object().unwrap().len(), 3);
}

#[test]
fn programs_that_the_workload_starts_run_without_the_library() {
    let mut worker = Worker::start();
    let file = format!("{}/tests/worker/exact_workload.py", env!("CARGO_MANIFEST_DIR"));
    worker.load(json!({"instrument": "ledger", "file": file, "function": "preloaded", "n": 1}));
    assert_eq!(worker.digest(), json!({"ok": {"digest": "0"}}));
    worker.quit();
}
