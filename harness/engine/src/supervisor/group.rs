//! A worker and what it started, as the system shows them: who lives, and how much memory they
//! hold.
//!
//! The memory cap: while it waits for a reply, the supervisor looks every 20 ms at the resident
//! size of the worker and of all that it started. A limit that the process itself carried
//! (`RLIMIT_AS`) would count the addresses that the ledger reserves for its shadow map.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use procfs_core::FromRead;
use procfs_core::process::{SmapsRollup, Stat, StatM};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

use super::ending::await_end;

/// How old a reading may be before the group is looked at again. One look reads a file of a line
/// for each process.
const LOOK: Duration = Duration::from_millis(20);

/// How often the whole system is searched for members: it takes a file for each of its processes.
const SEARCH: Duration = Duration::from_millis(500);

use super::orphans::{self, children_in, stat};

/// How long a keeper may take to end everything, before it is killed.
const ENDING: Duration = Duration::from_secs(5);

/// How long to wait between looks at a keeper that is ending.
const STEP: Duration = Duration::from_micros(500);

/// A worker, its keeper, and all that the worker started.
pub(super) struct Group {
    keeper: Pid,
    worker: Pid,
    /// Members besides the worker, as last searched.
    others: Vec<Pid>,
    searched: Instant,
    looked: Instant,
}

impl Group {
    /// The group of a child that is a keeper.
    pub(super) fn of(child: &Child) -> Self {
        let now = Instant::now();
        let keeper = Pid::from_child(child);
        let started = children_of(keeper);
        Group {
            keeper,
            // Where there are no keepers, the child is the worker itself.
            worker: started.first().copied().unwrap_or(keeper),
            others: Vec::new(),
            searched: now,
            looked: now,
        }
    }

    /// The number of the worker itself.
    pub(super) fn worker(&self) -> u32 {
        self.worker.as_raw_pid().unsigned_abs()
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
        let members = || std::iter::once(self.worker).chain(self.others.iter().copied());
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

    /// Whether the worker has ended, or its keeper was killed, and the worker with it. It stays
    /// unreaped as long as the keeper lives, so that its number cannot pass to another.
    pub(super) fn worker_has_ended(&self) -> bool {
        self.keeper_has_ended() || stat(self.worker).is_none_or(|stat| !lives(&stat))
    }

    /// Waits until the worker has ended, but no longer than that.
    pub(super) fn await_worker(&self, most: Duration) {
        await_end(self.worker, most);
    }

    fn keeper_has_ended(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        matches!(waitid(WaitId::Pid(self.keeper), options), Ok(Some(_)))
    }

    /// How many processes live on after the worker's end.
    pub(super) fn left_behind(&self) -> usize {
        // One that is started by one that ends while it is looked for may be in neither place.
        match self.living_others().len() {
            0 => self.living_others().len(),
            count => count,
        }
    }

    /// Whether the worker is the keeper's only child and has none itself, as far as the system
    /// lists children: then there is nobody else, since what a process leaves passes to the keeper.
    fn is_the_worker_alone(&self) -> bool {
        let threads = fs::read_dir(format!("/proc/{}/task", self.worker));
        let mut threads = threads.into_iter().flatten().flatten();
        // The worker's first: one that passes to the keeper meanwhile is found there.
        threads.all(|thread| children_in(&thread.path().join("children")).is_empty())
            && children_of(self.keeper) == [self.worker]
    }

    /// The processes besides the worker that come from it and still live, in whatever session:
    /// every one descends from the keeper. Dead ones that nobody has waited for are none.
    fn living_others(&self) -> Vec<Pid> {
        // To walk `/proc` takes a file for each process of the system.
        if self.is_the_worker_alone() {
            return Vec::new();
        }
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let processes = entries.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?));
        let processes: Vec<(Pid, Stat)> = processes
            .filter_map(|process| Some((process, stat(process)?)))
            .collect();
        let mut members = vec![self.keeper];
        let mut next = 0;
        while let Some(parent) = members.get(next).map(|parent| parent.as_raw_pid()) {
            let children = processes.iter().filter(|(_, stat)| stat.ppid == parent);
            members.extend(children.map(|(child, _)| *child));
            next += 1;
        }
        let others = processes.iter().filter(|(process, stat)| {
            let is_other = *process != self.worker && *process != self.keeper;
            is_other && lives(stat) && members.contains(process)
        });
        others.map(|(process, _)| *process).collect()
    }

    /// Ends the worker and all that it started. The keeper, which must not have been reaped, has
    /// ended afterwards, as the worker did.
    pub(super) fn kill(&self) {
        let signal = |signal| {
            // A keeper that has ended needs none.
            let _ = kill_process(self.keeper, signal);
        };
        let until = Instant::now() + ENDING;
        while !self.keeper_has_ended() && Instant::now() < until {
            // Again and again: one that comes while the worker's own is pending is lost, and the
            // worker may have stopped the keeper.
            signal(Signal::TERM);
            signal(Signal::CONT);
            await_end(self.keeper, STEP);
        }
        signal(Signal::KILL);
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        let _ = waitid(WaitId::Pid(self.keeper), options);
        orphans::kill_all();
    }
}

/// The children of a keeper, which is one thread.
fn children_of(keeper: Pid) -> Vec<Pid> {
    children_in(Path::new(&format!("/proc/{keeper}/task/{keeper}/children")))
}

fn lives(stat: &Stat) -> bool {
    !matches!(stat.state, 'Z' | 'X')
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
    use std::process::Command;

    use crate::supervisor::keeper;

    /// A shell with a keeper, and its group once the shell has started so many others.
    fn started(script: &str, others: usize) -> (Child, Group) {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        orphans::adopt_from_now_on();
        keeper::put_before(&mut command);
        let child = command.spawn().unwrap();
        let group = Group::of(&child);
        while group.living_others().len() < others {
            std::thread::yield_now();
        }
        (child, group)
    }

    #[test]
    fn all_that_a_worker_started_is_found_and_ended() {
        // In its group, in a session of its own, and with neither parent nor environment.
        let script = "sleep 3600 & setsid sleep 3600 & (env -i setsid sleep 3600 &) ; wait";
        let (mut child, group) = started(script, 3);
        let others = group.living_others();
        assert!(!group.worker_has_ended());
        assert!(resident(group.worker).unwrap() > 0);
        group.kill();
        assert!(
            group.worker_has_ended(),
            "it can be asked again: it is not reaped"
        );
        assert!(others.iter().all(|other| stat(*other).is_none()), "{others:?}");
        child.wait().unwrap();
    }

    #[test]
    fn a_worker_ends_itself_alone_when_it_kills_its_parent() {
        let script = "(env -i setsid sleep 3600 &) ; sleep 3600";
        let (mut child, group) = started(script, 1);
        let leads_a_session = |process: &Pid| {
            stat(*process).is_some_and(|found| found.session == found.pid && found.comm == "sleep")
        };
        let other = loop {
            if let Some(other) = group.living_others().into_iter().find(leads_a_session) {
                break other;
            }
        };
        kill_process(group.keeper, Signal::STOP).unwrap();
        kill_process(group.keeper, Signal::KILL).unwrap();
        while !group.worker_has_ended() {
            std::thread::yield_now();
        }
        group.kill();
        assert!(stat(other).is_none(), "what it left passed to this program");
        child.wait().unwrap();
    }

    #[test]
    fn a_keeper_ends_as_its_worker_did_and_heeds_nobody_else() {
        use std::os::unix::process::ExitStatusExt;
        for (script, code, signal) in [
            (
                "kill -TERM $PPID; kill -INT $PPID; kill -HUP $PPID; exit 7",
                Some(7),
                None,
            ),
            ("kill -SEGV $$", None, Some(11)),
            ("kill -STOP $PPID; exit 3", Some(3), None),
        ] {
            let (mut child, group) = started(script, 0);
            while !group.worker_has_ended() {
                std::thread::yield_now();
            }
            group.kill();
            let status = child.wait().unwrap();
            assert_eq!((status.code(), status.signal()), (code, signal), "{script}");
        }
    }

    #[test]
    fn shared_pages_are_divided() {
        let process = rustix::process::getpid();
        assert!(share(process).unwrap() <= resident(process).unwrap() + (64 << 20));
    }
}
