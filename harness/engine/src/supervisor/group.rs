//! A worker's process group as the system shows it: who lives in it, and how much memory it holds.
//!
//! The memory cap: while it waits for a reply, the supervisor looks every 20 ms at the resident
//! size of the worker's process group. A limit that the process itself carried (`RLIMIT_AS`) would
//! count the addresses that the ledger reserves for its shadow map.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use procfs_core::FromRead;
use procfs_core::process::{SmapsRollup, Stat, StatM};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// How old a reading may be before the group is looked at again. One look reads a file of a line
/// for each process.
const LOOK: Duration = Duration::from_millis(20);

/// How often the whole system is searched for members: it takes a file for each of its processes.
const SEARCH: Duration = Duration::from_millis(500);

use super::orphans::{self, Mark};

/// The group that a worker leads, and what left it.
pub(super) struct Group {
    leader: Pid,
    mark: Mark,
    /// Members besides the leader, as last searched.
    others: Vec<Pid>,
    searched: Instant,
    looked: Instant,
}

impl Group {
    /// The group of a child that was started as the leader of one, with this mark.
    pub(super) fn of(child: &Child, mark: Mark) -> Self {
        let now = Instant::now();
        Group {
            leader: Pid::from_child(child),
            mark,
            others: Vec::new(),
            searched: now,
            looked: now,
        }
    }

    /// Bytes that the group holds in memory, if it was not looked at just now; `None` where `/proc`
    /// does not say.
    ///
    /// The sum over its processes counts what a forked child shares with its parent twice. `most`
    /// is what it may hold: only when the sum is above, the shares are asked for, which costs the
    /// kernel a walk over the pages.
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

    /// Whether the leader has ended. It stays unreaped, so that the group's number cannot pass to
    /// another.
    pub(super) fn leader_has_ended(&self) -> bool {
        self.has_ended(WaitIdOptions::NOHANG)
    }

    fn has_ended(&self, wait: WaitIdOptions) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | wait;
        matches!(waitid(WaitId::Pid(self.leader), options), Ok(Some(_)))
    }

    /// What lives on after the leader's end: the members of its group, and what it started outside
    /// of it.
    pub(super) fn left_behind(&self) -> usize {
        let mut left = self.living_others();
        left.extend(orphans::children(self.leader, |orphan| self.mark.is_on(orphan)));
        left.sort_unstable_by_key(|process| process.as_raw_pid());
        left.dedup();
        left.len()
    }

    /// The members besides the leader that still live. Dead ones that nobody has waited for are
    /// none.
    fn living_others(&self) -> Vec<Pid> {
        let Ok(entries) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        let processes =
            entries.filter_map(|entry| Pid::from_raw(entry.ok()?.file_name().to_str()?.parse().ok()?));
        processes
            .filter(|&process| process != self.leader && lives_in(process, self.leader))
            .collect()
    }

    /// Kills every member, and what the leader started outside of the group, and waits for all but
    /// the leader. That must not have been reaped: then the group's number is still this group's.
    pub(super) fn kill(&self) {
        // A group that has ended needs no killing.
        let _ = kill_process_group(self.leader, Signal::KILL);
        // Once it has ended it starts no more, and what it started has passed to this program.
        self.has_ended(WaitIdOptions::empty());
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
fn lives_in(process: Pid, group: Pid) -> bool {
    stat(process).is_some_and(|stat| !matches!(stat.state, 'Z' | 'X') && stat.pgrp == group.as_raw_pid())
}

/// Whether a process belongs to the group, dead ones that nobody has waited for included.
fn is_member(process: Pid, group: Pid) -> bool {
    stat(process).is_some_and(|stat| stat.pgrp == group.as_raw_pid())
}

fn stat(process: Pid) -> Option<Stat> {
    Stat::from_file(format!("/proc/{process}/stat")).ok()
}

/// A process's resident bytes.
fn resident(process: Pid) -> Option<u64> {
    let pages = StatM::from_file(format!("/proc/{process}/statm")).ok()?.resident;
    Some(pages * rustix::param::page_size() as u64)
}

/// A process's resident bytes, where pages that several processes share are divided among them.
fn share(process: Pid) -> Option<u64> {
    let rollup = SmapsRollup::from_file(format!("/proc/{process}/smaps_rollup")).ok()?;
    rollup
        .memory_map_rollup
        .iter()
        .find_map(|map| map.extension.map.get("Pss").copied())
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
        let process = rustix::process::getpid();
        assert!(share(process).unwrap() <= resident(process).unwrap() + (64 << 20));
    }
}
