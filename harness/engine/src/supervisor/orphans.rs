//! What a worker left behind when its keeper was killed.
//!
//! A process whose parent has ended passes to this program, which asks the kernel for that
//! (`PR_SET_CHILD_SUBREAPER` in prctl(2)), where no keeper stands between. Workers lead sessions of
//! their own, and nothing that they start can come back into this program's: so a child in another
//! session was left behind.

use std::fs;
use std::sync::Once;

use procfs_core::FromRead;
use procfs_core::process::Stat;
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// Sees to it that what is left behind passes to this program.
pub(super) fn adopt_from_now_on() {
    static ADOPT: Once = Once::new();
    ADOPT.call_once(adopt);
}

/// Kills what passed to this program, and what passes to it meanwhile, and waits for it: nobody
/// else does, so its number is still its own.
pub(super) fn kill_all() {
    loop {
        let adopted = adopted();
        if adopted.is_empty() {
            return;
        }
        for orphan in adopted {
            // One that has ended cannot be killed, and is only waited for.
            let _ = kill_process(orphan, Signal::KILL);
            let _ = waitpid(Some(orphan), WaitOptions::empty());
        }
    }
}

/// The children of this program, of all its threads, that are in another session.
fn adopted() -> Vec<Pid> {
    let Some(session) = stat(rustix::process::getpid()).map(|own| own.session) else {
        return Vec::new();
    };
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let children = threads.flat_map(|thread| children_in(&thread.path().join("children")));
    children
        .filter(|child| stat(*child).is_some_and(|child| child.session != session))
        .collect()
}

/// The processes that such a file lists.
pub(super) fn children_in(file: &std::path::Path) -> Vec<Pid> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let numbers = text.split_ascii_whitespace();
    numbers
        .filter_map(|number| Pid::from_raw(number.parse().ok()?))
        .collect()
}

/// What the system says of a process.
pub(super) fn stat(process: Pid) -> Option<Stat> {
    Stat::from_file(format!("/proc/{process}/stat")).ok()
}

/// Where it is refused, orphans pass to another process, and are not found.
#[cfg(target_os = "linux")]
fn adopt() {
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

#[cfg(not(target_os = "linux"))]
fn adopt() {}
