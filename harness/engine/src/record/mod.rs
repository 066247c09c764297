//! What a cell yielded, with its provenance, and the files that keep it.

mod bench;
mod cell;
mod conditions;
mod file;
mod journal;
mod memory;
mod records;
mod resident;
mod sense;
mod time;
mod view;

pub use bench::{BenchCell, BenchRow, BenchTable, BenchValue, Benches};
pub use cell::{Cell, CellError, Effort, Pass, ProgramRecord};
pub use conditions::{Checkout, Conditions};
pub use file::{FORM, RecordsError};
pub use heapbook_protocol::{
    Account, Arenas, Collections, Domain, DomainFigures, ErrorKind, LineFigures, Lines, ResidentProcess,
    SizeClass, Timeline, TimelinePoint,
};
pub use journal::Journal;
pub use memory::{Memory, MemoryProcess};
pub use records::{Records, RefusedLine};
pub use resident::Resident;
pub use time::{Stopped, Time, TimeProcess};
pub use view::View;

/// Raised when the meaning of a figure changes, so that older figures are not compared with newer
/// ones.
pub const METHOD: u32 = 4;
