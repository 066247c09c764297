//! Nothing in a record says who measured.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Project, SCENARIO, WORKLOAD};
use serde_json::Value;

/// The user in this test, and with it the user's home.
const USER: &str = "heapbookreader";

/// The interpreter itself: a version manager's wrapper looks for itself in the home, which is
/// another here.
fn interpreter() -> String {
    let output = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// All texts of a JSON value, keys included, with the place of each.
fn texts(place: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((place.to_owned(), text.clone())),
        Value::Array(values) => values.iter().for_each(|value| texts(place, value, found)),
        Value::Object(entries) => {
            for (key, value) in entries {
                found.push((place.to_owned(), key.clone()));
                texts(&format!("{place}/{key}"), value, found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_fresh_records_file_names_no_user_no_home_and_no_host() {
    let project = Project::new();
    let home = project.path(USER);
    let checkout: PathBuf = home.join("work");
    fs::create_dir_all(&checkout).unwrap();
    for folder in ["book", "scenarios"] {
        fs::rename(project.path(folder), checkout.join(folder)).unwrap();
    }
    // A failure brings a traceback, which names files.
    let broken = checkout.join("scenarios/broken");
    fs::create_dir_all(&broken).unwrap();
    fs::write(broken.join("scenario.toml"), SCENARIO.replace("Sums", "Broken")).unwrap();
    fs::write(broken.join("workload.py"), WORKLOAD.replace("sum([", "sums([")).unwrap();
    project
        .heapbook(&["run", "--quick", "--python", &interpreter(), "--root"])
        .arg(&checkout)
        .env("HOME", &home)
        .env("USER", USER)
        .env("LOGNAME", USER)
        .assert()
        .code(1);

    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let file = "book/records/local/broken.jsonl";
    let text = fs::read_to_string(checkout.join(file)).unwrap();
    assert!(text.contains("NameError"), "{file} holds the failure");
    assert!(
        text.contains("scenarios/broken/workload.py"),
        "{file} names the workload as the project does"
    );
    assert!(!text.contains(USER), "{file}");
    assert!(!text.contains(&*home.to_string_lossy()), "{file}");
    assert_no_host(host.trim(), Path::new(file), &text);
}

/// A host may be called as its system or processor is; those fields are what they are whatever it
/// is called.
fn assert_no_host(host: &str, file: &Path, text: &str) {
    let mut found = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter() {
        texts("", &value.unwrap(), &mut found);
    }
    assert!(!found.is_empty());
    let named = found.iter().find(|(place, text)| {
        let is_system = [
            "os",
            "kernel",
            "cpu",
            "allocator",
            "architecture",
            "build",
            "flags",
        ]
        .iter()
        .any(|field| place.ends_with(field));
        let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
        !is_system && !host.is_empty() && words.any(|word| word == host)
    });
    assert_eq!(named, None, "{}", file.display());
}
