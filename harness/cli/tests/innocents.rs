//! `heapbook leaks` as a test suite uses it, on small programs that leave nothing: none fails.

mod common;

use std::path::Path;
use std::sync::Mutex;
use std::thread;

use common::{Project, pythons};

const PROGRAMS: &str = include_str!("innocents/innocents.py");

/// So many are called at a time.
const AT_ONCE: usize = 2;

/// The functions without parameters.
fn functions() -> Vec<&'static str> {
    let defined = PROGRAMS.lines().filter_map(|line| line.strip_prefix("def "));
    defined.filter_map(|line| line.strip_suffix("():")).collect()
}

/// What is said of each that fails.
fn accused(project: &Project, python: &Path) -> Vec<String> {
    let left = Mutex::new(functions().into_iter());
    let failed = Mutex::new(Vec::new());
    let next = || left.lock().unwrap().next();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(function) = next() {
                    let program = format!("innocents.py:{function}");
                    let arguments = ["leaks", &program, "--calls", "60", "--at-most", "0", "--python"];
                    let mut command = project.heapbook(&arguments);
                    let output = command.arg(python).output().unwrap();
                    if output.status.code() != Some(0) {
                        let said = [output.stdout, output.stderr].concat();
                        failed
                            .lock()
                            .unwrap()
                            .push(String::from_utf8_lossy(&said).into_owned());
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap()
}

#[test]
fn no_program_that_leaves_nothing_fails_a_budget_of_0() {
    assert_eq!(functions().len(), 57);
    let project = Project::new();
    project.write("innocents.py", PROGRAMS);
    // One Python stands for all: the verdict is on figures, whatever made them. It is the last
    // named, the newest in CI.
    let python = pythons().pop().unwrap();
    let accused = accused(&project, &python);
    assert!(accused.is_empty(), "{}: {}", python.display(), accused.join("\n"));
}
