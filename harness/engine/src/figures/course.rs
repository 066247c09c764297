//! What becomes of a program's memory. Four courses that look alike from outside: each time the
//! process is larger than before.

use heapbook_model::Bytes;

use super::Metric;
use crate::record::Cell;
use crate::statistics::{Leak, judge_leak};

/// The system's figures are of pages, and of all that the process does: where the program itself
/// takes less than this, in bytes, they say nothing about it.
const LEAST_RESIDENT: i64 = 1 << 20;

/// What becomes of a program's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Each call leaves more.
    Leak,
    /// The first call leaves at least half of its peak, and no other call leaves more.
    Cache,
    /// Next to nothing is live after a call, and the process keeps half of its pages or more.
    Unreturned,
    /// Next to nothing is live after a call, and nine pages in ten are given back.
    Peak,
}

/// What a record says of memory in and after calls.
#[derive(Debug, Clone, Copy)]
pub struct AfterCalls<'a> {
    /// Bytes live after each of several calls.
    pub live_after_calls: &'a [Bytes],
    /// The most bytes live within a call.
    pub peak: Bytes,
    /// What the system saw at the highest of a process's first call.
    pub resident_peak: Bytes,
    /// What it saw of it when all was dropped: the least and the most of several processes.
    pub resident_after: (Bytes, Bytes),
}

impl Course {
    /// All of them.
    pub const ALL: [Course; 4] = [Course::Leak, Course::Cache, Course::Unreturned, Course::Peak];

    /// What a course is read from, beside the peak.
    pub const METRICS: [Metric; 2] = [Metric::LeakedPerCall, Metric::ResidentAfter];

    /// The word for it in a scenario's file.
    pub fn word(self) -> &'static str {
        match self {
            Course::Leak => "leak",
            Course::Cache => "cache",
            Course::Unreturned => "unreturned",
            Course::Peak => "peak",
        }
    }
}

impl<'a> AfterCalls<'a> {
    /// The course of a cell at the headline size; `None` where its record lacks some of it.
    pub fn of(cell: &'a Cell) -> Option<AfterCalls<'a>> {
        let memory = cell.memory.as_ref()?;
        let resident = cell.resident.as_ref()?.processes.iter();
        let after = || resident.clone().map(|process| process.after_bytes);
        Some(AfterCalls {
            live_after_calls: &memory.live_after_calls,
            peak: memory
                .processes
                .iter()
                .map(|process| process.account.peak_bytes)
                .max()?,
            // The system notes a peak late: what it says afterwards may be more.
            resident_peak: resident
                .clone()
                .map(|process| process.peak_bytes.max(process.after_bytes))
                .max()?,
            resident_after: (after().min()?, after().max()?),
        })
    }

    /// What it is; `None` where it is none of these for certain.
    pub fn course(&self) -> Option<Course> {
        let peak = self.peak.0;
        match judge_leak(self.live_after_calls)? {
            Leak::PerCall { .. } | Leak::InSteps { .. } => Some(Course::Leak),
            Leak::Filled { bytes, .. } if bytes.0 * 2 >= peak => Some(Course::Cache),
            Leak::Filled { bytes, .. } if bytes.0 * 20 > peak => None,
            Leak::Filled { .. } | Leak::Nothing => self.given_back(),
            Leak::CannotTell { .. } => None,
        }
    }

    /// What the system has back of memory of which nothing is live.
    fn given_back(&self) -> Option<Course> {
        let (peak, (least, most)) = (self.resident_peak.0, self.resident_after);
        match peak {
            ..LEAST_RESIDENT => None,
            _ if least.0 * 2 >= peak => Some(Course::Unreturned),
            _ if most.0 * 10 <= peak => Some(Course::Peak),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: i64 = 1 << 20;

    fn told(live: [i64; 10], resident_peak: i64, after: (i64, i64)) -> Option<Course> {
        let live = live.map(Bytes);
        let course = AfterCalls {
            live_after_calls: &live,
            peak: Bytes(4 * MIB),
            resident_peak: Bytes(resident_peak),
            resident_after: (Bytes(after.0), Bytes(after.1)),
        };
        course.course()
    }

    #[test]
    fn what_each_call_leaves_is_a_leak_whatever_the_system_sees() {
        let live = std::array::from_fn(|call| (call as i64 + 1) * 1000);
        assert_eq!(told(live, 4 * MIB, (0, 0)), Some(Course::Leak));
        assert_eq!(told(live, 4 * MIB, (4 * MIB, 4 * MIB)), Some(Course::Leak));
    }

    #[test]
    fn what_the_first_call_alone_leaves_is_a_cache_if_it_is_most_of_the_peak() {
        assert_eq!(
            told([3 * MIB; 10], 4 * MIB, (4 * MIB, 4 * MIB)),
            Some(Course::Cache)
        );
        assert_eq!(told([MIB; 10], 4 * MIB, (MIB, MIB)), None);
        assert_eq!(told([64; 10], 4 * MIB, (0, 0)), Some(Course::Peak));
    }

    #[test]
    fn where_nothing_is_live_the_system_decides_if_every_process_says_the_same() {
        for (after, expected) in [
            ((0, 0), Some(Course::Peak)),
            ((0, MIB), None),
            ((2 * MIB, 4 * MIB), Some(Course::Unreturned)),
            ((MIB, 4 * MIB), None),
        ] {
            assert_eq!(told([0; 10], 4 * MIB, after), expected, "{after:?}");
        }
        assert_eq!(told([0; 10], MIB - 1, (0, 0)), None);
    }
}
