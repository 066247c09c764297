//! What tests of claims and diagnoses share: a small scenario, and cells made by hand.
//!
//! Records are written as JSON, as in a file, so that a field which is added to them with a default
//! changes nothing here.

use std::fs;

use serde_json::json;

use crate::record::{Cell, METHOD};
use crate::scenario::{Corpus, Scenario};
use heapbook_model::Machine;

/// A scenario called `sample` whose file goes on with these tables.
pub(crate) fn scenario(sizes: &[u64], tables: &str, python: &str, rust: &str) -> Scenario {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("scenarios/sample");
    fs::create_dir_all(&directory).unwrap();
    let headline = sizes.last().unwrap();
    let text =
        format!("title = \"T\"\nquestion = \"Q\"\nsizes = {sizes:?}\nheadline = {headline}\n{tables}\n");
    for (name, text) in [
        ("scenario.toml", text.as_str()),
        ("workload.py", python),
        ("workload.rs", rust),
    ] {
        fs::write(directory.join(name), text).unwrap();
    }
    let mut corpus = Corpus::read(root.path()).unwrap();
    assert!(corpus.diagnostics.is_empty(), "{:?}", corpus.diagnostics);
    corpus.scenarios.remove(0)
}

pub(crate) fn machine(cpu: &str) -> Machine {
    let machine = json!({
        "os": "linux", "architecture": "x86_64", "kernel": "6.1", "cpu": cpu, "cores": 2,
        "memory_bytes": 1 << 30, "allocator": "glibc"
    });
    serde_json::from_value(machine).unwrap()
}

/// A cell in which every figure of the ledger is `figure`, and a call takes as many nanoseconds.
pub(crate) fn cell(variant: &str, n: u64, figure: i64) -> Cell {
    let (language, _) = variant.split_once('.').unwrap();
    let process = json!({
        "warm_ups": 1, "settled": true, "allocations": figure, "reallocations": 0, "grown": 0, "shrunk": 0, "frees": 0,
        "allocated_bytes": figure, "peak_bytes": figure, "result_bytes": figure, "retained_bytes": figure,
        "retained_after_collection_bytes": figure, "unknown_frees": 0
    });
    let live_after_calls: Vec<i64> = (1..=10).map(|call| call * figure).collect();
    let collections = json!({
        "generations": [figure, 0, 0], "collected": 0, "uncollectable": 0, "total_pause_ns": 0, "pauses_ns": []
    });
    let samples = [100, 101, 99, 100].map(|share| figure * share);
    let timed = json!({
        "total_ns": samples, "cpu_ns": samples
    });
    let resident = json!({"peak_bytes": figure, "after_bytes": figure, "minor_faults": 0, "major_faults": 0});
    let cell = json!({
        "scenario": "sample", "variant": variant, "n": n, "machine": machine("one").id(),
        "runtime": {"language": language, "implementation": "CPython", "version": "3.12.4", "build": ""},
        "measured_at": "2026-11-22T10:00:00Z", "harness": "", "source": "", "method": METHOD, "effort": "full",
        "memory": {
            "processes": [process.clone(), process.clone(), process],
            "collections": collections, "live_after_calls": live_after_calls
        },
        "time": {"calls": 100, "processes": [timed.clone(), timed.clone(), timed.clone(), timed]},
        "resident": {"processes": [resident.clone(), resident]}
    });
    serde_json::from_value(cell).unwrap()
}
