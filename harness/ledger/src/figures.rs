//! What can be read from an account.

use crate::domain::DOMAINS;

/// What an account says about the time since [`Account::enter`](crate::Account::enter).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Blocks made.
    pub allocations: u64,
    /// Blocks whose size was changed, moved or not.
    pub reallocations: u64,
    /// Reallocations that made a block larger.
    pub grown: u64,
    /// Reallocations that made a block smaller.
    pub shrunk: u64,
    /// Blocks given back, unknown ones included.
    pub frees: u64,
    /// Bytes of the blocks made, and growth by reallocations.
    pub allocated_bytes: u64,
    /// The most bytes live at once above those at entry; never below 0.
    pub peak_bytes: i64,
    /// The same if each block that grew had moved: the old one is held until its bytes are copied.
    /// The allocator decides whether it moves, so this is the most that there may have been.
    pub peak_if_moved_bytes: i64,
    /// Bytes live above those at entry, of blocks whose size is known. Negative when more was given
    /// back than made.
    pub live_bytes: i64,
    /// Blocks given back or changed whose size was not known: the other figures are not exact if
    /// there are any.
    pub unknown_frees: u64,
    /// Blocks made at an address that the shadow map cannot hold. They count as allocations, but
    /// never as live.
    pub unplaced: u64,
    /// By domain, in the order of [`Domain::ALL`](crate::Domain::ALL); these add up to the figures
    /// above.
    pub domains: [DomainFigures; DOMAINS],
}

/// What an account says about one domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DomainFigures {
    /// Blocks made.
    pub allocations: u64,
    /// Bytes of the blocks made, and growth by reallocations.
    pub allocated_bytes: u64,
    /// Bytes live above those at entry.
    pub live_bytes: i64,
}

/// Blocks made of one class of sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SizeClass {
    /// The largest size in the class.
    pub upper: u64,
    /// Blocks made.
    pub allocations: u64,
    /// Their bytes, as first requested.
    pub bytes: u64,
}
