//! Files of records: written whole, refused where they are damaged, never lost.

mod common;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use common::{asking_toml, corpus, everything, measure, project, python};
use heapbook_engine::plan::Plan;
use heapbook_engine::project::{Project, ProjectError, Store};
use heapbook_engine::record::{Effort, Records};
use heapbook_engine::runtime::this_machine;
use tempfile::TempDir;

const WORKLOAD: &str = "def one(n):\n    return n\n";

/// A project with a measured scenario whose records are kept and saved.
fn measured() -> (TempDir, Project) {
    let root = project(&asking_toml(&["one"]), WORKLOAD);
    fs::create_dir(root.path().join("book")).unwrap();
    let project = Project::find(root.path()).unwrap();
    let mut store = Store::open(&project, None).unwrap();
    for cell in measure(&corpus(root.path()), Duration::from_secs(10)) {
        store.keep(&this_machine(), cell).unwrap();
    }
    store.save_all().unwrap();
    (root, project)
}

/// The file of the measured scenario.
fn file(project: &Project) -> PathBuf {
    project.local().join("sample.jsonl")
}

/// What is read once a change was made to the file's text.
fn read_changed(project: &Project, change: impl Fn(&str) -> String) -> Records {
    let text = fs::read_to_string(file(project)).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed);
    fs::write(file(project), &changed).unwrap();
    let records = Records::read(&project.local()).unwrap();
    assert_eq!(
        fs::read_to_string(file(project)).unwrap(),
        changed,
        "reading changes no file"
    );
    fs::write(file(project), text).unwrap();
    records
}

#[test]
fn what_is_written_is_read_again_and_written_the_same() {
    let (root, project) = measured();
    let records = Records::read(&project.local()).unwrap();
    assert_eq!((records.len(), records.refused.len()), (2, 0));
    assert_eq!(
        Records::read(&file(&project)).unwrap(),
        records,
        "a file by itself"
    );
    let copy = root.path().join("copy");
    records.write(&copy).unwrap();
    let text = |path: PathBuf| fs::read_to_string(path).unwrap();
    assert_eq!(text(copy.join("sample.jsonl")), text(file(&project)));
    assert_eq!(
        records.to_text(),
        text(file(&project)),
        "one scenario is one file"
    );
}

#[test]
fn a_damaged_line_costs_that_line() {
    let (_root, project) = measured();
    let damages: [fn(&str) -> String; 5] = [
        |text| text[..text.len() - 40].to_owned(),
        |text| text.replacen("\"measured_at\":", "\"measured_at\":NaN,\"", 1),
        |text| text.replacen("{\"scenario\"", "<<<<<<< ours {\"scenario\"", 1),
        |text| text.replacen("\"method\":", "\"method\":-", 1),
        |text| text.replacen("\"allocations\":", "\"allocations\":-", 1),
    ];
    for damage in damages {
        let records = read_changed(&project, damage);
        let refused: Vec<String> = records.refused.iter().map(ToString::to_string).collect();
        assert_eq!((records.len(), refused.len()), (1, 1), "{refused:?}");
        assert!(
            refused[0].contains("sample.jsonl:2: ") || refused[0].contains("sample.jsonl:3: "),
            "{refused:?}"
        );
        // A run goes on with the rest.
        assert_eq!(Store::open(&project, None).unwrap().known().len(), 2);
    }
}

/// A change of a file's text, and the words with which it is refused.
type Nonsense<'a> = (&'a dyn Fn(&str) -> String, &'a str);

#[test]
fn what_no_measurement_gives_is_refused_by_name() {
    let (_root, project) = measured();
    let twice = |text: &str| format!("{text}{}\n", text.lines().last().unwrap());
    let more_slices = |text: &str| text.replacen("\"cpu_ns\":[", "\"cpu_ns\":[1,", 1);
    let nonsense: [Nonsense<'_>; 7] = [
        (
            &|text| text.replacen("\"n\":10,", "\"n\":-10,", 1),
            "sample/python.one n=-10: ",
        ),
        (
            &|text| text.replacen("\"peak_bytes\":", "\"peak_bytes\":-1", 1),
            "peak_bytes is -1",
        ),
        (
            &|text| text.replacen("\"calls\":", "\"calls\":0,\"was\":", 1),
            "`calls` is 0",
        ),
        (
            &|text| text.replacen("{\"scenario\":\"sample\"", "{\"scenario\":\"../sample\"", 1),
            "letters, digits and hyphens",
        ),
        (
            &|text| text.replacen("\"variant\":\"python", "\"variant\":\"rust", 1),
            "language",
        ),
        (&more_slices, "numbers of samples"),
        (&twice, "the file holds this cell already"),
    ];
    for (change, reason) in nonsense {
        let records = read_changed(&project, change);
        let [refused] = &records.refused[..] else {
            panic!("{reason}: {:?}", records.refused)
        };
        let refused = refused.to_string();
        assert!(
            refused.contains("sample.jsonl:") && refused.contains(reason),
            "{refused}"
        );
        assert!(
            refused.contains("/python.one n=") || refused.contains("/rust.one n="),
            "{refused}"
        );
    }
    let unknown = read_changed(&project, |text| text.replace("\"machine\":\"", "\"machine\":\"0"));
    assert_eq!((unknown.len(), unknown.refused.len()), (0, 2));
    assert!(
        unknown.refused[0]
            .reason
            .contains("no head line before it describes the machine")
    );
}

#[test]
fn a_cell_of_two_files_is_refused_by_name() {
    let (_root, project) = measured();
    fs::copy(file(&project), project.local().join("twin.jsonl")).unwrap();
    let records = Records::read(&project.local()).unwrap();
    assert_eq!((records.len(), records.refused.len()), (2, 2));
    let refused = records.refused[0].to_string();
    assert!(
        refused.contains("twin.jsonl") && refused.contains("another file"),
        "{refused}"
    );
}

#[test]
fn a_file_without_a_head_or_of_another_form_is_refused_by_name_and_kept() {
    let (_root, project) = measured();
    let text = fs::read_to_string(file(&project)).unwrap();
    let (_, headless) = text.split_once('\n').unwrap();
    let newer = text.replace("\"form\":2", "\"form\":3");
    for (text, words) in [
        (headless, "is not a records file: expected a first line"),
        ("", "is not a records file"),
        (newer.as_str(), "has form 3: this heapbook reads form 2"),
    ] {
        fs::write(file(&project), text).unwrap();
        let error = Store::open(&project, None).unwrap_err();
        assert!(matches!(error, ProjectError::Records(_)), "{error}");
        let error = error.to_string();
        assert!(error.contains("sample.jsonl") && error.contains(words), "{error}");
        assert_eq!(fs::read_to_string(file(&project)).unwrap(), text);
    }
}

#[test]
fn a_journal_line_that_was_cut_off_costs_only_itself() {
    let (_root, project) = measured();
    let journal = project.scratch().join("journal.jsonl");
    assert_eq!(fs::read_to_string(&journal).unwrap(), "", "all of it is saved");
    // As a run leaves it that was killed before it saved the scenario.
    fs::rename(file(&project), &journal).unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(&journal).unwrap();
    file.write_all(b"{\"scenario\":\"sam").unwrap();
    drop(file);
    let store = Store::open(&project, None).unwrap();
    assert_eq!((store.known().len(), store.known().refused.len()), (2, 0));
    drop(store);
    let mut again = Store::open(&project, None).unwrap();
    assert_eq!(again.known().len(), 2, "the remains of the line are gone");
    again.save_all().unwrap();
    assert_eq!(
        Records::read(&project.local()).unwrap().len(),
        2,
        "what was finished is saved"
    );
}

#[test]
fn one_run_at_a_time() {
    let (_root, project) = measured();
    let _first = Store::open(&project, None).unwrap();
    assert!(matches!(Store::open(&project, None), Err(ProjectError::Busy)));
}

#[test]
fn an_output_folder_leaves_the_local_records_alone_and_gets_what_is_valid() {
    let (root, project) = measured();
    let before = fs::read_to_string(file(&project)).unwrap();
    let output = root.path().join("book/records/other");
    let mut store = Store::open(&project, Some(&output)).unwrap();
    let key = store.known().cells().next().unwrap().key.clone();
    store.show_known(&this_machine(), &key);
    store.save_all().unwrap();
    assert_eq!(Records::read(&output).unwrap().len(), 1);
    assert_eq!(fs::read_to_string(file(&project)).unwrap(), before);
}

#[test]
fn nothing_is_measured_twice() {
    let (root, project) = measured();
    let records = Records::read(&project.local()).unwrap();
    let planned = |corpus: &heapbook_engine::scenario::Corpus, request, records: &Records| {
        let plan = Plan::of_corpus(corpus, &request, &[python()], &this_machine(), records);
        (plan.cells(), plan.valid.len())
    };
    let unchanged = corpus(root.path());
    assert_eq!(planned(&unchanged, everything(), &records), (0, 2));
    let again = heapbook_engine::plan::Selection {
        remeasure: true,
        ..everything()
    };
    assert_eq!(planned(&unchanged, again, &records), (2, 0));
    let full = heapbook_engine::plan::Selection {
        effort: Effort::Full,
        ..everything()
    };
    assert_eq!(
        planned(&unchanged, full, &records),
        (2, 0),
        "a quick record never satisfies a full run"
    );

    let directory = root.path().join("scenarios/sample");
    let toml = fs::read_to_string(directory.join("scenario.toml")).unwrap();
    fs::write(
        directory.join("scenario.toml"),
        toml.replace("Q?", "Another question?"),
    )
    .unwrap();
    assert_eq!(
        planned(&corpus(root.path()), everything(), &records),
        (0, 2),
        "words are not measured"
    );
    fs::write(directory.join("workload.py"), "def one(n):\n    return n + 0\n").unwrap();
    assert_eq!(
        planned(&corpus(root.path()), everything(), &records),
        (2, 0),
        "code is"
    );

    let mut failed = records.clone();
    failed
        .cells_mut()
        .next()
        .unwrap()
        .errors
        .push(heapbook_engine::record::CellError {
            pass: heapbook_engine::record::Pass::Time,
            process: 0,
            kind: heapbook_engine::record::ErrorKind::Hang,
            message: String::new(),
        });
    assert_eq!(
        planned(&unchanged, everything(), &failed),
        (1, 1),
        "a failed cell is tried again"
    );
}
