//! Stands before malloc in a process that it was preloaded into, and tells an observer of every
//! block.
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
//! anywhere in it. Blocks that a program maps by itself (`mmap`) are not malloc's, and not seen.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod interpose;

/// The symbol by which an observer connects: `extern "C" fn(*const Observer)`, null to disconnect.
///
/// The number in it goes up when [`Observer`] changes, so that a library left over from another
/// build is not found.
pub const CONNECT: &str = "heapbook_preload_connect_1";

/// Who is told of blocks. It must live for ever: a thread may be about to call it when another one
/// disconnects.
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
}
