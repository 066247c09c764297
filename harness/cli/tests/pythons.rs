//! Which Pythons are found, and which of them are refused; environments with what scenarios
//! require.

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use assert_cmd::Command as Heapbook;
use common::{LOCAL, Project, processes_of, pythons};
use predicates::str::contains;
use serde_json::{Value, json};

/// What `python3` names, by its own word.
fn python3() -> PathBuf {
    let output = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .output()
        .unwrap();
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}

/// A program in the project.
fn script(project: &Project, path: &str, text: &str) {
    project.write(path, &format!("#!/bin/sh\n{text}\n"));
    fs::set_permissions(project.path(path), fs::Permissions::from_mode(0o755)).unwrap();
}

/// A program that answers as an interpreter of this kind does.
fn fake(project: &Project, path: &str, implementation: &str, version: &str, free_threaded: bool) {
    let (major, rest) = version.split_once('.').unwrap();
    let (minor, _) = rest.split_once('.').unwrap();
    let answer = json!({
        "executable": project.path(path).to_str().unwrap().as_bytes(), "language": "python",
        "implementation": implementation, "version": version, "major": major.parse::<u32>().unwrap(),
        "minor": minor.parse::<u32>().unwrap(), "build": "a build", "free_threaded": free_threaded,
        "packages": {}
    });
    script(project, path, &format!("echo '{answer}'"));
}

fn link(project: &Project, path: &str, to: &Path) {
    fs::create_dir_all(project.path(path).parent().unwrap()).unwrap();
    symlink(to, project.path(path)).unwrap();
}

/// The binary where nothing is found but what lies in the project.
fn heapbook(project: &Project, arguments: &[&str]) -> Heapbook {
    let mut command = project.heapbook(arguments);
    command
        .env("HOME", project.root())
        .env("PATH", project.path("bin"))
        .env_remove("PYENV_ROOT")
        .env_remove("UV_PYTHON_INSTALL_DIR")
        .env_remove("XDG_DATA_HOME");
    command
}

fn listed(project: &Project, arguments: &[&str]) -> Vec<Value> {
    let command = [&["pythons", "--json"], arguments].concat();
    let run = heapbook(project, &command).assert();
    serde_json::from_slice(&run.get_output().stdout).unwrap()
}

fn at<'a>(listed: &'a [Value], path: &Path) -> &'a Value {
    let found = listed.iter().find(|one| one["path"] == path.to_str().unwrap());
    found.unwrap_or_else(|| panic!("{} is not among {listed:?}", path.display()))
}

#[test]
fn one_interpreter_under_many_names_is_found_once() {
    let project = Project::new();
    let real = python3();
    link(&project, "bin/python3", &real);
    link(&project, "bin/python3.11", &real);
    let wrapper = format!("printf 'hello '; echo there; exec {} \"$@\"", real.display());
    script(&project, "bin/python3.12", &wrapper);
    let found = listed(&project, &["--python", real.to_str().unwrap()]);
    let [one] = &found[..] else { panic!("{found:?}") };
    assert_eq!(one["measured"], true);
    assert_eq!(one["path"], real.to_str().unwrap());
    assert_eq!(one["found"], "named");
    assert_eq!(one["default"], true);
    let names = ["bin/python3", "bin/python3.11", "bin/python3.12"];
    let names = names.map(|name| project.path(name).to_str().unwrap().to_owned());
    assert_eq!(one["also"], json!(names));
}

#[test]
fn each_place_is_looked_at_and_each_refusal_says_why() {
    let project = Project::new();
    let real = python3();
    link(&project, "bin/python3", &real);
    link(&project, "bin/python3.13", &project.path("nowhere"));
    script(&project, "bin/python3.14", "echo 'no such version' >&2; exit 127");
    fake(&project, "bin/pypy3", "PyPy", "3.11.15", false);
    fake(&project, "bin/python3.16", "CPython", "3.16.0a2", false);
    script(&project, "bin/python3-config", "exit 1");
    fake(
        &project,
        ".pyenv/versions/3.10.13/bin/python",
        "CPython",
        "3.10.13",
        false,
    );
    fake(
        &project,
        ".local/share/uv/python/cpython-3.14t/bin/python3",
        "CPython",
        "3.14.2",
        true,
    );
    let made = Command::new(&real)
        .args(["-m", "venv", "--without-pip", ".venv"])
        .current_dir(project.root())
        .status();
    assert!(made.unwrap().success());
    let found = listed(&project, &[]);
    assert_eq!(found.len(), 8, "{found:?}");
    for (path, source, why) in [
        ("bin/python3.13", "on the PATH", "cannot be started (No such file"),
        (
            "bin/python3.14",
            "on the PATH",
            "(exit status: 127: no such version)",
        ),
        ("bin/pypy3", "on the PATH", "is PyPy 3.11.15, and heapbook"),
        (
            ".pyenv/versions/3.10.13/bin/python",
            "pyenv",
            "is CPython 3.10.13, which is too old",
        ),
        (
            ".local/share/uv/python/cpython-3.14t/bin/python3",
            "uv",
            "is a free-threaded build of CPython 3.14.2",
        ),
    ] {
        let one = at(&found, &project.path(path));
        assert_eq!(
            (&one["measured"], &one["found"]),
            (&json!(false), &json!(source)),
            "{one}"
        );
        let refused = one["refused"].as_str().unwrap();
        assert!(refused.contains(why), "{refused}");
        assert!(
            refused.contains("install an ordinary CPython, 3.11 or newer"),
            "{refused}"
        );
    }
    let environment = at(&found, &project.path(".venv/bin/python"));
    assert_eq!(environment["found"], "in this folder");
    assert_eq!(
        environment["environment"],
        project.path(".venv").to_str().unwrap()
    );
    let newer = at(&found, &project.path("bin/python3.16"));
    assert_eq!(
        (&newer["measured"], &newer["tried"]),
        (&json!(true), &json!(false))
    );
    let default = at(&found, &project.path("bin/python3"));
    assert_eq!(
        (&default["default"], &default["tried"]),
        (&json!(true), &json!(true))
    );
    heapbook(&project, &["pythons"])
        .assert()
        .code(0)
        .stdout(contains("CPython 3.16.0a2 (not tried)"))
        .stdout(contains("refused: `"));
}

#[test]
fn an_interpreter_that_hangs_is_ended_with_all_that_it_started() {
    let project = Project::new();
    let endless = format!("/bin/sh -c '/bin/sleep 1000; exit' {}", project.root().display());
    script(&project, "bin/python3", &format!("{endless} & {endless}"));
    heapbook(&project, &["pythons"])
        .assert()
        .code(1)
        .stdout(contains("has not said within 10 s what it is"));
    assert_eq!(processes_of(project.root()), Vec::<String>::new());
}

#[test]
fn all_pythons_are_the_newest_of_each_version() {
    let project = Project::new();
    for (number, python) in pythons().iter().enumerate() {
        let real = Command::new(python)
            .args(["-c", "import sys; print(sys.executable)"])
            .output()
            .unwrap();
        let real = String::from_utf8(real.stdout).unwrap();
        link(
            &project,
            &format!("folder{number}/python3"),
            Path::new(real.trim()),
        );
    }
    let folders = (0..pythons().len()).map(|number| project.path(&format!("folder{number}")));
    let path = std::env::join_paths(folders.chain([project.path("bin")])).unwrap();
    fake(&project, "bin/python3.9", "CPython", "3.9.18", false);
    let run = ["run", "--quick", "--all-pythons", "sums/python.build"];
    heapbook(&project, &run).env("PATH", path).assert().code(0);
    let cells = project.cells(LOCAL);
    let mut versions: Vec<&str> = cells
        .iter()
        .map(|cell| cell["runtime"]["version"].as_str().unwrap())
        .collect();
    versions.sort_unstable();
    versions.dedup();
    assert_eq!(versions.len(), pythons().len(), "{versions:?}");
    heapbook(&project, &run)
        .assert()
        .code(2)
        .stderr(contains("no Python of this machine can be measured"));
}

/// A scenario that requires a package, and one that does not; the package is found in a folder.
fn requiring() -> Project {
    let project = Project::new();
    let toml = "title = \"Tiny\"\nquestion = \"Which?\"\nsizes = [100, 1_000]\nheadline = 1_000\n\
        requires = [\"tiny\"]\n\n[python.make]\nsays = \"makes\"\n\n[python.other]\nsays = \"others\"\n";
    let workload = "import tiny\n\n\ndef make(n):\n    return len(tiny.make(n))\n\n\n\
        def other(n):\n    return len(tiny.make(n))\n";
    project.scenario("tiny", toml, workload);
    let wheel = "import sys, zipfile\n\
        with zipfile.ZipFile(sys.argv[1] + '/tiny-1.0-py3-none-any.whl', 'w') as wheel:\n\
        \x20   wheel.writestr('tiny.py', 'def make(n):\\n    return bytes(n)\\n')\n\
        \x20   info = 'tiny-1.0.dist-info/'\n\
        \x20   wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n')\n\
        \x20   tags = 'Root-Is-Purelib: true\\nTag: py3-none-any\\n'\n\
        \x20   wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: a test\\n' + tags)\n\
        \x20   wheel.writestr(info + 'RECORD', '')\n";
    fs::create_dir(project.path("wheels")).unwrap();
    let made = Command::new("python3")
        .args(["-c", wheel])
        .arg(project.path("wheels"))
        .status();
    assert!(made.unwrap().success());
    project
}

fn pins(project: &Project, folder: &str) {
    let folder = project.path(folder);
    let pins = format!("--no-index\n--find-links {}\ntiny==1.0\n", folder.display());
    project.write("scenarios/requirements.txt", &pins);
}

#[test]
fn an_environment_with_what_is_required_is_made_once() {
    let project = requiring();
    pins(&project, "wheels");
    let unfinished = "target/heapbook/environments/.making-1";
    project.write(&format!("{unfinished}/bin/python"), "");
    // The lesson before the one that needs it is measured first, so that it can be read meanwhile.
    project.write(
        "book/src/SUMMARY.md",
        "# Summary\n\n- [A](sums.md)\n- [B](tiny.md)\n",
    );
    let run = || project.heapbook(&["run", "--quick"]);
    let first = run().assert().code(0);
    let said = String::from_utf8_lossy(&first.get_output().stdout).into_owned();
    let place = |what| said.find(what).unwrap_or_else(|| panic!("{what} in {said}"));
    let made = place("Making an environment with tiny for CPython");
    assert!(
        place("4 of 4 cells measured") < made && made < place("tiny measured"),
        "{said}"
    );
    let required = "book/records/local/tiny.jsonl";
    for (file, packages) in [(required, json!({"tiny": "1.0"})), (LOCAL, Value::Null)] {
        let cells = project.cells(file);
        assert_eq!(cells.len(), 4);
        for cell in cells {
            assert_eq!(cell["runtime"]["packages"], packages, "{cell}");
        }
    }
    assert!(!project.path(unfinished).exists());
    let peak = project.cells(required)[0]["memory"]["processes"][0]["peak_bytes"].clone();
    assert_eq!(peak, 100 + 33);
    let again = run().assert().code(0);
    let said = String::from_utf8_lossy(&again.get_output().stdout).into_owned();
    assert!(
        !said.contains("environment") && said.contains("All 8 cells"),
        "{said}"
    );
}

#[test]
fn ctrl_c_ends_the_making_of_an_environment_and_keeps_what_was_measured_before() {
    let project = requiring();
    project.write(
        "book/src/SUMMARY.md",
        "# Summary\n\n- [A](sums.md)\n- [B](tiny.md)\n",
    );
    // An index that takes connections and never answers.
    let index = TcpListener::bind("127.0.0.1:0").unwrap();
    let pins = format!("--index-url http://{}\ntiny==1.0\n", index.local_addr().unwrap());
    project.write("scenarios/requirements.txt", &pins);
    let mut run = Command::new(assert_cmd::cargo::cargo_bin!("heapbook"))
        .current_dir(project.root())
        .args(["run", "--quick"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(run.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    assert!(lines.any(|line| line.contains("Making an environment with tiny")));
    let _waiting = index.accept().unwrap();
    let interrupted = Command::new("kill")
        .args(["-INT", &run.id().to_string()])
        .status();
    assert!(interrupted.unwrap().success());
    assert_eq!(run.wait().unwrap().code(), Some(130));
    drop(index);
    assert!(!lines.any(|line| line.contains("not measured: tiny")));
    assert_eq!(project.cells(LOCAL).len(), 4);
}

/// Up to 3.13 an interpreter of an environment finds its library from the folder that the
/// environment names.
#[test]
fn an_environment_of_a_link_names_the_folder_of_the_interpreter_itself() {
    let project = requiring();
    pins(&project, "wheels");
    let real = ["-c", "import os, sys; print(os.path.realpath(sys.executable))"];
    let real = Command::new("python3").args(real).output().unwrap();
    let real = PathBuf::from(String::from_utf8(real.stdout).unwrap().trim());
    symlink(&real, project.path("link")).unwrap();
    let mut run = project.heapbook(&["run", "--quick", "tiny", "--python", "./link"]);
    run.assert().code(0);
    let environments = fs::read_dir(project.path("target/heapbook/environments")).unwrap();
    let environment = environments.map(|entry| entry.unwrap().path()).next().unwrap();
    let settings = fs::read_to_string(environment.join("pyvenv.cfg")).unwrap();
    let home = format!("home = {}\n", real.parent().unwrap().display());
    assert!(settings.contains(&home), "{settings}");
}

#[test]
fn what_cannot_be_installed_is_not_measured_and_all_else_is() {
    let project = requiring();
    fs::create_dir(project.path("empty")).unwrap();
    let run = |arguments: &[&str], why: &str| {
        let mut run = project.heapbook(&[&["run", "--quick"], arguments].concat());
        let said = run.unwrap();
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(
            said.contains("not measured: tiny/python.make, python.other: CPython"),
            "{said}"
        );
        assert!(said.contains(why), "{said}");
        assert!(!project.path("book/records/local/tiny.jsonl").exists());
        let made = fs::read_dir(project.path("target/heapbook/environments"));
        assert_eq!(made.into_iter().flatten().count(), 0);
    };
    run(
        &[],
        "has no package tiny: scenarios/requirements.txt does not pin it: add a line such as tiny==1.0",
    );
    pins(&project, "empty");
    run(
        &["--remeasure"],
        "has no package tiny: pip could not install what scenarios/requirements.txt pins (",
    );
    assert_eq!(project.cells(LOCAL).len(), 4);
    let made = Command::new("python3")
        .args(["-m", "venv", "--without-pip", "own"])
        .current_dir(project.root())
        .status();
    assert!(made.unwrap().success());
    run(
        &["--python", "own/bin/python"],
        "a virtual environment is used as it is, so install it there",
    );
}
