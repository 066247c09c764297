//! `claim`.

use heapbook_engine::record::Cell;
use heapbook_model::{Bytes, SourceDigest};

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
    assert!(claim.contains(">456 bytes</data> at every n."), "{claim}");
    fixture
        .cell("python.generate", 10_000)
        .memory
        .as_mut()
        .unwrap()
        .processes[0]
        .account
        .peak_bytes = Bytes(457);
    let claim = fixture.expand("{{#claim sums generator-is-constant}}");
    assert!(claim.contains(">456 bytes</data> at 1,000, "), "{claim}");
    assert!(
        claim.contains(">456 to 457 bytes</data> at 10,000 and "),
        "{claim}"
    );
}

/// The fixture's scenario with another claim, `more`, and complete records.
fn with_claim(claim: &str) -> Fixture {
    let scenario = format!(
        "title = \"T\"\nquestion = \"Q\"\nsizes = [1_000, 10_000, 100_000]\nheadline = 100_000\n[python.build_list]\n[python.generate]\n[rust.iterate]\n[[claim]]\nid = \"more\"\nsays = \"S.\"\n{claim}\n"
    );
    let python = "def build_list(n):\n    pass\n\n\ndef generate(n):\n    pass\n";
    let mut fixture = Fixture::of(&scenario, python, "pub fn iterate() {}\n");
    fixture.reference = complete_records(fixture.scenario(), &machine("AMD EPYC"));
    fixture
}

#[test]
fn a_claim_of_an_absolute_figure_shows_exact_bytes() {
    let fixture = with_claim("metric = \"peak\"\nof = \"python.build_list\"\nequals = 4_000_184");
    let claim = fixture.expand("{{#claim sums more}}");
    assert!(
        claim.contains("equal to 4,000,184 bytes at n = 100,000"),
        "{claim}"
    );
    assert!(claim.contains(">4,000,184 bytes</data>.</p>"), "{claim}");
    assert!(!claim.contains("MiB"), "{claim}");
    let bound = with_claim("metric = \"allocations\"\nof = \"python.build_list\"\nat_most = 200_000");
    let claim = bound.expand("{{#claim sums more}}");
    assert!(
        claim.contains("at most 200,000 at n") && claim.contains(">100,002</data>."),
        "{claim}"
    );
}

#[test]
fn a_claim_of_equality_with_another_figure_shows_exact_bytes() {
    let fixture = with_claim(
        "metric = \"peak\"\nof = \"python.build_list\"\nequals = { times = 2, of = \"python.generate\" }",
    );
    let claim = fixture.expand("{{#claim sums more}}");
    assert!(
        claim.contains(
            ": 8,800 times (<data value=\"4000184\" title=\"4,000,184 bytes\">4,000,184 bytes</data> for "
        ),
        "{claim}"
    );
}

#[test]
fn a_ratio_that_reads_as_the_bound_comes_with_exact_bytes() {
    let close = "metric = \"peak\"\nof = \"python.generate\"\nat_most = { times = 0.000_114, of = \"python.build_list\" }";
    let claim = with_claim(close).expand("{{#claim sums more}}");
    assert!(
        claim.contains("8,800 times less (") && claim.contains(">4,000,184 bytes</data> for"),
        "{claim}"
    );
    let far = close.replace("0.000_114", "0.5");
    let claim = with_claim(&far).expand("{{#claim sums more}}");
    assert!(claim.contains(">3.81 MiB</data> for"), "{claim}");
}

#[test]
fn nothing_has_no_ratio_to_another_figure() {
    let claim = with_claim(
        "metric = \"peak\"\nof = \"rust.iterate\"\nat_most = { times = 0.5, of = \"python.generate\" }",
    )
    .expand("{{#claim sums more}}");
    assert!(
        claim.contains(": <data value=\"0\" title=\"0 bytes\">0 bytes</data> for "),
        "{claim}"
    );
}

#[test]
fn a_claim_on_times_shows_the_paired_ratio() {
    let claim = with_claim(
        "metric = \"time\"\nof = \"rust.iterate\"\nat_most = { times = 0.1, of = \"python.build_list\" }",
    )
    .expand("{{#claim sums more}}");
    assert!(claim.contains(": 40.0 times less ("), "{claim}");
}

#[test]
fn growth_shows_the_ends_and_the_rest_on_demand() {
    let fixture = with_claim("metric = \"peak\"\nof = \"python.build_list\"\ngrowth = \"linear\"");
    let claim = fixture.expand("{{#claim sums more}}");
    assert!(
        claim.contains(
            "title=\"40,184 bytes at 1,000; 400,184 bytes at 10,000; 4,000,184 bytes at 100,000\">…</abbr>"
        ),
        "{claim}"
    );
    assert!(
        claim.contains(">39.2 KiB</data> at 1,000 <abbr") && claim.contains(">3.81 MiB</data> at 100,000; "),
        "{claim}"
    );
    assert!(!claim.contains("391 KiB"), "{claim}");
}

#[test]
fn growth_shows_on_demand_how_each_class_fits() {
    let claim = with_claim("metric = \"peak\"\nof = \"python.build_list\"\ngrowth = \"linear\"")
        .expand("{{#claim sums more}}");
    assert!(claim.contains("growing in step with n over all sizes"), "{claim}");
    assert!(
        claim.contains("title=\"constant misses by up to 98 %: 392 KiB; "),
        "{claim}"
    );
    assert!(
        claim.contains("; linear misses by up to 0 %: 184 bytes + 40.0 bytes·n; ")
            && claim.contains(">linear</abbr>.</p>"),
        "{claim}"
    );
    let flat = with_claim("metric = \"peak\"\nof = \"python.generate\"\ngrowth = \"quadratic\"")
        .expand("{{#claim sums more}}");
    assert!(
        flat.contains("growing with n² over all sizes") && flat.contains(">fails</strong>"),
        "{flat}"
    );
}

#[test]
fn growth_that_fits_no_class_alone_cannot_be_told() {
    let mut fixture = with_claim("metric = \"peak\"\nof = \"python.build_list\"\ngrowth = \"linear\"");
    for process in &mut fixture
        .cell("python.build_list", 10_000)
        .memory
        .as_mut()
        .unwrap()
        .processes
    {
        process.account.peak_bytes = Bytes(700_000);
    }
    let claim = fixture.expand("{{#claim sums more}}");
    assert!(
        claim.contains(">cannot tell</strong>") && claim.contains(">no growth alone fits</abbr>."),
        "{claim}"
    );
}

#[test]
fn a_claim_at_every_size_shows_each_or_those_where_it_fails() {
    let claim = |test: &str| {
        with_claim(&format!(
            "metric = \"peak\"\nof = \"python.build_list\"\nat = \"all\"\n{test}"
        ))
        .expand("{{#claim sums more}}")
    };
    let holds = claim("at_least = { times = 40, plus = 100, of = \"python.generate\" }");
    assert!(
        holds.contains("at least 40 × that of <code>python.generate</code> plus 100 bytes at every n.")
            && holds.contains(": 88.1 times (")
            && holds.contains(") at 1,000 <abbr class=\"hb-explained\" tabindex=\"0\" title=\"400,184 bytes for python.build&#95;list and 456 bytes for python.generate at 10,000\">…</abbr> 8,800 times (")
            && holds.contains(") at 100,000.</p>"),
        "{holds}"
    );
    let fails = claim("at_most = 400_184");
    assert!(
        fails.contains("at most 400,184 bytes at every n.") && fails.contains(">4,000,184 bytes</data>.</p>"),
        "the one size that decided: {fails}"
    );
    let less = claim("at_least = { plus = -5, of = \"python.generate\" }");
    assert!(less.contains("</code> less 5 bytes at every n"), "{less}");
}

#[test]
fn a_verdict_on_times_shows_the_interval_that_decided() {
    let claim =
        with_claim("metric = \"time\"\nof = \"rust.iterate\"\nless_than = { of = \"python.build_list\" }")
            .expand("{{#claim sums more}}");
    assert!(
        claim.contains("; the ratio lies between 0.0250 and 0.0250)"),
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
        process.account.peak_bytes = Bytes(100);
    }
    let claim = fixture.expand("{{#claim sums list-is-small}}");
    assert!(
        claim.contains("hb-holds hb-known-wrong") && claim.contains("hb-surprise"),
        "{claim}"
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

#[test]
fn a_claim_about_another_version_is_decided_on_that_versions_records() {
    let toml = r#"
title = "Sums"
question = "Which?"
sizes = [1_000, 10_000, 100_000]
headline = 100_000
[python.generate]
[[claim]]
id = "of-old"
says = "It was so."
metric = "peak"
of = "python.generate"
at_least = 1
python = "<3.11"
"#;
    let python = "def generate(n):\n    return n\n";
    let mut fixture = Fixture::of(toml, python, "");
    fixture.reference = complete_records(fixture.scenario(), &machine("AMD EPYC"));
    assert!(fixture.expand("{{#claim sums of-old}}").contains("not measured"));
    let measured: Vec<Cell> = fixture.reference.cells().cloned().collect();
    // The newest by its number, not by its letters or by when it was measured.
    for version in ["3.10.13", "3.9.18"] {
        for mut cell in measured.clone() {
            cell.key.runtime.version = version.to_owned();
            fixture.reference.insert(&machine("AMD EPYC"), cell);
        }
    }
    let shown = fixture.expand("{{#claim sums of-old}}");
    assert!(shown.contains("CPython 3.10.13: <strong"), "{shown}");
    assert!(shown.contains(">holds<"), "{shown}");
    // A version that the page asks for is the page's word.
    let asked = fixture.expand("{{#claim sums of-old python=3.13}}");
    assert!(asked.contains("not measured"), "{asked}");
}
