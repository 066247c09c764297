//! What a worker started and put out of its group's reach, by a session of its own (`setsid`).
//!
//! Every worker carries a mark in its environment, and what it starts inherits it. A process whose parent has ended passes to
//! this program, which asks the kernel for that (`PR_SET_CHILD_SUBREAPER` in prctl(2)): so what a worker left behind is found
//! among the children of this program, and told from another worker's by its mark.

use std::fs;
use std::process::Command;
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

/// The variable that holds the mark.
const VARIABLE: &str = "HEAPBOOK_WORKER";

/// The mark of one worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark(String);

impl Mark {
    /// Marks a command that is to be started as a worker, and sees to it that what it leaves behind passes to this program.
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
    pub(super) fn is_on(&self, process: i32) -> bool {
        let carried = format!("{VARIABLE}={}", self.0);
        // Empty for one that has ended.
        let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|entry| entry == carried.as_bytes())
    }
}

/// The children of this program, of all its threads, that are of a kind; `worker` itself is none of them.
pub(super) fn children(worker: i32, is_of_the_kind: impl Fn(i32) -> bool) -> Vec<i32> {
    let Ok(threads) = fs::read_dir("/proc/self/task") else {
        return Vec::new();
    };
    let files = threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("children")).ok());
    let texts: Vec<String> = files.collect();
    let numbers = texts.iter().flat_map(|text| text.split_ascii_whitespace());
    let children = numbers.filter_map(|number| number.parse().ok());
    children
        .filter(|&child| child != worker && is_of_the_kind(child))
        .collect()
}

/// Kills a child of this program that is no worker, and waits for it.
pub(super) fn kill(orphan: i32) {
    // SAFETY: neither call takes a pointer that is not null. The process is an unreaped child of this one, so its number is
    // still its own, and nobody else waits for it.
    unsafe {
        libc::kill(orphan, libc::SIGKILL);
        libc::waitpid(orphan, std::ptr::null_mut(), 0);
    }
}

#[cfg(target_os = "linux")]
fn adopt() {
    // SAFETY: `prctl` with this number takes no pointer. Where it is refused, orphans pass to another process, and are not found.
    unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1) };
}

#[cfg(not(target_os = "linux"))]
fn adopt() {}
