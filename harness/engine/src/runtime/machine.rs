//! Describing the machine, without anything that identifies a person.

use std::fs;

use procfs_core::{CpuInfo, FromRead, Meminfo};

use heapbook_model::Machine;

/// The machine that this process runs on. What cannot be found out is named `unknown`, or 0.
pub fn this_machine() -> Machine {
    Machine {
        os: std::env::consts::OS.to_owned(),
        architecture: std::env::consts::ARCH.to_owned(),
        kernel: fs::read_to_string("/proc/sys/kernel/osrelease")
            .map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned()),
        cpu: cpu_name(),
        cores: std::thread::available_parallelism()
            .map_or(0, |cores| cores.get().try_into().unwrap_or(u32::MAX)),
        memory_bytes: Meminfo::from_file("/proc/meminfo").map_or(0, |memory| memory.mem_total),
        allocator: allocator(),
    }
}

fn cpu_name() -> String {
    let processors = CpuInfo::from_file("/proc/cpuinfo").ok();
    // Arm kernels name no model; the part number is the best there is.
    let name = processors.and_then(|all| {
        ["model name", "CPU part"]
            .iter()
            .find_map(|key| all.get_field(0, key).map(str::to_owned))
    });
    name.unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn allocator() -> String {
    // SAFETY: the function takes nothing and returns a pointer to a static, null-terminated string.
    let version = unsafe { std::ffi::CStr::from_ptr(libc::gnu_get_libc_version()) };
    format!("glibc {}", version.to_string_lossy())
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn allocator() -> String {
    format!(
        "{} {}",
        std::env::consts::OS,
        option_env!("CARGO_CFG_TARGET_ENV").unwrap_or("system")
    )
}
