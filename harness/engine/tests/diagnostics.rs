//! Mistakes in a scenario's file: each is shown with file, line and caret, and says what to write.

mod common;

use std::fmt::Write;

use common::project;
use heapbook_engine::scenario::Corpus;

const WORKLOAD: &str = "def one(n):\n    return n\n\ndef list(n):\n    return n\n";

/// The diagnostics of a scenario file, as they are printed.
fn shown(scenario_toml: &str) -> String {
    let root = project(scenario_toml, WORKLOAD);
    let corpus = Corpus::read(root.path()).unwrap();
    assert!(corpus.scenarios.is_empty(), "the scenario must be refused");
    let mut text = String::new();
    let handler = miette::NarratableReportHandler::new();
    for diagnostic in &corpus.diagnostics {
        writeln!(
            text,
            "{}:{}",
            diagnostic.file,
            diagnostic.line.unwrap_or_default()
        )
        .unwrap();
        handler.render_report(&mut text, diagnostic).unwrap();
    }
    text
}

/// A good file with one line put in the place of another.
fn with(old: &str, new: &str) -> String {
    let good = "title = \"T\"\nquestion = \"Q?\"\nsizes = [10, 20]\nheadline = 20\n\n[python.one]\nsays = \"s\"\n\n\
                [[claim]]\nid = \"small\"\nsays = \"It is small.\"\nmetric = \"peak\"\nof = \"python.one\"\nat_most = 100\n";
    assert!(good.contains(old), "{old}");
    good.replace(old, new)
}

#[test]
fn the_file_that_the_others_are_made_from_is_good() {
    let root = project(&with("says", "says"), WORKLOAD);
    let corpus = Corpus::read(root.path()).unwrap();
    assert_eq!((corpus.scenarios.len(), corpus.diagnostics.len()), (1, 0));
}

#[test]
fn an_unknown_key() {
    insta::assert_snapshot!(shown(&with("says = \"s\"", "say = \"s\"")));
}

#[test]
fn a_missing_function() {
    insta::assert_snapshot!(shown(&with("[python.one]", "[python.two]\n[python.one]")));
}

#[test]
fn a_missing_set_up_function() {
    insta::assert_snapshot!(shown(&with("says = \"s\"", "setup = \"make\"")));
}

#[test]
fn a_forbidden_name() {
    insta::assert_snapshot!(shown(&with("[python.one]", "[python.list]\n[python.one]")));
}

#[test]
fn a_variant_without_code() {
    insta::assert_snapshot!(shown(&with("[python.one]", "[rust.one]\n[python.one]")));
}

#[test]
fn sizes_that_do_not_increase() {
    insta::assert_snapshot!(shown(&with("[10, 20]", "[20, 20]")));
}

#[test]
fn a_headline_that_is_no_size() {
    insta::assert_snapshot!(shown(&with("headline = 20", "headline = 30")));
}

#[test]
fn a_claim_about_nothing() {
    insta::assert_snapshot!(shown(&with("at_most = 100\n", "")));
}

#[test]
fn a_claim_of_an_unknown_metric_and_variant() {
    insta::assert_snapshot!(shown(&with(
        "metric = \"peak\"\nof = \"python.one\"",
        "metric = \"speed\"\nof = \"one\""
    )));
}

#[test]
fn a_file_that_is_no_toml() {
    insta::assert_snapshot!(shown(&with("headline = 20", "headline = = 20")));
}

#[test]
fn bad_python_versions() {
    insta::assert_snapshot!(shown(&with("says = \"s\"", "python = \"3,12\"")));
}

#[test]
fn every_mistake_is_shown_at_once() {
    let text = shown(&with("[10, 20]", "[20, 10]").replace("at_most = 100\n", ""));
    assert!(
        text.contains("sizes must be increasing") && text.contains("bad claim"),
        "{text}"
    );
}
