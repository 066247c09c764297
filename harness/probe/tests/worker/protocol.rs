//! Requests and answers, and workloads that misbehave.

use std::io::Read;
use std::path::PathBuf;

use serde_json::json;

use crate::client::{Worker, workload};

#[test]
fn nothing_is_installed_in_the_time_pass() {
    for (pass, as_before) in [("time", "1"), ("memory", "0")] {
        let mut worker = Worker::loaded(pass, "found_as_before", 1);
        assert_eq!(worker.digest(), json!({"ok": {"digest": as_before}}), "{pass}");
        if pass == "time" {
            worker.ask(json!({"call": "time", "iterations": 10, "collect": "all"}));
            assert_eq!(worker.digest(), json!({"ok": {"digest": "1"}}));
        }
        worker.quit();
    }
}

#[test]
fn set_up_is_shared_or_made_for_each_call() {
    for (each, before, after) in [(false, "1", "1"), (true, "1", "102")] {
        let mut worker = Worker::start();
        worker.load(json!({
            "pass": "time", "variant": "count_setups", "setup": "make_block", "setup_each": each, "n": 10,
        }));
        assert_eq!(worker.digest(), json!({"ok": {"digest": before}}));
        let span = worker.ask(json!({"call": "time", "iterations": 100, "collect": "all"}))["ok"].take();
        assert!(span["total_ns"].is_u64() && span["cpu_ns"].is_u64(), "{span}");
        assert_eq!(
            span["collections"], 0,
            "a hundred calls leave the collector nothing to do"
        );
        assert_eq!(worker.digest(), json!({"ok": {"digest": after}}));
        worker.quit();
    }
}

#[test]
fn collections_in_a_timed_span_are_counted() {
    let mut worker = Worker::loaded("time", "collects", 10);
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
        let mut worker = Worker::loaded("time", variant, 1);
        match digest {
            Some(digest) => assert_eq!(worker.digest(), json!({"ok": {"digest": digest}})),
            None => assert_eq!(worker.digest()["error"]["kind"], "no_digest"),
        }
        worker.quit();
    }
    let mut worker = Worker::start();
    worker.load(json!({"pass": "memory", "variant": "objects", "digest": "length", "n": 984}));
    assert_eq!(worker.digest(), json!({"ok": {"digest": "984"}}));
    worker.quit();
}

#[test]
fn a_workload_is_loaded_by_its_path_under_its_own_name() {
    let mut worker = Worker::loaded("time", "well_placed", 1);
    assert_eq!(worker.digest(), json!({"ok": {"digest": "1"}}));
    worker.quit();
}

#[test]
fn what_a_workload_prints_stays_out_of_the_answers() {
    let mut worker = Worker::loaded("memory", "noisy", 1);
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
        for (pass, request) in [
            (
                "memory",
                json!({"call": "memory", "warm_up": true, "timeline": true}),
            ),
            ("time", json!({"call": "time", "iterations": 3, "collect": "all"})),
            ("time", json!({"call": "digest"})),
        ] {
            let mut worker = Worker::loaded(pass, variant, 1);
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
        let mut worker = Worker::loaded("memory", "forks", n);
        assert_eq!(worker.memory(true)["settled"], true);
        assert_eq!(worker.digest(), json!({"ok": {"digest": "1"}}));
        let errors = worker.quit();
        assert!(!errors.contains("called again"), "{errors}");
    }
}

#[test]
fn a_dead_worker_says_no_more() {
    let mut worker = Worker::loaded("time", "dies", 1);
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
    worker.load(json!({"pass": "memory", "variant": "empty", "n": 1}));
    assert_eq!(
        worker.error_kind(json!({"call": "time", "iterations": 1, "collect": "all"})),
        "garbage"
    );
    let again = json!({
        "call": "load", "pass": "memory", "scenario": "a-test", "file": workload(), "variant": "empty", "setup": null,
        "setup_each": false, "digest": null, "n": 1,
    });
    assert_eq!(worker.error_kind(again), "garbage");
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
        let error = worker.ask(json!({
            "call": "load", "pass": "time", "scenario": "a-test", "file": file, "variant": variant, "setup": null,
            "setup_each": false, "digest": null, "n": 1,
        }))["error"]
            .take();
        assert_eq!(error["kind"], "exception");
        assert!(error["message"].as_str().unwrap().contains(says), "{error}");
        worker.quit();
    }
}
