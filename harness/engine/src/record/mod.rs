//! What a cell yielded, with its provenance, and the files that keep it.

mod bench;
mod cell;
mod cells;
mod conditions;
mod journal;
mod lines;
mod memory;
mod reading;
mod records;
mod resident;
mod schema;
mod time;
mod view;
mod writing;

pub use bench::{BenchCell, BenchRow, BenchTable, BenchValue, Benches};
pub use cell::{Cell, CellError, Effort, ErrorKind, Pass, Tried};
pub use cells::Cells;
pub use conditions::{Checkout, Conditions};
pub use journal::Journal;
pub(crate) use journal::PREFIX as JOURNAL_PREFIX;
pub use lines::{LineFigures, Lines};
pub use memory::{
    Arenas, Collections, Domain, DomainFigures, Memory, MemoryProcess, SizeClass, Timeline, TimelinePoint,
};
pub use records::{Records, RecordsError, SCHEMA};
pub use resident::{Resident, ResidentProcess};
pub use schema::schema;
pub use time::{Stopped, Time, TimeProcess};
pub use view::View;

/// Raised when the meaning of a figure changes, so that older figures are not compared with newer ones.
pub const METHOD: u32 = 4;
