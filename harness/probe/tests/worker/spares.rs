//! What the interpreter keeps of dead objects for reuse is in no figure but the peak.

use serde_json::{Value, json};

use crate::client::{Worker, evaluate};

const SEEDS: [&str; 5] = ["0", "1", "2", "3", "4"];

fn loaded(variant: &str, n: u64, hash_seed: &str) -> Worker {
    let file = format!("{}/tests/worker/spares_workload.py", env!("CARGO_MANIFEST_DIR"));
    let mut worker = Worker::start_with(&[("PYTHONHASHSEED", hash_seed)]);
    worker.load(json!({"instrument": "ledger", "file": file, "function": variant, "n": n}));
    worker
}

fn account(variant: &str, n: u64, hash_seed: &str) -> Value {
    let mut worker = loaded(variant, n, hash_seed);
    let account = worker.memory(true)["account"].take();
    worker.quit();
    account
}

/// What is held at return, what is kept after it, and what is kept after a collection.
fn left(account: &Value) -> [i64; 3] {
    [
        "result_bytes",
        "retained_bytes",
        "retained_after_collection_bytes",
    ]
    .map(|name| account[name].as_i64().unwrap())
}

#[test]
fn a_dead_object_on_a_free_list_is_not_held() {
    for variant in [
        "ints",
        "floats",
        "complexes",
        "tuples",
        "lists",
        "dicts",
        "instances",
        "slices",
        "ranges",
        "iterators",
        "methods",
        "contexts",
        "texts",
        "generators",
        "names",
    ] {
        let account = account(variant, 1_000, "0");
        assert_eq!(left(&account), [0, 0, 0], "{variant}: {account}");
    }
}

#[test]
fn a_table_holds_what_it_takes_itself() {
    let table = evaluate("sys.getsizeof({})");
    for seed in SEEDS {
        for n in [1_000, 100_000] {
            assert_eq!(left(&account("cleared", n, seed)), [table, 0, 0], "{n} {seed}");
        }
    }
}

#[test]
fn what_a_table_that_was_emptied_holds_is_the_same_in_each_process() {
    let first = left(&account("emptied", 10_000, SEEDS[0]));
    assert!(first[0] > 100_000, "{first:?}");
    assert_eq!(first[1..], [0, 0]);
    for seed in SEEDS {
        assert_eq!(left(&account("emptied", 10_000, seed)), first, "{seed}");
    }
}

#[test]
fn garbage_that_only_a_collection_finds_is_kept_until_one() {
    // Each a list with room for four.
    let circle = evaluate("sys.getsizeof([]) + 4 * 8");
    assert_eq!(
        left(&account("garbage", 500, "0")),
        [500 * circle, 500 * circle, 0]
    );
}

#[test]
fn objects_that_a_program_froze_stay_frozen() {
    let mut worker = loaded("frozen", 1_000, "0");
    for _ in 0..3 {
        let answer = worker.memory(false);
        assert!(answer["account"].is_object(), "{answer}");
    }
    worker.quit();
}

#[test]
fn spare_bytes_and_what_is_held_are_what_is_live_at_return() {
    let mut worker = loaded("cleared", 10_000, "0");
    let answer = worker.memory(true);
    worker.quit();
    let end = answer["timeline"]["points"].as_array().unwrap().last().unwrap()[2].clone();
    let account = &answer["account"];
    let spare = account["spare_bytes"].as_i64().unwrap_or(0);
    assert_eq!(end, left(account)[0] + spare);
    // From 3.14 on a hundred ints of one digit, of four words each.
    let ints = if evaluate("int(sys.version_info >= (3, 14))") == 1 {
        3_200
    } else {
        0
    };
    assert!((ints..ints + 200).contains(&spare), "{account}");
}
