//! Runs that are killed, meet each other, or meet a full disk: nothing that was finished is lost,
//! and the next run goes on where the last one stopped.

mod common;

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{Project, SCENARIO, WORKLOAD, processes_of, said, workers_started};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;

/// Starts a quick run of the binary in the background.
fn start(project: &Project) -> Child {
    Command::new(assert_cmd::cargo::cargo_bin!("heapbook"))
        .current_dir(project.root())
        .args(["run", "--quick"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until `found` gives something.
fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + Duration::from_secs(120);
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < until, "{what} never came");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// How many whole lines the journal has.
fn journal_lines(project: &Project) -> usize {
    fs::read_to_string(project.path("target/heapbook/journal.jsonl"))
        .map_or(0, |text| text.matches('\n').count())
}

/// Kills the run with SIGKILL, which it cannot answer, and waits for its workers to end with it.
fn kill(project: &Project, mut run: Child) {
    run.kill().unwrap();
    run.wait().unwrap();
    wait_for("the end of the workers", || {
        processes_of(project.root()).is_empty().then_some(())
    });
}

/// The published records, which are whole, or none.
fn published(project: &Project) -> Option<Value> {
    let text = fs::read_to_string(project.path("book/records/local.json")).ok()?;
    Some(serde_json::from_str(&text).expect("the file is whole"))
}

#[test]
fn killed_at_any_moment_a_run_goes_on_where_it_stopped() {
    let project = Project::new();
    project.scenario("more", SCENARIO, WORKLOAD);
    // Before the first cell is finished; after one; in the middle of a scenario; in the last one.
    for lines in [0, 1, 3, 6] {
        let run = start(&project);
        if lines == 0 {
            wait_for("a worker", || {
                (!processes_of(project.root()).is_empty()).then_some(())
            });
        } else {
            wait_for("a line of the journal", || {
                (journal_lines(&project) >= lines).then_some(())
            });
        }
        kill(&project, run);
        published(&project);
    }
    let kept = journal_lines(&project);
    assert!((6..8).contains(&kept), "{kept}");
    // Killed while it wrote: the line has no end.
    let journal = project.path("target/heapbook/journal.jsonl");
    let mut text = fs::read_to_string(&journal).unwrap();
    text.push_str("{\"machine\":{\"os\":\"li");
    fs::write(&journal, text).unwrap();
    // What a run leaves that was killed while it published, and while it measured.
    project.write("book/records/.heapbook-local.json-x1", "{\"schema\":1,");
    let again = said(&project, &["run", "--quick"]);
    assert!(
        again.contains(&format!(
            "{} cells to measure, {kept} have a valid record.",
            8 - kept
        )),
        "{again}"
    );
    assert_eq!(journal_lines(&project), 8, "each cell was measured once");
    assert_eq!(published(&project).unwrap()["cells"].as_array().unwrap().len(), 8);
    assert_eq!(project.names("target/heapbook"), ["journal.jsonl", "lock"]);
    assert_eq!(project.names("book/records"), ["local.json"]);
    let last = said(&project, &["run", "--quick"]);
    assert_eq!(workers_started(&last), 0, "{last}");
}

#[test]
fn a_second_run_is_refused_while_one_is_measuring() {
    let project = Project::new();
    let slow = WORKLOAD.replace("    return", "    import time; time.sleep(3600)\n    return");
    project.scenario("sums", SCENARIO, &slow);
    let first = start(&project);
    wait_for("a worker", || {
        (!processes_of(project.root()).is_empty()).then_some(())
    });
    project
        .heapbook(&["run", "--quick"])
        .assert()
        .code(2)
        .stderr(contains("another heapbook run is measuring here").and(contains("wait for its end")));
    assert!(
        !processes_of(project.root()).is_empty(),
        "the first is not disturbed"
    );
    // Looking is always allowed.
    project.heapbook(&["list"]).assert().code(0);
    kill(&project, first);
    project.scenario("sums", SCENARIO, WORKLOAD);
    project.heapbook(&["run", "--quick"]).assert().code(0);
}

#[test]
fn a_full_disk_is_said_and_costs_nothing_that_was_written() {
    let project = Project::new();
    project.heapbook(&["run", "--quick"]).assert().code(0);
    let before = project.read("book/records/local.json");
    let size = fs::metadata(project.path("target/heapbook/journal.jsonl"))
        .unwrap()
        .len();
    project.scenario("more", SCENARIO, WORKLOAD);
    // No file may grow beyond a little more than the journal has: the limit that the shell sets
    // acts as a full disk does, once its signal is ignored.
    let script = format!(
        "trap '' XFSZ; ulimit -f {}; exec \"$0\" run --quick",
        size / 512 + 1
    );
    let run = Command::new("sh")
        .current_dir(project.root())
        .args(["-c", &script])
        .arg(assert_cmd::cargo::cargo_bin!("heapbook"))
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("journal.jsonl") && stderr.contains("the space on the disk"),
        "{stderr}"
    );
    assert!(stderr.contains("finished before are kept"), "{stderr}");
    assert_eq!(project.read("book/records/local.json"), before);
    assert_eq!(project.names("book/records"), ["local.json"]);
    let again = said(&project, &["run", "--quick"]);
    assert!(
        again.contains("4 cells to measure, 4 have a valid record."),
        "{again}"
    );
    assert_eq!(published(&project).unwrap()["cells"].as_array().unwrap().len(), 8);
}
