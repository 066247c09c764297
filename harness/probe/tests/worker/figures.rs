//! Figures: exact to the byte, and the same as tracemalloc's.

use serde_json::{Value, json};

use crate::client::{Worker, evaluate, python, workload};

/// The figures of one function, with the timeline checked against them.
fn figures(variant: &str, n: u64) -> Value {
    let mut worker = Worker::loaded("ledger", variant, n);
    let mut answer = worker.memory(true);
    worker.quit();
    assert_eq!(answer["settled"], true, "{variant}");
    let figures = answer["account"].take();
    // Each is `[low, high, end]`.
    let points = answer["timeline"]["points"].as_array().unwrap();
    let highest = points.iter().map(|point| point[1].as_i64().unwrap()).max();
    assert_eq!(highest.unwrap_or(0).max(0), figures["peak_bytes"], "{variant}");
    let end = points.last().map_or(0, |point| point[2].as_i64().unwrap());
    assert_eq!(end, held(&figures) + spare(&figures), "{variant}");
    assert!(points.len() <= 256);
    assert_eq!(figures["unknown_frees"], 0, "{variant}");
    figures
}

fn held(figures: &Value) -> i64 {
    figures["result_bytes"].as_i64().unwrap()
}

/// What the interpreter keeps for reuse.
pub(crate) fn spare(figures: &Value) -> i64 {
    figures["spare_bytes"].as_i64().unwrap_or(0)
}

#[test]
fn an_empty_function_does_nothing() {
    let figures = figures("empty", 5);
    all_zero(&figures);
}

fn all_zero(figures: &Value) {
    for (name, figure) in figures.as_object().unwrap() {
        match figure {
            // What the ledger itself takes is there before anything is counted.
            _ if name == "ledger_bytes" => {}
            Value::Object(_) => all_zero(figure),
            _ => assert_eq!(figure, 0, "{name}"),
        }
    }
}

#[test]
fn figures_are_exact_to_the_byte() {
    let dropped = figures("make_and_drop", 50_000_000);
    assert_eq!(dropped["peak_bytes"], 50_000_033);
    assert_eq!(
        (&dropped["allocations"], &dropped["retained_bytes"]),
        (&json!(1), &json!(0))
    );

    // The list. The header of the list of one that was multiplied stays in the free list.
    let nones = figures("list_of_none", 1000);
    assert_eq!((held(&nones), spare(&nones)), (8 * 1000 + 56, 56));

    let more = figures("objects", 2000)["result_bytes"].as_i64().unwrap();
    let fewer = figures("objects", 1000)["result_bytes"].as_i64().unwrap();
    let lists = evaluate("sys.getsizeof([0 for _ in range(2000)]) - sys.getsizeof([0 for _ in range(1000)])");
    assert_eq!(more - fewer, 1000 * 16 + lists);

    assert!(figures("append", 1000)["reallocations"].as_u64().unwrap() > 10);
    let loop_of_extends = "[b.extend(b'0123456789') for _ in range(1000)]";
    let extended = evaluate(&format!(
        "(lambda b: {loop_of_extends} and sys.getsizeof(b))(bytearray())"
    ));
    assert_eq!(figures("extend_bytearray", 1000)["result_bytes"], extended);
}

#[test]
fn tracemalloc_agrees() {
    let programs = [
        "list_of_none",
        "objects",
        "append",
        "extend_bytearray",
        "generate",
        "build_list",
        "join",
        "dictionary",
        "tuples",
        "a_set",
        "encode",
        "sort",
        "grow_and_shrink",
        "construct_and_drop",
    ];
    let script = "
import gc, importlib.util, sys, tracemalloc
sys.modules['heapbook_probe'] = sys  # Anything will do: the programs do not call it.
specification = importlib.util.spec_from_file_location('workload', sys.argv[1])
tracemalloc.start()
workload = importlib.util.module_from_spec(specification)
specification.loader.exec_module(workload)
for name in sys.argv[2:]:
    for _ in range(4):
        gc.collect()
        tracemalloc.reset_peak()
        entry = tracemalloc.get_traced_memory()[0]
        result = getattr(workload, name)(20000)
        peak = tracemalloc.get_traced_memory()[1] - entry
        del result
    print(peak)
";
    let output = python()
        .arg(script)
        .arg(workload())
        .args(programs)
        .output()
        .unwrap();
    let peaks = String::from_utf8(output.stdout).unwrap();
    let peaks: Vec<i64> = peaks.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(
        peaks.len(),
        programs.len(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for (program, peak) in programs.into_iter().zip(peaks) {
        let ours = figures(program, 20_000)["peak_bytes"].as_i64().unwrap();
        assert!(
            (ours - peak).abs() <= 1024,
            "{program}: {ours} here, {peak} by tracemalloc"
        );
    }
}

#[test]
fn a_block_from_set_up_can_be_freed() {
    let mut worker = Worker::start();
    let variant = json!({
        "instrument": "ledger", "function": "drop_block", "setup": "make_blocks", "n": 984_000,
    });
    worker.load(variant);
    let figures = worker.memory(true)["account"].take();
    assert_eq!(figures["retained_bytes"], -984_033);
    assert_eq!(
        (&figures["peak_bytes"], &figures["frees"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(figures["unknown_frees"], 0);
    worker.quit();
}

#[test]
fn nothing_is_made_from_what_was_free_before_the_hooks() {
    let mut worker = Worker::start();
    worker.load(json!({
        "instrument": "ledger", "function": "clear_list", "setup": "make_list", "n": 984,
    }));
    let figures = worker.memory(false)["account"].take();
    assert_eq!(figures["unknown_frees"], 0);
    worker.quit();
}

#[test]
fn garbage_collection_does_its_work_even_when_disabled() {
    for variant in ["cycles", "cycles_uncollected"] {
        let figures = figures(variant, 500);
        assert_eq!(figures["retained_after_collection_bytes"], 0, "{variant}");
    }
    assert!(
        figures("cycles_uncollected", 500)["retained_bytes"]
            .as_i64()
            .unwrap()
            >= 500 * 64
    );
}

#[test]
fn threads_without_the_interpreter_lock_are_counted() {
    let mut worker = Worker::loaded("ledger", "in_threads", 100_000);
    let figures = worker.memory(false)["account"].take();
    worker.quit();
    assert!(figures["allocated_bytes"].as_u64().unwrap() >= 800 * 100_033);
    assert!(
        figures["peak_bytes"].as_i64().unwrap() < 10 * 100_033,
        "{figures}"
    );
    assert!(
        figures["retained_after_collection_bytes"].as_i64().unwrap().abs() < 100_000,
        "{figures}"
    );
}

#[test]
fn hooks_go_in_before_the_workload() {
    let mut worker = Worker::loaded("ledger", "clear_kept", 0);
    let answer = worker.memory(false);
    assert_eq!(
        (&answer["warm_ups"], &answer["settled"]),
        (&json!(0), &json!(true))
    );
    assert_eq!(answer["account"]["unknown_frees"], 0);
    assert!(answer["account"]["retained_bytes"].as_i64().unwrap() < 0);
    worker.quit();
}

#[test]
fn what_never_settles_is_said_to_be_unsettled() {
    let mut worker = Worker::loaded("ledger", "never_the_same", 0);
    let answer = worker.memory(true);
    assert_eq!(
        (&answer["warm_ups"], &answer["settled"]),
        (&json!(8), &json!(false))
    );
    assert_eq!(worker.digest()["error"]["kind"], "no_digest");
    worker.quit();
}

/// A class's first thirty instances are each smaller than the one before.
#[test]
fn a_class_that_learns_is_given_time_to_settle() {
    for instances in [1, 2, 12] {
        let mut worker = Worker::loaded("ledger", "few_instances", instances);
        let bytes = |answer: &Value| answer["account"]["allocated_bytes"].as_i64().unwrap();
        let second = {
            worker.memory(false);
            bytes(&worker.memory(false))
        };
        let third = bytes(&worker.memory(false));
        assert!(third < second, "{third} after {second}");
        let answer = worker.memory(true);
        assert_eq!(answer["settled"], true, "{answer}");
        // Calls that are not accounted for make it no smaller.
        for _ in 0..30 {
            worker.digest();
        }
        assert_eq!(bytes(&worker.memory(true)), bytes(&answer), "{instances}");
        worker.quit();
    }
}
