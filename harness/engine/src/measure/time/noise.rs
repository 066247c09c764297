//! What else the machine did while samples were taken.

use procfs_core::{ExplicitSystemInfo, FromReadSI, KernelStats};
use rustix::param::clock_ticks_per_second;

/// Nanoseconds that the hypervisor has taken from all processors since the system started (`steal`
/// in proc_stat(5)); `None` if they cannot be read.
pub(super) fn stolen() -> Option<u64> {
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
