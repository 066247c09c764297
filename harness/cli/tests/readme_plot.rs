//! The plot that the README shows is the one that the reference records give.

use std::path::{Path, PathBuf};
use std::{env, fs};

use heapbook_engine::figures::Metric;
use heapbook_engine::project::Project;
use heapbook_engine::record::Records;
use heapbook_engine::scenario::Corpus;
use heapbook_report::{Library, standalone_plot};

/// Writes the file in place of comparing it.
const UPDATE: &str = "HEAPBOOK_UPDATE";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The Python that the prose speaks of.
fn headline_python(root: &Path) -> String {
    let settings = fs::read_to_string(root.join("book/book.toml")).unwrap();
    let settings: toml::Table = settings.parse().unwrap();
    let version = &settings["preprocessor"]["heapbook"]["headline-python"];
    version.as_str().expect("a text like \"3.13\"").to_owned()
}

fn plot_of_the_reference(root: &Path) -> String {
    let project = Project::find(root).unwrap();
    let corpus = Corpus::read(root).unwrap();
    let reference = Records::read_if_present(&project.reference()).unwrap();
    let reference = &reference.expect("book/records");
    let python = headline_python(root);
    let library = Library {
        headline_python: Some(&python),
        ..Library::new(&corpus.scenarios, reference)
    };
    standalone_plot("generators", Metric::Peak, &[], &library).unwrap()
}

#[test]
fn the_plot_of_the_readme_shows_the_reference_records() {
    let root = root();
    let path = root.join("book/plots/generators-peak.svg");
    let drawn = plot_of_the_reference(&root);
    if env::var_os(UPDATE).is_some_and(|value| value == "1") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, drawn).unwrap();
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    // Not `assert_eq!`: two drawings on one screen help nobody.
    assert!(
        kept == drawn,
        "book/plots/generators-peak.svg is not what book/records gives: \
         update it with `{UPDATE}=1 cargo test --package heapbook --test readme_plot`"
    );
}
