//! The worker of the Rust variants: the scenarios, served, on the allocator that counts.
//!
//! A crate of its own, since the compiler writes the measuring loop of each variant and the
//! allocator's entry points here: they are optimised like what they measure, and the programs that
//! start as such a worker need not be (see the profiles in the workspace's Cargo.toml).

use heapbook_ledger::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Serves as a worker of a scenario's variant, or of a program, if this process was started as one,
/// and then ends; otherwise does nothing.
///
/// It belongs at the beginning of `main`.
pub fn serve_if_asked() {
    heapbook_worker::serve_if_asked(|visitor| heapbook_scenarios::visit!(visitor));
}
