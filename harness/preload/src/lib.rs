//! Stands before malloc and mmap in a process that it was preloaded into, and tells an observer of
//! every block and every mapping.
//!
//! It keeps no account of its own. The probe, once loaded, finds [`CONNECT`] with `dlsym` and
//! connects a table of functions; until then, and after it disconnects, every request goes straight
//! through. So there is one ledger, in the probe, that sees Python's blocks and those of C
//! extensions alike, and a program that the library is preloaded into by mistake pays one load and
//! a branch for each request.
//!
//! Why not numpy's `PyDataMem_SetHandler`, which works on every system: it knows numpy's data
//! buffers and nothing else, not those of the libraries that numpy calls, nor any other
//! extension's; it must be set anew in each context (`contextvars`); and it must be compiled
//! against numpy's headers. Interposing sees them all, and costs as much: one more indirect call
//! for each block.
//!
//! Only glibc is interposed, since only glibc exports its allocator under second names
//! (`__libc_malloc`) that can be called from inside malloc without asking `dlsym`, which may itself
//! allocate. Elsewhere this library is empty.
//!
//! It takes no lock, has no thread-local storage and allocates nothing: a thread may die or fork
//! anywhere in it.
//!
//! Mappings are seen where they are asked for by `mmap`, `mremap`, `munmap` or `syscall`. Those of
//! the C library itself, for malloc, stacks of threads and libraries, do not come this way, which
//! is right. A program that enters the kernel by an instruction of its own, as those in Go do, is
//! not seen.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod interpose;
#[cfg(all(
    target_os = "linux",
    target_env = "gnu",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod mappings;
#[cfg(all(
    target_os = "linux",
    target_env = "gnu",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod system;

/// The symbol by which an observer connects: `extern "C" fn(*const Observer)`, null to disconnect.
///
/// The number in it goes up when [`Observer`] changes, so that a library left over from another
/// build is not found.
pub const CONNECT: &str = "heapbook_preload_connect_2";

/// Who is told of blocks and mappings. It must live for ever: a thread may be about to call it when
/// another one disconnects.
///
/// The functions are called from inside malloc, by any thread, at any time. They must not allocate,
/// and not wait.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Observer {
    /// A block of `size` bytes was made at `address`.
    pub made: unsafe extern "C" fn(address: usize, size: usize),
    /// The block at `address` is about to be given back.
    pub gone: unsafe extern "C" fn(address: usize),
    /// The block at `address` is about to change its size; what is returned comes back with
    /// [`Observer::changed`].
    pub lift: unsafe extern "C" fn(address: usize) -> u64,
    /// The block that was at `from` has `size` bytes now and lives at `to`; or, if that is 0, it
    /// lives on as it was.
    pub changed: unsafe extern "C" fn(lifted: u64, from: usize, to: usize, size: usize),
    /// `length` bytes were mapped at `address`, with the protection, flags and descriptor of mmap.
    pub mapped: unsafe extern "C" fn(address: usize, length: usize, how: Mapping),
    /// What is mapped in these `length` bytes is about to go, or to move; what is returned comes
    /// back with [`Observer::remapped`] where it does not go.
    pub unmapped: unsafe extern "C" fn(address: usize, length: usize) -> u32,
    /// What was mapped elsewhere, or was about to go, has these `length` bytes.
    pub remapped: unsafe extern "C" fn(unmapped: u32, address: usize, length: usize),
    /// The process is about to end without more ado.
    pub ends: unsafe extern "C" fn(),
}

/// How something was mapped: the arguments of mmap.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Mapping {
    /// Its protection.
    pub protection: std::ffi::c_int,
    /// Its flags.
    pub flags: std::ffi::c_int,
    /// Its descriptor.
    pub descriptor: std::ffi::c_int,
}
