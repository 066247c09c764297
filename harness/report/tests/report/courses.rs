//! `{{#courses}}`: what becomes of a program's memory, asked without its name.

use heapbook_engine::record::ResidentProcess;
use heapbook_model::Bytes;

use crate::fixture::Fixture;
use crate::predictions::asking;

const MIB: i64 = 1 << 20;

/// A list of which so many bytes are live after each call, and so many pages at the end.
fn list(live: impl Fn(i64) -> i64, resident_after: i64) -> Fixture {
    let question =
        "[[predict]]\nask = \"A job of <some> kind. What of it?\"\ncourse = \"python.build_list\"\n";
    let mut fixture = asking(&[question]);
    let cell = fixture.cell("python.build_list", 100_000);
    cell.memory.as_mut().unwrap().live_after_calls = (1..=10).map(|call| Bytes(live(call))).collect();
    let process = ResidentProcess {
        peak_bytes: Bytes(6 * MIB),
        after_bytes: Bytes(resident_after),
        minor_faults: 1_500,
        major_faults: 0,
    };
    cell.resident = Some(heapbook_engine::record::Resident {
        processes: vec![process; 3],
    });
    fixture
}

fn expand(fixture: &Fixture) -> String {
    fixture.expand("{{#courses sums/python.build_list}}")
}

/// The right option, and what is said of it.
fn right(shown: &str) -> (&str, &str) {
    let option = shown.split("<li data-right>").nth(1).expect("a right option");
    let reason = shown.split("<li class=\"hb-right\">").nth(1).expect("its reason");
    (
        option.split('<').next().unwrap(),
        reason.split("</li>").next().unwrap(),
    )
}

#[test]
fn the_records_say_which_course_it_is() {
    for (fixture, begins) in [
        (list(|call| call * 1_000, 0), "A leak"),
        (list(|_| 3_900_000, 4 * MIB), "A cache that fills"),
        (list(|_| 0, 5 * MIB), "Freed, and not given back"),
        (list(|_| 0, MIB / 4), "One high peak"),
    ] {
        let shown = expand(&fixture);
        let (option, reason) = right(&shown);
        assert!(option.starts_with(begins), "{option}");
        assert!(
            reason.contains("It’s <code>python.build&#95;list</code> of Sums of squares."),
            "{reason}"
        );
        assert_eq!(shown.matches("<li class=\"hb-wrong\">").count(), 3);
    }
}

#[test]
fn nothing_but_the_folded_answer_names_the_program() {
    let shown = expand(&list(|call| call * 1_000, 0));
    let (asked, answer) = shown.split_once("<details class=\"hb-answer\">").unwrap();
    assert!(answer.contains("build"), "{answer}");
    assert!(!asked.contains("build"), "{asked}");
    assert!(asked.contains("A job of &#60;some&#62; kind."), "{asked}");
    assert!(
        asked.contains("<figure class=\"hb-course\"><svg") && asked.matches("<circle").count() == 10,
        "{asked}"
    );
}

#[test]
fn what_the_records_do_not_decide_withdraws() {
    let shown = expand(&list(|_| 0, 2 * MIB));
    assert!(
        shown.contains("hb-withdrawn") && shown.contains("cannot tell"),
        "{shown}"
    );
    assert!(!shown.contains("<svg"), "{shown}");
}

#[test]
fn the_lesson_itself_does_not_ask_it() {
    let refused = list(|_| 0, 0).refuse("{{#predict sums first}}");
    assert!(refused.contains("has no question to ask here"), "{refused}");
    let refused = list(|_| 0, 0).refuse("{{#courses sums/python.generate}}");
    assert!(
        refused.contains(
            "nothing asks for the course of `sums/python.generate`: add a table `[[predict]]` with `course`"
        ),
        "{refused}"
    );
}

#[test]
fn the_page_says_where_its_figures_come_from() {
    let page = list(|_| 0, 0).page("# Curves\n\n{{#courses sums/python.build_list}}\n");
    assert!(page.contains("Measured on AMD EPYC"), "{page}");
}
