//! Waiting for the end of a process that need not be a child.

use std::thread;
use std::time::Duration;

use rustix::process::Pid;

/// Waits until a process has ended, reaped or not, but no longer than that. Where the system gives
/// no notice of it, the whole time passes.
#[cfg(target_os = "linux")]
pub(super) fn await_end(process: Pid, most: Duration) {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::process::{PidfdFlags, pidfd_open};

    // Before Linux 5.3 there is none; and one that is gone has none.
    let Ok(process) = pidfd_open(process, PidfdFlags::empty()) else {
        return thread::sleep(most);
    };
    let timeout = Timespec {
        tv_sec: most.as_secs() as i64,
        tv_nsec: i64::from(most.subsec_nanos()),
    };
    // Interrupted by a signal, it is waited for again by whoever asked.
    let _ = poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&timeout));
}

#[cfg(not(target_os = "linux"))]
pub(super) fn await_end(_process: Pid, most: Duration) {
    thread::sleep(most);
}
