//! Mistakes in a scenario's file: each is shown with file, line and caret, and says what to write.

mod common;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use common::project;
use heapbook_engine::scenario::Corpus;

const WORKLOAD: &str = "def one(n):\n    return n\n\ndef list(n):\n    return n\n";

/// The diagnostics of a scenario file, as they are printed.
fn shown(scenario_toml: &str) -> String {
    let root = project(scenario_toml, WORKLOAD);
    let corpus = Corpus::read(root.path()).unwrap();
    assert!(corpus.scenarios.is_empty(), "the scenario must be refused");
    let texts = corpus.diagnostics.iter().map(|diagnostic| {
        let place = diagnostic.place.as_ref();
        let excerpt = place.map(|place| {
            let annotation = AnnotationKind::Primary.span(place.span.clone());
            Snippet::source(&place.text)
                .path(&diagnostic.file)
                .annotation(annotation)
        });
        let title = Level::ERROR.primary_title(&diagnostic.message);
        let help = Level::HELP.message(&diagnostic.help);
        let report = [title.elements(excerpt).element(help)];
        let line = diagnostic.line().unwrap_or_default();
        let rendered = Renderer::plain().render(&report);
        format!("{}:{line}\n{rendered}\n", diagnostic.file)
    });
    texts.collect()
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
fn a_picture_of_a_size_that_does_not_fit() {
    let text = shown(&with("says = \"s\"\n", "watch = 1_000\n"));
    assert!(text.contains("shows too little or too much"), "{text}");
}

/// What is wrong with a picture of this step, of a scenario with a variant in Rust.
fn wrong_picture(step: &str) -> String {
    let toml = with("[python.one]\nsays = \"s\"", "[python.one]\n\n[rust.two]");
    let root = project(&toml, WORKLOAD);
    let directory = root.path().join("scenarios/sample");
    std::fs::write(
        directory.join("workload.rs"),
        "pub fn two(n: usize) -> u64 {\n    n as u64\n}\n",
    )
    .unwrap();
    let head =
        "[rust.two]\nn = 3\n[rust.two.objects]\npage = { kind = \"Page\", bytes = 8 }\n[[rust.two.step]]\n";
    std::fs::write(directory.join("picture.toml"), format!("{head}{step}\n")).unwrap();
    let corpus = Corpus::read(root.path()).unwrap();
    let messages = corpus.diagnostics.iter().map(|mistake| mistake.message.clone());
    messages.collect::<Vec<_>>().join("; ")
}

#[test]
fn a_picture_written_by_hand_names_lines_and_objects_that_are_there() {
    let good = "line = \"n as u64\"\nframes.two = { n = \"3\", page = \"-> page\" }";
    assert_eq!(wrong_picture(good), "");
    for (step, words) in [
        ("line = \"n\"\nframes.two = {}", "`rust.two` has no line `n`"),
        (
            "frames.two = { page = \"-> leaf\" }",
            "`leaf` is none of its objects",
        ),
        ("frames.two = {}\narrows = [\"page\"]", "`page` is no arrow"),
        ("frames.two = {}\nmake = 3", "unknown field `make`"),
    ] {
        let told = wrong_picture(step);
        assert!(told.contains(words), "{step}: {told}");
    }
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
fn a_claim_at_a_size_that_is_none() {
    insta::assert_snapshot!(shown(&with("at_most = 100", "at_most = 100\nat = 15")));
}

#[test]
fn a_claim_at_a_word_that_is_none() {
    insta::assert_snapshot!(shown(&with("at_most = 100", "at_most = 100\nat = \"each\"")));
}

#[test]
fn a_claim_of_growth_at_one_size() {
    insta::assert_snapshot!(shown(&with("at_most = 100", "growth = \"constant\"\nat = 10")));
}

#[test]
fn a_claim_of_growth_over_two_sizes() {
    insta::assert_snapshot!(shown(&with("at_most = 100", "growth = \"quadratic\"")));
}

#[test]
fn a_claim_of_an_unknown_growth() {
    insta::assert_snapshot!(shown(&with("at_most = 100", "growth = \"cubic\"")));
}

#[test]
fn a_claim_of_a_leak_at_every_size() {
    insta::assert_snapshot!(shown(&with(
        "metric = \"peak\"\nof = \"python.one\"\nat_most = 100",
        "metric = \"leaked_per_call\"\nof = \"python.one\"\nat_most = 100\nat = \"all\""
    )));
}

#[test]
fn a_claim_that_compares_a_variant_with_itself() {
    insta::assert_snapshot!(shown(&with(
        "at_most = 100",
        "at_most = { times = 2, of = \"python.one\" }"
    )));
}

#[test]
fn a_bound_that_is_none() {
    insta::assert_snapshot!(shown(&with(
        "at_most = 100",
        "at_most = { tmes = 2, of = \"python.one\" }"
    )));
}

#[test]
fn a_claim_with_an_unknown_expectation() {
    insta::assert_snapshot!(shown(&with("at_most = 100", "at_most = 100\nexpect = \"fail\"")));
}

#[test]
fn a_claim_of_bad_python_versions() {
    insta::assert_snapshot!(shown(&with(
        "at_most = 100",
        "at_most = 100\npython = \"3.12 or newer\""
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

/// A good file with a table behind it.
fn with_table(table: &str) -> String {
    format!("{}\n{table}", with("says", "says"))
}

#[test]
fn questions_that_make_no_sense() {
    let question = "[[predict]]\nask = \"Which?\"\nmetric = \"peak\"\n";
    let both = "[\"python.one\", \"python.one\"]";
    for (rest, words) in [
        ("", "it needs exactly one of"),
        (
            "grows = \"python.one\"\nleast = [\"python.one\"]",
            "it needs exactly one of",
        ),
        ("grows = \"python.two\"", "python.two"),
        ("least = [\"python.one\"]", "a choice needs at least two variants"),
        ("grows = \"python.one\"\nn = 11", "`n` is not one of the sizes"),
        (
            "grows = \"python.one\"\nbecause = { \"sideways\" = \"it\" }",
            "unknown option `sideways`",
        ),
        (&format!("order = {both}"), "`python.one` is named twice"),
        ("order = [\"python.one\"]", "a choice needs at least two variants"),
        ("why = []", "`metric` has no effect beside `why`"),
    ] {
        let shown = shown(&with_table(&format!("{question}{rest}")));
        assert!(shown.contains(words) && shown.contains('^'), "{words}: {shown}");
    }
}

#[test]
fn questions_that_name_no_metric_or_no_word() {
    let no_metric = shown(&with_table(
        "[[predict]]\nask = \"Which?\"\ngrows = \"python.one\"\n",
    ));
    assert!(no_metric.contains("it names no metric"), "{no_metric}");
    let no_word = shown(&with_table(
        "[[predict]]\nask = \"?\"\nmetric = \"peak\"\ngrows = \"python.one\"\n",
    ));
    assert!(no_word.contains("there is no word in `ask`"), "{no_word}");
}

/// A question why, with these options, beside a claim that is expected to fail.
fn why(options: &str) -> String {
    with_table(&format!(
        "[[claim]]\nid = \"large\"\nsays = \"It is large.\"\nmetric = \"peak\"\nof = \"python.one\"\nat_least = 100\nexpect = \"fails\"\n\n\
         [[predict]]\nask = \"Why?\"\n{options}\n"
    ))
}

#[test]
fn reasons_that_make_no_sense() {
    let small = "{ says = \"So.\", claim = \"small\" }";
    let large = "{ says = \"So.\", claim = \"large\" }";
    for (options, words) in [
        (format!("why = [{small}]"), "a choice needs at least two options"),
        (
            format!("why = [{small}, {small}]"),
            "another option rests on this claim",
        ),
        (
            format!("why = [{small}, {{ says = \"So.\", claim = \"huge\" }}]"),
            "the scenario has no claim `huge`",
        ),
        (
            format!("why = [{small}, {{ says = \" \", claim = \"large\" }}]"),
            "`says` is empty",
        ),
        (
            format!("why = [{small}, {large}]\nn = 20"),
            "`n` has no effect beside `why`",
        ),
        (
            format!("why = [{small}, {large}]\nbecause = {{ \"python.one\" = \"it\" }}"),
            "use one of: small, large",
        ),
        (
            format!("why = [{small}, {large}]\ngrows = \"python.one\""),
            "it needs exactly one of",
        ),
    ] {
        let shown = shown(&why(&options));
        assert!(shown.contains(words) && shown.contains('^'), "{words}: {shown}");
    }
    let root = project(&why(&format!("why = [{large}, {small}]")), WORKLOAD);
    let corpus = Corpus::read(root.path()).unwrap();
    assert_eq!((corpus.scenarios.len(), corpus.diagnostics.len()), (1, 0));
}

#[test]
fn a_why_of_which_nothing_would_be_right() {
    let toml = why("why = [{ says = \"a\", claim = \"small\" }, { says = \"b\", claim = \"large\" }]");
    let none = shown(&toml.replace("at_most = 100\n", "at_most = 100\nexpect = \"fails\"\n"));
    assert!(none.contains("0 of its claims are expected to hold"), "{none}");
    let two = shown(&toml.replace("at_least = 100\nexpect = \"fails\"\n", "at_least = 100\n"));
    assert!(two.contains("2 of its claims are expected to hold"), "{two}");
}

#[test]
fn a_factor_that_is_none() {
    let toml = with("[python.one]", "[python.other]\n\n[python.one]");
    let question =
        "[[predict]]\nask = \"How much?\"\nmetric = \"peak\"\ntimes = [\"python.one\", \"python.other\"]\n";
    let shown = shown(&format!("{toml}\n{question}because = {{ \"some\" = \"it\" }}\n"));
    assert!(
        shown.contains("unknown option `some`") && shown.contains("write a factor"),
        "{shown}"
    );
}

#[test]
fn two_questions_with_one_key() {
    let question = |rest: &str| {
        format!(
            "[[predict]]\nask = \"Of these two ways to do it, which has {rest}?\"\nmetric = \"peak\"\ngrows = \"python.one\"\n"
        )
    };
    let both = with_table(&format!("{}{}", question("a peak"), question("no peak")));
    insta::assert_snapshot!(shown(&both));
}

#[test]
fn exercises_that_cannot_be_one() {
    let exercise = "[exercise.python]\ntask = \"Do.\"\nmetric = \"peak\"\nat_most = 1\nn = 100\nhints = [\"h\"]\nwhy = \"w\"\n";
    for (old, new, words) in [
        ("", "", "exercise.py cannot be read"),
        ("\"peak\"", "\"time\"", "invalid metric `time`"),
        ("[\"h\"]", "[]", "`hints` is empty"),
        ("n = 100", "n = 1", "`n` is too small"),
        ("\"w\"", "\"\"", "`why` is empty"),
    ] {
        let shown = shown(&with_table(&exercise.replace(old, new)));
        assert!(
            shown.contains(words) && shown.contains("write"),
            "{words}: {shown}"
        );
    }
}
