//! What the records say of a scenario's claims.

mod bound;
mod confidence;
mod evaluate;
mod verdict;

pub use evaluate::{concerns, evaluate};
pub use verdict::{Decision, Evidence, Ratio, Verdict};
