//! A plot as a file of its own.

use heapbook_engine::figures::Metric;
use heapbook_report::{Library, standalone_plot};

use crate::fixture::{Fixture, complete_records, machine};

fn plot(fixture: &Fixture, slug: &str, variants: &[&str]) -> Result<String, String> {
    let library = Library {
        local: fixture.local.as_ref(),
        headline_python: Some("3.13"),
        ..Library::new(&fixture.corpus.scenarios, &fixture.reference)
    };
    standalone_plot(slug, Metric::Peak, variants, &library).map_err(|error| error.to_string())
}

#[test]
fn a_file_needs_no_page_around_it() {
    insta::assert_snapshot!(plot(&Fixture::complete(), "sums", &["python.generate"]).unwrap());
}

#[test]
fn nothing_is_left_to_a_theme() {
    let mut fixture = Fixture::complete();
    fixture.local = Some(complete_records(fixture.scenario(), &machine("My Laptop")));
    let file = plot(&fixture, "sums", &[]).unwrap();
    for mark in ["var(", "currentColor", "class=", "id=", "inherit"] {
        assert!(!file.contains(mark), "{mark} in {file}");
    }
    assert!(file.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"") && file.ends_with("</svg>\n"));
    assert!(
        file.contains("<title>Peak against n: Sums of squares</title>"),
        "{file}"
    );
    for name in ["build&#95;list", "generate", "iterate"] {
        assert!(file.contains(&format!(".{name}</text>")), "{name} in {file}");
    }
    fixture.local = None;
    assert_eq!(
        plot(&fixture, "sums", &[]).unwrap(),
        file,
        "the reference's figures alone"
    );
}

#[test]
fn mistakes_say_what_to_do() {
    let fixture = Fixture::without_records();
    assert_eq!(
        plot(&fixture, "sums", &[]).unwrap_err(),
        "no reference record holds a figure of `sums`: `cargo heapbook run sums` measures it"
    );
    assert_eq!(
        plot(&fixture, "summs", &[]).unwrap_err(),
        "unknown scenario `summs`: expected one of sums"
    );
    assert!(
        plot(&fixture, "sums", &["python.bild"])
            .unwrap_err()
            .starts_with("unknown variant `python.bild` of `sums`: expected one of ")
    );
}
