//! `claim`.

use heapbook_engine::record::Effort;
use heapbook_engine::scenario::SourceDigest;
use heapbook_engine::units::Bytes;

use crate::fixture::{Fixture, complete_records, machine};

#[test]
fn a_claim_that_holds() {
    insta::assert_snapshot!(Fixture::complete().expand("{{#claim sums generator-saves-memory}}"));
}

#[test]
fn a_claim_over_all_sizes_shows_the_figure_at_each() {
    let mut fixture = Fixture::complete();
    let claim = fixture.expand("{{#claim sums generator-is-constant}}");
    assert!(claim.contains("constant over all sizes"), "{claim}");
    assert!(claim.contains(">456 bytes</data> at every size."), "{claim}");
    fixture
        .cell("python.generate", 10_000)
        .memory
        .as_mut()
        .unwrap()
        .processes[0]
        .peak_bytes = Bytes(457);
    let claim = fixture.expand("{{#claim sums generator-is-constant}}");
    assert!(claim.contains(">456 bytes</data> at 1,000, "), "{claim}");
    assert!(
        claim.contains(">456 to 457 bytes</data> at 10,000 and "),
        "{claim}"
    );
}

#[test]
fn a_claim_known_to_be_wrong_is_no_surprise_where_it_fails() {
    let mut fixture = Fixture::complete();
    let claim = fixture.expand("{{#claim sums list-is-small}}");
    assert!(
        claim.contains("hb-fails hb-known-wrong") && claim.contains("Known to be wrong"),
        "{claim}"
    );
    assert!(!claim.contains("hb-surprise"));
    for process in &mut fixture
        .cell("python.build_list", 100_000)
        .memory
        .as_mut()
        .unwrap()
        .processes
    {
        process.peak_bytes = Bytes(100);
    }
    let claim = fixture.expand("{{#claim sums list-is-small}}");
    assert!(
        claim.contains("hb-holds hb-known-wrong") && claim.contains("hb-surprise"),
        "{claim}"
    );
}

#[test]
fn the_readers_own_verdict_stands_below() {
    let mut fixture = Fixture::complete();
    let mut local = complete_records(fixture.scenario(), &machine("My Laptop"));
    for cell in &mut local.cells {
        cell.effort = Effort::Quick;
        for process in &mut cell.memory.as_mut().unwrap().processes {
            process.peak_bytes = Bytes(5_000);
        }
    }
    fixture.local = Some(local);
    let claim = fixture.expand("{{#claim sums generator-saves-memory}}");
    assert!(
        claim.starts_with("<div class=\"hb-claim hb-holds\""),
        "the reference decides: {claim}"
    );
    let own = &claim[claim.find("On your machine: ").expect("a second verdict")..];
    assert!(
        own.contains(">fails</strong>") && own.contains("4.88 KiB") && own.contains(">quick<"),
        "{own}"
    );
}

#[test]
fn verdicts_on_other_code_are_marked() {
    let mut fixture = Fixture::complete();
    fixture.cell("python.build_list", 100_000).source = SourceDigest("other".to_owned());
    assert!(
        fixture
            .expand("{{#claim sums generator-saves-memory}}")
            .contains("hb-stale")
    );
    assert!(
        !fixture
            .expand("{{#claim sums generator-is-constant}}")
            .contains("hb-stale")
    );
}
