//! `listing` and `compare`.

use crate::fixture::Fixture;

#[test]
fn a_listing_is_the_function_whole_with_its_file() {
    let listing = Fixture::without_records().expand("{{#listing sums python.build_list}}");
    insta::assert_snapshot!(listing);
}

#[test]
fn functions_that_are_no_variants_have_listings_too() {
    let listing = Fixture::without_records().expand("{{#listing sums python.make_numbers}}");
    assert!(
        listing.contains("<code>python.make&#95;numbers</code>"),
        "{listing}"
    );
    assert!(listing.contains("return list(range(n))"), "{listing}");
}

#[test]
fn rust_is_not_offered_to_the_playground() {
    let listing = Fixture::without_records().expand("{{#listing sums rust.iterate}}");
    assert!(
        listing.contains("<code class=\"language-rust noplayground\">pub fn iterate"),
        "{listing}"
    );
}

#[test]
fn a_comparison_has_a_column_for_each_language_and_all_variants() {
    let comparison = Fixture::without_records().expand("{{#compare sums}}");
    assert_eq!(comparison.matches("class=\"hb-column\"").count(), 2);
    for variant in ["build&#95;list", "generate", "iterate"] {
        assert!(
            comparison.contains(&format!("data-variant=\"{variant}\"")),
            "{variant}"
        );
    }
    assert!(
        !comparison.contains(" hidden"),
        "everything is readable without JavaScript"
    );
}

#[test]
fn a_comparison_of_named_variants_holds_only_those() {
    let comparison = Fixture::without_records().expand("{{#compare sums python.generate rust.iterate}}");
    assert!(!comparison.contains("build&#95;list"));
    let python = Fixture::without_records().expand("{{#compare sums python.build_list,python.generate}}");
    assert_eq!(python.matches("class=\"hb-column\"").count(), 1);
}

#[test]
fn languages_are_stacked_where_half_a_page_is_too_narrow() {
    let scenario = "title = \"T\"\nquestion = \"Q\"\nsizes = [10]\nheadline = 10\n[python.short]\n[python.a_function_of_twenty]\n[python.a_function_of_some_more]\n[rust.long]\n[rust.short]\n";
    let python = "def short(n):\n    pass\n\n\ndef a_function_of_twenty(n):\n    pass\n\n\ndef a_function_of_some_more(n):\n    pass\n";
    let rust =
        "pub fn long() {\n    let of_forty_six_characters = 1234567890 + 1234;\n}\n\npub fn short() {}\n";
    let fixture = Fixture::of(scenario, python, rust);
    for (variants, is_stacked) in [
        ("python.short rust.short", false),
        ("python.short rust.long", true),
        ("python.a_function_of_twenty rust.short", false),
        (
            "python.a_function_of_twenty,python.a_function_of_some_more rust.short",
            true,
        ),
    ] {
        let comparison = fixture.expand(&format!("{{{{#compare sums {variants}}}}}"));
        assert_eq!(
            comparison.contains("class=\"hb-compare hb-stacked\""),
            is_stacked,
            "{variants}"
        );
    }
}
