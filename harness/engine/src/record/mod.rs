//! What a cell yielded, with its provenance, and the files that keep it.

mod bench;
mod cell;
mod file;
mod journal;
mod memory;
mod picture;
mod records;
mod sense;
mod time;
mod view;

pub use bench::{BenchCell, BenchRow, BenchTable, BenchValue, Benches};
pub use cell::{Cell, CellError, Checkout, Conditions, Effort, Pass, ProgramRecord};
pub use file::{FORM, RecordsError, place_to_write};
pub use heapbook_protocol::{
    Account, Arenas, Collections, Domain, DomainFigures, ErrorKind, LineFigures, Lines, Name, Names, Object,
    ResidentProcess, Seen, SizeClass, Timeline, TimelinePoint, Unseen,
};
pub use journal::Journal;
pub use memory::{Memory, MemoryProcess, Resident};
pub use picture::{Picture, Step};
pub use records::{Records, RefusedLine};
pub use time::{Stopped, Time, TimeProcess};
pub use view::View;

/// Raised when the meaning of a figure changes, so that older figures are not compared with newer
/// ones.
pub const METHOD: u32 = 5;
