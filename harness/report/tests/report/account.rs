//! `domains`, `collections` and `leaks`, and which fragments show which figure.

use heapbook_engine::record::{Cell, Domain, ErrorKind, MemoryProcess};
use heapbook_model::Bytes;

use crate::fixture::{Fixture, error};

const TABLES: [&str; 3] = ["domains sums", "collections sums", "leaks sums"];

const FRAGMENTS: [&str; 9] = [
    "lines sums python.build_list",
    "layers sums",
    "sizes sums python.build_list",
    "domains sums",
    "collections sums",
    "leaks sums",
    "value sums python.build_list leaked_per_call",
    "value sums python.build_list collections",
    "value sums python.build_list resident",
];

/// Fragments that stand in sentences say themselves, on demand, where they come from.
const IN_SENTENCES: [&str; 3] = [
    "value sums python.build_list leaked_per_call",
    "value sums python.build_list collections",
    "value sums python.build_list resident",
];

fn expand(fixture: &Fixture, directive: &str) -> String {
    fixture.expand(&format!("{{{{#{directive}}}}}"))
}

/// Which fragments change when the cell of the list at the headline size is changed.
fn changed(change: impl Fn(&mut Cell)) -> Vec<&'static str> {
    let before = Fixture::detailed();
    let mut after = Fixture::detailed();
    change(after.cell("python.build_list", 100_000));
    let differs = |fragment: &&str| expand(&before, fragment) != expand(&after, fragment);
    FRAGMENTS.into_iter().filter(differs).collect()
}

fn process(cell: &mut Cell) -> &mut MemoryProcess {
    &mut cell.memory.as_mut().unwrap().processes[0]
}

/// A change of one figure, and the fragments that show it.
type Mutation = (fn(&mut Cell), &'static [&'static str]);

#[test]
fn a_changed_figure_changes_what_shows_it() {
    let mutations: [Mutation; 13] = [
        (
            |cell| cell.lines.as_mut().unwrap().lines[0].hits += 1,
            &["lines sums python.build_list"],
        ),
        (
            |cell| cell.lines.as_mut().unwrap().lines[0].freed_bytes.0 += 1,
            &["lines sums python.build_list"],
        ),
        (
            |cell| cell.lines.as_mut().unwrap().net_bytes.0 += 1,
            &["lines sums python.build_list"],
        ),
        (
            |cell| process(cell).account.peak_bytes.0 += 1 << 20,
            &["layers sums"],
        ),
        (
            |cell| process(cell).account.arenas.as_mut().unwrap().taken_bytes.0 += 1 << 20,
            &["layers sums"],
        ),
        (
            |cell| process(cell).account.arenas.as_mut().unwrap().given_back_bytes.0 += 1 << 20,
            &["layers sums"],
        ),
        (
            |cell| cell.resident.as_mut().unwrap().processes[2].peak_bytes.0 += 1 << 20,
            &["layers sums", "value sums python.build_list resident"],
        ),
        (
            |cell| cell.resident.as_mut().unwrap().processes[2].after_bytes.0 += 1 << 20,
            &["layers sums"],
        ),
        (
            |cell| cell.memory.as_mut().unwrap().sizes[1].allocations += 1,
            &["sizes sums python.build_list"],
        ),
        (
            |cell| {
                process(cell)
                    .account
                    .domains
                    .get_mut(&Domain::Obj)
                    .unwrap()
                    .live_bytes
                    .0 += 1
            },
            &["domains sums"],
        ),
        (
            |cell| {
                cell.memory
                    .as_mut()
                    .unwrap()
                    .collections
                    .as_mut()
                    .unwrap()
                    .generations[1] += 1
            },
            &["collections sums", "value sums python.build_list collections"],
        ),
        (
            |cell| {
                cell.memory
                    .as_mut()
                    .unwrap()
                    .collections
                    .as_mut()
                    .unwrap()
                    .pauses_ns[0]
                    .0 += 100_000
            },
            &["collections sums"],
        ),
        (
            |cell| {
                for (call, live) in (1..).zip(&mut cell.memory.as_mut().unwrap().live_after_calls) {
                    live.0 += call;
                }
            },
            &["leaks sums", "value sums python.build_list leaked_per_call"],
        ),
    ];
    for (index, (change, fragments)) in mutations.into_iter().enumerate() {
        assert_eq!(changed(change), fragments, "change {index}");
    }
}

#[test]
fn another_day_shows_where_a_figure_says_where_it_comes_from() {
    let change = |cell: &mut Cell| cell.measured_at = "2027-01-01T00:00:00Z".to_owned();
    assert_eq!(changed(change), IN_SENTENCES);
}

#[test]
fn the_new_metrics_are_values_claims_and_plots_can_name() {
    let fixture = Fixture::detailed();
    for (metric, shown) in [
        ("leaked_per_call", ">1,000 bytes<"),
        ("collections", ">153<"),
        ("resident", ">5.72 to 5.91 MiB<"),
    ] {
        let value = expand(&fixture, &format!("value sums python.build_list {metric}"));
        assert!(value.contains(shown), "{value}");
        let plot = expand(&fixture, &format!("plot sums {metric} style=bars"));
        assert!(plot.contains("<svg class=\"hb-plot "), "{plot}");
    }
    let plot = expand(&fixture, "plot sums resident style=bars");
    assert!(plot.contains("never exact"), "{plot}");
}

#[test]
fn leaks_are_told_in_words() {
    let leaks = Fixture::detailed().expand("{{#leaks sums}}");
    assert!(leaks.contains(">1,000 bytes</data> a call</strong>"), "{leaks}");
    assert!(
        leaks.contains(">520 bytes</data> once: a cache, or what is made once"),
        "{leaks}"
    );
    assert!(leaks.contains("<td>nothing</td>"), "{leaks}");
    assert!(
        leaks.contains("bytes live after each call: 1,000; 2,000; 3,000;"),
        "the numbers in words: {leaks}"
    );
}

#[test]
fn too_few_calls_are_no_verdict() {
    let mut fixture = Fixture::detailed();
    let memory = fixture
        .cell("python.build_list", 100_000)
        .memory
        .as_mut()
        .unwrap();
    memory.live_after_calls = vec![Bytes(5); 3];
    let leaks = fixture.expand("{{#leaks sums variants=python.build_list}}");
    assert!(leaks.contains(">not measured</span>"), "{leaks}");
}

#[test]
fn a_layer_that_was_not_seen_is_not_zero() {
    let mut fixture = Fixture::detailed();
    let domains = fixture.expand("{{#domains sums variants=python.build_list}}");
    assert!(domains.contains("rowspan=\"4\""), "{domains}");
    assert_eq!(domains.matches(">not seen</span>").count(), 1, "{domains}");
    for process in &mut fixture
        .cell("python.build_list", 100_000)
        .memory
        .as_mut()
        .unwrap()
        .processes
    {
        let mem = process.account.domains[&Domain::Mem];
        process.account.domains.insert(Domain::Native, mem);
    }
    let domains = fixture.expand("{{#domains sums variants=python.build_list}}");
    assert!(!domains.contains(">not seen</span>"), "{domains}");
}

#[test]
fn the_most_that_the_ledger_took_is_told() {
    let mut fixture = Fixture::detailed();
    let directive = "{{#domains sums variants=python.build_list}}";
    assert!(!fixture.expand(directive).contains("The ledger itself"));
    let cell = fixture.cell("python.build_list", 100_000);
    let processes = &mut cell.memory.as_mut().unwrap().processes;
    for (process, mebibytes) in processes.iter_mut().zip([1, 3, 2]) {
        process.account.ledger_bytes = Some(Bytes(mebibytes << 20));
    }
    let domains = fixture.expand(directive);
    assert!(
        domains.contains("The ledger itself took 3.00 MiB at most"),
        "{domains}"
    );
}

#[test]
fn older_records_and_failed_cells_say_why() {
    let older = Fixture::complete();
    let mut failed = Fixture::detailed();
    failed.cell("python.build_list", 100_000).errors = vec![error(ErrorKind::Crash, "signal 11")];
    for table in TABLES {
        let text = expand(&older, table);
        assert!(
            text.contains(">not measured</span>") && !text.contains("<data"),
            "{text}"
        );
        let text = expand(&failed, &format!("{table} variants=python.build_list"));
        assert!(
            text.contains("failed (crash): signal 11") && !text.contains("<data"),
            "{text}"
        );
    }
}

#[test]
fn what_only_python_has_is_not_asked_of_rust() {
    let fixture = Fixture::detailed();
    for table in ["domains sums", "collections sums"] {
        assert!(!expand(&fixture, table).contains("rust.iterate"));
        let refused = fixture.refuse(&format!("{{{{#{table} variants=rust.iterate}}}}"));
        assert!(refused.ends_with("name variants of Python only"), "{refused}");
    }
}

#[test]
fn identifiers_of_plots_are_unique() {
    let expanded = Fixture::detailed()
        .expand("{{#layers sums}}\n\n{{#layers sums}}\n\n{{#sizes sums python.build_list}}\n");
    let mut identifiers: Vec<&str> = expanded
        .split(" id=\"")
        .skip(1)
        .map(|rest| &rest[..rest.find('"').expect("a closing quote")])
        .collect();
    let count = identifiers.len();
    identifiers.sort_unstable();
    identifiers.dedup();
    assert_eq!((identifiers.len(), count), (6, 6));
}
