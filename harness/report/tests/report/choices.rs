//! What follows the reader's choice: whose figures, and of which Python.

use heapbook_engine::record::{Effort, Records};
use heapbook_model::{Bytes, Language};

use crate::fixture::{Fixture, complete_records, machine, time};

/// Records of the reader's own, measured with these versions.
fn own(fixture: &Fixture, versions: &[(&str, &str)]) -> Records {
    let laptop = machine("My Laptop");
    let mut own = Records::default();
    for &(python, rustc) in versions {
        for mut cell in complete_records(fixture.scenario(), &laptop).into_cells() {
            let version = match cell.key.variant.language {
                Language::Python => python,
                Language::Rust => rustc,
            };
            version.clone_into(&mut cell.key.runtime.version);
            own.insert(&laptop, cell);
        }
    }
    own
}

/// A fixture whose reference holds another Python, on which the generator's peak is 512 bytes.
fn with_two_pythons() -> Fixture {
    let mut fixture = Fixture::complete();
    for mut cell in fixture.reference.clone().into_cells() {
        if cell.key.variant.language == Language::Python {
            "3.11.7".clone_into(&mut cell.key.runtime.version);
        }
        if cell.key.variant.function == "generate" {
            let memory = cell.memory.as_mut().unwrap();
            let accounts = memory.processes.iter_mut();
            accounts.for_each(|process| process.account.peak_bytes = Bytes(512));
        }
        let machine = fixture.reference.machines.values().next().unwrap().clone();
        fixture.reference.insert(&machine, cell);
    }
    fixture
}

const ALL: [&str; 6] = [
    "{{#table sums}}",
    "{{#plot sums peak}}",
    "{{#plot sums peak style=bars}}",
    "{{#timeline sums}}",
    "{{#claim sums generator-saves-memory}}",
    "{{#layers sums}}",
];

#[test]
fn where_there_is_nothing_to_choose_a_fragment_stands_as_it_is() {
    let fixture = Fixture::complete();
    for directive in ALL {
        let page = fixture.page(directive);
        assert!(!fixture.expand(directive).contains("hb-choice"), "{page}");
        assert!(
            page.contains("data-pythons=\"3.13\" data-headline=\"3.13\">"),
            "{page}"
        );
        assert_eq!(page.matches("Measured on AMD EPYC").count(), 1, "{page}");
    }
    assert_eq!(fixture.page("No figures."), "No figures.");
}

#[test]
fn every_python_is_an_alternative_and_the_headline_one_is_shown() {
    let fixture = with_two_pythons();
    for directive in [
        "{{#table sums}}",
        "{{#plot sums peak style=bars}}",
        "{{#plot sums peak}}",
    ] {
        let page = fixture.expand(directive);
        assert!(
            page.starts_with("<div class=\"hb-choice\" data-book=\"3.13\" data-reader=\"\" data-label=\"The book’s\"><figure"),
            "{page}"
        );
        let other = &page[page.find("data-book=\"3.11\"").expect("the other Python")..];
        assert!(other[..90].contains(" hidden>"), "{other}");
        assert!(other.contains("512 bytes"), "{other}");
    }
    let page = fixture.page("# Title\n\n{{#table sums}}\n");
    assert!(
        page.starts_with("# Title\n\n<section class=\"hb-whose\""),
        "{page}"
    );
    assert!(
        page.contains("data-pythons=\"3.11 3.13\" data-headline=\"3.13\""),
        "{page}"
    );
    assert!(page.contains("with CPython 3.11.7") && page.contains("with CPython 3.13.0"));
}

#[test]
fn the_line_below_the_title_names_the_machine_and_every_day() {
    let mut fixture = Fixture::complete();
    let page = "# Title\n\n{{#table sums}}\n";
    assert!(fixture.page(page).contains(
        "Measured on AMD EPYC (2 cores, Linux 6.1.0), with CPython 3.13.0 and rustc 1.95.0, on 2026-11-22."
    ));
    "2027-01-01T00:00:00Z".clone_into(&mut fixture.cell("python.build_list", 100_000).measured_at);
    let page = fixture.page(page);
    assert!(page.contains(", from 2026-11-22 to 2027-01-01."), "{page}");
}

#[test]
fn what_is_the_same_for_two_choices_stands_once() {
    let fixture = with_two_pythons();
    let table = fixture.expand("{{#table sums variants=python.build_list}}");
    assert!(!table.contains("hb-choice"), "{table}");
    let mut fixture = Fixture::complete();
    fixture.local = Some(own(&fixture, &[("3.13.0", "1.95.0")]));
    for directive in ALL {
        assert!(!fixture.expand(directive).contains("hb-choice"), "{directive}");
    }
    let page = fixture.page("{{#table sums}}");
    assert!(page.contains(" data-reader>"), "there is a choice: {page}");
    assert!(page.contains("Yours: measured on My Laptop"), "{page}");
}

#[test]
fn the_readers_own_are_an_alternative_that_names_its_python() {
    let mut fixture = Fixture::complete();
    let slower = |mut records: Records| {
        for cell in records.cells_mut() {
            cell.effort = Effort::Quick;
            cell.time = Some(time(7_000_000));
            let memory = cell.memory.as_mut().unwrap();
            let accounts = memory.processes.iter_mut();
            accounts.for_each(|process| process.account.peak_bytes = Bytes(5_000));
        }
        Some(records)
    };
    fixture.local = slower(own(&fixture, &[("3.13.18", "1.96.0"), ("3.15.2", "1.96.0")]));
    for directive in [
        "{{#table sums with=time}}",
        "{{#claim sums generator-saves-memory}}",
    ] {
        let page = fixture.expand(directive);
        let (book, own) = page
            .split_once("data-book=\"\" data-reader=\"3.13\"")
            .expect(directive);
        assert!(!book.contains("4.88 KiB") && own.contains("4.88 KiB"), "{page}");
        assert!(
            own.starts_with(" data-label=\"Yours, CPython 3.13.18\" hidden>"),
            "{own}"
        );
    }
    fixture.local = slower(own(&fixture, &[("3.11.7", "1.95.0"), ("3.15.2", "1.95.0")]));
    let page = fixture.page("{{#table sums}}");
    assert!(page.contains("data-label=\"Yours, CPython 3.15.2\""), "{page}");
    assert!(page.contains(">quick<"), "{page}");
}

#[test]
fn records_of_other_scenarios_are_no_choice() {
    let mut fixture = Fixture::complete();
    let mut local = Records::default();
    for mut cell in complete_records(fixture.scenario(), &machine("My Laptop")).into_cells() {
        cell.key.scenario = "other".to_owned();
        local.insert(&machine("My Laptop"), cell);
    }
    fixture.local = Some(local);
    assert!(!fixture.page("{{#table sums}}").contains("data-reader>"));
}

#[test]
fn prose_speaks_of_the_book_whatever_is_chosen() {
    let mut fixture = with_two_pythons();
    fixture.local = Some(own(&fixture, &[("3.15.2", "1.96.0")]));
    for inline in [
        "{{#value sums python.generate peak}}",
        "{{#ratio sums peak python.build_list python.generate}}",
        "{{#fit sums python.build_list peak}}",
    ] {
        assert!(!fixture.page(inline).contains("hb-choice"), "{inline}");
    }
    let named = fixture.expand("{{#table sums python=3.11}}");
    assert!(
        !named.contains("hb-choice") && named.contains("512 bytes"),
        "{named}"
    );
    assert!(
        named.contains("CPython 3.11.7."),
        "a version that is named is told: {named}"
    );
}

#[test]
fn no_identifier_stands_twice() {
    let mut fixture = with_two_pythons();
    fixture.local = Some(own(&fixture, &[("3.15.2", "1.96.0")]));
    let page = fixture.page(&ALL.join("\n\n"));
    let identifiers = page.split(" id=\"").skip(1);
    let mut identifiers: Vec<&str> = identifiers.map(|rest| &rest[..rest.find('"').unwrap()]).collect();
    let count = identifiers.len();
    identifiers.sort_unstable();
    identifiers.dedup();
    assert_eq!(identifiers.len(), count);
    assert!(count > 8, "{count}");
}

#[test]
fn claims_have_a_row_of_verdicts_by_version() {
    let claim = with_two_pythons().expand("{{#claim sums generator-saves-memory}}");
    let row = &claim[claim.find("<ul class=\"hb-by-version\"").expect("a row")..];
    let (one, other) = (row.find("<li>3.11 "), row.find("<li>3.13 "));
    assert!(one.is_some() && one < other, "{row}");
    assert!(
        !Fixture::complete()
            .expand("{{#claim sums generator-saves-memory}}")
            .contains("hb-by-version")
    );
}

#[test]
fn the_claims_that_a_page_does_not_show_are_folded() {
    let fixture = Fixture::complete();
    let all = fixture.expand("{{#claims sums}}");
    let count = fixture.scenario().claims.len();
    assert!(all.starts_with("<details class=\"hb-claims\"><summary>"), "{all}");
    assert_eq!(all.matches("<div class=\"hb-claim ").count(), count, "{all}");
    let page = fixture.expand("{{#claim sums generator-saves-memory}}\n\n{{#claims sums}}");
    let folded = &page[page.find("<details").expect("folded")..];
    assert_eq!(
        folded.matches("<div class=\"hb-claim ").count(),
        count - 1,
        "{folded}"
    );
}
