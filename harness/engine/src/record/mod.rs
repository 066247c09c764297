//! What a cell yielded, with its provenance, and the files that keep it.

mod bench;
mod cell;
mod cells;
mod conditions;
mod journal;
mod memory;
mod reading;
mod records;
mod resident;
mod schema;
mod time;
mod view;
mod writing;

pub use bench::{BenchCell, BenchRow, BenchTable, BenchValue, Benches};
pub use cell::{Cell, CellError, Effort, Pass, ProgramRecord};
pub use cells::Cells;
pub use conditions::{Checkout, Conditions};
pub use heapbook_protocol::{
    Account, Arenas, Collections, Domain, DomainFigures, ErrorKind, LineFigures, Lines, ResidentProcess,
    SizeClass, Timeline, TimelinePoint,
};
pub use journal::Journal;
pub(crate) use journal::PREFIX as JOURNAL_PREFIX;
pub use memory::{Memory, MemoryProcess};
pub use records::{Records, RecordsError, SCHEMA};
pub use resident::Resident;
pub use schema::schema;
pub use time::{Stopped, Time, TimeProcess};
pub use view::View;

/// Raised when the meaning of a figure changes, so that older figures are not compared with newer ones.
pub const METHOD: u32 = 4;
