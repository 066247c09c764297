//! An exact account of allocations: how many, how large, how much lives, how much lived at most.
//!
//! The unit is the size *requested*, never what an allocator makes of it. Two users keep such an
//! account: the probe inside CPython, whose `free` is given no size, through a [`Ledger`]; and Rust
//! programs through the [`CountingAllocator`], whose `Layout` tells the size each time.
//!
//! Nothing here takes a lock that an allocation could wait for forever, and nothing on the path of
//! an event allocates: the account is called from inside allocators. It refuses to guess: a block
//! it never saw is counted as unknown.
//!
//! - [`shadow`]: from the address of a block to the size requested for it.
//! - [`domain`]: where blocks come from; [`origin`]: with what their events may be counted.
//! - [`account`]: the counters of all that happens since entry.
//! - [`access`]: the two ways in which an event reaches the counters.
//! - [`figures`]: what is read from them.
//! - [`sizes`]: classes of sizes, for a histogram.
//! - [`timeline`]: live bytes in the course of a call, in at most 256 points.
//! - [`ledger`]: the shadow map and the account together, told of events by address.
//! - [`allocator`]: the global allocator that counts.
//! - [`thread`]: which thread this is, without thread-local storage.
//! - [`visitors`]: which threads are inside of something.

#[cfg(not(target_pointer_width = "64"))]
compile_error!("the shadow map is laid out for 64-bit addresses");

pub mod access;
pub mod account;
pub mod allocator;
pub mod domain;
pub mod figures;
pub mod ledger;
pub mod origin;
pub mod shadow;
pub mod sizes;
pub mod system;
pub mod thread;
pub mod timeline;
pub mod visitors;

mod counters;
mod pages;

pub use access::{Exclusive, Shared};
pub use account::Account;
pub use allocator::CountingAllocator;
pub use domain::Domain;
pub use figures::{DomainFigures, Figures, SizeClass};
pub use ledger::Ledger;
pub use pages::is_mapping;
pub use shadow::ShadowMap;
pub use timeline::{Point, Timeline};
pub use visitors::Visitors;
