//! `{{#predict}}`: questions whose answers come from the records.

use heapbook_engine::record::Cell;
use heapbook_model::Bytes;

use crate::fixture::{Fixture, complete_records, machine};

pub(crate) const SCENARIO: &str = r#"
title = "Sums of squares"
question = "Does a generator save memory?"
sizes = [1_000, 10_000, 100_000, 1_000_000]
headline = 100_000

[python.build_list]
says = "builds <b>the</b> list"
[python.generate]
[rust.iterate]

[[claim]]
id = "list-grows"
says = "A list's peak grows in step with n."
metric = "peak"
of = "python.build_list"
growth = "linear"

[[claim]]
id = "list-is-small"
says = "A list needs <less>."
metric = "peak"
of = "python.build_list"
at_most = 1_000
expect = "fails"
"#;

pub(crate) const LEAST: &str = r#"
[[predict]]
ask = "Which needs `less`?"
metric = "peak"
least = ["python.build_list", "python.generate"]

[predict.because]
"python.build_list" = "A list <keeps> all."
"python.generate" = "Never shown: it is right."
"#;

pub(crate) const TIMES: &str = r#"
[[predict]]
ask = "How many times?"
metric = "peak"
times = ["python.build_list", "python.generate"]

[predict.because]
"2" = "There are <two>."
"10" = "There are <two>."
"100" = "It is a list."
"900" = "Never shown: it is nearly right."
"#;

const SAME: &str = r#"
[[predict]]
ask = "Which of two that are the same?"
metric = "peak"
least = ["python.generate", "rust.iterate"]
"#;

const GROWS: &str = r#"
[[predict]]
ask = "How does it grow?"
metric = "peak"
grows = "python.build_list"

[predict.because]
"constant" = "Each <number> is kept."
"#;

pub(crate) const ORDER: &str = r#"
[[predict]]
ask = "Sort these."
metric = "peak"
order = ["python.generate", "python.build_list", "rust.iterate"]

[predict.because]
"python.generate" = "It keeps <one>."
"#;

pub(crate) const WHY: &str = r#"
[[predict]]
ask = "Why is it so?"
why = [
    { says = "It keeps `all`.", claim = "list-grows" },
    { says = "It keeps <none>.", claim = "list-is-small" },
]

[predict.because]
"list-is-small" = "A list refers to all."
"#;

pub(crate) const PYTHON: &str = "def build_list(n):\n    return n\n\n\ndef generate(n):\n    return n\n";
pub(crate) const RUST: &str = "pub fn iterate(n: usize) -> u64 {\n    n as u64\n}\n";

/// The scenario with these questions, measured.
pub(crate) fn asking(questions: &[&str]) -> Fixture {
    let mut fixture = Fixture::of(&format!("{SCENARIO}{}", questions.concat()), PYTHON, RUST);
    fixture.reference = complete_records(fixture.scenario(), &machine("AMD EPYC"));
    for (variant, bytes) in [
        ("python.build_list", 4_096_000),
        ("python.generate", 4_096),
        ("rust.iterate", 4_096),
    ] {
        set_peak(fixture.cell(variant, 100_000), bytes);
    }
    fixture
}

pub(crate) fn set_peak(cell: &mut Cell, bytes: i64) {
    for process in &mut cell.memory.as_mut().unwrap().processes {
        process.account.peak_bytes = Bytes(bytes);
    }
}

/// What a reader sees of a fragment: the text between the tags.
fn text(fragment: &str) -> String {
    let parts = fragment.split('<');
    parts
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect()
}

/// The elements of one kind, with their tags.
pub(crate) fn elements<'a>(fragment: &'a str, begin: &'a str, end: &'a str) -> Vec<&'a str> {
    let found = fragment.match_indices(begin).map(|(place, _)| &fragment[place..]);
    found
        .map(|rest| &rest[..rest.find(end).expect("its end")])
        .collect()
}

/// The items of the options, and those of the reasons.
pub(crate) fn options_and_reasons(fragment: &str) -> [Vec<&str>; 2] {
    ["<ol class=\"hb-options\">", "<ol class=\"hb-reasons\">"].map(|list| {
        let list = elements(fragment, list, "</ol>");
        elements(list.first().expect("a list"), "<li", "</li>")
    })
}

#[test]
fn the_answer_and_what_is_wrong_come_from_the_records() {
    let mut fixture = asking(&[LEAST]);
    let shown = fixture.expand("{{#predict sums first}}");
    assert!(
        shown.starts_with(
            "<section class=\"hb-question\" data-key=\"sums:which-needs-less\" data-kind=\"which\" aria-labelledby=\"hb-techniques-sums-1\"><p class=\"hb-ask\" id=\"hb-techniques-sums-1\">Which needs <code>less</code>?</p><ol class=\"hb-options\"><li>"
        ),
        "{shown}"
    );
    let [options, reasons] = options_and_reasons(&shown);
    assert!(
        options[1].starts_with("<li data-right>") && !options[0].contains("data-right"),
        "{options:?}"
    );
    assert_eq!(
        text(reasons[0]),
        "Its peak is 3.91 MiB, 1,000 times that of python.generate. A list &#60;keeps&#62; all."
    );
    assert_eq!(text(reasons[1]), "Its peak is 4.00 KiB, the lowest.");
    // The options stand open, the answers within the fold.
    assert!(shown.find("hb-options").unwrap() < shown.find("<details class=\"hb-answer\">").unwrap());
    assert!(shown.find("<details").unwrap() < shown.find("hb-reasons").unwrap());
    // With other records the other answer is right.
    set_peak(fixture.cell("python.generate", 100_000), 8_192_000);
    let turned = fixture.expand("{{#predict sums first}}");
    let [options, reasons] = options_and_reasons(&turned);
    assert!(options[0].starts_with("<li data-right>"), "{turned}");
    assert_eq!(text(reasons[0]), "Its peak is 3.91 MiB, the lowest.");
    assert!(reasons[1].contains("Never shown"), "{turned}");
}

#[test]
fn a_factor_is_told_as_it_is() {
    let mut fixture = asking(&[TIMES]);
    let shown = fixture.expand("{{#predict sums first}}");
    assert!(
        shown.contains("data-kind=\"times\" data-times=\"1000\""),
        "{shown}"
    );
    assert!(!shown.contains("<ol") && !shown.contains("<li"), "{shown}");
    let told = elements(&shown, "<p class=\"hb-told\">", "</p>");
    assert_eq!(
        text(told[0]),
        "At n = 100,000: 1,000 times. python.build&#95;list: its peak is 3.91 MiB. python.generate: its peak is 4.00 KiB. \
         Why not 2 or 10? There are &#60;two&#62;. Why not 100? It is a list."
    );
    set_peak(fixture.cell("python.generate", 100_000), 8_192_000);
    let less = fixture.expand("{{#predict sums first}}");
    assert!(less.contains("data-times=\"0.5\""), "{less}");
    set_peak(fixture.cell("python.generate", 100_000), 0);
    let nothing = fixture.expand("{{#predict sums first}}");
    assert!(nothing.contains("the question is withdrawn"), "{nothing}");
}

#[test]
fn a_growth_is_chosen_by_its_curve() {
    let mut fixture = asking(&[GROWS]);
    let shown = fixture.expand("{{#predict sums first}}");
    let [options, reasons] = options_and_reasons(&shown);
    assert_eq!(options.len(), 4);
    let are_drawn = options.iter().all(|option| {
        option.contains("<svg class=\"hb-curve\"") && option.contains("stroke=\"currentColor\"")
    });
    assert!(are_drawn, "{shown}");
    let right: Vec<bool> = options.iter().map(|one| one.contains("data-right")).collect();
    assert_eq!(right, [false, false, true, false], "{shown}");
    assert_eq!(
        text(reasons[0]),
        "It goes from 39.2 KiB at n = 1,000 to 38.1 MiB at n = 1,000,000: not like this. Each &#60;number&#62; is kept."
    );
    assert!(
        text(reasons[2]).ends_with("at n = 1,000,000: like this."),
        "{shown}"
    );
    for n in fixture.scenario().sizes.clone() {
        set_peak(
            fixture.cell("python.build_list", n),
            if n > 10_000 { 90_000 } else { 1_000 },
        );
    }
    let neither = fixture.expand("{{#predict sums first}}");
    assert!(neither.contains("the question is withdrawn"), "{neither}");
}

#[test]
fn an_order_comes_from_the_records_and_equal_figures_share_a_place() {
    let mut fixture = asking(&[ORDER]);
    let places = |shown: &str| -> Vec<String> {
        let found = elements(shown, "data-place=\"", "\">");
        found
            .iter()
            .map(|place| place["data-place=\"".len()..].to_owned())
            .collect()
    };
    let shown = fixture.expand("{{#predict sums first}}");
    assert!(shown.contains("data-kind=\"order\""), "{shown}");
    assert_eq!(places(&shown), ["1", "3", "1"]);
    let told = elements(&shown, "<p class=\"hb-told\">", "</p>");
    assert_eq!(
        text(told[0]),
        "Lowest first, at n = 100,000: python.generate (4.00 KiB), rust.iterate (4.00 KiB), python.build&#95;list (3.91 MiB). \
         python.generate: It keeps &#60;one&#62;."
    );
    // It is never in order already.
    set_peak(fixture.cell("rust.iterate", 100_000), 9_000_000);
    assert_eq!(
        places(&fixture.expand("{{#predict sums first}}")),
        ["2", "3", "1"]
    );
    // Where all are equal, there is nothing to be put in order.
    for variant in ["python.build_list", "python.generate", "rust.iterate"] {
        set_peak(fixture.cell(variant, 100_000), 8);
    }
    let level = fixture.expand("{{#predict sums first}}");
    assert!(level.contains("the question is withdrawn"), "{level}");
}

#[test]
fn a_pair_that_cannot_be_told_withdraws_an_order() {
    let mut fixture = asking(&[ORDER]);
    // Processes that differ make a range, and the two overlap.
    for variant in ["python.generate", "rust.iterate"] {
        let memory = fixture.cell(variant, 100_000).memory.as_mut().unwrap();
        memory.processes[0].account.peak_bytes = Bytes(4_000);
    }
    let shown = fixture.expand("{{#predict sums first}}");
    assert!(
        shown.contains("hb-withdrawn") && !shown.contains("data-place"),
        "{shown}"
    );
}

#[test]
fn a_reason_is_right_where_its_claim_holds_and_all_others_fail() {
    let mut fixture = asking(&[WHY]);
    let shown = fixture.expand("{{#predict sums first}}");
    let [options, reasons] = options_and_reasons(&shown);
    let right = options.iter().position(|one| one.contains("data-right")).unwrap();
    assert_eq!(text(options[right]), "It keeps all.");
    assert_eq!(text(options[1 - right]), "It keeps &#60;none&#62;.");
    assert!(
        text(reasons[right])
            .starts_with("Put to the test, A list&#39;s peak grows in step with n holds: 39.2 KiB at 1,000"),
        "{shown}"
    );
    assert_eq!(
        text(reasons[1 - right]),
        "Put to the test, A list needs &#60;less&#62; fails: 4,096,000 bytes. A list refers to all."
    );
    // Both hold.
    set_peak(fixture.cell("python.build_list", 100_000), 900);
    for (n, bytes) in [(1_000, 9), (10_000, 90), (1_000_000, 9_000)] {
        set_peak(fixture.cell("python.build_list", n), bytes);
    }
    let both = fixture.expand("{{#predict sums first}}");
    assert!(both.contains("the question is withdrawn"), "{both}");
}

#[test]
fn a_question_that_cannot_be_told_withdraws_itself() {
    let mut fixture = asking(&[LEAST, TIMES, GROWS, ORDER, WHY, SAME]);
    let shown = fixture.expand("{{#predict sums rest}}");
    assert_eq!(shown.matches("the question is withdrawn").count(), 1, "{shown}");
    assert!(
        shown.contains(
            "<section class=\"hb-question hb-withdrawn\" data-key=\"sums:which-of-two-that-are-the-same\" data-kind=\"which\""
        ),
        "{shown}"
    );
    fixture.reference.retain(|_| false);
    let unmeasured = fixture.expand("{{#predict sums rest}}");
    assert_eq!(unmeasured.matches("hb-withdrawn").count(), 5, "{unmeasured}");
    assert_eq!(unmeasured.matches(">not measured<").count(), 5, "{unmeasured}");
    assert!(!unmeasured.contains("<li"), "{unmeasured}");
}

#[test]
fn the_first_question_and_the_rest_are_asked_apart() {
    let fixture = asking(&[LEAST, TIMES, WHY]);
    let keys = |directive: &str| {
        let shown = fixture.expand(&format!("{{{{#{directive}}}}}"));
        let keys = elements(&shown, "data-key=\"", "\" ");
        keys.iter()
            .map(|key| key["data-key=\"".len()..].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(keys("predict sums first"), ["sums:which-needs-less"]);
    assert_eq!(
        keys("predict sums rest"),
        ["sums:how-many-times", "sums:why-is-it-so"]
    );
    let rest = fixture.expand("{{#predict sums rest}}");
    let (asked, folded) = rest.split_once("<summary>One more question</summary>").unwrap();
    assert!(
        asked.contains("sums:how-many-times") && folded.contains("sums:why-is-it-so"),
        "{rest}"
    );
    for (directive, message) in [
        (
            "predict sums",
            "`first` or `rest` is missing; write {{#predict slug first|rest}}",
        ),
        (
            "predict sums last",
            "unknown part `last`: expected one of first, rest",
        ),
    ] {
        let refused = fixture.refuse(&format!("{{{{#{directive}}}}}"));
        assert_eq!(refused, format!("src/techniques/sums.md:1: {message}"));
    }
}

#[test]
fn a_key_stays_when_another_question_is_asked_before() {
    let before = asking(&[TIMES]).expand("{{#predict sums first}}");
    let after = asking(&[LEAST, TIMES]).expand("{{#predict sums rest}}");
    let key = "data-key=\"sums:how-many-times\"";
    assert!(before.contains(key) && after.contains(key), "{before} {after}");
}

#[test]
fn a_scenario_that_asks_nothing_is_a_mistake() {
    for directive in ["predict sums first", "predict sums rest", "questions"] {
        let refused = Fixture::complete().refuse(&format!("{{{{#{directive}}}}}"));
        assert!(refused.contains("[[predict]]"), "{refused}");
    }
    let refused = asking(&[LEAST]).refuse("{{#predict sums rest}}");
    assert!(refused.contains("[[predict]]"), "{refused}");
}
