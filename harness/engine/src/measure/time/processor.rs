//! Keeping the workers of a round on one processor.
//!
//! Two processors of a machine are not alike from one moment to the next: another program runs on
//! one of them, or the other half of its core is busy. Workers that are compared alternate on the
//! same one, and the next process of the pass uses the next. A worker that is more than one thread
//! is left alone: its threads would have to share.

#[cfg(target_os = "linux")]
use rustix::process::Pid;
#[cfg(target_os = "linux")]
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The processors that this program may use, or none where the system cannot say.
#[cfg(target_os = "linux")]
pub(super) fn allowed() -> Vec<u32> {
    let Ok(set) = sched_getaffinity(None) else {
        return Vec::new();
    };
    let all = 0..u32::try_from(CpuSet::MAX_CPU).unwrap_or(0);
    all.filter(|&processor| set.is_set(processor as usize)).collect()
}

/// Keeps processes on a processor, if each of them is a single thread; gives whether they are kept
/// there.
#[cfg(target_os = "linux")]
pub(super) fn keep_on(processes: &[u32], processor: u32) -> bool {
    let is_single_threaded = |process: &u32| {
        std::fs::read_dir(format!("/proc/{process}/task")).is_ok_and(|tasks| tasks.count() == 1)
    };
    if processor as usize >= CpuSet::MAX_CPU || !processes.iter().all(is_single_threaded) {
        return false;
    }
    let mut set = CpuSet::new();
    set.set(processor as usize);
    processes.iter().all(|process| {
        let process = i32::try_from(*process).ok().and_then(Pid::from_raw);
        process.is_some() && sched_setaffinity(process, &set).is_ok()
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn allowed() -> Vec<u32> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn keep_on(_processes: &[u32], _processor: u32) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_child_stays_where_it_is_kept() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let processor = *allowed().last().unwrap();
        assert!(keep_on(&[child.id()], processor));
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        assert!(
            status.contains(&format!("Cpus_allowed_list:\t{processor}\n")),
            "{status}"
        );
        assert!(!keep_on(&[child.id()], u32::MAX));
        drop(child.stdin.take());
        child.wait().unwrap();
    }

    #[test]
    fn a_process_with_threads_is_left_alone() {
        // The tests themselves run in threads beside the first.
        assert!(!keep_on(&[std::process::id()], 0));
    }
}
