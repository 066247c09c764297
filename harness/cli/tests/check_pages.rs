//! `heapbook check` reads the pages, as a reader would: links that lead nowhere, figures that
//! somebody typed, pages that nobody finds.

mod common;

use common::Project;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

#[test]
fn a_figure_that_is_typed_in_is_found_with_its_line() {
    let project = Project::new();
    project.page("# Sums\n\n{{#table sums}}\n\nIt takes about\n38.6 MiB, in slots of {{#stated 8 bytes}}.\n");
    project.heapbook(&["check"]).assert().code(1).stdout(
        contains("book/src/sums.md:6: `38.6 MiB` is typed in")
            .and(contains("{{#stated 38.6 MiB}}"))
            .and(contains("8 bytes").not())
            .and(contains("1 finding,")),
    );
}

#[test]
fn links_that_lead_nowhere_are_found() {
    let project = Project::new();
    project.write("book/src/plot.svg", "<svg/>");
    project.page(
        "# Sums of `i`\n\n{{#table sums}}\n\n[here](#sums-of-i) and [there](./sums.md#sums-of-i), [a plot](plot.svg), \
         [elsewhere](https://example.org/none)\n\n[one](none.md), [two](#none), [three](none.svg)\n",
    );
    project.heapbook(&["check"]).assert().code(1).stdout(
        contains("book/src/sums.md:7: the link `none.md` leads nowhere: none.md is no page of SUMMARY.md")
            .and(contains(
                "the link `#none` leads nowhere: sums.md has no heading `#none`",
            ))
            .and(contains("the link `none.svg` leads nowhere"))
            .and(contains("3 findings,")),
    );
}

#[test]
fn a_page_that_no_reader_finds_is_found() {
    let project = Project::new();
    project.write("book/src/deep/lost.md", "# Lost\n");
    project
        .heapbook(&["check"])
        .assert()
        .code(1)
        .stdout(contains("book/src/deep/lost.md: no reader finds this page"));
}

#[test]
fn a_complete_corpus_has_a_page_and_both_languages_for_each_scenario() {
    let project = Project::new();
    project
        .heapbook(&["check", "--complete"])
        .assert()
        .code(1)
        .stdout(
            contains("scenarios/sums/scenario.toml: it has no variant in Rust")
                .and(contains("no page of SUMMARY.md is named").not()),
        );
    project.write(
        "book/src/SUMMARY.md",
        "# Summary\n\n- [Additions](additions.md)\n",
    );
    project.write("book/src/additions.md", "# Additions\n\n{{#table sums}}\n");
    std::fs::remove_file(project.path("book/src/sums.md")).unwrap();
    project
        .heapbook(&["check", "--complete"])
        .assert()
        .code(1)
        .stdout(contains("no page of SUMMARY.md is named sums.md"));
}
