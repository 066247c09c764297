//! `bench`: tables as the benches write them.

use serde_json::{Value, json};

use crate::fixture::{Fixture, machine};

fn fixture(rows: Value, columns: Value, means: bool) -> Fixture {
    let mut fixture = Fixture::complete();
    let tables = json!([{
        "title": "A table",
        "caption": "What <b> was measured.",
        "python": "3.13.0",
        "machine": machine("A processor"),
        "measured_at": "2026-11-22T10:00:00Z",
        "columns": columns,
        "rows": rows,
        "means": means,
    }]);
    let tables = serde_json::from_value(tables).expect("what a bench writes");
    fixture.benches.insert("table".to_owned(), tables);
    fixture
}

#[test]
fn a_table_says_what_it_is_of_and_where_it_comes_from() {
    let fixture = fixture(json!([]), json!([]), false);
    let refused = fixture.refuse("{{#bench other}}");
    assert!(
        refused.ends_with("unknown bench `other`: expected one of table"),
        "{refused}"
    );
    let table = fixture.expand("{{#bench table}}");
    for words in [
        "aria-label=\"A table\"",
        "What &#60;b&#62; was measured.",
        "A processor",
        "3.13.0",
        "on 2026-11-22",
        "--bench table",
    ] {
        assert!(table.contains(words), "{words}: {table}");
    }
}

#[test]
fn ratios_end_with_their_geometric_mean() {
    let rows = json!([
        {"name": "lists", "cells": [{"ratio_ns": [[110], [100]]}, {"ratio_ns": [[1, 9, 3], [2]]}]},
        {"name": "<b>", "cells": [{"ratio_ns": [[440], [100]]}, {"text": "—"}]},
    ]);
    let columns = json!([{"text": "CPython 3.13.0"}, {"text": "heapbook"}, {"text": "memray"}]);
    let table = fixture(rows, columns, true).expand("{{#bench table}}");
    for shown in ["×1.10", "×4.40", "×2.20", "&#60;b&#62;", "geometric mean", "—"] {
        assert!(table.contains(shown), "{shown}: {table}");
    }
    assert_eq!(
        table.matches("×1.50").count(),
        2,
        "the median, and its mean: {table}"
    );
}

#[test]
fn values_are_shown_in_their_units() {
    let rows = json!([
        {"name": "heapbook leaks", "cells": [
            {"bytes": 2048, "note": "leaks"},
            {"code": "a.py:3"},
            {"times_ns": [1_000_000_000, 3_000_000_000u64, 2_000_000_000]},
            {"count": 3},
        ]},
        {"name": "objgraph", "version": "3.7", "cells": [
            {"objects": 10_000},
            {"code": "module > dict"},
            {"times_ns": [5_000_000_000u64]},
            {"count": 1},
        ]},
    ]);
    let columns = json!([
        {"text": "Tool"}, {"code": "unbounded"}, {"text": "Names"}, {"text": "Time"}, {"text": "Runs"}
    ]);
    let table = fixture(rows, columns, false).expand("{{#bench table}}");
    for words in [
        "<th scope=\"col\" class=\"hb-number\"><code>unbounded</code></th>",
        "<th scope=\"col\">Names</th>",
        "heapbook leaks",
        "2.00 KiB<br><small>leaks</small>",
        "<code>a.py:3</code>",
        "2.00 s",
        ">3</td>",
        "objgraph <small>3.7</small>",
        "10,000 objects",
        "<code>module &#62; dict</code>",
        "5.00 s",
    ] {
        assert!(table.contains(words), "{words}: {table}");
    }
    assert!(!table.contains("geometric mean"), "{table}");
}
