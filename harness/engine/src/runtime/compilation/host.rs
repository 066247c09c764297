// Both ends of the bridge between a worker and a program's library have this text: the worker's module includes it, and each program is
// compiled with it.

/// What a worker offers to a program's library.
#[repr(C)]
struct Host {
    /// Size and alignment.
    allocate: unsafe extern "C" fn(usize, usize) -> *mut u8,
    /// Size and alignment.
    allocate_zeroed: unsafe extern "C" fn(usize, usize) -> *mut u8,
    /// The block, its size and alignment, and the new size.
    reallocate: unsafe extern "C" fn(*mut u8, usize, usize, usize) -> *mut u8,
    /// The block, its size and alignment.
    free: unsafe extern "C" fn(*mut u8, usize, usize),
    /// The context of the calls, and a result with what shows it.
    returned: unsafe extern "C" fn(*mut c_void, *const c_void, Show),
    /// What a panic says, as text and length.
    failed: unsafe extern "C" fn(*const u8, usize),
}

/// Writes a result's Debug text, piece by piece, to a reader.
type Show = unsafe extern "C" fn(*const c_void, *mut c_void, Take);

/// Takes a piece: the reader, text and length.
type Take = unsafe extern "C" fn(*mut c_void, *const u8, usize);
