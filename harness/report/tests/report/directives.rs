//! What is a directive, what is not, and what is said of a wrong one.

use crate::fixture::Fixture;

#[test]
fn text_without_directives_stays_as_it_is() {
    let fixture = Fixture::without_records();
    let text = "# Title\n\nText with {{braces}} and `code`.\n\n```python\n{{#table sums}}\n```\n";
    assert_eq!(fixture.expand(text), text);
}

#[test]
fn escaped_directives_keep_their_backslash() {
    let fixture = Fixture::without_records();
    let text = "Write \\{{#table sums}} for a table.";
    assert_eq!(fixture.expand(text), text);
}

#[test]
fn directives_of_mdbook_are_left_to_it() {
    let fixture = Fixture::without_records();
    let text =
        "{{#include other.md}}\n\n{{#title Sums}}\n\n{{#rustdoc_include a.rs:2}} {{#playground b.rs}}\n";
    assert_eq!(fixture.expand(text), text);
}

#[test]
fn only_the_directive_is_replaced() {
    let fixture = Fixture::complete();
    let expanded = fixture.expand("Before {{#value sums python.generate peak}} after, `{{#value x}}`.\n");
    assert!(expanded.starts_with("Before <span "), "{expanded}");
    assert!(
        expanded.ends_with(">456 bytes</span> after, `{{#value x}}`.\n"),
        "{expanded}"
    );
}

#[test]
fn every_fragment_is_one_line() {
    let fixture = Fixture::detailed();
    for directive in [
        "listing sums python.build_list",
        "compare sums",
        "table sums",
        "plot sums peak",
        "plot sums time style=bars",
        "timeline sums",
        "lines sums python.build_list",
        "layers sums",
        "sizes sums python.build_list",
        "domains sums",
        "collections sums",
        "leaks sums",
        "claim sums list-is-small",
        "value sums python.generate time",
        "ratio sums peak python.build_list python.generate",
        "fit sums python.build_list peak",
        "machine",
    ] {
        let expanded = fixture.expand(&format!("{{{{#{directive}}}}}"));
        assert!(
            expanded.starts_with('<') && !expanded.contains('\n'),
            "{directive}: {expanded}"
        );
    }
}

#[test]
fn identifiers_are_unique_in_a_chapter() {
    let fixture = Fixture::complete();
    let expanded = fixture.expand("{{#plot sums peak}}\n\n{{#plot sums peak}}\n\n{{#compare sums}}\n");
    let mut identifiers: Vec<&str> = expanded
        .split(" id=\"")
        .skip(1)
        .map(|rest| &rest[..rest.find('"').expect("a closing quote")])
        .collect();
    let count = identifiers.len();
    assert!(
        count >= 9 && identifiers.iter().all(|id| id.starts_with("hb-techniques-sums-")),
        "{identifiers:?}"
    );
    identifiers.sort_unstable();
    identifiers.dedup();
    assert_eq!(identifiers.len(), count);
}

#[test]
fn mistakes_name_file_line_and_what_is_known() {
    let fixture = Fixture::complete();
    let variants = "python.build_list, python.generate, rust.iterate";
    for (directive, message) in [
        (
            "tabel sums",
            "unknown directive `{{#tabel`: expected one of listing, compare, table, plot, timeline, lines, watch, layers, sizes, domains, collections, leaks, claim, claims, versions, value, ratio, fit, bench, courses, predict, questions, exercise, rule, cheat-sheet, progress, differences, stated, machine, or a backslash before it to print it as it stands".to_owned(),
        ),
        ("table summs", "unknown scenario `summs`: expected one of sums".to_owned()),
        (
            "value sums python.bild peak",
            format!("unknown variant `python.bild` of `sums`: expected one of {variants}"),
        ),
        (
            "value sums python.generate top",
            "unknown metric `top`: expected one of peak, allocations, allocated, result, retained, retained_after_collection, leaked_per_call, collections, resident, resident_after, time".to_owned(),
        ),
        (
            "value sums python.generate peak n=77",
            "unknown size `77` of `sums`: expected one of 1000, 10000, 100000".to_owned(),
        ),
        (
            "claim sums no-such",
            "unknown claim `no-such` of `sums`: expected one of generator-is-constant, generator-saves-memory, list-is-small"
                .to_owned(),
        ),
        (
            "listing sums python.bild",
            format!("unknown function `python.bild` of `sums`: expected one of {variants}, or another function at the top level of workload.py or workload.rs"),
        ),
        ("plot sums peak style=pie", "unknown style `pie`: expected one of growth, bars".to_owned()),
        (
            "table sums python=three",
            "invalid Python version `three`: expected its first numbers, such as 3.13".to_owned(),
        ),
        (
            "value sums python.generate peak per=line",
            "invalid option `per=line`: expected per=element".to_owned(),
        ),
        (
            "value sums python.generate peak format=round",
            "invalid option `format=round`: expected format=exact".to_owned(),
        ),
        (
            "value sums python.generate time format=exact",
            "a time is not an exact figure: leave `format=exact` out".to_owned(),
        ),
        (
            "value sums python.generate peak format=exact per=element",
            "a share of an element is not an exact figure: leave one of `format=exact` and `per=element` out".to_owned(),
        ),
        (
            "timeline sums n=1000",
            "unknown option `n=`; write {{#timeline slug [variants=python.a,rust.b] [python=3.13]}}"
                .to_owned(),
        ),
    ] {
        let refused = fixture.refuse(&format!("# Title\n\nText.\n\n{{{{#{directive}}}}}\n"));
        assert_eq!(refused, format!("src/techniques/sums.md:5: {message}"));
    }
}

#[test]
fn blocks_within_sentences_are_refused() {
    let fixture = Fixture::complete();
    let refused = fixture.refuse("See {{#table sums}}.");
    assert_eq!(
        refused,
        "src/techniques/sums.md:1: `{{#table` gives a block: put it on a line of its own, with an empty line before and after it"
    );
    let open = fixture.refuse("One.\nSee {{#value sums\n\nMore.");
    assert_eq!(
        open,
        "src/techniques/sums.md:2: `{{#value` is not closed: write `}}` after it"
    );
}

#[test]
fn sizes_may_be_written_with_separators() {
    let fixture = Fixture::complete();
    let plain = fixture.expand("{{#value sums python.build_list peak n=10000}}");
    assert_eq!(
        fixture.expand("{{#value sums python.build_list peak n=10_000}}"),
        plain
    );
    assert!(plain.contains("391 KiB"), "{plain}");
}
