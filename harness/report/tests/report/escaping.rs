//! Foreign text stays text.

use heapbook_engine::record::ErrorKind;

use crate::detail::detailed_records;
use crate::fixture::{Fixture, error, machine};
use heapbook_report::Lesson;

const WILD: &str =
    "<script>alert(1)</script> | {{#include /etc/passwd}} `code` *bold* \"quoted\" 'single'\n\n# heading";

/// Claims to choose from, and questions of every kind, in which each text is wild.
fn wild_questions(quoted: &str) -> String {
    let mut toml = String::new();
    for (id, bound) in [
        ("more", "at_least = 0"),
        ("none", "at_most = 0\nexpect = \"fails\""),
    ] {
        toml.push_str(&format!(
            "[[claim]]\nid = \"{id}\"\nsays = {quoted}\nmetric = \"peak\"\nof = \"python.build_list\"\n{bound}\n"
        ));
    }
    let both = "[\"python.build_list\", \"python.generate\"]";
    let wrong = |word: &str| format!("because = {{ \"{word}\" = {quoted} }}\n");
    for (place, asked) in [
        format!(
            "metric = \"peak\"\nleast = {both}\n{}",
            wrong("python.build_list")
        ),
        format!("metric = \"peak\"\ntimes = {both}\n{}", wrong("1")),
        format!("metric = \"peak\"\norder = {both}\n{}", wrong("python.generate")),
        format!(
            "metric = \"peak\"\ngrows = \"python.generate\"\n{}",
            wrong("linear")
        ),
        format!(
            "why = [{{ says = {quoted}, claim = \"more\" }}, {{ says = {quoted}, claim = \"none\" }}]\n{}",
            wrong("none")
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let ask = format!("\"{place} {}", &quoted[1..]);
        toml.push_str(&format!("[[predict]]\nask = {ask}\n{asked}"));
    }
    toml
}

/// Every fragment of a scenario and records in which each text is wild.
fn wild_fragments() -> Vec<String> {
    let quoted = format!("{WILD:?}");
    let scenario = format!(
        "title = {quoted}\nquestion = {quoted}\nsizes = [1_000, 10_000]\nheadline = 10_000\n[python.build_list]\nsays = {quoted}\n[python.generate]\n[rust.iterate]\n[[claim]]\nid = \"wild\"\nsays = {quoted}\nmetric = \"peak\"\nof = \"python.generate\"\ngrowth = \"constant\"\n{}",
        wild_questions(&quoted)
    );
    let python = "def build_list(n):\n    return \"{{#include x}} </code></pre><script>\"\n\n\ndef generate(n):\n    pass\n";
    let mut fixture = Fixture::of(&scenario, python, "pub fn iterate() {}\n");
    fixture.reference = detailed_records(fixture.scenario(), &machine(WILD));
    for cell in fixture.reference.cells_mut() {
        cell.key.runtime.implementation = WILD.to_owned();
        cell.measured_at = WILD.to_owned();
    }
    fixture.cell("rust.iterate", 10_000).errors = vec![error(ErrorKind::Crash, WILD)];
    fixture.local = Some(fixture.reference.clone());
    fixture.lessons = vec![Lesson {
        slug: "sums".to_owned(),
        page: WILD.to_owned(),
        title: WILD.to_owned(),
    }];
    [
        "listing sums python.build_list",
        "compare sums",
        "table sums",
        "plot sums peak",
        "plot sums peak style=bars",
        "timeline sums",
        "lines sums python.build_list",
        "layers sums",
        "sizes sums python.build_list",
        "domains sums",
        "collections sums",
        "leaks sums",
        "claim sums wild",
        "predict sums first",
        "predict sums rest",
        "questions",
        "value sums python.generate peak",
        "value sums rust.iterate peak",
        "ratio sums peak python.build_list python.generate",
        "machine",
    ]
    .map(|directive| fixture.expand(&format!("{{{{#{directive}}}}}")))
    .to_vec()
}

#[test]
fn no_text_acts_as_markup() {
    for fragment in wild_fragments() {
        for mark in [
            "<script", "</script", "{{", "|", "`", "*bold", "\n", "\"quoted", "'single",
        ] {
            assert!(!fragment.contains(mark), "{mark:?} in {fragment}");
        }
    }
}

#[test]
fn what_is_made_inert_is_still_to_be_read() {
    let all = wild_fragments().concat();
    assert!(all.contains("&#60;script&#62;alert(1)"));
    assert!(all.contains("&#123;&#123;#include x&#125;&#125; &#60;/code&#62;"));
}

#[test]
fn tags_are_closed_in_order() {
    for fragment in wild_fragments() {
        let mut open: Vec<String> = Vec::new();
        for tag in fragment.split('<').skip(1) {
            let tag = &tag[..tag.find('>').expect("a tag that ends")];
            let name = tag
                .trim_end_matches('/')
                .split(' ')
                .next()
                .expect("a name")
                .to_owned();
            match name.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop().as_deref(), Some(name), "{fragment}"),
                None if tag.ends_with('/') => {}
                None => open.push(name),
            }
        }
        assert!(open.is_empty(), "{open:?} in {fragment}");
    }
}
