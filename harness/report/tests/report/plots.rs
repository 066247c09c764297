//! `plot` and `timeline`.

use std::ops::RangeInclusive;

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
    assert!(plot.contains("fill=\"var(--fg, #202020)\""));
    assert!(
        plot.contains("stroke=\"var(--hb-python-1, #009E73)\" stroke-width=\"2\" stroke-dasharray=\"9 4\""),
        "{plot}"
    );
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
        spread.matches("<path").count() >= exact.matches("<path").count() + 6,
        "a bar with two ends, wide and narrow"
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
    assert!(wide.matches("<path").count() >= narrow.matches("<path").count() + 6);
}

/// The middles of all circles of the wide drawing, filled or not.
fn circles(plot: &str) -> Vec<(i32, i32)> {
    let number = |circle: &str, name: &str| -> i32 { attribute(circle, name).parse().expect("a number") };
    let circles = drawings(plot)[0].split("<circle ").skip(1);
    circles
        .map(|circle| (number(circle, "cx"), number(circle, "cy")))
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
    assert_eq!((apart.len(), beside.len()), (4, 4));
    // The last circle is beside the line's name.
    assert!(
        beside
            .iter()
            .zip(&apart)
            .take(3)
            .all(|(moved, alone)| moved.0 < alone.0),
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

/// As many variants as there are letters, of which each takes a byte more than the one before.
fn near_equal(letters: RangeInclusive<char>) -> Fixture {
    let (mut scenario, mut functions) = (
        "title = \"T\"\nquestion = \"Q\"\nsizes = [1000, 10000, 100000, 1000000]\nheadline = 1000000\n"
            .to_owned(),
        String::new(),
    );
    for letter in letters.clone() {
        scenario.push_str(&format!("[python.keep_{letter}]\n"));
        functions.push_str(&format!("def keep_{letter}(n):\n    return n\n\n\n"));
    }
    let mut fixture = Fixture::of(&scenario, &functions, "");
    let here = machine("AMD EPYC");
    for (more, letter) in (0..).zip(letters) {
        for n in [1_000, 10_000, 100_000, 1_000_000] {
            let variant = format!("python.keep_{letter}");
            let mut cell = crate::fixture::cell(fixture.scenario(), &variant, n, &here);
            cell.memory = Some(crate::fixture::memory(n as i64 + more, 1));
            fixture.reference.insert(&here, cell);
        }
    }
    fixture
}

/// The wide and the narrow drawing.
fn drawings(plot: &str) -> [&str; 2] {
    let [wide, narrow] = [" hb-wide\"", " hb-narrow\""].map(|class| {
        let start = plot.find(class).expect("a drawing");
        let length = plot[start..].find("</svg>").expect("its end");
        &plot[start..start + length]
    });
    [wide, narrow]
}

fn attribute<'t>(element: &'t str, name: &str) -> &'t str {
    let start = element.find(&format!("{name}=\"")).expect("an attribute") + name.len() + 2;
    element[start..].split('"').next().expect("a value")
}

/// A text of a drawing, and about the rectangle that it takes: left, right, top, bottom.
fn texts(drawing: &str) -> Vec<(String, [f64; 4])> {
    let texts = drawing.split("<text ").skip(1).map(|element| {
        let inside = element.split('>').nth(1).and_then(|rest| rest.split('<').next());
        let text = inside.expect("a text").replace("&#95;", "_");
        let [x, y] = ["x", "y"].map(|name| attribute(element, name).parse::<f64>().expect("a number"));
        let width = text.chars().count() as f64 * 7.0;
        let anchor = element
            .split('>')
            .next()
            .and_then(|head| head.split("text-anchor=").nth(1));
        let left = match anchor {
            None => x,
            Some("\"middle\"") => x - width / 2.0,
            Some(_) => x - width,
        };
        let top = if attribute(element, "dy") == "0.76em" {
            y
        } else {
            y - 7.0
        };
        (text, [left, left + width, top, top + 14.0])
    });
    texts.collect()
}

#[test]
fn texts_stand_on_the_drawing_and_never_on_each_other() {
    let twelve = near_equal('a'..='l');
    let plots = [
        twelve.expand("{{#plot sums peak}}"),
        twelve.expand("{{#plot sums peak style=bars}}"),
        Fixture::complete().expand("{{#plot sums peak}}"),
        Fixture::complete().expand("{{#plot sums time style=bars}}"),
        Fixture::complete().expand("{{#timeline sums}}"),
        Fixture::detailed().expand("{{#layers sums}}"),
        Fixture::detailed().expand("{{#sizes sums python.build_list}}"),
    ];
    for drawing in plots.iter().flat_map(|plot| drawings(plot)) {
        let view = attribute(drawing, "viewBox").split(' ');
        let [_, _, width, height] = view
            .map(|number| number.parse::<f64>().expect("a number"))
            .collect::<Vec<_>>()[..]
        else {
            panic!("{drawing}");
        };
        let texts = texts(drawing);
        for (index, (text, [left, right, top, bottom])) in texts.iter().enumerate() {
            assert!(
                *left >= 0.0 && *right <= width && *top >= 0.0 && *bottom <= height,
                "{text} in {drawing}"
            );
            for (other, [from, to, above, below]) in &texts[..index] {
                assert!(
                    right <= from || to <= left || bottom <= above || below <= top,
                    "{text} on {other}: {drawing}"
                );
            }
        }
    }
}

#[test]
fn the_style_sheet_shows_one_of_two_drawings_of_one_name() {
    let plot = Fixture::complete().expand("{{#plot sums peak}}");
    let names = attribute(&plot, "aria-labelledby");
    for drawing in drawings(&plot) {
        assert_eq!(attribute(drawing, "aria-labelledby"), names, "{drawing}");
        for name in ["build&#95;list", "generate", "iterate"] {
            assert!(
                drawing.contains(&format!(".{name}</text>")),
                "{name} in {drawing}"
            );
        }
    }
    for id in names.split(' ') {
        assert_eq!(plot.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
    assert!(!plot.contains("hb-scroll"), "nothing of it is out of sight");
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
