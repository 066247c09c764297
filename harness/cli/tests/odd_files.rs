//! Paths, variables, numbers and files of a kind that nobody expects: each is used, or refused in a
//! sentence that names it. Nothing panics, hangs, or is written where it does not belong.

mod common;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use common::{LOCAL, Project, SCENARIO, WORKLOAD, pythons};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

const PROGRAM: &str = "def f(n):\n    return [0] * n\n";

/// A name that is no UTF-8.
fn no_text() -> OsString {
    OsStr::from_bytes(b"b\xffd").to_owned()
}

fn pipe(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_path_that_is_no_text_is_used_or_refused_in_a_sentence() {
    let project = Project::new();
    let folder = project.root().join(no_text());
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("app.py"), PROGRAM).unwrap();
    let in_folder = |arguments: &[&str]| {
        let mut command = project.heapbook(arguments);
        command.current_dir(&folder);
        command
    };
    in_folder(&["try", "[0] * n", "-n", "10"]).assert().code(0);
    for arguments in [
        ["try", "app.py:f", "-n", "10"],
        ["lines", "app.py:f", "-n", "10"],
        ["leaks", "app.py:f", "-n", "10"],
    ] {
        let run = in_folder(&arguments).assert().code(1);
        let output = run.get_output();
        let said = [output.stdout.as_slice(), &output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(said.contains("is not UTF-8: rename"), "{arguments:?}: {said}");
    }
    for command in ["try", "lines", "leaks"] {
        let mut run = project.heapbook(&[command]);
        run.arg(folder.join("app.py:f")).assert().code(2);
    }
    project
        .heapbook(&["run", "--quick", "--output"])
        .arg(folder.join("records"))
        .assert()
        .code(0);
    assert!(folder.join("records/sums.jsonl").is_file());
    for command in [&["compare"][..], &["export", "--format", "csv"]] {
        let mut run = project.heapbook(command);
        run.arg(folder.join("records"));
        if command[0] == "compare" {
            run.arg(folder.join("records"));
        }
        run.assert().code(0);
    }
    project
        .heapbook(&["try", "n", "-n", "10", "--svg"])
        .arg(folder.join("plot.svg"))
        .env("TMPDIR", &folder)
        .env("NO_TEXT", no_text())
        .assert()
        .code(0);
}

#[test]
fn a_project_and_an_interpreter_whose_paths_are_no_text() {
    let project = Project::new();
    let folder = project.root().join(no_text());
    for python in pythons() {
        // A virtual environment is found by the path that it is started with.
        let made = Command::new(&python)
            .args(["-m", "venv", "--without-pip"])
            .arg(project.path("venv"))
            .status();
        assert!(made.unwrap().success());
        fs::rename(project.path("venv"), &folder).unwrap();
        project
            .heapbook(&["try", "n", "-n", "10", "--python"])
            .arg(folder.join("bin/python3"))
            .assert()
            .code(0);
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir(&folder).unwrap();
    for part in ["book", "scenarios"] {
        fs::rename(project.root().join(part), folder.join(part)).unwrap();
    }
    let run = |arguments: &[&str], code| {
        let run = project.heapbook(arguments).arg("--root").arg(&folder).assert();
        String::from_utf8(run.code(code).get_output().stderr.clone()).unwrap()
    };
    run(&["list"], 0);
    run(&["book"], 0);
    let said = run(&["run", "--quick"], 1);
    assert!(said.contains("is not UTF-8: rename"), "{said}");
}

#[test]
fn a_variable_that_is_no_text_stops_no_command() {
    let project = Project::new();
    for arguments in [&["list"][..], &["run", "--quick"], &["book"], &["check"]] {
        project
            .heapbook(arguments)
            .env("NO_TEXT", no_text())
            .assert()
            .code(0);
    }
    project.heapbook(&["book"]).env(no_text(), "1").assert().code(0);
    // Those that mdBook reads still count.
    project
        .heapbook(&["book"])
        .env("MDBOOK_BUILD__BUILD_DIR", "../target/elsewhere")
        .assert()
        .code(0);
    assert!(project.path("target/elsewhere/sums.html").is_file());
}

#[test]
fn the_largest_and_smallest_numbers_are_taken_or_refused() {
    let project = Project::new();
    project.write("app.py", PROGRAM);
    let (most, signed) = (u64::MAX.to_string(), i64::MAX.to_string());
    for deadline in [&most, &signed] {
        project
            .heapbook(&["try", "n", "-n", "10", "--deadline", deadline])
            .assert()
            .code(0);
    }
    for arguments in [
        &[
            "leaks",
            "app.py:f",
            "-n",
            "1",
            "--calls",
            "20",
            "--at-most",
            &most,
        ][..],
        &["try", "n", "-n", "1e12"],
        &["try", "n", "-n", "1..1e12", "--memory-cap", "16777215T"],
        &["run", "--quick", "--jobs", "1000"],
        &["run", "--quick", "--jobs", &most, "--remeasure"],
        &["run", "--quick", "--shard", "1/4294967295"],
    ] {
        project.heapbook(arguments).assert().code(0);
    }
    for arguments in [
        &["try", "n", "--deadline", "18446744073709551616"][..],
        &["try", "n", "--deadline", "0"],
        &["try", "n", "--memory-cap", "16777216T"],
        &["try", "n", "--memory-cap", "0"],
        &["try", "n", "-n", "1e300"],
        &["leaks", "app.py:f", "--calls", "0"],
        &["run", "--jobs", "0"],
        &["run", "--shard", "18446744073709551616/1"],
    ] {
        project.heapbook(arguments).assert().code(2);
    }
}

#[test]
fn a_deadline_is_for_one_call() {
    let project = Project::new();
    // Calls that never agree, so that as many are made as ever: several times the deadline.
    let program = "import time\nKEPT = []\n\n\ndef f(n):\n    time.sleep(0.3)\n    KEPT.append([0] * 1000 * len(KEPT))\n";
    project.write("app.py", program);
    project
        .heapbook(&["lines", "app.py:f", "--deadline", "2"])
        .assert()
        .code(0);
    // One that writes as if calls had ended is ended all the same.
    let wild = "import os\n\n\ndef f(n):\n    while True:\n        for pipe in range(3, 20):\n            try:\n                os.write(pipe, b'\\n')\n            except OSError:\n                pass\n";
    project.write("app.py", wild);
    project
        .heapbook(&["lines", "app.py:f", "--deadline", "1"])
        .assert()
        .code(1)
        .stderr(contains("no answer within 1 s"));
}

#[test]
fn a_module_of_the_users_named_like_pythons_own_disturbs_nothing() {
    let wild = "raise SystemExit('the wrong module')\n";
    for python in pythons() {
        let python = python.to_str().unwrap();
        let project = Project::new();
        for name in [
            "types",
            "json",
            "dis",
            "platform",
            "traceback",
            "gc",
            "heapbook_probe",
            "tracemalloc",
        ] {
            for folder in ["", "scenarios/sums/", "code/"] {
                project.write(&format!("{folder}{name}.py"), wild);
            }
        }
        project.write("code/app.py", PROGRAM);
        let folder = project.path("code");
        for arguments in [
            &["try", "[0] * n", "-n", "10"][..],
            &["try", "code/app.py:f", "-n", "10"],
            &["lines", "code/app.py:f", "-n", "10"],
            &["leaks", "code/app.py:f", "-n", "10", "--calls", "20"],
            &["run", "--quick"],
        ] {
            let run = project
                .heapbook(arguments)
                .args(["--python", python])
                .env("PYTHONPATH", &folder)
                .assert();
            run.code(0).stderr(contains("wrong module").not());
        }
    }
}

/// Runs `check`, `list` and `run`, which must say this and a file's name.
fn finds(project: &Project, file: &str, words: &str) {
    project
        .heapbook(&["check"])
        .assert()
        .code(1)
        .stdout(contains("finding"))
        .stderr(contains(words).and(contains(file)));
    for arguments in [&["list"][..], &["run", "--quick", "no-such"]] {
        let run = project.heapbook(arguments).assert();
        run.stderr(contains(words).and(contains(file)));
    }
}

#[test]
fn a_scenario_file_that_cannot_be_read_is_found() {
    let at = "scenarios/sums/scenario.toml";
    let fresh = || {
        let project = Project::new();
        project.scenario("more", SCENARIO, WORKLOAD);
        fs::remove_file(project.path(at)).unwrap();
        project
    };
    let project = fresh();
    finds(&project, "scenarios/sums", "the directory has no scenario.toml");
    fs::create_dir(project.path(at)).unwrap();
    finds(&project, at, "it is a folder");
    fs::remove_dir(project.path(at)).unwrap();
    pipe(&project.path(at));
    finds(&project, at, "it is a pipe");
    for name in ["Scenario.toml", "SCENARIO.TOML", "scenario.tml", "scenarios.toml"] {
        let project = fresh();
        project.write(&format!("scenarios/sums/{name}"), SCENARIO);
        finds(
            &project,
            name,
            "is not read: a scenario's file is named scenario.toml",
        );
    }
    let project = fresh();
    fs::write(project.path(at), b"title = \"\xff\"\n").unwrap();
    finds(&project, at, "it is not UTF-8 text");
    let project = fresh();
    symlink("nowhere", project.path(at)).unwrap();
    finds(&project, at, "cannot be read");
    // The mark that some editors put first is no mistake.
    let project = fresh();
    project.write(at, &format!("\u{feff}{SCENARIO}"));
    project.heapbook(&["check"]).assert().code(0);
}

#[test]
fn a_pipe_is_found_and_never_waited_for() {
    for (path, on_stdout) in [
        ("scenarios/sums/workload.rs", false),
        ("scenarios/sums/data.bin", false),
        ("book/src/plot.svg", true),
        ("book/src/deep/lost.md", true),
    ] {
        let project = Project::new();
        pipe(&project.path(path));
        let run = project.heapbook(&["check"]).assert().code(1);
        let output = run.get_output();
        let said = String::from_utf8_lossy(if on_stdout { &output.stdout } else { &output.stderr });
        assert!(
            said.contains("it is a pipe") && said.contains(path),
            "{path}: {said}"
        );
        if on_stdout {
            project
                .heapbook(&["book"])
                .assert()
                .code(2)
                .stderr(contains(path));
        }
    }
    for path in ["book/records/sums.jsonl", "book/book.toml", "book/src/SUMMARY.md"] {
        let project = Project::new();
        let _ = fs::remove_file(project.path(path));
        pipe(&project.path(path));
        for command in ["check", "book"] {
            let run = project.heapbook(&[command]).assert();
            assert!(matches!(run.get_output().status.code(), Some(1 | 2)), "{path}");
        }
    }
}

#[test]
fn a_page_that_is_not_there_is_found_and_not_made() {
    for page in [
        "gone.md",
        "deep/gone.md",
        "../../outside.md",
        "/tmp/heapbook-outside.md",
        "sums",
    ] {
        let project = Project::new();
        project.write("outside.md", "# Outside\n");
        fs::create_dir_all(project.path("book/src/sums")).unwrap();
        let summary = format!("# Summary\n\n- [Sums](sums.md)\n  - [Gone]({page})\n");
        project.write("book/src/SUMMARY.md", &summary);
        let words = "SUMMARY.md names it, and it";
        project
            .heapbook(&["check"])
            .assert()
            .code(1)
            .stdout(contains(words).and(contains(page)));
        project
            .heapbook(&["book"])
            .assert()
            .code(2)
            .stderr(contains(words).and(contains(page)));
        assert_eq!(
            project.names("book/src"),
            ["SUMMARY.md", "sums", "sums.md"],
            "{page}"
        );
        assert_eq!(project.names(""), ["book", "outside.md", "scenarios"], "{page}");
        assert!(!Path::new("/tmp/heapbook-outside.md").exists());
    }
    // A folder that leads back to itself is not walked for ever.
    let project = Project::new();
    symlink(".", project.path("book/src/one")).unwrap();
    symlink("..", project.path("book/src/two")).unwrap();
    project.heapbook(&["check"]).assert().code(0);
}

#[test]
fn a_linked_records_file_stays_a_link_and_a_read_only_one_stays_as_it_is() {
    let project = Project::new();
    project.write("kept/mine.jsonl", "");
    fs::remove_file(project.path("kept/mine.jsonl")).unwrap();
    project.heapbook(&["run", "--quick"]).assert().code(0);
    let there = project.path("kept/mine.jsonl");
    fs::rename(project.path(LOCAL), &there).unwrap();
    symlink(&there, project.path(LOCAL)).unwrap();
    let before = project.read("kept/mine.jsonl");
    project
        .heapbook(&["run", "--quick", "--remeasure"])
        .assert()
        .code(0);
    assert!(fs::symlink_metadata(project.path(LOCAL)).unwrap().is_symlink());
    assert_ne!(project.read("kept/mine.jsonl"), before);
    assert_eq!(project.names("kept"), ["mine.jsonl"]);

    let refused = |words: &str| {
        let before = project.read("kept/mine.jsonl");
        project
            .heapbook(&["run", "--quick", "--remeasure"])
            .assert()
            .code(2)
            .stdout(contains("measured").not())
            .stderr(contains(LOCAL).and(contains(words)));
        assert_eq!(project.read("kept/mine.jsonl"), before);
    };
    fs::set_permissions(&there, fs::Permissions::from_mode(0o444)).unwrap();
    refused("it is read-only");
    fs::remove_file(project.path(LOCAL)).unwrap();
    symlink("nowhere", project.path(LOCAL)).unwrap();
    refused("No such file");
    fs::remove_file(project.path(LOCAL)).unwrap();
    fs::create_dir(project.path(LOCAL)).unwrap();
    refused("it is a folder");
    // A file in the place of the folder.
    fs::remove_dir(project.path(LOCAL)).unwrap();
    project
        .heapbook(&["run", "--quick", "--output", "kept/mine.jsonl"])
        .assert()
        .code(2)
        .stderr(contains("kept/mine.jsonl"));
}
