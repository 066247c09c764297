//! Doubts, and what lays them to rest.

use super::*;
use crate::record::Records;
use crate::sample::{self, cell, machine};
use heapbook_model::{Bytes, Nanos};

const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

const RUST: &str = "pub fn fold(n: usize) -> u64 { (0..n as u64).sum() }\n\
                    pub fn make(n: usize) -> u64 { vec![1u8; n].len() as u64 }\n";

fn scenario(claim: &str) -> Scenario {
    let python = "def walk(n):\n    pass\n";
    let tables = format!("[python.walk]\n[rust.fold]\n[rust.make]\n{claim}");
    sample::scenario(&SIZES, &tables, python, RUST)
}

/// Records with a time of a call in nanoseconds for each variant, as a function of n; nothing is
/// allocated in Rust.
fn records(fold: fn(u64) -> u64, walk: fn(u64) -> u64) -> Records {
    let mut records = Records::default();
    for n in SIZES {
        for (variant, nanoseconds) in [("python.walk", walk(n)), ("rust.fold", fold(n)), ("rust.make", n)] {
            let mut cell = cell(variant, n, 0);
            let time = cell.time.as_mut().unwrap();
            for process in &mut time.processes {
                process.total_ns.fill(Nanos(nanoseconds * time.calls));
            }
            let memory = cell.memory.as_mut().unwrap();
            for process in &mut memory.processes {
                process.account.allocations = u64::from(variant == "rust.make");
            }
            records.insert(&machine("one"), cell);
        }
    }
    records
}

fn doubts(scenario: &Scenario, records: &Records) -> Vec<String> {
    let found = folded_away(scenario, &View::new(records, None));
    found.into_iter().map(|found| found.variant.to_string()).collect()
}

#[test]
fn a_time_that_stays_while_the_work_grows_is_doubted() {
    let folded = records(|_| 4, |n| 30 * n);
    let found = folded_away(&scenario(""), &View::new(&folded, None));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].evidence.len(), 4);
    assert_eq!(
        found[0].reason(),
        "its time stays the same at every n, and the time of python.walk grows"
    );
    assert!(FoldedAway::HELP.contains("black_box") && FoldedAway::HELP.contains("growth = \"constant\""));
}

#[test]
fn a_time_that_grows_or_is_claimed_to_stay_is_not() {
    assert_eq!(doubts(&scenario(""), &records(|n| n, |n| 30 * n)), [""; 0]);
    let folded = records(|_| 4, |n| 30 * n);
    let claim = "[[claim]]\nid = \"it\"\nsays = \"S.\"\nmetric = \"time\"\nof = \"rust.fold\"\ngrowth = \"constant\"\n";
    assert_eq!(doubts(&scenario(claim), &folded), [""; 0]);
    let expected_to_fail = format!("{claim}expect = \"fails\"\n");
    assert_eq!(doubts(&scenario(&expected_to_fail), &folded), ["rust.fold"]);
}

#[test]
fn where_no_time_grows_nothing_shows_that_the_work_does() {
    let mut still = records(|_| 4, |_| 300);
    still.retain(|cell| cell.key.variant.function != "make");
    assert_eq!(doubts(&scenario(""), &still), [""; 0]);
    for cell in still
        .cells_mut()
        .filter(|cell| cell.key.variant.function == "fold")
    {
        for process in &mut cell.memory.as_mut().unwrap().processes {
            process.account.allocated_bytes = Bytes(8 * cell.key.n as i64);
        }
    }
    let found = folded_away(&scenario(""), &View::new(&still, None));
    assert_eq!(
        found[0].reason(),
        "its time stays the same at every n, and what it allocates grows"
    );
}

#[test]
fn python_is_not_folded() {
    assert_eq!(doubts(&scenario(""), &records(|n| n, |_| 300)), [""; 0]);
}

#[test]
fn cells_that_failed_or_are_missing_raise_no_doubt() {
    let mut folded = records(|_| 4, |n| 30 * n);
    folded.retain(|cell| cell.key.n != 10_000 || cell.key.variant.function != "fold");
    assert_eq!(doubts(&scenario(""), &folded), [""; 0]);
}
