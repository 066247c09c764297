//! Nothing from a program, a scenario, a record or the command line acts on a terminal, or turns
//! what a browser shows: control characters and marks of direction are shown as escapes. Nor does
//! it begin a line, which a reader would take for the program's own.

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use common::{LOCAL, Project, REFERENCE, WORKLOAD};

/// Sets the clipboard, rings, goes back to the line's start, colours, hides, turns the text, and
/// writes a line of its own.
const WILD: &str = "\u{1b}]52;c;eA==\u{7}\r\u{9b}31m\u{1b}[8m\u{7f}\u{202e}\u{2066}\u{200b}\u{2028}\nFORGED";

/// The same as a literal of Python's, of TOML's or of JSON's.
const AS_LITERAL: &str =
    "\\u001b]52;c;eA==\\u0007\\r\\u009b31m\\u001b[8m\\u007f\\u202e\\u2066\\u200b\\u2028\\nFORGED";

/// Whether a character would act, or turn what follows. Written beside the code that is tested.
fn acts(character: char) -> bool {
    let is_control = character.is_control() && character != '\n' && character != '\t';
    is_control || "\u{200b}\u{202e}\u{2066}\u{2028}".contains(character)
}

/// Runs a command and gives what it printed on both streams, which must hold nothing that acts
/// but for styles where they are asked for.
fn printed(project: &Project, arguments: &[&str]) -> (String, String) {
    let run = project.heapbook(arguments).output().unwrap();
    let [stdout, stderr] = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    for text in [&stdout, &stderr] {
        let found: Vec<char> = text.chars().filter(|letter| acts(*letter)).collect();
        assert!(found.is_empty(), "{arguments:?}: {found:?} in {text:?}");
        // CSV quotes a line break, and code in Markdown stands between fences.
        let is_forged = text.lines().any(|line| line.starts_with("FORGED"));
        let may_break = ["--csv", "csv", "--markdown"]
            .iter()
            .any(|form| arguments.contains(form));
        assert!(may_break || !is_forged, "{arguments:?}: {text}");
    }
    let is_usage = stderr.contains("Usage:") && !arguments.contains(&WILD);
    assert!(
        !is_usage && run.status.code() != Some(101),
        "{arguments:?}: {stderr}"
    );
    (stdout, stderr)
}

#[test]
fn what_a_program_raises_returns_or_prints_is_shown() {
    let project = Project::new();
    let raises = format!("1 if n < 0 else (_ for _ in ()).throw(ValueError('{AS_LITERAL}'))");
    let returns = format!("'{AS_LITERAL}'");
    let dies = format!("__import__('os').write(2, '{AS_LITERAL}'.encode()) and __import__('os')._exit(3)");
    for form in [None, Some("--markdown"), Some("--csv"), Some("--json")] {
        for program in [&raises, &returns, &dies] {
            let mut arguments = vec!["try", "-n", "10", program];
            arguments.extend(form);
            let (stdout, stderr) = printed(&project, &arguments);
            assert!(
                form.is_some() || format!("{stdout}{stderr}").contains("]52;"),
                "{stdout}{stderr}"
            );
        }
    }
    let code = format!("def bad(n):\n    raise ValueError('{AS_LITERAL}')\n");
    project.write("app.py", &code);
    for command in ["lines", "leaks"] {
        let (_, stderr) = printed(&project, &[command, "app.py:bad"]);
        assert!(stderr.contains("\\x1b]52;c;eA==\\x07\\x0d\\x9b31m"), "{stderr}");
        assert!(stderr.contains("\\u202e"), "{stderr}");
        assert!(stderr.lines().count() > 2, "line breaks stay: {stderr}");
    }
    // The text itself, in a listing.
    project.write(
        "app.py",
        &format!("def good(n):\n    return '\u{202e}\u{1b}'  # {}\n", "\u{9b}"),
    );
    let (stdout, _) = printed(&project, &["lines", "app.py:good", "--color", "never"]);
    assert!(stdout.contains("'\\u202e\\x1b'  # \\x9b"), "{stdout}");
}

#[test]
fn what_the_command_line_holds_is_shown() {
    let project = Project::new();
    for arguments in [
        vec![WILD],
        vec!["run", WILD],
        vec!["run", "--output", WILD, "--jobs", WILD],
        vec!["try", "-n", WILD, "n"],
        vec!["try", WILD],
        vec!["try", "n", "--python", WILD],
        vec!["lines", WILD],
        vec!["new", WILD],
        vec!["compare", WILD, WILD],
        vec!["export", "--format", "csv", WILD],
        vec!["list", "--root", "/\u{1b}]52;c;eA==\u{7}\u{202e}"],
        vec!["exercise", WILD],
    ] {
        let (stdout, stderr) = printed(&project, &arguments);
        assert!(
            format!("{stdout}{stderr}").contains("]52;"),
            "{arguments:?}: {stdout}{stderr}"
        );
    }
}

#[test]
fn what_scenarios_and_records_hold_is_shown_in_print_and_in_the_book() {
    let project = Project::new();
    let scenario = common::SCENARIO
        .replace("Which one?", AS_LITERAL)
        .replace("builds a list", AS_LITERAL)
        .replace("The list needs more.", AS_LITERAL);
    project.scenario("sums", &scenario, WORKLOAD);
    project.page(
        "# Sums\n\n{{#table sums}}\n\n{{#claim sums list-is-larger}}\n\n{{#listing sums python.build}}\n",
    );
    project.measure_reference();
    // A records file from elsewhere says what it likes of machine and runtime.
    let head = project.lines(REFERENCE).remove(0);
    let machine = head["machines"].as_object().unwrap().values().next().unwrap();
    let runtime = project.cells(REFERENCE).remove(0)["runtime"].clone();
    let mut wild = project.read(REFERENCE);
    for text in [
        &machine["cpu"],
        &machine["kernel"],
        &machine["allocator"],
        &runtime["build"],
        &runtime["version"],
    ] {
        wild = wild.replace(&text.to_string(), &format!("\"{AS_LITERAL}\""));
    }
    project.write(REFERENCE, &wild);
    let id = head["machines"].as_object().unwrap().keys().next().unwrap();
    project.write("elsewhere.jsonl", &wild.replace(id, "0123456789ab"));
    project.write(
        LOCAL,
        &wild.replace("\"peak_bytes\":", &format!("\"{AS_LITERAL}\":1,\"peak_bytes\":")),
    );
    for arguments in [
        vec!["list"],
        vec!["list", "--json"],
        vec!["list", "--markdown"],
        vec!["list", "--csv"],
        vec!["publish"],
        vec!["merge", REFERENCE, "elsewhere.jsonl", "--output", WILD],
        vec!["check"],
        vec!["check", "--json"],
        vec!["run", "--quick", "--remeasure"],
        vec!["compare", "book/records", "book/records/local"],
        vec!["compare", "book/records", "elsewhere.jsonl"],
        vec!["compare", "book/records", "book/records", "--all"],
        vec!["compare", "book/records", "book/records/local", "--json"],
        vec!["compare", "book/records", "book/records/local", "--markdown"],
        vec!["export", "--format", "csv"],
        vec!["export", "--format", "json"],
        vec!["book"],
    ] {
        let (stdout, _) = printed(&project, &arguments);
        if arguments.contains(&"--json") || arguments.contains(&"json") {
            serde_json::from_str::<serde_json::Value>(&stdout).expect("JSON stays JSON");
        }
    }
    let (listed, _) = printed(&project, &["list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["question"], WILD, "its meaning is the same");
    let page = project.read("target/book/sums.html");
    let found: Vec<char> = page.chars().filter(|letter| acts(*letter)).collect();
    assert!(found.is_empty(), "{found:?}");
    assert!(page.contains("u202e"), "it is shown");
}

#[test]
fn mistakes_in_a_scenario_keep_their_colours_alone() {
    let project = Project::new();
    let wild = format!("title = \"Sums\"\nquestion = 1 # \u{202e}\n\"{AS_LITERAL}\" = 1\n");
    project.scenario("sums", &wild, WORKLOAD);
    let run = project
        .heapbook(&["check", "--color", "always"])
        .output()
        .unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains("\u{1b}["), "styles of ours: {said:?}");
    let mut rest = String::new();
    for part in said.split('\u{1b}') {
        // What follows is a colour, and nothing else.
        let (style, text) = part.split_once('m').unwrap_or(("", part));
        let is_style = style.strip_prefix('[').is_some_and(|style| {
            style
                .chars()
                .all(|letter| letter.is_ascii_digit() || letter == ';')
        });
        rest.push_str(if is_style { text } else { part });
    }
    assert!(!rest.contains(acts), "{rest:?}");
    // The same for help, which is styled, and for a scenario's name.
    let help = project
        .heapbook(&["--help", "--color", "always"])
        .output()
        .unwrap();
    assert!(help.status.success());
    project.scenario(WILD, common::SCENARIO, WORKLOAD);
    printed(&project, &["check"]);
    printed(&project, &["list"]);
}

#[test]
fn what_an_interpreter_or_a_package_is_called_is_shown() {
    let project = Project::new();
    let itself = serde_json::to_string(project.path("bin/fake").to_str().unwrap().as_bytes()).unwrap();
    let answer = format!(
        "{{\"executable\": {itself}, \"language\": \"python\", \"implementation\": \"CPython\", \"version\": \"3.13.0{AS_LITERAL}\", \
         \"major\": 3, \"minor\": 13, \"build\": \"{AS_LITERAL}\", \"free_threaded\": false, \"packages\": {{}}}}"
    );
    let mut found = vec!["pythons"];
    let pythons = [
        (answer, "bin/fake"),
        (AS_LITERAL.to_owned(), "bin/raw"),
        (WILD.to_owned(), WILD),
    ];
    let pythons = pythons.map(|(says, path)| {
        let text = format!("#!/bin/sh\nprintf '%s' '{says}'; printf '%s' '{WILD}' >&2\n");
        project.write(path, &text);
        fs::set_permissions(project.path(path), fs::Permissions::from_mode(0o755)).unwrap();
        project.path(path).to_str().unwrap().to_owned()
    });
    for python in &pythons {
        for command in [vec!["run", "--quick"], vec!["try", "n", "-n", "10"]] {
            printed(
                &project,
                &[&command[..], &["--deadline", "1", "--python", python]].concat(),
            );
        }
        found.extend(["--python", python]);
    }
    let (stdout, _) = printed(&project, &found);
    let row = stdout
        .lines()
        .find(|line| line.starts_with("CPython 3.13.0\\x1b]52;"));
    assert!(row.is_some(), "{stdout}");
    printed(&project, &[&found[..], &["--json"]].concat());
    let requires = format!("headline = 1_000\nrequires = [\"{AS_LITERAL}\", \"tiny\"]");
    project.scenario(
        "sums",
        &common::SCENARIO.replace("headline = 1_000", &requires),
        WORKLOAD,
    );
    project.write(
        "scenarios/requirements.txt",
        &format!("--no-index\ntiny==1 # {WILD}\n{WILD}==1\n"),
    );
    printed(&project, &["run", "--quick"]);
    printed(&project, &["check"]);
}

#[test]
fn what_a_file_is_called_is_shown() {
    let project = Project::new();
    let file = format!("{WILD}.py");
    project.write(
        &file,
        "def load(n):\n    return [0] * n\n\n\ndef leak(n, kept=[]):\n    kept.append(bytes(999))\n",
    );
    let program = |name: &str| format!("{file}:{name}");
    for (command, name) in [
        ("try", "load"),
        ("lines", "load"),
        ("leaks", "leak"),
        ("leaks", "missing"),
    ] {
        let (stdout, stderr) = printed(&project, &[command, &program(name)]);
        assert!(
            format!("{stdout}{stderr}").contains("]52;"),
            "{command}: {stdout}{stderr}"
        );
    }
    printed(&project, &["lines", &file]);
    project.write(&format!("book/src/{WILD}.md"), "# 512 MiB\n");
    project.write(&format!("book/records/{WILD}.jsonl"), "{}\n");
    for arguments in [
        vec!["check"],
        vec!["list"],
        vec!["book"],
        vec!["export", "--format", "json"],
    ] {
        printed(&project, &arguments);
    }
    fs::remove_file(project.path(&format!("book/records/{WILD}.jsonl"))).unwrap();
    let summary = "# Summary\n\n- [Sums](sums.md)\n- [Wild](<\u{1b}]52;c\u{202e}.md>)\n";
    project.write("book/src/SUMMARY.md", summary);
    let (stdout, stderr) = printed(&project, &["check"]);
    assert!(stdout.contains("]52;"), "{stdout} {stderr}");
    printed(&project, &["book"]);
}

#[test]
fn an_answer_to_an_exercise_is_shown() {
    let project = Project::new();
    let exercise = format!(
        "{}\n[exercise.python]\ntask = \"{AS_LITERAL}\"\nmetric = \"peak\"\nat_most = 1000\nn = 100\nhints = [\"{AS_LITERAL}\"]\nwhy = \"{AS_LITERAL}\"\n",
        common::SCENARIO
    );
    project.scenario("sums", &exercise, WORKLOAD);
    project.write(
        "scenarios/sums/exercise.py",
        "def solve(data):\n    return str(data) * 999\n",
    );
    project.write("scenarios/sums/data.py", "def data(n):\n    return n\n");
    project.write(
        "scenarios/sums/solution.py",
        &format!("def solve(data):\n    return str(data)  # {}\n", "\u{1b}[2J"),
    );
    for command in ["start", "list", "hint"] {
        printed(&project, &["exercise", command]);
    }
    for body in [
        format!("return '{AS_LITERAL}'"),
        format!("raise ValueError('{AS_LITERAL}')"),
    ] {
        project.write(
            "workbook/sums/exercise.py",
            &format!("def solve(data):\n    {body}\n"),
        );
        let (stdout, stderr) = printed(&project, &["exercise", "check"]);
        assert!(stdout.contains("]52;"), "{stdout} {stderr}");
    }
    printed(&project, &["exercise", "solution", "sums"]);
}
