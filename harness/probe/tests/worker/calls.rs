//! The calls that answer other questions: arenas, collections, leaks, resident memory.

use serde_json::json;

use crate::client::{Worker, evaluate, skip};

#[test]
fn arenas_are_taken_and_given_back() {
    let mut worker = Worker::loaded("ledger", "objects", 500_000);
    let figures = worker.memory(true)["account"].take();
    worker.quit();
    let arenas = &figures["arenas"];
    let count = |name: &str| arenas[name].as_i64().unwrap();
    // 8 MB of objects; what is taken once need not be given back whole.
    assert!(
        count("taken_bytes") > 6_000_000 && count("given_back_bytes") > 6_000_000,
        "{arenas}"
    );
    let size = 1 << 20;
    assert_eq!(count("taken_bytes"), size * count("taken"));
    assert_eq!(count("given_back_bytes"), size * count("given_back"));
}

#[test]
fn collections_are_told_by_generation() {
    let mut worker = Worker::loaded("ledger", "collects", 5_000);
    worker.memory(true);
    let answer = worker.ask(json!({"call": "collections"}))["ok"].take();
    assert_eq!(answer["generations"][2], 1, "{answer}");
    assert!(answer["collected"].as_u64().unwrap() >= 5_000, "{answer}");
    assert_eq!(answer["uncollectable"], 0);
    let pauses = answer["pauses_ns"].as_array().unwrap();
    let collections: u64 = answer["generations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| count.as_u64().unwrap())
        .sum();
    assert_eq!(pauses.len() as u64, collections.min(64));
    let sum: u64 = pauses.iter().map(|pause| pause.as_u64().unwrap()).sum();
    assert_eq!(answer["total_pause_ns"], sum);
    assert!(sum > 0);
    // Nothing of it is left behind for the next account.
    assert_eq!(worker.memory(true)["account"]["unknown_frees"], 0);
    worker.quit();

    let mut worker = Worker::loaded("ledger", "empty", 1);
    let answer = worker.ask(json!({"call": "collections"}))["ok"].take();
    assert_eq!(answer["generations"], json!([0, 0, 0]));
    assert_eq!(
        (&answer["pauses_ns"], &answer["total_pause_ns"]),
        (&json!([]), &json!(0))
    );
    worker.quit();
}

#[test]
fn leaks_grow_by_what_each_call_leaves() {
    let link = 1000 + 33 + evaluate("sys.getsizeof((1, 2))");
    for (variant, expected) in [
        ("leaks", [link, 2 * link, 3 * link, 4 * link]),
        ("fills_a_cache", [1033, 1033, 1033, 1033]),
        ("make_and_drop", [0, 0, 0, 0]),
    ] {
        let mut worker = Worker::loaded("ledger", variant, 1000);
        // Fills the cache.
        worker.memory(false);
        let live = worker.ask(json!({"call": "leaks", "calls": 4}))["ok"]["live_bytes"].take();
        let expected = if variant == "fills_a_cache" {
            json!([0, 0, 0, 0])
        } else {
            json!(expected)
        };
        assert_eq!(live, expected, "{variant}");
        worker.quit();
    }
}

#[test]
fn the_resident_pass_sees_what_the_system_sees() {
    let mut worker = Worker::loaded("system", "make_and_drop", 50_000_000);
    let answer = worker.ask(json!({"call": "resident"}));
    if answer["error"]["kind"] == "unsupported" {
        skip(&answer["error"]["message"].to_string());
        return;
    }
    let answer = &answer["ok"];
    let bytes = |name: &str| answer[name].as_i64().unwrap();
    assert!(
        (49_000_000..60_000_000).contains(&bytes("peak_bytes")),
        "{answer}"
    );
    // The block was mapped by itself, and went back to the system as a whole.
    assert!(bytes("after_bytes") < bytes("peak_bytes") / 2, "{answer}");
    assert!(bytes("after_bytes") < 5_000_000, "{answer}");
    assert!(
        answer["minor_faults"].as_u64().is_some_and(|faults| faults > 20),
        "{answer}"
    );
    assert!(answer["major_faults"].is_u64(), "{answer}");
    // Nothing was installed for it.
    assert_eq!(
        worker.error_kind(json!({"call": "memory", "warm_up": false, "timeline": false, "histogram": false})),
        "garbage"
    );
    worker.quit();
    let mut worker = Worker::loaded("system", "found_as_before", 1);
    assert_eq!(worker.digest(), json!({"ok": {"digest": "1"}}));
    worker.quit();
}
