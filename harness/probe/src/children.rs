//! Whether other processes worked for a call: their memory is in no account.
//!
//! A fork is seen when it happens. A child that was started otherwise (`vfork`, `posix_spawn`) is
//! known by what the system says of children that were waited for, or by being there. A forked
//! child has the ledger, and goes on with it: when it ends of itself, it leaves its peak in a page
//! that it has in common with its parent.

use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicPtr, AtomicU64};

use heapbook_model::Bytes;
use heapbook_protocol::Unseen;

use crate::hooks::LEDGER;

/// Forks of this process so far.
static FORKS: AtomicU64 = AtomicU64::new(0);

/// Whether this process is a forked child whose peak is still to be told.
static TO_TELL: AtomicBool = AtomicBool::new(false);

/// The largest peak of a child; in a page that all forked children share. Null where there is none.
static LARGEST: AtomicPtr<AtomicI64> = AtomicPtr::new(ptr::null_mut());

/// Makes the page, and has it written where a process ends by `exit`. Before malloc and mmap are
/// observed.
pub(crate) fn install() {
    // SAFETY: an anonymous mapping at an address of the system's choice touches no existing memory.
    let page = unsafe {
        libc::mmap(
            ptr::null_mut(),
            size_of::<AtomicI64>(),
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    if page != libc::MAP_FAILED {
        LARGEST.store(page.cast(), Relaxed);
        // SAFETY: the function may be called at any time. Without memory for it, the peak of a
        // child that ends so is not known.
        unsafe { libc::atexit(at_exit) };
    }
}

fn largest() -> Option<&'static AtomicI64> {
    // SAFETY: null, or a page that is never given back, whose zeros are a valid number.
    unsafe { LARGEST.load(Relaxed).as_ref() }
}

/// For the parent after a fork.
pub(crate) fn after_fork_in_parent() {
    FORKS.fetch_add(1, Relaxed);
}

/// For the child after a fork: its account begins.
pub(crate) fn after_fork_in_child() {
    LEDGER.enter(false);
    TO_TELL.store(true, Relaxed);
}

/// For the observer: the process is about to end.
pub(crate) unsafe extern "C" fn ends() {
    if TO_TELL.swap(false, Relaxed)
        && let Some(largest) = largest()
    {
        largest.fetch_max(LEDGER.figures().peak_bytes, Relaxed);
    }
}

extern "C" fn at_exit() {
    // SAFETY: it may be called at any time.
    unsafe { ends() };
}

/// Whether there is a child, running or not yet waited for.
fn is_there() -> bool {
    let mut told = MaybeUninit::<libc::siginfo_t>::uninit();
    let flags = libc::WEXITED | libc::WSTOPPED | libc::WNOHANG | libc::WNOWAIT;
    // SAFETY: the structure is ours; nothing is waited for, and no child's state is taken.
    unsafe { libc::waitid(libc::P_ALL, 0, told.as_mut_ptr(), flags) == 0 }
}

/// Page faults of all children that were waited for: any process that ran has some.
fn faults() -> i64 {
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the structure is ours, and filled in where the answer is 0.
    unsafe {
        match libc::getrusage(libc::RUSAGE_CHILDREN, usage.as_mut_ptr()) {
            0 => usage.assume_init().ru_minflt,
            _ => 0,
        }
    }
}

/// What was known of children when a call began.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    forks: u64,
    faults: i64,
    is_there: bool,
}

impl Entry {
    /// A call begins.
    pub(crate) fn begin() -> Entry {
        if let Some(largest) = largest() {
            largest.store(0, Relaxed);
        }
        Entry {
            forks: FORKS.load(Relaxed),
            faults: faults(),
            is_there: is_there(),
        }
    }

    /// How many ran since, as far as they are counted.
    pub(crate) fn count(self) -> u64 {
        let forks = FORKS.load(Relaxed) - self.forks;
        let others = self.is_there || faults() != self.faults || is_there();
        forks.max(u64::from(others))
    }

    /// The call has ended: notes who worked for it.
    pub(crate) fn end(self, unseen: &mut Unseen) {
        unseen.children = self.count();
        unseen.child_bytes = Bytes(largest().map_or(0, |largest| largest.load(Relaxed)));
    }
}
