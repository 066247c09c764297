//! Requests and answers, and workloads that misbehave.

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use serde_json::json;

use crate::client::{Worker, load, workload};

#[test]
fn nothing_is_installed_but_the_ledger_and_tracemalloc() {
    for (instrument, as_before) in [
        ("clock", "1"),
        ("system", "1"),
        ("tracemalloc", "0"),
        ("ledger", "0"),
    ] {
        let mut worker = Worker::loaded(instrument, "found_as_before", 1);
        assert_eq!(
            worker.digest(),
            json!({"ok": {"digest": as_before}}),
            "{instrument}"
        );
        if instrument == "clock" {
            worker.ask(json!({"call": "time", "iterations": 10, "collect": "all"}));
            assert_eq!(worker.digest(), json!({"ok": {"digest": "1"}}));
        }
        worker.quit();
    }
}

#[test]
fn set_up_is_shared_by_all_calls() {
    let mut worker = Worker::start();
    worker.load(json!({"instrument": "clock", "function": "count_setups", "setup": "make_block", "n": 10}));
    assert_eq!(worker.digest(), json!({"ok": {"digest": "1"}}));
    let span = worker.ask(json!({"call": "time", "iterations": 100, "collect": "all"}))["ok"].take();
    assert!(span["total_ns"].is_u64() && span["cpu_ns"].is_u64(), "{span}");
    assert_eq!(
        span["collections"], 0,
        "a hundred calls leave the collector nothing to do"
    );
    assert_eq!(worker.digest(), json!({"ok": {"digest": "1"}}));
    worker.ask(json!({"call": "size", "n": 20}));
    assert_eq!(
        worker.digest(),
        json!({"ok": {"digest": "2"}}),
        "made for each size"
    );
    worker.quit();
}

#[test]
fn collections_in_a_timed_span_are_counted() {
    let mut worker = Worker::loaded("clock", "collects", 10);
    let span = worker.ask(json!({"call": "time", "iterations": 3, "collect": "all"}))["ok"].take();
    assert_eq!(span["collections"], 3, "{span}");
    worker.quit();
}

#[test]
fn digests_are_numbers_modulo_two_to_the_64() {
    for (variant, digest) in [
        ("negative", Some("18446744073709551615")),
        ("no_number", None),
        ("truth", None),
    ] {
        let mut worker = Worker::loaded("clock", variant, 1);
        match digest {
            Some(digest) => assert_eq!(worker.digest(), json!({"ok": {"digest": digest}})),
            None => assert_eq!(worker.digest()["error"]["kind"], "no_digest"),
        }
        worker.quit();
    }
    let mut worker = Worker::start();
    worker.load(json!({"instrument": "ledger", "function": "objects", "digest": "length", "n": 984}));
    assert_eq!(worker.digest(), json!({"ok": {"digest": "984"}}));
    worker.quit();
}

#[test]
fn a_workload_is_loaded_by_its_path_under_its_own_name() {
    let mut worker = Worker::loaded("clock", "well_placed", 1);
    assert_eq!(worker.digest(), json!({"ok": {"digest": "1"}}));
    worker.quit();
}

#[test]
fn what_a_workload_prints_stays_out_of_the_answers() {
    let mut worker = Worker::loaded("ledger", "noisy", 1);
    assert_eq!(worker.digest(), json!({"ok": {"digest": "0"}}));
    // Its streams are gone by now, and printing to none is no error.
    assert_eq!(worker.digest(), json!({"ok": {"digest": "0"}}));
    let errors = worker.quit();
    for line in ["{\"id\": 1, \"ok\": {}}", "{\"id\": 2, \"ok\": {}}", "noise"] {
        assert!(errors.contains(line), "{errors}");
    }
}

#[test]
fn exceptions_are_answers() {
    for (variant, says) in [
        ("raises", "ValueError: a lone \\ud800 surrogate"),
        ("exits", "SystemExit: 3"),
        ("interrupts", "KeyboardInterrupt"),
        ("recurses", "RecursionError"),
    ] {
        for (instrument, request) in [
            (
                "ledger",
                json!({"call": "memory", "warm_up": true, "timeline": true, "histogram": false}),
            ),
            (
                "clock",
                json!({"call": "time", "iterations": 3, "collect": "all"}),
            ),
            ("clock", json!({"call": "digest"})),
        ] {
            let mut worker = Worker::loaded(instrument, variant, 1);
            let error = worker.ask(request)["error"].take();
            assert_eq!(error["kind"], "exception", "{variant}");
            let message = error["message"].as_str().unwrap();
            assert!(
                message.contains(says) && message.contains(&format!("in {variant}")),
                "{message}"
            );
            assert!(!message.contains("heapbook worker"), "{message}");
            worker.quit();
        }
    }
}

#[test]
fn a_forked_child_never_answers() {
    for n in [0, 1] {
        let mut worker = Worker::loaded("ledger", "forks", n);
        assert_eq!(worker.memory(true)["settled"], true);
        assert_eq!(worker.digest(), json!({"ok": {"digest": "1"}}));
        let errors = worker.quit();
        assert!(!errors.contains("called again"), "{errors}");
    }
}

#[test]
fn a_dead_worker_says_no_more() {
    let mut worker = Worker::loaded("clock", "dies", 1);
    worker.send(&json!({"id": 9, "call": "digest"}).to_string());
    let mut rest = String::new();
    worker.answers.read_to_string(&mut rest).unwrap();
    assert_eq!(
        (rest.as_str(), worker.child.wait().unwrap().code()),
        ("", Some(7))
    );
}

#[test]
fn what_is_not_understood_is_garbage() {
    let mut worker = Worker::start();
    for line in ["", "not JSON", "[1]", "{\"call\": \"quit\"}"] {
        worker.send(line);
        assert_eq!(worker.answer()["error"]["kind"], "garbage", "{line}");
    }
    assert_eq!(worker.error_kind(json!({"call": "resident"})), "garbage");
    assert_eq!(worker.error_kind(json!({"call": "leaks", "calls": 0})), "garbage");
    assert_eq!(worker.error_kind(json!({"call": "nonsense"})), "garbage");
    assert_eq!(worker.error_kind(json!({"call": "digest"})), "garbage");
    worker.load(json!({"instrument": "ledger", "function": "empty", "n": 1}));
    assert_eq!(
        worker.error_kind(json!({"call": "time", "iterations": 1, "collect": "all"})),
        "garbage"
    );
    let again = load(json!({"instrument": "ledger", "function": "empty", "n": 1}));
    assert_eq!(worker.error_kind(again), "garbage");
    worker.quit();
}

#[test]
fn what_is_compiled_for_all_workers_may_be_lost_or_spoilt() {
    let (_, folder) = Worker::start().leave();
    let files = fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().path());
    let files: Vec<PathBuf> = files.filter(|file| file.extension().is_none()).collect();
    assert_eq!(files.len(), 6, "{files:?}");
    fs::remove_file(&files[0]).unwrap();
    for file in &files[1..] {
        let mut code = fs::read(file).unwrap();
        let middle = code.len() / 2;
        code[middle] ^= 1;
        fs::write(file, code).unwrap();
    }
    let mut worker = Worker::start_again(folder);
    worker.load(json!({"instrument": "clock", "function": "always_one", "n": 1}));
    assert_eq!(worker.digest(), json!({"ok": {"digest": "1"}}));
    worker.quit();
}

#[test]
fn a_file_or_function_that_is_not_there_is_an_exception_that_names_it() {
    for (file, variant, says) in [
        (workload(), "absent", "absent"),
        (
            PathBuf::from("/nowhere/workload.py"),
            "empty",
            "/nowhere/workload.py",
        ),
    ] {
        let mut worker = Worker::start();
        let request = load(json!({"instrument": "clock", "file": file, "function": variant, "n": 1}));
        let error = worker.ask(request)["error"].take();
        assert_eq!(error["kind"], "exception");
        assert!(error["message"].as_str().unwrap().contains(says), "{error}");
        worker.quit();
    }
}
