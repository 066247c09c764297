//! What an account does not hold: memory mapped past malloc, children, threads beside the call.

use serde_json::{Value, json};

use crate::client::{SEES_NATIVE, Worker, evaluate, skip};

const PAGE: i64 = 4096;
const PAGES: i64 = 300;

fn loaded(instrument: &str, function: &str, n: i64) -> Worker {
    let file = format!("{}/tests/worker/unseen_workload.py", env!("CARGO_MANIFEST_DIR"));
    let mut worker = Worker::start();
    worker.load(json!({"instrument": instrument, "file": file, "function": function, "n": n}));
    worker
}

fn memory(worker: &mut Worker, warm_up: bool) -> Value {
    let request = json!({"call": "memory", "warm_up": warm_up, "timeline": false, "histogram": false});
    let mut answer = worker.ask(request);
    assert!(answer["ok"].is_object(), "{answer}");
    answer["ok"]["account"].take()
}

/// What is unseen of one function's calls: of the first, and of one that is warm.
fn unseen(function: &str, n: i64) -> [Value; 2] {
    let mut worker = loaded("ledger", function, n);
    let accounts = [memory(&mut worker, false), memory(&mut worker, true)];
    worker.quit();
    accounts.map(|mut account| account["unseen"].take())
}

fn cannot_be_seen() -> bool {
    if !SEES_NATIVE {
        skip("mappings cannot be observed here");
    }
    !SEES_NATIVE
}

#[test]
fn what_is_mapped_and_given_back_is_seen_in_every_call() {
    if cannot_be_seen() {
        return;
    }
    for function in [
        "private",
        "private_64",
        "shared",
        "in_parts",
        "moved",
        "by_number",
    ] {
        for unseen in unseen(function, PAGES) {
            assert_eq!(unseen["mapped_bytes"], PAGES * PAGE, "{function}: {unseen}");
            assert_eq!(unseen["held_bytes"], 0, "{function}: {unseen}");
        }
    }
}

#[test]
fn what_an_earlier_call_mapped_is_held_by_a_later_one() {
    if cannot_be_seen() {
        return;
    }
    let [first, later] = unseen("kept_once", PAGES);
    assert_eq!(
        (&first["mapped_bytes"], &first["held_bytes"]),
        (&json!(PAGES * PAGE), &json!(0))
    );
    assert_eq!(
        (&later["mapped_bytes"], &later["held_bytes"]),
        (&json!(0), &json!(PAGES * PAGE))
    );
}

#[test]
fn files_of_a_disk_errors_and_blocks_of_malloc_are_nothing_unseen() {
    for function in ["of_a_disk", "refused", "attributes"] {
        assert_eq!(unseen(function, PAGES), [Value::Null, Value::Null], "{function}");
    }
}

#[test]
fn mappings_that_calls_leave_are_in_the_answer_on_leaks() {
    if cannot_be_seen() {
        return;
    }
    let mut worker = loaded("ledger", "kept", PAGES);
    let answer = worker.ask(json!({"call": "leaks", "calls": 5}))["ok"].take();
    let grown: Vec<i64> = (1..=5).map(|calls| calls * PAGES * PAGE).collect();
    assert_eq!(answer["mapped_bytes"], json!(grown), "{answer}");
    let mut worker = loaded("ledger", "private", PAGES);
    let answer = worker.ask(json!({"call": "leaks", "calls": 5}))["ok"].take();
    assert_eq!(answer["mapped_bytes"], Value::Null, "{answer}");
}

#[test]
fn children_are_counted_however_they_are_started() {
    if cannot_be_seen() {
        return;
    }
    const BYTES: i64 = 5_000_000;
    for function in ["forked", "forked_and_leaves"] {
        for unseen in unseen(function, BYTES) {
            assert_eq!(unseen["children"], 1, "{function}: {unseen}");
            let peak = unseen["child_bytes"].as_i64().unwrap();
            assert!((BYTES..BYTES + 100_000).contains(&peak), "{function}: {unseen}");
        }
    }
    for function in ["spawned", "ran", "left_running"] {
        for unseen in unseen(function, 1) {
            assert_eq!(unseen["children"], 1, "{function}: {unseen}");
        }
    }
}

#[test]
fn threads_beside_a_call_are_named_and_no_memory_is_missing() {
    for unseen in unseen("with_threads", 1) {
        assert_eq!(unseen["threads"], json!(["a waiter"]), "{unseen}");
        for missing in ["mapped_bytes", "held_bytes", "children"] {
            assert_eq!(unseen[missing], 0, "{unseen}");
        }
    }
}

#[test]
fn names_that_were_looked_up_stay_nowhere() {
    let mut worker = loaded("ledger", "attributes", 1);
    let answer = worker.ask(json!({"call": "leaks", "calls": 200}))["ok"].take();
    let live = answer["live_bytes"].as_array().unwrap();
    // The one number that is kept is one of those that the interpreter has at hand.
    assert!(live[20..].iter().all(|bytes| *bytes == live[20]), "{answer}");
}

#[test]
fn lines_say_how_far_they_do_not_add_up_to_an_untraced_call() {
    const N: i64 = 1_000;
    let made = memory(&mut loaded("ledger", "abandoned", N), true)["allocated_bytes"]
        .as_i64()
        .unwrap();
    let lines = loaded("tracer", "abandoned", N)
        .ask(json!({"call": "lines", "warm_up": true, "steps": false}))["ok"]
        .take();
    let traced = lines["lines"].as_array().unwrap().iter();
    let traced: i64 = traced.map(|line| line["allocated_bytes"].as_i64().unwrap()).sum();
    let beyond = match traced - made {
        0 => Value::Null,
        beyond => json!(beyond),
    };
    assert_eq!(lines["beyond_bytes"], beyond, "{lines}");
    // There a generator that is dropped ends without an exception, unless its lines are reported.
    if evaluate("int(sys.version_info >= (3, 13))") == 1 {
        assert!(traced > made, "{lines}");
    }
    let lines = loaded("tracer", "attributes", N)
        .ask(json!({"call": "lines", "warm_up": true, "steps": false}))["ok"]
        .take();
    assert_eq!(lines["beyond_bytes"], Value::Null, "{lines}");
}

#[test]
fn interpreters_with_locks_of_their_own_are_counted_as_those_without() {
    if evaluate("int(sys.version_info >= (3, 12))") == 0 {
        skip("interpreters share one lock before 3.12");
        return;
    }
    let account = |function| memory(&mut loaded("ledger", function, 4), true);
    let (own, shared) = (account("interpreters"), account("interpreters_of_one_lock"));
    let figure = |account: &Value, name: &str| account[name].as_i64().unwrap();
    let (made, reference) = (figure(&own, "allocations"), figure(&shared, "allocations"));
    assert!((made - reference).abs() < 200, "{made} and {reference} blocks");
    // On 3.12 and 3.13 such an interpreter leaves some of itself behind, the same each time.
    let mut worker = loaded("ledger", "interpreters", 4);
    let live = worker.ask(json!({"call": "leaks", "calls": 6}))["ok"]["live_bytes"].take();
    let live: Vec<i64> = live
        .as_array()
        .unwrap()
        .iter()
        .map(|live| live.as_i64().unwrap())
        .collect();
    let steps: Vec<i64> = live.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(
        steps
            .iter()
            .all(|step| (step - steps[0]).abs() <= 2_048 && *step >= 0),
        "{live:?}"
    );
    let lines =
        loaded("tracer", "interpreters", 4).ask(json!({"call": "lines", "warm_up": true, "steps": false}));
    assert_eq!(lines["error"]["kind"], "unsupported", "{lines}");
}
