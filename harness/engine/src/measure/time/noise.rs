//! What else the machine did while samples were taken.

use procfs_core::{CpuPressure, ExplicitSystemInfo, FromRead, FromReadSI, KernelStats};
use rustix::param::clock_ticks_per_second;

use heapbook_model::Nanos;

/// What the system has counted since it started, as far as it can be read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counters {
    stolen: Option<u64>,
    pressure: Option<u64>,
}

impl Counters {
    /// Reads them.
    pub(super) fn now() -> Self {
        Counters {
            stolen: stolen(),
            pressure: CpuPressure::from_file("/proc/pressure/cpu")
                .ok()
                .map(|pressure| pressure.some.total.saturating_mul(1_000)),
        }
    }

    /// Stolen time, and time under pressure, since an earlier reading.
    pub(super) fn since(self, earlier: Counters) -> (Option<Nanos>, Option<Nanos>) {
        let grown = |now: Option<u64>, before: Option<u64>| Some(Nanos(now?.saturating_sub(before?)));
        (
            grown(self.stolen, earlier.stolen),
            grown(self.pressure, earlier.pressure),
        )
    }
}

/// Nanoseconds that the hypervisor took from all processors (`steal` in proc_stat(5)).
fn stolen() -> Option<u64> {
    let ticks_per_second = clock_ticks_per_second();
    let system = ExplicitSystemInfo {
        boot_time_secs: 0,
        ticks_per_second,
        page_size: rustix::param::page_size() as u64,
        is_little_endian: cfg!(target_endian = "little"),
    };
    let ticks = KernelStats::from_file("/proc/stat", &system).ok()?.total.steal?;
    Some(ticks.saturating_mul(1_000_000_000 / ticks_per_second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_not_nothing() {
        let seen = Counters {
            stolen: Some(5),
            pressure: None,
        };
        assert_eq!(seen.since(Counters::default()), (None, None));
        assert_eq!(seen.since(seen), (Some(Nanos(0)), None));
    }
}
