//! What a worker started and put out of its group's reach, by a session of its own (`setsid`).
//!
//! Every worker carries a mark in its environment, and what it starts inherits it. A process whose
//! parent has ended passes to this program, which asks the kernel for that
//! (`PR_SET_CHILD_SUBREAPER` in prctl(2)): so what a worker left behind is found among the children
//! of this program, and told from another worker's by its mark.

use std::fs;
use std::process::Command;
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// The variable that holds the mark.
const VARIABLE: &str = "HEAPBOOK_WORKER";

/// The mark of one worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark(String);

impl Mark {
    /// Marks a command that is to be started as a worker, and sees to it that what it leaves behind
    /// passes to this program.
    pub(super) fn put_on(command: &mut Command) -> Mark {
        static LAST: AtomicU64 = AtomicU64::new(0);
        static ADOPT: Once = Once::new();
        ADOPT.call_once(adopt);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let mark = format!("{}-{number}", std::process::id());
        command.env(VARIABLE, &mark);
        Mark(mark)
    }

    /// Whether a living process carries the mark.
    pub(super) fn is_on(&self, process: Pid) -> bool {
        let carried = format!("{VARIABLE}={}", self.0);
        // Empty for one that has ended.
        let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|entry| entry == carried.as_bytes())
    }
}

/// The children of this program, of all its threads, that are of a kind; `worker` itself is none of
/// them.
pub(super) fn children(worker: Pid, is_of_the_kind: impl Fn(Pid) -> bool) -> Vec<Pid> {
    let Ok(threads) = fs::read_dir("/proc/self/task") else {
        return Vec::new();
    };
    let files = threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("children")).ok());
    let texts: Vec<String> = files.collect();
    let numbers = texts.iter().flat_map(|text| text.split_ascii_whitespace());
    let children = numbers.filter_map(|number| Pid::from_raw(number.parse().ok()?));
    children
        .filter(|&child| child != worker && is_of_the_kind(child))
        .collect()
}

/// Kills a child of this program that is not a worker, and waits for it: nobody else does, so its
/// number is still its own.
pub(super) fn kill(orphan: Pid) {
    // One that has ended cannot be killed, and is only waited for.
    let _ = kill_process(orphan, Signal::KILL);
    let _ = waitpid(Some(orphan), WaitOptions::empty());
}

/// Where it is refused, orphans pass to another process, and are not found.
#[cfg(target_os = "linux")]
fn adopt() {
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

#[cfg(not(target_os = "linux"))]
fn adopt() {}
