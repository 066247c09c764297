//! `watch`.

use heapbook_engine::record::{ErrorKind, Name, Names, Object, Picture, Seen, Step};
use heapbook_model::Bytes;

use crate::fixture::{Fixture, error};

const WATCH: &str = "{{#watch sums python.build_list}}";

const SCENARIO: &str = "title = \"Sums\"\nquestion = \"Q?\"\nsizes = [1_000, 100_000]\nheadline = 100_000\n\
    [python.build_list]\nwatch = 4\n[python.generate]\n";
const PYTHON: &str = "def build_list(n):\n    squares = [i * i for i in range(n)]\n    return sum(squares)\n\n\n\
    def generate(n):\n    return sum(i * i for i in range(n))\n";

fn name(name: &str, object: Option<u32>, text: Option<&str>) -> Name {
    Name {
        name: name.to_owned(),
        object,
        text: text.map(str::to_owned),
    }
}

fn object(number: u32, kind: &str, refers_to: &[u32]) -> Object {
    Object {
        number,
        kind: kind.to_owned(),
        text: Some("len 4".to_owned()),
        bytes: Bytes(88),
        estimated: false,
        unreached: false,
        refers_to: refers_to.to_vec(),
    }
}

fn step(line: Option<u32>, function: &str, names: Vec<Name>, objects: Vec<Object>) -> Seen {
    Seen {
        line,
        frames: vec![Names {
            function: function.to_owned(),
            names,
        }],
        objects,
        left_out: 0,
    }
}

/// A list with a box in it, both of which are gone at the end.
fn picture() -> Picture {
    let n = || name("n", None, Some("4"));
    let bytes = |made, freed, live, seen| Step {
        made_bytes: Bytes(made),
        freed_bytes: Bytes(freed),
        live_bytes: Bytes(live),
        seen,
    };
    let list = || vec![object(0, "list", &[1]), object(1, "bytearray", &[])];
    Picture {
        n: 4,
        total_steps: 3,
        spare_bytes: Bytes(56),
        steps: vec![
            bytes(0, 0, 0, step(None, "build_list", vec![n()], vec![])),
            bytes(
                232,
                0,
                232,
                step(
                    Some(2),
                    "build_list",
                    vec![n(), name("squares", Some(0), None)],
                    list(),
                ),
            ),
            bytes(
                32,
                208,
                56,
                step(Some(3), "", vec![name("result", None, Some("14"))], vec![]),
            ),
        ],
    }
}

/// A cell with the picture, and the rest of the scenario without records.
fn fixture() -> Fixture {
    let mut fixture = Fixture::of(SCENARIO, PYTHON, "");
    fixture.reference =
        crate::fixture::complete_records(fixture.scenario(), &crate::fixture::machine("AMD EPYC"));
    fixture.cell("python.build_list", 100_000).picture = Some(picture());
    fixture
}

#[test]
fn a_run_step_by_step() {
    insta::assert_snapshot!(fixture().expand(WATCH).replace("><", ">\n<"));
}

#[test]
fn markup_in_a_record_stays_inert() {
    let mut fixture = fixture();
    let picture = fixture
        .cell("python.build_list", 100_000)
        .picture
        .as_mut()
        .unwrap();
    let wild = "<script>\u{202e}\"";
    picture.steps[1].seen.frames[0].names[1].name = wild.to_owned();
    picture.steps[1].seen.objects[0].kind = wild.to_owned();
    picture.steps[1].seen.objects[0].text = Some(wild.to_owned());
    picture.steps[1].seen.frames[0].function = wild.to_owned();
    let html = fixture.expand(WATCH);
    assert!(!html.contains("<script") && !html.contains('\u{202e}'), "{html}");
    assert!(html.contains("&#60;script&#62;"), "{html}");
}

#[test]
fn what_is_left_out_is_told() {
    let mut fixture = fixture();
    let picture = fixture
        .cell("python.build_list", 100_000)
        .picture
        .as_mut()
        .unwrap();
    picture.total_steps = 19;
    picture.steps[1].seen.left_out = 7;
    let html = fixture.expand(WATCH);
    assert!(html.contains("The first 3 of 19 steps"), "{html}");
    assert!(html.contains("7 more objects are not drawn."), "{html}");
}

#[test]
fn a_run_without_a_picture_says_why() {
    let mut fixture = fixture();
    let refused = fixture.refuse("{{#watch sums python.generate}}");
    assert!(
        refused.contains("write `watch = 4` below it in scenario.toml"),
        "{refused}"
    );
    fixture.cell("python.build_list", 100_000).errors = vec![error(ErrorKind::Crash, "signal 11")];
    let html = fixture.expand(WATCH);
    assert!(
        html.contains("failed (crash): signal 11") && !html.contains("<svg class=\"hb-scene"),
        "{html}"
    );
    let cell = fixture.cell("python.build_list", 100_000);
    (cell.errors, cell.picture) = (Vec::new(), None);
    assert!(fixture.expand(WATCH).contains("not measured"));
}
