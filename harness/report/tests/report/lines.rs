//! `lines`.

use heapbook_engine::record::ErrorKind;
use heapbook_model::{Bytes, SourceDigest};

use crate::fixture::{Fixture, error};

const LINES: &str = "{{#lines sums python.build_list}}";

/// The bytes of the figures of a row, in order.
fn figures(row: &str) -> Vec<i64> {
    let values = row.split("<data value=\"").skip(1);
    let numbers = values.map(|rest| rest[..rest.find('"').expect("a quote")].parse());
    numbers.collect::<Result<_, _>>().expect("whole numbers")
}

fn rows(table: &str) -> Vec<&str> {
    let body = table.split("<tbody>").nth(1).expect("a body");
    let body = body.split("</tbody>").next().expect("its end");
    let rows = body.split("</tr>").filter(|row| !row.is_empty());
    rows.filter(|row| !row.contains("hb-steps")).collect()
}

#[test]
fn the_lines_of_a_function() {
    insta::assert_snapshot!(Fixture::detailed().expand(LINES).replace("<tr", "\n<tr"));
}

#[test]
fn every_line_of_the_listing_has_a_row_with_its_number() {
    let table = Fixture::detailed().expand(LINES);
    let rows = rows(&table);
    for (row, (number, text)) in rows.iter().zip([
        (4, "# Above the function."),
        (5, "def build&#95;list(n):"),
        (6, "    squares = &#91;i &#42; i for i in range(n)&#93;"),
        (7, ""),
        (8, "    return sum(squares)"),
    ]) {
        assert!(
            row.contains(&format!(">{number}</td>")) && row.contains(&format!("\">{text}</code>")),
            "{row}"
        );
        assert_eq!(row.contains("hb-idle"), ![6, 8].contains(&number), "{row}");
    }
}

#[test]
fn the_bar_of_live_bytes_goes_from_zero_to_the_largest() {
    let mut fixture = Fixture::detailed();
    let lines = fixture.cell("python.build_list", 100_000).lines.as_mut().unwrap();
    lines.lines[0].live_bytes = Bytes(1_000);
    lines.lines[1].live_bytes = Bytes(4_000);
    let table = fixture.expand(LINES);
    assert!(
        table.contains("inline-size:25.0%") && table.contains("inline-size:100.0%"),
        "{table}"
    );
    let lines = fixture.cell("python.build_list", 100_000).lines.as_mut().unwrap();
    lines.lines[0].live_bytes = Bytes(-1_000);
    assert!(fixture.expand(LINES).contains("inline-size:0.0%"));
}

#[test]
fn the_total_adds_up() {
    let mut fixture = Fixture::detailed();
    for (net, rows_of_figures) in [(32, 4), (4_000_216, 3), (5_000_000, 4)] {
        let lines = fixture.cell("python.build_list", 100_000).lines.as_mut().unwrap();
        lines.net_bytes = Bytes(net);
        let table = fixture.expand(LINES);
        let rows: Vec<Vec<i64>> = rows(&table).into_iter().map(figures).collect();
        let rows: Vec<Vec<i64>> = rows.into_iter().filter(|row| !row.is_empty()).collect();
        assert_eq!(
            rows.len(),
            rows_of_figures,
            "a row of the rest only where there is one"
        );
        let (total, parts) = rows.split_last().expect("a total");
        let sum = |column: usize| parts.iter().map(|row| row[column]).sum::<i64>();
        assert_eq!(total[..], [sum(0), sum(1), net]);
        assert_eq!(total[0] - total[1], net);
    }
}

#[test]
fn lines_that_are_not_shown_are_not_lost() {
    let mut fixture = Fixture::detailed();
    let lines = fixture.cell("python.build_list", 100_000).lines.as_mut().unwrap();
    lines.net_bytes = Bytes(4_000_216);
    lines.lines[1].line = 400;
    let table = fixture.expand(LINES);
    assert!(table.contains("outside of these lines, net"), "{table}");
}

#[test]
fn lines_that_never_settled_say_so() {
    let mut fixture = Fixture::detailed();
    let words = "No two successive calls agreed";
    assert!(!fixture.expand(LINES).contains(words));
    let lines = fixture.cell("python.build_list", 100_000).lines.as_mut().unwrap();
    lines.settled = false;
    assert!(fixture.expand(LINES).contains(words));
}

#[test]
fn lines_without_figures_say_why() {
    let table = Fixture::complete().expand(LINES);
    assert!(
        table.contains(">not measured</span>") && table.contains("return sum(squares)"),
        "{table}"
    );
    let mut fixture = Fixture::detailed();
    fixture.cell("python.build_list", 100_000).errors = vec![error(ErrorKind::Crash, "signal 11")];
    let table = fixture.expand(LINES);
    assert!(table.contains("failed (crash): signal 11"), "{table}");
    assert!(!table.contains("<data"), "a failed cell shows no figure: {table}");
    let refused = fixture.refuse("{{#lines sums rust.iterate}}");
    assert!(
        refused.ends_with("only variants of Python are traced"),
        "{refused}"
    );
}

#[test]
fn lines_of_other_code_are_marked() {
    let mut fixture = Fixture::detailed();
    assert!(!fixture.expand(LINES).contains("hb-stale"));
    fixture.cell("python.build_list", 100_000).source = SourceDigest("other".to_owned());
    assert!(
        fixture
            .expand(LINES)
            .contains("The figures are of other code than is shown.")
    );
}

#[test]
fn the_run_can_be_stepped_through() {
    let mut fixture = Fixture::detailed();
    let table = fixture.expand(LINES);
    assert!(table.contains("data-steps=\"6:4000184 8:4000216\""), "{table}");
    assert!(
        table.contains("data-line=\"6\"") && table.contains("data-line=\"8\""),
        "{table}"
    );
    assert!(table.contains("2 steps in all."), "{table}");
    let lines = fixture.cell("python.build_list", 100_000).lines.as_mut().unwrap();
    lines.total_events = 5_000;
    assert!(fixture.expand(LINES).contains("The first 2 of 5,000 steps."));
    let lines = fixture.cell("python.build_list", 100_000).lines.as_mut().unwrap();
    lines.events.clear();
    assert!(!fixture.expand(LINES).contains("hb-steps"));
}
