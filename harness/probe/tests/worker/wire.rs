//! Python's end of the wire has the names and fields of `heapbook-protocol`, every one, and no
//! other.

use std::collections::BTreeSet;

use heapbook_model::Nanos;
use heapbook_protocol::call::{
    self, Collections, Digest, Leaks, Lines, Load, Memory, NAMES, Objects, Origins, Quit, Remarks, Resident,
    Size, Time,
};
use heapbook_protocol::{Call, Code, Collect, Instrument, Module, Request, Workload};
use serde_json::{Value, json};

use crate::client::{Worker, skip, workload};

/// Loads a function that leaves a block behind.
fn load(instrument: Instrument) -> Load {
    Load {
        instrument,
        workload: Workload::Variant {
            scenario: "a-test".to_owned(),
            file: workload(),
            function: "leaks".to_owned(),
            setup: None,
            digest: Some("always_one".to_owned()),
        },
        n: 1_000,
    }
}

/// Makes a call. Its answer must be all of the type's fields, and nothing besides.
fn ask<C: Call>(worker: &mut Worker, call: C) {
    let request: Request = call.into();
    let request = serde_json::to_value(request).unwrap();
    assert_eq!(request["call"], C::NAME);
    must_name_every_field(worker, &request);
    let answer = worker.ask(request)["ok"].take();
    let read: C::Answer = serde_json::from_value(answer.clone())
        .unwrap_or_else(|error| panic!("`{}` is answered in another form: {error}: {answer}", C::NAME));
    assert_eq!(serde_json::to_value(read).unwrap(), answer, "{}", C::NAME);
}

/// Asserts that a request is refused without any one of its fields: so the worker reads each of
/// them.
fn must_name_every_field(worker: &mut Worker, request: &Value) {
    for name in request.as_object().unwrap().keys().filter(|name| *name != "call") {
        let mut without = request.clone();
        without.as_object_mut().unwrap().remove(name);
        let error = worker.ask(without)["error"].take();
        assert_eq!(error["kind"], "garbage", "{request} without {name}");
        assert!(error["message"].as_str().unwrap().contains(name), "{error}");
    }
}

#[test]
fn every_call_of_the_protocol_is_answered_in_its_form() {
    let mut asked = BTreeSet::from([Load::NAME, Quit::NAME]);
    let mut with = |instrument, calls: &dyn Fn(&mut Worker) -> Vec<&'static str>| {
        let mut worker = Worker::start();
        worker_load(&mut worker, instrument);
        asked.extend(calls(&mut worker));
        worker.quit();
    };
    with(Instrument::Clock, &|worker| {
        let collect = Collect::Young;
        ask(
            worker,
            Time {
                iterations: 2,
                collect,
            },
        );
        ask(worker, Digest {});
        ask(worker, Size { n: 2_000 });
        vec![Time::NAME, Digest::NAME, Size::NAME]
    });
    with(Instrument::Ledger, &|worker| {
        let (warm_up, timeline, histogram) = (true, true, true);
        ask(
            worker,
            Memory {
                warm_up,
                timeline,
                histogram,
            },
        );
        ask(worker, Collections {});
        ask(worker, Leaks { calls: 3 });
        ask(worker, Objects { warm_ups: 2 });
        vec![Memory::NAME, Collections::NAME, Leaks::NAME, Objects::NAME]
    });
    with(Instrument::Tracer, &|worker| {
        let (warm_up, steps) = (true, true);
        ask(worker, Lines { warm_up, steps });
        ask(worker, Remarks {});
        vec![Lines::NAME, Remarks::NAME]
    });
    with(Instrument::Tracemalloc, &|worker| {
        ask(
            worker,
            Origins {
                warm_up: 2,
                calls: 3,
                within_ns: Nanos(1_000_000_000),
            },
        );
        vec![Origins::NAME]
    });
    with(Instrument::System, &|worker| {
        if cfg!(target_os = "linux") {
            ask(worker, Resident {});
        } else {
            skip("this system does not tell what is resident");
        }
        vec![Resident::NAME]
    });
    assert_eq!(asked, BTreeSet::from_iter(NAMES.iter().copied()));
}

fn worker_load(worker: &mut Worker, instrument: Instrument) {
    let request = serde_json::to_value(Request::from(load(instrument))).unwrap();
    let answer = worker.ask(request);
    assert_eq!(answer, json!({"ok": {}}));
}

#[test]
fn a_load_without_one_of_its_fields_is_refused() {
    let request = serde_json::to_value(Request::from(load(Instrument::Clock))).unwrap();
    must_name_every_field(&mut Worker::start(), &request);
    for name in ["scenario", "file", "function"] {
        let mut without = request.clone();
        without["workload"]["variant"]
            .as_object_mut()
            .unwrap()
            .remove(name);
        let error = Worker::start().ask(without)["error"].take();
        assert!(error["message"].as_str().unwrap().contains(name), "{error}");
    }
}

#[test]
fn users_programs_are_loaded_in_each_form() {
    let codes = [
        Code::Snippet {
            text: "made * n".to_owned(),
            setup: Some("made = 2".to_owned()),
            path: vec!["/".into()],
        },
        Code::Named {
            module: Module::File(workload()),
            name: "empty".to_owned(),
            path: Vec::new(),
        },
        Code::Named {
            module: Module::Import("math".to_owned()),
            name: "sqrt".to_owned(),
            path: Vec::new(),
        },
        Code::Script {
            file: workload(),
            arguments: vec!["--loud".to_owned()],
            path: Vec::new(),
        },
    ];
    for code in codes {
        let load = call::Load {
            instrument: Instrument::Clock,
            workload: Workload::Program(code),
            n: 3,
        };
        let mut worker = Worker::start();
        let request = serde_json::to_value(Request::from(load)).unwrap();
        assert_eq!(worker.ask(request), json!({"ok": {}}));
        ask(&mut worker, Digest {});
        worker.quit();
    }
}

#[test]
fn worker_py_answers_no_other_call() {
    let source = include_str!("../../src/worker.py");
    let methods = source.lines().filter_map(|line| {
        let (name, _) = line.trim().strip_prefix("def answer_")?.split_once('(')?;
        Some(name)
    });
    assert_eq!(
        methods.collect::<BTreeSet<_>>(),
        BTreeSet::from_iter(NAMES.iter().copied())
    );
}
