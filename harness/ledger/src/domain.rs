//! Where blocks come from.

/// How many domains there are.
pub const DOMAINS: usize = 4;

/// The allocator that first returned a block to the program. As an index: the order of the
/// variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// CPython's `PyMem_RawMalloc`.
    Raw,
    /// CPython's `PyMem_Malloc`.
    Mem,
    /// CPython's `PyObject_Malloc`.
    Obj,
    /// The C library's malloc, or Rust's global allocator.
    Native,
}

impl Domain {
    /// In the order of their indices.
    pub const ALL: [Domain; DOMAINS] = [Domain::Raw, Domain::Mem, Domain::Obj, Domain::Native];
}
