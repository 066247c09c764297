//! The table of issue "The ledger": for each row the truth, with no tolerance.

use serde_json::{Value, json};

use crate::client::{SEES_NATIVE, Worker, evaluate, is_from, skip};

const MODES: [&[(&str, &str)]; 3] = [&[], &[("PYTHONMALLOC", "malloc")], &[("PYTHONMALLOC", "debug")]];

fn file(name: &str) -> String {
    format!("{}/tests/worker/{name}.py", env!("CARGO_MANIFEST_DIR"))
}

/// The answer to a memory call of a function in `exact_workload.py`.
pub(crate) fn answer(mut worker: Worker, variant: &str, setup: Option<&str>, n: u64) -> Value {
    worker.load(json!({
        "instrument": "ledger", "file": file("exact_workload"), "function": variant, "setup": setup, "n": n,
    }));
    let request = json!({"call": "memory", "warm_up": true, "timeline": true, "histogram": true});
    let answer = worker.ask(request)["ok"].take();
    worker.quit();
    assert_eq!(answer["account"]["unknown_frees"], 0, "{variant}");
    answer
}

fn figures(variant: &str, n: u64) -> Value {
    answer(Worker::start(), variant, None, n)["account"].take()
}

/// How many items a list has room for after so many appends, and in how many steps it got there.
fn list_growth(items: u64) -> (u64, u64) {
    let (mut room, mut steps) = (0, 0);
    for size in 1..=items {
        if size > room {
            room = (size + (size >> 3) + 6) & !3;
            steps += 1;
        }
    }
    (room, steps)
}

/// The same for the buffer of a bytearray that grows by ten: up to 3.14 a block with a byte for its
/// end, and from 3.15 on a bytes object, which has one anyway.
fn bytearray_growth(rounds: u64) -> (u64, u64) {
    let is_bytes = is_from(3, 15);
    let end = if is_bytes { 0 } else { 1 };
    let (mut room, mut steps) = (0_u64, 0);
    for size in (1..=rounds).map(|round| 10 * round) {
        if size + end > room {
            let modest = size as f64 <= room as f64 * 1.125;
            room = if modest {
                size + (size >> 3) + if size < 9 { 3 } else { 6 }
            } else {
                size + end
            };
            steps += 1;
        }
    }
    (if is_bytes { room + 33 } else { room }, steps)
}

fn size_of(expression: &str) -> i64 {
    evaluate(&format!(
        "sys.getsizeof(__import__('itertools') and {expression})"
    ))
}

/// What the loop over `repeat` needs.
fn repeat() -> i64 {
    size_of("__import__('itertools').repeat(None, 1000)")
}

#[test]
fn a_large_block_counts_to_the_byte_wherever_it_stands() {
    for mode in MODES {
        for (variant, setup) in [
            ("construct", None),
            ("in_the_middle", None),
            ("construct", Some("with_base")),
            ("construct", Some("after_a_set_up")),
        ] {
            let figures = answer(Worker::start_with(mode), variant, setup, 50_000_000)["account"].take();
            assert_eq!(figures["peak_bytes"], 50_000_033, "{variant} {setup:?} {mode:?}");
            assert_eq!(figures["allocations"], 1, "{variant} {setup:?} {mode:?}");
            assert_eq!(figures["retained_bytes"], 0, "{variant} {setup:?} {mode:?}");
            assert_eq!(
                figures["retained_after_collection_bytes"], 0,
                "{variant} {setup:?} {mode:?}"
            );
        }
    }
}

#[test]
fn small_peaks_are_exact() {
    for n in [65_536, 1_024, 1] {
        assert_eq!(figures("construct", n)["peak_bytes"], n + 33);
    }
}

#[test]
fn a_cold_call_counts_what_a_cold_interpreter_does() {
    let mut worker = Worker::start();
    worker.load(json!({
        "instrument": "ledger", "file": file("exact_workload"), "function": "construct", "n": 1024,
    }));
    let figures = worker.memory(false)["account"].take();
    worker.quit();
    assert_eq!(figures["peak_bytes"], 1024 + 33 + size_of("(1,)"));
}

#[test]
fn containers_are_as_large_as_requested() {
    for mode in MODES {
        let start = || Worker::start_with(mode);
        let figures = |variant, n| answer(start(), variant, None, n)["account"].take();
        // Two headers, and the list of one that is multiplied.
        let nones = figures("nones", 1000);
        assert_eq!(nones["peak_bytes"], 56 + 8 + 56 + 8 * 1000, "{mode:?}");

        let array = size_of("__import__('array').array('d', bytes(8000))");
        // The length is an int, which goes before the peak: from 3.14 on to a free list.
        let length = if is_from(3, 14) { 32 } else { 0 };
        assert_eq!(
            figures("an_array", 1000)["peak_bytes"],
            array + 8000 + 33 + length,
            "{mode:?}"
        );

        let (room, steps) = list_growth(1000);
        let objects = figures("objects", 1000);
        assert_eq!(
            objects["peak_bytes"],
            56 + 8 * room as i64 + 16 * 1000 + repeat(),
            "{mode:?}"
        );
        assert_eq!(objects["allocations"], 1000 + 3, "{mode:?}");
        assert_eq!(objects["reallocations"], steps - 1, "{mode:?}");
        assert_eq!(objects["result_bytes"], 56 + 8 * room + 16 * 1000, "{mode:?}");
    }
}

#[test]
fn growth_takes_the_steps_that_it_takes() {
    let (room, steps) = list_growth(10_000);
    let growing_list = 56 + 8 * room as i64 + repeat();
    let (buffer, growths) = bytearray_growth(10_000);
    let growing_bytes = size_of("bytearray()") + buffer as i64 + repeat();
    for _ in 0..3 {
        for (variant, peak, steps) in [
            ("append", growing_list, steps),
            ("extend", growing_bytes, growths),
        ] {
            let figures = figures(variant, 10_000);
            assert_eq!(figures["peak_bytes"], peak, "{variant}");
            assert_eq!(figures["allocated_bytes"], peak, "{variant}");
            assert_eq!(figures["allocations"], 3, "{variant}");
            // The last step from room before to room now, both held for a moment.
            let moved = figures["peak_if_moved_bytes"].as_i64().unwrap() - peak;
            assert!((4 * peak / 5..peak).contains(&moved), "{variant}: {figures}");
            assert_eq!(
                (&figures["reallocations"], &figures["grown"], &figures["shrunk"]),
                (&json!(steps - 1), &json!(steps - 1), &json!(0)),
                "{variant}"
            );
        }
    }
}

#[test]
fn tuples_are_data_where_more_than_one_is_there() {
    // Few enough that no collection falls into the call: 3.12 and later make two strings for each.
    let pair = size_of("(1, 2)");
    let (room, _) = list_growth(500);
    let kept = figures("pairs", 500);
    assert_eq!(kept["peak_bytes"], 56 + 8 * room as i64 + 500 * pair + repeat());
    assert_eq!(kept["allocations"], 500 + 3);
    assert_eq!(kept["retained_after_collection_bytes"], 0);
    let one = figures("one_pair", 7);
    assert_eq!(
        (&one["result_bytes"], &one["allocations"]),
        (&json!(pair), &json!(1))
    );
    assert_eq!(one["peak_bytes"], pair);
    // The interpreter makes each from the one before it.
    assert_eq!(figures("pairs_dropped", 1000)["peak_bytes"], repeat());
}

#[test]
fn what_set_up_made_can_be_freed_inside() {
    let figures = answer(Worker::start(), "clear", Some("make_stock"), 100_000)["account"].take();
    let block = 100_000 + 33;
    let bytearray = size_of("bytearray(100000)");
    let list = 56 + 8 * 100_000;
    // The storage of the list that is cleared, of three; its header is the caller's.
    let cleared = block + bytearray + list + 3 * 8;
    assert_eq!(figures["peak_bytes"], 0);
    // The list's header stays in the free list, and is not the program's.
    assert_eq!(figures["retained_bytes"], -cleared);
    assert_eq!(figures["allocations"], 0);
}

#[test]
fn eight_threads_lose_no_event() {
    for (alone, together, domain) in [
        ("mallocs", "threads_malloc", "native"),
        ("compressions", "threads_compress", "raw"),
        ("hashes", "threads_hash", "native"),
        ("blocks", "threads_make", "obj"),
    ] {
        if domain == "native" && !SEES_NATIVE {
            continue;
        }
        let counted = |variant: &str, setup, n| {
            let figures = answer(Worker::start(), variant, setup, n)["account"].take();
            assert_eq!(figures["retained_after_collection_bytes"], 0, "{variant} {n}");
            figures["domains"][domain]["allocations"].as_i64().unwrap()
        };
        // What a hundred rounds more take in one thread, eight threads take eight times.
        let each = counted(alone, None, 200) - counted(alone, None, 100);
        assert!(each >= 100, "{alone}: {each}");
        let more = counted(together, Some("Team"), 200) - counted(together, Some("Team"), 100);
        assert_eq!(more, 8 * each, "{together}");
    }
}

#[test]
fn a_block_of_more_than_four_gibibytes_is_exact() {
    const N: u64 = 5 << 30;
    for mode in MODES {
        for domain in ["native", "raw", "mem", "obj"] {
            if domain == "native" && !SEES_NATIVE {
                continue;
            }
            let answer = answer(Worker::start_with(mode), &format!("huge_{domain}"), None, N);
            let in_domain = &answer["account"]["domains"][domain]["allocated_bytes"];
            if in_domain.as_u64().unwrap() < N {
                skip(&format!("the system gives no {N} bytes of address space"));
                continue;
            }
            let peak = answer["account"]["peak_bytes"].as_u64().unwrap();
            let sizes = answer["sizes"].as_array().unwrap();
            assert!(
                sizes.contains(&json!({"up_to_bytes": 8_u64 << 30, "allocations": 1, "bytes": N})),
                "{domain} {mode:?}: {sizes:?}"
            );
            // The address is an int that lives while the block does.
            assert!((N..N + 1000).contains(&peak), "{domain} {mode:?}: {peak}");
            assert_eq!(
                answer["account"]["retained_after_collection_bytes"], 0,
                "{domain} {mode:?}"
            );
        }
    }
}

#[test]
fn the_parts_make_up_the_whole() {
    for worker in [Worker::start(), Worker::start_without_native()] {
        let answer = answer(worker, "threads_compress", Some("Team"), 10);
        let (figures, sizes) = (&answer["account"], answer["sizes"].as_array().unwrap());
        let sum = |name: &str| {
            let domains = figures["domains"].as_object().unwrap().values();
            domains.map(|domain| domain[name].as_i64().unwrap()).sum::<i64>()
        };
        assert_eq!(sum("allocations"), figures["allocations"].as_i64().unwrap());
        assert_eq!(
            sum("allocated_bytes"),
            figures["allocated_bytes"].as_i64().unwrap()
        );
        assert_eq!(sum("live_bytes"), figures["result_bytes"].as_i64().unwrap());
        let blocks: i64 = sizes
            .iter()
            .map(|class| class["allocations"].as_i64().unwrap())
            .sum();
        assert_eq!(blocks, figures["allocations"].as_i64().unwrap());
        assert!(
            sizes
                .windows(2)
                .all(|pair| pair[0]["up_to_bytes"].as_u64() < pair[1]["up_to_bytes"].as_u64()),
            "{sizes:?}"
        );
    }
}

#[test]
fn numpy_is_seen() {
    if !SEES_NATIVE {
        skip("malloc cannot be observed here");
        return;
    }
    if evaluate("int(__import__('importlib.util').util.find_spec('numpy') is not None)") == 0 {
        skip("this interpreter has no numpy");
        return;
    }
    let n = 100_000;
    for (variant, setup, buffers, bytes) in [
        ("zeros", None, 1, 8 * n),
        ("slice_copy", Some("make"), 1, 8 * (n - 20)),
        ("basic_slice", Some("make"), 0, 0),
        ("concatenate", Some("make"), 1, 16 * n),
    ] {
        let mut worker = Worker::start();
        worker.load(json!({
            "instrument": "ledger", "file": file("numpy_workload"), "function": variant, "setup": setup, "n": n,
        }));
        let request = json!({"call": "memory", "warm_up": true, "timeline": true, "histogram": true});
        let mut answer = worker.ask(request)["ok"].take();
        worker.quit();
        // Everything but data is small.
        let large = |class: &&Value| class["up_to_bytes"].as_u64() > Some(512);
        let data: Vec<&Value> = answer["sizes"].as_array().unwrap().iter().filter(large).collect();
        let of_data = |name| {
            data.iter()
                .map(|class| class[name].as_i64().unwrap())
                .sum::<i64>()
        };
        assert_eq!(
            (of_data("allocations"), of_data("bytes")),
            (buffers, bytes),
            "{variant}"
        );
        let figures = answer["account"].take();
        // Some versions of numpy take it from malloc, others from PyMem_RawMalloc.
        let outside =
            ["raw", "native"].map(|domain| figures["domains"][domain]["live_bytes"].as_i64().unwrap());
        assert_eq!(outside.iter().sum::<i64>(), bytes, "{variant}");
        let rest = figures["peak_bytes"].as_i64().unwrap() - bytes;
        assert!((0..1000).contains(&rest), "{variant}: {figures}");
        assert_eq!(figures["unknown_frees"], 0, "{variant}");
        assert_eq!(figures["retained_after_collection_bytes"], 0, "{variant}");
    }
}
