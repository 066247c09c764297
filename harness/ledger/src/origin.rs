//! The sources of events: each has a domain, and a way to the counters.

use crate::access::{Access, Exclusive, Shared};
use crate::domain::Domain;

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
    /// CPython's mem domain where interpreters have locks of their own: any thread, any time.
    SharedMem: Shared, Mem;
    /// CPython's obj domain where interpreters have locks of their own: any thread, any time.
    SharedObj: Shared, Obj;
    /// Blocks of the C library, or of Rust: any thread, any time.
    Native: Shared, Native;
    /// Blocks of Rust, made or given back by the one thread that set the entry mark.
    OwnNative: Exclusive, Native;
}
