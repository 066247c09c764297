//! Where blocks come from.

use crate::access::{Access, Exclusive, Shared};

/// How many domains there are.
pub const DOMAINS: usize = 4;

/// The allocator that first returned a block to the program. As an index: the order of the variants.
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

    /// As records call it.
    pub const fn name(self) -> &'static str {
        match self {
            Domain::Raw => "raw",
            Domain::Mem => "mem",
            Domain::Obj => "obj",
            Domain::Native => "native",
        }
    }
}

/// A source of events: its domain, and what its callers hold.
pub trait Origin {
    /// How its events reach the counters.
    type Access: Access;
    /// Which domain its blocks belong to.
    const DOMAIN: Domain;
}

macro_rules! origins {
    ($($(#[$documentation:meta])* $name:ident: $access:ident, $domain:ident;)+) => {
        $(
            $(#[$documentation])*
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}

            impl Origin for $name {
                type Access = $access;
                const DOMAIN: Domain = Domain::$domain;
            }
        )+
    };
}

origins! {
    /// CPython's raw domain: any thread, any time.
    Raw: Shared, Raw;
    /// CPython's mem domain: under the interpreter lock.
    Mem: Exclusive, Mem;
    /// CPython's obj domain: under the interpreter lock.
    Obj: Exclusive, Obj;
    /// Blocks of the C library, or of Rust: any thread, any time.
    Native: Shared, Native;
    /// Blocks of Rust, made or given back by the one thread that set the entry mark.
    OwnNative: Exclusive, Native;
}
