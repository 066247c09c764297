//! Starting a process at the addresses where every process of its program starts.

use std::process::Command;

/// Has the command's process laid out at the same addresses in every run (`ADDR_NO_RANDOMIZE` in
/// personality(2)).
///
/// Some of Python's blocks are as large as an address is high: a class's bases know it by its
/// address, an int that takes four bytes more from 2^30 on. Now and then the heap of an interpreter
/// that is not position-independent lies there. Where the system refuses, as some containers do,
/// and on other systems than Linux, the process starts as any other.
pub fn at_the_same_addresses(command: &mut Command) {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::process::CommandExt;

        // SAFETY: between fork and exec, this makes system calls alone.
        unsafe {
            command.pre_exec(|| {
                let current = libc::personality(ONLY_ASK);
                if let Ok(current) = libc::c_ulong::try_from(current) {
                    libc::personality(current | FIXED);
                }
                Ok(())
            });
        }
    }
}

/// Asks for what holds, and changes nothing.
#[cfg(target_os = "linux")]
const ONLY_ASK: libc::c_ulong = 0xffff_ffff;

#[cfg(target_os = "linux")]
const FIXED: libc::c_ulong = libc::ADDR_NO_RANDOMIZE as libc::c_ulong;
