//! Runs that are killed, meet each other, or meet a full disk: nothing that was finished is lost,
//! and the next run goes on where the last one stopped.

mod common;

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{LOCAL, Project, SCENARIO, WORKLOAD, processes_of, said, workers_started};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

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

/// How many cells the journal has.
fn journal_cells(project: &Project) -> usize {
    fs::read_to_string(project.path("target/heapbook/journal.jsonl"))
        .map_or(0, |text| text.matches('\n').count().saturating_sub(1))
}

/// Kills the run with SIGKILL, which it cannot answer, and waits for its workers to end with it.
fn kill(project: &Project, mut run: Child) {
    run.kill().unwrap();
    run.wait().unwrap();
    wait_for("the end of the workers", || {
        processes_of(project.root()).is_empty().then_some(())
    });
}

/// How many cells are saved; each file is whole.
fn saved(project: &Project) -> usize {
    if !project.path("book/records/local").exists() {
        return 0;
    }
    let files = project.names("book/records/local").into_iter();
    let files = files.filter(|name| name.ends_with(".jsonl"));
    files
        .map(|name| project.cells(&format!("book/records/local/{name}")).len())
        .sum()
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
            wait_for("a cell of the journal", || {
                (journal_cells(&project) >= lines).then_some(())
            });
        }
        kill(&project, run);
        saved(&project);
    }
    let kept = journal_cells(&project);
    assert!((6..8).contains(&kept), "{kept}");
    // Killed while it wrote: the line has no end.
    let journal = project.path("target/heapbook/journal.jsonl");
    let mut text = fs::read_to_string(&journal).unwrap();
    text.push_str("{\"scenario\":\"mo");
    fs::write(&journal, text).unwrap();
    // What a run leaves that was killed while it saved a scenario.
    project.write("book/records/local/.heapbook-more-x1", "{\"form\":2,");
    let again = said(&project, &["run", "--quick"]);
    assert!(
        again.contains(&format!(
            "{} cells to measure, {kept} have a valid record.",
            8 - kept
        )),
        "{again}"
    );
    assert!(
        again.contains(&format!("{} of {0} cells measured", 8 - kept)),
        "each cell was measured once: {again}"
    );
    assert_eq!((saved(&project), journal_cells(&project)), (8, 0), "all is saved");
    assert_eq!(project.names("target/heapbook"), ["journal.jsonl", "lock"]);
    assert_eq!(project.names("book/records/local"), ["more.jsonl", "sums.jsonl"]);
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
    let before = project.read(LOCAL);
    project.scenario("more", SCENARIO, WORKLOAD);
    // No file may grow beyond half of what a scenario needs, so that the journal is full after a
    // cell or two: the limit that the shell sets acts as a full disk does, once its signal is
    // ignored.
    let script = format!(
        "trap '' XFSZ; ulimit -f {}; exec \"$0\" run --quick",
        before.len() / 2 / 512
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
    assert_eq!(project.read(LOCAL), before);
    assert_eq!(project.names("book/records/local"), ["sums.jsonl"]);
    let again = said(&project, &["run", "--quick"]);
    let words = |valid| format!("{} cells to measure, {valid} have a valid record.", 8 - valid);
    assert!((5..8).any(|valid| again.contains(&words(valid))), "{again}");
    assert_eq!(saved(&project), 8);
}

#[test]
fn what_a_worker_started_ends_with_a_run_that_is_killed() {
    let project = Project::new();
    // A program without a parent, a session or an environment in common with the run.
    let away = "    import os, sys, time\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n            \
        code = 'import time; time.sleep(3600)'\n            os.execve(sys.executable, [sys.executable, '-c', code, 'away', __file__], {})\n        \
        os._exit(0)\n    os.wait()\n    time.sleep(3600)\n    return";
    project.scenario("sums", SCENARIO, &WORKLOAD.replace("    return", away));
    let run = start(&project);
    wait_for("what went away", || {
        let lines = processes_of(project.root());
        lines.iter().any(|line| line.contains(" away ")).then_some(())
    });
    kill(&project, run);
}
