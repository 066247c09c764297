//! Nothing from a program, a scenario, a record or the command line acts on a terminal, or turns
//! what a browser shows: control characters and marks of direction are shown as escapes.

mod common;

use common::{LOCAL, Project, REFERENCE, WORKLOAD};

/// Sets the clipboard, rings, goes back to the line's start, colours, hides, and turns the text.
const WILD: &str = "\u{1b}]52;c;eA==\u{7}\r\u{9b}31m\u{1b}[8m\u{7f}\u{202e}\u{2066}\u{200b}";

/// The same as a literal of Python's, of TOML's or of JSON's.
const AS_LITERAL: &str = "\\u001b]52;c;eA==\\u0007\\r\\u009b31m\\u001b[8m\\u007f\\u202e\\u2066\\u200b";

/// Whether a character would act, or turn what follows. Written beside the code that is tested.
fn acts(character: char) -> bool {
    let is_control = character.is_control() && character != '\n' && character != '\t';
    is_control || "\u{200b}\u{202e}\u{2066}".contains(character)
}

/// Runs a command and gives what it printed on both streams, which must hold nothing that acts
/// but for styles where they are asked for.
fn printed(project: &Project, arguments: &[&str]) -> (String, String) {
    let run = project.heapbook(arguments).output().unwrap();
    let [stdout, stderr] = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    for text in [&stdout, &stderr] {
        let found: Vec<char> = text.chars().filter(|letter| acts(*letter)).collect();
        assert!(found.is_empty(), "{arguments:?}: {found:?} in {text:?}");
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
    // A records file from elsewhere says what it likes of the processor.
    let model = project.lines(REFERENCE)[0]["machines"].to_string();
    let named = model.split_once("\"cpu\":\"").expect(&model).1;
    let cpu = named.split('"').next().unwrap();
    let wild = project.read(REFERENCE).replace(cpu, AS_LITERAL);
    project.write(REFERENCE, &wild);
    project.write(
        LOCAL,
        &wild.replace("\"peak_bytes\":", &format!("\"{AS_LITERAL}\":1,\"peak_bytes\":")),
    );
    for arguments in [
        vec!["list"],
        vec!["list", "--json"],
        vec!["check"],
        vec!["check", "--json"],
        vec!["run", "--quick", "--remeasure"],
        vec!["compare", "book/records", "book/records/local"],
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
