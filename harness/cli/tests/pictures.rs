//! Pictures: what names refer to after each line of a small call, with the bytes of each step.

mod common;

use std::fs;
use std::path::Path;

use common::{Project, pythons, said};
use heapbook_engine::scenario::{Corpus, DrawnPicture, Scenario};
use serde_json::Value;

/// Programs of which each shows one way to hold something.
const HOLDING: &str = r#"
def two_names(n):
    first = bytes(1000 + n)
    second = first
    del first
    return len(second)


def view(n):
    owner = bytearray(1000 + n)
    part = memoryview(owner)[:n]
    del owner
    return len(part)


class Node:
    pass


def cycle(n):
    one = Node()
    one.other = Node()
    one.other.other = one
    one = None
    return n


def fail(held):
    raise ValueError


def traceback(n):
    try:
        fail(bytes(1000 + n))
    except ValueError as error:
        kept = error
    return n if kept else 0


def one_item(n):
    return sum(item for item in range(n))
"#;

const NAMES: [&str; 5] = ["two_names", "view", "cycle", "traceback", "one_item"];

fn toml(watch: &str) -> String {
    let variants = NAMES.map(|name| format!("[python.{name}]\n{watch}\ndigest = \"zero\"\n"));
    format!(
        "title = \"T\"\nquestion = \"Q?\"\nsizes = [10, 20]\nheadline = 20\n{}",
        variants.join("")
    )
}

/// The cells of the headline size, each with its variant.
fn cells(project: &Project) -> Vec<Value> {
    let cells = project.cells("book/records/local/holding.jsonl").into_iter();
    cells.filter(|cell: &Value| cell["n"] == 20).collect()
}

/// The project, measured with one Python.
fn measured(watch: &str, python: &str) -> Project {
    let project = Project::new();
    let workload = format!("{HOLDING}\n\ndef zero(result):\n    return 0\n");
    project.scenario("holding", &toml(watch), &workload);
    said(&project, &["run", "holding", "--quick", "--python", python]);
    project
}

/// The steps of a variant's picture, checked for what holds of every one.
fn steps(project: &Project, variant: &str) -> Vec<Value> {
    let cells = cells(project);
    let name = format!("python.{variant}");
    let cell = cells
        .iter()
        .find(|cell| cell["variant"] == name.as_str())
        .unwrap();
    let picture = &cell["picture"];
    assert_eq!(picture["n"], 3, "{cell}");
    let steps = picture["steps"].as_array().unwrap().clone();
    let mut live = 0;
    for step in &steps {
        let bytes = |name: &str| step[name].as_i64().unwrap();
        live += bytes("made_bytes") - bytes("freed_bytes");
        assert_eq!(bytes("live_bytes"), live, "{step}");
        let objects = step["objects"].as_array().unwrap();
        let numbers: Vec<&Value> = objects.iter().map(|object| &object["number"]).collect();
        for object in objects {
            assert!(object.get("estimated").is_none(), "the ledger knows it: {object}");
            let others = object["refers_to"].as_array().cloned().unwrap_or_default();
            assert!(others.iter().all(|other| numbers.contains(&other)), "{step}");
        }
    }
    steps
}

/// The object that a name of the function's refers to.
fn named(step: &Value, name: &str) -> Option<Value> {
    let names = step["frames"][0]["names"].as_array().unwrap();
    let found = names.iter().find(|other| other["name"] == name)?;
    let objects = step["objects"].as_array().unwrap();
    objects
        .iter()
        .find(|object| object["number"] == found["object"])
        .cloned()
}

fn kinds(step: &Value) -> Vec<String> {
    let objects = step["objects"].as_array().unwrap();
    objects
        .iter()
        .map(|object| object["kind"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_picture_shows_who_holds_what_with_the_bytes_requested() {
    for python in pythons() {
        let project = measured("watch = 3", python.to_str().unwrap());
        two_names(&steps(&project, "two_names"));
        view(&steps(&project, "view"));
        cycle(&steps(&project, "cycle"));
        traceback(&steps(&project, "traceback"));
        one_item(&steps(&project, "one_item"));
    }
}

fn two_names(steps: &[Value]) {
    assert_eq!(steps.len(), 5, "before the first line, and after each");
    // A bytes object is 33 bytes larger than what it holds.
    assert_eq!(named(&steps[1], "first").unwrap()["bytes"], 1036);
    assert_eq!(named(&steps[2], "second"), named(&steps[2], "first"));
    assert_eq!(
        (named(&steps[3], "first"), &steps[3]["freed_bytes"]),
        (None, &0.into())
    );
    assert!(named(&steps[3], "second").is_some());
    assert_eq!(steps[4]["objects"], Value::Array(Vec::new()));
    assert!(steps[4]["freed_bytes"].as_i64().unwrap() >= 1036, "{}", steps[4]);
}

fn view(steps: &[Value]) {
    let part = named(&steps[3], "part").unwrap();
    assert_eq!(
        (named(&steps[3], "owner"), &part["kind"]),
        (None, &"memoryview".into())
    );
    let objects = steps[3]["objects"].as_array().unwrap();
    let owner = objects
        .iter()
        .find(|object| object["kind"] == "bytearray")
        .unwrap();
    assert_eq!(part["refers_to"][0], owner["number"]);
    assert!(
        owner["bytes"].as_i64().unwrap() > 1003,
        "with its buffer: {owner}"
    );
}

fn cycle(steps: &[Value]) {
    let unreached = |step: &Value| {
        let objects = step["objects"].as_array().unwrap().clone();
        objects
            .iter()
            .filter(|object| object["unreached"] == true)
            .count()
    };
    let last = steps.last().unwrap();
    assert_eq!(
        (unreached(&steps[3]), unreached(&steps[4]), unreached(last)),
        (0, 2, 2)
    );
    let bytes = last["objects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["bytes"].as_i64().unwrap());
    assert_eq!(
        bytes.sum::<i64>(),
        last["live_bytes"].as_i64().unwrap(),
        "to the byte: {last}"
    );
}

fn traceback(steps: &[Value]) {
    let kept = steps.iter().rfind(|step| named(step, "kept").is_some()).unwrap();
    let kinds = kinds(kept);
    for kind in ["ValueError", "traceback", "frame", "bytes"] {
        assert!(kinds.iter().any(|other| other == kind), "{kind} in {kept}");
    }
}

fn one_item(steps: &[Value]) {
    let items = steps.iter().filter_map(|step| {
        let frame = step["frames"]
            .as_array()?
            .iter()
            .find(|frame| frame["function"] == "<genexpr>")?;
        frame["names"][0]["text"].as_str().map(str::to_owned)
    });
    let items: Vec<String> = items.collect();
    assert_eq!(items[..3], ["0", "1", "2"]);
}

#[test]
fn a_valid_record_without_a_picture_gets_only_that() {
    let python = pythons()[0].clone();
    let project = measured("", python.to_str().unwrap());
    let mut before = cells(&project);
    assert!(before.iter().all(|cell| cell.get("picture").is_none()));
    let workload = project.read("scenarios/holding/workload.py");
    project.scenario("holding", &toml("watch = 3"), &workload);
    let run = ["run", "holding", "--quick", "--python", python.to_str().unwrap()];
    let told = said(&project, &run);
    // For each picture one process traces lines, and one looks at objects.
    assert!(
        told.contains("0 of 0 cells measured, 0 failed. Workers started: 10."),
        "{told}"
    );
    let after = cells(&project);
    for (before, after) in before.iter_mut().zip(&after) {
        before["picture"] = after["picture"].clone();
        assert_eq!(before, after);
    }
    assert!(said(&project, &run).contains("Workers started: 0."));
}

/// The scenarios of the real corpus that have pictures of variants in Rust.
fn drawn() -> Vec<Scenario> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let corpus = Corpus::read(&root).unwrap();
    assert!(corpus.diagnostics.is_empty(), "{:?}", corpus.diagnostics);
    let drawn: Vec<Scenario> = corpus
        .scenarios
        .into_iter()
        .filter(|scenario| !scenario.pictures.is_empty())
        .collect();
    assert!(!drawn.is_empty());
    drawn
}

/// Bytes made and given back by each event of the timeline of a run at a picture's size.
fn events(scenario: &Scenario, picture: &DrawnPicture) -> Vec<i64> {
    let project = Project::new();
    let text = |name: &str| fs::read_to_string(scenario.directory().join(name)).unwrap();
    let toml = text("scenario.toml");
    let toml = toml.split("\n[rule]").next().unwrap();
    let toml = toml.split("\n[[claim]]").next().unwrap();
    let lines = toml.lines().map(|line| match line.split_once(" = ") {
        Some(("sizes", _)) => format!("sizes = [{}, 1_000]", picture.n),
        Some(("headline", _)) => format!("headline = {}", picture.n),
        _ => line.to_owned(),
    });
    let lines: Vec<String> = lines.collect();
    project.scenario(&scenario.slug, &lines.join("\n"), &text("workload.py"));
    let path = format!("scenarios/{}/workload.rs", scenario.slug);
    project.write(&path, &text("workload.rs"));
    let cell = format!("{}/{}", scenario.slug, picture.variant);
    said(&project, &["run", &cell, "--quick"]);
    let cells = project.cells(&format!("book/records/local/{}.jsonl", scenario.slug));
    let cell = cells.iter().find(|cell| cell["n"] == picture.n).unwrap();
    let timeline = &cell["memory"]["timeline"];
    assert_eq!(timeline["events_per_point"], 1, "{timeline}");
    let points = timeline["points"].as_array().unwrap();
    let mut before = 0;
    let changes = points.iter().map(|point| {
        let live = point[2].as_i64().unwrap();
        live - std::mem::replace(&mut before, live)
    });
    changes.collect()
}

#[test]
fn a_picture_written_by_hand_makes_and_frees_what_a_run_does() {
    for scenario in drawn() {
        for picture in &scenario.pictures {
            let events = events(&scenario, picture);
            let mut left = events.iter();
            for step in &picture.steps {
                let (mut made, mut freed) = (0, 0);
                while (made, freed) != (step.made_bytes.0, step.freed_bytes.0) {
                    let change = left
                        .next()
                        .unwrap_or_else(|| panic!("{}: {step:?}: {events:?}", picture.variant));
                    made += change.max(&0);
                    freed -= change.min(&0);
                }
            }
            assert_eq!(left.next(), None, "{}: {events:?}", picture.variant);
        }
    }
}
