//! Entering the kernel without the C library, whose own way may be one that is interposed here.

use std::arch::asm;

use crate::interpose::__errno_location;

/// The numbers of the calls that are made here.
#[cfg(target_arch = "x86_64")]
pub(crate) mod number {
    pub(crate) const MMAP: usize = 9;
    pub(crate) const MUNMAP: usize = 11;
    pub(crate) const MREMAP: usize = 25;
    pub(crate) const EXIT_GROUP: usize = 231;
}

/// The numbers of the calls that are made here.
#[cfg(target_arch = "aarch64")]
pub(crate) mod number {
    pub(crate) const MMAP: usize = 222;
    pub(crate) const MUNMAP: usize = 215;
    pub(crate) const MREMAP: usize = 216;
    pub(crate) const EXIT_GROUP: usize = 94;
}

/// The highest number of an error, which the kernel returns negated.
const HIGHEST_ERROR: usize = 4095;

/// Makes a system call. Returns what the kernel returns.
///
/// # Safety
/// That of the call.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) unsafe fn call(number: usize, arguments: [usize; 6]) -> usize {
    let [first, second, third, fourth, fifth, sixth] = arguments;
    let answer;
    // SAFETY: the registers are those of the kernel's convention; what the call does is the
    // caller's affair.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number => answer,
            in("rdi") first,
            in("rsi") second,
            in("rdx") third,
            in("r10") fourth,
            in("r8") fifth,
            in("r9") sixth,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    answer
}

/// Makes a system call. Returns what the kernel returns.
///
/// # Safety
/// That of the call.
#[cfg(target_arch = "aarch64")]
#[inline(always)]
pub(crate) unsafe fn call(number: usize, arguments: [usize; 6]) -> usize {
    let [first, second, third, fourth, fifth, sixth] = arguments;
    let answer;
    // SAFETY: the registers are those of the kernel's convention; what the call does is the
    // caller's affair.
    unsafe {
        asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") first => answer,
            in("x1") second,
            in("x2") third,
            in("x3") fourth,
            in("x4") fifth,
            in("x5") sixth,
            options(nostack),
        );
    }
    answer
}

/// Whether the kernel's answer is an error.
pub(crate) fn is_error(answer: usize) -> bool {
    answer > usize::MAX - HIGHEST_ERROR
}

/// What the C library makes of the kernel's answer: -1 for an error, whose number is in `errno`.
pub(crate) fn returned(answer: usize) -> usize {
    if !is_error(answer) {
        return answer;
    }
    // SAFETY: every thread has its errno.
    unsafe { *__errno_location() = answer.wrapping_neg() as i32 };
    usize::MAX
}
