//! `{{#predict}}`: questions whose answers come from the records.

use crate::fixture::{Fixture, complete_records, machine};

const QUESTIONS: &str = r#"
title = "Sums of squares"
question = "Does a generator save memory?"
sizes = [1_000, 10_000, 100_000, 1_000_000]
headline = 100_000

[python.build_list]
says = "builds <b>the</b> list"
[python.generate]
[rust.iterate]

[[predict]]
ask = "Which needs `less`?"
metric = "peak"
least = ["python.build_list", "python.generate"]

[predict.because]
"python.build_list" = "A list <keeps> all."
"python.generate" = "Never shown: it is right."

[[predict]]
ask = "How many times?"
metric = "peak"
times = ["python.build_list", "python.generate"]

[[predict]]
ask = "Which of two that are the same?"
metric = "peak"
least = ["python.generate", "rust.iterate"]
"#;

const PYTHON: &str = "def build_list(n):\n    return n\n\n\ndef generate(n):\n    return n\n";
const RUST: &str = "pub fn iterate(n: usize) -> u64 {\n    n as u64\n}\n";

fn fixture() -> Fixture {
    let mut fixture = Fixture::of(QUESTIONS, PYTHON, RUST);
    fixture.reference = complete_records(fixture.scenario(), &machine("AMD EPYC"));
    for (variant, bytes) in [
        ("python.build_list", 4_096_000),
        ("python.generate", 4_096),
        ("rust.iterate", 4_096),
    ] {
        for process in &mut fixture.cell(variant, 100_000).memory.as_mut().unwrap().processes {
            process.account.peak_bytes = heapbook_model::Bytes(bytes);
        }
    }
    fixture
}

#[test]
fn the_answer_and_what_is_wrong_come_from_the_records() {
    let mut fixture = fixture();
    let shown = fixture.expand("{{#predict sums}}");
    for words in [
        "Which needs <code>less</code>?",
        "<code>python.generate</code>. Yes: its peak is 4.00 KiB.</li>",
        "No: its peak is 3.91 MiB, 1,000 times that of python.generate. A list &#60;keeps&#62; all.",
        "about ×1,000. Yes: 1,000 times.</li>",
        "about ×2. No: 1,000 times.</li>",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("Never shown"), "{shown}");
    // The options stand open, the answers within the fold.
    assert!(shown.find("<li>").unwrap() < shown.find("<details>").unwrap());
    // With other records the other answer is right.
    for process in &mut fixture
        .cell("python.generate", 100_000)
        .memory
        .as_mut()
        .unwrap()
        .processes
    {
        process.account.peak_bytes = heapbook_model::Bytes(8_192_000);
    }
    let turned = fixture.expand("{{#predict sums}}");
    assert!(
        turned.contains("Yes: its peak is 3.91 MiB") && turned.contains("Never shown"),
        "{turned}"
    );
}

#[test]
fn a_question_that_cannot_be_told_withdraws_itself() {
    let mut fixture = fixture();
    let shown = fixture.expand("{{#predict sums}}");
    assert_eq!(shown.matches("the question is withdrawn").count(), 1, "{shown}");
    fixture.reference.retain(|_| false);
    let unmeasured = fixture.expand("{{#predict sums}}");
    assert!(
        !unmeasured.contains("Yes:") && unmeasured.contains("not measured"),
        "{unmeasured}"
    );
}

#[test]
fn a_scenario_that_asks_nothing_is_a_mistake() {
    let refused = Fixture::complete().refuse("{{#predict sums}}");
    assert!(refused.contains("[[predict]]"), "{refused}");
}

#[test]
fn a_question_comes_back_in_the_lesson_that_asks_it() {
    let toml = QUESTIONS.replace(
        "ask = \"How many times?\"",
        "asked_in = \"views\"\nask = \"How many times?\"",
    );
    let of_views = "title = \"Views\"\nquestion = \"?\"\nsizes = [10]\nheadline = 10\n[python.generate]\n";
    let mut fixture = Fixture::with_another(&toml, PYTHON, RUST, ("views", of_views));
    fixture.reference = complete_records(fixture.scenario(), &machine("AMD EPYC"));
    let own = fixture.expand("{{#predict sums}}");
    assert!(!own.contains("How many times?"), "{own}");
    let later = fixture.expand("{{#predict views}}");
    assert!(
        later.contains("From an earlier lesson, Sums of squares:</small> How many times?"),
        "{later}"
    );
}
