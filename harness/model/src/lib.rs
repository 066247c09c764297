//! The words that all stages share, below all of them: what a cell is called, what a figure is,
//! and in which unit.
//!
//! The crate measures and decides nothing. A stage that needs a word of another stage finds it
//! here, so that no stage imports one that comes after it.
//!
//! - `name`: a variant's name, and its language
//! - `provenance`: the machine and the interpreter or compiler
//! - `key`: what makes two records those of the same cell
//! - `unit`, `measured`, `growth`: a quantity, a figure with its spread, a class of growth
//! - `digest`: a digest of what was measured
//! - `clock`: the time of day that records carry

mod clock;
mod digest;
mod growth;
mod key;
mod measured;
mod name;
mod provenance;
mod unit;

pub use clock::now;
pub use digest::{SourceDigest, hex};
pub use growth::Growth;
pub use key::CellKey;
pub use measured::Measured;
pub use name::{Language, NotAVariantName, VariantName};
pub use provenance::{Machine, MachineId, Runtime, version_numbers};
pub use unit::{Bytes, Nanos, Unit};
