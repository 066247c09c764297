//! Small books through the real mdBook library, and through the binary as mdBook's own
//! preprocessor.

mod common;

use common::{LOCAL, Project, REFERENCE, SCENARIO, WORKLOAD};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

/// A project with reference records, and two pages that show figures of them.
fn project_with_records() -> Project {
    let project = Project::new();
    project.write(
        "book/src/SUMMARY.md",
        "# Summary\n\n- [Sums](sums.md)\n- [More](more.md)\n- [None](none.md)\n",
    );
    project.page("# Sums\n\n{{#table sums}}\n\n{{#plot sums peak}}\n");
    project.write(
        "book/src/more.md",
        "# More\n\nIt is {{#value sums python.build peak}}.\n\n{{#claim sums list-is-larger}}\n",
    );
    project.write("book/src/none.md", "# None\n\nNo figure here.\n");
    project.measure_reference();
    project
}

fn pages(project: &Project) -> [String; 3] {
    project.heapbook(&["book"]).assert().code(0);
    ["sums", "more", "none"].map(|page| project.read(&format!("target/book/{page}.html")))
}

#[test]
fn changing_one_figure_in_a_record_changes_every_page_that_shows_it() {
    let project = project_with_records();
    let before = pages(&project);
    assert_eq!(before, pages(&project), "the same records give the same pages");

    let mut lines = project.lines(REFERENCE);
    let cell = lines
        .iter_mut()
        .find(|cell| cell["variant"] == "python.build" && cell["n"] == 1000)
        .unwrap();
    let peak = &mut cell["memory"]["processes"][0]["peak_bytes"];
    *peak = (peak.as_i64().unwrap() * 2).into();
    project.write_lines(REFERENCE, &lines);

    let after = pages(&project);
    assert_ne!(before[0], after[0], "the table and the plot");
    assert_ne!(before[1], after[1], "the sentence and the claim");
    assert_eq!(content(&before[2]), content(&after[2]), "a page that shows none");
}

/// What a page holds of its own: its head names the index of the search, which is another one.
fn content(page: &str) -> &str {
    let (_, rest) = page.split_once("<main>").expect("a page's content");
    rest.split_once("</main>").expect("its end").0
}

#[test]
fn the_readers_own_figures_stand_beside_the_reference() {
    let project = project_with_records();
    // A measurement that was published is not shown a second time.
    project.write(LOCAL, &project.read(REFERENCE));
    let before = pages(&project);
    assert!(!before[0].contains("Yours: measured"));
    project
        .heapbook(&["run", "--quick", "--remeasure"])
        .assert()
        .code(0);
    let after = pages(&project);
    assert!(after[0].contains("Yours: measured"));
    let (_, whose) = after[0]
        .split_once("class=\"hb-whose\"")
        .expect("whose the figures are");
    let (tag, _) = whose.split_once('>').unwrap();
    assert!(tag.contains(" data-reader"), "there is a choice: {tag}");
}

#[test]
fn markup_in_a_scenario_or_an_error_is_inert() {
    let project = project_with_records();
    let hostile = "<script>alert(1)</script> | {{#include ../../secret.txt}} `code` **bold**";
    project.write("secret.txt", "the secret");
    project.scenario(
        "sums",
        &SCENARIO
            .replace("Sums", hostile)
            .replace("builds a list", hostile)
            .replace("The list needs more.", hostile),
        &WORKLOAD.replace(
            "    return sum([",
            &format!("    raise ValueError('''{hostile}''')\n    return sum(["),
        ),
    );
    project
        .heapbook(&["run", "--quick", "--remeasure", "--output", "book/records"])
        .assert()
        .code(1);
    project.page("# Sums\n\n{{#table sums}}\n\n{{#compare sums}}\n\n{{#plot sums peak}}\n\n{{#listing sums python.build}}\n");
    let all = pages(&project).join("\n");
    assert!(
        all.contains("&lt;script&gt;alert(1)"),
        "the text is there, escaped"
    );
    assert!(!all.contains("<script>alert(1)"));
    assert!(!all.contains("the secret"));
    assert!(!all.contains("<strong>bold</strong>"));
}

#[test]
fn a_mistake_in_a_directive_stops_the_build_with_file_and_line() {
    let project = project_with_records();
    project.page("# Sums\n\nFine.\n\n{{#value sums python.built peak}}\n");
    project
        .heapbook(&["book"])
        .assert()
        .code(2)
        .stderr(contains("book/src/sums.md:5").and(contains("python.build")));
}

#[test]
fn an_escaped_directive_is_shown_as_it_stands() {
    let project = project_with_records();
    project.page("# Sums\n\nWrite \\{{#table sums}} for a table.\n");
    let sums = &pages(&project)[0];
    assert!(sums.contains("{{#table sums}}"), "{sums}");
}

/// mdBook hands the book to the preprocessor as JSON and reads it back.
#[test]
fn the_preprocessor_expands_what_mdbook_hands_over() {
    let project = project_with_records();
    let chapter = serde_json::json!({"Chapter": {
        "name": "Sums", "content": "It is {{#value sums python.build peak}}.", "number": null, "sub_items": [],
        "path": "sums.md", "source_path": "sums.md", "parent_names": []
    }});
    let input = serde_json::json!([
        {"root": project.path("book"), "config": {}, "renderer": "html", "mdbook_version": "0.5.4"},
        {"items": [chapter]}
    ]);
    let assert = project
        .heapbook(&["preprocess"])
        .write_stdin(input.to_string())
        .assert()
        .code(0);
    let book: serde_json::Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    let content = book["items"][0]["Chapter"]["content"].as_str().unwrap();
    assert!(content.contains("KiB"), "{content}");
    assert!(!content.contains("{{"), "{content}");
}

#[test]
fn the_review_page_has_every_question_with_the_address_of_its_lesson() {
    let project = Project::new();
    let asking = format!(
        "{SCENARIO}\n[[predict]]\nask = \"Which is lower?\"\nmetric = \"peak\"\nleast = [\"python.build\", \"python.produce\"]\n"
    );
    project.scenario("sums", &asking, WORKLOAD);
    project.write(
        "book/src/SUMMARY.md",
        "# Summary\n\n- [Lists *or* not](deep/sums.md)\n- [Review](review.md)\n",
    );
    project.write("book/src/deep/sums.md", "# Sums\n\n{{#predict sums first}}\n");
    project.write("book/src/review.md", "# Review\n\n{{#questions}}\n");
    project.measure_reference();
    project.heapbook(&["book"]).assert().code(0);
    let key = "data-key=\"sums:which-is-lower\"";
    let review = project.read("target/book/review.html");
    assert!(review.contains("data-lesson=\"deep/sums.html\" data-title=\"Lists or not\""));
    assert_eq!(review.matches(key).count(), 1);
    assert!(project.read("target/book/deep/sums.html").contains(key));
}
