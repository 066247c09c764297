//! Questions that come again: in a later lesson, and on the page of `{{#questions}}`.

use heapbook_model::Language;
use heapbook_report::Lesson;

use crate::fixture::{Fixture, complete_records, machine};
use crate::predictions::{
    LEAST, ORDER, PYTHON, RUST, SCENARIO, TIMES, WHY, asking, elements, options_and_reasons, set_peak,
};

/// Sums, of which a lesson on views asks a question again.
fn returning() -> Fixture {
    let again = TIMES.replace(
        "ask = \"How many times?\"",
        "asked_in = \"views\"\nask = \"How many times?\"",
    );
    let toml = format!("{SCENARIO}{LEAST}{again}");
    let of_views = format!(
        "title = \"Views\"\nquestion = \"?\"\nsizes = [10]\nheadline = 10\n[python.generate]\n[python.build_list]\n{ORDER}"
    );
    let of_views = of_views.replace(", \"rust.iterate\"", "");
    let mut fixture = Fixture::with_another(&toml, PYTHON, RUST, ("views", &of_views));
    fixture.reference = complete_records(fixture.scenario(), &machine("AMD EPYC"));
    fixture
}

#[test]
fn a_question_comes_back_in_the_lesson_that_asks_it() {
    let mut fixture = returning();
    let own = fixture.refuse("{{#predict sums rest}}");
    assert!(own.contains("no question to ask here"), "{own}");
    let later = fixture.expand("{{#predict views rest}}");
    assert!(
        later.contains("data-key=\"sums:how-many-times\"")
            && later.contains("From an earlier lesson, Sums of squares:</small> How many times?"),
        "{later}"
    );
    fixture.lessons = vec![lesson("sums", "Lists & generators")];
    let titled = fixture.expand("{{#predict views rest}}");
    assert!(
        titled.contains("From an earlier lesson, Lists &#38; generators:"),
        "{titled}"
    );
}

fn lesson(slug: &str, title: &str) -> Lesson {
    Lesson {
        slug: slug.to_owned(),
        page: format!("techniques/{slug}.html"),
        title: title.to_owned(),
    }
}

#[test]
fn every_question_is_on_the_review_page_once() {
    let mut fixture = returning();
    fixture.lessons = vec![lesson("views", "Slices & `views`"), lesson("sums", "Sums")];
    let shown = fixture.expand("{{#questions}}");
    for key in ["sums:which-needs-less", "sums:how-many-times", "views:sort-these"] {
        assert_eq!(
            shown.matches(&format!("data-key=\"{key}\"")).count(),
            1,
            "{shown}"
        );
    }
    assert!(!shown.contains("From an earlier lesson"), "{shown}");
    let articles = elements(&shown, "<article", ">");
    let of_sums = "<article data-lesson=\"techniques/sums.html\" data-title=\"Sums\"";
    assert_eq!(
        articles,
        [
            "<article data-lesson=\"techniques/views.html\" data-title=\"Slices &#38; &#96;views&#96;\"",
            of_sums,
            of_sums,
        ]
    );
    assert_eq!(shown.matches("<h2>").count(), 2, "{shown}");
    assert!(shown.starts_with("<section class=\"hb-review\">"), "{shown}");
    assert!(
        shown.contains("<h2><a href=\"../techniques/views.html\">Slices &#38; <code>views</code></a></h2>"),
        "{shown}"
    );
}

#[test]
fn a_question_has_an_alternative_for_each_python_that_answers_otherwise() {
    let mut fixture = asking(&[LEAST, WHY]);
    let machine = machine("AMD EPYC");
    for mut cell in fixture.reference.clone().into_cells() {
        if cell.key.variant.language == Language::Python {
            "3.11.7".clone_into(&mut cell.key.runtime.version);
        }
        if cell.key.variant.function == "generate" {
            set_peak(&mut cell, 8_192_000);
        }
        fixture.reference.insert(&machine, cell);
    }
    for directive in ["{{#questions}}", "{{#predict sums first}}"] {
        let shown = fixture.expand(directive);
        let asked = elements(&shown, "<section class=\"hb-question\"", "</section>");
        let right = |section: &str| {
            let [options, _] = options_and_reasons(section);
            options.iter().position(|one| one.contains("data-right"))
        };
        let key = "data-key=\"sums:which-needs-less\"";
        assert!(asked[0].contains(key) && asked[1].contains(key), "{shown}");
        assert_eq!((right(asked[0]), right(asked[1])), (Some(1), Some(0)), "{shown}");
        let ids = elements(&shown, " id=\"", "\">");
        assert_ne!(ids[0], ids[1]);
        assert_eq!(shown.matches("class=\"hb-choice\"").count(), 2, "{shown}");
    }
    let review = fixture.expand("{{#questions}}");
    assert_eq!(review.matches("<article").count(), 2, "{review}");
    assert_eq!(
        review.matches("data-key=\"sums:why-is-it-so\"").count(),
        1,
        "{review}"
    );
}

#[test]
fn where_the_reader_has_measured_too_little_the_book_answers() {
    let mut fixture = asking(&[LEAST]);
    let laptop = machine("My Laptop");
    let mut own = complete_records(fixture.scenario(), &laptop);
    own.retain(|cell| cell.key.variant.function != "generate");
    let alone = fixture.expand("{{#predict sums first}}");
    fixture.local = Some(own);
    assert_eq!(fixture.expand("{{#predict sums first}}"), alone);
    fixture.local = Some(complete_records(fixture.scenario(), &laptop));
    let both = fixture.expand("{{#predict sums first}}");
    assert_eq!(both.matches("class=\"hb-choice\"").count(), 2, "{both}");
}
