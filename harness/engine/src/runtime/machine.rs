//! Describing the machine, without anything that identifies a person.

use std::fs;

use heapbook_model::Machine;

/// The machine that this process runs on. What cannot be found out is named `unknown`, or 0.
pub fn this_machine() -> Machine {
    Machine {
        os: std::env::consts::OS.to_owned(),
        architecture: std::env::consts::ARCH.to_owned(),
        kernel: first_line("/proc/sys/kernel/osrelease"),
        cpu: cpu_name(),
        cores: std::thread::available_parallelism()
            .map_or(0, |cores| cores.get().try_into().unwrap_or(u32::MAX)),
        memory_bytes: memory_bytes(),
        allocator: allocator(),
    }
}

fn first_line(path: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .next()
        .map_or_else(|| "unknown".to_owned(), str::to_owned)
}

/// The value of the first `key: value` line, as `/proc` files write them.
fn proc_value(text: &str, key: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then(|| value.trim().to_owned())
    })
}

fn cpu_name() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    // Arm kernels name no model; the part number is the best there is.
    let name = proc_value(&text, "model name").or_else(|| proc_value(&text, "CPU part"));
    name.unwrap_or_else(|| "unknown".to_owned())
}

fn memory_bytes() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kibibytes =
        proc_value(&text, "MemTotal").and_then(|value| value.split(' ').next()?.parse::<u64>().ok());
    kibibytes.map_or(0, |value| value * 1024)
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
