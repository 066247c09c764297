//! `table`.

use heapbook_engine::record::{ErrorKind, Records};
use heapbook_model::{Bytes, Language, Nanos, SourceDigest};

use crate::fixture::{Fixture, error, machine, time};

const BEST: &str = "hb-best";

/// The row of a variant.
fn row<'t>(table: &'t str, variant: &str) -> &'t str {
    let (language, function) = variant.split_once('.').expect("a variant's name");
    let function = function.replace('_', "&#95;");
    let name = format!("<code><span class=\"hb-prefix\">{language}.</span>{function}</code>");
    let rows = table.split("<tr>").filter(|row| row.contains(&name));
    rows.last()
        .unwrap_or_else(|| panic!("no row of {variant} in {table}"))
}

#[test]
fn a_table_of_complete_records() {
    insta::assert_snapshot!(Fixture::complete().expand("{{#table sums with=time}}"));
}

#[test]
fn a_time_is_shown_where_it_is_asked_for() {
    let fixture = Fixture::complete();
    let with = fixture.expand("{{#table sums with=time}}");
    assert!(
        with.contains(">Time of a call</abbr>") && with.contains("<data value=\"5000000\""),
        "{with}"
    );
    let without = fixture.expand("{{#table sums}}");
    assert!(
        !without.contains(">Time of a call</abbr>") && !without.contains(" ms<"),
        "{without}"
    );
    assert_eq!(without.matches("<th scope=\"col\"").count(), 6);
    let refused = fixture.refuse("{{#table sums with=times}}");
    assert!(refused.contains("unknown with `times`"), "{refused}");
}

#[test]
fn small_shares_are_cut_short_and_exact_on_demand() {
    let fixture = Fixture::complete();
    let row_of = |directive: &str| row(&fixture.expand(directive), "python.generate").to_owned();
    let small = row_of("{{#table sums with=time}}");
    assert!(
        small.contains("title=\"0.00456 bytes: 456 bytes over n = 100,000\">&#60; 0.01<"),
        "{small}"
    );
    assert!(row_of("{{#table sums n=1000}}").contains(">0.456 bytes<"));
}

#[test]
fn every_head_of_figures_says_its_meaning_to_pointer_and_keyboard() {
    let table = Fixture::complete().expand("{{#table sums with=time}}");
    assert_eq!(
        table
            .matches("<abbr class=\"hb-explained\" tabindex=\"0\" title=\"")
            .count(),
        6
    );
    assert!(
        table.contains(
            "title=\"the most bytes live at once, above those live when the call began\">Peak</abbr>"
        ),
        "{table}"
    );
}

#[test]
fn variants_and_size_can_be_chosen() {
    let table = Fixture::complete().expand("{{#table sums variants=rust.iterate,python.build_list n=1000}}");
    assert!(table.find(">iterate<") < table.find(">build&#95;list<"));
    assert!(table.contains(">iterate<") && !table.contains(">generate<"));
    assert!(row(&table, "python.build_list").contains("title=\"40,184 bytes\">39.2 KiB<"));
    assert!(table.contains("n = 1,000."));
}

#[test]
fn the_best_is_named_only_where_it_is_certain() {
    let mut fixture = Fixture::complete();
    let best = |fixture: &Fixture, variant: &str| {
        row(&fixture.expand("{{#table sums with=time}}"), variant)
            .matches(BEST)
            .count()
    };
    assert_eq!(
        [best(&fixture, "rust.iterate"), best(&fixture, "python.generate")],
        [3, 0]
    );
    // A range that reaches below the lowest exact figure leaves the outcome open.
    let memory = fixture.cell("python.generate", 100_000).memory.as_mut().unwrap();
    memory.processes[0].account.peak_bytes = Bytes(-1);
    assert_eq!(best(&fixture, "rust.iterate"), 2);
    // Figures of other code are not compared.
    fixture.cell("rust.iterate", 100_000).source = SourceDigest("other".to_owned());
    assert_eq!(best(&fixture, "rust.iterate"), 0);
}

#[test]
fn equals_share_the_best_and_all_alike_are_no_best() {
    let mut fixture = Fixture::complete();
    let memory = fixture.cell("rust.iterate", 100_000).memory.clone();
    fixture.cell("python.generate", 100_000).memory = memory;
    let table = fixture.expand("{{#table sums with=time}}");
    assert_eq!(row(&table, "python.generate").matches(BEST).count(), 2);
    assert_eq!(row(&table, "rust.iterate").matches(BEST).count(), 3);
    let alike = fixture.expand("{{#table sums with=time variants=python.generate,rust.iterate}}");
    assert_eq!(alike.matches(BEST).count(), 1, "only the times differ: {alike}");
}

#[test]
fn figures_of_several_machines_are_not_compared() {
    let mut fixture = Fixture::complete();
    let other = machine("Another");
    fixture.reference.machines.insert(other.id(), other.clone());
    fixture.cell("rust.iterate", 100_000).key.machine = other.id();
    let table = fixture.expand("{{#table sums with=time}}");
    assert!(!table.contains(BEST));
    assert!(
        fixture
            .page("{{#table sums}}")
            .contains("Measured on AMD EPYC (2 cores, Linux 6.1.0) and Another (2 cores"),
        "{table}"
    );
}

#[test]
fn ranges_show_both_ends_and_unsettled_figures_say_so() {
    let mut fixture = Fixture::complete();
    let memory = fixture
        .cell("python.build_list", 100_000)
        .memory
        .as_mut()
        .unwrap();
    memory.processes[1].account.peak_bytes = Bytes(8_000_000);
    for process in &mut fixture
        .cell("python.generate", 100_000)
        .memory
        .as_mut()
        .unwrap()
        .processes
    {
        process.settled = false;
    }
    let table = fixture.expand("{{#table sums with=time}}");
    let list = row(&table, "python.build_list");
    assert!(
        list.contains("title=\"4,000,184 to 8,000,000 bytes\">3.81 to 7.63 MiB<"),
        "{list}"
    );
    assert!(list.contains(">40.0 to 80.0 bytes<"), "{list}");
    assert!(row(&table, "python.generate").contains(">≈ 456 bytes<"));
}

#[test]
fn failed_and_missing_cells_say_why() {
    let mut fixture = Fixture::complete();
    fixture.forget("rust.iterate");
    let traceback = "Traceback (most recent call last):\n  File \"workload.py\", line 2\nValueError: odd";
    fixture.cell("python.generate", 100_000).errors = vec![error(ErrorKind::Exception, traceback)];
    let table = fixture.expand("{{#table sums with=time}}");
    assert!(row(&table, "rust.iterate").contains(">not measured<"));
    let failed = row(&table, "python.generate");
    assert!(
        failed.contains(">failed (exception): ValueError: odd<"),
        "{failed}"
    );
    assert!(
        failed.contains("title=\"memory pass, process 1: Traceback (most recent call last):&#10;"),
        "{failed}"
    );
    assert!(!failed.contains("456"), "a failed cell shows no figure: {failed}");
}

#[test]
fn stale_cells_carry_a_badge_with_the_cure() {
    let mut fixture = Fixture::complete();
    assert!(!fixture.expand("{{#table sums with=time}}").contains("hb-stale"));
    fixture.cell("python.generate", 100_000).source = SourceDigest("other".to_owned());
    let table = fixture.expand("{{#table sums with=time}}");
    assert!(
        row(&table, "python.generate")
            .contains("run &#96;cargo heapbook run sums&#96; to measure it anew\">stale<")
    );
    assert!(!row(&table, "python.build_list").contains("hb-stale"));
}

#[test]
fn a_time_that_stays_while_the_work_grows_carries_a_question() {
    let mut fixture = Fixture::complete();
    assert!(!fixture.expand("{{#table sums with=time}}").contains("hb-doubt"));
    for n in [1_000, 10_000, 100_000] {
        fixture.cell("rust.iterate", n).time = Some(time(1_000));
    }
    let table = fixture.expand("{{#table sums with=time}}");
    assert!(
        row(&table, "rust.iterate").contains(
            "<span class=\"hb-badge hb-doubt\" title=\"its time stays the same at every n, and the time of python.build&#95;list grows; pass the owner"
        ),
        "{table}"
    );
    assert!(table.contains(">folded away by the compiler?</span>"), "{table}");
    assert_eq!(table.matches("hb-doubt").count(), 1);
}

#[test]
fn a_scenario_without_the_pages_python_is_shown_with_its_newest_one_and_says_so() {
    let mut fixture = Fixture::complete();
    let mut newest = Records::default();
    for version in ["3.9.18", "3.12.1"] {
        for mut cell in fixture.reference.clone().into_cells() {
            if cell.key.variant.language == Language::Python {
                version.clone_into(&mut cell.key.runtime.version);
            }
            newest.insert(&machine("My Laptop"), cell);
        }
    }
    fixture.reference = newest;
    let table = fixture.page("{{#table sums with=time}}");
    assert!(table.contains("with CPython 3.12.1"), "{table}");
    assert!(row(&table, "python.generate").contains(">456 bytes<"));
    let asked = fixture.expand("{{#table sums python=3.13}}");
    assert!(
        row(&asked, "python.generate").contains(">not measured<"),
        "a version that is named is meant"
    );
}

#[test]
fn another_python_can_be_asked_for() {
    let mut fixture = Fixture::complete();
    let mut older = fixture.cell("python.generate", 100_000).clone();
    older.key.runtime.version = "3.9.18".to_owned();
    older
        .memory
        .as_mut()
        .unwrap()
        .processes
        .iter_mut()
        .for_each(|process| process.account.peak_bytes = Bytes(512));
    let machine = fixture.reference.machines.values().next().unwrap().clone();
    fixture.reference.insert(&machine, older);
    let table = fixture.expand("{{#table sums with=time}}");
    let (shown, other) = table.split_once("data-book=\"3.9\"").unwrap();
    assert!(row(shown, "python.generate").contains(">456 bytes<"), "{table}");
    assert!(row(other, "python.generate").contains(">512 bytes<"), "{table}");
    let table = fixture.expand("{{#table sums python=3.9}}");
    assert!(row(&table, "python.generate").contains(">512 bytes<"));
    assert!(row(&table, "python.build_list").contains(">not measured<"));
    assert!(table.contains("CPython 3.9.18"));
}

#[test]
fn a_time_that_is_noisy_or_too_short_says_so_and_what_to_try() {
    let mut fixture = Fixture::complete();
    let steady = fixture.expand("{{#table sums with=time}}");
    assert!(
        !steady.contains("noisy") && !steady.contains("too short"),
        "{steady}"
    );
    for (variant, microseconds) in [
        ("python.build_list", [5_000, 50_000, 90_000]),
        ("python.generate", [6_000, 48_000, 20_000]),
        ("rust.iterate", [70, 70, 70]),
    ] {
        for process in &mut fixture.cell(variant, 100_000).time.as_mut().unwrap().processes {
            process.total_ns = microseconds.map(|sample| Nanos(sample * 1_000)).to_vec();
            process.cpu_ns = process.total_ns.clone();
        }
    }
    let table = fixture.expand("{{#table sums with=time}}");
    for words in [
        ">noisy</abbr>",
        "cannot be told from python.generate",
        "samples within a process differ by",
        ">too short</abbr>",
        "try a larger n",
    ] {
        assert!(table.contains(words), "{words}: {table}");
    }
}
