//! `plot` and `timeline`.

use heapbook_engine::record::ErrorKind;
use heapbook_model::{Bytes, Nanos, SourceDigest};

use crate::fixture::{Fixture, error, machine};

/// One shape a line, so that a snapshot shows what changed.
fn by_shape(fragment: &str) -> String {
    fragment.replace("><", ">\n<")
}

#[test]
fn growth_with_a_zero() {
    insta::assert_snapshot!(by_shape(&Fixture::complete().expand("{{#plot sums peak}}")));
}

#[test]
fn bars_of_times() {
    insta::assert_snapshot!(by_shape(
        &Fixture::complete().expand("{{#plot sums time style=bars}}")
    ));
}

#[test]
fn a_timeline() {
    insta::assert_snapshot!(by_shape(&Fixture::complete().expand("{{#timeline sums}}")));
}

#[test]
fn the_same_records_give_the_same_bytes() {
    let text = "{{#plot sums time}}\n\n{{#timeline sums}}\n";
    assert_eq!(Fixture::complete().expand(text), Fixture::complete().expand(text));
}

#[test]
fn colours_are_the_themes() {
    let plot = Fixture::complete().expand("{{#plot sums peak}}");
    assert!(plot.contains("fill=\"var(--fg, currentColor)\""));
    assert!(
        plot.contains("stroke=\"var(--hb-python-1, #009E73)\" stroke-dasharray=\"9 4\""),
        "{plot}"
    );
    assert!(!plot.contains("#FEED"), "a stand-in was left");
}

#[test]
fn a_variant_looks_the_same_when_it_stands_alone() {
    let fixture = Fixture::complete();
    let only = fixture.expand("{{#plot sums peak variants=python.generate}}");
    assert!(only.contains("--hb-python-1") && !only.contains("--hb-python-0"));
    assert!(
        fixture
            .expand("{{#table sums variants=python.generate}}")
            .contains("--hb-python-1")
    );
    assert!(
        fixture
            .expand("{{#compare sums python.generate}}")
            .contains("--hb-python-1")
    );
}

#[test]
fn zero_is_explained_only_where_it_is_drawn() {
    let fixture = Fixture::complete();
    let words = "figures of 0 stand below the break";
    assert!(fixture.expand("{{#plot sums peak}}").contains(words));
    assert!(
        !fixture
            .expand("{{#plot sums peak variants=python.build_list}}")
            .contains(words)
    );
}

#[test]
fn spread_is_drawn_and_explained() {
    let mut fixture = Fixture::complete();
    let exact = fixture.expand("{{#plot sums peak}}");
    assert!(exact.contains("All processes agreed exactly"), "{exact}");
    assert!(!exact.contains("Error bars"), "{exact}");
    fixture
        .cell("python.build_list", 1_000)
        .memory
        .as_mut()
        .unwrap()
        .processes[0]
        .account
        .peak_bytes = Bytes(400_000);
    let spread = fixture.expand("{{#plot sums peak}}");
    assert!(spread.contains("from the lowest to the highest"));
    assert!(
        spread.matches("<polyline").count() >= exact.matches("<polyline").count() + 3,
        "a bar with two ends"
    );
}

#[test]
fn error_bars_are_explained_only_where_one_is_seen() {
    let mut fixture = Fixture::complete();
    let words = "Error bars are the 95 % interval of that median.";
    let narrow = fixture.expand("{{#plot sums time}}");
    assert!(
        !narrow.contains("Error bars"),
        "an interval of 1 % hides in its mark: {narrow}"
    );
    assert!(fixture.expand("{{#plot sums time style=bars}}").contains(words));
    for process in &mut fixture
        .cell("python.build_list", 1_000)
        .time
        .as_mut()
        .unwrap()
        .processes
    {
        process.total_ns = [10_000, 40_000, 160_000].map(Nanos).to_vec();
    }
    let wide = fixture.expand("{{#plot sums time}}");
    assert!(wide.contains(words), "{wide}");
    assert!(wide.matches("<polyline").count() >= narrow.matches("<polyline").count() + 3);
}

/// The middles of all circles, filled or not.
fn circles(plot: &str) -> Vec<(i32, i32)> {
    let number = |circle: &str, name: &str| -> i32 {
        let rest = &circle[circle.find(name).expect("an attribute") + name.len()..];
        rest[..rest.find('"').expect("a quote")]
            .parse()
            .expect("a number")
    };
    let circles = plot.split("<circle ").skip(1);
    circles
        .map(|circle| (number(circle, "cx=\""), number(circle, "cy=\"")))
        .collect()
}

#[test]
fn marks_in_one_place_stand_side_by_side() {
    let mut fixture = Fixture::complete();
    let apart = circles(&fixture.expand("{{#plot sums peak variants=python.build_list,python.generate}}"));
    for n in [1_000, 10_000, 100_000] {
        let memory = fixture.cell("python.build_list", n).memory.clone();
        fixture.cell("python.generate", n).memory = memory;
    }
    let beside = circles(&fixture.expand("{{#plot sums peak variants=python.build_list,python.generate}}"));
    assert_eq!((apart.len(), beside.len()), (3, 3));
    assert!(
        beside.iter().zip(&apart).all(|(moved, alone)| moved.0 < alone.0),
        "{beside:?} to the left of {apart:?}"
    );
}

#[test]
fn one_process_alone_is_not_said_to_agree() {
    let mut fixture = Fixture::complete();
    fixture
        .cell("python.build_list", 1_000)
        .memory
        .as_mut()
        .unwrap()
        .processes
        .truncate(1);
    assert!(
        fixture
            .expand("{{#plot sums peak}}")
            .contains("come from one process each")
    );
}

#[test]
fn more_than_four_lines_get_a_legend() {
    let variants: String = (b'a'..=b'f')
        .map(|letter| format!("[python.v{}]\n", char::from(letter)))
        .collect();
    let functions: String = (b'a'..=b'f')
        .map(|letter| format!("def v{}(n):\n    return n\n\n\n", char::from(letter)))
        .collect();
    let scenario = format!("title = \"T\"\nquestion = \"Q\"\nsizes = [10, 100]\nheadline = 100\n{variants}");
    let mut fixture = Fixture::of(&scenario, &functions, "");
    let here = machine("AMD EPYC");
    for letter in 'a'..='f' {
        for n in [10, 100] {
            let mut cell = crate::fixture::cell(fixture.scenario(), &format!("python.v{letter}"), n, &here);
            cell.memory = Some(crate::fixture::memory(n as i64, 1));
            fixture.reference.insert(&here, cell);
        }
    }
    let height = |plot: &str| -> i32 {
        let view = &plot[plot.find("viewBox=\"0 0 720 ").expect("a plot") + 17..];
        view[..view.find('"').expect("a quote")]
            .parse()
            .expect("a number")
    };
    let (few, many) = (
        fixture.expand("{{#plot sums peak variants=python.va,python.vb}}"),
        fixture.expand("{{#plot sums peak}}"),
    );
    assert!(height(&many) > height(&few), "room for the legend");
    for letter in 'a'..='f' {
        assert!(many.contains(&format!(">python.v{letter}</text>")), "{letter}");
    }
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let mut fixture = Fixture::complete();
    fixture.forget("rust.iterate");
    fixture.cell("python.generate", 1_000).errors = vec![error(ErrorKind::Crash, "signal 11")];
    fixture.cell("python.build_list", 1_000).source = SourceDigest("other".to_owned());
    for directive in ["{{#plot sums peak}}", "{{#plot sums peak style=bars n=1000}}"] {
        let plot = fixture.expand(directive);
        assert!(
            plot.contains("Not measured: <code>rust.iterate</code>."),
            "{plot}"
        );
        assert!(plot.contains("failed (crash): signal 11"), "{plot}");
        assert!(
            plot.contains(">stale</span>: <code>python.build&#95;list</code>"),
            "{plot}"
        );
    }
    assert!(
        fixture
            .expand("{{#plot sums peak}}")
            .contains("<code>python.generate</code> at 1,000 ")
    );
}

#[test]
fn timelines_of_failed_cells_are_not_drawn() {
    let mut fixture = Fixture::complete();
    fixture.cell("python.generate", 100_000).errors = vec![error(ErrorKind::Crash, "signal 11")];
    let timeline = fixture.expand("{{#timeline sums}}");
    assert!(
        timeline.contains("<code>python.generate</code> <span class=\"hb-failed\""),
        "{timeline}"
    );
    assert!(!timeline.contains("python.generate: peak"));
}

#[test]
fn sizes_are_for_bars_only() {
    let refused = Fixture::complete().refuse("{{#plot sums peak n=1000}}");
    assert!(refused.contains("leave it out, or add style=bars"), "{refused}");
}
