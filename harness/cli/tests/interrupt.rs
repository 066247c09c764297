//! Ctrl-C: what is finished is kept, no worker is left, and the next run goes on.

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use common::{Project, SCENARIO, WORKLOAD};

#[test]
fn nothing_finished_is_lost() {
    let project = Project::new();
    project.scenario(
        "zzz",
        SCENARIO,
        &format!(
            "import time\n\n{}",
            WORKLOAD.replace("    return", "    time.sleep(60)\n    return")
        ),
    );
    let mut run = Command::new(assert_cmd::cargo::cargo_bin!("heapbook"))
        .current_dir(project.root())
        .args(["run", "--quick"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(run.stdout.take().unwrap()).lines();
    assert!(
        lines.any(|line| line.unwrap().contains("sums measured")),
        "the first scenario ends"
    );
    let interrupted = Command::new("kill")
        .args(["-INT", &run.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupted.success());
    assert_eq!(run.wait().unwrap().code(), Some(130));

    assert_eq!(
        project.names("book/records/local"),
        ["sums.jsonl"],
        "a cell that is being measured has no record"
    );
    project.scenario("zzz", SCENARIO, WORKLOAD);
    let again = project
        .heapbook(&["run", "--quick"])
        .assert()
        .code(0)
        .get_output()
        .stdout
        .clone();
    assert!(String::from_utf8_lossy(&again).contains("4 cells to measure, 4 have a valid record."));
}
