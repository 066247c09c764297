//! Rust's allocations in the reference are those that the source shows: an unoptimised build makes
//! as many.
//!
//! A compiler may leave an allocation out that nobody looks at, and then a figure is not of the
//! work that the listing shows. This test's binary is compiled without optimisation, which leaves
//! nothing out. A variant whose allocations are meant to be left out would have to be named here,
//! with the reason; there is none.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use heapbook_engine::figures::Metric;
use heapbook_engine::record::{Records, View};
use heapbook_engine::scenario::{Corpus, Variant};
use heapbook_model::{Language, Measured};
use heapbook_protocol::call::{Load, Memory, Quit};
use heapbook_protocol::{Asked, Body, Instrument, MemoryAnswer, Reply, WORKER_ARGUMENT, Workload};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The blocks that one call makes in a worker of this build.
fn allocations(scenario: &str, variant: &Variant, n: u64) -> u64 {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_heapbook"))
        .arg(WORKER_ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut requests = worker.stdin.take().unwrap();
    let mut ask = |id, request| {
        let line = serde_json::to_string(&Asked { id, request }).unwrap();
        writeln!(requests, "{line}").unwrap();
    };
    ask(1, load(scenario, variant, n).into());
    let memory = Memory {
        warm_up: variant.warm_up,
        timeline: false,
        histogram: false,
    };
    ask(2, memory.into());
    ask(3, Quit {}.into());
    let answers = BufReader::new(worker.stdout.take().unwrap()).lines();
    let answers: Vec<Reply<Value>> = answers
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect();
    assert!(worker.wait().unwrap().success());
    let answer = answers
        .into_iter()
        .find(|answer| answer.id == 2)
        .map(|answer| answer.body);
    let Some(Body::Ok(answer)) = answer else {
        panic!("{scenario}/{}: {answer:?}", variant.name)
    };
    serde_json::from_value::<MemoryAnswer>(answer)
        .unwrap()
        .account
        .allocations
}

fn load(scenario: &str, variant: &Variant, n: u64) -> Load {
    Load {
        instrument: Instrument::Ledger,
        workload: Workload::Variant {
            scenario: scenario.to_owned(),
            file: PathBuf::new(),
            function: variant.name.function.clone(),
            setup: variant.setup.clone(),
            digest: variant.digest.clone(),
        },
        n,
    }
}

#[test]
fn an_unoptimised_build_allocates_as_often_as_the_reference() {
    let corpus = Corpus::read(&root()).unwrap();
    let reference = Records::read(&root().join("book/records")).unwrap();
    let view = View::new(&reference, None);
    let (mut differing, mut compared) = (Vec::new(), 0);
    for scenario in &corpus.scenarios {
        let n = scenario.sizes[0];
        let rust = scenario.variants.iter();
        for variant in rust.filter(|variant| variant.name.language == Language::Rust) {
            // One that is not measured yet is what `heapbook check` speaks of.
            let recorded = view
                .cell(&scenario.slug, &variant.name, n)
                .and_then(|cell| Metric::Allocations.of(cell));
            let Some(recorded) = recorded else { continue };
            let made = allocations(&scenario.slug, variant, n);
            compared += 1;
            if recorded != Measured::Exact(made.try_into().unwrap()) {
                differing.push(format!(
                    "{}/{} n={n}: {recorded:?} in the reference, {made} without optimisation",
                    scenario.slug, variant.name
                ));
            }
        }
    }
    assert!(compared > 20, "{compared}");
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
