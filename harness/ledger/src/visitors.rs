//! Which threads are inside of something, without thread-local storage and without a lock.
//!
//! Thread-local storage of a library that was loaded late is allocated, by malloc, when a thread
//! first touches it: no place to look at from inside malloc. Here a thread writes its
//! [identity](crate::thread::identity) into a table.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

const SLOTS: usize = 64;

/// The threads inside.
///
/// A thread asks about itself alone, so it sees what it wrote, and no ordering between threads is
/// needed.
pub struct Visitors {
    present: AtomicUsize,
    slots: [AtomicUsize; SLOTS],
}

/// The slot that a thread took.
#[derive(Debug)]
#[must_use = "the thread stays inside until it leaves"]
pub struct Visit(usize);

impl Visitors {
    /// Nobody is inside.
    pub const fn new() -> Self {
        Self {
            present: AtomicUsize::new(0),
            slots: [const { AtomicUsize::new(0) }; SLOTS],
        }
    }

    /// The thread goes in. `None` when 64 are inside already: this one then stays out.
    #[inline]
    pub fn enter(&self, thread: usize) -> Option<Visit> {
        self.present.fetch_add(1, Relaxed);
        for step in 0..SLOTS {
            // Control blocks of threads are pages apart.
            let slot = ((thread >> 12) + step) % SLOTS;
            let taken = self.slots[slot].compare_exchange(0, thread, Relaxed, Relaxed);
            if taken.is_ok() {
                return Some(Visit(slot));
            }
        }
        self.present.fetch_sub(1, Relaxed);
        None
    }

    /// The thread comes out again.
    #[inline]
    pub fn leave(&self, visit: Visit) {
        self.slots[visit.0].store(0, Relaxed);
        self.present.fetch_sub(1, Relaxed);
    }

    /// Whether the calling thread, whose identity this is, is inside.
    #[inline]
    pub fn contains(&self, thread: usize) -> bool {
        self.present.load(Relaxed) != 0 && self.slots.iter().any(|slot| slot.load(Relaxed) == thread)
    }
}

impl Default for Visitors {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread;

    #[test]
    fn a_thread_is_inside_from_entering_to_leaving() {
        let visitors = Visitors::new();
        assert!(!visitors.contains(7));
        let visit = visitors.enter(7).unwrap();
        assert!(visitors.contains(7) && !visitors.contains(8));
        visitors.leave(visit);
        assert!(!visitors.contains(7));
    }

    #[test]
    fn the_65th_stays_out() {
        let visitors = Visitors::new();
        let visits: Vec<_> = (1..=64)
            .map(|thread| visitors.enter(thread << 12).unwrap())
            .collect();
        assert!(visitors.enter(65 << 12).is_none());
        assert!(visitors.contains(64 << 12) && !visitors.contains(65 << 12));
        visits.into_iter().for_each(|visit| visitors.leave(visit));
        assert!(visitors.enter(65 << 12).is_some());
    }

    #[test]
    fn threads_see_themselves_and_nobody_else() {
        let visitors = Visitors::new();
        let come_and_go = || {
            for _ in 0..10_000 {
                assert!(!visitors.contains(thread::identity()));
                let visit = visitors.enter(thread::identity()).unwrap();
                assert!(visitors.contains(thread::identity()));
                visitors.leave(visit);
            }
        };
        std::thread::scope(|scope| {
            // Joined by hand, since ThreadSanitizer does not see how a scope waits.
            let threads = [(); 8].map(|()| scope.spawn(come_and_go));
            for thread in threads {
                thread.join().unwrap();
            }
        });
        assert_eq!(visitors.present.load(Relaxed), 0);
    }
}
