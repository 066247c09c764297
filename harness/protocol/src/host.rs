//! The bridge between a Rust worker and the library of a program that it loads. Both are compiled
//! with this text, the library by whatever rustc is at hand: so it names C's types and nothing of
//! the project's.

use std::ffi::c_void;

/// What a worker offers to a program's library.
#[repr(C)]
pub struct Host {
    /// Size and alignment.
    pub allocate: unsafe extern "C" fn(usize, usize) -> *mut u8,
    /// Size and alignment.
    pub allocate_zeroed: unsafe extern "C" fn(usize, usize) -> *mut u8,
    /// The block, its size and alignment, and the new size.
    pub reallocate: unsafe extern "C" fn(*mut u8, usize, usize, usize) -> *mut u8,
    /// The block, its size and alignment.
    pub free: unsafe extern "C" fn(*mut u8, usize, usize),
    /// Answers requests with a program that is ready, or says that its set-up panicked where the
    /// program is null. Gives the size to go on with; a negative one is the end.
    pub answer: unsafe extern "C" fn(worker: *mut c_void, program: *const c_void, Calls) -> i64,
    /// A result on its way to the sink, with what shows it.
    pub returned: unsafe extern "C" fn(sink: *mut c_void, result: *const c_void, Show),
    /// What a panic says, as text and length.
    pub failed: unsafe extern "C" fn(*const u8, usize),
}

/// The entry of a library: the host, the worker that answers, and the first size.
pub type Serve = unsafe extern "C" fn(&'static Host, worker: *mut c_void, n: u64);

/// Calls a program so often, and shows its results unless the sink is null. False where it
/// panicked.
pub type Calls = unsafe extern "C" fn(program: *const c_void, iterations: u64, sink: *mut c_void) -> bool;

/// Writes a result's Debug text, piece by piece, to a reader.
pub type Show = unsafe extern "C" fn(result: *const c_void, reader: *mut c_void, Take);

/// Takes a piece of text and its length.
pub type Take = unsafe extern "C" fn(reader: *mut c_void, *const u8, usize);
