//! What else the machine did while samples were taken.

use std::time::Instant;

use procfs_core::process::Stat;
use procfs_core::{ExplicitSystemInfo, FromRead, FromReadSI, KernelStats};
use rustix::param::clock_ticks_per_second;

use heapbook_model::Nanos;

/// What the machine had done when samples began.
pub(super) struct Noise {
    began: Instant,
    workers: Vec<u32>,
    before: Option<Readings>,
}

/// What the system counts, in ticks of the clock since it started.
#[derive(Clone, Copy)]
struct Readings {
    processors: usize,
    /// All processors' time that programs used.
    used: u64,
    /// What of it these workers used, and this program.
    own: u64,
    /// All processors' time that a hypervisor gave to other machines (`steal` in proc_stat(5)).
    stolen: Option<u64>,
}

/// What came between the samples and the machine.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Disturbed {
    /// Time that was stolen; `None` where it cannot be read.
    pub(super) stolen: Option<Nanos>,
    /// The share of the processors that other programs had, in thousandths.
    pub(super) others_thousandths: Option<u32>,
}

impl Noise {
    /// Before the first sample of workers, given by the numbers of their processes.
    pub(super) fn begin(workers: Vec<u32>) -> Self {
        let before = readings(&workers);
        Noise {
            began: Instant::now(),
            workers,
            before,
        }
    }

    /// After the last.
    pub(super) fn end(self) -> Disturbed {
        let Some((before, after)) = self.before.zip(readings(&self.workers)) else {
            return Disturbed::default();
        };
        let ticks = |of: fn(Readings) -> u64| of(after).saturating_sub(of(before));
        let passed = self.began.elapsed().as_secs_f64() * clock_ticks_per_second() as f64;
        let others = ticks(|readings| readings.used).saturating_sub(ticks(|readings| readings.own));
        let stolen = after.stolen.zip(before.stolen);
        Disturbed {
            stolen: stolen.map(|(after, before)| {
                Nanos(after.saturating_sub(before) * (1_000_000_000 / clock_ticks_per_second()))
            }),
            others_thousandths: Some(thousandths(others as f64, passed * after.processors as f64)),
        }
    }
}

/// A part in thousandths of the whole. Ticks are coarse, so it may come out above the whole.
fn thousandths(part: f64, whole: f64) -> u32 {
    (part / whole.max(1.0) * 1000.0).min(1000.0) as u32
}

/// `None` where the system does not tell, or a worker has ended.
fn readings(workers: &[u32]) -> Option<Readings> {
    let system = ExplicitSystemInfo {
        boot_time_secs: 0,
        ticks_per_second: clock_ticks_per_second(),
        page_size: rustix::param::page_size() as u64,
        is_little_endian: cfg!(target_endian = "little"),
    };
    let stats = KernelStats::from_file("/proc/stat", &system).ok()?;
    let all = &stats.total;
    let own = workers.iter().copied().chain([std::process::id()]);
    let own = own.map(|process| {
        let stat = Stat::from_file(format!("/proc/{process}/stat")).ok()?;
        Some(stat.utime + stat.stime)
    });
    Some(Readings {
        processors: stats.cpu_time.len(),
        used: all.user + all.nice + all.system,
        own: own.sum::<Option<u64>>()?,
        stolen: all.steal,
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_worker_is_no_other_program() {
        let noise = Noise::begin(vec![std::process::id()]);
        let disturbed = noise.end();
        assert!(disturbed.others_thousandths.is_some_and(|share| share <= 1000));
        assert_eq!(
            Noise::begin(vec![0]).end(),
            Disturbed::default(),
            "no such process"
        );
    }

    #[test]
    fn a_share_is_at_most_the_whole() {
        assert_eq!(thousandths(50.0, 200.0), 250);
        assert_eq!(thousandths(201.0, 200.0), 1000);
        assert_eq!(thousandths(0.0, 0.0), 0);
    }
}
