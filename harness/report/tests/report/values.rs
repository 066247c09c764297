//! `value`, `ratio` and `machine`.

use heapbook_engine::record::ErrorKind;
use heapbook_model::{Bytes, Nanos, SourceDigest};

use crate::fixture::{Fixture, complete_records, error, machine};

#[test]
fn a_value_says_on_demand_what_it_is() {
    assert_eq!(
        Fixture::complete().expand("{{#value sums python.build_list peak}}"),
        "<span class=\"hb-value\" title=\"4,000,184 bytes; n = 100,000; CPython 3.13.0, AMD EPYC, 2026-11-22\">3.81 MiB</span>"
    );
}

#[test]
fn values_of_every_kind() {
    let fixture = Fixture::complete();
    for (words, shown) in [
        ("rust.iterate peak", ">0 bytes<"),
        ("python.build_list peak format=exact", ">4,000,184 bytes<"),
        ("python.build_list allocations format=exact", ">100,002<"),
        ("python.build_list peak per=element", ">40.0 bytes<"),
        ("python.build_list peak n=1000 per=element", ">40.2 bytes<"),
        ("python.build_list allocations", ">100,002<"),
        ("python.build_list allocations per=element", ">1.00<"),
        ("python.build_list time", ">4.00 ms<"),
        ("python.build_list time per=element", ">40.0 ns<"),
        ("python.build_list peak python=3.9", ">not measured<"),
    ] {
        let expanded = fixture.expand(&format!("{{{{#value sums {words}}}}}"));
        assert!(expanded.contains(shown), "{words}: {expanded}");
    }
}

#[test]
fn a_book_builds_before_its_records_exist() {
    let fixture = Fixture::without_records();
    for directive in [
        "value sums python.generate peak",
        "ratio sums peak python.generate rust.iterate",
        "fit sums python.generate peak",
        "table sums",
        "plot sums peak",
        "plot sums peak style=bars",
        "timeline sums",
        "claim sums list-is-small",
    ] {
        let expanded = fixture.expand(&format!("{{{{#{directive}}}}}"));
        assert!(expanded.contains("not measured"), "{directive}: {expanded}");
        assert!(
            !expanded.contains("<svg class=\"hb-plot "),
            "{directive}: nothing to draw"
        );
    }
    assert!(
        fixture
            .expand("{{#machine}}")
            .contains("There are no reference records yet.")
    );
}

#[test]
fn failed_cells_are_said_to_have_failed() {
    let mut fixture = Fixture::complete();
    fixture.cell("python.generate", 100_000).errors = vec![error(ErrorKind::Hang, "no answer in 60 s")];
    for directive in [
        "value sums python.generate peak",
        "ratio sums time rust.iterate python.generate",
        "fit sums python.generate peak",
    ] {
        let expanded = fixture.expand(&format!("{{{{#{directive}}}}}"));
        assert_eq!(
            expanded,
            "<span class=\"hb-missing\" title=\"no answer in 60 s\">failed: no answer in time</span>"
        );
    }
}

#[test]
fn stale_values_are_marked() {
    let mut fixture = Fixture::complete();
    fixture.cell("python.generate", 100_000).source = SourceDigest("other".to_owned());
    let value = fixture.expand("{{#value sums python.generate peak}}");
    assert!(
        value.contains("class=\"hb-value hb-stale-value\"") && value.contains("; stale: "),
        "{value}"
    );
    let ratio = fixture.expand("{{#ratio sums peak python.build_list python.generate}}");
    assert!(ratio.contains("hb-stale-value"), "{ratio}");
}

#[test]
fn ranges_show_both_ends() {
    let mut fixture = Fixture::complete();
    fixture
        .cell("python.generate", 100_000)
        .memory
        .as_mut()
        .unwrap()
        .processes[2]
        .account
        .peak_bytes = Bytes(512);
    assert!(
        fixture
            .expand("{{#value sums python.generate peak}}")
            .contains(">456 to 512 bytes<")
    );
}

#[test]
fn ratios_are_factors_in_words() {
    let fixture = Fixture::complete();
    let ratio = fixture.expand("{{#ratio sums peak python.build_list python.generate}}");
    assert!(ratio.contains(">8,800 times<"), "{ratio}");
    assert!(ratio.contains("title=\"peak: 4,000,184 bytes for python.build&#95;list, 456 bytes for python.generate; n = 100,000; CPython 3.13.0"));
    let small = fixture.expand("{{#ratio sums peak python.build_list python.generate n=1_000}}");
    assert!(small.contains(">88.1 times<"), "{small}");
}

#[test]
fn a_line_says_what_an_element_costs_and_what_comes_beside() {
    let fixture = Fixture::complete();
    for (words, shown) in [
        ("python.build_list peak", ">40 bytes an element + 184 bytes<"),
        ("python.generate peak", ">456 bytes at every n<"),
        ("rust.iterate peak", ">0 bytes at every n<"),
        ("python.build_list allocations", ">1 an element + 2<"),
        ("python.build_list peak python=3.9", ">not measured<"),
    ] {
        let expanded = fixture.expand(&format!("{{{{#fit sums {words}}}}}"));
        assert!(expanded.contains(shown), "{words}: {expanded}");
    }
    let exact = fixture.expand("{{#fit sums python.build_list peak}}");
    assert!(
        exact.contains("title=\"peak: exactly so at each of 3 sizes, n = 1,000 to 100,000; CPython 3.13.0, AMD EPYC, 2026-11-22\""),
        "{exact}"
    );
}

fn change_peak(fixture: &mut Fixture, n: u64, bytes: i64) {
    let memory = fixture.cell("python.build_list", n).memory.as_mut().unwrap();
    for process in &mut memory.processes {
        process.account.peak_bytes = Bytes(bytes);
    }
}

#[test]
fn a_line_that_misses_says_by_how_much() {
    let mut fixture = Fixture::complete();
    change_peak(&mut fixture, 10_000, 412_000);
    let line = fixture.expand("{{#fit sums python.build_list peak}}");
    assert!(line.contains(">≈ 40.6 bytes an element<"), "{line}");
    assert!(
        line.contains("40.6 bytes × n − 331 bytes, with the least squares of relative misses; a figure is missed by up to 1.6 %; 3 sizes"),
        "{line}"
    );
    for n in [1_000, 10_000, 100_000] {
        change_peak(&mut fixture, n, n as i64 / 2 - 20);
    }
    let less = fixture.expand("{{#fit sums python.build_list peak}}");
    assert!(less.contains(">0.5 bytes an element − 20 bytes<"), "{less}");
}

#[test]
fn a_line_is_of_exact_figures() {
    let refused = Fixture::complete().refuse("{{#fit sums python.generate time}}");
    assert!(
        refused.ends_with(
            "`time` is never exact, and a line is asked for: ask for a figure of the ledger, or draw a plot"
        ),
        "{refused}"
    );
}

#[test]
fn nothing_is_a_multiple_of_nothing() {
    let ratio = Fixture::complete().expand("{{#ratio sums peak python.build_list rust.iterate}}");
    assert!(
        ratio.contains(">no ratio<") && ratio.contains("rust.iterate needs 0"),
        "{ratio}"
    );
}

#[test]
fn ratios_of_times_come_from_paired_rounds() {
    let mut fixture = Fixture::complete();
    // Both are slowed tenfold in the same rounds; the medians alone would give another factor.
    for (variant, samples) in [
        ("python.build_list", [30, 300, 300]),
        ("rust.iterate", [10, 100, 10]),
    ] {
        let time = fixture.cell(variant, 100_000).time.as_mut().unwrap();
        time.calls = 1;
        for process in &mut time.processes {
            process.total_ns = samples.map(Nanos).to_vec();
            process.cpu_ns = samples.map(Nanos).to_vec();
        }
    }
    let ratio = fixture.expand("{{#ratio sums time python.build_list rust.iterate}}");
    assert!(ratio.contains(">3.00 times<"), "{ratio}");
}

#[test]
fn the_same_machine_is_described_once() {
    let mut fixture = Fixture::complete();
    let mut local = fixture.reference.clone();
    let kept: Vec<_> = local.cells().take(4).map(|cell| cell.key.clone()).collect();
    local.retain(|cell| kept.contains(&cell.key));
    fixture.local = Some(local.clone());
    let text = fixture.expand("{{#machine}}");
    assert_eq!(text.matches("AMD EPYC").count(), 1, "{text}");
    assert!(
        text.contains("Yours: the same machine, 4 cells, on 2026-11-22."),
        "{text}"
    );
    for cell in local.cells_mut() {
        cell.key.runtime.version = "9.9.9".to_owned();
    }
    fixture.local = Some(local);
    let text = fixture.expand("{{#machine}}");
    assert!(
        text.contains("Yours: the same machine, 4 cells, with CPython 9.9.9 and rustc 9.9.9, on 2026-11-22."),
        "{text}"
    );
}

#[test]
fn the_machine_sentence_counts_cells_and_names_what_measured_them() {
    let mut fixture = Fixture::complete();
    fixture.local = Some(complete_records(fixture.scenario(), &machine("My Laptop")));
    fixture.cell("rust.iterate", 1_000).errors = vec![error(ErrorKind::Crash, "signal 9")];
    fixture.cell("python.generate", 1_000).measured_at = "2026-11-20T08:00:00Z".to_owned();
    insta::assert_snapshot!(fixture.expand("{{#machine}}"));
}
