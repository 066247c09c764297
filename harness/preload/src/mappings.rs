//! The functions of glibc by which a program maps memory itself, and the one by which a process
//! ends without more ado, under their own names.
//!
//! They enter the kernel themselves: glibc has no second names for them, and `dlsym` may map.

use std::ffi::{c_int, c_long, c_void};

use crate::Mapping;
use crate::interpose::observer;
use crate::system::{self, number};

/// Kernels of other page sizes have multiples of it.
const PAGE: usize = 4096;

/// Maps, and tells of it.
///
/// # Safety
/// That of mmap.
unsafe fn map(arguments: [usize; 6]) -> usize {
    // SAFETY: the request is passed on as it came.
    let answer = unsafe { system::call(number::MMAP, arguments) };
    if let Some(observer) = observer()
        && !system::is_error(answer)
    {
        let [_, length, protection, flags, descriptor, _] = arguments;
        let how = Mapping {
            protection: protection as c_int,
            flags: flags as c_int,
            descriptor: descriptor as c_int,
        };
        // SAFETY: the observer's functions may be called at any time.
        unsafe { (observer.mapped)(answer, length, how) };
    }
    answer
}

/// Tells that a mapping goes, and has it go. Told first: from then on the addresses may be another
/// thread's.
///
/// # Safety
/// That of munmap.
unsafe fn unmap(arguments: [usize; 6]) -> usize {
    let [address, length, ..] = arguments;
    let observer = observer().filter(|_| address.is_multiple_of(PAGE) && length > 0);
    // SAFETY: the observer's functions may be called at any time.
    let unmapped = observer.map_or(0, |observer| unsafe { (observer.unmapped)(address, length) });
    // SAFETY: the request is passed on as it came.
    let answer = unsafe { system::call(number::MUNMAP, arguments) };
    if let Some(observer) = observer
        && system::is_error(answer)
    {
        // SAFETY: as above.
        unsafe { (observer.remapped)(unmapped, address, length) };
    }
    answer
}

/// Changes the size of a mapping or its place, and tells of it.
///
/// # Safety
/// That of mremap.
unsafe fn remap(arguments: [usize; 6]) -> usize {
    let [address, old_length, new_length, ..] = arguments;
    let observer = observer();
    // SAFETY: the observer's functions may be called at any time.
    let unmapped = observer.map_or(0, |observer| unsafe { (observer.unmapped)(address, old_length) });
    // SAFETY: the request is passed on as it came.
    let answer = unsafe { system::call(number::MREMAP, arguments) };
    if let Some(observer) = observer {
        let (address, length) = if system::is_error(answer) {
            (address, old_length)
        } else {
            (answer, new_length)
        };
        // SAFETY: as above.
        unsafe { (observer.remapped)(unmapped, address, length) };
    }
    answer
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: here and below, the name is meant to be that of the C library, with its contract.
#[unsafe(no_mangle)]
unsafe extern "C" fn mmap(
    address: *mut c_void,
    length: usize,
    protection: c_int,
    flags: c_int,
    descriptor: c_int,
    offset: i64,
) -> *mut c_void {
    let numbers = [
        protection as usize,
        flags as usize,
        descriptor as usize,
        offset as usize,
    ];
    let [protection, flags, descriptor, offset] = numbers;
    // SAFETY: the request is passed on as it came.
    let answer = unsafe { map([address.addr(), length, protection, flags, descriptor, offset]) };
    std::ptr::with_exposed_provenance_mut(system::returned(answer))
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `mmap`. With 64-bit addresses it is the same function.
#[unsafe(no_mangle)]
unsafe extern "C" fn mmap64(
    address: *mut c_void,
    length: usize,
    protection: c_int,
    flags: c_int,
    descriptor: c_int,
    offset: i64,
) -> *mut c_void {
    // SAFETY: as this function was called.
    unsafe { mmap(address, length, protection, flags, descriptor, offset) }
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `mmap`.
#[unsafe(no_mangle)]
unsafe extern "C" fn munmap(address: *mut c_void, length: usize) -> c_int {
    // SAFETY: the request is passed on as it came.
    let answer = unsafe { unmap([address.addr(), length, 0, 0, 0, 0]) };
    system::returned(answer) as c_int
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `mmap`. C's function has its last argument only where the flags say so; where the
// caller gave none, what is in its place is passed on, and the kernel does not look at it.
#[unsafe(no_mangle)]
unsafe extern "C" fn mremap(
    address: *mut c_void,
    old_length: usize,
    new_length: usize,
    flags: c_int,
    new_address: *mut c_void,
) -> *mut c_void {
    let arguments = [
        address.addr(),
        old_length,
        new_length,
        flags as usize,
        new_address.addr(),
        0,
    ];
    // SAFETY: the request is passed on as it came.
    let answer = unsafe { remap(arguments) };
    std::ptr::with_exposed_provenance_mut(system::returned(answer))
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `mmap`. C's function has as many arguments as the call; what is in the places of the
// others is passed on, and the kernel does not look at it.
#[unsafe(no_mangle)]
unsafe extern "C" fn syscall(
    number: c_long,
    first: usize,
    second: usize,
    third: usize,
    fourth: usize,
    fifth: usize,
    sixth: usize,
) -> c_long {
    let number = number as usize;
    let arguments = [first, second, third, fourth, fifth, sixth];
    // SAFETY: the request is passed on as it came.
    let answer = unsafe {
        match number {
            number::MMAP => map(arguments),
            number::MUNMAP => unmap(arguments),
            number::MREMAP => remap(arguments),
            number => system::call(number, arguments),
        }
    };
    system::returned(answer) as c_long
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `mmap`.
#[unsafe(no_mangle)]
unsafe extern "C" fn _exit(status: c_int) -> ! {
    if let Some(observer) = observer() {
        // SAFETY: the observer's functions may be called at any time.
        unsafe { (observer.ends)() };
    }
    loop {
        // SAFETY: ends the process; nothing of it is left to be unsound.
        unsafe { system::call(number::EXIT_GROUP, [status as usize, 0, 0, 0, 0, 0]) };
    }
}

/// # Safety
/// That of C's function, whose place it takes.
// SAFETY: see `mmap`.
#[unsafe(no_mangle)]
unsafe extern "C" fn _Exit(status: c_int) -> ! {
    // SAFETY: as this function was called.
    unsafe { _exit(status) }
}
