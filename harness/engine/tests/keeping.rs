//! Properties of what keeps and splits records: the index, the reader, the parts of a run, and
//! joining.

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use common::{corpus, measure_with, project, python, scenario_toml};
use heapbook_engine::merge::merge;
use heapbook_engine::project::{Project, Store};
use heapbook_engine::record::{Cell, Effort, Journal, Records};
use heapbook_engine::runtime::this_machine;
use heapbook_engine::shard::{Shard, assign};
use heapbook_engine::supervisor::{Launcher, Worker};
use heapbook_model::{Bytes, Machine, Nanos, SourceDigest};
use heapbook_protocol::{Failure, Instrument, Request};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Starts workers that answer the same to everything.
struct Answers;

impl Launcher for Answers {
    fn launch(
        &self,
        _cell: &heapbook_engine::plan::PlannedCell<'_>,
        _instrument: Instrument,
        _hash_seed: u32,
    ) -> Result<Box<dyn Worker>, Failure> {
        Ok(Box::new(Answers))
    }
}

impl Worker for Answers {
    fn call(&mut self, _request: Request) -> Result<Value, Failure> {
        Ok(json!({
            "total_ns": 9_000_000, "cpu_ns": 1, "digest": "5",
            "warm_ups": 1, "settled": true, "timeline": null,
            "account": {
                "allocations": 1, "reallocations": 0, "grown": 0, "shrunk": 0, "frees": 1, "allocated_bytes": 8, "peak_bytes": 8,
                "result_bytes": 0, "retained_bytes": 0, "retained_after_collection_bytes": 0, "unknown_frees": 0
            },
            "generations": [0, 0, 0], "collected": 0, "uncollectable": 0, "total_pause_ns": 0, "pauses_ns": [],
            "live_bytes": [0], "lines": [], "events": [], "total_events": 0, "net_bytes": 0,
            "peak_bytes": 0, "after_bytes": 0, "minor_faults": 0, "major_faults": 0
        }))
    }

    fn finish(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}

/// A cell as a run records it.
fn cell() -> Cell {
    static CELL: LazyLock<Cell> = LazyLock::new(measured);
    CELL.clone()
}

fn measured() -> Cell {
    let root = project(&scenario_toml(&["one"]), "def one(n):\n    return n\n");
    let cells = measure_with(&corpus(root.path()), &Answers, &[python()]);
    let cell = cells.into_iter().next().expect("a cell was planned");
    assert_eq!(cell.errors, []);
    assert!(cell.took_ns.is_some(), "what it took is recorded");
    cell
}

/// The same record at another place.
fn at(cell: &Cell, scenario: u8, n: u8, version: u8) -> Cell {
    let mut cell = cell.clone();
    cell.key.scenario = format!("scenario-{scenario}");
    cell.key.n = n.into();
    cell.key.runtime.version = format!("3.{version}.0");
    cell
}

fn records(cells: impl IntoIterator<Item = Cell>) -> Records {
    let mut records = Records::default();
    for cell in cells {
        records.insert(&this_machine(), cell);
    }
    records
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The index against a plain list: insert, look up, change by hand.
    #[test]
    fn cells_are_found_as_in_a_list(steps in prop::collection::vec((0..3u8, 0..3u8, 0..3u8, any::<bool>()), 0..60)) {
        let template = cell();
        let machine: Machine = this_machine();
        let (mut records, mut list) = (Records::default(), Vec::<Cell>::new());
        for (step, (scenario, n, version, is_removal)) in steps.into_iter().enumerate() {
            let mut new = at(&template, scenario, n, version);
            if is_removal {
                let stays = |cell: &Cell| cell.key != new.key;
                records.retain(stays);
                list.retain(stays);
                continue;
            }
            new.took_ns = Some(Nanos(step as u64));
            match list.iter_mut().find(|old| old.key == new.key) {
                Some(old) => *old = new.clone(),
                None => list.push(new.clone()),
            }
            records.insert(&machine, new);
            let found: Vec<&Cell> = records.at("scenario-1", &template.key.variant, 1).collect();
            let expected: Vec<&Cell> =
                list.iter().filter(|cell| cell.key.scenario == "scenario-1" && cell.key.n == 1).collect();
            let in_order = |mut cells: Vec<&Cell>| {
                cells.sort_by(|one, other| one.key.cmp(&other.key));
                cells.into_iter().cloned().collect::<Vec<Cell>>()
            };
            prop_assert_eq!(found.into_iter().cloned().collect::<Vec<Cell>>(), in_order(expected));
        }
        list.sort_by(|one, other| one.key.cmp(&other.key));
        prop_assert_eq!(records.cells().cloned().collect::<Vec<_>>(), list.clone());
        for scenario in 0..3 {
            let slug = format!("scenario-{scenario}");
            prop_assert_eq!(!records.of(&slug).is_empty(), list.iter().any(|cell| cell.key.scenario == slug));
        }
    }

    /// Every item is in exactly one part, no part is fuller than it must be, and the order of the
    /// items does not matter.
    #[test]
    fn parts_are_the_whole_and_even(weights in prop::collection::vec(0..1_000_000u64, 0..60), count in 1..9u32) {
        let names: Vec<String> = (0..weights.len()).map(|number| format!("s{number}")).collect();
        let items: Vec<(&str, u64)> = names.iter().map(String::as_str).zip(weights.iter().copied()).collect();
        let parts = assign(&items, count);
        prop_assert_eq!(parts.len(), items.len());
        prop_assert!(parts.iter().all(|&part| part < count));
        let mut loads = vec![0; count as usize];
        for (&part, &weight) in parts.iter().zip(&weights) {
            loads[part as usize] += weight.max(1);
        }
        let sum: u64 = loads.iter().sum();
        let longest = weights.iter().map(|&weight| weight.max(1)).max().unwrap_or(0);
        prop_assert!(*loads.iter().max().unwrap() <= sum / u64::from(count) + longest);

        let backwards: Vec<(&str, u64)> = items.iter().rev().copied().collect();
        let mut again = assign(&backwards, count);
        again.reverse();
        prop_assert_eq!(again, parts);
    }
}

#[test]
fn parts_follow_what_the_records_say() {
    let root = project(&scenario_toml(&["one"]), "def one(n):\n    return n\n");
    for slug in ["long", "short", "shorter"] {
        common::add_scenario(
            root.path(),
            slug,
            &scenario_toml(&["one"]),
            "def one(n):\n    return n\n",
        );
    }
    let template = cell();
    let past = records(
        [("sample", 10), ("long", 1_000), ("short", 500), ("shorter", 490)].map(|(slug, took)| {
            let mut cell = template.clone();
            cell.key.scenario = slug.to_owned();
            cell.took_ns = Some(Nanos(took));
            cell
        }),
    );
    let part = |index| {
        let mut corpus = corpus(root.path());
        // The second size has no record: it counts as the mean of all, 500 for each scenario.
        Shard { index, count: 2 }.narrow(&mut corpus, &[], &past);
        corpus
            .scenarios
            .iter()
            .map(|scenario| scenario.slug.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(part(1), ["long", "sample"]);
    assert_eq!(part(2), ["short", "shorter"]);
}

#[test]
fn records_of_any_number_are_read_as_they_were_written() {
    let folder = tempfile::tempdir().unwrap();
    let template = cell();
    for count in [0, 1, 2, 1_000] {
        let mut written = Records::default();
        for (number, version) in (0..count).zip((0..7).cycle()) {
            written.insert(
                &this_machine(),
                at(&template, (number % 3) as u8, (number / 21) as u8, version),
            );
        }
        let path = folder.path().join(count.to_string());
        written.write(&path).unwrap();
        assert_eq!(Records::read(&path).unwrap(), written);
    }
}

/// Joins two records of one cell, and gives the one that stands.
fn joined(one: &Cell, other: &Cell) -> Result<Cell, String> {
    let files = |one: &Cell, other: &Cell| {
        vec![
            (PathBuf::from("a.json"), records([one.clone()])),
            (PathBuf::from("b.json"), records([other.clone()])),
        ]
    };
    let there = merge(files(one, other)).map_err(|error| error.to_string())?;
    let back = merge(files(other, one)).map_err(|error| error.to_string())?;
    assert_eq!(there, back, "the order makes no difference");
    Ok(there.cells().next().unwrap().clone())
}

#[test]
fn of_two_records_the_better_one_stands() {
    let quick = cell();
    let mut full = quick.clone();
    full.effort = Effort::Full;
    full.measured_at = "2001-01-01T00:00:00Z".to_owned();
    assert_eq!(
        joined(&quick, &full).unwrap(),
        full,
        "a full one before a later quick one"
    );

    let mut later = quick.clone();
    later.measured_at = "2999-01-01T00:00:00Z".to_owned();
    assert_eq!(joined(&quick, &later).unwrap(), later);

    let mut edited = later.clone();
    edited.source = SourceDigest("other".to_owned());
    peak(&mut edited, 99);
    assert_eq!(
        joined(&full, &edited).unwrap(),
        edited,
        "other code may have other figures"
    );

    let mut failed = later.clone();
    failed.errors.push(heapbook_engine::record::CellError {
        pass: heapbook_engine::record::Pass::Memory,
        process: 0,
        kind: heapbook_engine::record::ErrorKind::Crash,
        message: String::new(),
    });
    assert_eq!(joined(&quick, &failed).unwrap(), quick);
}

#[test]
fn the_last_line_of_a_journal_counts_whatever_the_clock_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let (mut journal, _) = Journal::open(&path).unwrap();
    let mut last = cell();
    for year in [2030, 2040, 2026] {
        last.measured_at = format!("{year}-01-01T00:00:00Z");
        journal.append(&this_machine(), &last).unwrap();
    }
    drop(journal);
    let (mut journal, records) = Journal::open(&path).unwrap();
    assert_eq!(records.cells().collect::<Vec<_>>(), [&last]);
    // It goes on at the end of what is there, and begins anew once all is saved.
    last.digest = Some("7".to_owned());
    journal.append(&this_machine(), &last).unwrap();
    assert_eq!(Journal::open(&path).unwrap().1.cells().next(), Some(&last));
    journal.clear().unwrap();
    journal.append(&this_machine(), &last).unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap().lines().count(),
        2,
        "a head and a cell"
    );
    assert_eq!(Journal::open(&path).unwrap().1.cells().next(), Some(&last));
}

#[test]
fn a_journal_does_not_take_back_what_a_file_has_since() {
    let root = project(&scenario_toml(&["one"]), "def one(n):\n    return n\n");
    std::fs::create_dir(root.path().join("book")).unwrap();
    let project = Project::find(root.path()).unwrap();
    let old = cell();
    let mut later = old.clone();
    later.measured_at = "2999-01-01T00:00:00Z".to_owned();
    let mut earlier = old.clone();
    earlier.measured_at = "2001-01-01T00:00:00Z".to_owned();
    for (in_file, valid) in [(later.clone(), later), (earlier, old.clone())] {
        let mut store = Store::open(&project, None).unwrap();
        store.keep(&this_machine(), old.clone()).unwrap();
        drop(store);
        records([in_file]).write(&project.local()).unwrap();
        let store = Store::open(&project, None).unwrap();
        assert_eq!(store.known().cells().collect::<Vec<_>>(), [&valid]);
    }
}

#[test]
fn three_records_give_the_same_in_any_order() {
    let of = |code: &str, effort: Effort, day: u32, bytes: i64| {
        let mut cell = cell();
        cell.source = SourceDigest(code.to_owned());
        cell.effort = effort;
        cell.measured_at = format!("2026-01-{day:02}T00:00:00Z");
        peak(&mut cell, bytes);
        cell
    };
    let in_all_orders = |cells: [&Cell; 3]| -> Vec<Option<Cell>> {
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let joined = orders.map(|order| {
            let file = |index: usize| (PathBuf::from(index.to_string()), records([cells[index].clone()]));
            let merged = merge(order.map(file).into());
            merged.ok().map(|merged| merged.cells().next().unwrap().clone())
        });
        joined.into()
    };
    let old = of("a", Effort::Full, 1, 100);
    let edited = of("b", Effort::Full, 2, 50);
    let contradicts = of("a", Effort::Full, 3, 200);
    assert_eq!(in_all_orders([&old, &edited, &contradicts]), vec![None; 6]);
    let quick = of("a", Effort::Quick, 3, 100);
    assert_eq!(in_all_orders([&old, &edited, &quick]), vec![Some(edited); 6]);
}

fn peak(cell: &mut Cell, bytes: i64) {
    cell.memory.as_mut().unwrap().processes[0].account.peak_bytes = Bytes(bytes);
}

#[test]
fn records_that_contradict_each_other_are_refused() {
    let one = cell();
    let mut other = one.clone();
    peak(&mut other, 16);
    let error = joined(&one, &other).unwrap_err();
    assert!(
        error.contains("a.json and b.json contradict each other"),
        "{error}"
    );
    assert!(
        error.contains("peak = 8 bytes in the first and 16 bytes"),
        "{error}"
    );

    let mut other = one.clone();
    other.digest = Some("6".to_owned());
    assert!(joined(&one, &other).unwrap_err().contains("the digest 5"));

    // A figure that is not exact contradicts nothing.
    let mut unsettled = one.clone();
    unsettled.memory.as_mut().unwrap().processes[0].settled = false;
    peak(&mut unsettled, 16);
    joined(&one, &unsettled).unwrap();
}

#[test]
fn machines_stay_apart() {
    let one = cell();
    let mut elsewhere = one.clone();
    elsewhere.key.machine.0 = "elsewhere".to_owned();
    peak(&mut elsewhere, 16);
    let files = vec![
        (PathBuf::from("a.json"), records([one])),
        (PathBuf::from("b.json"), records([elsewhere])),
    ];
    let joined = merge(files).unwrap();
    let by_machine: BTreeMap<&str, &Cell> = joined
        .cells()
        .map(|cell| (cell.key.machine.0.as_str(), cell))
        .collect();
    assert_eq!(by_machine.len(), 2);
    assert_eq!(joined.machines.len(), 2);
}
