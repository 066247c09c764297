//! A worker's process group as the system shows it: who lives in it, and how much memory it holds.
//!
//! The group is watched from outside, by the thread that waits for the worker's answer. A limit that the process
//! itself carried (`RLIMIT_AS`) would count the ledger's reserved addresses, which are no memory.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

/// How old a reading may be before the group is looked at again. One look reads a file of a line for each process.
const LOOK: Duration = Duration::from_millis(20);

/// How often the whole system is searched for members: it takes a file for each of its processes.
const SEARCH: Duration = Duration::from_millis(500);

use super::orphans::{self, Mark};

/// The group that a worker leads, and what left it.
pub(super) struct Group {
    leader: i32,
    mark: Mark,
    /// Members besides the leader, as last searched.
    others: Vec<i32>,
    searched: Instant,
    looked: Instant,
}

impl Group {
    /// The group of a child that was started as the leader of one, with this mark.
    pub(super) fn of(child: &Child, mark: Mark) -> Self {
        let now = Instant::now();
        Group {
            leader: child
                .id()
                .try_into()
                .expect("a process's number is a positive i32"),
            mark,
            others: Vec::new(),
            searched: now,
            looked: now,
        }
    }

    /// Bytes that the group holds in memory, if it was not looked at just now; nothing where `/proc` does not say.
    ///
    /// The sum over its processes counts what a forked child shares with its parent twice. `most` is what it may hold:
    /// only when the sum is above, the shares are asked for, which costs the kernel a walk over the pages.
    pub(super) fn resident_bytes_if_due(&mut self, most: u64) -> Option<u64> {
        if self.looked.elapsed() < LOOK {
            return None;
        }
        self.looked = Instant::now();
        if self.searched.elapsed() >= SEARCH {
            self.others = self.living_others();
            self.searched = Instant::now();
        }
        let members = || std::iter::once(self.leader).chain(self.others.iter().copied());
        let sum: u64 = members().filter_map(resident).sum();
        if sum <= most || self.others.is_empty() {
            return Some(sum);
        }
        Some(
            members()
                .filter_map(|process| share(process).or_else(|| resident(process)))
                .sum(),
        )
    }

    /// Whether the leader has ended. It stays unreaped, so that the group's number cannot pass to another.
    pub(super) fn leader_has_ended(&self) -> bool {
        self.has_ended(libc::WNOHANG)
    }

    fn has_ended(&self, wait: i32) -> bool {
        // SAFETY: all zeros is a valid `siginfo_t`; `waitid` writes to it, and takes no other pointer.
        let (result, info) = unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            let flags = libc::WEXITED | libc::WNOWAIT | wait;
            let result = libc::waitid(libc::P_PID, self.leader.unsigned_abs(), &mut info, flags);
            (result, info)
        };
        // SAFETY: `waitid` filled the structure for a child, or left it zero.
        result == 0 && unsafe { info.si_pid() } == self.leader
    }

    /// What lives on after the leader's end: the members of its group, and what it started outside of it.
    pub(super) fn left_behind(&self) -> usize {
        let mut left = self.living_others();
        left.extend(orphans::children(self.leader, |orphan| self.mark.is_on(orphan)));
        left.sort_unstable();
        left.dedup();
        left.len()
    }

    /// The members besides the leader that still live. Dead ones that nobody has waited for are none.
    fn living_others(&self) -> Vec<i32> {
        let Ok(entries) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        let processes = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
        processes
            .filter(|&process| process != self.leader && lives_in(process, self.leader))
            .collect()
    }

    /// Kills every member, and what the leader started outside of the group, and waits for all but the leader. That must not have
    /// been reaped: then the group's number is still this group's.
    pub(super) fn kill(&self) {
        // SAFETY: `kill` takes no pointers. The child was made the leader of a group of its own.
        unsafe { libc::kill(-self.leader, libc::SIGKILL) };
        // Once it has ended it starts no more, and what it started has passed to this program.
        self.has_ended(0);
        loop {
            let orphans = orphans::children(self.leader, |orphan| {
                is_member(orphan, self.leader) || self.mark.is_on(orphan)
            });
            if orphans.is_empty() {
                return;
            }
            orphans.into_iter().for_each(orphans::kill);
        }
    }
}

/// Whether a process lives and belongs to the group.
fn lives_in(process: i32, group: i32) -> bool {
    state_and_group(process).is_some_and(|(state, found)| !"ZX".contains(&state) && found == group)
}

/// Whether a process belongs to the group, dead ones that nobody has waited for included.
fn is_member(process: i32, group: i32) -> bool {
    state_and_group(process).is_some_and(|(_, found)| found == group)
}

fn state_and_group(process: i32) -> Option<(String, i32)> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in brackets, may hold anything. After it: state, parent, group.
    let mut fields = text.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?.to_owned();
    Some((state, fields.nth(1)?.parse().ok()?))
}

/// A process's resident bytes.
fn resident(process: i32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
    let pages: u64 = text.split(' ').nth(1)?.parse().ok()?;
    Some(pages * page_bytes())
}

/// A process's resident bytes, where pages that several processes share are divided among them.
fn share(process: i32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kibibytes: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

fn page_bytes() -> u64 {
    // SAFETY: `sysconf` takes no pointers.
    let bytes = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    bytes.try_into().unwrap_or(4096)
}

/// Half of the memory that this machine has, or that the control group of this process may use.
pub(super) fn half_of_the_memory() -> u64 {
    let machine = crate::runtime::this_machine().memory_bytes;
    let allowed = fs::read_to_string("/proc/self/cgroup")
        .ok()
        .and_then(|text| Some(text.lines().find_map(|line| line.strip_prefix("0::"))?.to_owned()))
        .and_then(|group| fs::read_to_string(format!("/sys/fs/cgroup{group}/memory.max")).ok())
        .and_then(|text| text.trim().parse::<u64>().ok());
    match machine.min(allowed.unwrap_or(u64::MAX)) {
        0 => u64::MAX,
        bytes => bytes / 2,
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    #[test]
    fn members_are_found_and_killed_together() {
        let mut child = Command::new("sh")
            .args(["-c", "sleep 3600 & sleep 3600 & wait"])
            .process_group(0)
            .spawn()
            .unwrap();
        let group = Group::of(&child, Mark::put_on(&mut Command::new("")));
        while group.living_others().len() < 2 {
            std::thread::yield_now();
        }
        assert!(!group.leader_has_ended());
        assert!(resident(group.leader).unwrap() > 0);
        group.kill();
        while !group.leader_has_ended() {
            std::thread::yield_now();
        }
        assert!(
            group.leader_has_ended(),
            "it can be asked again: it is not reaped"
        );
        child.wait().unwrap();
        while !group.living_others().is_empty() {
            std::thread::yield_now();
        }
    }

    #[test]
    fn shared_pages_are_divided() {
        let process = std::process::id().try_into().unwrap();
        assert!(share(process).unwrap() <= resident(process).unwrap() + (64 << 20));
    }
}
